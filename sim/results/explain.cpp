#include "sim/results/explain.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/results/results_file.h"
#include "sim/results/tables.h"

namespace takt::results {
namespace {

// paths.csv by columns. Times in picoseconds.
class Paths {
 public:
  explicit Paths(const RunTables& run) : table_(table_of(run)) {
    for (const PathColumn& part : path_columns()) {
      const std::string name = std::string(part.name) + "_us";
      const auto& columns = table_.columns;
      if (part.always || std::find(columns.begin(), columns.end(), name) != columns.end())
        parts_.emplace_back(&part, table_.column(name));
    }
    stream_ = table_.column("stream");
    request_ = table_.column("request");
    latency_ = table_.column("latency_us");
    blockers_ = table_.column("blockers");
  }

  using Row = std::vector<std::string>;
  const std::vector<Row>& rows() const { return table_.rows; }
  const std::string& stream(const Row& row) const { return row[stream_]; }
  const std::string& request(const Row& row) const { return row[request_]; }
  const std::string& blockers(const Row& row) const { return row[blockers_]; }
  std::int64_t latency(const Row& row) const { return millionths(row[latency_], table_); }
  using Part = std::pair<const PathColumn*, std::size_t>;  // and its column
  const std::vector<Part>& parts() const { return parts_; }
  std::int64_t time(const Row& row, const Part& part) const { return millionths(row[part.second], table_); }

 private:
  static const Table& table_of(const RunTables& run) {
    if (!run.paths) throw ResultsFileError("the run has no paths.csv: runs of an earlier takt do not");
    return *run.paths;
  }

  const Table& table_;
  std::vector<Part> parts_;
  std::size_t stream_ = 0, request_ = 0, latency_ = 0, blockers_ = 0;
};

std::string us(std::int64_t picoseconds) {
  return fmt::format("{}.{:06}", picoseconds / 1000000, picoseconds % 1000000);
}

struct Share {
  std::int64_t time;
  std::string what;
};

// The largest first; what is nothing is left out.
std::string shares_text(std::vector<Share> shares, std::int64_t whole) {
  std::stable_sort(shares.begin(), shares.end(), [](const Share& a, const Share& b) { return a.time > b.time; });
  std::string text;
  const double percent = whole == 0 ? 0 : 100.0 / static_cast<double>(whole);
  for (const Share& share : shares)
    if (share.time != 0)
      text += fmt::format("  {:>16} us  {:>5.1f} %  {}\n", us(share.time), percent * static_cast<double>(share.time),
                          share.what);
  return text + fmt::format("  {:>16} us  {:>5.1f} %\n", us(whole), whole == 0 ? 0 : 100.0);
}

std::vector<Share> shares_of(const Paths& paths, const Paths::Row& row) {
  std::vector<Share> shares;
  for (const Paths::Part& part : paths.parts()) {
    std::string what = part.first->what;
    if (std::string(part.first->name) == "others" && !paths.blockers(row).empty()) what += ": " + paths.blockers(row);
    shares.push_back({paths.time(row, part), what});
  }
  return shares;
}

struct Stay {
  std::int64_t from = 0, to = 0;
};

// From its submission to its answer.
Stay stay_of(const Table& jobs, const std::string& stream, const std::string& request) {
  for (const auto& row : jobs.rows)
    if (row[jobs.column("stream")] == stream && row[jobs.column("request")] == request)
      return {millionths(row[jobs.column("submitted_us")], jobs), millionths(row[jobs.column("finished_us")], jobs)};
  return {};
}

// What the firmware decided while the request was there.
std::string decisions_text(const Table& decisions, const Stay& stay) {
  constexpr std::size_t most = 12;
  std::size_t count = 0;
  std::string text;
  for (const auto& row : decisions.rows) {
    const std::int64_t at = millionths(row[decisions.column("at_us")], decisions);
    if (at < stay.from || at > stay.to || ++count > most) continue;
    text += fmt::format("    {:>16} us later  {} of {} #{}\n", us(at - stay.from), row[decisions.column("decision")],
                        row[decisions.column("stream")], row[decisions.column("request")]);
  }
  if (count > most) text += fmt::format("    and {} more\n", count - most);
  return text.empty() ? "" : "  the firmware's decisions meanwhile, from the request on\n" + text;
}

// Who moved how much at the NoC's ports: the mean of the spans in which the request was there, by how long it was.
std::string traffic_text(const Table& timeline, const Stay& stay) {
  const std::size_t begin = timeline.column("begin_us"), end = timeline.column("end_us");
  const std::string head = "port_", tail = "_gbps";
  std::vector<std::pair<double, std::string>> ports;
  for (std::size_t c = 0; c < timeline.columns.size(); ++c) {
    const std::string& column = timeline.columns[c];
    if (column.rfind(head, 0) != 0) continue;
    double moved = 0, time = 0;
    for (const auto& row : timeline.rows) {
      const std::int64_t overlap =
          std::min(millionths(row[end], timeline), stay.to) - std::max(millionths(row[begin], timeline), stay.from);
      if (overlap <= 0) continue;
      time += static_cast<double>(overlap);
      moved += static_cast<double>(overlap) * 1e-6 * static_cast<double>(millionths(row[c], timeline));
    }
    if (moved > 0)
      ports.emplace_back(moved / time, column.substr(head.size(), column.size() - head.size() - tail.size()));
  }
  std::sort(ports.rbegin(), ports.rend());
  std::string text;
  for (const auto& [rate, name] : ports)
    if (rate >= 0.0005) text += fmt::format("{}{} {:.3f}", text.empty() ? "" : ", ", name, rate);
  return text.empty() ? "" : "  at the memories meanwhile, 10^9 bytes/s: " + text + "\n";
}

std::string meanwhile_text(const RunTables& run, const std::string& stream, const std::string& request) {
  if (!run.jobs) return "";
  const Stay stay = stay_of(*run.jobs, stream, request);
  return (run.decisions ? decisions_text(*run.decisions, stay) : "") +
         (run.timeline ? traffic_text(*run.timeline, stay) : "");
}

std::string request_text(const RunTables& run, const Paths& paths, const Paths::Row& row) {
  return fmt::format("{} #{}: {} us from the request to its answer\n", paths.stream(row), paths.request(row),
                     us(paths.latency(row))) +
         shares_text(shares_of(paths, row), paths.latency(row)) +
         meanwhile_text(run, paths.stream(row), paths.request(row));
}

// Sums divided together: what is left of the division stands in the largest part.
std::string mean_text(const Paths& paths, const std::vector<const Paths::Row*>& rows) {
  const auto count = static_cast<std::int64_t>(rows.size());
  std::vector<Share> shares;
  std::int64_t whole = 0, left = 0;
  for (const Paths::Row* row : rows) whole += paths.latency(*row);
  whole /= count;
  left = whole;
  for (const Paths::Part& part : paths.parts()) {
    std::int64_t sum = 0;
    for (const Paths::Row* row : rows) sum += paths.time(*row, part);
    shares.push_back({sum / count, part.first->what});
    left -= sum / count;
  }
  std::max_element(shares.begin(), shares.end(), [](const Share& a, const Share& b) {
    return a.time < b.time;
  })->time += left;
  return shares_text(std::move(shares), whole);
}

}  // namespace

std::string explain_request(const RunTables& run, const std::string& stream, std::uint64_t request) {
  const Paths paths(run);
  for (const Paths::Row& row : paths.rows())
    if (paths.stream(row) == stream && paths.request(row) == std::to_string(request))
      return request_text(run, paths, row);
  throw ResultsFileError(fmt::format("{} has no request #{} that is over", stream, request));
}

std::string explain_run(const RunTables& run, const std::optional<std::string>& stream) {
  const Paths paths(run);
  std::vector<std::string> names;
  for (const Paths::Row& row : paths.rows())
    if ((!stream || *stream == paths.stream(row)) &&
        std::find(names.begin(), names.end(), paths.stream(row)) == names.end())
      names.push_back(paths.stream(row));
  if (names.empty())
    throw ResultsFileError(stream ? "no request of a stream '" + *stream + "' is over" : "no request is over");
  std::string text;
  for (const std::string& name : names) {
    std::vector<const Paths::Row*> rows;
    for (const Paths::Row& row : paths.rows())
      if (paths.stream(row) == name) rows.push_back(&row);
    const Paths::Row& slowest = **std::max_element(
        rows.begin(), rows.end(),
        [&](const Paths::Row* a, const Paths::Row* b) { return paths.latency(*a) < paths.latency(*b); });
    text += fmt::format("{}{}: {} requests of the whole run, mean\n", text.empty() ? "" : "\n", name, rows.size()) +
            mean_text(paths, rows) + "slowest: " + request_text(run, paths, slowest);
  }
  return text;
}

}  // namespace takt::results
