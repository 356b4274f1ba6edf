// takt replay of a firmware trace: through builds of the firmware, without the SoC.
#pragma once

#include <string>

namespace takt::cli {

struct FirmwareReplayOptions {
  std::string trace;
  std::string firmware;  // "native", "rv32" or an ELF; empty: both of takt's
  bool json = false;
  bool quiet = false;
};

// Exit code 1 where one did something else than was recorded.
int replay_firmware_trace(const FirmwareReplayOptions& options);

}  // namespace takt::cli
