#include "sim/platform/platform.h"

#include <algorithm>
#include <chrono>
#include <optional>

#include "firmware/abi/abi.h"
#include "firmware/policies/registry.h"
#include "sim/platform/answers.h"
#include "sim/platform/boot.h"
#include "sim/platform/bus_watch.h"
#include "sim/platform/collector.h"
#include "sim/platform/command_recorder.h"
#include "sim/platform/energy_accounts.h"
#include "sim/platform/firmware_image.h"
#include "sim/platform/firmware_recorder.h"
#include "sim/platform/firmware_telemetry.h"
#include "sim/platform/heat.h"
#include "sim/platform/hex.h"
#include "sim/platform/ideal.h"
#include "sim/platform/main_stack.h"
#include "sim/platform/memory_recorder.h"
#include "sim/platform/policies.h"
#include "sim/platform/run_timeline.h"
#include "sim/platform/sampler.h"
#include "sim/platform/snapshot.h"
#include "sim/platform/span_recorder.h"
#include "sim/platform/step_sampler.h"
#include "sim/platform/waveform.h"

namespace takt::platform {

using units::Time;

namespace {
// Of processor time: the longest the kernel takes from one HAL call to the next is microseconds.
constexpr std::chrono::seconds native_loop_limit{10};

const char* const fidelity_names[] = {"detailed", "fast", "sampled"};
const char* const band_names[] = {"idle", "normal", "focus", "realtime"};

// The scenario's own keys: who asks for what, when, under which policy.
config::Scenario without_soc(config::Scenario scenario) {
  static const std::string own[] = {"stream", "traffic", "fault", "recovery.", "run.", "firmware.", "limits.", "seed"};
  const auto of_soc = [](const config::ResolvedKey& key) {
    return std::none_of(std::begin(own), std::end(own),
                        [&](const std::string& prefix) { return key.path.rfind(prefix, 0) == 0; });
  };
  scenario.keys.erase(std::remove_if(scenario.keys.begin(), scenario.keys.end(), of_soc), scenario.keys.end());
  return scenario;
}

TracePointRecord record_of(const cpu::TracePoint& p) {
  const bool asleep = p.value == cpu::TracePoint::asleep;
  return {p.at, p.instructions, p.cycles, p.bus_cycles, asleep, p.value >> 24, p.value & 0xffffff};
}

std::optional<FirmwareImage> firmware_of(const config::ScenarioConfig& scenario) {
  if (scenario.soc.control_cpu.cost != "iss") return std::nullopt;
  return firmware_image(scenario.firmware);
}

}  // namespace

class Platform::Impl {
 public:
  Impl(const config::Scenario& scenario, RunOptions options);
  RunRecord run();
  void stop(const std::string& failure);

 private:
  RequestDriver::Hooks hooks();
  units::Clock timer() const { return units::Clock(config_.soc.timer.clock_hz); }
  // Whether failures are part of the scenario.
  bool can_fail() const {
    return !config_.faults.empty() || config_.recovery.timeout_us != 0 || config_.recovery.cold_boot;
  }
  void watch_failures();
  void show_timeline();
  void inject_faults();
  void on_power(bool on);
  void on_watchdog();
  void on_firmware_fault(const std::string& why);
  void on_ready();
  void ask_for_state();
  void on_state(bool answered);
  void follow_heat();
  Snapshot snapshot(SampledRecord& steps);
  void on_window_begin();
  void on_window_end();
  void finish_timeline();
  void describe(RunRecord& record) const;
  void describe_requests(RunRecord& record) const;
  void describe_fallback(RunRecord& record) const;
  void describe_faults(RunRecord& record) const;

  const config::Scenario& scenario_;
  RunOptions options_;
  const config::ScenarioConfig config_;
  const std::vector<TraceExtent> traces_;
  Workload workload_;
  Collector collector_;
  FaultInjector faults_;
  RequestDriver driver_;
  const config::ScenarioConfig simulated_;  // what soc_ refers to
  std::optional<FirmwareImage> firmware_;
  Soc soc_;
  EnergyAccounts accounts_;
  TrafficMeter meter_;
  Sampler sampler_;
  Heat heat_;
  SpanRecorder spans_;
  Waveform waveform_;
  std::unique_ptr<MemoryRecorder> recorder_;
  std::unique_ptr<Answers> answers_;
  std::unique_ptr<StepSampler> steps_;
  std::unique_ptr<RunTimeline> timeline_;
  std::unique_ptr<CommandRecorder> commands_;
  std::unique_ptr<FirmwareRecorder> firmware_trace_;
  std::optional<FirmwareMetrics> metrics_;
  npu::Observer* observer_ = nullptr;  // whom the NPU tells, and who tells the others
  std::vector<TracePointRecord> trace_points_;
  std::optional<Snapshot> begin_, end_;
  std::optional<BatteryRecord> battery_;
  SampledRecord steps_before_, steps_after_;  // at these
  std::function<void(bool)> monitor_anew_;    // the bus, once the processor has booted again
  std::uint64_t watchdog_expiries_ = 0, firmware_faults_ = 0;
  std::optional<FirmwareFaultRecord> firmware_fault_;  // the first one
  std::string failure_;
  bool begins_ = false;  // the driver is ready
  bool finished_ = false;
  bool state_asked_ = false;
  bool stopped_ = false;
};

Platform::Impl::Impl(const config::Scenario& scenario, RunOptions options)
    : scenario_(scenario),
      options_(std::move(options)),
      config_(with_modules(scenario.config, options_.modules)),
      traces_(scan_traces(config_)),
      workload_(config_, traces_, options_.answers != nullptr),
      collector_(config_, workload_),
      faults_(config_),
      driver_(config_, workload_, hooks()),
      simulated_(with_ideals(config_)),
      firmware_(firmware_of(simulated_)),
      soc_("soc", simulated_, workload_, driver_, traces_, firmware_ ? &firmware_->image : nullptr, options_.modules),
      accounts_(workload_, driver_, soc_.ledger, soc_.settled()),
      meter_(soc_),
      sampler_("sampler", soc_, meter_),
      heat_(config_.soc.heat, soc_.power),
      spans_(soc_, meter_),
      waveform_(soc_, heat_, units::microseconds(config_.run.waveform_us)) {
  if (!options_.record_memory.empty()) {
    recorder_ = std::make_unique<MemoryRecorder>(soc_, config_.soc, options_.record_memory);
  }
  if (options_.answers != nullptr) {
    answers_ = std::make_unique<Answers>(workload_, soc_, *options_.answers, config_.seed);
    soc_.npu.compute(*answers_);
    driver_.set_contents(answers_.get());
  }
  if (config_.fidelity == config::Fidelity::sampled) {
    steps_ = std::make_unique<StepSampler>(config_, workload_, soc_);
    soc_.npu.set_stand_in(steps_.get());
    meter_.add_steps(*steps_);
    sampler_.before_each([this] { steps_->advance(base::now()); });
  }
  soc_.npu.set_accountant(&accounts_);
  driver_.set_accounts(&accounts_);
  collector_.set_driver(&driver_);
  driver_.set_sink(&collector_);
  observer_ = &collector_;
  if (options_.timeline != nullptr) show_timeline();
  if (!options_.record_commands.empty()) {
    commands_ = std::make_unique<CommandRecorder>(options_.record_commands, scenario_, workload_, *observer_);
    observer_ = commands_.get();
  }
  if (!options_.record_firmware.empty()) {
    firmware_trace_ =
        std::make_unique<FirmwareRecorder>(options_.record_firmware, scenario_, *soc_.control_cpu, [this] {
          stop("the firmware's trace reached max_log_bytes = " + std::to_string(config_.limits.max_log_bytes));
        });
  }
  if (config_.firmware.metrics) metrics_.emplace(workload_, soc_, timer());
  if (options_.trace_points) soc_.on_trace([this](const cpu::TracePoint& p) { trace_points_.push_back(record_of(p)); });
  soc_.set_debugger(options_.debugger);
  if (options_.observer != nullptr) soc_.set_observer(options_.observer);
  soc_.set_max_instructions(config_.limits.max_instructions);
  if (options_.on_register_access) soc_.control_cpu->on_register_access(options_.on_register_access);
  if (options_.on_console)
    soc_.system.on_console([this](std::uint8_t byte) { options_.on_console(base::now(), byte); });
  soc_.mailbox.on_acknowledge([this](std::uint32_t queues) { collector_.on_acknowledge(queues, base::now()); });
  if (soc_.storage != nullptr)
    soc_.storage->on_done([this](std::uint64_t cookie) {
      driver_.on_storage(cookie);
      soc_.mailbox.raise_host();
    });
  if (can_fail()) inject_faults();
  soc_.npu.set_observer(observer_);
  watch_failures();
  soc_.control_cpu->set_boot_info(boot_info(config_, workload_));
  soc_.load_ring(workload_.control_ring(), ring_entries);
  soc_.load_ring(workload_.completion_ring(), completion_entries);
  for (const PlacedStream& stream : workload_.streams()) {
    for (const PlacedProgram& program : stream.programs) soc_.load(program.header, program.image);
    soc_.load_windows(stream);
  }
  sampler_.at_window([this] { on_window_begin(); }, [this] { on_window_end(); },
                     [this] {
                       if (begin_ && !end_) spans_.advance(base::now());
                       follow_heat();
                       if (timeline_ != nullptr) timeline_->advance(base::now());
                       if (options_.on_progress)
                         options_.on_progress({base::now(), sampler_.window_end(), driver_.finished_requests()});
                     });
}

RequestDriver::Hooks Platform::Impl::hooks() {
  RequestDriver::Hooks hooks;
  hooks.ready = [this] { on_ready(); };
  hooks.finished = [this] {
    finished_ = true;
    if (!end_) on_window_end();
    stop({});
  };
  hooks.failed = [this](const std::string& why) { stop(why); };
  hooks.power = [this](bool on) { on_power(on); };
  hooks.crash = [this] { soc_.control_cpu->crash(); };
  hooks.spurious = [this](std::function<void()> claimed) { soc_.plic.raise(TAKT_IRQ_NPU, std::move(claimed)); };
  hooks.skin_millicelsius = [this] { return heat_.millicelsius(HeatAt::skin); };
  hooks.spent = [this] {
    if (steps_ != nullptr) steps_->advance(base::now());
    soc_.settle();
    return soc_.power.total(base::now());
  };
  hooks.state = [this](bool answered) { on_state(answered); };
  hooks.radio = [this](Time at, const offload::Transfer& transfer, std::uint32_t stream, std::uint32_t request) {
    soc_.radio->add(at, transfer, static_cast<base::Owner>(stream + 1), accounts_.open(stream, request));
  };
  hooks.read = [this](const peripherals::Storage::Read& read) { soc_.storage->read(read); };
  return hooks;
}

// Between the NPU and who observes it otherwise.
void Platform::Impl::inject_faults() {
  faults_.set_driver(driver_);
  faults_.set_next(*observer_);
  driver_.set_faults(&faults_);
  soc_.set_faults(&faults_);
  observer_ = &faults_;
}

void Platform::Impl::show_timeline() {
  timeline_ = std::make_unique<RunTimeline>(config_, workload_, driver_, soc_, meter_, heat_, *options_.timeline,
                                            options_.timeline_level, collector_);
  driver_.set_sink(timeline_.get());
  observer_ = timeline_.get();
  if (workload_.scheduling_log() == 0) soc_.set_log(timeline_.get());
}

void Platform::Impl::watch_failures() {
  soc_.control_cpu->set_fault_handler([this](const std::string& why) { on_firmware_fault(why); });
  soc_.watchdog.on_expiry([this] { on_watchdog(); });
  if (options_.monitor_bus)
    monitor_anew_ =
        watch_bus(*soc_.control_cpu, boot_info(config_, workload_), [this](const std::string& why) { stop(why); });
  soc_.on_restart([this] {
    if (metrics_) metrics_->boot(true);
    if (monitor_anew_) monitor_anew_(true);
  });
}

void Platform::Impl::on_power(bool on) {
  if (!on) {
    faults_.power_cycled();
    return soc_.power_off();
  }
  if (metrics_) metrics_->boot(false);
  if (monitor_anew_) monitor_anew_(false);
  soc_.power_on();
}

// Before the driver is ready, nothing has been handed over that could be recovered.
void Platform::Impl::on_watchdog() {
  ++watchdog_expiries_;
  if (!config_.recovery.cold_boot || !begins_)
    return stop("the firmware's watchdog expired: it neither slept nor kicked it in time");
  driver_.on_watchdog();
  soc_.mailbox.raise_host();
}

// The processor stands still then; its watchdog says so to the driver.
void Platform::Impl::on_firmware_fault(const std::string& why) {
  ++firmware_faults_;
  if (!firmware_fault_) firmware_fault_ = {base::now(), why};
  if (!config_.recovery.cold_boot || !begins_) stop(why);
}

void Platform::Impl::on_ready() {
  begins_ = true;
  faults_.begin(base::now());
  const Time begin = base::now() + units::microseconds(config_.run.warm_up_us);
  const Time end = config_.run.measure_us == 0 ? units::never() : begin + units::microseconds(config_.run.measure_us);
  sampler_.set_window(begin, end);
  if (commands_ != nullptr) commands_->sampled(base::now(), begin, end);
}

void Platform::Impl::follow_heat() {
  waveform_.advance(base::now());
  if (!heat_.advance(base::now())) return;
  const std::int64_t npu = heat_.millicelsius(HeatAt::npu);
  soc_.supplies.set_temperatures(npu, heat_.millicelsius(HeatAt::soc), base::now());
  soc_.thermal.measure({npu, heat_.millicelsius(HeatAt::skin)});
}

// With what was not simulated.
Snapshot Platform::Impl::snapshot(SampledRecord& steps) {
  if (steps_ == nullptr) return take_snapshot(soc_, base::now(), config_.streams.size() + 1);
  steps_->advance(base::now());
  Snapshot snapshot = take_snapshot(soc_, base::now(), config_.streams.size() + 1);
  steps_->correct(snapshot);
  steps = steps_->times();
  return snapshot;
}

void Platform::Impl::on_window_begin() {
  begin_ = snapshot(steps_before_);
  accounts_.set_measured(true);
  if (const auto battery = driver_.battery()) battery_ = {battery->second, battery->first, 0};
  collector_.set_window(base::now(), units::never());
  heat_.begin_window();
  waveform_.begin(base::now());
  spans_.begin(base::now());
  if (timeline_ != nullptr) timeline_->at_edge(base::now());
}

void Platform::Impl::on_window_end() {
  if (!begin_) return;
  end_ = snapshot(steps_after_);
  accounts_.set_measured(false);
  if (battery_) battery_->end = driver_.battery()->first;
  collector_.set_window(begin_->at, base::now());
  heat_.end_window();
  waveform_.end(base::now());
  spans_.end(base::now());
  if (timeline_ != nullptr) timeline_->at_edge(base::now());
  if (config_.run.drain == config::Drain::stop && !finished_) {
    finished_ = true;
    stop({});
  }
}

void Platform::Impl::stop(const std::string& failure) {
  if (failure_.empty()) failure_ = failure;
  if (failure_.empty() && options_.on_state && !state_asked_) return ask_for_state();
  if (!stopped_) sc_core::sc_stop();  // the driver may be through at the very end of the window
  stopped_ = true;
}

// Wakes the driver.
void Platform::Impl::ask_for_state() {
  state_asked_ = true;
  driver_.ask_for_state();
  soc_.mailbox.raise_host();
}

void Platform::Impl::on_state(bool answered) {
  if (!answered)
    return stop("the firmware, asked for its state, has not answered within recovery.reply_timeout_us = " +
                std::to_string(config_.recovery.reply_timeout_us));
  const auto state = firmware_state(soc_.contents(workload_.state_dump(), state_dump_bytes), driver_, timer());
  if (!state) return stop("what the firmware wrote when asked for its state is no takt_state_dump");
  options_.on_state(*state);
  stop({});
}

RunRecord Platform::Impl::run() {
  sc_core::sc_report_handler::set_actions(sc_core::SC_INFO, sc_core::SC_DO_NOTHING);  // "stopped by user"
  {
    const MainStack stack;
    std::optional<cpu::LoopGuard> guard;
    if (soc_.pulse() != nullptr) guard.emplace(*soc_.pulse(), native_loop_limit);
    sc_core::sc_start(base::to_sc(units::microseconds(config_.limits.max_time_us)));
    if (!stopped_ && options_.on_state && !state_asked_) {  // at max_time_us, with work left
      ask_for_state();
      sc_core::sc_start(base::to_sc(units::microseconds(config_.recovery.reply_timeout_us)));
    }
  }
  for (const TraceFeed* feed : soc_.trace_feeds) feed->rethrow();
  if (failure_.empty() && !finished_)
    failure_ = "the simulation reached max_time_us = " + std::to_string(config_.limits.max_time_us) + " with work left";
  if (firmware_trace_ != nullptr) firmware_trace_->close();  // of a run that failed too
  if (!failure_.empty()) {
    if (rv32::Debuggee* const core = soc_.debuggee(); core != nullptr && options_.on_failure)
      options_.on_failure(*core);
    throw SimulationFailure(failure_);
  }
  if (!begin_ || !end_) throw SimulationFailure("every request ended before the measurement window began");
  if (metrics_ && !metrics_->read())
    throw SimulationFailure("what the firmware wrote for firmware.metrics_period_us is no ring of takt_metric_sample");
  collector_.finish(base::now());
  if (steps_ != nullptr) steps_->advance(base::now());
  soc_.settle();
  accounts_.collect();
  if (timeline_ != nullptr) finish_timeline();
  faults_.unanswered(driver_.unanswered());
  if (recorder_ != nullptr) recorder_->close();
  if (commands_ != nullptr) commands_->close(base::now());
  RunRecord record;
  describe(record);
  if (firmware_) record.firmware_memory = firmware_memory(firmware_->elf, soc_.debuggee()->hart());
  return record;
}

void Platform::Impl::finish_timeline() {
  if (const std::uint64_t log = workload_.scheduling_log(); log != 0)
    timeline_->on_scheduling_log(soc_.contents(log, workload_.scheduling_log_bytes()), base::now());
  if (steps_ != nullptr) steps_->advance(base::now());
  soc_.settle();
  timeline_->finish(base::now());
}

void Platform::Impl::describe(RunRecord& record) const {
  record.scenario = config_.name;
  record.config_hash = hex(config::config_hash(scenario_));
  record.scenario_hash = hex(config::config_hash(without_soc(scenario_)));
  record.soc = config_.soc.name;
  record.firmware_build = firmware_ ? "rv32" : "native";
  if (firmware_) record.firmware_hash = firmware_->hash;
  record.firmware_policy = config_.firmware.policy;
  record.fidelity = fidelity_names[static_cast<std::size_t>(config_.fidelity)];
  if (steps_ != nullptr)
    record.sampled = {steps_after_.steps - steps_before_.steps, steps_after_.replayed - steps_before_.replayed};
  record.seed = config_.seed;
  record.tariff = config_.tariff.microdollars_per_kwh;
  record.simulated = base::now();
  record.window = {begin_->at, end_->at};
  record_counters(record, config_, soc_, *begin_, *end_);
  describe_requests(record);
  describe_fallback(record);
  describe_faults(record);
  record.npu.software_overhead = collector_.software_overhead();
  collector_.write_preemptions(record.npu);
  record.cpu.dispatch = collector_.dispatch_latencies();
  record.trace_points = trace_points_;
  if (metrics_) record.firmware_metrics = metrics_->record();
  record.stall_reasons = collector_.stall_reasons();
  record.layers = collector_.layers(accounts_);
  record.power.layers = 0;
  for (const LayerRecord& layer : record.layers) *record.power.layers += layer.energy;
  record.spans = spans_.record();
  record.decisions = collector_.paths().decisions();
  record.memory.peak = sampler_.peak_bytes();
  record.power.peak = sampler_.peak_energy();
  record.power.temperatures = heat_.record();
  record.power.battery = battery_;
  record.power.steps = waveform_.steps();
  for (const config::ResolvedKey& key : config::estimates(scenario_)) record.estimates.push_back(key.path);
}

void Platform::Impl::describe_requests(RunRecord& record) const {
  for (std::size_t s = 0; s < config_.streams.size(); ++s) {
    StreamRecord stream;
    stream.name = config_.streams[s].name;
    stream.model = workload_.streams()[s].model->name;
    stream.band = band_names[static_cast<std::size_t>(config_.streams[s].band)];
    stream.requests = driver_.requests(s);
    const config::SoftwareConfig& software = config_.soc.software;
    stream.software_per_request =
        units::nanoseconds(software.submit_ns + software.complete_ns) * workload_.streams()[s].model->programs.size();
    stream.energy = end_->owners[s + 1] - begin_->owners[s + 1];
    stream.dram_bytes = end_->owner_dram_bytes[s + 1] - begin_->owner_dram_bytes[s + 1];
    stream.request_energy = accounts_.requests(s, stream.requests.size());
    stream.tokens = driver_.tokens(s);
    stream.cold_start = driver_.cold_start(s);
    stream.turns = collector_.turns(s);
    stream.refused = driver_.refused(s);
    stream.decides = config_.offload.enabled && stream.tokens.has_value();
    stream.paths = collector_.paths().paths(s, stream.requests.size());
    if (answers_ != nullptr) stream.answers = answers_->record(s);
    record.streams.push_back(std::move(stream));
  }
}

void Platform::Impl::describe_fallback(RunRecord& record) const { record.fallback = collector_.fallback(); }

void Platform::Impl::describe_faults(RunRecord& record) const {
  if (!can_fail()) return;
  record.faults = faults_.records();
  record.recovery = driver_.recovery();
  record.recovery->engine_resets = faults_.engine_resets();
  record.recovery->watchdog_expiries = watchdog_expiries_;
  record.recovery->firmware_faults = firmware_faults_;
  record.firmware_fault = firmware_fault_;
}

std::vector<std::pair<std::string, std::string>> policies() {
  const firmware::PolicyList list = firmware::policies();
  std::vector<std::pair<std::string, std::string>> names;
  for (std::uint32_t i = 0; i < list.count; ++i) names.emplace_back(list.entries[i].name, list.entries[i].what);
  return names;
}

// What a block finds impossible about its configuration is bad input too.
Platform::Platform(const config::Scenario& scenario, RunOptions options) try
    : impl_(std::make_unique<Impl>(scenario, std::move(options))) {
} catch (const std::invalid_argument& e) {
  throw graph::GraphError(std::string("the configuration is impossible: ") + e.what());
}
Platform::~Platform() = default;
RunRecord Platform::run() { return impl_->run(); }
void Platform::fail(const std::string& why) { impl_->stop(why); }

}  // namespace takt::platform
