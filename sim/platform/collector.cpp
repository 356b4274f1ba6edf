#include "sim/platform/collector.h"

#include <algorithm>

#include "sim/platform/energy_accounts.h"

namespace takt::platform {

using npu::JobEvent;
using npu::Stall;
using units::Time;

namespace {
constexpr std::uint32_t scratchpad_reason = npu::stall_count - 1;
}  // namespace

Collector::Collector(const config::ScenarioConfig& scenario, const Workload& workload)
    : workload_(workload), clock_(scenario.soc.npu.clock_hz), paths_(scenario) {
  for (const auto& model : workload.models()) {
    layers_.emplace_back();
    for (const compiler::Program& program : model->programs) layers_.back().emplace_back(program.layers.size());
  }
  spans_.resize(scenario.streams.size());
  rung_.resize(scenario.streams.size());
  turns_.resize(scenario.streams.size());
  preempt_requested_.resize(scenario.streams.size());
  quiesced_.resize(scenario.streams.size());
}

Collector::Layer& Collector::layer_of(const JobRef& job, std::uint32_t layer) {
  const PlacedProgram& program = workload_.streams()[job.stream].programs[job.program];
  return layers_[program.model][program.index][layer];
}

void Collector::on_command(const npu::CommandRecord& record) {
  const JobRef& job = driver_->job(record.job);
  paths_.on_command(job, record);
  std::vector<Span>& spans = spans_[job.stream];
  if (record.layer >= spans.size()) spans.resize(record.layer + 1);
  Span& span = spans[record.layer];
  const bool compute = record.engine == TAKT_ENGINE_TENSOR || record.engine == TAKT_ENGINE_VECTOR;
  // A layer begins with its arithmetic; what was loaded ahead of it belongs to the layers before.
  if (compute || record.engine == TAKT_ENGINE_DMA_OUT) span.begin = units::min(span.begin, record.begin);
  span.end = units::max(span.end, record.end);
  if (!measured(record.end)) return;
  Layer& layer = layer_of(job, record.layer);
  layer.busy[record.engine] += record.end - record.work;
  layer.overhead += record.work - record.begin;
  software_ += record.work - record.begin;
  layer.useful_macs += record.useful_macs;
  if (record.engine == TAKT_ENGINE_TENSOR)
    layer.issued_macs += record.useful_macs + record.padding_macs + record.recomputed_macs;
  else
    layer.issued_macs += record.useful_macs;
  if (record.engine == TAKT_ENGINE_DMA_IN) layer.bytes_in += record.bytes;
  if (record.engine == TAKT_ENGINE_DMA_OUT) layer.bytes_out += record.bytes;
  if (!compute) return;
  if (record.stall != Stall::none)
    layer.stall[static_cast<std::uint32_t>(record.stall) - 1] += record.begin - record.idle_since;
  layer.stall[scratchpad_reason] += record.scratchpad_loss;
}

void Collector::close_spans(const JobRef& job, Time at) {
  std::vector<Span>& spans = spans_[job.stream];
  for (std::uint32_t l = 0; l < spans.size() && measured(at); ++l) {
    if (spans[l].begin == units::never()) continue;
    Layer& layer = layer_of(job, l);
    ++layer.runs;
    layer.wall += spans[l].end - spans[l].begin;
  }
  spans.clear();
}

Time Collector::asked(const JobRef& job) const { return driver_->requests(job.stream)[job.request].submitted; }

void Collector::on_submit(std::uint64_t job, std::uint32_t stream, Time) {
  rung_[stream].push_back(job);
  submitted_[job] = base::now();
  const JobRef& ref = driver_->job(job);
  paths_.on_submit(ref, asked(ref), base::now());
}

void Collector::begin_turn(std::uint32_t job, std::uint32_t stream, Time at) {
  Turns& turns = turns_[stream];
  turns.began = at;
  if (!measured(at)) return;
  // A job that was stopped may begin again: it is ready since then.
  const auto submitted = submitted_.find(job);
  const Time ready = submitted == submitted_.end() ? turns.ended : units::max(submitted->second, turns.ended);
  TurnsRecord& record = turns.record;
  ++record.count;
  record.delay += at - ready;
  if (record.count != 1 && at - ready <= record.longest) return;
  record.longest = at - ready;
  record.ready = ready;
  record.begin = at;
}

void Collector::end_turn(std::uint32_t stream, Time at) {
  Turns& turns = turns_[stream];
  if (turns.began == units::never()) return;
  turns.record.runtime += units::saturating_sub(units::min(at, window_.end), units::max(turns.began, window_.begin));
  turns.began = units::never();
  turns.ended = at;
}

void Collector::on_job(std::uint32_t id, base::Owner, JobEvent event, Time at) {
  const JobRef& job = driver_->job(id);
  paths_.on_job(job, event, at);
  switch (event) {
    case JobEvent::started:
      begin_turn(id, job.stream, at);
      break;
    case JobEvent::first_command:
      if (const auto found = accepted_.find(id); found != accepted_.end()) {
        if (measured(at)) dispatch_.push_back(at - found->second);
        accepted_.erase(found);
      }
      break;
    case JobEvent::preempt_requested:
      preempt_requested_[job.stream] = at;
      break;
    case JobEvent::quiesced:
      quiesced_[job.stream] = at;
      break;
    case JobEvent::resumed:
      if (measured(at)) restores_.push_back(at - turns_[job.stream].began);
      break;
    case JobEvent::preempted:
      if (measured(at)) {
        preemption_.push_back(at - preempt_requested_[job.stream]);
        stops_.push_back(quiesced_[job.stream] - preempt_requested_[job.stream]);
        saves_.push_back(at - quiesced_[job.stream]);
      }
      end_turn(job.stream, at);
      break;
    case JobEvent::done:
      close_spans(job, at);
      [[fallthrough]];
    case JobEvent::faulted:
    case JobEvent::aborted:
      end_turn(job.stream, at);
      submitted_.erase(id);
      break;
    default:
      break;
  }
}

void Collector::write_preemptions(NpuRecord& record) const {
  record.preemption_latencies = preemption_;
  record.preemption_stops = stops_;
  record.preemption_saves = saves_;
  record.restores = restores_;
}

void Collector::on_acknowledge(std::uint32_t queues, Time at) {
  for (std::size_t s = 0; s < rung_.size(); ++s) {
    if ((queues >> workload_.streams()[s].queue & 1) == 0) continue;
    for (const std::uint64_t job : rung_[s]) accepted_[job] = at;
    rung_[s].clear();
  }
}

void Collector::on_request(std::uint32_t stream, std::uint32_t request, const RequestRecord& record) {
  paths_.on_request(stream, request, record);
}

void Collector::on_operator(const JobRef& job, Time begin, Time end) {
  paths_.on_operator(job, asked(job), begin, end);
  const PlacedStream& stream = workload_.streams()[job.stream];
  const std::size_t op = stream.model->steps[job.step].index;
  if (measured(end)) {
    OperatorTotal& total = operators_[{stream.model_index, op}];
    ++total.count;
    total.time += end - begin;
  }
}

std::vector<FallbackRecord> Collector::fallback() const {
  std::vector<FallbackRecord> records;
  for (const auto& [key, total] : operators_) {
    const compiler::CompiledModel& model = *workload_.models()[key.first];
    const compiler::CpuOperator& op = model.cpu[key.second];
    records.push_back({model.name, op.what, op.name, total.count, total.time});
  }
  return records;
}

void Collector::finish(Time at) {
  for (std::uint32_t s = 0; s < turns_.size(); ++s) end_turn(s, at);
}

std::vector<std::string> Collector::stall_reasons() const {
  return {"front_end", "data", "store", "tensor", "vector", "core", "scratchpad"};
}

std::vector<LayerRecord> Collector::layers(const EnergyAccounts& energy) const {
  std::vector<LayerRecord> records;
  for (std::size_t m = 0; m < layers_.size(); ++m) {
    const compiler::CompiledModel& model = *workload_.models()[m];
    std::uint32_t index = 0;
    for (std::size_t p = 0; p < layers_[m].size(); ++p)
      for (std::size_t l = 0; l < layers_[m][p].size(); ++l, ++index) {
        const Layer& layer = layers_[m][p][l];
        const Attojoules spent = energy.layer(m, p, l);
        if (layer.runs == 0 && spent == 0) continue;
        const compiler::LayerInfo& info = model.programs[p].layers[l];
        LayerRecord record;
        record.model = model.name;
        record.index = index;
        record.name = info.name;
        record.op = info.op;
        record.runs = layer.runs;
        record.tensor_cycles = clock_.elapsed(layer.busy[TAKT_ENGINE_TENSOR]).value;
        record.vector_cycles = clock_.elapsed(layer.busy[TAKT_ENGINE_VECTOR]).value;
        record.dma_in_cycles = clock_.elapsed(layer.busy[TAKT_ENGINE_DMA_IN]).value;
        record.dma_out_cycles = clock_.elapsed(layer.busy[TAKT_ENGINE_DMA_OUT]).value;
        record.overhead_cycles = clock_.elapsed(layer.overhead).value;
        record.wall = layer.wall;
        record.bytes_in = layer.bytes_in;
        record.bytes_out = layer.bytes_out;
        record.useful_macs = layer.useful_macs;
        record.issued_macs = layer.issued_macs;
        const std::pair<std::uint64_t, const char*> times[] = {{record.tensor_cycles, "tensor"},
                                                               {record.vector_cycles, "vector"},
                                                               {record.dma_in_cycles, "dma_in"},
                                                               {record.dma_out_cycles, "dma_out"},
                                                               {record.overhead_cycles, "overhead"}};
        record.bound = std::max_element(std::begin(times), std::end(times), [](const auto& a, const auto& b) {
                         return a.first < b.first;
                       })->second;
        record.stalls.assign(layer.stall.begin(), layer.stall.end());
        record.energy = spent;
        records.push_back(std::move(record));
      }
  }
  return records;
}

}  // namespace takt::platform
