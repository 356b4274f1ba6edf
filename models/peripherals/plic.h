// Interrupt controller in the ratified PLIC layout, one context. Sources are levels; a claimed source is masked until
// its completion. Equal priorities: the lowest source number first.
#pragma once

#include <array>
#include <functional>
#include <vector>

#include "firmware/abi/registers.h"
#include "models/peripherals/peripheral.h"

namespace takt::peripherals {

class Plic : public Peripheral {
 public:
  sc_core::sc_vector<sc_core::sc_in<bool>> source;  // [0] is source 1
  sc_core::sc_out<bool> interrupt;

  SC_HAS_PROCESS(Plic);
  explicit Plic(const sc_core::sc_module_name& name);

  std::uint64_t claims() const { return claims_; }
  // A source is pending once though its line is low; `claimed` is called when it is claimed.
  void raise(std::uint32_t n, std::function<void()> claimed);

 private:
  void forget() override;
  bool pending(std::uint32_t n) const { return (source[n - 1].read() || !raised_[n].empty()) && !claimed_[n]; }
  std::uint32_t priority(std::uint32_t n) const { return file_.value(TAKT_PLIC_PRIORITY_1 + 4 * (n - 1)); }
  std::uint32_t best() const;
  std::uint32_t claim();
  void update();

  std::array<bool, TAKT_IRQ_END> claimed_{};
  std::array<std::vector<std::function<void()>>, TAKT_IRQ_END> raised_;
  std::uint64_t claims_ = 0;
};

}  // namespace takt::peripherals
