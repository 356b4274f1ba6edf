#include "sim/results/latency_table.h"

#include <fmt/format.h>

#include "sim/results/figures.h"
#include "sim/results/text_table.h"
#include "traces/formats/csv.h"

namespace takt::results {
namespace {

using platform::TurnsRecord;

// `places` decimals of 10^exponent ps.
std::string shown(units::Time t, unsigned exponent, unsigned places) {
  const Decimal exact{t.value, exponent};
  return fmt::format("{:.{}f}", to_double(exact), places);
}

std::string in_ms(units::Time t) { return shown(t, 9, 3); }
std::string in_s(units::Time t) { return shown(t, 12, 6); }

units::Time mean_delay(const TurnsRecord& turns) {
  return units::Time(static_cast<std::uint64_t>(quotient(turns.delay.value, turns.count, 0).digits));
}

}  // namespace

std::string latency_table(const platform::RunRecord& run) {
  TextTable table({Align::left, Align::right, Align::right, Align::right, Align::right, Align::right, Align::right});
  table.row({"stream", "runtime ms", "count", "avg delay ms", "max delay ms", "max start s", "max end s"});
  TurnsRecord total;
  for (const platform::StreamRecord& stream : run.streams) {
    const TurnsRecord& turns = stream.turns;
    total.count += turns.count;
    total.runtime += turns.runtime;
    std::vector<std::string> row = {stream.name, in_ms(turns.runtime), std::to_string(turns.count), "-", "-", "-", "-"};
    if (turns.count != 0)
      row = {stream.name,
             in_ms(turns.runtime),
             std::to_string(turns.count),
             in_ms(mean_delay(turns)),
             in_ms(turns.longest),
             in_s(turns.ready),
             in_s(turns.begin)};
    table.row(std::move(row));
  }
  table.row({"total", in_ms(total.runtime), std::to_string(total.count), "", "", "", ""});
  return "waiting for the NPU's engines:\n" + table.text();
}

std::string latency_csv(const platform::RunRecord& run) {
  traces::CsvTable table(
      {"stream", "runtime_us", "count", "mean_delay_us", "max_delay_us", "max_start_us", "max_end_us"});
  const auto us = [](units::Time t) { return to_text(microseconds(t)); };
  for (const platform::StreamRecord& stream : run.streams) {
    const TurnsRecord& turns = stream.turns;
    std::vector<std::string> row = {stream.name, us(turns.runtime), std::to_string(turns.count), "", "", "", ""};
    if (turns.count != 0)
      row = {stream.name,     us(turns.runtime), std::to_string(turns.count), us(mean_delay(turns)), us(turns.longest),
             us(turns.ready), us(turns.begin)};
    table.row(row);
  }
  return table.text();
}

}  // namespace takt::results
