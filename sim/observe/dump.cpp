#include "sim/observe/dump.h"

#include <fmt/format.h>

#include <algorithm>

#include "models/cpu/rv32/csr.h"
#include "sim/observe/backtrace.h"
#include "sim/observe/cause.h"
#include "sim/observe/disassembly.h"
#include "sim/observe/firmware_log.h"
#include "sim/observe/register_names.h"
#include "sim/observe/text.h"

namespace takt::observe {
namespace {

std::uint32_t csr_of(const rv32::Core& core, std::uint32_t number) {
  std::uint32_t value = 0;
  core.read_csr(number, value);
  return value;
}

class Dump {
 public:
  Dump(rv32::Debuggee& debuggee, const SymbolTable& symbols, const traces::ElfImage& image, const DumpOptions& options)
      : debuggee_(debuggee), core_(debuggee.hart()), symbols_(symbols), image_(image), options_(options) {}

  std::string text() {
    const bool in_handler = trapped() && symbols_.function_at(core_.pc()) == handler();
    return heading() + trap() + registers() + callers(in_handler ? csr_of(core_, rv32::csr::mepc) : core_.pc()) +
           transfers() + accesses() + log();
  }

 private:
  // Registers are 0 after reset, and no trap leaves both so: code at 0 is nobody's.
  bool trapped() const { return csr_of(core_, rv32::csr::mepc) != 0 || csr_of(core_, rv32::csr::mcause) != 0; }
  const Function* handler() const { return symbols_.function_at(csr_of(core_, rv32::csr::mtvec) & ~3u); }

  std::string at(std::uint32_t pc) const {
    const std::string place = symbols_.place(pc);
    return address_text(pc) + (place.empty() ? "" : "  " + place);
  }

  // With the instruction that stands there, if memory of the core does.
  std::string instruction_at(std::uint32_t pc) const {
    std::uint32_t bits = 0;
    if (!core_.peek(pc, &bits, 4) && !core_.peek(pc, &bits, 2)) return at(pc);
    return at(pc) + ": " + disassemble(bits, pc);
  }

  std::string heading() const {
    return fmt::format("the control processor at {}, after {} instructions in {} cycles{}\n  pc         {}\n",
                       time_text(debuggee_.simulated()), core_.instructions(), core_.cycles(),
                       core_.waiting() ? ", asleep (WFI)" : "", instruction_at(core_.pc()));
  }

  std::string trap() const {
    if (!trapped()) return "  last trap  none\n";
    const std::uint32_t cause = csr_of(core_, rv32::csr::mcause), value = csr_of(core_, rv32::csr::mtval);
    const std::string device = device_register_name(value);
    return fmt::format("  last trap  {}{} (mcause {:#x}, mtval {:#x})\n  mepc       {}\n", describe_cause(cause, value),
                       device == address_text(value) ? "" : ", " + device, cause, value,
                       instruction_at(csr_of(core_, rv32::csr::mepc)));
  }

  std::string registers() const {
    std::string text = "registers\n";
    for (unsigned i = 1; i < 32; ++i)
      text += fmt::format("{}{:<4} {:08x}", i % 4 == 1 ? "  " : "   ", register_name(i), core_.reg(i)) +
              (i % 4 == 0 || i == 31 ? "\n" : "");
    return text;
  }

  std::string callers(std::uint32_t pc) const {
    const Backtrace trace = backtrace(core_, symbols_, pc);
    std::string text = fmt::format(
        "backtrace ({})\n     {}\n",
        trace.frame_pointers ? "by frame pointers" : "by the stack's return addresses; ? may be left over", at(pc));
    for (const Caller& caller : trace.callers)
      text += fmt::format("   {} {}\n", caller.certain ? ' ' : '?', at(caller.pc));
    return text;
  }

  std::string transfers() const {
    if (options_.history == nullptr) return "latest control transfers: not kept (--transfers N)\n";
    std::string text = "latest control transfers\n";
    for (const History::Transfer& t : options_.history->latest())
      text += fmt::format("  {}  {}{} -> {}{}\n", time_text(debuggee_.time_of(t.cycle)), t.trap ? "trap " : "",
                          at(t.from), at(t.to), t.times > 1 ? fmt::format("  {} times", t.times) : "");
    return text;
  }

  std::string accesses() const {
    const std::vector<rv32::BusTransfer> all = debuggee_.latest_transfers();
    std::string text = all.empty() ? "" : "latest accesses outside the core's memory\n";
    for (const rv32::BusTransfer& access : all)
      text += fmt::format("  {}  {} {:<24} {:<12}  {}\n", time_text(debuggee_.time_of(access.cycle)),
                          access.write ? 'W' : 'R', device_register_name(access.address),
                          access.answered ? fmt::format("{:08x}", access.value) : "not answered", at(access.pc));
    return text;
  }

  std::string log() const {
    const FirmwareLog log = firmware_log(core_, image_);
    if (log.records.empty()) return "";
    const std::size_t shown = std::min(log.records.size(), options_.log_records);
    std::string text = fmt::format("scheduling log, the latest {} of {} records\n", shown, log.written);
    for (auto record = log.records.end() - static_cast<std::ptrdiff_t>(shown); record != log.records.end(); ++record)
      text += fmt::format("  {}  {:<18} queue {} job {}\n", time_text(time_of(record->ticks)),
                          log_event_name(record->event), record->queue, record->job_id);
    return text;
  }

  // The firmware may have set mcycle.
  units::Time time_of(std::uint64_t mcycle) const {
    const std::uint64_t now =
        std::uint64_t{csr_of(core_, rv32::csr::mcycle + rv32::csr::high_half)} << 32 | csr_of(core_, rv32::csr::mcycle);
    return debuggee_.time_of(mcycle + core_.cycles() - now);
  }

  rv32::Debuggee& debuggee_;
  const rv32::Core& core_;
  const SymbolTable& symbols_;
  const traces::ElfImage& image_;
  const DumpOptions& options_;
};

}  // namespace

std::string dump(rv32::Debuggee& debuggee, const SymbolTable& symbols, const traces::ElfImage& image,
                 const DumpOptions& options) {
  return Dump(debuggee, symbols, image, options).text();
}

}  // namespace takt::observe
