#include "sim/bare/machine.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>

namespace takt::bare {
namespace {

// Cycles between two looks whether an observer takes no more.
constexpr std::uint64_t observed_cycles = 1u << 16;

std::uint8_t* zeroed(std::size_t bytes) {
  void* memory = std::calloc(bytes, 1);
  if (memory == nullptr) throw std::bad_alloc();
  return static_cast<std::uint8_t*>(memory);
}

rv32::CoreConfig core_config(const traces::ElfImage& program, const MachineOptions& options) {
  rv32::CoreConfig config;
  config.reset_pc = program.entry;
  config.cycles = options.cycles;
  config.semihosting = true;
  return config;
}

std::string hex(std::uint64_t value) {
  constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (int shift = 28; shift >= 0; shift -= 4) text += digits[value >> shift & 15];
  return "0x" + text;
}

}  // namespace

void Machine::Free::operator()(std::uint8_t* memory) const { std::free(memory); }

Machine::Machine(const traces::ElfImage& program, const std::string& name, const MachineOptions& options,
                 Streams& streams)
    : options_(options),
      streams_(streams),
      ram_(zeroed(options.ram_bytes)),
      clint_(options.register_cycles),
      plic_(options.register_cycles),
      core_(core_config(program, options), {{ram_base, options.ram_bytes, ram_.get()}}, *this),
      semihosting_(core_, streams, place(program)),
      tohost_(program.value_of("tohost")),
      fromhost_(program.value_of("fromhost")) {
  clint_.attach(core_);
  plic_.attach(core_);
  load(program, name);
  if (options.observer != nullptr) core_.observe(options.observer);
  if (tohost_) core_.watch_stores(*tohost_, 4);
}

Semihosting::Place Machine::place(const traces::ElfImage& program) const {
  const traces::ElfSegment& last = program.segments.back();
  const std::uint32_t begin = program.value_of("__heap_start").value_or((last.address + last.bytes + 15) & ~15u);
  return {begin, ram_base + options_.ram_bytes, options_.command_line};
}

void Machine::load(const traces::ElfImage& program, const std::string& name) {
  for (const traces::ElfSegment& segment : program.segments) {
    const std::uint32_t offset = segment.address - ram_base;
    if (offset >= options_.ram_bytes || options_.ram_bytes - offset < segment.bytes)
      throw traces::ElfError(
          name,
          "a segment from " + hex(segment.address) + " to " + hex(std::uint64_t{segment.address} + segment.bytes - 1),
          "memory from " + hex(ram_base) + " to " + hex(std::uint64_t{ram_base} + options_.ram_bytes - 1));
    std::copy(segment.data.begin(), segment.data.end(), ram_.get() + offset);
  }
}

Outcome Machine::run() {
  std::optional<Ending> ending;
  if (options_.debugger != nullptr && !options_.debugger->start(*this)) ending = Ending::killed;
  while (!ending) ending = step();
  Outcome outcome;
  outcome.ending = *ending;
  outcome.code = code_;
  outcome.instructions = core_.instructions();
  outcome.cycles = core_.cycles();
  outcome.pc = core_.pc();
  core_.read_csr(rv32::csr::mcause, outcome.mcause);
  core_.read_csr(rv32::csr::mepc, outcome.mepc);
  core_.read_csr(rv32::csr::mtval, outcome.mtval);
  return outcome;
}

// Runs the core once. Empty: the program goes on.
std::optional<Ending> Machine::step() {
  clint_.update();
  rv32::RunLimit limit;
  limit.instructions = options_.max_instructions - core_.instructions();
  limit.cycles = std::min(options_.look_ahead, clint_.until_timer());
  if (options_.full) limit.cycles = std::min(limit.cycles, observed_cycles);
  rv32::Debugger* const debugger = options_.debugger;
  if (debugger != nullptr) limit = debugger->limit(limit);
  const std::uint64_t end = core_.cycles() + limit.cycles;
  const rv32::Stop stop = core_.run(limit);
  if (debugger != nullptr && !debugger->stopped(stop)) return Ending::killed;
  if (options_.full && options_.full()) return Ending::full;
  return after(stop, end);
}

rv32::BusResult Machine::read(std::uint32_t address, unsigned width, rv32::Purpose purpose) {
  if (address - Clint::base < Clint::bytes) return clint_.read(address, width, purpose);
  return plic_.read(address, width, purpose);
}

rv32::BusResult Machine::write(std::uint32_t address, unsigned width, std::uint32_t value) {
  if (address - Clint::base < Clint::bytes) return clint_.write(address, width, value);
  return plic_.write(address, width, value);
}

bool Machine::look(std::uint32_t address, void* to, std::uint32_t bytes) {
  if (core_.peek(address, to, bytes)) return true;
  const bool timer = address - Clint::base < Clint::bytes;
  const rv32::BusResult word = timer ? clint_.read(address & ~3u, 4, rv32::Purpose::data) : plic_.look(address);
  std::memcpy(to, reinterpret_cast<const std::uint8_t*>(&word.value) + address % 4, bytes);
  return word.ok;
}

bool Machine::change(std::uint32_t address, const void* from, std::uint32_t bytes) {
  return core_.poke(address, from, bytes);
}

std::uint64_t Machine::cycle_at(units::Time time) const {
  const units::Time cycle = units::nanoseconds(1);
  return (time.value + cycle.value - 1) / cycle.value;
}

// What a stop of the core means for the program: empty: it goes on. `limit`: the cycle at which the run was to end.
std::optional<Ending> Machine::after(rv32::Stop stop, std::uint64_t limit) {
  switch (stop) {
    case rv32::Stop::semihosting:
      if (const std::optional<std::uint32_t> code = semihosting_.call()) {
        code_ = *code;
        return Ending::exited;
      }
      return std::nullopt;
    case rv32::Stop::watched:
      return host_interface() ? std::optional<Ending>(Ending::exited) : std::nullopt;
    case rv32::Stop::lockup:
      return Ending::lockup;
    case rv32::Stop::wait: {
      // Time passes to the next interrupt, which only the timer can raise: other lines are the program's own.
      const std::uint64_t until = clint_.until_timer();
      std::uint32_t enabled = 0;
      core_.read_csr(rv32::csr::mie, enabled);
      if (until == Clint::never || (enabled & static_cast<std::uint32_t>(rv32::Interrupt::timer)) == 0)
        return Ending::asleep;
      core_.advance(std::min(until, limit - std::min(limit, core_.cycles())));
      return std::nullopt;
    }
    default:
      return core_.instructions() >= options_.max_instructions ? std::optional<Ending>(Ending::limit) : std::nullopt;
  }
}

// HTIF, as Berkeley's host interface has it: an odd value ends the program, an even one points at a system call of
// which `write` is served. True: ended.
bool Machine::host_interface() {
  if (!tohost_) return false;
  std::uint32_t value = 0;
  core_.peek(*tohost_, &value, 4);
  if (value == 0) return false;
  if ((value & 1) != 0) {
    code_ = value >> 1;
    return true;
  }
  constexpr std::uint64_t sys_write = 64;
  std::uint64_t call[4] = {};
  if (core_.peek(value, call, sizeof(call)) && call[0] == sys_write && call[3] <= 1u << 20) {
    std::string text(call[3], 0);
    if (core_.peek(static_cast<std::uint32_t>(call[2]), text.data(), static_cast<std::uint32_t>(text.size())))
      streams_.write(call[1] == 2, text);
    core_.poke(value, &call[3], 8);
  }
  constexpr std::uint32_t zero = 0, one = 1;
  core_.poke(*tohost_, &zero, 4);
  if (fromhost_) core_.poke(*fromhost_, &one, 4);
  return false;
}

}  // namespace takt::bare
