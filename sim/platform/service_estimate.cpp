#include "sim/platform/service_estimate.h"

#include <algorithm>

#include "sim/platform/operator_work.h"

namespace takt::platform {

using units::Cycles;
using units::Time;

namespace {

std::uint64_t between(std::uint64_t from, std::uint64_t to, std::uint64_t part, std::uint64_t whole) {
  return to >= from ? from + units::mul_div(to - from, part, whole) : from - units::mul_div(from - to, part, whole);
}

std::uint64_t at_ratio(const takt_cost_table& table, std::uint32_t v, std::uint64_t ratio) {
  const std::uint32_t* const begin = table.bytes_per_kilocycle;
  const std::uint32_t* const end = begin + table.ratios;
  const std::uint32_t* const above = std::lower_bound(begin, end, ratio);
  const std::uint64_t* const cycles = table.cycles[v];
  if (above == end) return cycles[table.ratios - 1];
  if (above == begin) return units::mul_div(cycles[0], *begin, ratio);
  const std::uint64_t low = above[-1], high = *above;
  const auto i = above - begin;
  return between(cycles[i], cycles[i - 1], low * (high - ratio), ratio * (high - low));
}

// Of the governor that keeps a point; the others' fastest.
std::uint64_t clock_of(const config::ScenarioConfig& scenario) {
  const std::uint32_t level = scenario.firmware.governor == config::Governor::fixed ? scenario.firmware.power_level : 0;
  return level == 0 ? scenario.soc.npu.clock_hz : scenario.soc.npu.power.points[level - 1].clock_hz;
}

}  // namespace

std::uint64_t cycles_of(const takt_cost_table& table, std::uint64_t ratio, std::uint32_t value) {
  const std::uint32_t* const end = table.value + table.values;
  const std::uint32_t* const above = std::lower_bound(table.value, end, value);
  const auto v = static_cast<std::uint32_t>(above - table.value);
  if (above == end) return at_ratio(table, table.values - 1, ratio);
  if (v == 0) return at_ratio(table, 0, ratio);
  return between(at_ratio(table, v - 1, ratio), at_ratio(table, v, ratio), value - above[-1], *above - above[-1]);
}

ServiceEstimate::ServiceEstimate(const config::ScenarioConfig& scenario, const Workload& workload)
    : workload_(workload),
      clock_(clock_of(scenario)),
      ratio_(std::max<std::uint64_t>(1, expected_bytes_per_s(scenario.soc) / (clock_.hertz() / 1000))),
      software_(units::nanoseconds(scenario.soc.software.submit_ns + scenario.soc.software.complete_ns)) {
  const units::Clock cpu(scenario.soc.app_cpu.clock_hz);
  for (std::uint32_t s = 0; s < workload.streams().size(); ++s) {
    const PlacedStream& stream = workload.streams()[s];
    Time sum;
    for (const compiler::Step& step : stream.model->steps) {
      if (step.kind == compiler::Step::Kind::cpu)
        sum += cpu.duration(
            Cycles(cpu::operator_cycles(operator_work(stream.model->cpu[step.index]), scenario.soc.app_cpu)));
      else
        sum += job({s, 0, 0, static_cast<std::uint32_t>(step.index), {}});
    }
    inference_.push_back(sum);
  }
}

// Jobs without a parameter are as the largest.
Time ServiceEstimate::job(const JobRef& job) const {
  const PlacedStream& stream = workload_.streams()[job.stream];
  const takt_cost_table& table = stream.programs[job.program].program->cost;
  const std::uint32_t value = stream.conversations ? job.tokens.past : ~0u;
  return clock_.duration(Cycles(cycles_of(table, ratio_, value))) + software_;
}

std::vector<Time> ServiceEstimate::prompt(std::uint32_t s, const Conversations::Lengths& lengths) const {
  const PlacedStream& stream = workload_.streams()[s];
  std::vector<Time> sums(stream.programs.size());
  JobRef next{s, 0, 0, 0, {}};
  const auto add = [&](std::uint32_t cached) {
    next.tokens = Conversations::job_at(*stream.config, stream.conversations->page_tokens, stream.conversations->model,
                                        cached, lengths.prompt);
    next.program = next.tokens.program;
    sums[next.program] += job(next);
    return cached + next.tokens.tokens;
  };
  std::uint32_t cached = 0;
  while (cached < lengths.prompt) cached = add(cached);
  while (cached < lengths.prompt + lengths.answer - 1) cached = add(cached);
  return sums;
}

}  // namespace takt::platform
