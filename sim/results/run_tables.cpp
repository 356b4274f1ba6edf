#include "sim/results/run_tables.h"

#include <algorithm>
#include <charconv>
#include <sstream>

#include "models/units/read_file.h"
#include "sim/results/results_file.h"

namespace takt::results {

std::optional<std::string> text_of(const std::filesystem::path& file) {
  std::string text;
  const std::error_code error = units::read_file(file, text);
  if (error == std::errc::no_such_file_or_directory || error == std::errc::not_a_directory) return std::nullopt;
  if (error) throw ResultsFileError(file.string() + ": cannot be read: " + error.message());
  return text;
}

namespace {

std::optional<Table> table_of(const std::filesystem::path& file) {
  const std::optional<std::string> text = text_of(file);
  return text ? std::optional<Table>(parse_csv(*text, file.string())) : std::nullopt;
}

// Where a value's comment begins: the first '#' outside strings.
std::size_t comment_at(const std::string& line) {
  bool inside = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\\' && inside)
      ++i;
    else if (line[i] == '"')
      inside = !inside;
    else if (line[i] == '#' && !inside)
      return i;
  }
  return line.size();
}

std::string trimmed(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(' '), end = text.find_last_not_of(' ');
  return begin == text.npos ? "" : text.substr(begin, end - begin + 1);
}

// `{ value = 12, mark = "...", source = "..." }` is 12.
std::string value_of(const std::string& text) {
  const std::string head = "{ value = ";
  if (text.compare(0, head.size(), head) != 0) return text;
  return text.substr(head.size(), text.rfind(", mark = ") - head.size());
}

// What takt writes as resolved.toml, a key a line. An array's table is named by its `name`.
std::map<std::string, std::string> keys_of(const std::string& text) {
  std::map<std::string, std::string> keys;
  std::istringstream lines(text);
  std::string section;
  bool list = false;
  for (std::string line; std::getline(lines, line);) {
    line = trimmed(line.substr(0, comment_at(line)));
    if (!line.empty() && line[0] == '[') {
      list = line.compare(0, 2, "[[") == 0;
      section = line.substr(list ? 2 : 1, line.find(']') - (list ? 2 : 1)) + ".";
      continue;
    }
    const std::size_t equals = line.find(" = ");
    if (equals == line.npos) continue;
    const std::string key = line.substr(0, equals), value = value_of(line.substr(equals + 3));
    if (list && key == "name") {
      section += value.substr(1, value.size() - std::min<std::size_t>(2, value.size())) + ".";
      list = false;
    }
    keys[section + key] = value;
  }
  return keys;
}

}  // namespace

std::size_t Table::column(const std::string& name) const {
  const auto found = std::find(columns.begin(), columns.end(), name);
  if (found == columns.end()) throw ResultsFileError(source + ": has no column \"" + name + "\"");
  return static_cast<std::size_t>(found - columns.begin());
}

Table parse_csv(const std::string& text, const std::string& source) {
  Table table;
  table.source = source;
  std::vector<std::string> fields(1);
  std::size_t line = 1;
  bool quoted = false;
  const auto end_row = [&] {
    if (table.columns.empty())
      table.columns = std::move(fields);
    else if (fields.size() == table.columns.size())
      table.rows.push_back(std::move(fields));
    else
      throw ResultsFileError(source + ":" + std::to_string(line) + ": found " + std::to_string(fields.size()) +
                             " fields, expected " + std::to_string(table.columns.size()));
    fields.assign(1, "");
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '"' && i + 1 < text.size() && text[i + 1] == '"')
        fields.back() += text[++i];
      else if (c == '"')
        quoted = false;
      else
        fields.back() += c;
    } else if (c == '"' && fields.back().empty()) {
      quoted = true;
    } else if (c == ',') {
      fields.emplace_back();
    } else if (c == '\n') {
      end_row();
    } else {
      fields.back() += c;
    }
    line += c == '\n' ? 1 : 0;
  }
  if (quoted || fields.size() != 1 || !fields[0].empty())
    throw ResultsFileError(source + ":" + std::to_string(line) + ": the last line has no end");
  if (table.columns.empty()) throw ResultsFileError(source + ": is empty, expected a line of column names");
  return table;
}

std::int64_t millionths(const std::string& field, const Table& table) {
  const auto refuse = [&] { return ResultsFileError(table.source + ": found '" + field + "', expected a number"); };
  const std::size_t point = std::min(field.find('.'), field.size());
  std::string digits = field.substr(0, point) + (point < field.size() ? field.substr(point + 1) : "");
  const std::size_t places = field.size() - std::min(point + 1, field.size());
  if (field.empty()) return 0;
  if (places > 6) throw refuse();
  digits.append(6 - places, '0');
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size()) throw refuse();
  return value;
}

RunTables load_tables(const std::filesystem::path& path) {
  std::error_code error;
  const std::filesystem::path folder = std::filesystem::is_directory(path, error) ? path : path.parent_path();
  RunTables tables;
  tables.jobs = table_of(folder / "jobs.csv");
  tables.layers = table_of(folder / "layers.csv");
  tables.paths = table_of(folder / "paths.csv");
  tables.decisions = table_of(folder / "decisions.csv");
  tables.timeline = table_of(folder / "timeline.csv");
  if (const std::optional<std::string> text = text_of(folder / "resolved.toml")) tables.keys = keys_of(*text);
  return tables;
}

}  // namespace takt::results
