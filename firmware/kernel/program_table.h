#pragma once

#include <stdint.h>

#include "firmware/abi/program.h"
#include "firmware/abi/ring.h"
#include "firmware/base/device_addr.h"
#include "hal.h"

namespace takt::firmware {

// What the scheduler keeps of a registered program.
struct Program {
  DeviceAddr header;
  uint64_t estimated_cycles = 0;  // start to end, alone
  uint32_t cut_count = 0;
  uint32_t max_save_bytes = 0;
  bool registered = false;
};

// OK, BAD_PROGRAM or BAD_VERSION: whether every table the header names lies inside total_bytes, and that inside the
// address space from `at` on.
uint32_t check_program(const takt_program_header& header, DeviceAddr at);

class ProgramTable {
 public:
  // Loads and validates a header, once. Returns a takt_status; ids are not reused.
  uint32_t add(Hal& hal, uint32_t id, DeviceAddr header);
  // Null: no such program.
  const Program* find(uint32_t id) const;

 private:
  Program programs_[TAKT_MAX_PROGRAMS];
};

}  // namespace takt::firmware
