#include "sim/cli/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

namespace takt::cli {

ProgressLine::ProgressLine(bool wanted)
    : wanted_(wanted && isatty(STDERR_FILENO) != 0), begin_(Clock::now()), last_(begin_) {}

ProgressLine::~ProgressLine() { clear(); }

void ProgressLine::clear() {
  if (shown_) fmt::print(stderr, "\r\x1b[K");
  shown_ = false;
}

bool ProgressLine::due() {
  if (!wanted_) return false;
  const Clock::time_point now = Clock::now();
  if (now - begin_ < std::chrono::seconds(2) || now - last_ < std::chrono::milliseconds(200)) return false;
  last_ = now;
  return true;
}

void ProgressLine::print(const std::string& text) {
  shown_ = true;
  fmt::print(stderr, "\r\x1b[K{}", text);
  std::fflush(stderr);
}

void ProgressLine::show(const platform::Progress& progress) {
  if (!due()) return;
  const double ms = static_cast<double>(progress.simulated.value) / 1e9;
  const double wall_ms = std::chrono::duration<double, std::milli>(last_ - begin_).count();
  std::string share;
  if (progress.window_end != units::never())
    share = fmt::format(" of {:.0f}", static_cast<double>(progress.window_end.value) / 1e9);
  print(fmt::format("{:.1f}{} ms simulated, {} requests, {:.2f} x real time", ms, share, progress.requests,
                    ms / wall_ms));
}

}  // namespace takt::cli
