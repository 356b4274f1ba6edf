// What a job of a program costs at the present operating point, by the program's cost table (firmware/abi/program.h).
#pragma once

#include <stdint.h>

#include "firmware/abi/program.h"
#include "firmware/base/device_addr.h"
#include "hal.h"

namespace takt::firmware {

// Bytes that memory gives the NPU in 1000 of its cycles; 0: not known.
uint32_t bytes_per_kilocycle(uint64_t bytes_per_s, uint32_t clock_khz);

class JobCost {
 public:
  JobCost() = default;
  // Of a program that has no table, or at a point that is not known.
  explicit JobCost(uint64_t cycles) { cycles_[0] = cycles; }

  // Reads the entries beside the ratio, which is not 0. False: the table is malformed.
  bool load(Hal& hal, DeviceAddr table, uint32_t bytes_per_kilocycle);
  // Reads what a job moves between memory and the NPU: below its table's smallest ratio nothing else takes time.
  // Of one whose cycles follow a parameter, of the largest. After load().
  void load_traffic(Hal& hal, DeviceAddr table);
  // Cycles where the parameter is largest.
  uint64_t most_cycles() const { return cycles_[values_ - 1]; }
  uint64_t traffic_bytes() const { return traffic_bytes_; }

  // Cycles from start to end, alone. Reads the job's parameter, where the cycles follow one.
  uint64_t cycles(Hal& hal, DeviceAddr parameters) const;

 private:
  uint64_t at(uint32_t value) const;

  uint64_t traffic_bytes_ = 0;
  uint32_t values_ = 1;
  uint32_t parameter_ = 0;
  uint32_t value_[TAKT_COST_VALUES] = {};
  uint64_t cycles_[TAKT_COST_VALUES] = {};
};

}  // namespace takt::firmware
