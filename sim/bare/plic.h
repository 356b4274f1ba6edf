// Interrupt controller of one hart in the ratified layout (RISC-V PLIC 1.0.0), one context, and a register with which
// the program itself moves the lines: a bare machine has no device that would.
#pragma once

#include <cstdint>

#include "models/cpu/rv32/core.h"

namespace takt::bare {

class Plic : public rv32::Bus {
 public:
  static constexpr std::uint32_t base = 0x0c000000, bytes = 0x400000;
  static constexpr std::uint32_t sources = 31;       // 1 .. 31
  static constexpr std::uint32_t most_priority = 7;  // 0: never interrupts
  // Source n's level is bit n of this word, bit 0 is zero. In the range that the layout reserves behind the contexts.
  static constexpr std::uint32_t lines_offset = 0x3ffffc;

  explicit Plic(std::uint32_t access_cycles) : access_cycles_(access_cycles) {}

  // Before the core runs.
  void attach(rv32::Core& core) { core_ = &core; }

  // Addresses outside, and what the layout reserves, are faults. A read of the claim register claims.
  rv32::BusResult read(std::uint32_t address, unsigned width, rv32::Purpose purpose) override;
  rv32::BusResult write(std::uint32_t address, unsigned width, std::uint32_t value) override;
  // A read without effect.
  rv32::BusResult look(std::uint32_t address) const;

 private:
  std::uint32_t best() const;
  void complete(std::uint32_t source);
  void update();

  std::uint32_t access_cycles_;
  rv32::Core* core_ = nullptr;
  std::uint32_t priority_[sources + 1] = {};
  std::uint32_t enabled_ = 0, threshold_ = 0;
  std::uint32_t lines_ = 0;
  std::uint32_t pending_ = 0;
  std::uint32_t busy_ = 0;  // a gateway that has forwarded a request and waits for its completion
};

}  // namespace takt::bare
