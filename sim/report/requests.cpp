// What the tables of requests and decisions tell: latencies, their parts, and who had the engines.
#include <algorithm>
#include <array>
#include <map>

#include "sim/report/condense.h"
#include "sim/report/csv_rows.h"
#include "sim/report/parts.h"
#include "sim/results/tables.h"

namespace takt::report {
namespace {

double us(std::int64_t picoseconds) { return static_cast<double>(picoseconds) / 1e6; }

// In the order of the table.
struct Stream {
  std::string name;
  std::vector<std::int64_t> values;
};
std::vector<std::int64_t>& of(std::vector<Stream>& streams, const std::string& name) {
  for (Stream& stream : streams)
    if (stream.name == name) return stream.values;
  streams.push_back({name, {}});
  return streams.back().values;
}

// When a request left the engines, and how long it had them.
struct Use {
  std::int64_t left = 0;
  std::int64_t engines = 0;
};
using Uses = std::map<std::pair<std::string, std::uint64_t>, Use>;

Uses uses_of(const Run& run) {
  Uses uses;
  std::optional<CsvRows> jobs = CsvRows::open(run.folder / "jobs.csv"), paths = CsvRows::open(run.folder / "paths.csv");
  if (!jobs || !paths) return uses;
  const std::size_t stream = jobs->column("stream"), request = jobs->column("request"),
                    finished = jobs->column("finished_us");
  while (jobs->next())
    if (!jobs->text(finished).empty())
      uses[{jobs->text(stream), jobs->count(request)}].left = jobs->millionths(finished);
  constexpr std::array<const char*, 7> at_work = {"switch_us",   "front_end_us", "tensor_us", "vector_us",
                                                  "overhead_us", "dma_in_us",    "dma_out_us"};
  const std::size_t path_stream = paths->column("stream"), path_request = paths->column("request"),
                    answer = paths->column("answer_us");
  std::vector<std::size_t> columns;
  for (const char* name : at_work) columns.push_back(paths->column(name));
  while (paths->next()) {
    const auto found = uses.find({paths->text(path_stream), paths->count(path_request)});
    if (found == uses.end()) continue;
    for (const std::size_t column : columns)
      found->second.engines = added(found->second.engines, paths->millionths(column));
    found->second.left -= paths->millionths(answer);
  }
  return uses;
}

struct Turn {
  std::size_t stream = 0;
  std::uint64_t request = 0;
  std::int64_t begin = 0, end = 0;
};

// From a decision to the next about the same part of the NPU, or to the request's end.
class Turns {
 public:
  Turns(const Run& run, Uses uses) : uses_(std::move(uses)), end_(run.end()) {}

  void open(const std::string& partition, const Turn& turn, const std::string& name) {
    close(partition, turn.begin);
    holders_[partition] = {turn, name};
  }
  void close(const std::string& partition, std::int64_t at) {
    const auto found = holders_.find(partition);
    if (found == holders_.end()) return;
    auto& [turn, name] = found->second;
    const auto use = uses_.find({name, turn.request});
    turn.end = use == uses_.end() || use->second.left <= turn.begin ? at : std::min(at, use->second.left);
    turns_.push_back(turn);
    if (use != uses_.end()) taken_[{turn.stream, turn.request}] += turn.end - turn.begin;
    holders_.erase(found);
  }
  // A request of several jobs is away from the engines between them, which no decision tells: its turns are shortened
  // until they add up to what it had.
  std::vector<Turn> finish(const std::vector<std::string>& names) {
    while (!holders_.empty()) close(std::string(holders_.begin()->first), end_);
    for (Turn& turn : turns_) {
      const auto use = uses_.find({names[turn.stream], turn.request});
      const auto taken = taken_.find({turn.stream, turn.request});
      if (use == uses_.end() || taken == taken_.end() || use->second.engines >= taken->second) continue;
      turn.end = turn.begin + static_cast<std::int64_t>(static_cast<__int128>(turn.end - turn.begin) *
                                                        use->second.engines / taken->second);
    }
    return std::move(turns_);
  }

 private:
  Uses uses_;
  std::int64_t end_;
  std::map<std::string, std::pair<Turn, std::string>> holders_;  // by partition
  std::map<std::pair<std::size_t, std::uint64_t>, std::int64_t> taken_;
  std::vector<Turn> turns_;
};

}  // namespace

Json latencies(const Run& run, const Bounds& bounds) {
  std::optional<CsvRows> rows = CsvRows::open(run.folder / "jobs.csv");
  if (!rows) return nullptr;
  const std::size_t stream = rows->column("stream"), measured = rows->column("measured"),
                    status = rows->column("status"), latency = rows->column("latency_us");
  std::vector<Stream> streams;
  while (rows->next()) {
    std::vector<std::int64_t>& values = of(streams, rows->text(stream));
    if (rows->text(measured) == "1" && rows->text(status) == "completed") values.push_back(rows->millionths(latency));
  }
  Json json = Json::array();
  for (Stream& each : streams) {
    std::sort(each.values.begin(), each.values.end());
    Json share = Json::array(), value = Json::array();
    for (const Ranked& ranked : ranks_of(each.values, bounds.ranks)) {
      share.push_back(static_cast<double>(ranked.rank * 100000 / each.values.size()) / 1000);
      value.push_back(us(ranked.value));
    }
    const double deadline = run.settings.number("stream." + each.name + ".deadline_us");
    json.push_back({{"name", each.name},
                    {"samples", each.values.size()},
                    {"deadline_us", deadline > 0 ? Json(deadline) : Json()},
                    {"percent", share},
                    {"us", value}});
  }
  return json;
}

Json latency_parts(const Run& run) {
  std::optional<CsvRows> rows = CsvRows::open(run.folder / "paths.csv");
  if (!rows) return nullptr;
  const std::size_t stream = rows->column("stream"), latency = rows->column("latency_us");
  std::vector<std::size_t> columns;
  Json parts = Json::array();
  for (const results::PathColumn& part : results::path_columns()) {
    const std::string name = std::string(part.name) + "_us";
    const std::vector<std::string>& all = rows->columns();
    if (!part.always && std::find(all.begin(), all.end(), name) == all.end()) continue;
    columns.push_back(rows->column(name));
    parts.push_back({{"name", part.name}, {"what", part.what}});
  }
  std::vector<Stream> sums;  // requests, latency, then the parts
  while (rows->next()) {
    std::vector<std::int64_t>& sum = of(sums, rows->text(stream));
    sum.resize(columns.size() + 2);
    ++sum[0];
    sum[1] = added(sum[1], rows->millionths(latency));
    for (std::size_t i = 0; i < columns.size(); ++i) sum[i + 2] = added(sum[i + 2], rows->millionths(columns[i]));
  }
  Json streams = Json::array();
  for (const Stream& each : sums) {
    Json mean = Json::array();
    for (std::size_t i = 1; i < each.values.size(); ++i) mean.push_back(us(each.values[i] / each.values[0]));
    streams.push_back({{"name", each.name}, {"requests", each.values[0]}, {"mean_us", mean}});
  }
  return {{"parts", parts}, {"streams", streams}};
}

Json engines(const Run& run, const Bounds& bounds) {
  std::optional<CsvRows> rows = CsvRows::open(run.folder / "decisions.csv");
  if (!rows) return nullptr;
  const std::size_t at = rows->column("at_us"), decision = rows->column("decision"), stream = rows->column("stream"),
                    request = rows->column("request");
  Turns turns(run, uses_of(run));
  std::vector<std::string> names;
  std::vector<std::pair<std::size_t, std::int64_t>> preempted;
  while (rows->next()) {
    const std::string& name = rows->text(stream);
    const std::int64_t when = rows->millionths(at);
    auto index = static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
    if (index == names.size()) names.push_back(name);
    const std::string partition = run.settings.text("stream." + name + ".partition");
    if (rows->text(decision) == "start" || rows->text(decision) == "resume")
      turns.open(partition, {index, rows->count(request), when, 0}, name);
    else if (rows->text(decision) == "abort")
      turns.close(partition, when);
    else
      preempted.emplace_back(index, when);
  }
  if (names.empty()) return {{"streams", Json::array()}};
  Buckets shares(run.begin(), run.end(), bounds.spans, names.size());
  constexpr std::int64_t whole = 1000000;
  for (const Turn& turn : turns.finish(names)) shares.add(turn.begin, turn.end, turn.stream, whole);
  std::vector<std::vector<unsigned>> preemptions(names.size(), std::vector<unsigned>(bounds.spans));
  for (const auto& [index, when] : preempted)
    if (when >= run.begin() && when < run.end())
      ++preemptions[index][static_cast<std::size_t>(static_cast<__int128>(when - run.begin()) * bounds.spans /
                                                    (run.end() - run.begin()))];
  Json streams = Json::array();
  for (std::size_t s = 0; s < names.size(); ++s) {
    Json permille = Json::array();
    for (std::size_t b = 0; b < bounds.spans; ++b) permille.push_back((shares.mean(s, b) + 500) / 1000);
    const auto total = static_cast<double>(shares.sum(s) / static_cast<std::uint64_t>(run.end() - run.begin()));
    streams.push_back({{"name", names[s]},
                       {"share", total / static_cast<double>(whole)},
                       {"permille", permille},
                       {"preemptions", preemptions[s]}});
  }
  return {{"streams", streams}};
}

}  // namespace takt::report
