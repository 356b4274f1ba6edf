// The firmware as an RV32 program: takt's own, or anyone's.
#pragma once

#include <string>

#include "models/cpu/iss/iss_cpu.h"
#include "sim/config/scenario_config.h"

namespace takt::platform {

struct FirmwareImage {
  cpu::Image image;
  std::string hash;  // FNV-1a of the file's bytes, in hexadecimal
};

// Throws traces::ElfError for a file that is none, or does not fit the control processor's memory, and
// graph::GraphError where takt's own is asked for and was not built (no RV32 compiler).
FirmwareImage firmware_image(const config::FirmwareConfig& config);

}  // namespace takt::platform
