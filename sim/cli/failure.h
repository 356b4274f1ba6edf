// What takt makes of an exception: its exit code and its message.
#pragma once

#include <string>

#include "sim/cli/command.h"

namespace takt::cli {

struct Failure {
  ExitCode code = done;
  std::string what;
};

// Of the exception in hand. Call inside a catch block.
Failure current_failure();

}  // namespace takt::cli
