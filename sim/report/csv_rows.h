// A table of a run's folder row by row, in memory that does not grow with it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace takt::report {

class CsvRows {
 public:
  // Reads the line of column names. Throws ResultsFileError where there is none.
  explicit CsvRows(const std::filesystem::path& file);
  // Nothing where there is no such file.
  static std::optional<CsvRows> open(const std::filesystem::path& file);

  const std::vector<std::string>& columns() const { return columns_; }
  // Throws ResultsFileError where there is none of that name.
  std::size_t column(const std::string& name) const;
  std::optional<std::size_t> find(const std::string& name) const;

  // The next row; false behind the last. Throws ResultsFileError with the line where it has not as many fields as
  // there are columns, or no end.
  bool next();
  const std::string& text(std::size_t column) const { return fields_[column]; }
  // In millionths: picoseconds of microseconds. Empty: 0. Throws ResultsFileError with line and column where it is no
  // decimal, or above 10^11: microseconds of a day.
  std::int64_t millionths(std::size_t column) const;
  // An integer; the same.
  std::uint64_t count(std::size_t column) const;

 private:
  bool read_fields();
  [[noreturn]] void refuse(std::size_t column) const;
  std::string here() const;

  std::string source_;
  std::ifstream in_;
  std::size_t line_ = 0;   // where the row begins
  std::size_t lines_ = 0;  // read
  std::vector<std::string> columns_, fields_;
};

// Of figures of a table, none below 0; stops at the largest number.
inline std::int64_t added(std::int64_t a, std::int64_t b) {
  const auto sum = static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b);
  return static_cast<std::int64_t>(std::min<std::uint64_t>(sum, std::numeric_limits<std::int64_t>::max()));
}

}  // namespace takt::report
