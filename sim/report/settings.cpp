#include "sim/report/settings.h"

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "sim/results/results_file.h"
#include "sim/results/run_tables.h"

namespace takt::report {
namespace {

// The first of a character outside strings, or the size.
std::size_t outside_strings(const std::string& text, char wanted) {
  bool inside = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && inside)
      ++i;
    else if (text[i] == '"')
      inside = !inside;
    else if (text[i] == wanted && !inside)
      return i;
  }
  return text.size();
}

std::string trimmed(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(' '), end = text.find_last_not_of(' ');
  return begin == text.npos ? "" : text.substr(begin, end - begin + 1);
}

std::string unquoted(const std::string& text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return text;
  std::string plain;
  for (std::size_t i = 1; i + 1 < text.size(); ++i)
    plain += text[i] == '\\' && i + 2 < text.size() ? text[++i] : text[i];
  return plain;
}

// `{ value = 12, mark = "estimated", source = "..." }`
void take_marks(Setting& setting) {
  const std::string head = "{ value = ", mark = ", mark = ", source = ", source = ";
  if (setting.value.compare(0, head.size(), head) != 0) return;
  const std::string text = setting.value;
  const std::size_t mark_at = text.find(mark, head.size()), source_at = text.find(source, mark_at);
  if (mark_at == text.npos || source_at == text.npos) return;
  setting.value = text.substr(head.size(), mark_at - head.size());
  setting.mark = unquoted(text.substr(mark_at + mark.size(), source_at - mark_at - mark.size()));
  setting.source =
      unquoted(trimmed(text.substr(source_at + source.size(), text.rfind('}') - source_at - source.size())));
}

}  // namespace

Settings Settings::load(const std::filesystem::path& file) {
  const std::optional<std::string> text = results::text_of(file);
  return text ? parse(*text, file.string()) : Settings();
}

Settings Settings::parse(const std::string& text, const std::string& source) {
  Settings settings;
  std::istringstream lines(text);
  std::string section;
  bool list = false;  // in a table of an array that has not told its name yet
  std::size_t number = 0;
  for (std::string whole; std::getline(lines, whole);) {
    ++number;
    const std::size_t comment = outside_strings(whole, '#');
    const std::string line = trimmed(whole.substr(0, comment));
    if (line.empty()) continue;
    if (line[0] == '[') {
      list = line.compare(0, 2, "[[") == 0;
      section = line.substr(list ? 2 : 1, line.find(']') - (list ? 2 : 1)) + ".";
      continue;
    }
    const std::size_t equals = outside_strings(line, '=');
    if (equals == line.size())
      throw results::ResultsFileError(source + ":" + std::to_string(number) + ": found '" + line +
                                      "', expected a key, '=' and its value");
    Setting setting;
    const std::string key = trimmed(line.substr(0, equals));
    setting.value = trimmed(line.substr(equals + 1));
    setting.origin = comment < whole.size() ? trimmed(whole.substr(comment + 1)) : "";
    take_marks(setting);
    if (list && key == "name") section += unquoted(setting.value) + ".";
    list = list && key != "name";
    setting.path = section + key;
    settings.all_.push_back(std::move(setting));
  }
  return settings;
}

std::string Settings::text(const std::string& path) const {
  const auto found = std::find_if(all_.begin(), all_.end(), [&](const Setting& s) { return s.path == path; });
  return found == all_.end() ? "" : unquoted(found->value);
}

double Settings::number(const std::string& path) const { return std::strtod(text(path).c_str(), nullptr); }

}  // namespace takt::report
