// The network on chip: initiator ports and target ports around one arbitrated crossbar. Stretches are served in grants
// of bounded size; several may be under way to a target, which answers each when its last beat is certain.
//
// Timing of a grant at time g: the request reaches the target at g + request latency; the response of the last beat
// reaches the initiator a response latency after the latest of the target, the target's port and the initiator's link.
// The initiator's next grant waits for its link and for its credits: g + bytes x L / credit_bytes, where L is the
// mean latency that its latest answers saw, in each the mean of the memory's channels, so that rate = min(link, credits
// / loaded latency). A port with a regulator also waits for its bucket (regulator.h) and sends pieces of at most
// contended_bytes.
#pragma once

#include <deque>
#include <vector>

#include "models/base/ledger.h"
#include "models/base/payload_pool.h"
#include "models/noc/arbiter.h"
#include "models/noc/config.h"
#include "models/noc/regulator.h"
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
  units::Time wait_sum;   // time that grants stood ready and others went first
  units::Time throttled;  // its oldest request was held by the regulator and by nothing else of the port
};

// Empty, or what is wrong with a configuration.
std::string check(const Config& config);

class Noc final : public sc_core::sc_module {
 public:
  using InitiatorSide = tlm_utils::simple_target_socket_tagged<Noc>;
  using TargetSide = tlm_utils::simple_initiator_socket_tagged<Noc>;

  // initiators[i] is the port of initiator i; targets[j] leads to target j of the configuration. A stretch is answered
  // with TLM_ADDRESS_ERROR_RESPONSE when it does not lie inside one target.
  sc_core::sc_vector<InitiatorSide> initiators;
  sc_core::sc_vector<TargetSide> targets;

  // Throws std::invalid_argument where the configuration is impossible.
  Noc(sc_core::sc_module_name name, const Config& config, base::Ledger& ledger);

  const InitiatorStatistics& statistics(base::InitiatorId initiator) const { return initiators_[initiator].statistics; }
  // Brings `throttled` of every initiator up to now.
  void account();

  // Programs an initiator's regulator. In force from the next delta cycle on, so that the order of processes inside
  // this one decides nothing.
  void regulate(base::InitiatorId initiator, const Regulation& regulation);
  const Regulation& regulation(base::InitiatorId initiator) const {  // in force
    return initiators_[initiator].regulator.regulation();
  }

  units::Time request_latency() const { return request_latency_; }
  units::Time response_latency() const { return response_latency_; }

 private:
  struct Initiator {
    std::deque<std::uint32_t> queue;  // requests with pieces left to grant, oldest first
    units::Rate link;
    std::uint64_t credit_bytes = 0;
    std::uint8_t qos = 0;
    units::Time link_free[2];     // data, by direction: [write]
    units::Time link_grant[2];    // next grant that the link allows, by direction
    units::Time credit_grant;     // next grant that the credits allow
    units::Time loaded_latency;   // mean of the latest answers: first data, or a write's time in the target's way
    std::uint64_t in_flight = 0;  // bytes granted and not answered
    units::Time room_since;       // latest answer before which they left no room
    units::Time waiting_since;    // arrival of the head or the last grant: the age that arbitration sees
    Regulator regulator;
    units::Time counted;  // latest grant, or until when throttled time was counted since
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
    std::unique_ptr<Arbiter> arbiter;
    sc_core::sc_event wake;
  };
  struct Choice {
    int initiator = -1;
    bool contended = false;
  };
  // Regulations written in this delta cycle.
  class Regulations final : public sc_core::sc_prim_channel {
   public:
    explicit Regulations(Noc& noc) : noc_(noc) {}
    void write(unsigned initiator, const Regulation& regulation);

   private:
    void update() override;

    Noc& noc_;
    std::vector<std::pair<unsigned, Regulation>> written_;
  };
  struct Grant {  // under way to a target
    std::uint32_t request = 0;
    unsigned initiator = 0;
    units::Time at;
    units::Time sent;  // a write's data have left the initiator's link
  };

  tlm::tlm_sync_enum accept(int initiator, tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                            sc_core::sc_time& delay);
  unsigned debug(int initiator, tlm::tlm_generic_payload& payload);
  unsigned route(const Request& request) const;
  unsigned holder(std::uint64_t address, unsigned __int128 bytes) const;

  void become_head(unsigned initiator);
  void next_head(unsigned initiator);
  // regulation.cpp
  units::Time released(const Initiator& initiator) const;
  void count_throttled(Initiator& initiator);
  void apply(unsigned initiator, const Regulation& regulation);
  // Small also when nobody else waits: when a piece may pass must not depend on who waits then.
  std::uint64_t regulated_limit(const Initiator& initiator) const {
    return initiator.regulator.largest_piece(config_.contended_bytes);
  }
  std::uint8_t qos(const Initiator& initiator, const Request& request) const {
    const Regulation& regulation = initiator.regulator.regulation();
    return regulation.qos_override ? regulation.qos : request.qos;
  }

  // At most two large grants of an initiator are under way.
  bool has_room(const Initiator& initiator) const {
    return initiator.in_flight < 2 * std::uint64_t{config_.alone_bytes};
  }
  units::Time ready(const Initiator& initiator) const;
  units::Time unregulated_ready(const Initiator& initiator) const;
  void wake_at(Target& target, units::Time at);
  void wake_for_next(Target& target);

  void decide(unsigned target);
  Choice choose(const Target& target) const;
  void grant(Target& target, unsigned initiator, bool contended);
  void forward(Target& target, unsigned initiator, std::uint32_t request, const Piece& piece);
  tlm::tlm_sync_enum answered(int target, tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                              sc_core::sc_time& delay);
  void settle(Target& target, tlm::tlm_generic_payload& child);
  static void see_latency(Initiator& port, units::Time latency);
  void settle_times(Target& target, Initiator& initiator, Request& request, const Grant& grant,
                    const base::Stretch& answer);
  void refuse(unsigned initiator);
  void finish(unsigned initiator, std::uint32_t request);

  Config config_;
  units::Time request_latency_;
  units::Time response_latency_;
  sc_core::sc_time request_delay_;  // request_latency_
  std::vector<Initiator> initiators_;
  std::deque<Target> targets_;  // and a last one that answers addresses nobody has; events do not move
  base::PayloadPool pool_;
  Pool<Request> requests_;
  Pool<Grant> grants_;
  Regulations regulations_{*this};
  base::Ledger& ledger_;
  base::Ledger::EventId byte_hop_;
};

}  // namespace takt::noc
