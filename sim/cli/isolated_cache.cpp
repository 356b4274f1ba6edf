#include "sim/cli/isolated_cache.h"

#include <fmt/format.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "models/units/fnv1a.h"
#include "sim/results/value.h"

namespace takt::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t largest_entry = 1 << 20;

std::uint64_t hash_of(const std::string& text) { return units::fnv1a(units::fnv1a_basis, text); }

std::string entry_of(const std::string& key, const platform::IsolatedRecord& record) {
  const std::string text = "takt-isolated/1\n" + key + "result\n" + text_of(record);
  return text + fmt::format("sum {:016x}\n", hash_of(text));
}

std::optional<std::string> whole_file(const fs::path& file) {
  std::error_code error;
  if (fs::file_size(file, error) > largest_entry || error) return std::nullopt;
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) return std::nullopt;
  return text.str();
}

// The digits behind `name` and a blank, up to the end of the line.
std::optional<std::string> line_of(const std::string& text, const std::string& name) {
  const std::size_t at = text.find(name + " ");
  if (at == std::string::npos) return std::nullopt;
  const std::size_t begin = at + name.size() + 1;
  return text.substr(begin, text.find('\n', begin) - begin);
}

template <class Number>
bool read(const std::string& text, const std::string& name, Number& number) {
  const std::optional<std::string> digits = line_of(text, name);
  if (!digits || digits->empty() || digits->size() > 38) return false;
  number = 0;
  for (const char c : *digits) {
    if (c < '0' || c > '9') return false;
    number = number * 10 + static_cast<Number>(c - '0');
  }
  return true;
}

// Empty where the variable is no absolute path.
fs::path from_environment(const char* variable, const char* below) {
  const char* value = std::getenv(variable);
  const fs::path path = value == nullptr ? fs::path() : fs::path(value);
  return path.is_absolute() ? path / below / "takt" / "isolated" : fs::path();
}

}  // namespace

fs::path isolated_cache_folder() {
  const fs::path folder = from_environment("XDG_CACHE_HOME", "");
  return folder.empty() ? from_environment("HOME", ".cache") : folder;
}

std::string text_of(const platform::IsolatedRecord& record) {
  std::string text = fmt::format("completed {}\nturnaround_ps {}\nfinished {}\n", record.completed,
                                 record.turnaround.value, record.finished);
  if (record.energy) text += "energy_aj " + results::to_text({*record.energy, 0}) + "\n";
  return text;
}

// Anything that is not exactly what would be written is refused.
std::optional<platform::IsolatedRecord> isolated_from(const std::string& text) {
  platform::IsolatedRecord record;
  platform::Attojoules energy = 0;
  if (!read(text, "completed", record.completed) || !read(text, "turnaround_ps", record.turnaround.value) ||
      !read(text, "finished", record.finished))
    return std::nullopt;
  if (read(text, "energy_aj", energy)) record.energy = energy;
  if (text_of(record) != text) return std::nullopt;
  return record;
}

fs::path IsolatedCache::file_of(const std::string& key) const { return folder_ / fmt::format("{:016x}", hash_of(key)); }

std::optional<platform::IsolatedRecord> IsolatedCache::find(const std::string& key) const {
  if (folder_.empty()) return std::nullopt;
  const std::optional<std::string> text = whole_file(file_of(key));
  if (!text) return std::nullopt;
  const std::size_t begin = text->rfind("result\n"), end = text->rfind("sum ");
  if (begin == std::string::npos || end == std::string::npos || end < begin + 7) return std::nullopt;
  const std::optional<platform::IsolatedRecord> record = isolated_from(text->substr(begin + 7, end - begin - 7));
  if (!record || entry_of(key, *record) != *text) return std::nullopt;
  return record;
}

void IsolatedCache::keep(const std::string& key, const platform::IsolatedRecord& record) const {
  if (folder_.empty()) return;
  std::error_code error;
  fs::create_directories(folder_, error);
  if (error) return;
  std::string partial = (folder_ / ".partial-XXXXXX").string();
  const int file = mkstemp(partial.data());
  if (file < 0) return;
  const std::string text = entry_of(key, record);
  const bool written = write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  if (close(file) == 0 && written) fs::rename(partial, file_of(key), error);
  if (!written || error) fs::remove(partial, error);
}

}  // namespace takt::cli
