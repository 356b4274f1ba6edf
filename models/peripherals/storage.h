// Flash behind its host controller: reads, one after the other. A read's first byte comes `latency_us` after it begins,
// the others at a constant rate; they are written to memory in pieces as they come. A read that is queued behind
// another one is under way inside the flash already: its latency passes beside that one's bytes.
//
// JEDEC JESD220F (UFS 4.0) has queues of commands for that; their order is kept here.
#pragma once

#include <deque>
#include <functional>
#include <vector>

#include "models/base/ledger.h"
#include "models/base/payload_pool.h"
#include "models/peripherals/config.h"
#include "models/units/clock.h"

namespace takt::peripherals {

class Storage : public sc_core::sc_module {
 public:
  struct Read {
    std::uint64_t cookie = 0;
    std::uint64_t address = 0, bytes = 0;  // in memory; above 0 bytes
    base::Owner owner = 0;
    base::Account account = 0;
    bool queued = true;  // else it is asked for only once the one before it has ended
  };
  struct Counters {
    std::uint64_t reads = 0;  // ended
    std::uint64_t bytes = 0;  // written to memory
    units::Time busy;         // a read under way, latency included
  };

  tlm_utils::simple_initiator_socket<Storage> memory;

  SC_HAS_PROCESS(Storage);
  // Component "storage", event "byte" of the ledger, which outlives it.
  Storage(const sc_core::sc_module_name& name, const StorageConfig& config, base::Ledger& ledger);

  // Before the simulation starts. Called with a read's cookie when its last byte is in memory.
  void on_done(std::function<void(std::uint64_t cookie)> handler) { on_done_ = std::move(handler); }
  void read(const Read& read);
  // Up to now.
  Counters counters() const;

 private:
  struct Waiting {
    Read read;
    units::Time asked;
  };

  void work();
  void begin(units::Time now);
  void issue();
  void end(units::Time at);
  units::Time come(std::uint64_t bytes) const;  // when so many of the read under way are there
  tlm::tlm_sync_enum answer(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase, sc_core::sc_time& delay);

  const StorageConfig config_;
  base::Ledger& ledger_;
  const base::Ledger::EventId byte_;
  std::function<void(std::uint64_t)> on_done_;
  base::PayloadPool pool_;
  std::deque<Waiting> waiting_;  // the first one is under way, if any is
  bool reading_ = false;
  units::Time began_, first_byte_;
  std::uint64_t issued_ = 0;     // bytes of the read under way
  std::uint32_t in_flight_ = 0;  // pieces that memory has not answered
  units::Time last_;             // answer to those
  Counters counters_;
  sc_core::sc_event due_;
};

}  // namespace takt::peripherals
