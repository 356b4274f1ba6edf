// Interrupt controller of the ratified RISC-V PLIC specification 1.0.0, one context. Sources are levels: a gateway
// forwards one request each, which stays pending though its line falls, and no further one before its completion.
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
  std::uint32_t enabled() const { return file_.value(TAKT_PLIC_ENABLE); }
  std::uint32_t priority(std::uint32_t n) const { return n == 0 ? 0 : file_.value(TAKT_PLIC_PRIORITY_1 + 4 * (n - 1)); }
  void forward();
  std::uint32_t best() const;
  std::uint32_t claim();
  void complete(std::uint32_t n);
  void update();

  std::uint32_t pending_ = 0;  // a bit per source, as are the next
  std::uint32_t busy_ = 0;     // a gateway that has forwarded a request and waits for its completion
  std::array<std::vector<std::function<void()>>, TAKT_IRQ_END> raised_;
  std::uint64_t claims_ = 0;
};

}  // namespace takt::peripherals
