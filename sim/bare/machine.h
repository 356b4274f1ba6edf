// A bare program on the control processor's core: memory, timer, interrupt controller, a console, and nothing else of
// the SoC.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/cpu/rv32/debugger.h"
#include "models/cpu/rv32/observer.h"
#include "sim/bare/clint.h"
#include "sim/bare/plic.h"
#include "sim/bare/semihosting.h"
#include "sim/bare/streams.h"
#include "traces/formats/elf/elf_image.h"

namespace takt::bare {

struct MachineOptions {
  std::uint32_t ram_bytes = 128u << 20;  // at ram_base; a multiple of 16, at most 2 GiB
  std::uint64_t max_instructions = 10000000000ull;
  std::uint64_t look_ahead = std::uint64_t{1} << 62;  // cycles run at once at most; changes no result
  std::string command_line;                           // what SYS_GET_CMDLINE gives
  rv32::CycleTable cycles;
  rv32::Debugger* debugger = nullptr;  // null: none; changes no result by itself
  rv32::Observer* observer = nullptr;  // null: none; changes no result
  std::function<bool()> full;          // where it is set and true, the run ends: whoever observes takes no more
  std::uint32_t register_cycles = 4;   // of a register access, on top of the table
};

enum class Ending {
  exited,  // by semihosting or `tohost`
  limit,   // max_instructions
  lockup,  // the trap handler traps at its first instruction
  asleep,  // WFI, and no interrupt can come
  killed,  // by the debugger
  full,    // MachineOptions::full
};

struct Outcome {
  Ending ending = Ending::exited;
  std::uint32_t code = 0;  // that the program exited with; of `tohost`, the number of the test that failed
  std::uint64_t instructions = 0;
  std::uint64_t cycles = 0;
  std::uint32_t pc = 0;
  std::uint32_t mcause = 0, mepc = 0, mtval = 0;
};

class Machine : private rv32::Debuggee, private rv32::Bus {
 public:
  static constexpr std::uint32_t ram_base = 0x80000000;

  // Loads the program. Throws traces::ElfError for a segment outside the memory; `name` is for messages.
  Machine(const traces::ElfImage& program, const std::string& name, const MachineOptions& options, Streams& streams);

  // To the program's end, from its entry with a0 = hart 0.
  Outcome run();

  const rv32::Core& core() const { return core_; }
  rv32::Debuggee& debuggee() { return *this; }
  // Of memory, for tests: false where not all of it is there.
  bool peek(std::uint32_t address, void* to, std::uint32_t bytes) const { return core_.peek(address, to, bytes); }

 private:
  rv32::BusResult read(std::uint32_t address, unsigned width, rv32::Purpose purpose) override;
  rv32::BusResult write(std::uint32_t address, unsigned width, std::uint32_t value) override;
  rv32::Core& hart() override { return core_; }
  bool look(std::uint32_t address, void* to, std::uint32_t bytes) override;
  bool change(std::uint32_t address, const void* from, std::uint32_t bytes) override;
  // A cycle counts as a nanosecond, as in Semihosting.
  units::Time simulated() const override { return units::nanoseconds(core_.cycles()); }
  std::uint64_t cycle_at(units::Time time) const override;
  units::Time time_of(std::uint64_t cycle) const override { return units::nanoseconds(cycle); }

  std::optional<Ending> step();
  void load(const traces::ElfImage& program, const std::string& name);
  std::optional<Ending> after(rv32::Stop stop, std::uint64_t limit);
  bool host_interface();
  Semihosting::Place place(const traces::ElfImage& program) const;

  const MachineOptions options_;
  Streams& streams_;
  // Zero without being touched: a program that uses little costs little.
  struct Free {
    void operator()(std::uint8_t* memory) const;
  };
  std::unique_ptr<std::uint8_t[], Free> ram_;
  Clint clint_;
  Plic plic_;
  rv32::Core core_;
  Semihosting semihosting_;
  std::optional<std::uint32_t> tohost_;
  std::optional<std::uint32_t> fromhost_;
  std::uint32_t code_ = 0;
};

}  // namespace takt::bare
