#include "sim/platform/workload.h"

#include <algorithm>

#include "firmware/abi/abi.h"
#include "models/npu/context.h"
#include "models/units/quantity.h"
#include "sim/compiler/busy.h"
#include "sim/config/partitions.h"
#include "sim/functional/synthesize.h"
#include "sim/graph/batch.h"
#include "sim/graph/precision.h"
#include "sim/import/read_model.h"
#include "sim/platform/program_file.h"
#include "sim/zoo/zoo.h"

namespace takt::platform {

namespace {
constexpr std::uint64_t page = 4096;
constexpr std::uint64_t weights_seed = 1;  // of networks of the zoo

std::uint64_t ring_bytes(std::uint32_t entries) {
  return sizeof(takt_ring_header) + std::uint64_t{entries} * sizeof(takt_job_slot);
}
}  // namespace

std::uint64_t expected_bytes_per_s(const config::SocConfig& soc) {
  const config::MemoryConfig* memory = config::find_memory(soc, soc.npu_memory);
  return units::mul_div(dram::peak_bytes_per_second(memory->dram), soc.compiler.memory_permille, 1000);
}

compiler::Target target_of(const config::SocConfig& soc, bool small) {
  const npu::Config& npu = soc.npu;
  const npu::CoreConfig& core = small ? npu.small : npu;
  compiler::Target target;
  target.clock_hz = npu.clock_hz;
  target.cores = small ? npu.small_cores : npu.cores;
  target.scratchpad_bytes = core.scratchpad_bytes;
  target.tile_rows = core.tensor.tile_rows;
  target.tile_rows_fp16 = core.tensor.tile_rows_fp16;
  target.tile_height = core.tensor.tile_height;
  target.tile_k = core.tensor.tile_k;
  target.tile_columns = core.tensor.tile_columns;
  target.cycles_w8a8 = core.tensor.cycles_w8a8;
  target.cycles_w8a16 = core.tensor.cycles_w8a16;
  target.cycles_fp16 = core.tensor.cycles_fp16;
  target.feed_bytes_per_cycle = core.tensor.feed_bytes_per_cycle;
  target.drain_cycles = core.tensor.drain_cycles;
  target.pass_bytes_per_cycle = core.vector.pass_bytes_per_cycle;
  target.tap_bytes_per_cycle = core.vector.tap_bytes_per_cycle;
  target.move_bytes_per_cycle = core.vector.move_bytes_per_cycle;
  target.wide_permille = core.vector.wide_permille;
  target.granule = core.vector.granule;
  target.dispatch_cycles = npu.dispatch_cycles;
  target.regular_overhead_cycles = npu.regular_overhead_cycles;
  target.irregular_overhead_cycles = npu.irregular_overhead_cycles;
  target.dma_bytes_per_cycle =
      static_cast<std::uint32_t>(std::max<std::uint64_t>(1, expected_bytes_per_s(soc) / npu.clock_hz));
  const config::MemoryConfig* memory = config::find_memory(soc, soc.npu_memory);
  if (memory != nullptr && memory->cached && soc.system_cache.enabled) {
    const cache::Config& cache = soc.system_cache;
    target.system_cache_bytes =
        cache.capacity_bytes * cache::ways_of(cache, config::cache_port(soc, "npu")) / cache.ways;
  }
  return target;
}

compiler::Options options_of(const config::SocConfig& soc) {
  compiler::Options options;
  options.prefetch_cuts = soc.compiler.prefetch_cuts;
  options.cores = soc.compiler.cores;
  options.min_cut_cycles = units::mul_div(soc.npu.clock_hz, soc.compiler.cut_distance_us, 1000000);
  return options;
}

const config::MemoryConfig& system_memory(const config::SocConfig& soc) {
  for (const config::MemoryConfig& memory : soc.memories)
    if (memory.cached) return memory;
  return soc.memories.front();
}

std::vector<PlacedStream::Weights> PlacedStream::weights() const {
  std::vector<Weights> areas;
  for (const PlacedProgram& p : programs) {
    if (conversations && p.index != 0) continue;  // all of a decoder have the same
    areas.push_back({p.bases[TAKT_BASE_CONSTANTS], p.bytes[TAKT_BASE_CONSTANTS]});
    areas.push_back({p.more_constants, p.more_constants_bytes});
  }
  if (conversations && conversations->experts) {
    areas.push_back({conversations->experts->near_area, conversations->experts->near_bytes});
    areas.push_back({conversations->experts->far_area, conversations->experts->far_bytes});
  }
  areas.erase(std::remove_if(areas.begin(), areas.end(), [](const Weights& w) { return w.bytes == 0; }), areas.end());
  return areas;
}

Workload::Workload(const config::ScenarioConfig& scenario, const std::vector<TraceExtent>& traces, bool functional) {
  const config::SocConfig& soc = scenario.soc;
  if (scenario.streams.size() >= TAKT_MAX_QUEUES)
    throw graph::GraphError("scenario '" + scenario.name + "' has " + std::to_string(scenario.streams.size()) +
                            " streams, expected at most " + std::to_string(TAKT_MAX_QUEUES - 1));
  for (const config::MemoryConfig& memory : soc.memories)
    regions_.emplace(memory.name, Regions(memory.name, memory.base, memory.dram.capacity_bytes));
  Regions& system = regions(system_memory(soc).name);
  control_ring_ = system.take(ring_bytes(ring_entries), page, "the control ring");
  completion_ring_ = system.take(ring_bytes(completion_entries), page, "the completion ring");
  if (scenario.firmware.scheduling_log != 0) {
    scheduling_log_bytes_ = static_cast<std::uint32_t>(sizeof(takt_telemetry_header) +
                                                       scenario.firmware.scheduling_log * sizeof(takt_log_record));
    scheduling_log_ = system.take(scheduling_log_bytes_, page, "the scheduling log");
  }
  if (scenario.firmware.metrics) {
    metrics_bytes_ = static_cast<std::uint32_t>(sizeof(takt_telemetry_header) +
                                                scenario.firmware.metrics_samples * sizeof(takt_metric_sample));
    metrics_ = system.take(metrics_bytes_, page, "the firmware's metrics");
  }

  compiler::Options options = options_of(soc);
  options.functional = functional;
  const std::vector<config::Partition> partitions = config::partitions_of(scenario);
  Regions& npu = regions(soc.npu_memory);
  weights_left_ = soc.npu_weights_bytes;
  std::vector<Constants> constants;
  std::uint32_t next_program = 0;
  for (const config::StreamConfig& stream : scenario.streams) {
    PlacedStream placed;
    placed.config = &stream;
    const config::Partition& partition = partitions[stream.partition];
    compiler::Target& own = placed.target = target_of(soc, partition.small);
    compiler::Options how = options;
    own.cores = partition.cores;
    how.cores = std::min(options.cores, own.cores);
    const bool talks = stream.prompt_tokens != 0;
    const auto place_weights = [&](std::size_t model) {
      if (model >= constants.size()) constants.push_back(place_constants(*models_[model], talks, soc));
    };
    // A draft's weights come first: they are read for each token that it proposes.
    std::size_t draft = 0;
    if (stream.draft.enabled) place_weights(draft = compile_draft(stream, own, how));
    placed.model_index = talks ? compile_decoder(stream, own, how) : compile(stream, own, how);
    placed.model = models_[placed.model_index].get();
    if (stream.draft.enabled) placed.draft = models_[placed.draft_index = draft].get();
    placed.queue = static_cast<std::uint32_t>(streams_.size()) + 1;
    placed.ring = system.take(ring_bytes(ring_entries), page, "the ring of stream " + stream.name);
    place_weights(placed.model_index);
    const std::uint64_t context_bytes =
        scenario.firmware.preemption == config::Preemption::forced ? npu::context_bytes(soc.npu) : 0;
    place(placed, placed.model_index, constants[placed.model_index], npu, next_program, context_bytes);
    if (placed.draft != nullptr) place(placed, draft, constants[draft], npu, next_program, context_bytes);
    placed.save_area = npu.take(placed.save_bytes, page, "the save area of " + stream.name);
    place_parameters(placed, system, functional);
    if (talks) place_conversations(placed, soc);
    if (placed.conversations && placed.conversations->experts && scenario.fidelity == config::Fidelity::sampled &&
        placed.conversations->experts->near_bytes != 0 && placed.conversations->experts->far_bytes != 0)
      throw graph::GraphError(
          "stream '" + stream.name +
          "': found fidelity = \"sampled\" for experts in two memories, of which each step loads what "
          "its token chooses: expected \"fast\" or \"detailed\", or all of them in one");
    place_windows(placed, npu);
    std::uint64_t operands = 0;
    for (const compiler::CpuOperator& op : placed.model->cpu)
      operands = std::max({operands, op.bytes_read, op.bytes_written});
    placed.operator_area = system.take(operands, page, "operands of " + placed.model->name);
    streams_.push_back(std::move(placed));
  }
  place_traffic(scenario, traces);
  state_dump_ = system.take(state_dump_bytes, page, "the firmware's state");
}

namespace {

// Of what every job loads from the same place.
bool is_constant_load(const takt_command& c) {
  return c.opcode == TAKT_OP_DMA && c.body.dma.base == TAKT_BASE_CONSTANTS && c.body.dma.table == TAKT_NO_TABLE;
}

// Where loads of constants begin, each with its end, ascending.
std::vector<std::pair<std::uint64_t, std::uint64_t>> constant_loads(const compiler::Program& program) {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> loads;
  for (std::uint32_t core = 0; core < compiler::cores_of(program); ++core)
    for (const takt_command& c : compiler::part_of(program, core).lists[TAKT_ENGINE_DMA_IN])
      if (is_constant_load(c))
        loads.emplace_back(c.body.dma.offset,
                           c.body.dma.offset + std::uint64_t{c.body.dma.row_bytes} * c.body.dma.rows);
  std::sort(loads.begin(), loads.end());
  return loads;
}

// At most `most`, and inside no load.
std::uint64_t split_below(std::uint64_t most, const std::vector<const compiler::Program*>& programs) {
  std::vector<std::vector<std::pair<std::uint64_t, std::uint64_t>>> all;
  for (const compiler::Program* program : programs) all.push_back(constant_loads(*program));
  for (bool moved = true; moved;) {
    moved = false;
    for (const auto& loads : all)
      for (const auto& [begin, end] : loads)
        if (begin < most && most < end) most = begin, moved = true;
  }
  return most;
}

// Constants behind `split` lie at `second`: as far from their base as that.
void move_constants(PlacedProgram& placed, std::uint64_t split, std::uint64_t second) {
  compiler::Program moved = *placed.program;
  const std::uint64_t gap = second - (placed.bases[TAKT_BASE_CONSTANTS] + split);
  const auto move = [&](compiler::CorePart& part) {
    for (takt_command& c : part.lists[TAKT_ENGINE_DMA_IN])
      if (is_constant_load(c) && c.body.dma.offset >= split) c.body.dma.offset += gap;
  };
  move(moved);
  for (compiler::CorePart& part : moved.further) move(part);
  placed.image = compiler::program_image(moved, placed.bases);
  placed.more_constants = second;
  placed.more_constants_bytes = placed.bytes[TAKT_BASE_CONSTANTS] - split;
  placed.bytes[TAKT_BASE_CONSTANTS] = split;
}

}  // namespace

// `shared`: all programs have the same.
Workload::Constants Workload::place_constants(const compiler::CompiledModel& model, bool shared,
                                              const config::SocConfig& soc) {
  Constants areas;
  for (const compiler::Program& program : model.programs) {
    if (shared && !areas.empty()) {
      areas.push_back(areas.front());
      continue;
    }
    std::vector<const compiler::Program*> programs = {&program};
    for (const compiler::Program& other : model.programs)
      if (shared && &other != &program) programs.push_back(&other);
    const std::string what = "the constants of " + model.name;
    Area area;
    area.split = program.constant_bytes;
    if (!soc.npu_overflow_memory.empty() && weights_left_ < area.split) {
      area.split = split_below(weights_left_, programs);
      area.second = regions(soc.npu_overflow_memory).take(program.constant_bytes - area.split, page, what);
    }
    weights_left_ -= std::min(weights_left_, area.split);
    area.address = regions(soc.npu_memory).take(area.split, page, what);
    areas.push_back(area);
  }
  return areas;
}

// What the stream's jobs read and write. Where that is more than a table holds, all from their first buffer to the end
// of the save area, which is the stream's own, counts as one.
void Workload::place_windows(PlacedStream& stream, Regions& npu) {
  std::vector<takt_window> windows;
  const auto add = [&](std::uint64_t base, std::uint64_t bytes, std::uint32_t access) {
    if (bytes != 0) windows.push_back({base, bytes, access, 0});
  };
  constexpr std::uint32_t both = TAKT_WINDOW_READ | TAKT_WINDOW_WRITE;
  for (const PlacedProgram& p : stream.programs) {
    if (stream.conversations && p.index != 0) continue;  // all of a decoder have the same areas
    add(p.bases[TAKT_BASE_BUFFERS], p.bytes[TAKT_BASE_BUFFERS], both);
    add(p.bases[TAKT_BASE_INPUT], p.bytes[TAKT_BASE_INPUT], TAKT_WINDOW_READ);
    add(p.bases[TAKT_BASE_OUTPUT], p.bytes[TAKT_BASE_OUTPUT], both);
    add(p.bases[TAKT_BASE_CONSTANTS], p.bytes[TAKT_BASE_CONSTANTS], TAKT_WINDOW_READ);
    add(p.more_constants, p.more_constants_bytes, TAKT_WINDOW_READ);
  }
  add(stream.save_area, stream.save_bytes, both);
  if (windows.size() >= TAKT_WINDOWS) {
    const std::uint64_t first = stream.programs.front().bases[TAKT_BASE_BUFFERS];
    const std::uint64_t constants = stream.programs.front().bases[TAKT_BASE_CONSTANTS];
    const PlacedProgram& last = stream.programs.back();
    windows.clear();
    add(first, stream.save_area + stream.save_bytes - first, both);
    add(constants, last.bases[TAKT_BASE_CONSTANTS] + last.program->constant_bytes - constants, TAKT_WINDOW_READ);
  }
  if (stream.parameter_limit != 0)
    add(stream.parameter_area, max_in_flight * sizeof(takt_parameters), TAKT_WINDOW_READ);
  if (stream.conversations) {
    const PlacedConversations& c = *stream.conversations;
    const auto add_decoder = [&](const PlacedDecoder& decoder) {
      add(decoder.pool, c.pages * decoder.page_bytes, both);
      add(decoder.page_tables, max_in_flight * (decoder.page_table_bytes + decoder.row_table_bytes), TAKT_WINDOW_READ);
    };
    add_decoder(c.model);
    if (c.draft) add_decoder(*c.draft);
    if (c.experts) {
      add(c.experts->near_area, c.experts->near_bytes, TAKT_WINDOW_READ);
      add(c.experts->far_area, c.experts->far_bytes, TAKT_WINDOW_READ);
      add(c.experts->tables, max_in_flight * c.experts->table_bytes, TAKT_WINDOW_READ);
    }
  }
  stream.window_table.magic = TAKT_WINDOWS_MAGIC;
  stream.window_table.count = static_cast<std::uint32_t>(windows.size());
  std::copy(windows.begin(), windows.end(), stream.window_table.window);
  stream.windows = npu.take(sizeof(takt_window_table), page, "the windows of stream " + stream.config->name);
}

void Workload::place_parameters(PlacedStream& stream, Regions& system, bool functional) {
  const config::StreamConfig& config = *stream.config;
  if (config.past_tokens == 0 && config.past_step == 0 && config.prompt_tokens == 0) return;
  std::uint64_t limit = 0;
  for (const compiler::Program& program : stream.model->programs) limit = std::max(limit, program.parameter_limit);
  if (config.prompt_tokens != 0) {
    stream.parameter_limit = limit;
    stream.parameter_area =
        system.take(max_in_flight * sizeof(takt_parameters), page, "the parameters of stream " + config.name);
    return;
  }
  const std::string found = "stream '" + config.name + "': found past_tokens = " + std::to_string(config.past_tokens);
  if (limit == 0) throw graph::GraphError(found + " for '" + config.model + "', expected a step of a decoder");
  if (config.past_tokens == 0 || config.past_tokens > limit)
    throw graph::GraphError(found + ", expected 1 to " + std::to_string(limit) + ", which is the room less one");
  if (functional) throw graph::GraphError(found + ": answers are computed of a full cache only");
  stream.parameter_limit = limit;
  stream.parameter_area =
      system.take(max_in_flight * sizeof(takt_parameters), page, "the parameters of stream " + config.name);
}

void Workload::place_traffic(const config::ScenarioConfig& scenario, const std::vector<TraceExtent>& traces) {
  for (std::size_t i = 0; i < scenario.traffic.size(); ++i) {
    const peripherals::TrafficConfig& source = scenario.traffic[i].traffic;
    if (source.kind == "trace" && !source.trace.own_region) {
      traffic_base_.push_back(config::find_memory(scenario.soc, source.memory)->base + source.trace.base);
      continue;
    }
    const std::uint64_t bytes = i < traces.size() && source.kind == "trace" ? traces[i].end - traces[i].begin
                                                                            : peripherals::region_bytes(source);
    traffic_base_.push_back(regions(source.memory).take(bytes, page, "traffic " + source.name));
  }
}

std::size_t Workload::compile(const config::StreamConfig& stream, const compiler::Target& target,
                              const compiler::Options& options) {
  const bool file = !stream.model_path.empty();
  const std::string precision = std::to_string(static_cast<int>(stream.precision));
  const std::string source =
      compiled_for(target, options) + std::to_string(stream.batch) + ":" +
      (file ? stream.model_path + ":" + stream.shapes
            : "zoo:" + stream.model + ":" + precision + ":" + std::to_string(stream.context_tokens));
  if (file && stream.context_tokens != 0)
    throw graph::GraphError("stream '" + stream.name +
                            "': found context_tokens for a file, expected a network of the zoo");
  if (const auto found = model_by_source_.find(source); found != model_by_source_.end()) return found->second;
  if (file && is_program_file(stream.model_path)) {
    if (!stream.shapes.empty())
      throw graph::GraphError(stream.model_path + ": found shapes for a compiled model, expected none");
    if (stream.batch != 1)
      throw graph::GraphError(stream.model_path + ": found a batch for a compiled model, expected none");
    models_.push_back(std::make_unique<compiler::CompiledModel>(model_from(stream.model_path, target, options)));
    return model_by_source_[source] = models_.size() - 1;
  }
  if (const auto busy = file ? std::nullopt : compiler::busy_of(stream.model)) {
    if (stream.precision != graph::Precision::own || stream.batch != 1 || stream.context_tokens != 0)
      throw graph::GraphError("stream '" + stream.name + "': found a precision, a batch or context_tokens for '" +
                              stream.model + "', which takes time and nothing else");
    if (options.functional)
      throw graph::GraphError("stream '" + stream.name + "': '" + stream.model + "' has no answers");
    models_.push_back(std::make_unique<compiler::CompiledModel>(compiler::compile(*busy, target)));
    return model_by_source_[source] = models_.size() - 1;
  }
  const auto contents = options.functional ? graph::WithContents::yes : graph::WithContents::no;
  auto graph = std::make_unique<graph::Graph>(
      file ? import::read_model(stream.model_path, import::parse_shapes(stream.shapes), contents)
           : zoo::build(stream.model, stream.context_tokens));
  graph::set_precision(*graph, stream.precision);
  graph::set_batch(*graph, stream.batch);
  if (options.functional && !file) functional::synthesize(*graph, weights_seed);
  models_.push_back(std::make_unique<compiler::CompiledModel>(compiler::compile(*graph, target, options)));
  if (options.functional) graphs_.push_back(std::move(graph));
  return model_by_source_[source] = models_.size() - 1;
}

// Behind the bases of a stream's program. A decoder's programs take turns in the same areas.
std::array<std::uint64_t, TAKT_BASE_COUNT> Workload::area_bytes(const PlacedStream& stream,
                                                                const compiler::CompiledModel& model,
                                                                std::size_t program) {
  std::array<std::uint64_t, TAKT_BASE_COUNT> bytes{};
  for (std::size_t i = 0; i < model.programs.size(); ++i) {
    if (stream.config->prompt_tokens == 0 && i != program) continue;
    const compiler::Program& p = model.programs[i];
    const auto raise = [&](std::uint32_t base, std::uint64_t own) { bytes[base] = std::max(bytes[base], own); };
    raise(TAKT_BASE_CONSTANTS, p.constant_bytes);
    raise(TAKT_BASE_BUFFERS, p.buffer_bytes);
    raise(TAKT_BASE_INPUT, p.input_bytes);
    raise(TAKT_BASE_OUTPUT, p.output_bytes);
  }
  return bytes;
}

void Workload::place(PlacedStream& stream, std::size_t index, const Constants& constants, Regions& npu,
                     std::uint32_t& next_program, std::uint64_t context_bytes) {
  const compiler::CompiledModel& model = *models_[index];
  const std::size_t first = stream.programs.size();
  for (std::size_t i = 0; i < model.programs.size(); ++i) {
    const compiler::Program& program = model.programs[i];
    if (next_program >= TAKT_MAX_PROGRAMS)
      throw graph::GraphError("the scenario's models make more than " + std::to_string(TAKT_MAX_PROGRAMS) +
                              " programs");
    const std::string name = stream.config->name + (&model == stream.draft ? "'s draft" : "");
    PlacedProgram placed;
    placed.model = index;
    placed.index = i;
    placed.bytes = area_bytes(stream, model, i);
    std::array<std::uint64_t, TAKT_BASE_COUNT>& bases = placed.bases;
    if (stream.config->prompt_tokens != 0 && i != 0) {
      bases = stream.programs[first].bases;
    } else {
      bases[TAKT_BASE_CONSTANTS] = constants[i].address;
      bases[TAKT_BASE_BUFFERS] = npu.take(placed.bytes[TAKT_BASE_BUFFERS], page, "buffers of " + name);
      bases[TAKT_BASE_INPUT] = npu.take(placed.bytes[TAKT_BASE_INPUT], page, "the input of " + name);
      bases[TAKT_BASE_OUTPUT] = npu.take(placed.bytes[TAKT_BASE_OUTPUT], page, "the output of " + name);
    }
    placed.program = &program;
    placed.id = next_program++;
    placed.image = compiler::program_image(program, bases);
    if (constants[i].split < placed.bytes[TAKT_BASE_CONSTANTS])
      move_constants(placed, constants[i].split, constants[i].second);
    placed.header = npu.take(placed.image.size(), page, "the program of " + name);
    stream.save_bytes = std::max<std::uint64_t>(stream.save_bytes, program.max_save_bytes);
    if (context_bytes != 0) {
      const std::uint64_t forced =
          TAKT_FORCED_SAVE_BYTES(compiler::cores_of(program), program.scratchpad_bytes, context_bytes);
      stream.save_bytes = std::max(stream.save_bytes, forced);
    }
    stream.programs.push_back(std::move(placed));
  }
}

}  // namespace takt::platform
