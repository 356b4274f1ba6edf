#include "models/cpu/iss/iss_cpu.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <utility>

#include "firmware/abi/registers.h"

namespace takt::cpu {

using units::Cycles;
using units::Time;

namespace {

constexpr std::uint32_t boot_area = Image::end;
constexpr unsigned a0 = 10, a1 = 11;

rv32::CoreConfig core_config(const ControlConfig& control, std::uint32_t entry) {
  rv32::CoreConfig config;
  config.reset_pc = entry;
  config.cycles = control.cycles;
  return config;
}

rv32::Window tightly_coupled(std::vector<std::uint8_t>& ram) {
  rv32::Window window;
  window.base = TAKT_RAM_BASE;
  window.bytes = TAKT_RAM_BYTES;
  window.data = ram.data();
  return window;
}

// How long a sleeping core leaves its debugger alone.
constexpr std::uint64_t debugger_cycles = 10000;

bool in_window(std::uint32_t address) { return address - TAKT_WINDOW_BASE < TAKT_WINDOW_BYTES; }

}  // namespace

void Image::load(std::vector<std::uint8_t>& ram) const {
  std::fill(ram.begin(), ram.end(), std::uint8_t{0});
  for (const Segment& segment : segments) {
    if (!fits(segment.address, segment.bytes.size()))
      throw std::invalid_argument("firmware segment at " + std::to_string(segment.address) +
                                  " outside the control processor's memory");
    std::copy(segment.bytes.begin(), segment.bytes.end(), ram.begin() + (segment.address - begin));
  }
}

void Image::start(std::vector<std::uint8_t>& ram, const takt_boot_info& info, rv32::Core& core) const {
  std::memcpy(ram.data() + (boot_area - begin), &info, sizeof info);
  core.reset();
  core.set_pc(entry);
  core.set_reg(a0, 0);
  core.set_reg(a1, boot_area);
}

IssCpu::IssCpu(const sc_core::sc_module_name& name, const ControlConfig& config, const Image& image,
               std::function<std::uint64_t()> window)
    : ControlCpu(name, config),
      image_(image),
      ram_(TAKT_RAM_BYTES, 0),
      core_(core_config(config, image.entry), {tightly_coupled(ram_)}, *this),
      window_(std::move(window)) {
  image_.load(ram_);
}

void IssCpu::start() {
  starts();
  image_.start(ram_, boot_info_, core_);
}

// Without power its memory has lost what it held. Cycles count on.
void IssCpu::boot_anew() {
  stand_still();
  if (!memory_kept()) {
    image_.load(ram_);
  }
  start();
  core_.advance(clock_.index_at_or_after(base::now()).value - core_.cycles());
}

void IssCpu::run() {
  start();
  if (debugger_ != nullptr) go_on_if(debugger_->start(*this));
  for (;;) {
    if (ends()) boot_anew();
    rv32::RunLimit limit;
    limit.cycles = look_ahead();
    limit.instructions = max_instructions_ - core_.instructions();
    if (debugger_ != nullptr) limit = debugger_->limit(limit);
    const rv32::Stop stop = core_.run(limit);
    catch_up();
    if (debugger_ != nullptr) go_on_if(debugger_->stopped(stop));
    if (core_.instructions() >= max_instructions_)
      end("the firmware executed max_instructions = " + std::to_string(max_instructions_));
    if (stop == rv32::Stop::wait) {
      wait_for_interrupt();
    } else if (stop == rv32::Stop::lockup) {
      fail("the firmware's trap handler traps at its first instruction, pc " + std::to_string(core_.pc()));
    }
  }
}

// Cycles that the core may run before anything else could happen, at most the look-ahead of the configuration.
// Everything that is to happen at the present time has happened afterwards.
std::uint64_t IssCpu::look_ahead() {
  for (;;) {
    let_others_act();
    sample_interrupts();
    const Time cap = units::nanoseconds(config_.look_ahead_ns);
    const Time pending = base::to_time(sc_core::sc_time_to_pending_activity());
    const Time horizon = base::now() + units::min(cap, pending);
    const std::uint64_t edge = clock_.index_at_or_after(horizon).value;
    if (edge > core_.cycles()) return edge - core_.cycles();
    wait(base::to_sc(units::min(cap, pending)));  // before the core's next edge
  }
}

// The simulation's time becomes the core's.
void IssCpu::catch_up() {
  const Time core_time = clock_.at(Cycles(core_.cycles()));
  if (core_time > base::now()) wait(base::to_sc(core_time - base::now()));
}

// Until everything that is to happen at the present time has happened.
void IssCpu::let_others_act() {
  while (sc_core::sc_pending_activity_at_current_time()) wait(sc_core::SC_ZERO_TIME);
}

void IssCpu::sample_interrupts() {
  core_.set_interrupt(rv32::Interrupt::external, external_interrupt.read());
  core_.set_interrupt(rv32::Interrupt::timer, timer_interrupt.read());
}

// WFI: until a line is up that the core has enabled. Time passes for it in whole cycles.
void IssCpu::wait_for_interrupt() {
  const auto awake = [this] {
    sample_interrupts();
    rv32::RunLimit none;
    none.instructions = 0;
    return core_.run(none) != rv32::Stop::wait;
  };
  let_others_act();
  if (awake()) return;
  trace(TracePoint::asleep);
  sleep(awake);
  if (ends()) return;
  const std::uint64_t now = clock_.index_at_or_after(base::now()).value;
  core_.advance(now - core_.cycles() + config_.interrupt_entry_cycles);
}

// A debugger looks in at times of its own, which nobody else notices.
void IssCpu::wait_for_lines() {
  if (debugger_ == nullptr) return ControlCpu::wait_for_lines();
  rv32::RunLimit limit;
  limit.cycles = debugger_cycles;
  limit = debugger_->limit(limit);
  const Time until = clock_.at(Cycles(core_.cycles() + limit.cycles));
  wait(base::to_sc(units::max(until, base::now()) - base::now()),
       external_interrupt.value_changed_event() | timer_interrupt.value_changed_event());
  core_.advance(clock_.index_at_or_after(base::now()).value - core_.cycles());
  go_on_if(debugger_->stopped(rv32::Stop::wait));
}

void IssCpu::go_on_if(bool wanted) {
  if (!wanted) end("the debugger ended the run");
}

// The thread never goes on, so nothing that its stack holds is freed: the text must be gone before.
void IssCpu::end(std::string why) {
  fail(std::string(std::move(why)));
  wait();
}

bool IssCpu::look(std::uint32_t address, void* to, std::uint32_t bytes) {
  if (core_.peek(address, to, bytes)) return true;
  if (in_window(address)) return debug_access(memory, false, window_() + (address - TAKT_WINDOW_BASE), to, bytes);
  std::uint8_t word[4];
  if (!debug_access(registers, false, address & ~3u, word, sizeof word)) return false;
  std::memcpy(to, word + address % 4, bytes);
  return true;
}

// Registers are left alone: a write to one is the firmware's to do.
bool IssCpu::change(std::uint32_t address, const void* from, std::uint32_t bytes) {
  if (core_.poke(address, from, bytes)) return true;
  return in_window(address) &&
         debug_access(memory, true, window_() + (address - TAKT_WINDOW_BASE), const_cast<void*>(from), bytes);
}

rv32::BusResult IssCpu::read(std::uint32_t address, unsigned bytes, rv32::Purpose) {
  return transfer(false, address, bytes, 0);
}

rv32::BusResult IssCpu::write(std::uint32_t address, unsigned bytes, std::uint32_t value) {
  return transfer(true, address, bytes, value);
}

rv32::BusResult IssCpu::transfer(bool is_write, std::uint32_t address, unsigned bytes, std::uint32_t value) {
  const std::uint64_t begin = core_.cycles();
  catch_up();
  let_others_act();
  rv32::BusResult result;
  result.ok = pass_on(is_write, address, bytes, value);
  result.value = value;
  latest_[transfers_++ % latest_.size()] = {begin, core_.pc(), address, value, is_write, result.ok};
  result.cycles = clock_.index_at_or_after(base::now()).value - begin;
  core_.request_stop();  // others may have something to do now
  if (is_write && address == TAKT_SYSTEM_BASE + TAKT_SYSTEM_TRACE) trace(value);
  bus_cycles_ += result.cycles;
  return result;
}

std::vector<rv32::BusTransfer> IssCpu::latest_transfers() const {
  std::vector<rv32::BusTransfer> all;
  for (std::uint64_t n = transfers_ - std::min<std::uint64_t>(transfers_, latest_.size()); n < transfers_; ++n)
    all.push_back(latest_[n % latest_.size()]);
  return all;
}

// Of a write: its own wait is neither among the core's cycles yet nor among those of the bus.
void IssCpu::trace(std::uint32_t value) {
  if (on_trace_) on_trace_({value, base::now(), core_.instructions(), core_.cycles(), bus_cycles_});
}

// Registers are words; the window shows memory by bytes.
bool IssCpu::pass_on(bool is_write, std::uint32_t address, unsigned bytes, std::uint32_t& value) {
  if (!in_window(address)) return bytes == sizeof value && register_access(is_write, address, value);
  return memory_access(is_write, window_() + (address - TAKT_WINDOW_BASE), reinterpret_cast<unsigned char*>(&value),
                       bytes);
}

ControlCpu::Counters IssCpu::counters() const {
  Counters counters = ControlCpu::counters();
  counters.instructions = core_.instructions();
  return counters;
}

}  // namespace takt::cpu
