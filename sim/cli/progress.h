// The progress line of a long run: on a terminal only, from the third second on.
#pragma once

#include <chrono>
#include <string>

#include "sim/platform/platform.h"

namespace takt::cli {

class ProgressLine {
 public:
  explicit ProgressLine(bool wanted);
  ~ProgressLine();
  void show(const platform::Progress& progress);
  // Takes the line away, before something else is printed.
  void clear();

  // Whether it is time for a new line; what the line says.
  bool due();
  void print(const std::string& text);

 private:
  using Clock = std::chrono::steady_clock;
  bool wanted_;
  bool shown_ = false;
  Clock::time_point begin_;
  Clock::time_point last_;
};

}  // namespace takt::cli
