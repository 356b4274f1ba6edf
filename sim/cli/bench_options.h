// What to see of a program on the control processor's core: options that takt run and takt elf share.
#pragma once

#include <CLI/CLI.hpp>

#include "sim/observe/bench.h"

namespace takt::cli {

void add_bench_options(CLI::App& app, observe::BenchOptions& options);

// Throws graph::GraphError for an option that would do nothing.
void check_bench_options(const observe::BenchOptions& options, bool timeline);

}  // namespace takt::cli
