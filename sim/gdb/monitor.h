// What `monitor COMMAND` does: looks at the core beyond gdb's registers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "models/cpu/rv32/debugger.h"

namespace takt::gdb {

class Monitor {
 public:
  explicit Monitor(rv32::Debuggee& debuggee) : debuggee_(debuggee) {}

  // The command's output; of one that does not exist, what there is.
  std::string run(std::string_view command);

  // The cycle before which the core is to halt, as `until` has it; until the next halt.
  std::optional<std::uint64_t> until() const { return until_; }
  void halted() { until_.reset(); }

 private:
  struct Command {
    const char* name;
    const char* argument;
    const char* what;
    std::string (Monitor::*act)(std::string_view argument);
  };
  static const Command commands[];

  std::string help(std::string_view);
  std::string time(std::string_view);
  std::string instructions(std::string_view);
  std::string state(std::string_view);
  std::string set_until(std::string_view time_us);

  rv32::Debuggee& debuggee_;
  std::optional<std::uint64_t> until_;
};

}  // namespace takt::gdb
