// The control processor's register bus: decodes 32-bit addresses, charges a fixed time per access.
#pragma once

#include <deque>
#include <vector>

#include "models/base/systemc.h"

namespace takt::peripherals {

class RegisterBus : public sc_core::sc_module {
 public:
  tlm_utils::multi_passthrough_target_socket<RegisterBus> initiators;

  RegisterBus(const sc_core::sc_module_name& name, units::Time access);

  // The socket of a new range [base, base + bytes); addresses reach it relative to `base`.
  tlm_utils::simple_initiator_socket<RegisterBus>& map(std::uint32_t base, std::uint32_t bytes);

 private:
  struct Range {
    Range(const char* name, std::uint32_t b, std::uint32_t n) : socket(name), base(b), bytes(n) {}
    tlm_utils::simple_initiator_socket<RegisterBus> socket;
    std::uint32_t base;
    std::uint32_t bytes;
  };

  Range* range_of(std::uint64_t address);
  unsigned debug(int initiator, tlm::tlm_generic_payload& payload);
  void b_transport(int initiator, tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);

  const sc_core::sc_time access_;
  std::deque<Range> ranges_;
};

}  // namespace takt::peripherals
