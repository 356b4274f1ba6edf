// The tables beside a results.json, read back.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace takt::results {

// A whole file; nothing where there is none. Throws ResultsFileError where it cannot be read, a folder among others.
std::optional<std::string> text_of(const std::filesystem::path& file);

struct Table {
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;  // as many fields as columns

  // Its place; throws ResultsFileError where there is none of that name.
  std::size_t column(const std::string& name) const;
  std::string source;
};

// RFC 4180. Throws ResultsFileError with the line where it is none.
Table parse_csv(const std::string& text, const std::string& source);

// A figure of a table, in millionths; throws ResultsFileError where it is no number. Empty: 0.
std::int64_t millionths(const std::string& field, const Table& table);

// Of a run's folder; a table that is not there is empty.
struct RunTables {
  std::optional<Table> jobs, layers, paths, decisions, timeline;
  std::optional<std::map<std::string, std::string>> keys;  // resolved.toml: path to value, without origins
};

// `path`: a results.json, or the folder that holds it. Throws ResultsFileError for tables that are damaged.
RunTables load_tables(const std::filesystem::path& path);

}  // namespace takt::results
