// The scheduling log that a firmware keeps in its RAM (firmware/abi/log.h).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "firmware/abi/log.h"
#include "models/cpu/rv32/core.h"
#include "traces/formats/elf/elf_image.h"

namespace takt::observe {

struct FirmwareLog {
  std::uint32_t written = 0;             // ever
  std::vector<takt_log_record> records;  // those still there, oldest first
};

// Empty where the program has no object `takt_log`, or it is no ring of records in the core's memory.
FirmwareLog firmware_log(const rv32::Core& core, const traces::ElfImage& image);

// "dispatched"; "event 77" for one of the firmware's own.
std::string log_event_name(std::uint32_t event);

}  // namespace takt::observe
