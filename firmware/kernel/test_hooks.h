#pragma once

#include <stdint.h>

#include "firmware/abi/service.h"

namespace takt::firmware {

// What tests ask the firmware to do wrong, or otherwise (INJECT_FAULT, SET_TEST_MODE). Nothing of it after boot.
class TestHooks {
 public:
  void inject(uint32_t fault, uint32_t times) { faults_[fault] = times; }
  // True: it is to happen now; one time less remains.
  bool take(takt_fault fault) {
    if (faults_[fault] == 0) return false;
    --faults_[fault];
    return true;
  }

  // `modes`: TAKT_TEST_* bits; `permille` of estimates, 0: 1000.
  void set_mode(uint32_t modes, uint32_t permille) {
    modes_ = modes;
    permille_ = permille == 0 ? 1000 : permille;
  }
  bool null_jobs() const { return (modes_ & TAKT_TEST_NULL_JOBS) != 0; }
  bool timeouts() const { return (modes_ & TAKT_TEST_NO_TIMEOUTS) == 0; }
  bool preemption() const { return (modes_ & TAKT_TEST_NO_PREEMPTION) == 0; }
  bool preempt_always() const { return (modes_ & TAKT_TEST_PREEMPT_ALWAYS) != 0; }
  uint64_t estimate(uint64_t cycles) const {
    if (permille_ == 1000) return cycles;
    return cycles / 1000 * permille_ + cycles % 1000 * permille_ / 1000;
  }

 private:
  uint32_t faults_[TAKT_FAULT_COUNT] = {};
  uint32_t modes_ = 0;
  uint32_t permille_ = 1000;
};

}  // namespace takt::firmware
