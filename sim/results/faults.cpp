#include "sim/results/faults.h"

#include <fmt/format.h>

#include "sim/results/figures.h"

namespace takt::results {

using platform::FaultRecord;
using platform::FaultStrike;
using platform::RequestRecord;
using platform::RunRecord;
using units::Time;

namespace {

void longest(Time& so_far, Time from, Time until) {
  if (until == units::never()) return;
  const Time length = until - from;
  if (so_far == units::never() || length > so_far) so_far = length;
}

// A request is under way in [submitted, finished); one that was dropped never is.
std::uint64_t under_way(const RunRecord& run, Time begin, Time end) {
  std::uint64_t count = 0;
  for (const platform::StreamRecord& stream : run.streams)
    for (const RequestRecord& request : stream.requests)
      count +=
          request.status != platform::RequestStatus::dropped && request.submitted <= end && request.finished > begin;
  return count;
}

Value latency(Time time, const char* why, const std::string& path, Value& notes) {
  if (time != units::never()) return microseconds(time);
  notes[path] = why;
  return nullptr;
}

}  // namespace

FaultFigures fault_figures(const RunRecord& run, const FaultRecord& fault) {
  FaultFigures figures;
  for (const FaultStrike& strike : fault.strikes) {
    ++figures.strikes;
    figures.first = units::min(figures.first, strike.at);
    figures.failed_jobs += strike.failed_jobs;
    figures.collateral_jobs += strike.collateral_jobs;
    figures.lost_jobs += strike.lost_jobs;
    longest(figures.detection, strike.at, strike.detected);
    if (strike.detected == units::never()) continue;
    longest(figures.recovery, strike.detected, strike.recovered);
    figures.requests_under_way += under_way(run, strike.at, units::min(strike.recovered, run.simulated));
  }
  return figures;
}

Value faults_value(const RunRecord& run, Value& notes) {
  Value::Array faults;
  for (const FaultRecord& fault : run.faults) {
    const FaultFigures figures = fault_figures(run, fault);
    const std::string path = "faults[" + fault.name + "]";
    const bool none = figures.strikes == 0;
    Value value;
    value["name"] = fault.name;
    value["kind"] = fault.kind;
    value["strikes"] = figures.strikes;
    value["events"] = fault.events;
    value["injected_us"] = latency(figures.first, "it never struck", path + ".injected_us", notes);
    value["detect_us"] = latency(figures.detection, none ? "it never struck" : "nobody had to do anything about it",
                                 path + ".detect_us", notes);
    value["recover_us"] = latency(figures.recovery,
                                  none                                  ? "it never struck"
                                  : figures.detection == units::never() ? "it was not detected"
                                                                        : "no job came after it",
                                  path + ".recover_us", notes);
    value["failed_jobs"] = figures.failed_jobs;
    value["collateral_jobs"] = figures.collateral_jobs;
    value["lost_jobs"] = figures.lost_jobs;
    value["requests_under_way"] = figures.requests_under_way;
    faults.push_back(std::move(value));
  }
  return faults;
}

Value recovery_value(const platform::RecoveryRecord& recovery) {
  Value value;
  value["looks"] = recovery.looks;
  value["records_found"] = recovery.records_found;
  value["doorbells_repeated"] = recovery.doorbells_repeated;
  value["queues_rebuilt"] = recovery.queues_rebuilt;
  value["cold_boots"] = recovery.cold_boots;
  value["warm_boots"] = recovery.warm_boots;
  value["jobs_submitted_again"] = recovery.jobs_submitted_again;
  value["stale_records"] = recovery.stale_records;
  value["engine_resets"] = recovery.engine_resets;
  value["watchdog_expiries"] = recovery.watchdog_expiries;
  value["firmware_faults"] = recovery.firmware_faults;
  return value;
}

std::string fault_line(const RunRecord& run, const FaultRecord& fault) {
  const FaultFigures f = fault_figures(run, fault);
  if (f.strikes == 0) return fault.kind + ", never struck";
  const auto ms = [](Time time) { return to_double({time.value, 9}); };
  std::string line = f.strikes == 1 ? fmt::format("{} at {:.3f} ms", fault.kind, ms(f.first))
                                    : fmt::format("{}, {} times from {:.3f} ms on", fault.kind, f.strikes, ms(f.first));
  if (f.detection == units::never())
    line += ", not detected";
  else
    line += fmt::format(", detected in {:.3f} ms", ms(f.detection));
  if (f.recovery != units::never()) line += fmt::format(", recovered in {:.3f} ms", ms(f.recovery));
  return line + fmt::format("; jobs: {} failed, {} collateral, {} lost", f.failed_jobs, f.collateral_jobs, f.lost_jobs);
}

}  // namespace takt::results
