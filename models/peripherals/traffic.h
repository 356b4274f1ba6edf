// A background initiator: accesses of equal size at a constant rate, whatever the memory does. An access that ends
// later than the buffer covers is an underrun (reads) or overrun (writes).
#pragma once

#include "models/base/payload_pool.h"
#include "models/peripherals/config.h"
#include "models/units/clock.h"
#include "models/units/random.h"

namespace takt::peripherals {

class Traffic : public sc_core::sc_module {
 public:
  struct Counters {
    std::uint64_t accesses = 0;
    std::uint64_t bytes = 0;
    std::uint64_t missed = 0;   // ended later than the buffer covers
    std::uint64_t skipped = 0;  // not issued: too many under way
    units::Time worst_latency;
  };

  tlm_utils::simple_initiator_socket<Traffic> port;

  SC_HAS_PROCESS(Traffic);
  // Addresses lie in [base, base + working set).
  Traffic(const sc_core::sc_module_name& name, const TrafficConfig& config, std::uint64_t base);

  const TrafficConfig& config() const { return config_; }
  const Counters& counters() const { return counters_; }

 private:
  static constexpr std::uint32_t max_under_way = 64;

  void access();
  void issue();
  tlm::tlm_sync_enum answer(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase, sc_core::sc_time& delay);

  const TrafficConfig config_;
  const units::Rate rate_;
  const std::uint64_t base_;
  base::PayloadPool pool_;
  units::Random random_;
  Counters counters_;
  std::uint64_t count_ = 0;  // accesses due so far
  std::uint32_t under_way_ = 0;
  sc_core::sc_event due_;
};

}  // namespace takt::peripherals
