// A background initiator: plays a generator on a NoC port. One stretch per access; one pending event.
#pragma once

#include <memory>
#include <vector>

#include "models/base/payload_pool.h"
#include "models/peripherals/config.h"
#include "models/peripherals/traffic/generator.h"

namespace takt::peripherals {

class Traffic : public sc_core::sc_module {
 public:
  struct Counters {
    std::uint64_t reads = 0;  // ended
    std::uint64_t writes = 0;
    std::uint64_t bytes_read = 0;
    std::uint64_t bytes_written = 0;
    units::Time read_latency_sum;  // issue to last byte
    units::Time write_latency_sum;
    units::Time worst_latency;
  };

  tlm_utils::simple_initiator_socket<Traffic> port;

  SC_HAS_PROCESS(Traffic);
  // Addresses lie from `base` on.
  Traffic(const sc_core::sc_module_name& name, const TrafficConfig& config, std::unique_ptr<Generator> generator,
          std::uint64_t base);

  const TrafficConfig& config() const { return config_; }
  const Counters& counters() const { return counters_; }
  const Generator& generator() const { return *generator_; }
  // Brings the counters, the generator's too, up to now. Without any influence on what is asked when.
  void settle();

 private:
  struct Flight {
    Access access;
    units::Time issued;
    std::uint64_t number = 0;
  };
  struct Landing {
    units::Time at;
    std::uint64_t number;  // of the access: decides ties
    std::uint32_t flight;
    static bool later(const Landing& a, const Landing& b) {
      return b.at < a.at || (b.at == a.at && b.number < a.number);
    }
  };

  void work();
  void issue(const Access& access);
  void land(units::Time until);
  void account(const Flight& flight, units::Time at);
  tlm::tlm_sync_enum answer(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase, sc_core::sc_time& delay);

  const TrafficConfig config_;
  const std::unique_ptr<Generator> generator_;
  const std::uint64_t base_;
  base::PayloadPool pool_;
  Counters counters_;
  std::vector<Flight> flights_;      // by the stretch's cookie
  std::vector<std::uint32_t> free_;  // of these
  std::vector<Landing> landings_;    // answered, not yet accounted: a heap, the earliest first
  std::uint64_t issued_ = 0;
  bool waiting_ = false;  // for a landing
  sc_core::sc_event due_;
};

}  // namespace takt::peripherals
