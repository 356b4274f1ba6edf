// The control processor as a simulated RV32 core that runs an ELF. It runs ahead of the simulation no further than the
// next thing that may happen there, and synchronises before every access outside its own memory, so that how far it may
// look ahead changes no result.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "firmware/abi/registers.h"
#include "models/cpu/control_cpu.h"
#include "models/cpu/rv32/core.h"
#include "models/cpu/rv32/debugger.h"
#include "models/cpu/rv32/observer.h"

namespace takt::cpu {

// A program in the core's tightly coupled memory.
struct Image {
  struct Segment {
    std::uint32_t address = 0;  // fits() holds
    std::vector<std::uint8_t> bytes;
  };
  std::uint32_t entry = 0;
  std::vector<Segment> segments;

  static constexpr std::uint64_t begin = TAKT_RAM_BASE;
  static constexpr std::uint64_t end = begin + TAKT_RAM_BYTES - 4096;  // boot information from here on
  static bool fits(std::uint64_t address, std::uint64_t bytes) { return address >= begin && address + bytes <= end; }

  // The boot contract (firmware/abi/boot.h) without power and reset: `ram` is the whole memory from `begin` on. Throws
  // std::invalid_argument for a segment that does not fit.
  void load(std::vector<std::uint8_t>& ram) const;
  // The rest of it, of every boot, behind the core's reset. `ram` is the core's.
  void start(std::vector<std::uint8_t>& ram, const takt_boot_info& info, rv32::Core& core) const;
};

// A write to SYSTEM.TRACE, or the begin of a sleep, whose value is `asleep`. Counts are the core's, since its start.
struct TracePoint {
  static constexpr std::uint32_t asleep = ~0u;
  std::uint32_t value = 0;
  units::Time at;
  std::uint64_t instructions = 0;
  std::uint64_t cycles = 0;      // time that passed asleep included
  std::uint64_t bus_cycles = 0;  // of them waiting for registers and shared memory
};

class IssCpu final : public ControlCpu, private rv32::Bus, private rv32::Debuggee {
 public:
  // `window`: the device address that the aperture at TAKT_WINDOW_BASE shows now.
  IssCpu(const sc_core::sc_module_name& name, const ControlConfig& config, const Image& image,
         std::function<std::uint64_t()> window);

  // Observation only.
  void on_trace(std::function<void(const TracePoint&)> handler) { on_trace_ = std::move(handler); }
  Counters counters() const override;

  // Before the simulation starts; null: none. Changes no result by itself. It ends a run through the fault handler.
  void set_debugger(rv32::Debugger* debugger) { debugger_ = debugger; }
  // Before the simulation starts: somebody who sees every instruction. Changes no result.
  void set_observer(rv32::Observer* observer) { core_.observe(observer); }
  // Before the simulation starts. It ends the run through the fault handler when the core has executed so many.
  void set_max_instructions(std::uint64_t most) { max_instructions_ = most; }
  // Between processes and after the simulation.
  rv32::Debuggee& debuggee() { return *this; }

 private:
  void run() override;
  rv32::BusResult read(std::uint32_t address, unsigned bytes, rv32::Purpose purpose) override;
  rv32::BusResult write(std::uint32_t address, unsigned bytes, std::uint32_t value) override;

  rv32::Core& hart() override { return core_; }
  bool look(std::uint32_t address, void* to, std::uint32_t bytes) override;
  bool change(std::uint32_t address, const void* from, std::uint32_t bytes) override;
  units::Time simulated() const override { return base::now(); }
  std::uint64_t cycle_at(units::Time time) const override { return clock_.index_at_or_after(time).value; }
  std::vector<rv32::BusTransfer> latest_transfers() const override;
  units::Time time_of(std::uint64_t cycle) const override { return clock_.at(units::Cycles(cycle)); }

  void start();
  void boot_anew();
  std::uint64_t look_ahead();
  void catch_up();
  void let_others_act();
  void sample_interrupts();
  void wait_for_interrupt();
  void wait_for_lines() override;
  std::optional<std::uint32_t> pc() const override { return core_.pc(); }
  void go_on_if(bool wanted);
  void end(std::string why);
  rv32::BusResult transfer(bool write, std::uint32_t address, unsigned bytes, std::uint32_t value);
  void trace(std::uint32_t value);
  bool pass_on(bool write, std::uint32_t address, unsigned bytes, std::uint32_t& value);

  const Image image_;
  std::vector<std::uint8_t> ram_;
  rv32::Core core_;
  const std::function<std::uint64_t()> window_;
  std::function<void(const TracePoint&)> on_trace_;
  rv32::Debugger* debugger_ = nullptr;
  std::uint64_t max_instructions_ = ~std::uint64_t{0};
  std::uint64_t bus_cycles_ = 0;
  std::array<rv32::BusTransfer, 16> latest_;  // transfer n at n modulo their number
  std::uint64_t transfers_ = 0;
};

}  // namespace takt::cpu
