// Ends the program where the firmware's native build runs on without a call of its HAL: it would never come back,
// simulated time stands still, and no limit of the simulation is reached. An RV32 build needs none: max_time_us ends
// it.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

#include "firmware/base/cost_point.h"

namespace takt::cpu {

// What the native build does, for another thread to watch.
struct Pulse {
  std::atomic<bool> inside{false};      // between two calls of the HAL
  std::atomic<std::uint64_t> calls{0};  // of the HAL
  std::atomic<std::uint32_t> point{0};  // its last cost point
};

class LoopGuard {
 public:
  // `limit`: of processor time of this process between two calls. `pulse` outlives the guard.
  LoopGuard(const Pulse& pulse, std::chrono::milliseconds limit);
  ~LoopGuard();
  LoopGuard(const LoopGuard&) = delete;
  LoopGuard& operator=(const LoopGuard&) = delete;

 private:
  void watch();
  [[noreturn]] void give_up() const;

  const Pulse& pulse_;
  const std::chrono::milliseconds limit_;
  std::mutex mutex_;
  std::condition_variable ended_;
  bool end_ = false;
  std::thread thread_;
};

}  // namespace takt::cpu
