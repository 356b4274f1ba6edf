#include "sim/results/verdict.h"

#include <fmt/format.h>

#include <optional>

#include "sim/results/background.h"
#include "sim/results/streams.h"

namespace takt::results {

using platform::RequestRecord;
using platform::RequestStatus;
using platform::RunRecord;
using units::Time;

namespace {

constexpr std::size_t shown = 3;  // of a stream and kind

std::string us(Time time) { return to_text(microseconds(time)) + " us"; }

std::optional<Violation> missed(const RequestRecord& request, Time end) {
  if (missed_deadline(request, end) != std::optional<bool>(true)) return std::nullopt;
  const std::string deadline = "missed its deadline at " + us(request.deadline);
  if (request.status == RequestStatus::completed)
    return Violation{Violation::Kind::missed, 0, 0, request.deadline,
                     deadline + " by " + us(request.finished - request.deadline)};
  if (request.status == RequestStatus::dropped)
    return Violation{Violation::Kind::missed, 0, 0, request.submitted, deadline + ": it was dropped"};
  const bool failed = request.status == RequestStatus::failed;
  return Violation{Violation::Kind::missed, 0, 0, request.deadline,
                   deadline + (failed ? ": it failed" : " and has no answer at the run's end")};
}

std::optional<Violation> starved(const RequestRecord& request, Time limit, Time end) {
  if (limit == Time() || request.status == RequestStatus::dropped) return std::nullopt;
  const Time until = units::min(units::min(request.started, request.finished), end);
  if (until < request.submitted || until - request.submitted <= limit) return std::nullopt;
  const bool began = request.started != units::never();
  return Violation{
      Violation::Kind::starved, 0, 0, request.submitted + limit,
      (began ? "waited " : "has waited ") + us(until - request.submitted) + " for its start, more than " + us(limit)};
}

std::optional<Violation> lost(const RequestRecord& request, bool drained, Time end) {
  if (request.status == RequestStatus::failed)
    return Violation{Violation::Kind::lost, 0, 0, request.finished,
                     "failed with status " + std::to_string(request.fault)};
  if (request.status == RequestStatus::pending && drained)
    return Violation{Violation::Kind::lost, 0, 0, end, "was never answered"};
  return std::nullopt;
}

}  // namespace

Verdict judge(const RunRecord& run, Time starved_after, bool drained) {
  Verdict verdict;
  for (std::size_t s = 0; s < run.streams.size(); ++s)
    for (std::size_t r = 0; r < run.streams[s].requests.size(); ++r) {
      const RequestRecord& request = run.streams[s].requests[r];
      if (!in_window(request, run.window)) continue;
      for (std::optional<Violation> violation :
           {missed(request, run.simulated), starved(request, starved_after, run.simulated),
            lost(request, drained, run.simulated)}) {
        if (!violation) continue;
        violation->stream = s;
        violation->request = r;
        verdict.violations.push_back(*std::move(violation));
      }
    }
  for (std::size_t b = 0; b < run.background.size(); ++b) {
    const platform::BackgroundRecord& source = run.background[b];
    if (source.missed != 0 && (source.kind == "display" || source.kind == "camera")) verdict.late.push_back(b);
  }
  verdict.firmware_failed = run.firmware_fault.has_value();
  return verdict;
}

std::string describe(const RunRecord& run, const Verdict& verdict) {
  static constexpr struct {
    Violation::Kind kind;
    const char* what;
  } kinds[] = {{Violation::Kind::missed, "missed deadlines"},
               {Violation::Kind::starved, "starved requests"},
               {Violation::Kind::lost, "lost requests"}};
  std::string text;
  for (std::size_t s = 0; s < run.streams.size(); ++s)
    for (const auto& [kind, what] : kinds) {
      std::size_t count = 0;
      std::string lines;
      for (const Violation& v : verdict.violations) {
        if (v.stream != s || v.kind != kind || ++count > shown) continue;
        lines += fmt::format("  at {}: #{} {}\n", us(v.at), v.request, v.text);
      }
      if (count == 0) continue;
      text += fmt::format("check: stream '{}': {} {}; in the timeline under \"{} requests\"\n{}", run.streams[s].name,
                          count, what, run.streams[s].name, lines);
      if (count > shown) text += fmt::format("  and {} more\n", count - shown);
    }
  for (const std::size_t b : verdict.late)
    text += fmt::format("check: traffic '{}': {}\n", run.background[b].name,
                        background_line(run.background[b], run.window.length()));
  if (verdict.firmware_failed)
    text += fmt::format("check: firmware failures: {}; in the timeline under \"control processor\"\n  at {}: {}\n",
                        run.recovery->firmware_faults, us(run.firmware_fault->at), run.firmware_fault->what);
  return text;
}

}  // namespace takt::results
