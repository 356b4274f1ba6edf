#include "sim/report/csv_rows.h"

#include <algorithm>
#include <charconv>

#include "sim/results/results_file.h"

namespace takt::report {

using results::ResultsFileError;

CsvRows::CsvRows(const std::filesystem::path& file) : source_(file.string()), in_(file, std::ios::binary) {
  if (!in_ || std::filesystem::is_directory(file)) throw ResultsFileError(source_ + ": cannot be read");
  if (!read_fields()) throw ResultsFileError(source_ + ": is empty, expected a line of column names");
  columns_ = fields_;
}

std::optional<CsvRows> CsvRows::open(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::exists(file, error)) return std::nullopt;
  return CsvRows(file);
}

std::optional<std::size_t> CsvRows::find(const std::string& name) const {
  const auto found = std::find(columns_.begin(), columns_.end(), name);
  if (found == columns_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - columns_.begin());
}

std::size_t CsvRows::column(const std::string& name) const {
  if (const std::optional<std::size_t> found = find(name)) return *found;
  throw ResultsFileError(source_ + ":1: has no column \"" + name + "\"");
}

bool CsvRows::next() {
  if (!read_fields()) return false;
  if (fields_.size() != columns_.size())
    throw ResultsFileError(here() + "found " + std::to_string(fields_.size()) + " fields, expected " +
                           std::to_string(columns_.size()));
  return true;
}

// RFC 4180.
bool CsvRows::read_fields() {
  fields_.clear();
  line_ = lines_ + 1;
  std::string line;
  bool quoted = false;
  do {
    if (!std::getline(in_, line)) {
      if (!quoted) return false;
      throw ResultsFileError(here() + "the row has no end");
    }
    ++lines_;
    if (in_.eof()) throw ResultsFileError(here() + "the last line has no end");
    if (!quoted) fields_.emplace_back();
    if (quoted) fields_.back() += '\n';
    for (std::size_t i = 0; i < line.size(); ++i) {
      const char c = line[i];
      if (quoted && c == '"' && i + 1 < line.size() && line[i + 1] == '"')
        fields_.back() += line[++i];
      else if (c == '"' && (quoted || fields_.back().empty()))
        quoted = !quoted;
      else if (c == ',' && !quoted)
        fields_.emplace_back();
      else
        fields_.back() += c;
    }
  } while (quoted);
  return true;
}

std::string CsvRows::here() const { return source_ + ":" + std::to_string(line_) + ": "; }

void CsvRows::refuse(std::size_t column) const {
  throw ResultsFileError(here() + "found '" + fields_[column] + "' in column \"" + columns_[column] +
                         "\", expected a number");
}

std::int64_t CsvRows::millionths(std::size_t column) const {
  constexpr std::size_t places = 6;
  constexpr std::int64_t largest = 100000000000000000;
  const std::string& field = fields_[column];
  if (field.empty()) return 0;
  const std::size_t point = std::min(field.find('.'), field.size());
  std::string digits = field.substr(0, point);
  std::string decimals = point < field.size() ? field.substr(point + 1) : "";
  if (digits.empty() || decimals.size() > places || (point < field.size() && decimals.empty())) refuse(column);
  decimals.append(places - decimals.size(), '0');
  digits += decimals;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size() || value < 0 || value > largest) refuse(column);
  return value;
}

std::uint64_t CsvRows::count(std::size_t column) const {
  const std::string& field = fields_[column];
  std::uint64_t value = 0;
  if (field.empty()) return value;
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
  if (error != std::errc() || end != field.data() + field.size()) refuse(column);
  return value;
}

}  // namespace takt::report
