// A recorded run's firmware once more, without the SoC: what it read is what it reads, and what it writes is compared.
// Where everything is the same, it took the same decisions.
#pragma once

#include <optional>
#include <string>

#include "models/cpu/iss/iss_cpu.h"
#include "sim/rerun/cursor.h"

namespace takt::rerun {

struct Rerun {
  std::string build;           // "native", "rv32", or an ELF's name
  std::uint64_t accesses = 0;  // that were the same
  std::optional<Difference> difference;
};

// takt's firmware as it is part of this program. Both throw traces::PackedFileError, `file` names it, for boot
// information that is not takt's.
Rerun rerun_native(const traces::FirmwareTrace& trace, const std::string& file);

// An ELF on the control processor's core. Interrupt lines are up whenever it waits for one and down from its next
// access on: a firmware that takes interrupts anywhere else is not replayed by this.
Rerun rerun_elf(const traces::FirmwareTrace& trace, const std::string& file, const cpu::Image& image,
                const std::string& build);

}  // namespace takt::rerun
