// Another program's words.
#pragma once

#include <string>
#include <vector>

namespace takt::sweep {

struct Captured {
  bool missing = false;  // no such program on PATH
  int code = -1;         // exit code; 128 + signal where one ended it
  std::string out, err;  // without the last line feed
};

// Runs it to its end, with signals as they are by default and in a process group of its own: Ctrl-C is takt's alone.
// Throws std::system_error where it cannot be started for another reason.
Captured capture(const std::vector<std::string>& command);

}  // namespace takt::sweep
