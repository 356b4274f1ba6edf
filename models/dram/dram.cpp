#include "models/dram/dram.h"

#include "models/base/payload_pool.h"

namespace takt::dram {

Dram::Dram(sc_core::sc_module_name name, const Config& config, std::uint64_t base_address, base::Ledger& ledger)
    : sc_module(name), target("target"), base_address_(base_address), device_(config, ledger) {
  target.register_nb_transport_fw(this, &Dram::transport);
  target.register_transport_dbg(this, &Dram::debug);
}

tlm::tlm_sync_enum Dram::transport(tlm::tlm_generic_payload& payload, tlm::tlm_phase&, sc_core::sc_time& delay) {
  base::Stretch& stretch = base::stretch_of(payload);
  Request request;
  request.address = payload.get_address() - base_address_;
  request.row_bytes = stretch.row_bytes;
  request.rows = stretch.rows;
  request.stride = stretch.stride;
  request.write = payload.is_write();
  request.initiator = stretch.initiator;
  request.owner = stretch.owner;
  if (stretch.bytes() == 0) {
    payload.set_response_status(tlm::TLM_BURST_ERROR_RESPONSE);
    return tlm::TLM_COMPLETED;
  }
  if (!device_.contains(request)) {
    payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
    return tlm::TLM_COMPLETED;
  }
  const Commit commit = device_.submit(request, base::now() + base::to_time(delay));
  stretch.first_beat = commit.first_beat;
  stretch.last_beat = commit.last_beat;
  stretch.next_accept = commit.next_accept;
  if (!stretch.timing_only) copy(payload);
  payload.set_response_status(tlm::TLM_OK_RESPONSE);
  return tlm::TLM_COMPLETED;
}

void Dram::copy(tlm::tlm_generic_payload& payload) {
  const std::uint64_t address = payload.get_address() - base_address_;
  if (payload.is_write()) {
    store_.write(address, payload.get_data_ptr(), payload.get_data_length());
  } else {
    store_.read(address, payload.get_data_ptr(), payload.get_data_length());
  }
}

unsigned Dram::debug(tlm::tlm_generic_payload& payload) {
  Request request;
  request.address = payload.get_address() - base_address_;
  request.row_bytes = payload.get_data_length();
  if (request.row_bytes == 0 || !device_.contains(request)) return 0;
  copy(payload);
  payload.set_response_status(tlm::TLM_OK_RESPONSE);
  return payload.get_data_length();
}

}  // namespace takt::dram
