#include "sim/platform/collector.h"

#include <algorithm>
#include <cstring>

#include "firmware/abi/service.h"
#include "sim/config/partitions.h"

namespace takt::platform {

using npu::JobEvent;
using npu::Stall;
using units::Time;

namespace {
constexpr const char* engine_names[TAKT_ENGINE_COUNT] = {"dma_in", "dma_out", "tensor", "vector"};
constexpr std::uint32_t scratchpad_reason = npu::stall_count - 1;

std::string core_name(const std::string& engine, std::uint32_t core) {
  return core == 0 ? engine : engine + " of core " + std::to_string(core);
}

// Of a takt_log_event; a firmware may have events of its own.
std::string name_of(std::uint32_t event) {
  return event < std::size(firmware::kLogEventNames) ? firmware::kLogEventNames[event]
                                                     : "event " + std::to_string(event);
}
}  // namespace

Collector::Collector(const config::ScenarioConfig& scenario, const Workload& workload, base::TimelineSink* timeline)
    : scenario_(scenario),
      workload_(workload),
      timeline_(timeline),
      clock_(scenario.soc.npu.clock_hz),
      paths_(scenario) {
  for (const auto& model : workload.models()) {
    layers_.emplace_back();
    for (const compiler::Program& program : model->programs) layers_.back().emplace_back(program.layers.size());
  }
  spans_.resize(scenario.streams.size());
  rung_.resize(scenario.streams.size());
  turns_.resize(scenario.streams.size());
  lanes_.resize(scenario.streams.size());
  preempted_at_.resize(scenario.streams.size(), units::never());
  preempt_requested_.resize(scenario.streams.size());
  quiesced_.resize(scenario.streams.size());
  on_npu_.resize(scenario.streams.size());
  if (timeline_ == nullptr) return;
  for (std::uint32_t core = 0; core < scenario.soc.npu.cores; ++core)
    for (const char* engine : engine_names)
      engine_tracks_.push_back(timeline_->slice_track("npu", core_name(engine, core)));
  slices_.resize(engine_tracks_.size());
  job_tracks_.push_back(timeline_->slice_track("npu", "job"));
  const std::size_t partitions = config::partition_cores(scenario.firmware.partitions).size();
  for (std::size_t p = 1; p < partitions; ++p)
    job_tracks_.push_back(timeline_->slice_track("npu", "job of partition " + std::to_string(p)));
  operator_track_ = timeline_->slice_track("cpu", "operators the NPU lacks");
  log_track_ = timeline_->slice_track("firmware", "scheduling log");
  for (const config::StreamConfig& stream : scenario.streams)
    running_tracks_.push_back(timeline_->slice_track("streams", stream.name + " on the NPU"));
}

const compiler::Program& Collector::program_of(const JobRef& job) const {
  const PlacedStream& stream = workload_.streams()[job.stream];
  return stream.model->programs[job.program];
}

Collector::Layer& Collector::layer_of(const JobRef& job, std::uint32_t layer) {
  const PlacedStream& stream = workload_.streams()[job.stream];
  return layers_[stream.model_index][job.program][layer];
}

void Collector::on_command(const npu::CommandRecord& record) {
  const JobRef& job = driver_->job(record.job);
  paths_.on_command(job, record);
  if (timeline_ != nullptr) extend_slice(record);
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

void Collector::on_submit(std::uint64_t job, std::uint32_t stream) {
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
  if (timeline_ != nullptr) trace_job(job, event, at);
}

void Collector::write_preemptions(NpuRecord& record) const {
  record.preemption_latencies = preemption_;
  record.preemption_stops = stops_;
  record.preemption_saves = saves_;
  record.restores = restores_;
}

void Collector::trace_job(const JobRef& job, JobEvent event, Time at) {
  const base::TimelineSink::Track track = running_tracks_[job.stream];
  const std::string request = "#" + std::to_string(job.request);
  Time& preempted = preempted_at_[job.stream];
  if (event == JobEvent::started) {
    if (preempted != units::never()) timeline_->slice(track, "preempted " + request, preempted, at);
    preempted = units::never();
    on_npu_[job.stream] = {at, job};
    return;
  }
  const bool ends = event == JobEvent::done || event == JobEvent::preempted || event == JobEvent::faulted ||
                    event == JobEvent::aborted;
  const Time begin = on_npu_[job.stream].begin;
  if (!ends || begin == units::never()) return;
  on_npu_[job.stream].begin = units::never();
  close_slices();
  const char* how = event == JobEvent::done ? "done" : event == JobEvent::preempted ? "preempted" : "stopped";
  const config::StreamConfig& stream = scenario_.streams[job.stream];
  timeline_->slice(job_tracks_[stream.partition], stream.name + " " + request, begin, at, how);
  timeline_->slice(track, "running " + request, begin, at, how);
  if (event == JobEvent::preempted) preempted = at;
}

void Collector::on_acknowledge(std::uint32_t queues, Time at) {
  for (std::size_t s = 0; s < rung_.size(); ++s) {
    if ((queues >> workload_.streams()[s].queue & 1) == 0) continue;
    for (const std::uint64_t job : rung_[s]) accepted_[job] = at;
    rung_[s].clear();
  }
}

void Collector::on_log(firmware::LogEvent event, std::uint32_t, std::uint64_t, Time at) {
  if (timeline_ != nullptr) timeline_->instant(log_track_, name_of(static_cast<std::uint32_t>(event)), at);
}

void Collector::on_scheduling_log(const std::vector<std::uint8_t>& area, Time end) {
  if (timeline_ == nullptr) return;
  takt_telemetry_header header;
  std::memcpy(&header, area.data(), sizeof header);
  const std::uint64_t room = (area.size() - sizeof header) / sizeof(takt_log_record);
  if (header.magic != TAKT_LOG_MAGIC || header.entries == 0 || header.entries > room) return;
  const units::Clock timer(scenario_.soc.timer.clock_hz);
  const std::uint64_t last = units::mul_div(end.value, scenario_.soc.timer.clock_hz, units::picoseconds_per_second);
  const std::uint64_t lost = header.written - std::min<std::uint64_t>(header.written, header.entries);
  for (std::uint64_t n = lost; n < header.written; ++n) {
    takt_log_record record;
    std::memcpy(&record, area.data() + sizeof header + n % header.entries * sizeof record, sizeof record);
    if (record.ticks > last) continue;  // no time of this run
    const Time at = timer.duration(units::Cycles(record.ticks));
    if (n == lost && lost != 0) timeline_->instant(log_track_, std::to_string(lost) + " older events lost", at);
    timeline_->instant(log_track_, name_of(record.event), at);
  }
}

void Collector::on_request(std::uint32_t stream, std::uint32_t request, const RequestRecord& record) {
  paths_.on_request(stream, request, record);
  if (timeline_ == nullptr || record.finished == units::never()) return;
  // Requests of one stream may overlap: each gets the first lane whose last slice lies before it.
  std::vector<Lane>& lanes = lanes_[stream];
  auto lane = std::find_if(lanes.begin(), lanes.end(), [&](const Lane& l) { return l.free_from <= record.submitted; });
  if (lane == lanes.end()) {
    const std::string name =
        scenario_.streams[stream].name + " requests" + (lanes.empty() ? "" : " " + std::to_string(lanes.size() + 1));
    lane = lanes.insert(lanes.end(), Lane{timeline_->slice_track("streams", name), Time()});
  }
  lane->free_from = record.finished;
  const std::string id = "#" + std::to_string(request);
  const Time started = units::min(record.started, record.finished);
  if (started > record.submitted) timeline_->slice(lane->track, "queued " + id, record.submitted, started);
  timeline_->slice(lane->track, "running " + id, started, record.finished,
                   record.preemptions != 0 ? std::to_string(record.preemptions) + " preemptions" : std::string());
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
  if (timeline_ != nullptr)
    timeline_->slice(operator_track_, stream.model->cpu[op].what, begin, end, stream.model->cpu[op].name);
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

void Collector::extend_slice(const npu::CommandRecord& record) {
  const std::uint32_t lane = record.core * TAKT_ENGINE_COUNT + record.engine;
  OpenSlice& slice = slices_[lane];
  if (slice.open && slice.job == record.job && slice.layer == record.layer) {
    slice.end = record.end;
    return;
  }
  close_slice(lane);
  slice = {true, record.job, record.layer, units::max(record.begin, slice.end), record.end};
}

void Collector::close_slice(std::uint32_t lane) {
  OpenSlice& slice = slices_[lane];
  if (!slice.open) return;
  slice.open = false;
  const JobRef& job = driver_->job(slice.job);
  const compiler::LayerInfo& layer = program_of(job).layers[slice.layer];
  timeline_->slice(engine_tracks_[lane], layer.name, slice.begin, slice.end, layer.op);
}

void Collector::close_slices() {
  for (std::uint32_t lane = 0; lane < slices_.size(); ++lane) close_slice(lane);
}

void Collector::finish(Time at) {
  for (std::uint32_t s = 0; s < turns_.size(); ++s) end_turn(s, at);
  if (timeline_ == nullptr) return;
  close_slices();
  for (const OnNpu& running : on_npu_)
    if (running.begin != units::never()) trace_job(running.job, JobEvent::aborted, at);
}

std::vector<std::string> Collector::stall_reasons() const {
  return {"front_end", "data", "store", "tensor", "vector", "core", "scratchpad"};
}

std::vector<LayerRecord> Collector::layers() const {
  std::vector<LayerRecord> records;
  for (std::size_t m = 0; m < layers_.size(); ++m) {
    const compiler::CompiledModel& model = *workload_.models()[m];
    std::uint32_t index = 0;
    for (std::size_t p = 0; p < layers_[m].size(); ++p)
      for (std::size_t l = 0; l < layers_[m][p].size(); ++l, ++index) {
        const Layer& layer = layers_[m][p][l];
        if (layer.runs == 0) continue;
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
        records.push_back(std::move(record));
      }
  }
  return records;
}

}  // namespace takt::platform
