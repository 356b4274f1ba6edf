#include "sim/replay/replay_document.h"

#include "sim/replay/memory_document.h"
#include "sim/replay/text.h"
#include "sim/results/figures.h"

namespace takt::replay {
namespace {

using results::Value;

Value trace_value(const ReplayRecord& replay) {
  const ReplayOutcome& outcome = replay.outcome;
  Value value;
  value["name"] = replay.trace;
  value["format"] = replay.format;
  value["timing"] = replay.timing;
  value["hash"] = hexadecimal(outcome.hash);
  value["accesses"] = outcome.accesses;
  value["requests"] = outcome.requests;
  value["outstanding"] = replay.outstanding == 0 ? Value() : Value(replay.outstanding);
  value["first_ns"] = results::nanoseconds(outcome.first);
  value["late_accesses"] = outcome.late;
  value["late_ns_max"] = results::nanoseconds(outcome.latest);
  return value;
}

}  // namespace

Value replay_document(const ReplayRecord& replay, const platform::HostRecord& host) {
  Value document = document_head(replay.provenance, replay.fidelity, host);
  Value& notes = document["notes"];
  if (replay.outstanding == 0) notes["trace.outstanding"] = "bounded by bytes: the memory's queues are kept full";
  document["simulated_ns"] = results::nanoseconds(replay.outcome.end);
  document["trace"] = trace_value(replay);
  document["memory"] = memory_value(replay.memory, replay.provenance.preset, replay.initiators, notes);
  document["power"] = power_value(replay.memory, notes);
  const units::Time end = replay.outcome.end;
  document["host"]["real_time_factor"] =
      host.wall_ns == 0 ? Value()
                        : Value(results::quotient(end.value, static_cast<unsigned __int128>(host.wall_ns) * 1000, 6));
  return document;
}

}  // namespace takt::replay
