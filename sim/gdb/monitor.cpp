#include "sim/gdb/monitor.h"

#include <fmt/format.h>

#include <charconv>

#include "models/cpu/rv32/csr.h"

namespace takt::gdb {
namespace {

constexpr std::uint64_t latest_us = 9000000000000;  // picoseconds of 63 bits

std::uint32_t csr_of(const rv32::Core& core, std::uint32_t number) {
  std::uint32_t value = 0;
  core.read_csr(number, value);
  return value;
}

// Bits of mip and mie.
std::string names_of(std::uint32_t lines) {
  constexpr std::pair<rv32::Interrupt, const char*> all[] = {{rv32::Interrupt::software, "software"},
                                                             {rv32::Interrupt::timer, "timer"},
                                                             {rv32::Interrupt::external, "external"}};
  std::string names;
  for (const auto& [line, name] : all)
    if ((lines & static_cast<std::uint32_t>(line)) != 0) names += std::string(names.empty() ? "" : " ") + name;
  return names.empty() ? "none" : names;
}

std::string in_us(units::Time time) {
  constexpr std::uint64_t us = 1000000;
  return fmt::format("{}.{:06} us", time.value / us, time.value % us);
}

}  // namespace

const Monitor::Command Monitor::commands[] = {
    {"help", "", "this list", &Monitor::help},
    {"time", "", "simulated time", &Monitor::time},
    {"instructions", "", "how many the core has executed, and its cycles", &Monitor::instructions},
    {"state", "", "mode, interrupts, whether the core sleeps, the last trap", &Monitor::state},
    {"until", " TIME_US", "the next `continue` halts at this simulated time at the latest", &Monitor::set_until},
};

std::string Monitor::run(std::string_view text) {
  const std::string_view name = text.substr(0, text.find(' '));
  std::string_view argument = text.substr(name.size());
  argument.remove_prefix(std::min(argument.find_first_not_of(' '), argument.size()));
  for (const Command& command : commands)
    if (name == command.name) return (this->*command.act)(argument);
  return fmt::format("no command '{}'\n{}", name, help(""));
}

std::string Monitor::help(std::string_view) {
  std::string text;
  for (const Command& command : commands)
    text += fmt::format("{:<15} {}\n", std::string(command.name) + command.argument, command.what);
  return text;
}

std::string Monitor::time(std::string_view) { return in_us(debuggee_.simulated()) + "\n"; }

std::string Monitor::instructions(std::string_view) {
  const rv32::Core& core = debuggee_.hart();
  return fmt::format("{} instructions, {} cycles\n", core.instructions(), core.cycles());
}

std::string Monitor::state(std::string_view) {
  const rv32::Core& core = debuggee_.hart();
  const std::uint32_t pending = csr_of(core, rv32::csr::mip), enabled = csr_of(core, rv32::csr::mie),
                      status = csr_of(core, rv32::csr::mstatus), cause = csr_of(core, rv32::csr::mcause);
  return fmt::format(
      "mode        {}, {}\n"
      "interrupts  {} by mstatus; pending: {}; enabled by mie: {}\n"
      "last trap   {} {}, mepc {:#010x}, mtval {:#x}\n",
      core.privilege() == rv32::Privilege::machine ? "machine" : "user", core.waiting() ? "asleep" : "awake",
      (status & rv32::csr::mstatus_mie) != 0 ? "enabled" : "disabled", names_of(pending), names_of(enabled),
      cause >> 31 != 0 ? "interrupt" : "exception", cause & 0x7fffffff, csr_of(core, rv32::csr::mepc),
      csr_of(core, rv32::csr::mtval));
}

std::string Monitor::set_until(std::string_view text) {
  std::uint64_t us = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), us);
  if (error != std::errc() || end != text.data() + text.size() || us > latest_us)
    return fmt::format("until: found '{}', expected whole microseconds, at most {}\n", text, latest_us);
  if (units::microseconds(us) <= debuggee_.simulated()) return "until: that time is over, now is " + time("");
  until_ = debuggee_.cycle_at(units::microseconds(us));
  return "";
}

}  // namespace takt::gdb
