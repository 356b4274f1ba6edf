#include "sim/cli/bench_options.h"

#include <charconv>
#include <string_view>

#include "sim/graph/error.h"

namespace takt::cli {

namespace {

bool number(std::string_view text, std::uint64_t& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && !text.empty();
}

void set_window(const std::string& text, observe::BenchOptions& options) {
  constexpr std::uint64_t latest_us = 9000000000000;  // picoseconds of 63 bits
  const std::size_t colon = text.find(':');
  std::uint64_t begin = 0, end = 0;
  if (colon == text.npos || !number(std::string_view(text).substr(0, colon), begin) ||
      !number(std::string_view(text).substr(colon + 1), end) || begin >= end || end > latest_us)
    throw CLI::ValidationError("--trace-window",
                               "found '" + text + "', expected BEGIN:END in whole microseconds, BEGIN below END");
  options.trace_begin = units::microseconds(begin);
  options.trace_end = units::microseconds(end);
}

}  // namespace

void add_bench_options(CLI::App& app, observe::BenchOptions& options) {
  static const std::map<std::string, observe::ProfileUnit> units = {
      {"cycles", observe::ProfileUnit::cycles}, {"instructions", observe::ProfileUnit::instructions}};
  CLI::Option* const profile =
      app.add_option("--profile", options.profile, "write what each call stack cost, as folded stacks for flame graphs")
          ->type_name("FILE");
  app.add_option("--profile-unit", options.unit, "what a profile counts: cycles or instructions")
      ->type_name("TEXT:{cycles,instructions}=cycles")
      ->needs(profile)
      ->transform(CLI::CheckedTransformer(units).description(""));
  app.add_option("--coverage", options.coverage,
                 "write which instructions of each function were executed, and which never")
      ->type_name("FILE");
  app.add_option("--trace-instructions", options.instructions,
                 "write a line for each instruction: cycle, pc, word, what it wrote, function")
      ->type_name("FILE");
  app.add_option_function<std::string>(
         "--trace-window", [&options](const std::string& text) { set_window(text, options); },
         "trace only what lies in these whole microseconds")
      ->type_name("BEGIN:END");
  app.add_option("--transfers", options.transfers,
                 "keep so many of the latest control transfers and print them where the program fails")
      ->check(CLI::Range(std::size_t{0}, std::size_t{100000}))
      ->capture_default_str();
}

void check_bench_options(const observe::BenchOptions& options, bool timeline) {
  if (options.trace_end != units::never() && options.instructions.empty() && options.registers.empty() && !timeline)
    throw graph::GraphError(
        "--trace-window: found no trace, expected --trace-instructions, or --trace-registers or a --trace-level of "
        "takt "
        "run");
}

}  // namespace takt::cli
