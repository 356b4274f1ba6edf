// The firmware as an RV32 program: takt's own, or anyone's.
#pragma once

#include <string>

#include "models/cpu/iss/iss_cpu.h"
#include "sim/config/scenario_config.h"
#include "sim/platform/run_record.h"
#include "traces/formats/elf/elf_image.h"

namespace takt::platform {

struct FirmwareImage {
  cpu::Image image;
  traces::ElfImage elf;
  std::string hash;  // FNV-1a of the file's bytes, in hexadecimal
};

// Throws traces::ElfError for a file that is none, or does not fit the control processor's memory, and
// graph::GraphError where takt's own is asked for and was not built (no RV32 compiler).
FirmwareImage firmware_image(const config::FirmwareConfig& config);

// What the program takes, and how deep its stack (symbols __stack_top and __stack_bytes) was, from the core's memory.
FirmwareMemoryRecord firmware_memory(const traces::ElfImage& elf, const rv32::Core& core);

}  // namespace takt::platform
