// The system cache: a memory-side cache before one memory. It holds tags only; contents stay in the memory's store.
//
// A stretch is looked up when it arrives and answered at once. What it misses goes on to the memory as merged
// contiguous pieces; the answer is as late as its latest part. Every path pays the lookup (hit_cycles).
//   allocating read     missing lines are filled
//   allocating write    missing lines that it covers need no fill, the others are filled first
//   other traffic       is served where lines are resident, and passes by where they are not
// Dirty lines of an evicted sector are written back behind the fill.
#pragma once

#include <string>

#include "models/base/ledger.h"
#include "models/base/payload_pool.h"
#include "models/cache/config.h"
#include "models/cache/tags.h"
#include "models/units/clock.h"

namespace takt::cache {

// Who may allocate where: NPU traffic in the first npu_ways, CPU traffic in the last cpu_ways, the rest nowhere.
enum class Class : std::uint8_t { bypass, npu, cpu };

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
  tlm_utils::simple_target_socket<SystemCache> target;
  tlm_utils::simple_initiator_socket<SystemCache> initiator;  // to the memory

  // Throws std::invalid_argument where the configuration is impossible.
  SystemCache(sc_core::sc_module_name name, const Config& config, base::Ledger& ledger);

  // Initiators are of class bypass until told otherwise.
  void set_class(base::InitiatorId initiator, Class c);

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

  tlm::tlm_sync_enum transport(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase, sc_core::sc_time& delay);
  unsigned debug(tlm::tlm_generic_payload& payload) { return initiator->transport_dbg(payload); }

  void pass_by(tlm::tlm_generic_payload& payload, base::Stretch& stretch, const sc_core::sc_time& delay);
  void look_up(const tlm::tlm_generic_payload& payload, const base::Stretch& stretch, Ways ways);
  void look_up_part(const Part& part, Ways ways);
  void allocate_lines(const Part& part, Sector& sector);
  void fill(std::uint64_t begin, std::uint64_t end, bool write);
  void serve_resident(const Part& part, Sector& sector);
  std::uint64_t line_mask(const Part& part) const;
  template <class Action>
  void for_each_run(const Part& part, std::uint64_t lines, Action action) const;
  void write_back(const Tags::Victim& victim);
  static void append(std::vector<Run>& runs, Run run);

  void answer(tlm::tlm_generic_payload& payload, base::Stretch& stretch, const sc_core::sc_time& delay);
  tlm::tlm_response_status send(const Run& run, const base::Stretch& parent, sc_core::sc_time delay,
                                base::Stretch& answer);
  Ways ways_of(const base::Stretch& stretch) const;
  void account(const base::Stretch& stretch);

  Config config_;
  units::Time lookup_;
  sc_core::sc_time lookup_delay_;  // lookup_
  units::Rate rate_;
  Tags tags_;
  RegionFilter filter_;
  std::vector<Class> classes_;
  units::Time port_free_;

  Traffic traffic_;  // of the stretch in hand
  std::vector<Run> runs_;
  std::vector<Run> write_backs_;

  base::PayloadPool pool_;
  Statistics statistics_;
  base::Ledger& ledger_;
  base::Ledger::EventId byte_;
};

}  // namespace takt::cache
