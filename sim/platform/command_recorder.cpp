#include "sim/platform/command_recorder.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <string>

#include "sim/graph/error.h"

namespace takt::platform {

using traces::AreaKind;
using traces::ControlKind;
using units::Time;

namespace {

// The keys that a SoC without firmware and load still has.
std::string hardware_toml(config::Scenario scenario) {
  const auto of_load = [](const config::ResolvedKey& key) {
    return key.path.rfind("stream.", 0) == 0 || key.path.rfind("traffic.", 0) == 0 || key.path.rfind("run.", 0) == 0 ||
           key.path.rfind("metrics.", 0) == 0;
  };
  scenario.keys.erase(std::remove_if(scenario.keys.begin(), scenario.keys.end(), of_load), scenario.keys.end());
  return config::resolved_toml(scenario);
}

static_assert(static_cast<int>(traces::JobStep::aborted) == static_cast<int>(npu::JobEvent::aborted),
              "steps of a job are numbered alike");

}  // namespace

CommandRecorder::CommandRecorder(const std::filesystem::path& file, const config::Scenario& scenario,
                                 const Workload& workload, npu::Observer& next)
    : file_(file, traces::command_trace_kind), next_(next) {
  const config::SocConfig& soc = scenario.config.soc;
  const config::MemoryConfig& memory = *config::find_memory(soc, soc.npu_memory);
  trace_.scenario = scenario.config.name;
  trace_.soc = scenario.soc;
  trace_.configuration = hardware_toml(scenario);
  trace_.hardware_queues = soc.npu.hardware_queues;
  trace_.memory_base = memory.base;
  trace_.memory_bytes = memory.dram.capacity_bytes;
  trace_.contexts.resize(workload.streams().size() + 1);
  for (const PlacedStream& stream : workload.streams()) {
    if (stream.parameter_limit != 0)
      throw graph::GraphError(
          "stream '" + stream.config->name +
          "': found past_tokens or prompt_tokens, expected none: a command trace holds no parameters of jobs");
    trace_.contexts[stream.queue] = stream.config->name;
    const auto* windows = reinterpret_cast<const char*>(&stream.window_table);
    trace_.tables.push_back({stream.windows, {windows, windows + sizeof stream.window_table}});
    for (const PlacedProgram& program : stream.programs) placed_[program.header] = {&stream, &program};
  }
}

void CommandRecorder::add_area(AreaKind kind, std::uint64_t address, std::uint64_t bytes) {
  const auto same = [&](const traces::CommandArea& area) { return area.address == address && area.bytes == bytes; };
  if (bytes != 0 && std::none_of(trace_.areas.begin(), trace_.areas.end(), same))
    trace_.areas.push_back({kind, address, bytes});
}

std::uint32_t CommandRecorder::program_at(std::uint64_t address) {
  const auto [known, first] = programs_.emplace(address, trace_.programs.size());
  if (!first) return known->second;
  const auto found = placed_.find(address);
  if (found == placed_.end())
    throw std::logic_error("a job runs a program at " + std::to_string(address) + " that no stream has");
  const auto& [stream, placed] = found->second;
  const compiler::Program& program = *placed->program;
  takt_program_header header;
  std::memcpy(&header, placed->image.data(), sizeof header);
  add_area(AreaKind::constants, header.bases[TAKT_BASE_CONSTANTS], program.constant_bytes);
  add_area(AreaKind::buffers, header.bases[TAKT_BASE_BUFFERS], program.buffer_bytes);
  add_area(AreaKind::input, header.bases[TAKT_BASE_INPUT], program.input_bytes);
  add_area(AreaKind::output, header.bases[TAKT_BASE_OUTPUT], program.output_bytes);
  add_area(AreaKind::save, stream->save_area, stream->save_bytes);
  trace_.programs.push_back(
      {stream->model->name, address, program.scratchpad_bytes, {placed->image.begin(), placed->image.end()}});
  return known->second;
}

void CommandRecorder::add_control(ControlKind kind, std::uint32_t queue, const npu::QueueRegisters& registers,
                                  Time at) {
  traces::CommandControl control;
  control.at = at;
  control.kind = kind;
  control.job = held_.at(queue);
  control.queue = static_cast<std::uint8_t>(queue);
  control.qos = static_cast<std::uint8_t>(registers.qos);
  control.parameters = registers.parameters;
  control.save_area = registers.save_area;
  control.save_bytes = registers.save_bytes;
  control.first_core = static_cast<std::uint8_t>(registers.first_core);
  trace_.controls.push_back(control);
}

void CommandRecorder::on_control(std::uint32_t queue, const npu::QueueRegisters& registers, std::uint32_t control,
                                 Time at) {
  next_.on_control(queue, registers, control, at);
  const Key key{static_cast<base::Owner>(registers.context), registers.job};
  const bool starts = control == TAKT_NPU_START || control == TAKT_NPU_RESUME;
  if (starts && !busy_.insert(queue).second) return;  // the NPU ignores it
  switch (control) {
    case TAKT_NPU_START:
      jobs_[key] = held_[queue] = static_cast<std::uint32_t>(trace_.jobs.size());
      trace_.jobs.push_back(
          {program_at(registers.program), static_cast<std::uint8_t>(registers.context), registers.job});
      add_control(ControlKind::start, queue, registers, at);
      break;
    case TAKT_NPU_RESUME:
      if (jobs_.count(key) == 0) break;  // nothing to go on with
      held_[queue] = jobs_[key];
      add_control(ControlKind::resume, queue, registers, at);
      break;
    case TAKT_NPU_PREEMPT:
    case TAKT_NPU_ABORT:
      if (control == TAKT_NPU_ABORT) busy_.erase(queue);
      if (held_.count(queue) != 0)
        add_control(control == TAKT_NPU_ABORT ? ControlKind::abort : ControlKind::preempt, queue, registers, at);
      break;
    default:
      break;
  }
}

void CommandRecorder::on_reset(Time at) {
  next_.on_reset(at);
  busy_.clear();
  traces::CommandControl reset;
  reset.at = at;
  reset.kind = ControlKind::reset;
  trace_.controls.push_back(reset);
}

void CommandRecorder::on_windows(std::uint32_t queue, std::uint64_t table, Time at) {
  next_.on_windows(queue, table, at);
  traces::CommandControl control;
  control.at = at;
  control.kind = ControlKind::windows;
  control.queue = static_cast<std::uint8_t>(queue);
  control.parameters = table;
  trace_.controls.push_back(control);
}

void CommandRecorder::on_job(std::uint32_t job, base::Owner owner, npu::JobEvent event, Time at) {
  next_.on_job(job, owner, event, at);
  const std::uint32_t number = jobs_.at({owner, job});
  trace_.events.push_back({at, number, static_cast<traces::JobStep>(event)});
  if (event != npu::JobEvent::preempted && event < npu::JobEvent::done) return;
  for (const auto& [queue, holds] : held_)
    if (holds == number) busy_.erase(queue);
}

void CommandRecorder::sampled(Time from, Time window_begin, Time window_end) {
  trace_.sampled_from = from;
  trace_.window_begin = window_begin;
  trace_.window_end = window_end;
}

void CommandRecorder::close(Time end) {
  trace_.end = end;
  file_.write(traces::encode(trace_));
}

}  // namespace takt::platform
