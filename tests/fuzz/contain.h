// Runs what may crash, hang or eat memory in a process of its own.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace takt::fuzz {

// Of processor time; ten times that under sanitizers. To compile a tensor of 25 GB takes 1.3 s of a quiet machine.
constexpr unsigned most_seconds = 5;
constexpr std::uint64_t most_bytes = std::uint64_t{1} << 30;  // beside what the process has when it begins

// Where a step leaves the bytes that it is about to read, so that they outlive it.
class Input {
 public:
  virtual ~Input() = default;
  virtual void keep(const std::string& bytes) = 0;
};

// One piece of work; false where nothing is left to do.
using Step = std::function<bool(std::uint64_t index, Input& input)>;

struct Ended {
  std::uint64_t steps = 0;  // completed
  std::string fault;        // "" where the series ended; else what happened in the step behind
  std::string bytes;        // that the step had kept
};

// Calls step(0), step(1), ... in one child process until it returns false or something is wrong with one: it throws,
// the process ends otherwise or it exceeds a limit. Throws std::system_error where the system has no process for it.
Ended contained(const Step& step, unsigned seconds = most_seconds);

}  // namespace takt::fuzz
