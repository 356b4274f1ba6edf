// One RV32IMAC hart with machine and user mode, as an interpreter of decoded blocks. It knows no SystemC and no clock:
// whoever runs it says how far, and is told where and why it stopped.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "models/cpu/rv32/block_cache.h"
#include "models/cpu/rv32/csr.h"
#include "models/cpu/rv32/cycle_table.h"
#include "models/cpu/rv32/instruction.h"
#include "models/cpu/rv32/memory.h"

namespace takt::rv32 {

enum class Stop : std::uint8_t {
  limit,        // the run's limit
  wait,         // WFI was executed and nothing is pending; further runs end here until something is
  requested,    // by request_stop()
  breakpoint,   // before the instruction at pc(), which the next run executes
  watched,      // after an instruction that accessed a watched range: see watched()
  trap,         // after entering a trap, where the limit asks for it
  semihosting,  // at the EBREAK of a semihosting call; finish_semihosting() goes on
  lockup,       // the first instruction of the trap handler traps: nothing else would ever happen
};

// Of one run, from where the core stands. It ends before the first instruction that would begin at or after `cycles`,
// or that would be one too many. Where a run ends changes nothing that the program can see.
struct RunLimit {
  std::uint64_t instructions = std::uint64_t{1} << 62;
  std::uint64_t cycles = std::uint64_t{1} << 62;
  bool trap = false;  // ends also at the first instruction of a trap handler, with Stop::trap
};

// A load, or a store or atomic operation that writes.
struct Access {
  std::uint32_t address = 0;
  std::uint32_t bytes = 0;
  bool store = false;
};

struct CoreConfig {
  std::uint32_t hart = 0;
  std::uint32_t reset_pc = 0;
  CycleTable cycles;
  bool semihosting = false;  // EBREAK between SLLI x0,x0,0x1f and SRAI x0,x0,7 stops instead of trapping
};

class Observer;  // observer.h

class Core {
 public:
  // Throws std::invalid_argument for a window or a cycle table outside the ranges that memory.h and cycle_table.h
  // state. The first window with data_cycles = 0 is the fast one.
  Core(const CoreConfig& config, const std::vector<Window>& windows, Bus& bus);
  ~Core();

  // To the state after reset (section 3.4 of the privileged architecture; registers 0). Counts of instructions and
  // cycles go on; memory and interrupt lines stay.
  void reset();

  Stop run(const RunLimit& limit);

  // The current run ends before the next instruction. For bus accesses, and between runs (the next one ends at once).
  void request_stop() { stop_requested_ = true; }

  // A level input. Between runs and inside bus accesses; seen by the next instruction.
  void set_interrupt(Interrupt line, bool level);
  // Time passes in which the core executes nothing, such as a wait for an interrupt.
  void advance(std::uint64_t cycles) { cycles_end_ += cycles; }

  // Since construction. Inside a bus access: at its start.
  std::uint64_t cycles() const { return cycles_end_ - static_cast<std::uint64_t>(cycles_left_); }
  std::uint64_t instructions() const { return instructions_end_ - static_cast<std::uint64_t>(instructions_left_); }

  // State, between runs.
  std::uint32_t pc() const { return pc_; }
  void set_pc(std::uint32_t pc);
  std::uint32_t reg(unsigned index) const { return x_[index]; }  // index below 32
  void set_reg(unsigned index, std::uint32_t value) {
    if (index != 0) x_[index] = value;
  }
  Privilege privilege() const { return privilege_; }
  // As an instruction in machine mode would; false: there is no such register, or it is read-only.
  bool read_csr(std::uint32_t number, std::uint32_t& value) const;
  bool write_csr(std::uint32_t number, std::uint32_t value);
  bool waiting() const { return waiting_; }

  // Tells that the memory of a window was written by somebody else.
  void invalidate(std::uint32_t address, std::uint32_t bytes);

  // Breakpoints and watched ranges cost nothing while there are none, and never change what is counted. While loads are
  // watched every access takes the slow way. A range may be watched several times, and is unwatched as often.
  void set_breakpoint(std::uint32_t address);
  void clear_breakpoint(std::uint32_t address);
  void watch_stores(std::uint32_t address, std::uint32_t bytes) { watch({address, bytes, true}); }
  void unwatch_stores(std::uint32_t address, std::uint32_t bytes) { unwatch({address, bytes, true}); }
  void watch_loads(std::uint32_t address, std::uint32_t bytes) { watch({address, bytes, false}); }
  void unwatch_loads(std::uint32_t address, std::uint32_t bytes) { unwatch({address, bytes, false}); }
  // After Stop::watched: what the instruction accessed.
  const Access& watched() const { return watched_; }

  // Between runs. While somebody observes, the core runs instruction by instruction; what it does and counts is the
  // same. Null: nobody.
  void observe(Observer* observer) {
    observer_ = observer;
    flush_needed_ = true;
  }

  // After Stop::semihosting: the call's result, and on behind the EBREAK.
  void finish_semihosting(std::uint32_t result);

  // Nothing of a window: for hosts that follow pointers of a program. False: not all of it lies in windows.
  bool peek(std::uint32_t address, void* to, std::uint32_t bytes) const;
  bool poke(std::uint32_t address, const void* from, std::uint32_t bytes);

 private:
  // What a bus access, a trap or the end of a block leaves to do.
  enum class Next : std::uint8_t { go_on, leave, trap };
  struct Area;
  struct Range {
    std::uint32_t address;
    std::uint32_t bytes;
  };

  // execute.cpp: runs blocks until something else is to be done than running blocks.
  void execute(Block* block);

  // run.cpp
  bool stop_due(Stop& why);
  Block* next_block();
  Block* partial(const Block& block, std::uint32_t count);
  Block* fetched_from_bus(bool over_breakpoint);
  void run_observed();
  void observe_one();
  void stop(Stop why) {
    stopped_ = true;
    stop_ = why;
  }
  void enter_trap(std::uint32_t cause, std::uint32_t value);
  bool take_interrupt();

  // core.cpp
  void watch(const Access& range);
  void unwatch(const Access& range);
  void flush();
  void update_data_path();

  // translate.cpp: machine code to blocks. assemble() leaves its block in once_, ops_ and marks_.
  Block* find_or_translate(std::uint32_t pc);
  void assemble(std::uint32_t pc, const Area& area, bool over_breakpoint);
  void assemble_one(std::uint32_t pc, const Instruction& instruction, std::uint32_t cycles);
  bool fetch(const Area& area, std::uint32_t pc, std::uint32_t& bits) const;
  void append(const Op& op, std::uint32_t pc, std::uint32_t cycles);
  void close(std::uint32_t next_pc, std::uint32_t cycles);
  std::uint32_t cost_of(Operation operation) const;
  bool next_uses(const Instruction& load, std::uint32_t next_pc, const Area& area) const;
  bool breakpoint_at(std::uint32_t pc) const;
  Op pseudo(Operation operation) const;
  Op op_of(const Instruction& instruction, std::uint32_t pc) const;
  std::uint32_t key_of(std::uint32_t pc) const { return pc | (privilege_ == Privilege::user ? 1u : 0u); }

  // access.cpp: loads, stores and atomics that are not simply one of the fast window.
  Next access(const Block& block, const Op& op);
  template <typename T>
  bool quick_load(std::uint32_t address, T& value) const;
  template <typename T>
  bool quick_store(std::uint32_t address, std::uint32_t value);
  void note_span(std::uint32_t address, Right right);
  bool aligned_or_split(std::uint32_t address, unsigned bytes);
  Next load(std::uint32_t address, unsigned bytes, bool sign, unsigned rd);
  Next store(std::uint32_t address, unsigned bytes, std::uint32_t value);
  Next atomic(std::uint32_t address, const Op& op);
  Next read_raw(std::uint32_t address, unsigned bytes, std::uint32_t fault, std::uint32_t& value);
  Next write_raw(std::uint32_t address, unsigned bytes, std::uint32_t value);
  Next bus_done(const BusResult& result, std::uint32_t fault, const Access& access);
  Next done(const Access& access, Next next);
  Next fault(std::uint32_t cause, std::uint32_t value);
  bool allowed(std::uint32_t address, unsigned bytes, Right right) const;
  Area* area_at(std::uint32_t address, unsigned bytes);
  const Area* area_at(std::uint32_t address, unsigned bytes) const;

  // system.cpp
  Next system(const Block& block, const Op& op);
  Next csr_access(const Op& op);
  Next return_from_trap();
  Next environment_break();
  std::uint32_t instruction_bits(std::uint32_t pc) const;
  Progress progress() const { return {cycles(), instructions()}; }

  const CoreConfig config_;
  Bus& bus_;

  // What the interpreter's loop looks at.
  std::array<std::uint32_t, 33> x_{};  // x_[32] takes what is written to x0
  std::uint8_t* fast_data_ = nullptr;
  const std::uint8_t* fast_code_ = nullptr;
  std::uint32_t fast_base_ = 0;
  std::uint32_t fast_bytes_ = 0;  // 0 while every access must be looked at
  // Under memory protection the fast window is closed; what was found allowed of it is kept, for reads and for writes.
  bool restricted_ = false;
  std::array<Range, 4> readable_{};
  std::array<Range, 4> writable_{};
  unsigned oldest_span_ = 0;
  std::int64_t cycles_left_ = 0;
  std::int64_t instructions_left_ = 0;
  std::uint64_t cycles_end_ = 0;
  std::uint64_t instructions_end_ = 0;

  std::uint32_t pc_ = 0;
  Privilege privilege_ = Privilege::machine;
  Csrs csrs_;
  bool reserved_ = false;  // by LR
  std::uint32_t reservation_ = 0;
  bool waiting_ = false;
  bool stop_requested_ = false;
  bool flush_needed_ = false;
  bool over_breakpoint_ = false;
  bool stop_at_trap_ = false;
  bool stopped_ = false;  // with stop_
  Stop stop_ = Stop::limit;
  std::uint32_t trap_cause_ = 0;
  std::uint32_t trap_value_ = 0;
  Observer* observer_ = nullptr;
  bool trapped_ = false;            // since observing the present instruction began
  std::uint32_t fetched_bits_ = 0;  // of an instruction that came over the bus

  std::vector<std::unique_ptr<Area>> areas_;
  const Area* fast_ = nullptr;
  BlockCache cache_;
  const void* const* handlers_ = nullptr;
  std::vector<std::uint32_t> breakpoints_;
  std::vector<Access> watches_;
  Access watched_;

  // The block being put together, and one that is run once only.
  std::array<Op, Block::longest + 1> ops_{};
  std::array<Mark, Block::longest + 1> marks_{};
  Block once_{};
};

}  // namespace takt::rv32
