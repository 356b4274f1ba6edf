// The system cache: a memory-side cache before one memory. It holds tags only; contents stay in the memory's store.
//
// A stretch is looked up when it arrives. What it misses goes on to the memory as merged contiguous pieces; it is
// answered when the last of them is, and as late as its latest part. Every path pays the lookup (hit_cycles).
//   allocating read     missing lines are filled
//   allocating write    missing lines that it covers need no fill, the others are filled first
//   other traffic       is served where lines are resident, and passes by where they are not
// A stretch allocates where it asks to (Stretch::allocate) and its initiator's port lets reads, or writes, do so.
// A line is resident from the moment it is asked for; who needs it before it has come waits for the piece that brings
// it. Dirty lines of an evicted sector are written back behind the fill. Nobody waits for that, as long as no more than
// write_back_room bytes are under way; who evicts more is answered when the memory has taken them.
#pragma once

#include <deque>
#include <string>

#include "models/base/ledger.h"
#include "models/base/payload_pool.h"
#include "models/cache/config.h"
#include "models/cache/tags.h"
#include "models/units/clock.h"

namespace takt::cache {

// Bytes. request = hit + miss + bypass; towards the memory: fill + write-back + bypass.
struct Flow {
  std::uint64_t hit = 0;
  std::uint64_t miss = 0;  // now resident
  std::uint64_t bypass = 0;
};
struct Traffic {
  Flow read;
  Flow write;
  std::uint64_t fill = 0;        // whole lines
  std::uint64_t write_back = 0;  // whole lines, charged to who evicted them
};

struct Statistics {
  Traffic total;
  std::vector<Traffic> initiators;  // by initiator id; as long as the largest id seen
};

// Empty, or what is wrong with a configuration.
std::string check(const Config& config);

class SystemCache final : public sc_core::sc_module {
 public:
  static constexpr std::uint64_t write_back_room = 16384;

  tlm_utils::simple_target_socket<SystemCache> target;
  tlm_utils::simple_initiator_socket<SystemCache> initiator;  // to the memory

  // Throws std::invalid_argument where the configuration is impossible.
  SystemCache(sc_core::sc_module_name name, const Config& config, base::Ledger& ledger);

  const Statistics& statistics() const { return statistics_; }

 private:
  // A contiguous run of bytes for the memory.
  struct Run {
    std::uint64_t address;
    std::uint64_t bytes;
    bool write;
  };
  // Bytes of the stretch in hand inside one sector.
  struct Part {
    std::uint64_t begin;
    std::uint64_t end;
    bool write;
  };

  // Lines on their way from the memory.
  struct Fill {
    std::uint64_t begin;
    std::uint64_t end;
    const tlm::tlm_generic_payload* piece;  // null: answered
    units::Time last;                       // then: its last beat
    std::vector<std::uint32_t> waiting;     // stretches that hit one of the lines
  };

  // A stretch whose pieces are under way to the memory.
  struct Open {
    tlm::tlm_generic_payload* payload = nullptr;
    unsigned pieces = 0;  // its own, and others' that bring lines it hit
    units::Time from;     // when its hits leave at the earliest
    units::Time first;
    units::Time last;
    // Of its own pieces, and what is resident: bytes, and their sum of bytes x picoseconds from `asked` to first data.
    units::Time asked;
    std::uint64_t bytes = 0, waited = 0;
    tlm::tlm_response_status status = tlm::TLM_OK_RESPONSE;
  };

  tlm::tlm_sync_enum transport(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase, sc_core::sc_time& delay);
  unsigned debug(tlm::tlm_generic_payload& payload) { return initiator->transport_dbg(payload); }

  void look_up(const tlm::tlm_generic_payload& payload, const base::Stretch& stretch, Ways ways);
  void look_up_part(const Part& part, Ways ways);
  void allocate_lines(const Part& part, Sector& sector);
  void hit(std::uint64_t begin, std::uint64_t end, bool write);
  template <class Action>
  void for_each_needed(std::uint64_t begin, std::uint64_t end, bool write, Action action) const;
  bool await(std::uint64_t begin, std::uint64_t end);
  void serve_resident(const Part& part, Sector& sector);
  std::uint64_t line_mask(const Part& part) const;
  template <class Action>
  void for_each_run(const Part& part, std::uint64_t lines, Action action) const;
  void write_back(const Tags::Victim& victim);
  static void append(std::vector<Run>& runs, Run run);

  void serve_hits(Open& open, units::Time arrival);
  void wait_for_fills(std::uint32_t open);
  static void arrived(Open& open, units::Time last);
  static void weigh(Open& open, std::uint64_t bytes, units::Time first);
  void pass_by(std::uint32_t open, const sc_core::sc_time& delay);
  tlm::tlm_generic_payload& piece(const Run& run);
  void forward(std::uint32_t open, tlm::tlm_generic_payload& child, std::uint64_t cookie, sc_core::sc_time delay);
  tlm::tlm_sync_enum answered(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase, sc_core::sc_time& delay);
  void settle(tlm::tlm_generic_payload& child);
  std::vector<std::uint32_t> settle_fill(tlm::tlm_generic_payload& child);
  void finish(std::uint32_t open);
  void answer(std::uint32_t open);
  Ways ways_for(const base::Stretch& stretch, bool write) const;
  void account(const base::Stretch& stretch);

  Config config_;
  units::Time lookup_;
  sc_core::sc_time lookup_delay_;  // lookup_
  units::Rate rate_;
  Tags tags_;
  RegionFilter filter_;
  units::Time port_free_;

  Traffic traffic_;  // of the stretch in hand
  std::vector<Run> runs_;
  std::vector<Run> write_backs_;
  std::vector<std::size_t> awaited_;  // fills that bring lines it hit
  bool hit_resident_ = false;         // it hit a line that no fill brings

  base::PayloadPool pool_;
  std::deque<Open> open_;
  std::vector<std::uint32_t> free_;
  std::vector<Fill> fills_;         // few: what initiators have in flight bounds them
  std::uint64_t written_back_ = 0;  // bytes of write-backs under way
  Statistics statistics_;
  base::Ledger& ledger_;
  base::Ledger::EventId byte_;
};

}  // namespace takt::cache
