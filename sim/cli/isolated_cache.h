// Results of streams' runs alone, kept from run to run: one small file each in a folder that may be removed at any
// time.
//
// An entry holds all of what it is the result of and a sum over its bytes. Whatever does not read back to the same
// bytes is no entry. Entries appear whole, by renaming, so any number of processes may share the folder.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "sim/platform/run_record.h"

namespace takt::cli {

// $XDG_CACHE_HOME/takt/isolated, else $HOME/.cache/takt/isolated; empty where neither is an absolute path.
std::filesystem::path isolated_cache_folder();

// The record as lines of text, `failure` aside, and back. Nullopt for any other text.
std::string text_of(const platform::IsolatedRecord& record);
std::optional<platform::IsolatedRecord> isolated_from(const std::string& text);

class IsolatedCache {
 public:
  // Empty: nothing is kept or found.
  explicit IsolatedCache(std::filesystem::path folder) : folder_(std::move(folder)) {}

  // `key`: all that the result follows from.
  std::optional<platform::IsolatedRecord> find(const std::string& key) const;
  // Where it cannot be written nothing happens: the cache only saves time.
  void keep(const std::string& key, const platform::IsolatedRecord& record) const;

 private:
  std::filesystem::path file_of(const std::string& key) const;

  std::filesystem::path folder_;
};

}  // namespace takt::cli
