#include "traces/formats/requests/request_trace.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <optional>
#include <sstream>
#include <string_view>

#include "models/base/embedded_file.h"
#include "models/units/clock.h"
#include "traces/formats/memory/text_lines.h"
#include "traces/formats/requests/time_text.h"
#include "traces/formats/requests/workload_formats.h"

namespace takt {
extern const EmbeddedFile request_trace_files[];
extern const unsigned request_trace_files_count;
}  // namespace takt

namespace takt::traces {
namespace {

constexpr std::uint64_t most_seconds = 1000000;  // 11.6 days, as a scenario's times

enum class Meaning { time, prompt, answer, stream };

struct Column {
  std::string_view name;
  Meaning meaning;
  bool calendar = false;  // of a time
};

constexpr Column columns[] = {{"time_us", Meaning::time},           {"submitted_us", Meaning::time},
                              {"TIMESTAMP", Meaning::time, true},   {"prompt_tokens", Meaning::prompt},
                              {"ContextTokens", Meaning::prompt},   {"answer_tokens", Meaning::answer},
                              {"GeneratedTokens", Meaning::answer}, {"stream", Meaning::stream}};
constexpr std::size_t meanings = 4;

struct Row {
  Instant at;
  std::uint32_t prompt_tokens = 0, answer_tokens = 0;
  bool wanted = true;
};

class Table {
 public:
  Table(std::unique_ptr<std::istream> text, const std::string& file, const std::string& stream)
      : lines_(ByteSource(std::move(text), file)), file_(file), stream_(stream) {
    read_header();
  }

  bool next(Row& row);

  [[noreturn]] void fail(const std::string& found, const std::string& expected) const {
    throw MemoryTraceError({file_}, found, expected);
  }

 private:
  struct Found {
    std::size_t field = 0;
    const Column* column = nullptr;  // null: the file has none
  };

  void read_header();
  bool next_line();
  void split();
  std::string_view field(Meaning meaning) const { return fields_[known_[static_cast<std::size_t>(meaning)].field]; }
  const Column* column(Meaning meaning) const { return known_[static_cast<std::size_t>(meaning)].column; }
  [[noreturn]] void fail_at(std::string_view token, const std::string& expected) const {
    const auto column = static_cast<std::uint64_t>(token.data() - line_.text.data()) + 1;
    throw MemoryTraceError({file_, line_.number, column}, token.empty() ? "nothing" : shown(token), expected);
  }
  std::uint32_t tokens(Meaning meaning) const;

  LineReader lines_;
  const std::string file_;
  const std::string stream_;
  TextLine line_;
  std::vector<std::string_view> fields_;
  std::size_t width_ = 0;
  Found known_[meanings];
};

void Table::split() {
  fields_.clear();
  std::string_view rest = line_.text;
  while (true) {
    const std::size_t comma = rest.find(',');
    fields_.push_back(rest.substr(0, comma));
    if (fields_.back().find('"') != std::string_view::npos) fail_at(fields_.back(), "a field without quotes");
    if (comma == std::string_view::npos) return;
    rest.remove_prefix(comma + 1);
  }
}

// Lines that hold nothing or a comment are passed over.
bool Table::next_line() {
  do {
    if (!lines_.next(line_)) return false;
  } while (line_.text.empty() || line_.text.front() == '#');
  split();
  return true;
}

void Table::read_header() {
  const std::string expected = "names of columns, time_us, submitted_us or TIMESTAMP among them";
  if (!next_line()) fail("an empty file", expected);
  width_ = fields_.size();
  for (std::size_t i = 0; i < width_; ++i) {
    const auto* column =
        std::find_if(std::begin(columns), std::end(columns), [&](const Column& c) { return c.name == fields_[i]; });
    if (column == std::end(columns)) continue;
    Found& known = known_[static_cast<std::size_t>(column->meaning)];
    if (known.column != nullptr) fail_at(fields_[i], "one of it and " + std::string(known.column->name));
    known = {i, column};
  }
  if (column(Meaning::time) == nullptr) fail_at(line_.text, expected);
  if (!stream_.empty() && column(Meaning::stream) == nullptr)
    fail_at(line_.text, "a column 'stream', as the requests of stream '" + stream_ + "' are asked for");
}

std::uint32_t Table::tokens(Meaning meaning) const {
  if (column(meaning) == nullptr) return 0;
  const std::string_view text = field(meaning);
  if (text.empty()) return 0;  // a request of no language model, in a table that has others
  std::uint32_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size() || value > most_traced_tokens)
    fail_at(text, "a number of tokens, 0 to " + std::to_string(most_traced_tokens));
  return value;
}

bool Table::next(Row& row) {
  if (!next_line()) return false;
  if (fields_.size() != width_)
    throw MemoryTraceError({file_, line_.number}, std::to_string(fields_.size()) + " fields",
                           std::to_string(width_) + ", as in the first line");
  const bool calendar = column(Meaning::time)->calendar;
  const std::string_view text = field(Meaning::time);
  const std::optional<Instant> at = calendar ? timestamp_of(text) : microseconds_of(text);
  if (!at) fail_at(text, calendar ? "a time like 2023-11-16 18:17:03.98" : "microseconds, with up to six decimals");
  row.at = *at;
  row.prompt_tokens = tokens(Meaning::prompt);
  row.answer_tokens = tokens(Meaning::answer);
  row.wanted = stream_.empty() || field(Meaning::stream) == stream_;
  return true;
}

bool begins_with_brace(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  char first = 0;
  return file >> first && first == '{';
}

std::vector<TracedRequest> requests_of(const Workload& workload, const std::string& file, const std::string& stream) {
  std::vector<TracedRequest> requests;
  for (const WorkloadTask& task : workload.tasks) {
    if (task.name != stream_name(stream)) continue;
    for (const units::Time at : task.times) requests.push_back({at});
  }
  if (requests.empty()) throw MemoryTraceError({file}, "no times of task '" + stream + "'", "a task of type trace");
  return requests;
}

}  // namespace

std::vector<TracedRequest> parse_request_trace(std::unique_ptr<std::istream> text, const std::string& file,
                                               const std::string& stream) {
  Table table(std::move(text), file, stream);
  std::vector<Row> rows;
  std::optional<Instant> first;
  for (Row row; table.next(row);) {
    if (!first || row.at < *first) first = row.at;
    if (row.wanted) rows.push_back(row);
  }
  if (!first) table.fail("no requests", "a line for each");
  if (rows.empty()) table.fail("no request of stream '" + stream + "'", "a stream that it names");
  std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.at < b.at; });
  const Instant last = rows.back().at;
  if (last.seconds - first->seconds >= most_seconds)
    table.fail("requests " + std::to_string(last.seconds - first->seconds) + " s apart",
               "less than " + std::to_string(most_seconds) + " s");
  std::vector<TracedRequest> requests;
  requests.reserve(rows.size());
  for (const Row& row : rows) {
    const std::uint64_t seconds = (row.at.seconds - first->seconds) * units::picoseconds_per_second;
    requests.push_back(
        {units::Time(seconds + row.at.picoseconds - first->picoseconds), row.prompt_tokens, row.answer_tokens});
  }
  return requests;
}

namespace {

const char* shipped(const std::string& path) {
  std::string names;
  for (unsigned i = 0; i < request_trace_files_count; ++i) {
    const std::string_view file = request_trace_files[i].path;
    const std::string name = std::string(shipped_prefix).append(file.substr(file.rfind('/') + 1));
    if (name == path) return request_trace_files[i].text;
    names += (names.empty() ? "" : ", ") + name;
  }
  throw MemoryTraceError({path}, "no such trace in the program", names);
}

}  // namespace

std::vector<TracedRequest> read_request_trace(const std::string& path, const std::string& stream) {
  if (is_shipped(path)) return parse_request_trace(std::make_unique<std::istringstream>(shipped(path)), path, stream);
  if (begins_with_brace(path)) return requests_of(read_workload(path), path, stream);
  auto file = std::make_unique<std::ifstream>(path, std::ios::binary);
  if (!*file) throw MemoryTraceError({path}, "no such file, or none that can be read", "a request trace");
  return parse_request_trace(std::move(file), path, stream);
}

}  // namespace takt::traces
