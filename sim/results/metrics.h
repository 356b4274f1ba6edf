// How streams fare beside each other, against each of them alone (`metrics` of results.json).
//
// Turnaround: mean latency of the requests that were submitted inside the window and completed. Where a stream has
// none, here or alone, what needs it is null: a mean over the other streams would flatter.
//
//   NTT_i = turnaround_i / isolated_i, ANTT their mean, STP = sum of 1 / NTT_i
//     (Eyerman and Eeckhout, "System-Level Performance Metrics for Multiprogram Workloads", IEEE Micro 28(3), 2008)
//   fairness = min over i, j of PP_i / PP_j, PP_i = (1 / NTT_i) / (weight_i / sum of weights)
//     (Choi and Rhu, "PREMA", HPCA 2020, arXiv 1909.04548)
//   Jain's index of x_i = 1 / NTT_i: (sum of x)^2 / (n * sum of x^2)
//     (Jain, Chiu and Hawe, DEC-TR-301, 1984)
//   SLA rate: of the requests whose fate is decided, those answered within sla_factor times isolated_i
//   UXCost = sum of deadline miss rates x sum of normalised energies, over streams with deadlines; a stream without a
//     miss among n decided requests counts 1 / (2 n) (Kim et al., "DREAM", ASPLOS 2023, arXiv 2212.03414). Normalised
//     energy: of a request here / of a request alone
//
// Ratios are rounded to 12 decimals, what is summed or averaged from them to 9.
#pragma once

#include <optional>

#include "sim/results/figures.h"

namespace takt::results {

// A stream as the sums over streams see it. Times are more than 0.
struct Progress {
  units::Time turnaround, isolated;
  std::uint64_t weight = 1;  // of its band
};

// Of at least one stream each.
Decimal antt(const std::vector<Progress>& streams);
Decimal stp(const std::vector<Progress>& streams);
Decimal fairness(const std::vector<Progress>& streams);
Decimal jain(const std::vector<Progress>& streams);

// A stream with deadlines as UXCost sees it.
struct Experience {
  std::uint64_t missed = 0, decided = 0;  // deadlines; at least one is decided
  Decimal energy;                         // of a request, by that of one alone
};
Decimal uxcost(const std::vector<Experience>& streams);

// Weight of a band: realtime, focus and normal as PREMA's priorities 9, 3 and 1, all times 3; idle below them. 0 where
// there is no such band.
std::uint64_t weight_of(const std::string& band);

struct StreamMetrics {
  std::optional<units::Time> turnaround, isolated;
  std::uint64_t weight = 0;
  std::optional<units::Time> sla_target;
  std::uint64_t sla_met = 0, sla_decided = 0;  // requests
  std::optional<Decimal> energy;               // of a request, by that of one alone
};

struct Metrics {
  std::vector<StreamMetrics> streams;  // in the scenario's order
  std::optional<Decimal> antt, stp, fairness, jain, sla_rate, deadline_miss_rate, uxcost;
};

// Of a run with `isolation`.
Metrics metrics_of(const platform::RunRecord& run);

// What a stream's run alone comes to. `run` has one stream.
platform::IsolatedRecord isolated_record(const platform::RunRecord& run);

// `metrics` of results.json; a figure that is null is noted.
Value metrics_value(const platform::RunRecord& run, Value& notes);

// As one line for a terminal.
std::string metrics_line(const platform::RunRecord& run);

}  // namespace takt::results
