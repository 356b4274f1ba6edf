#include "sim/platform/run_timeline.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "firmware/abi/service.h"
#include "sim/config/partitions.h"
#include "sim/platform/telemetry_ring.h"

namespace takt::platform {

using npu::JobEvent;
using npu::Stall;
using units::Time;

namespace {
constexpr const char* engine_names[TAKT_ENGINE_COUNT] = {"dma_in", "dma_out", "tensor", "vector"};
constexpr const char* command_names[TAKT_ENGINE_COUNT] = {"load", "store", "compute", "compute"};
// By npu::Stall, as results.json names them and as a reader understands them.
constexpr const char* reasons[npu::stall_count] = {"scratchpad", "front_end", "data", "store",
                                                   "tensor",     "vector",    "core"};
constexpr const char* wait_names[npu::stall_count] = {"shares the scratchpad",
                                                      "waits for the front end",
                                                      "waits for data",
                                                      "waits for a store to free a buffer",
                                                      "waits for the tensor engine",
                                                      "waits for the vector engine",
                                                      "waits for another core"};
constexpr std::size_t scratchpad = 0;
constexpr const char* interrupt_names[TAKT_IRQ_END] = {"none", "mailbox", "NPU", "watchdog", "thermal"};
constexpr Time jobs_step = units::microseconds(1000);  // of counters, so that a minute stays small

std::string numbered(const std::string& name, const char* of, std::size_t number) {
  return number == 0 ? name : name + of + std::to_string(number);
}

std::string nanoseconds(Time time) { return std::to_string(time.value / 1000) + " ns"; }

std::uint64_t chain_of(const JobRef& job) { return (std::uint64_t{job.stream} + 1) << 32 | job.request; }

// Of a takt_log_event; a firmware may have events of its own.
std::string name_of_event(std::uint32_t event) {
  return event < std::size(firmware::kLogEventNames) ? firmware::kLogEventNames[event]
                                                     : "event " + std::to_string(event);
}
}  // namespace

RunTimeline::RunTimeline(const config::ScenarioConfig& scenario, const Workload& workload, const RequestDriver& driver,
                         Soc& soc, const TrafficMeter& meter, const Heat& heat, base::TimelineSink& sink,
                         TimelineLevel level, Collector& next)
    : scenario_(scenario),
      workload_(workload),
      driver_(driver),
      control_cpu_(*soc.control_cpu),
      sink_(sink),
      level_(level),
      next_(next),
      streams_(scenario.streams.size()),
      partitions_(config::partitions_of(scenario).size()),
      counters_(soc, meter, heat, sink, level == TimelineLevel::jobs ? jobs_step : Time()) {
  for (std::size_t s = 0; s < streams_.size(); ++s) {
    const std::string& name = scenario.streams[s].name;
    streams_[s].lanes.push_back({sink.slice_track("streams", name + " requests"), Time()});
    streams_[s].waiting = sink.counter_track("streams", name + " jobs waiting", "jobs");
    streams_[s].on_npu = sink.slice_track("streams", name + " on the NPU");
    sink.counter(streams_[s].waiting, Time(), 0);
  }
  driver_track_ = sink.slice_track("cpu", "driver");
  operator_track_ = sink.slice_track("cpu", "operators the NPU lacks");
  if (soc.storage != nullptr) storage_track_ = sink.slice_track("storage", "reads that jobs wait for");
  awake_track_ = sink.slice_track("firmware", "control processor");
  interrupt_track_ = sink.slice_track("firmware", "interrupts");
  log_track_ = sink.slice_track("firmware", "scheduling log");
  for (std::size_t p = 0; p < partitions_.size(); ++p) {
    partitions_[p].jobs = sink.slice_track("npu", numbered("job", " of partition ", p));
    partitions_[p].hand_over = sink.slice_track("npu", numbered("hand-over", " of partition ", p));
  }
  for (std::uint32_t core = 0; level >= TimelineLevel::layers && core < scenario.soc.npu.all_cores(); ++core)
    for (const char* engine : engine_names) {
      engines_.emplace_back();
      engines_.back().track = sink.slice_track("npu", numbered(engine, " of core ", core));
    }
  soc.control_cpu->on_asleep([this](Time since) { sink_.slice(awake_track_, "awake", since, base::now()); });
  soc.control_cpu->on_register_access([this](const cpu::RegisterAccess& access) { show_claim(access); });
}

void RunTimeline::show_claim(const cpu::RegisterAccess& access) {
  const bool claim = access.address == TAKT_PLIC_BASE + TAKT_PLIC_CLAIM && !access.write;
  if (claim && access.value != 0 && access.value < TAKT_IRQ_END)
    sink_.instant(interrupt_track_, interrupt_names[access.value], access.at + access.took);
}

base::Flow RunTimeline::flow(const JobRef& job, Time at) const {
  const bool over = at >= driver_.requests(job.stream)[job.request].finished;
  return over ? base::Flow() : base::Flow{chain_of(job), false};
}

std::string RunTimeline::name_of(const JobRef& job) const {
  return scenario_.streams[job.stream].name + " #" + std::to_string(job.request);
}

void RunTimeline::on_submit(std::uint64_t job, std::uint32_t stream, Time since) {
  const JobRef& ref = driver_.job(job);
  sink_.slice(driver_track_, "submit " + name_of(ref), since, base::now(), {}, flow(ref, since));
  change_waiting(stream, base::now(), [&](auto& jobs) { jobs[job] = ref.request; });
  next_.on_submit(job, stream, since);
}

template <class Change>
void RunTimeline::change_waiting(std::uint32_t stream, Time at, const Change& change) {
  Stream& of = streams_[stream];
  const std::size_t before = of.jobs.size();
  change(of.jobs);
  if (of.jobs.size() != before) sink_.counter(of.waiting, at, static_cast<double>(of.jobs.size()));
}

void RunTimeline::on_operator(const JobRef& job, Time begin, Time end) {
  const compiler::CompiledModel& model = *workload_.streams()[job.stream].model;
  const compiler::CpuOperator& op = model.cpu[model.steps[job.step].index];
  sink_.slice(operator_track_, op.what, begin, end, op.name, flow(job, begin));
  next_.on_operator(job, begin, end);
}

void RunTimeline::on_storage(const JobRef& job, Time begin, Time end) {
  // What is asked for while others wait is read behind theirs.
  const Time since = units::max(begin, std::exchange(storage_until_, end));
  if (since < end) sink_.slice(storage_track_, name_of(job), since, end, {}, flow(job, since));
  next_.on_storage(job, begin, end);
}

void RunTimeline::on_request(std::uint32_t stream, std::uint32_t request, const RequestRecord& record) {
  next_.on_request(stream, request, record);
  change_waiting(stream, base::now(), [&](auto& jobs) {
    for (auto job = jobs.begin(); job != jobs.end();) job = job->second == request ? jobs.erase(job) : std::next(job);
  });
  if (record.finished == units::never()) return;
  std::string note = record.preemptions != 0 ? std::to_string(record.preemptions) + " preemptions" : std::string();
  if (record.status == RequestStatus::failed) note += note.empty() ? "failed" : ", failed";
  show_request({stream, request}, record, record.finished, note);
}

void RunTimeline::show_request(const JobRef& job, const RequestRecord& record, Time end, const std::string& note) {
  const std::string id = "#" + std::to_string(job.request);
  const Time started = units::min(record.started, end);
  Lane& of = lane(job.stream, record.submitted);
  of.free_from = end;
  base::Flow chain{chain_of(job), false};
  if (started > record.submitted)
    sink_.slice(of.track, (record.offloaded() ? "cloud " : "queued ") + id, record.submitted, started,
                started == end ? note : "", std::exchange(chain, {}));
  if (started < end || chain.id != 0) sink_.slice(of.track, "running " + id, started, end, note, chain);
  const char* how = record.status == RequestStatus::pending ? "cut off " : "answer ";
  sink_.instant(driver_track_, how + name_of(job), base::now(), {chain_of(job), true});
}

// Requests of one stream may overlap: each gets the first lane whose last slice lies before it.
RunTimeline::Lane& RunTimeline::lane(std::uint32_t stream, Time begin) {
  std::vector<Lane>& lanes = streams_[stream].lanes;
  const auto free = std::find_if(lanes.begin(), lanes.end(), [&](const Lane& l) { return l.free_from <= begin; });
  if (free != lanes.end()) return *free;
  const std::string name = scenario_.streams[stream].name + " requests " + std::to_string(lanes.size() + 1);
  return *lanes.insert(lanes.end(), Lane{sink_.slice_track("streams", name), Time()});
}

void RunTimeline::on_job(std::uint32_t id, base::Owner owner, JobEvent event, Time at) {
  next_.on_job(id, owner, event, at);
  const JobRef& job = driver_.job(id);
  Stream& stream = streams_[job.stream];
  const Track hand_over = partitions_[scenario_.streams[job.stream].partition].hand_over;
  switch (event) {
    case JobEvent::started:
      if (stream.preempted != units::never() && stream.job == id)
        sink_.slice(stream.on_npu, "preempted #" + std::to_string(job.request), stream.preempted, at);
      stream.preempted = units::never();
      stream.job = id;
      stream.begun = at;
      change_waiting(job.stream, at, [&](auto& jobs) { jobs.erase(id); });
      break;
    case JobEvent::preempt_requested:
      stream.stopping = at;
      break;
    case JobEvent::quiesced:
      sink_.slice(hand_over, "stopping " + name_of(job), stream.stopping, at);
      stream.stopping = units::never();
      stream.quiesced = at;
      break;
    case JobEvent::resumed:
      sink_.slice(hand_over, "restoring " + name_of(job), stream.begun, at);
      if (stream.stopping != units::never()) stream.stopping = at;  // asked meanwhile
      break;
    case JobEvent::preempted:
      sink_.slice(hand_over, "saving " + name_of(job), stream.quiesced, at);
      end_stay(id, "preempted", at);
      stream.preempted = at;
      change_waiting(job.stream, at, [&](auto& jobs) { jobs[id] = job.request; });
      break;
    case JobEvent::done:
      end_stay(id, "done", at);
      break;
    case JobEvent::faulted:
    case JobEvent::aborted:
      end_stay(id, "stopped", at);
      break;
    default:
      break;
  }
}

void RunTimeline::end_stay(std::uint32_t id, const char* how, Time at) {
  const JobRef& job = driver_.job(id);
  Stream& stream = streams_[job.stream];
  if (stream.begun == units::never()) return;
  const Partition& partition = partitions_[scenario_.streams[job.stream].partition];
  for (Engine& engine : engines_)
    if (engine.job == id) close(engine);
  // It came to its end before it had stopped.
  if (stream.stopping != units::never())
    sink_.slice(partition.hand_over, "stopping " + name_of(job), stream.stopping, at, how);
  sink_.slice(partition.jobs, name_of(job), stream.begun, at, how, flow(job, stream.begun));
  sink_.slice(stream.on_npu, "running #" + std::to_string(job.request), stream.begun, at, how);
  stream.begun = stream.stopping = stream.quiesced = units::never();
}

void RunTimeline::on_command(const npu::CommandRecord& record) {
  next_.on_command(record);
  if (level_ < TimelineLevel::layers) return;
  Engine& engine = engines_[record.core * TAKT_ENGINE_COUNT + record.engine];
  const bool goes_on = engine.open && engine.job == record.job && engine.layer == record.layer;
  if (!goes_on) close(engine);
  // A transfer waits beside the one before it.
  const Time idle = units::max(record.idle_since, engine.end);
  const auto reason = static_cast<std::size_t>(record.stall);
  if (record.stall != Stall::none && idle < record.begin) {
    if (goes_on) engine.waits[reason] += record.begin - idle;
    if (!goes_on || level_ == TimelineLevel::commands)
      sink_.slice(engine.track, wait_names[reason], idle, record.begin, reasons[reason]);
  }
  if (!goes_on) engine = {engine.track, true, record.job, record.layer, record.begin, record.begin, {}};
  engine.waits[scratchpad] += record.scratchpad_loss;
  engine.end = record.end;
  if (level_ == TimelineLevel::commands) show_command(engine, record);
}

void RunTimeline::show_command(const Engine& engine, const npu::CommandRecord& record) {
  if (record.work > record.begin) sink_.slice(engine.track, "software overhead", record.begin, record.work, "overhead");
  // Where it lay in the command is not known: it stands at its end.
  if (record.scratchpad_loss != Time())
    sink_.slice(engine.track, wait_names[scratchpad], record.end - record.scratchpad_loss, record.end,
                reasons[scratchpad]);
  const bool transfer = record.engine == TAKT_ENGINE_DMA_IN || record.engine == TAKT_ENGINE_DMA_OUT;
  std::string note = transfer ? std::to_string(record.bytes) + " bytes" : std::to_string(record.useful_macs) + " MACs";
  if (record.stopped) note = "interrupted";
  sink_.slice(engine.track, record.constants ? "load constants" : command_names[record.engine], record.begin,
              record.end, note);
}

void RunTimeline::close(Engine& engine) {
  if (!engine.open) return;
  engine.open = false;
  const JobRef& job = driver_.job(engine.job);
  const compiler::LayerInfo& layer =
      workload_.streams()[job.stream].programs[job.program].program->layers[engine.layer];
  std::string note = layer.op;
  for (std::size_t reason = 0; reason < engine.waits.size(); ++reason)
    if (engine.waits[reason] != Time())
      note += std::string("; ") + wait_names[reason] + ' ' + nanoseconds(engine.waits[reason]);
  sink_.slice(engine.track, layer.name, engine.begin, engine.end, note);
}

void RunTimeline::on_log(firmware::LogEvent event, std::uint32_t, std::uint64_t job, Time at) {
  show_event(static_cast<std::uint32_t>(event), job, at);
}

// A firmware may write any number where a job's belongs.
void RunTimeline::show_event(std::uint32_t event, std::uint64_t job, Time at) {
  if (job == 0 || job >= driver_.jobs()) return sink_.instant(log_track_, name_of_event(event), at);
  const JobRef& ref = driver_.job(job);
  sink_.instant(log_track_, name_of_event(event) + ' ' + name_of(ref), at, flow(ref, at));
}

void RunTimeline::on_scheduling_log(const std::vector<std::uint8_t>& area, Time end) {
  const auto log = read_telemetry<takt_log_record>(area, TAKT_LOG_MAGIC);
  if (!log) return;
  const units::Clock timer(scenario_.soc.timer.clock_hz);
  const std::uint64_t last = units::mul_div(end.value, scenario_.soc.timer.clock_hz, units::picoseconds_per_second);
  std::uint64_t lost = log->lost;
  for (const takt_log_record& record : log->records) {
    if (record.ticks > last) continue;  // no time of this run
    const Time at = timer.duration(units::Cycles(record.ticks));
    if (lost != 0) sink_.instant(log_track_, std::to_string(lost) + " older events lost", at);
    lost = 0;
    show_event(record.event, record.job_id, at);
  }
}

void RunTimeline::finish(Time at) {
  for (const Stream& stream : streams_)
    if (stream.begun != units::never()) end_stay(stream.job, "cut off", at);
  for (std::uint32_t s = 0; s < streams_.size(); ++s) {
    const std::vector<RequestRecord>& requests = driver_.requests(s);
    for (std::uint32_t r = 0; r < requests.size(); ++r)
      if (requests[r].status == RequestStatus::pending && requests[r].submitted <= at)
        show_request({s, r}, requests[r], at, "cut off");
  }
  if (const std::optional<Time> awake = control_cpu_.awake_since()) sink_.slice(awake_track_, "awake", *awake, at);
  counters_.write(at);
}

}  // namespace takt::platform
