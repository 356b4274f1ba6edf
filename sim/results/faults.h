// The scenario's faults and what was done about them, in results.json and on the terminal.
#pragma once

#include <string>

#include "sim/platform/run_record.h"
#include "sim/results/value.h"

namespace takt::results {

// What all strikes of a fault come to. Latencies are the longest ones; never(): of none.
struct FaultFigures {
  std::uint64_t strikes = 0;
  std::uint64_t failed_jobs = 0, collateral_jobs = 0, lost_jobs = 0;
  std::uint64_t requests_under_way = 0;  // between strike and recovery, or the run's end
  units::Time first = units::never();
  units::Time detection = units::never();  // from the strike on
  units::Time recovery = units::never();   // from the detection on
};

FaultFigures fault_figures(const platform::RunRecord& run, const platform::FaultRecord& fault);

Value faults_value(const platform::RunRecord& run, Value& notes);
Value recovery_value(const platform::RecoveryRecord& recovery);

std::string fault_line(const platform::RunRecord& run, const platform::FaultRecord& fault);

}  // namespace takt::results
