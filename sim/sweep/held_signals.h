// Signals that wait until they are asked for.
#pragma once

#include <signal.h>

#include <chrono>
#include <initializer_list>
#include <optional>

namespace takt::sweep {

// While this lives these signals only come out of next().
class HeldSignals {
 public:
  HeldSignals(std::initializer_list<int> numbers) {
    sigemptyset(&set_);
    for (const int number : numbers) sigaddset(&set_, number);
    sigprocmask(SIG_BLOCK, &set_, &before_);
  }
  ~HeldSignals() { release(); }
  HeldSignals(const HeldSignals&) = delete;
  HeldSignals& operator=(const HeldSignals&) = delete;

  // In a child, before it becomes another program.
  void release() const { sigprocmask(SIG_SETMASK, &before_, nullptr); }

  // The next one's number; -1 where none came within `limit`, or none of these interrupted the wait.
  int next(std::optional<std::chrono::milliseconds> limit) const {
    if (!limit) return sigwaitinfo(&set_, nullptr);
    const timespec time{limit->count() / 1000, limit->count() % 1000 * 1'000'000};
    return sigtimedwait(&set_, nullptr, &time);
  }

 private:
  sigset_t set_, before_;
};

}  // namespace takt::sweep
