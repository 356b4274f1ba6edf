#include "models/peripherals/register_bus.h"

namespace takt::peripherals {

RegisterBus::RegisterBus(const sc_core::sc_module_name& name, units::Time access)
    : sc_module(name), initiators("initiators"), access_(base::to_sc(access)) {
  initiators.register_b_transport(this, &RegisterBus::b_transport);
  initiators.register_transport_dbg(this, &RegisterBus::debug);
}

tlm_utils::simple_initiator_socket<RegisterBus>& RegisterBus::map(std::uint32_t base, std::uint32_t bytes) {
  return ranges_.emplace_back(sc_core::sc_gen_unique_name("range"), base, bytes).socket;
}

void RegisterBus::b_transport(int, tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
  const std::uint64_t address = payload.get_address();
  delay += access_;
  Range* const range = range_of(address);
  if (range == nullptr) {
    payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
    return;
  }
  payload.set_address(address - range->base);
  range->socket->b_transport(payload, delay);
  payload.set_address(address);
}

unsigned RegisterBus::debug(int, tlm::tlm_generic_payload& payload) {
  const std::uint64_t address = payload.get_address();
  Range* const range = range_of(address);
  if (range == nullptr) return 0;
  payload.set_address(address - range->base);
  const unsigned bytes = range->socket->transport_dbg(payload);
  payload.set_address(address);
  return bytes;
}

RegisterBus::Range* RegisterBus::range_of(std::uint64_t address) {
  for (Range& range : ranges_)
    if (address >= range.base && address - range.base < range.bytes) return &range;
  return nullptr;
}

}  // namespace takt::peripherals
