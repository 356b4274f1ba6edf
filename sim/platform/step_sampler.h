// Fidelity `sampled`: steps of language models that were simulated answer for those that are alike.
//
// A step here is a job of a program that follows a parameter, the tokens cached. Steps in a row, up to four, that take
// 30 ms are simulated and measured on the engines alone, from their lists' start to their end, without saves and
// restores; their mean is a point. Steps of as many tokens near a point (64 tokens, or a third of them) are not
// simulated: they keep the engines for as long as the point says, and all that blocks count of such a step is counted.
// Counts are linear in the tokens, by the two nearest points; so is time between two points, and beyond them it goes as
// the program's cost table. Whatever else goes on, firmware, processors, saves at cuts, other jobs, background traffic,
// is simulated all the time, and finds the memory free of the step.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "models/npu/stand_in.h"
#include "sim/platform/driver.h"
#include "sim/platform/snapshot.h"

namespace takt::platform {

class StepSampler final : public npu::StandIn {
 public:
  StepSampler(const config::ScenarioConfig& scenario, const Workload& workload, Soc& soc);

  std::optional<Share> begins(const npu::Job& job, units::Time at) override;
  void rests(const npu::Job& job, bool ended, units::Time at) override;
  void dropped(const npu::Job& job) override;

  // Counts what has passed of a step that is not simulated. Energy at once, the rest where snapshots are corrected.
  void advance(units::Time now);
  // Adds to a snapshot, or to the bytes moved, what was counted so far.
  void correct(Snapshot& snapshot) const;
  void correct(Moved& moved) const;
  // At the memories' pins, of steps that were not simulated.
  std::uint64_t memory_bytes() const;
  // Time of steps on the engines so far: of all, and of those that were not simulated.
  SampledRecord times() const { return times_; }

 private:
  using Counts = std::vector<std::uint64_t>;

  // Of one step, or the mean of several.
  struct Measured {
    std::uint64_t past = 0;
    units::Time time;
    Counts counts;
  };
  struct Sampled {
    const compiler::Program* program = nullptr;
    const compiler::Target* target = nullptr;  // that it was compiled for
  };
  struct Series : Sampled {  // of one program, for so many tokens
    // In millionths of the whole, by its lists played through: when cuts are passed and reached.
    std::vector<std::pair<std::uint64_t, std::uint64_t>> cuts;
    std::vector<Measured> points;     // ascending
    std::vector<Measured> collected;  // of the next point
  };
  struct Running {  // a job on the engines, or one that comes back
    Series* series = nullptr;
    std::uint64_t past = 0;
    base::Owner owner = 0;
    base::Account account = 0;  // of its job
    bool on = false;            // the engines
    units::Time since;
    std::optional<Measured> all;  // not simulated: of the whole step
    units::Time done;             // of it, in earlier stays and up to since
    Counts counted;               // of all->counts
    Counts before;                // simulated: at since; else of what idleness changes, what it has been made
    Measured own;                 // simulated: so far
    std::uint32_t level = 0;      // of the NPU's power, when it began
    bool alone = true;            // nobody else was on other cores, and the level stayed
  };

  Counts take(base::Owner owner);
  std::uint64_t changeable(std::size_t number) const;
  void change(std::size_t number, std::uint64_t more);
  template <class Visit>
  void each(Snapshot& snapshot, const Visit& visit) const;
  std::optional<Measured> foretell(const Series& series, std::uint64_t past) const;
  std::vector<Cut> cuts(const Running& job) const;
  std::uint64_t cycles(const Series& series, std::uint64_t past) const;
  void collect(Series& series, Measured measured);
  void play(Series& series, std::uint64_t past) const;
  void count(Running& job, units::Time done);

  Soc& soc_;
  const std::uint64_t most_;  // a step that takes longer is simulated: no watchdog would see it go on
  std::uint32_t bytes_per_kilocycle_ = 0;
  std::vector<std::size_t> ports_;  // of the NPU
  std::size_t events_ = 0;          // of the ledger
  // What idleness would change in the DRAM, in place of which that of measured steps counts: states and refreshes.
  std::vector<std::size_t> states_, refreshes_;  // of the ledger
  std::size_t snapshot_counts_ = 0;
  std::map<std::uint64_t, Sampled> programs_;  // by header
  // By header, the NPU's power level, and the tokens that go in.
  std::map<std::tuple<std::uint64_t, std::uint32_t, std::uint64_t>, Series> series_;
  std::map<std::uint32_t, Running> jobs_;  // by job number
  Counts correction_;                      // of snapshots
  Snapshot not_simulated_;                 // the same
  Counts more_refreshes_;                  // of their memories; may wrap
  SampledRecord times_;
};

}  // namespace takt::platform
