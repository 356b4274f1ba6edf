// Tables as RFC 4180 CSV, with line feeds only. A row must have as many fields as there are columns.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace takt::traces {

class CsvTable {
 public:
  explicit CsvTable(const std::vector<std::string>& columns);

  // Throws std::logic_error where the number of fields differs from that of the columns.
  void row(const std::vector<std::string>& fields);

  const std::string& text() const { return text_; }

 private:
  void append(const std::vector<std::string>& fields);

  std::size_t columns_;
  std::string text_;
};

}  // namespace takt::traces
