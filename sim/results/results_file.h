// A results.json read back for comparison: every figure under its path, numbers with all the digits that the file has.
#pragma once

#include <filesystem>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>

namespace takt::results {

// Not readable, not JSON, or not a result of this takt. The message names file, what was found, what was expected.
class ResultsFileError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Figure {
  enum class Kind : char { null, boolean, number, string, empty };  // empty: an object or array without members
  Kind kind = Kind::null;
  std::string text;  // as the file writes it; strings without quotes

  friend bool operator==(const Figure& a, const Figure& b) { return a.kind == b.kind && a.text == b.text; }
};

struct ResultsFile {
  std::string source;
  // Keys joined by points; elements of an array by their `name`, or the text that they are,
  // where each has one of its own, else by number:
  // streams[camera].latency_us.p99.
  std::map<std::string, Figure> figures;
};

// `source` is named in errors.
ResultsFile parse_results(std::string_view json, const std::string& source);

// A file, or the output folder that holds it.
ResultsFile load_results(const std::filesystem::path& path);

}  // namespace takt::results
