#include "sim/results/summary.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/results/background.h"
#include "sim/results/document.h"
#include "sim/results/faults.h"
#include "sim/results/figures.h"
#include "sim/results/metrics.h"
#include "sim/results/streams.h"
#include "sim/results/text_table.h"

namespace takt::results {
namespace {

using platform::RunRecord;

constexpr std::size_t named_components = 5;  // the rest are summed

double seconds(units::Time t) { return to_double({t.value, 12}); }
double to_ms(units::Time t) { return to_double({t.value, 9}); }
double percent(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0.0 : 100.0 * to_double(quotient(part, whole, 6));
}
double gbps(std::uint64_t bytes, units::Time time) {
  return time.value == 0 ? 0.0 : to_double(quotient(static_cast<unsigned __int128>(bytes) * 1000, time.value, 6));
}
double milliwatts_of(platform::Attojoules energy, units::Time time) {
  return time.value == 0 ? 0.0 : to_double(quotient(energy, static_cast<unsigned __int128>(time.value) * 1000, 6));
}

std::string count_of(std::uint64_t n, const char* one, const char* many) {
  return fmt::format("{} {}", n, n == 1 ? one : many);
}

std::string header(const RunRecord& run) {
  return fmt::format("{} on {}: {} firmware ({}), {}, seed {}; {:.3f} s simulated, {:.3f} s measured\n", run.scenario,
                     run.soc, run.firmware_policy, run.firmware_build, run.fidelity, run.seed, seconds(run.simulated),
                     seconds(run.window.length()));
}

std::string time_cell(const Distribution& d, unsigned percentile) {
  return d.empty() ? "-" : fmt::format("{:.3f}", to_ms(d.percentile(percentile)));
}

std::string streams(const RunRecord& run) {
  using A = Align;
  TextTable table({A::left, A::left, A::left, A::right, A::right, A::right, A::right, A::right, A::right, A::right,
                   A::right, A::right, A::right, A::right});
  table.row({"stream", "model", "band", "requests", "done", "failed", "dropped", "pending", "missed", "p50 ms",
             "p99 ms", "max ms", "per s", "mJ each"});
  for (const platform::StreamRecord& stream : run.streams) {
    const StreamFigures f = stream_figures(run, stream);
    const double rate = to_double(quotient(static_cast<unsigned __int128>(f.finished_in_window) * 1000000000000ull,
                                           std::max<std::uint64_t>(run.window.length().value, 1), 6));
    const bool has_energy = stream.energy && f.finished_in_window != 0;
    table.row(
        {stream.name, stream.model, stream.band, std::to_string(f.submitted), std::to_string(f.completed),
         std::to_string(f.failed), std::to_string(f.dropped), std::to_string(f.pending),
         f.has_deadline ? fmt::format("{:.1f} %", percent(f.missed, f.with_deadline)) : "-", time_cell(f.latency, 50),
         time_cell(f.latency, 99), time_cell(f.latency, 100), fmt::format("{:.1f}", rate),
         has_energy
             ? fmt::format("{:.3f}", to_double(millijoules(*stream.energy)) / static_cast<double>(f.finished_in_window))
             : "-"});
  }
  return table.text();
}

// Of streams of prompts.
std::string tokens(const RunRecord& run) {
  using A = Align;
  TextTable table(
      {A::left, A::right, A::right, A::right, A::right, A::right, A::right, A::right, A::right, A::right, A::right});
  table.row({"prompts", "in", "out", "TTFT p50 ms", "TTFT p99 ms", "TPOT p50 ms", "TPOT p99 ms", "between p99 ms",
             "tokens/s", "mJ/token", "cache MB"});
  bool any = false;
  for (const platform::StreamRecord& stream : run.streams) {
    if (!stream.tokens) continue;
    any = true;
    const TokenFigures f = token_figures(run, stream);
    const double rate = to_double(quotient(static_cast<unsigned __int128>(f.tokens) * 1000000000000ull,
                                           std::max<std::uint64_t>(run.window.length().value, 1), 6));
    table.row({stream.name, std::to_string(f.prompt_tokens), std::to_string(f.tokens), time_cell(f.first, 50),
               time_cell(f.first, 99), time_cell(f.each, 50), time_cell(f.each, 99), time_cell(f.between, 99),
               fmt::format("{:.2f}", rate),
               stream.energy && f.tokens != 0
                   ? fmt::format("{:.3f}", to_double(millijoules(*stream.energy)) / static_cast<double>(f.tokens))
                   : "-",
               fmt::format("{:.1f} of {:.1f}", to_double({stream.tokens->most_cache_bytes, 6}),
                           to_double({stream.tokens->cache_bytes, 6}))});
  }
  return any ? "\n" + table.text() : std::string();
}

std::string offload_line(const RunRecord& run, const platform::StreamRecord& stream) {
  const StreamFigures figures = stream_figures(run, stream);
  std::string line = fmt::format("{}: {} of {} in the cloud;", stream.name, figures.offloaded,
                                 count_of(figures.submitted, "request", "requests"));
  for (std::size_t r = 0; r < offload::reasons; ++r)
    if (figures.reasons[r] != 0)
      line += fmt::format(" {} {},", offload::name_of(static_cast<offload::Reason>(r)), figures.reasons[r]);
  line.pop_back();
  return line;
}

std::string elf_line(const platform::FirmwareMemoryRecord& memory) {
  std::string line = fmt::format("text {}, data {}, bss {} of {} bytes", memory.text_bytes, memory.data_bytes,
                                 memory.bss_bytes, memory.limit_bytes);
  if (memory.stack_used_bytes)
    line += fmt::format("; stack {} of {}", *memory.stack_used_bytes, memory.stack_limit_bytes);
  return line;
}

std::string firmware_line(const RunRecord& run) {
  std::string line = fmt::format("busy {:.2f} %, {}", percent(run.cpu.control_busy.value, run.window.length().value),
                                 count_of(run.cpu.interrupts, "interrupt", "interrupts"));
  const Distribution dispatch(run.cpu.dispatch);
  if (!dispatch.empty())
    line += fmt::format(", doorbell to first command {:.2f} us (p50), {:.2f} us (max)",
                        to_double(microseconds(dispatch.percentile(50))), to_double(microseconds(dispatch.max())));
  if (run.firmware_metrics && run.firmware_metrics->lost != 0)
    line += fmt::format("; {} of {} metric samples lost", run.firmware_metrics->lost, run.firmware_metrics->written);
  return line;
}

std::string cpu_line(const RunRecord& run) {
  if (run.fallback.empty()) return "every operator ran on the NPU";
  std::map<std::string, std::pair<std::uint64_t, units::Time>> by_op;
  for (const platform::FallbackRecord& op : run.fallback) {
    auto& [count, time] = by_op[op.model + " " + op.op];
    count += op.count;
    time += op.time;
  }
  std::string line = "operators the NPU lacks:";
  for (const auto& [op, sum] : by_op) line += fmt::format(" {} x{} ({:.3f} ms),", op, sum.first, to_ms(sum.second));
  line.pop_back();
  return line;
}

std::string answers_line(const platform::AnswersRecord& answers) {
  std::uint64_t requests = 0;
  for (const auto& [hash, count] : answers.requests) requests += count;
  if (answers.requests.size() > 1)
    return fmt::format("{} different ones to {} requests with one input", answers.requests.size(), requests);
  return requests == 0
             ? "none"
             : fmt::format("{:016x} to {}", answers.requests.begin()->first, count_of(requests, "request", "requests"));
}

}  // namespace

std::string memory_line(const RunRecord& run) {
  std::string line;
  for (const platform::MemoryRecord& m : run.memory.memories) {
    const double peak = to_double({m.peak_bytes_per_second, 9});
    line += line.empty() ? "" : "; ";
    line += fmt::format("{} {:.1f} of {:.1f} GB/s", m.name, gbps(m.bytes_read + m.bytes_written, run.window.length()),
                        peak);
    if (m.peak)
      line +=
          fmt::format(" (busiest {:.0f} us: {:.1f})", seconds(m.peak->span) * 1e6, gbps(m.peak->bytes, m.peak->span));
    if (m.row_hits + m.row_misses != 0)
      line += fmt::format(", row hits {:.1f} %", percent(m.row_hits, m.row_hits + m.row_misses));
    if (m.latency.samples != 0)
      line += fmt::format(", {:.0f} ns", to_double(nanoseconds(m.latency.total / m.latency.samples)));
  }
  return line;
}

std::string npu_line(const RunRecord& run) {
  std::string line = "busy:";
  std::uint64_t commands = 0;
  for (const platform::EngineRecord& engine : run.npu.engines) {
    line += fmt::format(" {} {:.1f} %,", engine.name,
                        percent(engine.busy.value, run.window.length().value * run.npu.cores));
    commands += engine.commands;
  }
  line.pop_back();
  const std::uint64_t issued = run.npu.useful_macs + run.npu.padding_macs + run.npu.recomputed_macs;
  line += fmt::format("; {:.2f} of {:.2f} G MACs useful; {}, {}", to_double({run.npu.useful_macs, 9}),
                      to_double({issued, 9}), count_of(commands, "command", "commands"),
                      count_of(run.npu.preemptions, "preemption", "preemptions"));
  return line;
}

std::string power_line(const RunRecord& run) {
  const platform::Attojoules total = total_energy(run.power);
  std::string line = fmt::format("{:.0f} mW", milliwatts_of(total, run.window.length()));
  if (run.power.peak)
    line += fmt::format(" (busiest {:.0f} us: {:.0f} mW)", seconds(run.power.peak->span) * 1e6,
                        milliwatts_of(run.power.peak->energy, run.power.peak->span));
  line += fmt::format(", {:.1f} mJ", to_double(millijoules(total)));
  if (total == 0) return line;
  std::vector<platform::ComponentEnergy> parts = run.power.components;
  std::stable_sort(parts.begin(), parts.end(), [](const auto& a, const auto& b) { return b.energy < a.energy; });
  platform::Attojoules rest = total;
  line += ":";
  for (std::size_t i = 0; i < parts.size() && i < named_components; ++i) {
    rest -= parts[i].energy;
    line += fmt::format(" {} {:.1f} %,", parts[i].name, 100.0 * to_double(quotient(parts[i].energy, total, 6)));
  }
  if (rest != 0) line += fmt::format(" others {:.1f} %,", 100.0 * to_double(quotient(rest, total, 6)));
  line.pop_back();
  return line;
}

std::string answer_costs(const RunRecord& run) {
  std::string text;
  for (const platform::StreamRecord& stream : run.streams) {
    if (!stream.tokens) continue;
    const AnswerCost cost = answer_cost(run, stream, stream_figures(run, stream));
    text += fmt::format("cost per answer of {}: {} J, {} MB of DRAM traffic, {} s, {} microdollars of electricity{}\n",
                        stream.name, cost.energy ? fmt::format("{:.3f}", to_double({*cost.energy, 18})) : "-",
                        cost.dram_bytes ? fmt::format("{:.1f}", to_double({*cost.dram_bytes, 6})) : "-",
                        cost.latency ? fmt::format("{:.3f}", seconds(*cost.latency)) : "-",
                        cost.price ? fmt::format("{:.4f}", to_double(*cost.price) * 1e6) : "-",
                        stream.decides ? " and tokens" : "");
  }
  return text;
}

std::string summary(const RunRecord& run) {
  TextTable lines({Align::left, Align::left});
  lines.row({"memory", memory_line(run)});
  lines.row({"npu", npu_line(run)});
  lines.row({"firmware", firmware_line(run)});
  if (run.firmware_memory) lines.row({"elf", elf_line(*run.firmware_memory)});
  lines.row({"cpu", cpu_line(run)});
  lines.row({"power", power_line(run)});
  for (const platform::StreamRecord& s : run.streams)
    if (s.refused) lines.row({"refused", s.name + ": with it, its partition would be asked for more than its time"});
  for (const platform::StreamRecord& s : run.streams)
    if (s.cold_start)
      lines.row({"cold start", fmt::format("{}: {:.1f} MB from storage {}", s.name, to_double({s.cold_start->bytes, 6}),
                                           s.cold_start->load == units::never()
                                               ? "not read until the run's end"
                                               : fmt::format("in {:.1f} ms", to_ms(s.cold_start->load)))});
  for (const platform::StreamRecord& s : run.streams)
    if (s.tokens && s.tokens->experts && s.tokens->experts->storage) {
      const platform::TokensRecord::Experts& e = *s.tokens->experts;
      lines.row({"experts", fmt::format("{}: {} of {} loads read from storage first, {:.1f} MB; jobs waited {:.1f} ms "
                                        "for them",
                                        s.name, e.storage->read, e.loaded, to_double({e.storage->bytes, 6}),
                                        to_ms(e.storage->waited))});
    }
  for (const platform::StreamRecord& s : run.streams)
    if (s.decides) lines.row({"offload", offload_line(run, s)});
  if (run.isolation) lines.row({"metrics", metrics_line(run)});
  for (const platform::StreamRecord& s : run.streams)
    if (s.answers) lines.row({"answers", s.name + ": " + answers_line(*s.answers)});
  for (const platform::BackgroundRecord& b : run.background)
    lines.row({b.name, background_line(b, run.window.length())});
  for (const platform::FaultRecord& f : run.faults) lines.row({"fault " + f.name, fault_line(run, f)});
  std::string text = header(run) + "\n" + streams(run) + tokens(run) + "\n" + lines.text();
  if (!run.estimates.empty())
    text += fmt::format("\nrests on {} of the presets (results.json: estimates)\n",
                        count_of(run.estimates.size(), "estimated figure", "estimated figures"));
  return text;
}

}  // namespace takt::results
