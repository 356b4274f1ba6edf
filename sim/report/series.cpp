// What the tables over time tell: bandwidth, power, temperature.
#include <algorithm>

#include "sim/report/condense.h"
#include "sim/report/csv_rows.h"
#include "sim/report/parts.h"

namespace takt::report {
namespace {

constexpr std::uint64_t most_hz = 1000000000000;

bool starts_with(const std::string& text, const std::string& head) { return text.compare(0, head.size(), head) == 0; }
bool ends_with(const std::string& text, const std::string& tail) {
  return text.size() >= tail.size() && text.compare(text.size() - tail.size(), tail.size(), tail) == 0;
}

// Thousandths are enough for a chart.
double rounded(std::int64_t millionths) { return static_cast<double>((millionths + 500) / 1000) / 1000; }

Json means(const Buckets& buckets, std::size_t series) {
  Json json = Json::array();
  for (std::size_t b = 0; b < buckets.count(); ++b) json.push_back(rounded(buckets.mean(series, b)));
  return json;
}

Json extremes(const Buckets& buckets, std::size_t series) {
  Json json = Json::array();
  for (std::size_t b = 0; b < buckets.count(); ++b) json.push_back(rounded(buckets.most(series, b)));
  return json;
}

struct Column {
  std::string name;
  std::size_t column;
};

// Columns called `head` NAME `tail`.
std::vector<Column> columns_called(const CsvRows& rows, const std::string& head, const std::string& tail) {
  std::vector<Column> found;
  for (std::size_t i = 0; i < rows.columns().size(); ++i) {
    const std::string& name = rows.columns()[i];
    if (name.size() > head.size() + tail.size() && starts_with(name, head) && ends_with(name, tail))
      found.push_back({name.substr(head.size(), name.size() - head.size() - tail.size()), i});
  }
  return found;
}

// As many spans as the table has rows, and no more than `most`.
std::size_t spans_of(const std::filesystem::path& file, std::size_t most) {
  CsvRows rows(file);
  std::size_t count = 0;
  while (count < most && rows.next()) ++count;
  return std::max<std::size_t>(count, 1);
}

}  // namespace

Json bandwidth(const Run& run, const Bounds& bounds) {
  const std::filesystem::path file = run.folder / "timeline.csv";
  std::optional<CsvRows> rows = CsvRows::open(file);
  if (!rows) return nullptr;
  const std::size_t begin = rows->column("begin_us"), end = rows->column("end_us");
  const std::vector<Column> memories = columns_called(*rows, "memory_", "_gbps"),
                            ports = columns_called(*rows, "port_", "_gbps");
  std::vector<Column> all = memories;
  all.insert(all.end(), ports.begin(), ports.end());
  Buckets buckets(run.begin(), run.end(), spans_of(file, bounds.spans), all.size() + 1);
  while (rows->next()) {
    std::int64_t total = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
      const std::int64_t value = rows->millionths(all[i].column);
      buckets.add(rows->millionths(begin), rows->millionths(end), i, value);
      total += i < memories.size() ? value : 0;
    }
    buckets.add(rows->millionths(begin), rows->millionths(end), all.size(), total);
  }
  Json json = {{"spans", buckets.count()}, {"most", extremes(buckets, all.size())}};
  json["memories"] = json["ports"] = Json::array();
  for (std::size_t i = 0; i < all.size(); ++i) {
    Json one = {{"name", all[i].name}, {"mean", means(buckets, i)}};
    if (i < memories.size()) {
      one["peak"] = run.number("memory.memories." + all[i].name + ".peak_gbps");
      one["most"] = extremes(buckets, i);
    }
    json[i < memories.size() ? "memories" : "ports"].push_back(std::move(one));
  }
  return json;
}

Json power(const Run& run, const Bounds& bounds) {
  const std::filesystem::path file = run.folder / "power.csv";
  std::optional<CsvRows> rows = CsvRows::open(file);
  if (!rows) return nullptr;
  const std::size_t time = rows->column("time_us");
  const std::vector<Column> rails = columns_called(*rows, "", "_mw"), nodes = columns_called(*rows, "", "_c");
  const std::optional<std::size_t> clock = rows->find("npu_clock_hz");
  std::vector<Column> all = rails;
  all.insert(all.end(), nodes.begin(), nodes.end());
  // rails, nodes, all rails together, clock
  Buckets buckets(run.begin(), run.end(), spans_of(file, bounds.spans), all.size() + 2);
  std::int64_t begin = run.begin();
  while (rows->next()) {
    const std::int64_t end = rows->millionths(time);
    std::int64_t total = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
      const std::int64_t value = rows->millionths(all[i].column);
      buckets.add(begin, end, i, value);
      total += i < rails.size() ? value : 0;
    }
    buckets.add(begin, end, all.size(), total);
    if (clock)
      buckets.add(begin, end, all.size() + 1, static_cast<std::int64_t>(std::min(rows->count(*clock), most_hz)));
    begin = end;
  }
  Json json = {{"spans", buckets.count()}, {"most", extremes(buckets, all.size())}};
  json["rails"] = json["nodes"] = Json::array();
  for (std::size_t i = 0; i < all.size(); ++i)
    json[i < rails.size() ? "rails" : "nodes"].push_back(
        {{"name", all[i].name}, {"mean", i < rails.size() ? means(buckets, i) : extremes(buckets, i)}});
  Json mhz = Json::array();
  for (std::size_t b = 0; clock && b < buckets.count(); ++b) mhz.push_back(rounded(buckets.mean(all.size() + 1, b)));
  json["clock_mhz"] = mhz;
  return json;
}

}  // namespace takt::report
