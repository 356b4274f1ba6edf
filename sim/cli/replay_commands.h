// takt replay of a command trace: onto an SoC's NPU and memories.
#pragma once

#include <string>
#include <vector>

namespace takt::cli {

struct CommandReplayOptions {
  std::string trace;
  std::string soc;       // empty: the recorded one
  std::string fidelity;  // empty: as recorded, or the preset's
  std::vector<std::string> set;
  std::string output;
  bool json = false;
  bool quiet = false;
};

int replay_command_trace(const CommandReplayOptions& options);

}  // namespace takt::cli
