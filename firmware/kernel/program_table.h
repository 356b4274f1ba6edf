#pragma once

#include <stdint.h>

#include "firmware/abi/program.h"
#include "firmware/abi/ring.h"
#include "firmware/base/device_addr.h"
#include "firmware/kernel/governor.h"
#include "firmware/kernel/job_cost.h"
#include "hal.h"

namespace takt::firmware {

// What the scheduler keeps of a registered program.
struct Program {
  DeviceAddr header;
  JobCost cost;
  Slowdown slowdown;
  uint32_t cut_count = 0;
  uint32_t max_save_bytes = 0;
  uint32_t cores = 1;
  uint32_t scratchpad_bytes = 0;
  bool restartable = false;
  bool registered = false;

  // What its jobs took, in ticks, by what the cost table said: later estimates are corrected by it.
  uint64_t corrected(uint64_t ticks) const;
  void observe(uint64_t estimated_ticks, uint64_t observed_ticks);

 private:
  uint32_t correction_ = kExact;  // in 1/kExact, 1/16 .. 16
  static constexpr uint32_t kExact = 4096;
};

// OK, BAD_PROGRAM or BAD_VERSION: whether every table the header names lies inside total_bytes, and that inside the
// address space from `at` on.
uint32_t check_program(const takt_program_header& header, DeviceAddr at);

class ProgramTable {
 public:
  // `bytes_per_s`: what memory gives the NPU, to read cost tables at; `clock_khz`: its clock at level 0. 0: not known.
  ProgramTable(uint64_t bytes_per_s, uint32_t clock_khz)
      : bytes_per_s_(bytes_per_s),
        bytes_per_kilocycle_(bytes_per_kilocycle(bytes_per_s, clock_khz)),
        clock_khz_{clock_khz} {}

  // Of programs added from now on, also how much slower they are at the further levels.
  void set_levels(const uint32_t* clock_khz, uint32_t levels);
  // Of programs added from now on, also what their jobs move to and from memory.
  void read_traffic() { with_traffic_ = true; }
  // Loads and validates a header, once. Returns a takt_status; ids are not reused.
  uint32_t add(Hal& hal, uint32_t id, DeviceAddr header);
  // Null: no such program.
  Program* find(uint32_t id);

 private:
  Slowdown slowdown_of(Hal& hal, const JobCost& cost, DeviceAddr table) const;

  uint64_t bytes_per_s_;
  uint32_t bytes_per_kilocycle_;
  uint32_t clock_khz_[TAKT_NPU_MAX_LEVELS];
  uint32_t levels_ = 1;
  bool with_traffic_ = false;
  Program programs_[TAKT_MAX_PROGRAMS];
};

}  // namespace takt::firmware
