// A table for terminals: columns as wide as their widest cell, two blanks between them, no trailing blanks.
#pragma once

#include <string>
#include <vector>

namespace takt::results {

enum class Align : char { left, right };

class TextTable {
 public:
  explicit TextTable(std::vector<Align> columns) : columns_(std::move(columns)) {}

  // A row has as many cells as there are columns.
  void row(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  std::string text() const;

 private:
  std::vector<Align> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace takt::results
