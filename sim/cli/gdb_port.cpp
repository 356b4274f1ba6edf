#include "sim/cli/gdb_port.h"

#include <fmt/format.h>

#include <cstdio>

#include "sim/gdb/socket.h"

namespace takt::cli {

void add_gdb_port(CLI::App& app, std::optional<std::uint16_t>& port) {
  app.add_option("--gdb", port,
                 "wait for gdb at this port of 127.0.0.1 before the first instruction; 0: a free one, named on stderr")
      ->type_name("PORT");
}

std::unique_ptr<gdb::Debugger> debugger_at(std::optional<std::uint16_t> port) {
  if (!port) return nullptr;
  return std::make_unique<gdb::Debugger>(std::make_unique<gdb::Socket>(*port, [](std::uint16_t at) {
    fmt::print(stderr, "takt: waiting for gdb: target remote 127.0.0.1:{}\n", at);
    std::fflush(stderr);
  }));
}

void tell_ended(gdb::Debugger* debugger, int exit_code) {
  if (debugger != nullptr) debugger->ended(static_cast<std::uint8_t>(exit_code));
}

}  // namespace takt::cli
