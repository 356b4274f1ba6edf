#include "sim/config/preset_files.h"

#include <filesystem>

#include "models/base/embedded_file.h"
#include "models/units/read_file.h"
#include "sim/config/document.h"
#include "sim/config/preset_chain.h"
#include "sim/config/suggest.h"

namespace takt {
extern const EmbeddedFile preset_files[];
extern const unsigned preset_files_count;
extern const EmbeddedFile scenario_files[];
extern const unsigned scenario_files_count;
}  // namespace takt

namespace takt::config {
namespace {

struct Shelf {
  const EmbeddedFile* files;
  unsigned count;
  std::string folder;
  std::string what;
};

Shelf shelf(FileKind kind) {
  switch (kind) {
    case FileKind::soc:
      return {preset_files, preset_files_count, "soc/", "SoC preset"};
    case FileKind::memory:
      return {preset_files, preset_files_count, "memory/", "memory preset"};
    case FileKind::software:
      return {preset_files, preset_files_count, "software/", "software preset"};
    case FileKind::link:
      return {preset_files, preset_files_count, "link/", "link"};
    case FileKind::cloud:
      return {preset_files, preset_files_count, "cloud/", "cloud"};
    case FileKind::scenario:
      break;
  }
  return {scenario_files, scenario_files_count, "scenarios/", "scenario"};
}

bool is_path(const std::string& name) {
  const std::string extension = ".toml";
  const bool toml = name.size() > extension.size() && name.substr(name.size() - extension.size()) == extension;
  return toml || name.find('/') != std::string::npos;
}

ConfigFile open_path(const std::string& name, const std::string& folder, const Place& where, const std::string& what) {
  const std::string path = join(folder, name);
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    throw ConfigError(where, "no file '" + path + "'", "the file of a " + what);
  }
  std::string text;
  error = units::read_file(path, text);
  if (error) throw ConfigError(where, "file '" + path + "' that cannot be read: " + error.message(), "a readable file");
  return {path, folder_of(path), std::move(text)};
}

// The name of an embedded file of this kind; empty for the others.
std::string name_in(const Shelf& s, const EmbeddedFile& file) {
  const std::string path = file.path;
  return path.rfind(s.folder, 0) == 0 ? stem_of(path) : std::string();
}

}  // namespace

std::string folder_of(const std::string& file) {
  const std::size_t slash = file.rfind('/');
  return slash == std::string::npos ? std::string() : file.substr(0, slash + 1);
}

std::string stem_of(const std::string& file) {
  const std::string name = file.substr(folder_of(file).size());
  const std::size_t dot = name.rfind('.');
  return dot == std::string::npos || dot == 0 ? name : name.substr(0, dot);
}

std::string join(const std::string& folder, const std::string& path) {
  return !path.empty() && path.front() == '/' ? path : folder + path;
}

ConfigFile open_config(FileKind kind, const std::string& name, const std::string& folder, const Place& where) {
  const Shelf s = shelf(kind);
  if (is_path(name)) return open_path(name, folder, where, s.what);
  std::vector<std::string> names;
  for (unsigned i = 0; i < s.count; ++i) {
    names.push_back(name_in(s, s.files[i]));
    // A scenario is known by its file name alone: "default.toml".
    const std::string shown = kind == FileKind::scenario ? names.back() + ".toml" : s.files[i].path;
    if (!name.empty() && names.back() == name) return {shown, {}, s.files[i].text};
  }
  const std::string near = nearest(name, names);
  throw ConfigError(where, "no " + s.what + " '" + name + "'",
                    "one of takt list, or a .toml file" + (near.empty() ? "" : " (nearest '" + near + "')"));
}

std::vector<PresetName> list(FileKind kind) {
  const Shelf s = shelf(kind);
  std::vector<PresetName> result;
  for (unsigned i = 0; i < s.count; ++i) {
    const std::string name = name_in(s, s.files[i]);
    if (name.empty()) continue;
    const Node document = parse_document(s.files[i].text, s.files[i].path);
    if (is_family(document)) continue;
    const Node* description = document.find("description");
    result.push_back({name, description == nullptr ? std::string() : description->text});
  }
  return result;
}

}  // namespace takt::config
