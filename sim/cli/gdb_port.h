// --gdb PORT: where gdb may connect to the control processor.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <memory>
#include <optional>

#include "sim/gdb/debugger.h"

namespace takt::cli {

void add_gdb_port(CLI::App& app, std::optional<std::uint16_t>& port);

// Null: no port. What it waits for is said on stderr. Throws gdb::SocketError where the port is taken.
std::unique_ptr<gdb::Debugger> debugger_at(std::optional<std::uint16_t> port);

// The run that ends with this exit code is over; `debugger` may be null.
void tell_ended(gdb::Debugger* debugger, int exit_code);

}  // namespace takt::cli
