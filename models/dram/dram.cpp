#include "models/dram/dram.h"

#include "models/base/payload_pool.h"

namespace takt::dram {

Dram::Dram(sc_core::sc_module_name name, const Config& config, Fidelity fidelity, std::uint64_t base_address,
           base::Ledger& ledger)
    : sc_module(name), target("target"), base_address_(base_address), memory_(config, fidelity, ledger) {
  target.register_nb_transport_fw(this, &Dram::transport);
  target.register_transport_dbg(this, &Dram::debug);
  sc_core::sc_spawn_options options;
  options.spawn_method();
  options.dont_initialize();
  options.set_sensitivity(&wake_);
  sc_core::sc_spawn([this] { work(); }, sc_core::sc_gen_unique_name("work"), &options);
}

tlm::tlm_sync_enum Dram::transport(tlm::tlm_generic_payload& payload, tlm::tlm_phase&, sc_core::sc_time& delay) {
  const base::Stretch& stretch = base::stretch_of(payload);
  Request request;
  request.address = payload.get_address() - base_address_;
  request.row_bytes = stretch.row_bytes;
  request.rows = stretch.rows;
  request.stride = stretch.stride;
  request.write = payload.is_write();
  request.qos = stretch.qos;
  request.initiator = stretch.initiator;
  request.owner = stretch.owner;
  request.account = stretch.account;
  if (stretch.bytes() == 0) {
    payload.set_response_status(tlm::TLM_BURST_ERROR_RESPONSE);
    return tlm::TLM_COMPLETED;
  }
  if (!memory_.contains(request)) {
    payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
    return tlm::TLM_COMPLETED;
  }
  if (free_.empty()) {
    free_.push_back(open_.size());
    open_.push_back(nullptr);
  }
  request.cookie = free_.back();
  free_.pop_back();
  open_[request.cookie] = &payload;
  payload.acquire();
  if (!stretch.timing_only) copy(payload);
  const units::Time arrival = base::now() + base::to_time(delay);
  if (observer_ != nullptr) observer_->submitted(request, arrival);
  memory_.submit(request, arrival);
  wake_for_next();
  return tlm::TLM_ACCEPTED;
}

void Dram::work() {
  const units::Time now = base::now();
  memory_.serve(now);
  answers_.swap(memory_.answers());
  for (const Answer& answer : answers_) {
    tlm::tlm_generic_payload& payload = *open_[answer.cookie];
    free_.push_back(answer.cookie);
    base::Stretch& stretch = base::stretch_of(payload);
    stretch.first_beat = answer.first_beat;
    stretch.last_beat = answer.last_beat;
    stretch.mean_first = answer.mean_first;
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
    tlm::tlm_phase phase = tlm::BEGIN_RESP;
    sc_core::sc_time delay = base::to_sc(units::saturating_sub(answer.last_beat, now));
    target->nb_transport_bw(payload, phase, delay);
    payload.release();
  }
  answers_.clear();
  wake_for_next();
}

void Dram::wake_for_next() {
  const units::Time next = memory_.answers().empty() ? memory_.next_answer() : base::now();
  if (next != units::never()) base::notify_at(wake_, next);
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
  if (request.row_bytes == 0 || !memory_.contains(request)) return 0;
  copy(payload);
  payload.set_response_status(tlm::TLM_OK_RESPONSE);
  return payload.get_data_length();
}

}  // namespace takt::dram
