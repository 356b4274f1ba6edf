// What every key of results.json means: one table, from which `takt explain METRIC`, the JSON Schema and the directions
// of `takt compare` come.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace takt::results {

// Which way a figure is good where everything else stays the same; `neither`: it describes.
enum class Better : char { neither, lower, higher };

enum class Shape : char {
  text,
  count,         // an integer
  number,        // an exact decimal
  distribution,  // {samples, mean, p50, p90, p95, p99, max}
};

struct Metric {
  // As `figures` of results_file.h has it, with `*` for a name or the label of an array's element. `?` behind a key: it
  // is there only in some runs.
  std::string_view path;
  Shape shape = Shape::number;
  std::string_view unit = {};  // empty: none
  Better better = Better::neither;
  std::string_view what = {};
  std::string_view formula = {};  // empty: observed as it is
  std::string_view null = {};     // when it is null; empty: never
};

struct MetricTable {
  const Metric* rows;
  std::size_t count;
  const Metric* begin() const { return rows; }
  const Metric* end() const { return rows + count; }
};
MetricTable metric_table();

// The path without `?`.
std::string plain_path(const Metric& metric);

// The row of a figure; null: it has none. `member`, where not null: of a distribution, which one ("p99"), else empty.
const Metric* metric_of(std::string_view path, std::string* member = nullptr);

// Rows that somebody may mean by these words: a figure's path, a row's path, or how one of its keys ends; best first.
std::vector<const Metric*> metrics_called(std::string_view words);

// Whether a text is one of a pattern, in which `*` stands for any text.
bool matches(std::string_view pattern, std::string_view text);

std::string_view name_of(Better better);

// What `takt explain` prints of a row.
std::string describe(const Metric& metric);

}  // namespace takt::results
