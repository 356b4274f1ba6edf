// takt manual, takt completion: the command line itself, for man and for the shell.
#include <fmt/format.h>

#include "sim/cli/command.h"
#include "sim/cli/option_table.h"

namespace takt::cli {

Registered add_manual(CLI::App& takt) {
  CLI::App* app = takt.add_subcommand("manual", "Print takt(1) for man");
  return {app, [&takt] {
            fmt::print("{}", manual(takt));
            return int{done};
          }};
}

Registered add_completion(CLI::App& takt) {
  CLI::App* app = takt.add_subcommand("completion", "Print a script that completes takt's command line in bash");
  return {app, [&takt] {
            fmt::print("{}", bash_completion(takt));
            return int{done};
          }};
}

}  // namespace takt::cli
