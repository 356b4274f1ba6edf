// The presets and scenarios compiled into the program, and files beside it.
#pragma once

#include <string>
#include <vector>

#include "sim/config/config_error.h"
#include "sim/config/load.h"

namespace takt::config {

enum class FileKind { soc, memory, software, link, cloud, scenario };

struct ConfigFile {
  std::string file;    // as shown in messages
  std::string folder;  // that relative paths in it start from; empty where it is compiled in
  std::string text;
};

// A name from list(kind), or a path (ends in .toml or contains '/'), relative to `folder` unless absolute.
// `where` is blamed for a name or file that does not exist.
ConfigFile open_config(FileKind kind, const std::string& name, const std::string& folder, const Place& where);

std::vector<PresetName> list(FileKind kind);

// The folder part of a path, with its '/'; empty where there is none.
std::string folder_of(const std::string& file);

// The file name without folder and extension.
std::string stem_of(const std::string& file);

// `path` as seen from `folder`.
std::string join(const std::string& folder, const std::string& path);

}  // namespace takt::config
