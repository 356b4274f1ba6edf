// Timer and software interrupt of one hart in the ratified layout (RISC-V ACLINT 1.0, sections 2 and 3, at SiFive CLINT
// offsets). mtime counts the core's cycles.
#pragma once

#include <cstdint>

#include "models/cpu/rv32/core.h"

namespace takt::bare {

class Clint : public rv32::Bus {
 public:
  static constexpr std::uint32_t base = 0x02000000, bytes = 0x10000;
  static constexpr std::uint64_t never = ~std::uint64_t{0};

  explicit Clint(std::uint32_t access_cycles) : access_cycles_(access_cycles) {}

  // Before the core runs.
  void attach(rv32::Core& core) { core_ = &core; }

  // Addresses outside, and registers of other harts, are faults.
  rv32::BusResult read(std::uint32_t address, unsigned width, rv32::Purpose purpose) override;
  rv32::BusResult write(std::uint32_t address, unsigned width, std::uint32_t value) override;

  // Cycles from now until the timer interrupt rises; never: it is up, or no time is set.
  std::uint64_t until_timer() const;
  // Sets the timer's line to what it is now.
  void update();

 private:
  // The 32-bit register at an offset; null: none.
  std::uint32_t* word_at(std::uint32_t offset);

  std::uint32_t access_cycles_;
  rv32::Core* core_ = nullptr;
  std::uint32_t msip_ = 0;
  std::uint32_t mtimecmp_[2] = {~0u, ~0u};
  std::uint32_t mtime_[2] = {};     // as last read
  std::uint64_t mtime_offset_ = 0;  // mtime - cycles
};

}  // namespace takt::bare
