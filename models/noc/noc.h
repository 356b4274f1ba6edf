// The network on chip: initiator ports and target ports around one arbitrated crossbar, the only arbiter of the data
// path. Stretches are served in grants of bounded size; a grant is forwarded at once and its answer is final.
//
// Timing of a grant at time g: the request reaches the target at g + request latency; the response of the last beat
// reaches the initiator a response latency after the latest of the target, the target's port and the initiator's link.
// The initiator's next grant waits for its link and for its credits: g + bytes x L / credit_bytes, where L is the time
// from g to the first beat at the initiator, so that rate = min(link, credits / loaded latency).
#pragma once

#include <deque>
#include <vector>

#include "models/base/ledger.h"
#include "models/base/payload_pool.h"
#include "models/noc/config.h"
#include "models/noc/request_queue.h"
#include "models/units/clock.h"

namespace takt::noc {

struct InitiatorStatistics {
  std::uint64_t bytes_read = 0;  // requested
  std::uint64_t bytes_written = 0;
  std::uint64_t stretches = 0;  // answered
  std::uint64_t errors = 0;     // of these, answered with an error
  std::uint64_t grants = 0;
  units::Time latency_sum;  // request to last beat, both at the initiator port
  units::Time latency_max;
  units::Time wait_sum;  // time that grants stood ready and others went first
};

// Empty, or what is wrong with a configuration.
std::string check(const Config& config);

class Noc final : public sc_core::sc_module {
 public:
  using InitiatorSide = tlm_utils::simple_target_socket_tagged<Noc>;
  using TargetSide = tlm_utils::simple_initiator_socket<Noc>;

  // initiators[i] is the port of initiator i; targets[j] leads to target j of the configuration. A stretch is answered
  // with TLM_ADDRESS_ERROR_RESPONSE when it does not lie inside one target.
  sc_core::sc_vector<InitiatorSide> initiators;
  sc_core::sc_vector<TargetSide> targets;

  // Throws std::invalid_argument where the configuration is impossible.
  Noc(sc_core::sc_module_name name, const Config& config, base::Ledger& ledger);

  const InitiatorStatistics& statistics(base::InitiatorId initiator) const { return initiators_[initiator].statistics; }
  units::Time request_latency() const { return request_latency_; }
  units::Time response_latency() const { return response_latency_; }

 private:
  struct Initiator {
    RequestQueue queue;
    units::Rate link;
    std::uint64_t credit_bytes = 0;
    std::uint8_t qos = 0;
    units::Time link_free[2];   // data, by direction: [write]
    units::Time link_grant[2];  // next grant that the link allows, by direction
    units::Time credit_grant;   // next grant that the credits allow
    units::Time waiting_since;  // arrival of the head or the last grant: the age that arbitration sees
    InitiatorStatistics statistics;
  };
  struct Target {
    std::uint64_t base = 0;
    std::uint64_t bytes = 0;
    units::Rate link;
    units::Time link_free[2];
    units::Time next_grant;
    units::Time collecting = units::never();  // a time whose arrivals have had a delta to be collected
    std::uint64_t waiting = 0;                // initiators whose oldest request goes here, one bit each
    sc_core::sc_event wake;
  };
  struct Choice {
    int initiator = -1;
    bool contended = false;
  };

  tlm::tlm_sync_enum accept(int initiator, tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                            sc_core::sc_time& delay);
  unsigned debug(int initiator, tlm::tlm_generic_payload& payload);
  unsigned route(const Request& request) const;
  unsigned holder(std::uint64_t address, unsigned __int128 bytes) const;

  void become_head(unsigned initiator);
  units::Time ready(const Initiator& initiator) const;
  void wake_at(Target& target, units::Time at);
  void wake_for_next(Target& target);

  void decide(unsigned target);
  Choice choose(const Target& target) const;
  void grant(Target& target, unsigned initiator, std::uint64_t limit);
  tlm::tlm_response_status forward(Target& target, Initiator& initiator, Request& request, const Piece& piece);
  void settle_times(Target& target, Initiator& initiator, Request& request, const base::Stretch& answer);
  void refuse(unsigned initiator);
  void finish(unsigned initiator, tlm::tlm_response_status status);

  Config config_;
  units::Time request_latency_;
  units::Time response_latency_;
  sc_core::sc_time request_delay_;  // request_latency_
  std::vector<Initiator> initiators_;
  std::deque<Target> targets_;  // and a last one that answers addresses nobody has; events do not move
  base::PayloadPool pool_;
  base::Ledger& ledger_;
  base::Ledger::EventId byte_hop_;
};

}  // namespace takt::noc
