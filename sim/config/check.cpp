#include "sim/config/check.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "sim/config/blame.h"
#include "sim/config/partitions.h"
#include "sim/config/suggest.h"

namespace takt::config {
namespace {

void check_memories(const SocConfig& soc, const Layers& layers) {
  int cached = 0;
  for (std::size_t i = 0; i < soc.memories.size(); ++i) {
    const MemoryConfig& m = soc.memories[i];
    const Blame blame(layers, "memory." + m.name);
    check_memory(m.dram, m.currents, "memory." + m.name, layers);
    const std::uint64_t stripe = std::uint64_t{m.dram.channels} * m.dram.interleave_bytes;
    blame.require(m.base % stripe == 0, "base", text(m.base),
                  "a multiple of channels * interleave_bytes = " + text(stripe));
    blame.require(!m.cached || ++cached == 1, "cached", "a second cached memory", "at most one");
    if (i == 0) continue;
    const MemoryConfig& below = soc.memories[i - 1];
    blame.require(below.base + below.dram.capacity_bytes <= m.base, "base",
                  text(m.base) + ", inside memory '" + below.name + "'",
                  "at least its end, " + text(below.base + below.dram.capacity_bytes));
  }
}

void check_core(const npu::CoreConfig& n, const Blame& blame) {
  const npu::Tensor& t = n.tensor;
  blame.require(t.tile_rows == t.tile_height * t.tile_width, "tensor.tile_rows", text(t.tile_rows),
                "tile_height * tile_width = " + text(std::uint64_t{t.tile_height} * t.tile_width));
  blame.require(t.tile_rows_fp16 % t.tile_height == 0 && t.tile_rows_fp16 <= t.tile_rows, "tensor.tile_rows_fp16",
                text(t.tile_rows_fp16), "a multiple of tile_height, at most tile_rows");
  blame.at_most(t.feed_bytes_per_cycle, n.scratchpad_bytes_per_cycle, "tensor.feed_bytes_per_cycle",
                "scratchpad_bytes_per_cycle");
}

void check_npu(const npu::Config& n, const Layers& layers) {
  constexpr std::uint32_t most = 8;  // TAKT_NPU_MAX_CORES
  const Blame first(layers, "npu"), small(layers, "npu.small");
  check_core(n, first);
  if (n.small_cores == 0) return;
  check_core(n.small, small);
  small.require(n.all_cores() <= most, "cores", text(n.small_cores),
                "at most " + text(most) + " with npu.cores = " + text(n.cores));
  first.require(n.hardware_queues > 1, "hardware_queues", text(n.hardware_queues),
                "at least 2 with npu.small: each kind of cores is a partition");
}

void check_cache(const cache::Config& c, const Layers& layers) {
  const Blame blame(layers, "system_cache");
  blame.power_of_two(c.sector_bytes, "sector_bytes");
  blame.power_of_two(c.line_bytes, "line_bytes");
  blame.at_most(c.sector_bytes, std::uint64_t{c.line_bytes} * 64, "sector_bytes", "64 * line_bytes");
  const std::uint64_t set = std::uint64_t{c.ways} * c.sector_bytes;
  blame.require(c.capacity_bytes % set == 0, "capacity_kib", text(c.capacity_bytes) + " bytes",
                "whole sets of ways * sector_bytes = " + text(set) + " bytes");
  for (const cache::Port& port : c.ports) {
    const Blame own(layers, "system_cache.port." + port.name);
    own.require(port.first_way < c.ways, "first_way", text(port.first_way),
                "less than system_cache.ways = " + text(c.ways));
    own.at_most(port.ways, c.ways - port.first_way, "ways", "system_cache.ways - first_way");
  }
}

void check_noc(const noc::Config& n, const Layers& layers) {
  const Blame blame(layers, "noc");
  blame.require(is_power_of_two(n.alone_bytes), "alone_kib", text(n.alone_bytes) + " bytes", "a power of two");
  blame.require(is_power_of_two(n.contended_bytes), "contended_kib", text(n.contended_bytes) + " bytes",
                "a power of two");
  blame.at_most(n.contended_bytes, n.alone_bytes, "contended_kib", "alone_kib", kib_in_bytes);
  for (const noc::InitiatorPort& port : n.initiators) {
    Blame(layers, "noc.port." + port.name)
        .require(port.limit_from_us == 0 || port.limit_bytes_per_s != 0, "limit_from_us", text(port.limit_from_us),
                 "0 without limit_bytes_per_s");
  }
}

// What each kind of arrival needs, and the keys of the other kinds.
void check_arrival(const StreamConfig& s, const Blame& blame) {
  const struct {
    Arrival arrival;
    const char* key;
    std::uint64_t value;
  } rows[] = {{Arrival::periodic, "period_us", s.period_us},
              {Arrival::poisson, "rate_per_s", s.rate_millihertz},
              {Arrival::closed_loop, "concurrency", s.concurrency}};
  constexpr const char* names[] = {"periodic", "poisson", "closed_loop", "dependent", "trace"};
  for (const auto& row : rows) {
    const bool own = row.arrival == s.arrival;
    const std::string arrival = names[static_cast<int>(s.arrival)];
    blame.require(!own || row.value != 0, row.key, "nothing", "more than 0 with arrival \"" + arrival + "\"");
    blame.require(own || row.value == 0, row.key, "a value", "none with arrival \"" + arrival + "\"");
  }
  blame.require(s.arrival == Arrival::periodic || s.jitter_us == 0, "jitter_us", "a value",
                "none without arrival \"periodic\"");
  blame.require(s.jitter_us == 0 || s.jitter_us < s.period_us, "jitter_us", text(s.jitter_us),
                "less than period_us = " + text(s.period_us));
  blame.require(s.arrival != Arrival::closed_loop || s.max_waiting == 0, "max_waiting", "a value",
                "none with arrival \"closed_loop\"");
  const bool dependent = s.arrival == Arrival::dependent;
  const char* const expected = "none without arrival \"dependent\"";
  blame.require(!dependent || !s.after.empty(), "after", "nothing", "a stream with arrival \"dependent\"");
  blame.require(dependent || s.after.empty(), "after", "a value", expected);
  blame.require(dependent || s.probability == certain, "probability_percent", "a value", expected);
  blame.require(dependent || s.delay_us == 0, "delay_us", "a value", expected);
  blame.require(!dependent || s.start_us == 0, "start_us", "a value", "none with arrival \"dependent\"");
  const bool traced = s.arrival == Arrival::trace;
  const char* const without = "none without arrival \"trace\"";
  blame.require(!traced || !s.trace.empty(), "trace", "nothing", "a file with arrival \"trace\"");
  blame.require(traced || s.trace.empty(), "trace", "a value", without);
  blame.require(traced || s.trace_stream.empty(), "trace_stream", "a value", without);
  blame.require(traced || s.trace_one_of == 1, "trace_one_of", "a value", without);
  blame.require(traced || !s.trace_lengths, "trace_lengths", "true", without);
}

// Keys of requests to a language model, and what they leave each other.
void check_conversations(const StreamConfig& s, const Blame& blame) {
  const bool talks = s.prompt_tokens != 0;
  blame.require(talks == (s.answer_tokens != 0), talks ? "answer_tokens" : "prompt_tokens", "0",
                std::string("more than 0 with ") + (talks ? "prompt_tokens" : "answer_tokens"));
  blame.require(talks || !s.draft.enabled, "draft.model", "a draft", "none without prompt_tokens");
  blame.require(talks || !s.trace_lengths, "trace_lengths", "true", "false without prompt_tokens");
  const bool skewed = s.experts.skew != 0;
  blame.require(talks || !s.experts.enabled, skewed ? "experts.skew" : "experts.trace", "experts",
                "none without prompt_tokens");
  blame.require(!skewed || s.experts.trace.empty(), "experts.skew", "a value", "none with experts.trace");
  if (!talks) return;
  const std::pair<const char*, std::pair<std::uint32_t, std::uint32_t>> ranges[] = {
      {"prompt_tokens", {s.prompt_tokens, s.prompt_tokens_max}},
      {"answer_tokens", {s.answer_tokens, s.answer_tokens_max}}};
  std::uint64_t request = 0;
  for (const auto& [key, range] : ranges) {
    blame.require(range.second == 0 || range.second >= range.first, std::string(key) + "_max", text(range.second),
                  std::string("0, or at least ") + key + " = " + text(range.first));
    request += std::max(range.first, range.second);
  }
  const std::uint64_t room = s.context_tokens == 0 ? 1024 : s.context_tokens;
  blame.require(request * s.turns <= room, "prompt_tokens",
                text(request * s.turns) + " tokens of prompts and answers in a conversation",
                "at most context_tokens = " + text(room));
  blame.require(s.chunk_tokens % s.kv_page_tokens == 0 || s.kv_page_tokens % s.chunk_tokens == 0, "kv_page_tokens",
                text(s.kv_page_tokens), "a divisor or a multiple of chunk_tokens = " + text(s.chunk_tokens));
  blame.require(s.past_tokens == 0 && s.past_step == 0, "past_tokens", "a value", "none with prompt_tokens");
  blame.require(s.batch == 1, "batch", text(s.batch), "1 with prompt_tokens");
}

}  // namespace

void require_memory(const SocConfig& soc, const std::string& name, const std::string& key, const Blame& blame) {
  std::vector<std::string> names;
  for (const MemoryConfig& m : soc.memories) names.push_back(m.name);
  std::string expected = "one of";
  for (const std::string& n : names) expected += " \"" + n + "\"";
  const std::string near = nearest(name, names);
  if (!near.empty()) expected += " (nearest '" + near + "')";
  blame.require(find_memory(soc, name) != nullptr, key, "no memory \"" + name + "\"", expected);
}

void check_heat(const HeatConfig& heat, const Blame& blame) {
  blame.require(heat.step_us % 100 == 0, "step_us", text(heat.step_us), "a multiple of 100");
  const std::pair<const char*, const HeatNode*> nodes[] = {{"npu", &heat.npu},     {"soc", &heat.soc},
                                                           {"dram", &heat.dram},   {"package", &heat.package},
                                                           {"board", &heat.board}, {"skin", &heat.skin}};
  for (const auto& [name, sensor] : {std::pair{"npu", &heat.npu_sensor}, std::pair{"skin", &heat.skin_sensor}}) {
    blame.at_most(sensor->hysteresis_k, sensor->trip_c, std::string(name) + "_hysteresis_k",
                  "heat." + std::string(name) + "_trip_c");
    blame.at_least(sensor->period_us, heat.step_us, std::string(name) + "_sensor_us", "heat.step_us");
  }
  for (const auto& [name, node] : nodes) {
    blame.require(node->millikelvin_per_watt != 0, std::string(name) + "_k_per_w", "0", "more than 0");
    blame.require(node->microjoules_per_kelvin != 0, std::string(name) + "_j_per_k", "0", "more than 0");
  }
}

void check_points(const npu::Config& npu, const Layers& layers) {
  constexpr std::size_t most = 15;  // beside npu.clock_hz (TAKT_NPU_MAX_LEVELS)
  const npu::OperatingPoint* faster = nullptr;
  for (const npu::OperatingPoint& point : npu.power.points) {
    const Blame blame(layers, "npu.point." + point.name);
    const std::string bound = faster == nullptr ? "npu.power.voltage_mv" : "that of npu.point." + faster->name;
    blame.at_most(point.voltage_mv, faster == nullptr ? npu.power.voltage_mv : faster->voltage_mv, "voltage_mv", bound);
    blame.require(faster == nullptr || point.clock_hz < faster->clock_hz, "clock_hz", text(point.clock_hz),
                  "another clock than npu.point." + (faster == nullptr ? "" : faster->name));
    faster = &point;
  }
  if (npu.power.points.size() <= most) return;
  Blame(layers, "npu.point." + npu.power.points.back().name)
      .require(false, "clock_hz", text(npu.power.points.size()) + " points", "at most " + text(most));
}

void check_soc(const SocConfig& soc, const Layers& layers) {
  check_memories(soc, layers);
  require_memory(soc, soc.npu_memory, "memory", Blame(layers, "npu"));
  check_npu(soc.npu, layers);
  check_points(soc.npu, layers);
  const Blame placement(layers, "npu");
  if (!soc.npu_overflow_memory.empty()) require_memory(soc, soc.npu_overflow_memory, "overflow_memory", placement);
  placement.require(soc.npu_overflow_memory.empty() || soc.npu_overflow_memory != soc.npu_memory, "overflow_memory",
                    "npu.memory itself", "another one");
  placement.require(soc.npu_overflow_memory.empty() == (soc.npu_weights_bytes == 0), "weights_kib",
                    text(soc.npu_weights_bytes / kib_in_bytes), "more than 0 with overflow_memory, and 0 without");
  Blame(layers, "compiler").at_most(soc.compiler.cores, soc.npu.cores, "cores", "npu.cores");
  check_cache(soc.system_cache, layers);
  check_noc(soc.noc, layers);
  check_heat(soc.heat, Blame(layers, "heat"));
  for (const char* port : own_ports) {
    if (find_port(soc, port) == nullptr) {
      throw ConfigError(layers.missing_place(Owner::soc, "noc"), "no port 'noc.port." + std::string(port) + "'",
                        "ports npu, control_cpu and app_cpu");
    }
  }
}

void check_firmware(const FirmwareConfig& firmware, const std::string& cost, const Blame& blame) {
  blame.require(firmware.elf.empty() || cost == "iss", "elf", "a file, and control_cpu.cost = \"" + cost + "\"",
                "control_cpu.cost = \"iss\"");
  blame.require(firmware.coalesce_records == 1 || firmware.coalesce_us != 0, "coalesce_records",
                text(firmware.coalesce_records), "1 without coalesce_us");
  constexpr std::uint64_t least_us = 10;  // of either turn (firmware/abi/service.h)
  const bool cycle = firmware.duty_active_us != 0 || firmware.duty_pause_us != 0;
  blame.require(!cycle || firmware.duty_active_us >= least_us, "duty_active_us", text(firmware.duty_active_us),
                "at least 10 with duty_pause_us");
  const char* const names[] = {"idle", "normal", "focus", "realtime"};
  for (std::size_t b = 0; b < firmware.band.size(); ++b) {
    const std::uint64_t quantum = firmware.band[b].process_quantum_us;
    blame.require(quantum == 0 || quantum >= least_us, std::string("band.") + names[b] + ".process_quantum_us",
                  text(quantum), "0, or at least 10");
  }
  blame.require(!cycle || firmware.duty_pause_us >= least_us, "duty_pause_us", text(firmware.duty_pause_us),
                "at least 10 with duty_active_us");
}

void check_partitions(const ScenarioConfig& scenario, const Layers& layers) {
  const std::string& written = scenario.firmware.partitions;
  const std::vector<std::uint32_t> cores = partition_cores(written);
  const npu::Config& npu = scenario.soc.npu;
  const Blame blame(layers, "firmware");
  blame.require(written.empty() || !cores.empty(), "partitions", "\"" + written + "\"",
                "numbers of cores with + between, like \"2+1+1\"");
  const std::uint64_t all = std::accumulate(cores.begin(), cores.end(), std::uint64_t{0});
  const std::string with_small = npu.small_cores == 0 ? "" : " + npu.small.cores";
  blame.require(all <= npu.all_cores(), "partitions", text(all) + " cores",
                "at most npu.cores" + with_small + " = " + text(npu.all_cores()));
  blame.require(cores.size() <= npu.hardware_queues, "partitions", text(cores.size()) + " partitions",
                "at most npu.hardware_queues = " + text(npu.hardware_queues));
  std::uint32_t first = 0;
  for (const std::uint32_t own : cores) {
    blame.require(own <= npu.alike_from(first), "partitions",
                  "\"" + written + "\", cores " + text(first) + " to " + text(first + own - 1) + " in one partition",
                  "cores of one kind in each: the small ones begin with core " + text(npu.cores));
    first += own;
  }
  const std::vector<Partition> partitions = partitions_of(scenario);
  for (const StreamConfig& s : scenario.streams) {
    Blame(layers, "stream." + s.name)
        .require(s.partition < partitions.size(), "partition", text(s.partition),
                 "less than the number of " + std::string(npu.small_cores == 0 ? "" : "kinds of cores, or of ") +
                     "firmware.partitions");
  }
}

const StreamConfig* find_stream(const ScenarioConfig& scenario, const std::string& name) {
  const auto at = std::find_if(scenario.streams.begin(), scenario.streams.end(),
                               [&](const StreamConfig& s) { return s.name == name; });
  return at == scenario.streams.end() ? nullptr : &*at;
}

// Streams that start each other start for no other reason, and so never.
void check_after(const ScenarioConfig& scenario, const StreamConfig& stream, const Blame& blame) {
  std::vector<std::string> names;
  for (const StreamConfig& s : scenario.streams) names.push_back(s.name);
  const std::string near = nearest(stream.after, names);
  std::string chain = stream.name;
  const StreamConfig* at = &stream;
  // A chain longer than there are streams has met a circle, which its own streams are blamed for.
  for (std::size_t n = 0; n < names.size() && at != nullptr && at->arrival == Arrival::dependent; ++n) {
    chain += " after " + at->after;
    const StreamConfig* before = find_stream(scenario, at->after);
    blame.require(at != &stream || before != nullptr, "after", "no stream \"" + stream.after + "\"",
                  "a stream of the scenario" + (near.empty() ? "" : " (nearest '" + near + "')"));
    blame.require(before != &stream, "after", "a circle, " + chain, "a chain that begins with another arrival");
    at = before;
  }
}

void check_scenario(const ScenarioConfig& scenario, const Layers& layers) {
  check_firmware(scenario.firmware, scenario.soc.control_cpu.cost, Blame(layers, "firmware"));
  const std::size_t slowest = scenario.soc.npu.power.points.size();
  Blame(layers, "firmware")
      .require(scenario.firmware.power_level <= slowest, "power_level", text(scenario.firmware.power_level),
               "at most " + text(slowest) + ", the number of npu.point");
  check_partitions(scenario, layers);
  Blame(layers, "run")
      .require(scenario.run.waveform_us % 100 == 0, "waveform_us", text(scenario.run.waveform_us), "a multiple of 100");
  for (const StreamConfig& s : scenario.streams) {
    const Blame blame(layers, "stream." + s.name);
    blame.require(!s.model.empty(), "model", "nothing", "a network of the zoo, or a file");
    blame.require(s.model_path.empty() || s.precision == graph::Precision::own, "precision",
                  "a precision for the file '" + s.model + "'", "\"own\", or a network of the zoo");
    check_arrival(s, blame);
    check_after(scenario, s, blame);
    check_conversations(s, blame);
    blame.require(s.level == 0 || (s.band == Band::realtime && scenario.firmware.bands), "level", text(s.level),
                  "0, or band = \"realtime\" and firmware.bands");
    const bool ends = s.requests != 0 || s.arrival == Arrival::dependent || s.arrival == Arrival::trace;
    blame.require(scenario.run.measure_us != 0 || ends, "requests", "no end",
                  "more than 0, or run.measure_us more than 0");
  }
  const bool sampled = scenario.fidelity == Fidelity::sampled;
  Blame(layers, "firmware")
      .require(!sampled || scenario.firmware.preemption != Preemption::forced, "preemption", "\"forced\"",
               "another one with fidelity = \"sampled\", whose steps stop at cuts");
  Blame(layers, "")
      .require(!sampled || scenario.faults.empty(), "fidelity", "\"sampled\" with faults",
               "\"fast\": faults strike what is simulated");
  check_traffic(scenario, layers);
  check_faults(scenario, layers);
  check_offload(scenario, layers);
  const std::uint64_t window_end = scenario.run.warm_up_us + scenario.run.measure_us;
  for (const noc::InitiatorPort& port : scenario.soc.noc.initiators) {
    Blame(layers, "noc.port." + port.name)
        .require(scenario.run.measure_us == 0 || port.limit_from_us < window_end, "limit_from_us",
                 text(port.limit_from_us), "less than run.warm_up_us + run.measure_us = " + text(window_end));
  }
  Blame(layers, "limits")
      .require(window_end <= scenario.limits.max_time_us, "max_time_us", text(scenario.limits.max_time_us),
               "at least run.warm_up_us + run.measure_us = " + text(window_end));
}

}  // namespace takt::config
