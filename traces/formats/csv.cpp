#include "traces/formats/csv.h"

#include <stdexcept>

namespace takt::traces {
namespace {

void append_field(std::string& text, std::string_view field) {
  if (field.find_first_of(",\"\r\n") == std::string_view::npos) {
    text += field;
    return;
  }
  text += '"';
  for (const char c : field) {
    if (c == '"') text += '"';
    text += c;
  }
  text += '"';
}

}  // namespace

CsvTable::CsvTable(const std::vector<std::string>& columns) : columns_(columns.size()) { append(columns); }

void CsvTable::row(const std::vector<std::string>& fields) {
  if (fields.size() != columns_)
    throw std::logic_error("a CSV row of " + std::to_string(fields.size()) + " fields in a table of " +
                           std::to_string(columns_) + " columns");
  append(fields);
}

void CsvTable::append(const std::vector<std::string>& fields) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i != 0) text_ += ',';
    append_field(text_, fields[i]);
  }
  text_ += '\n';
}

}  // namespace takt::traces
