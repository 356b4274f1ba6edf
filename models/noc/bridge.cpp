#include "models/noc/bridge.h"

#include <algorithm>

namespace takt::noc {

Bridge::Bridge(sc_core::sc_module_name name, base::InitiatorId id, Marks marks)
    : sc_module(name), target("target"), initiator("initiator"), id_(id), marks_(marks) {
  target.register_b_transport(this, &Bridge::transport);
  target.register_transport_dbg(this, &Bridge::debug);
  initiator.register_nb_transport_bw(this, &Bridge::answer);
}

// Ends the call when its caller is done, or leaves that to the answer when the caller is unwound before it.
class Bridge::Waiting {
 public:
  explicit Waiting(Call& call) : call_(call) {}
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;
  ~Waiting() {
    if (call_.done) {
      end(call_);
    } else {
      call_.abandoned = true;
    }
  }

 private:
  Call& call_;
};

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
  Call& call = begin(payload);
  const Waiting waiting(call);
  tlm::tlm_phase phase = tlm::BEGIN_REQ;
  sc_core::sc_time at_once = sc_core::SC_ZERO_TIME;
  if (initiator->nb_transport_fw(*call.payload, phase, at_once) == tlm::TLM_COMPLETED) call.done = true;
  while (!call.done) sc_core::wait(call.answered);
  const units::Time now = base::now();
  const units::Time last_beat = base::stretch_of(*call.payload).last_beat;
  if (last_beat > now) sc_core::wait(base::to_sc(last_beat - now));
  payload.set_response_status(call.payload->get_response_status());
  if (payload.is_read() && payload.is_response_ok())  // nothing to copy where the access is timing only
    std::copy(call.data.begin(), call.data.end(), payload.get_data_ptr());
}

tlm::tlm_sync_enum Bridge::answer(tlm::tlm_generic_payload& payload, tlm::tlm_phase&, sc_core::sc_time&) {
  Call& call = *calls_[base::stretch_of(payload).cookie];
  call.done = true;
  if (call.abandoned) {
    end(call);
  } else {
    call.answered.notify(sc_core::SC_ZERO_TIME);
  }
  return tlm::TLM_COMPLETED;
}

Bridge::Call& Bridge::begin(const tlm::tlm_generic_payload& payload) {
  std::size_t i = 0;
  while (i < calls_.size() && calls_[i]->payload != nullptr) ++i;
  if (i == calls_.size()) calls_.push_back(std::make_unique<Call>());
  Call& call = *calls_[i];
  call.done = call.abandoned = false;
  const unsigned char* data = payload.get_data_ptr();
  const bool timing_only = data == nullptr;
  call.data.clear();
  if (!timing_only) call.data.assign(data, data + payload.get_data_length());
  call.payload = &pool_.acquire();
  base::set_request(*call.payload, payload.is_write(), payload.get_address(), payload.get_data_length(),
                    timing_only ? nullptr : call.data.data());
  base::Stretch& stretch = base::stretch_of(*call.payload);
  const base::Stretch* own = payload.get_extension<base::Stretch>();
  stretch.initiator = id_;
  stretch.qos = own != nullptr ? own->qos : marks_.qos;
  stretch.owner = own != nullptr ? own->owner : marks_.owner;
  stretch.account = own != nullptr ? own->account : 0;
  stretch.allocate = own != nullptr ? own->allocate : marks_.allocate;
  stretch.cookie = i;
  return call;
}

void Bridge::end(Call& call) {
  call.payload->release();
  call.payload = nullptr;
}

}  // namespace takt::noc
