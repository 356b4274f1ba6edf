#include "models/cpu/native/loop_guard.h"

#include <unistd.h>

#include <cstdio>
#include <ctime>

#include "firmware/kernel/cost_table.h"

namespace takt::cpu {
namespace {

constexpr int firmware_failed = 4;  // the program's exit code

// A program that is stopped or waits for a processor spends none.
std::chrono::milliseconds processor_time() {
  timespec spent{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent);
  return std::chrono::seconds(spent.tv_sec) + std::chrono::milliseconds(spent.tv_nsec / 1000000);
}

}  // namespace

LoopGuard::LoopGuard(const Pulse& pulse, std::chrono::milliseconds limit)
    : pulse_(pulse), limit_(limit), thread_([this] { watch(); }) {}

LoopGuard::~LoopGuard() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    end_ = true;
  }
  ended_.notify_all();
  thread_.join();
}

void LoopGuard::watch() {
  std::unique_lock<std::mutex> lock(mutex_);
  std::uint64_t calls = pulse_.calls;
  std::chrono::milliseconds since = processor_time();
  while (!ended_.wait_for(lock, limit_ / 4, [this] { return end_; })) {
    const std::uint64_t now = pulse_.calls;
    const bool moves = !pulse_.inside || now != calls;
    calls = now;
    if (moves)
      since = processor_time();
    else if (processor_time() - since >= limit_)
      give_up();
  }
}

// The firmware's thread cannot be unwound from here, and no result is written yet.
void LoopGuard::give_up() const {
  const auto point = static_cast<firmware::CostPoint>(pulse_.point.load());
  std::fprintf(stderr,
               "takt: the firmware (native build) runs on without a call of its HAL for %lld ms of processor time, "
               "last cost point '%s'\n",
               static_cast<long long>(limit_.count()), firmware::cost_row(point).name);
  std::fflush(stderr);
  _exit(firmware_failed);
}

}  // namespace takt::cpu
