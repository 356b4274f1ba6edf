#include "models/base/payload_pool.h"

#include <stdexcept>

namespace takt::base {

tlm::tlm_generic_payload& PayloadPool::acquire() {
  if (free_.empty()) {
    all_.push_back(std::make_unique<tlm::tlm_generic_payload>(this));
    all_.back()->set_extension(new Stretch);  // owned by the payload from here on
    free_.push_back(all_.back().get());
  }
  tlm::tlm_generic_payload* payload = free_.back();
  free_.pop_back();
  payload->acquire();
  payload->get_extension<Stretch>()->copy_from(Stretch{});
  payload->set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
  payload->set_byte_enable_ptr(nullptr);
  payload->set_dmi_allowed(false);
  return *payload;
}

void PayloadPool::free(tlm::tlm_generic_payload* payload) { free_.push_back(payload); }

Stretch& stretch_of(tlm::tlm_generic_payload& payload) {
  Stretch* stretch = payload.get_extension<Stretch>();
  if (stretch == nullptr) throw std::logic_error("a payload without a stretch reached a native block");
  return *stretch;
}

void set_request(tlm::tlm_generic_payload& payload, bool write, std::uint64_t address, std::uint64_t bytes,
                 unsigned char* data) {
  payload.set_command(write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
  payload.set_address(address);
  payload.set_data_ptr(data);
  payload.set_data_length(static_cast<unsigned>(bytes));
  payload.set_streaming_width(static_cast<unsigned>(bytes));
  Stretch& stretch = stretch_of(payload);
  stretch.timing_only = data == nullptr;
  stretch.row_bytes = static_cast<std::uint32_t>(bytes);
  stretch.rows = 1;
  stretch.stride = bytes;
}

}  // namespace takt::base
