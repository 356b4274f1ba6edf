#include "models/peripherals/traffic.h"

namespace takt::peripherals {

using base::now;
using units::Time;

Traffic::Traffic(const sc_core::sc_module_name& name, const TrafficConfig& config, std::uint64_t base)
    : sc_module(name),
      port("port"),
      config_(config),
      rate_(config.bytes_per_second),
      base_(base),
      random_(config.seed),
      due_("due") {
  port.register_nb_transport_bw(this, &Traffic::answer);
  SC_METHOD(access);
  sensitive << due_;
}

void Traffic::access() {
  if (under_way_ < max_under_way)
    issue();
  else
    ++counters_.skipped;
  // From the start each time, so that rounding does not drift.
  ++count_;
  base::notify_at(due_, rate_.duration(count_ * config_.bytes_per_access));
}

void Traffic::issue() {
  const std::uint64_t slots = config_.working_set_bytes / config_.bytes_per_access;
  const bool random = config_.kind == "random";
  const std::uint64_t slot = random ? random_.below(slots) : count_ % slots;
  const bool write = config_.kind == "camera" || (random && random_.below(10) < 3);
  tlm::tlm_generic_payload& payload = pool_.acquire();
  base::set_request(payload, write, base_ + slot * config_.bytes_per_access, config_.bytes_per_access, nullptr);
  base::Stretch& stretch = base::stretch_of(payload);
  stretch.qos = config_.qos;
  stretch.cookie = now().value;
  ++under_way_;
  tlm::tlm_phase phase = tlm::BEGIN_REQ;
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  port->nb_transport_fw(payload, phase, delay);
}

tlm::tlm_sync_enum Traffic::answer(tlm::tlm_generic_payload& payload, tlm::tlm_phase&, sc_core::sc_time&) {
  const base::Stretch& stretch = base::stretch_of(payload);
  const Time latency = stretch.last_beat - Time(stretch.cookie);
  ++counters_.accesses;
  counters_.bytes += stretch.bytes();
  counters_.worst_latency = units::max(counters_.worst_latency, latency);
  if (config_.buffer_ns != 0 && latency > units::nanoseconds(config_.buffer_ns)) ++counters_.missed;
  --under_way_;
  payload.release();
  return tlm::TLM_COMPLETED;
}

}  // namespace takt::peripherals
