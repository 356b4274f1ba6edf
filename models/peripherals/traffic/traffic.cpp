#include "models/peripherals/traffic/traffic.h"

#include <algorithm>
#include <stdexcept>

namespace takt::peripherals {

using units::Time;

Traffic::Traffic(const sc_core::sc_module_name& name, const TrafficConfig& config, std::unique_ptr<Generator> generator,
                 std::uint64_t base)
    : sc_module(name), port("port"), config_(config), generator_(std::move(generator)), base_(base), due_("due") {
  port.register_nb_transport_bw(this, &Traffic::answer);
  SC_METHOD(work);
  sensitive << due_;
}

void Traffic::work() {
  const Time now = base::now();
  land(now);
  Time due = generator_->due(now);
  while (due <= now) {
    issue(generator_->take(now));
    due = generator_->due(now);
  }
  waiting_ = due == units::never() || generator_->blocked();
  if (waiting_ && !landings_.empty()) due = units::min(due, landings_.front().at);
  if (due != units::never()) base::notify_at(due_, due);
}

void Traffic::issue(const Access& access) {
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(flights_.size()));
    flights_.emplace_back();
  }
  const std::uint32_t slot = free_.back();
  free_.pop_back();
  flights_[slot] = {access, base::now(), issued_++};
  tlm::tlm_generic_payload& payload = pool_.acquire();
  base::set_request(payload, access.write, base_ + access.address, access.total_bytes(), nullptr);
  base::Stretch& stretch = base::stretch_of(payload);
  stretch.row_bytes = access.bytes;
  stretch.rows = access.rows;
  stretch.stride = access.rows == 1 ? access.bytes : access.stride;
  stretch.qos = std::max(config_.qos, access.qos);
  stretch.cookie = slot;
  tlm::tlm_phase phase = tlm::BEGIN_REQ;
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  if (port->nb_transport_fw(payload, phase, delay) == tlm::TLM_COMPLETED) answer(payload, phase, delay);
}

// Accounts the accesses that ended by `until`.
void Traffic::land(Time until) {
  while (!landings_.empty() && landings_.front().at <= until) {
    std::pop_heap(landings_.begin(), landings_.end(), Landing::later);
    const Landing landing = landings_.back();
    landings_.pop_back();
    account(flights_[landing.flight], landing.at);
    free_.push_back(landing.flight);
  }
}

void Traffic::account(const Flight& flight, Time at) {
  const Time latency = at - flight.issued;
  const bool write = flight.access.write;
  ++(write ? counters_.writes : counters_.reads);
  (write ? counters_.bytes_written : counters_.bytes_read) += flight.access.total_bytes();
  (write ? counters_.write_latency_sum : counters_.read_latency_sum) += latency;
  counters_.worst_latency = units::max(counters_.worst_latency, latency);
  generator_->landed(flight.access, at);
}

tlm::tlm_sync_enum Traffic::answer(tlm::tlm_generic_payload& payload, tlm::tlm_phase&, sc_core::sc_time&) {
  if (!payload.is_response_ok())
    throw std::logic_error("traffic " + config_.name + ": " + payload.get_response_string());
  const base::Stretch& stretch = base::stretch_of(payload);
  const auto slot = static_cast<std::uint32_t>(stretch.cookie);
  const Time at = units::max(stretch.last_beat, base::now());
  landings_.push_back({at, flights_[slot].number, slot});
  std::push_heap(landings_.begin(), landings_.end(), Landing::later);
  if (waiting_) base::notify_at(due_, at);
  payload.release();
  return tlm::TLM_COMPLETED;
}

void Traffic::settle() {
  land(base::now());
  generator_->settle(base::now());
}

}  // namespace takt::peripherals
