#include "sim/results/metrics.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/results/streams.h"

namespace takt::results {
namespace {

using platform::IsolatedRecord;
using platform::RunRecord;
using platform::StreamRecord;
using units::Time;
using Wide = unsigned __int128;

constexpr unsigned ratio_places = 12;
constexpr Wide ratio_one = 1000000000000;
constexpr unsigned places = 9;
constexpr unsigned permille_places = 3;

struct BandWeight {
  const char* band;
  std::uint64_t weight;
};
constexpr BandWeight weights[] = {{"idle", 1}, {"normal", 3}, {"focus", 9}, {"realtime", 27}};

Wide ratio(Wide part, Wide whole) { return quotient(part, whole, ratio_places).digits; }

// 1 / NTT.
Wide rate_of(const Progress& stream) { return ratio(stream.isolated.value, stream.turnaround.value); }

std::optional<Decimal> part_of(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return std::nullopt;
  return quotient(part, whole, places);
}

std::optional<Time> mean_of(const Distribution& latency) {
  if (latency.empty()) return std::nullopt;
  return latency.mean();
}

// Energies of one request each.
std::optional<Decimal> normalized_energy(const StreamRecord& stream, std::uint64_t finished,
                                         const IsolatedRecord& alone) {
  if (!stream.energy || finished == 0 || !alone.energy || *alone.energy == 0 || alone.finished == 0)
    return std::nullopt;
  return Decimal{ratio(*stream.energy * alone.finished, *alone.energy * finished), ratio_places};
}

// Held against the target as against a deadline.
void count_served(const RunRecord& run, const StreamRecord& stream, StreamMetrics& metrics) {
  for (platform::RequestRecord request : stream.requests) {
    if (!in_window(request, run.window)) continue;
    request.deadline = request.submitted + *metrics.sla_target;
    const std::optional<bool> missed = missed_deadline(request, run.simulated);
    metrics.sla_decided += missed ? 1 : 0;
    metrics.sla_met += missed == false ? 1 : 0;
  }
}

StreamMetrics stream_metrics(const RunRecord& run, const StreamRecord& stream, const StreamFigures& figures,
                             const IsolatedRecord& alone) {
  StreamMetrics metrics;
  metrics.turnaround = mean_of(figures.latency);
  if (alone.completed != 0) metrics.isolated = alone.turnaround;
  metrics.weight = weight_of(stream.band);
  metrics.energy = normalized_energy(stream, figures.finished_in_window, alone);
  if (metrics.isolated) {
    metrics.sla_target = Time(static_cast<std::uint64_t>(
        quotient(Wide{metrics.isolated->value} * run.isolation->sla_permille, 1000, 0).digits));
    count_served(run, stream, metrics);
  }
  return metrics;
}

// nullopt where a stream has no turnaround, here or alone.
std::optional<std::vector<Progress>> progress_of(const std::vector<StreamMetrics>& streams) {
  std::vector<Progress> progress;
  for (const StreamMetrics& stream : streams) {
    if (!stream.turnaround || !stream.isolated) return std::nullopt;
    progress.push_back({*stream.turnaround, *stream.isolated, stream.weight});
  }
  if (progress.empty()) return std::nullopt;
  return progress;
}

std::optional<Decimal> sla_rate_of(const std::vector<StreamMetrics>& streams) {
  std::uint64_t met = 0, decided = 0;
  for (const StreamMetrics& stream : streams) {
    if (!stream.sla_target) return std::nullopt;
    met += stream.sla_met;
    decided += stream.sla_decided;
  }
  return part_of(met, decided);
}

std::optional<Decimal> uxcost_of(const std::vector<StreamMetrics>& streams, const std::vector<StreamFigures>& figures) {
  std::vector<Experience> experience;
  for (std::size_t s = 0; s < streams.size(); ++s) {
    if (figures[s].with_deadline == 0) continue;
    if (!streams[s].energy) return std::nullopt;
    experience.push_back({figures[s].missed, figures[s].with_deadline, *streams[s].energy});
  }
  if (experience.empty()) return std::nullopt;
  return uxcost(experience);
}

Value or_null(const std::optional<Decimal>& figure, const std::string& path, const std::string& why, Value& notes) {
  if (figure) return *figure;
  notes[path] = why;
  return nullptr;
}

std::optional<Decimal> microseconds_of(const std::optional<Time>& time) {
  if (!time) return std::nullopt;
  return microseconds(*time);
}

std::string why_not_alone(const IsolatedRecord& alone) {
  return alone.failure.empty() ? "alone no request completed" : "alone: " + alone.failure;
}

Value stream_value(const StreamRecord& stream, const StreamMetrics& metrics, const IsolatedRecord& alone,
                   Value& notes) {
  const std::string path = "metrics.streams[" + stream.name + "].";
  const auto set = [&](Value& value, const char* key, const std::optional<Decimal>& figure, const std::string& why) {
    value[key] = or_null(figure, path + key, why, notes);
  };
  const std::optional<std::vector<Progress>> progress = progress_of({metrics});
  Value value;
  value["name"] = stream.name;
  value["weight"] = metrics.weight;
  set(value, "turnaround_us", microseconds_of(metrics.turnaround), "no request completed");
  set(value, "isolated_us", microseconds_of(metrics.isolated), why_not_alone(alone));
  set(value, "ntt", progress ? std::optional<Decimal>(antt(*progress)) : std::nullopt,
      metrics.isolated ? "no request completed" : why_not_alone(alone));
  set(value, "sla_target_us", microseconds_of(metrics.sla_target), why_not_alone(alone));
  set(value, "sla_rate", part_of(metrics.sla_met, metrics.sla_decided),
      metrics.sla_target ? "no request was decided" : why_not_alone(alone));
  set(value, "normalized_energy", metrics.energy, "no energy of a request inside the window, here or alone");
  return value;
}

// Names the stream that keeps a sum over streams from being known.
std::string why_null(const RunRecord& run, const Metrics& metrics, bool needs_turnaround) {
  for (std::size_t s = 0; s < metrics.streams.size(); ++s) {
    const std::string stream = "stream '" + run.streams[s].name + "': ";
    if (!metrics.streams[s].isolated) return stream + why_not_alone(run.isolation->streams[s]);
    if (needs_turnaround && !metrics.streams[s].turnaround) return stream + "no request completed";
  }
  return run.streams.empty() ? "no streams" : "no request was decided";
}

struct Named {
  const char* key;
  const char* shown;
  std::optional<Decimal> Metrics::*figure;
};
constexpr Named progress_figures[] = {{"antt", "ANTT", &Metrics::antt},
                                      {"stp", "STP", &Metrics::stp},
                                      {"fairness", "fairness", &Metrics::fairness},
                                      {"jain", "Jain's index", &Metrics::jain}};

std::string shown(const std::optional<Decimal>& figure, double times, const char* unit) {
  return figure ? fmt::format("{:.3f}{}", to_double(*figure) * times, unit) : "-";
}

}  // namespace

Decimal antt(const std::vector<Progress>& streams) {
  Wide sum = 0;
  for (const Progress& s : streams) sum += ratio(s.turnaround.value, s.isolated.value);
  return quotient(sum, ratio_one * streams.size(), places);
}

Decimal stp(const std::vector<Progress>& streams) {
  Wide sum = 0;
  for (const Progress& s : streams) sum += rate_of(s);
  return quotient(sum, ratio_one, places);
}

// The sum of weights cancels in every pair.
Decimal fairness(const std::vector<Progress>& streams) {
  Decimal least{Wide(1000000000), places};
  for (const Progress& i : streams)
    for (const Progress& j : streams)
      least.digits = std::min(least.digits, quotient(Wide{i.isolated.value} * j.turnaround.value * j.weight,
                                                     Wide{i.turnaround.value} * i.weight * j.isolated.value, places)
                                                .digits);
  return least;
}

Decimal jain(const std::vector<Progress>& streams) {
  Wide sum = 0, squares = 0;
  for (const Progress& s : streams) {
    const Wide x = std::max<Wide>(rate_of(s), 1);  // however small: the sum of squares is not 0
    sum += x;
    squares += x * x;
  }
  return quotient(sum * sum, squares * streams.size(), places);
}

Decimal uxcost(const std::vector<Experience>& streams) {
  Wide rates = 0, energies = 0;
  for (const Experience& s : streams) {
    rates += s.missed == 0 ? ratio(1, Wide{s.decided} * 2) : ratio(s.missed, s.decided);
    energies += quotient(s.energy.digits, 1, ratio_places - s.energy.places).digits;
  }
  return quotient(rates * energies, ratio_one * ratio_one, places);
}

std::uint64_t weight_of(const std::string& band) {
  for (const BandWeight& row : weights)
    if (band == row.band) return row.weight;
  return 0;
}

Metrics metrics_of(const RunRecord& run) {
  Metrics metrics;
  std::vector<StreamFigures> figures;
  std::uint64_t missed = 0, decided = 0;
  for (std::size_t s = 0; s < run.streams.size(); ++s) {
    figures.push_back(stream_figures(run, run.streams[s]));
    metrics.streams.push_back(stream_metrics(run, run.streams[s], figures.back(), run.isolation->streams[s]));
    missed += figures.back().missed;
    decided += figures.back().with_deadline;
  }
  if (const std::optional<std::vector<Progress>> progress = progress_of(metrics.streams)) {
    metrics.antt = antt(*progress);
    metrics.stp = stp(*progress);
    metrics.fairness = fairness(*progress);
    metrics.jain = jain(*progress);
  }
  metrics.sla_rate = sla_rate_of(metrics.streams);
  metrics.deadline_miss_rate = part_of(missed, decided);
  metrics.uxcost = uxcost_of(metrics.streams, figures);
  return metrics;
}

IsolatedRecord isolated_record(const RunRecord& run) {
  const StreamFigures figures = stream_figures(run, run.streams.front());
  IsolatedRecord alone;
  alone.completed = figures.latency.samples();
  alone.turnaround = mean_of(figures.latency).value_or(Time());
  alone.finished = figures.finished_in_window;
  alone.energy = run.streams.front().energy;
  return alone;
}

Value metrics_value(const RunRecord& run, Value& notes) {
  const Metrics metrics = metrics_of(run);
  Value value;
  for (const Named& row : progress_figures)
    value[row.key] =
        or_null(metrics.*row.figure, std::string("metrics.") + row.key, why_null(run, metrics, true), notes);
  value["sla_factor"] = Decimal{run.isolation->sla_permille, permille_places};
  value["sla_rate"] = or_null(metrics.sla_rate, "metrics.sla_rate", why_null(run, metrics, false), notes);
  value["deadline_miss_rate"] =
      or_null(metrics.deadline_miss_rate, "metrics.deadline_miss_rate", "no deadline fell inside the run", notes);
  value["uxcost"] = or_null(metrics.uxcost, "metrics.uxcost",
                            metrics.deadline_miss_rate ? "a stream with deadlines has no normalized_energy"
                                                       : "no deadline fell inside the run",
                            notes);
  Value::Array streams;
  for (std::size_t s = 0; s < run.streams.size(); ++s)
    streams.push_back(stream_value(run.streams[s], metrics.streams[s], run.isolation->streams[s], notes));
  value["streams"] = std::move(streams);
  return value;
}

std::string metrics_line(const RunRecord& run) {
  const Metrics metrics = metrics_of(run);
  std::string line;
  for (const Named& row : progress_figures)
    line += fmt::format("{} {}, ", row.shown, shown(metrics.*row.figure, 1, ""));
  return line + fmt::format("{} within {} x alone, {} of deadlines missed, UXCost {}",
                            shown(metrics.sla_rate, 100, " %"),
                            to_text(Decimal{run.isolation->sla_permille, permille_places}),
                            shown(metrics.deadline_miss_rate, 100, " %"), shown(metrics.uxcost, 1, ""));
}

}  // namespace takt::results
