// Work in child processes: a process can simulate once only, and children use the machine's other cores.
#pragma once

#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

namespace takt::cli {

// What a child threw, as its message, with the exit code that takt gives it.
class ChildFailure : public std::runtime_error {
 public:
  ChildFailure(int code, const std::string& what) : std::runtime_error(what), code_(code) {}
  int code() const { return code_; }

 private:
  int code_;
};

// Runs each piece of work in a child of its own, as many at a time as there are cores, and returns what they returned,
// in order. Throws ChildFailure where one failed. Call before anything of SystemC exists.
std::vector<std::string> run_in_children(const std::vector<std::function<std::string()>>& work);

}  // namespace takt::cli
