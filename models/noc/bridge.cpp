#include "models/noc/bridge.h"

namespace takt::noc {

Bridge::Bridge(sc_core::sc_module_name name, base::InitiatorId id, Marks marks)
    : sc_module(name), target("target"), initiator("initiator"), id_(id), marks_(marks) {
  target.register_b_transport(this, &Bridge::transport);
  target.register_transport_dbg(this, &Bridge::debug);
  initiator.register_nb_transport_bw(this, &Bridge::answer);
}

void Bridge::transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
  if (delay != sc_core::SC_ZERO_TIME) sc_core::wait(delay);
  delay = sc_core::SC_ZERO_TIME;
  if (payload.get_byte_enable_ptr() != nullptr) {
    payload.set_response_status(tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
    return;
  }
  if (payload.get_data_length() == 0 || payload.get_streaming_width() < payload.get_data_length()) {
    payload.set_response_status(tlm::TLM_BURST_ERROR_RESPONSE);
    return;
  }
  tlm::tlm_generic_payload& child = pool_.acquire();
  base::set_request(child, payload.is_write(), payload.get_address(), payload.get_data_length(),
                    payload.get_data_ptr());
  base::Stretch& stretch = base::stretch_of(child);
  const base::Stretch* own = payload.get_extension<base::Stretch>();
  stretch.initiator = id_;
  stretch.qos = own != nullptr ? own->qos : marks_.qos;
  stretch.owner = own != nullptr ? own->owner : marks_.owner;
  stretch.allocate = own != nullptr ? own->allocate : marks_.allocate;
  stretch.cookie = begin_call();
  Call& call = *calls_[stretch.cookie];
  tlm::tlm_phase phase = tlm::BEGIN_REQ;
  sc_core::sc_time at_once = sc_core::SC_ZERO_TIME;
  if (initiator->nb_transport_fw(child, phase, at_once) != tlm::TLM_COMPLETED) {
    while (!call.done) sc_core::wait(call.answered);
  }
  const units::Time now = base::now();
  if (stretch.last_beat > now) sc_core::wait(base::to_sc(stretch.last_beat - now));
  payload.set_response_status(child.get_response_status());
  call.free = true;
  child.release();
}

tlm::tlm_sync_enum Bridge::answer(tlm::tlm_generic_payload& payload, tlm::tlm_phase&, sc_core::sc_time&) {
  Call& call = *calls_[base::stretch_of(payload).cookie];
  call.done = true;
  call.answered.notify(sc_core::SC_ZERO_TIME);
  return tlm::TLM_COMPLETED;
}

std::size_t Bridge::begin_call() {
  std::size_t i = 0;
  while (i < calls_.size() && !calls_[i]->free) ++i;
  if (i == calls_.size()) calls_.push_back(std::make_unique<Call>());
  calls_[i]->free = false;
  calls_[i]->done = false;
  return i;
}

}  // namespace takt::noc
