#include "sim/platform/driver.h"

#include <algorithm>

#include "firmware/abi/abi.h"
#include "sim/platform/energy_accounts.h"
#include "sim/platform/offloading.h"
#include "sim/platform/operator_work.h"

namespace takt::platform {

using units::Cycles;
using units::Time;

RequestDriver::RequestDriver(const config::ScenarioConfig& scenario, const Workload& workload, Hooks hooks)
    : scenario_(scenario),
      workload_(workload),
      hooks_(std::move(hooks)),
      timer_(scenario.soc.timer.clock_hz),
      jobs_(1) {
  for (std::size_t s = 0; s < scenario.streams.size(); ++s) {
    const config::StreamConfig& config = scenario.streams[s];
    const std::uint64_t seed = config::effective_seed(scenario.seed, config.seed, s);
    std::vector<traces::TracedRequest> trace;
    if (!config.trace.empty()) trace = traces::read_request_trace(config.trace_path, config.trace_stream);
    Stream& stream = streams_.emplace_back(Arrivals(config, seed, trace));
    for (std::uint32_t other = 0; other < scenario.streams.size(); ++other)
      if (scenario.streams[other].after == config.name) stream.followers.push_back(other);
    const std::optional<PlacedConversations>& placed = workload.streams()[s].conversations;
    if (!placed) continue;
    stream.conversations.emplace(config, *placed, ~seed);
    if (placed->experts) stream.router.emplace(config.experts, *placed->experts, ~seed + 2);
    stream.talking.resize(config.conversations);
    stream.latest_token.resize(config.conversations);
    stream.experts.resize(config.conversations);
    stream.tokens.cache_bytes = placed->pages * placed->page_bytes();
  }
  if (scenario.offload.enabled) offloading_ = std::make_unique<Offloading>(scenario, workload);
}

RequestDriver::~RequestDriver() = default;

void RequestDriver::main(cpu::DriverServices& cpu) {
  cpu_ = &cpu;
  control_ = {workload_.control_ring(), ring_entries, 0, 0};  // its header lies there before the firmware boots
  if (!boot() || !set_up()) return;
  origin_ = cpu.time();
  load_models();
  schedule_limits();
  const config::RunConfig& run = scenario_.run;
  last_arrival_ = run.measure_us == 0 ? units::never() : origin_ + units::microseconds(run.warm_up_us + run.measure_us);
  look_at_battery();
  hooks_.ready();
  while (!drained() && !state_wanted_) {
    cpu.sleep(next_wakeup());
    if (cpu.interrupt_pending()) take_completions();
    take_operators();
    take_delayed();
    take_cloud();
    look_at_battery();
    take_limits();
    if (faults_ != nullptr) inject();
    recover();
    take_arrivals();
    take_storage();
  }
  if (!state_wanted_) hooks_.finished();
  if (state_wanted_) hooks_.state(dump_state());
}

Time RequestDriver::next_arrival(const Stream& stream) const {
  return stream.dead ? units::never() : stream.arrivals.next();
}

bool RequestDriver::drained() const {
  for (const Stream& stream : streams_) {
    const Time next = next_arrival(stream);
    const bool more = next != units::never() && origin_ + next < last_arrival_;
    if (more || stream.in_flight != 0 || !stream.waiting.empty()) return false;
  }
  if (!in_cloud_.empty() || radio_is_on()) return false;
  return delayed_.empty() && operators_.empty() && (last_arrival_ == units::never() || cpu_->time() >= last_arrival_);
}

// A run that ends with its requests ends when what they have switched on is off again.
bool RequestDriver::radio_is_on() const {
  return offloading_ != nullptr && last_arrival_ == units::never() &&
         cpu_->time() < origin_ + offloading_->radio_until();
}

// A battery is looked at when a phase begins.
Time RequestDriver::next_phase() const {
  if (offloading_ == nullptr || !offloading_->drains()) return units::never();
  const Time next = offloading_->next_phase(cpu_->time() - origin_);
  return next == units::never() || origin_ + next >= last_arrival_ ? units::never() : origin_ + next;
}

Time RequestDriver::next_wakeup() const {
  Time next = delayed_.empty() ? units::never() : Time(delayed_.begin()->first);
  if (!in_cloud_.empty()) next = units::min(next, Time(in_cloud_.begin()->first));
  if (radio_is_on()) next = units::min(next, origin_ + offloading_->radio_until());
  next = units::min(next, next_phase());
  if (!limits_.empty()) next = units::min(next, Time(limits_.begin()->first));
  if (faults_ != nullptr && faults_->next_time() < last_arrival_) next = units::min(next, faults_->next_time());
  next = units::min(next, next_look());
  for (const Stream& stream : streams_) {
    const Time arrival = next_arrival(stream);
    if (arrival != units::never() && origin_ + arrival < last_arrival_) next = units::min(next, origin_ + arrival);
  }
  return next == units::never() && last_arrival_ > cpu_->time() ? last_arrival_ : next;
}

void RequestDriver::take_arrivals() {
  for (std::uint32_t s = 0; s < streams_.size(); ++s) {
    Arrivals& arrivals = streams_[s].arrivals;
    for (Time next = next_arrival(streams_[s]); next != units::never(); next = arrivals.next()) {
      const Time at = origin_ + next;
      if (at > cpu_->time() || at >= last_arrival_) break;
      const traces::TracedRequest request = arrivals.request();
      arrivals.advance();
      arrive(s, at, request);
    }
  }
}

void RequestDriver::arrive(std::uint32_t s, Time at, const traces::TracedRequest& traced) {
  Stream& stream = streams_[s];
  const config::StreamConfig& config = scenario_.streams[s];
  RequestRecord record;
  record.submitted = at;
  if (config.deadline_us != 0) record.deadline = at + units::microseconds(config.deadline_us);
  if (stream.conversations) {
    stream.lengths.push_back(stream.conversations->lengths_of(traced));
    record.prompt_tokens = stream.lengths.back().prompt;
  }
  const auto request = static_cast<std::uint32_t>(stream.requests.size());
  stream.requests.push_back(record);
  if (offloading_ != nullptr && !stays(s, request)) return;
  if (stream.refused) return finish_outside(s, request, RequestStatus::failed, TAKT_STATUS_NOT_ADMITTED, at);
  if (offloading_ != nullptr) expect(s, request);
  stream.waiting.push_back(request);
  admit(s);
  if (config.max_waiting == 0 || stream.waiting.size() <= config.max_waiting) return;
  const bool newest = config.drop == config::Drop::newest;
  const std::uint32_t dropped = newest ? stream.waiting.back() : stream.waiting.front();
  if (newest)
    stream.waiting.pop_back();
  else
    stream.waiting.pop_front();
  if (!leave_to_cloud(s, dropped)) finish_outside(s, dropped, RequestStatus::dropped, 0, at);
}

void RequestDriver::admit(std::uint32_t s) {
  Stream& stream = streams_[s];
  while (!stream.waiting.empty() && stream.in_flight < scenario_.streams[s].max_in_flight && may_begin(stream)) {
    const std::uint32_t request = stream.waiting.front();
    stream.waiting.pop_front();
    ++stream.in_flight;
    JobRef job{s, request, 0};
    if (stream.conversations) {
      job.tokens.conversation = stream.conversations->begin(stream.lengths[request]);
      stream.latest_token[job.tokens.conversation] = units::never();
    }
    next_step(job);
  }
}

bool RequestDriver::may_begin(const Stream& stream) const {
  if (stream.loading) return false;
  return !stream.conversations || stream.conversations->available();
}

// Begins a step of a request, or ends the request behind its last one.
void RequestDriver::next_step(JobRef job) {
  if (left(job)) return leave(job);
  if (streams_[job.stream].dead) return finish(job, RequestStatus::failed, TAKT_STATUS_ABORTED, cpu_->time());
  if (streams_[job.stream].conversations) return next_token(job);
  const compiler::CompiledModel& model = *workload_.streams()[job.stream].model;
  if (job.step == model.steps.size()) {
    if (contents_ != nullptr) contents_->after_request(job);
    return finish(job, RequestStatus::completed, 0, cpu_->time());
  }
  if (model.steps[job.step].kind == compiler::Step::Kind::cpu) return run_operators(job);
  job.program = static_cast<std::uint32_t>(model.steps[job.step].index);
  submit(job);
}

// Through the deployed software stack.
void RequestDriver::submit(const JobRef& job) {
  if (scenario_.soc.software.submit_ns == 0) return submit_job(job);
  const Time entered = cpu_->time() + units::nanoseconds(scenario_.soc.software.submit_ns);
  delayed_.emplace(entered.value, Delayed{job, false});
}

void RequestDriver::submit_job(const JobRef& job) {
  const PlacedStream& placed = workload_.streams()[job.stream];
  const config::StreamConfig& config = *placed.config;
  const std::uint64_t id = jobs_.size();
  const Time since = cpu_->time();
  jobs_.push_back(job);
  if (contents_ != nullptr) contents_->before_program(job);
  cpu_->spend(Cycles(scenario_.soc.app_cpu.submit_cycles));
  takt_job_slot slot{};
  slot.type = TAKT_SLOT_JOB;
  slot.job_id = id;
  slot.program = placed.programs[job.program].id;
  if (config.arrival == config::Arrival::periodic) slot.period_us = static_cast<std::uint32_t>(config.period_us);
  if (record(job).deadline != units::never()) slot.deadline_ticks = timer_.elapsed(record(job).deadline).value;
  if (placed.parameter_limit != 0) slot.parameters = store_parameters(job);
  slot.tokens = job.tokens.of_answer ? 1 : job.tokens.tokens;
  Stream& stream = streams_[job.stream];
  if (stream.jobs.empty()) stream.latest = cpu_->time();
  stream.jobs.push_back(id);
  if (faults_ != nullptr) return submit_wrong(stream.ring, slot, placed.queue, since);
  push(stream.ring, &slot);
  if (sink_ != nullptr) sink_->on_submit(id, job.stream, since);
  ring_doorbell(placed.queue);
}

// How many tokens are cached at a request.
std::uint32_t RequestDriver::past_tokens(const JobRef& job) const {
  const PlacedStream& placed = workload_.streams()[job.stream];
  const config::StreamConfig& config = *placed.config;
  const std::uint64_t room = placed.parameter_limit - config.past_tokens + 1;
  return static_cast<std::uint32_t>(config.past_tokens + std::uint64_t{job.request} * config.past_step % room);
}

// No two requests in flight share a block: a stream's requests are served in order.
std::uint64_t RequestDriver::store_parameters(const JobRef& job) {
  takt_parameters parameters{};
  parameters.magic = TAKT_PARAMETERS_MAGIC;
  const bool talks = streams_[job.stream].conversations.has_value();
  if (talks)
    store_tables(job, parameters);
  else
    parameters.value[compiler::past_parameter] = past_tokens(job);
  const std::uint32_t block = talks ? job.tokens.conversation : job.request % max_in_flight;
  const std::uint64_t at = workload_.streams()[job.stream].parameter_area + block * sizeof parameters;
  cpu_->store(at, &parameters, sizeof parameters);
  return at;
}

// Writes a slot, then the tail. Rings hold more than max_in_flight, so one is never full here.
void RequestDriver::push(Ring& ring, const void* slot) {
  cpu_->store(ring.address + sizeof(takt_ring_header) + std::uint64_t{ring.tail} * sizeof(takt_job_slot), slot,
              sizeof(takt_job_slot));
  ring.tail = (ring.tail + 1) % ring.entries;
  cpu_->store(ring.address + offsetof(takt_ring_header, tail), &ring.tail, sizeof ring.tail);
}

void RequestDriver::ring_doorbell(std::uint32_t queue) {
  cpu_->write_register(TAKT_MAILBOX_BASE + TAKT_MAILBOX_DOORBELL_SET, 1u << queue);
}

// Queues an operator and those that follow it on the CPU: the driver comes back when the last one has ended.
void RequestDriver::run_operators(JobRef job) {
  const PlacedStream& placed = workload_.streams()[job.stream];
  const std::vector<compiler::Step>& steps = placed.model->steps;
  if (record(job).started == units::never()) record(job).started = cpu_->time();
  const base::Account account = accounts_ == nullptr ? 0 : accounts_->open(job.stream, job.request);
  for (bool last = false; !last; ++job.step) {
    last = job.step + 1 == steps.size() || steps[job.step + 1].kind != compiler::Step::Kind::cpu;
    cpu::OperatorWork work = operator_work(placed.model->cpu[steps[job.step].index]);
    work.cookie = next_cookie_++;
    work.last = last;
    work.owner = static_cast<base::Owner>(placed.queue);
    work.account = account;
    work.read_address = work.write_address = placed.operator_area;
    operators_[work.cookie] = job;
    cpu_->run_operator(work);
  }
}

void RequestDriver::take_operators() {
  cpu::FinishedOperator finished;
  while (cpu_->next_finished_operator(finished)) {
    const auto found = operators_.find(finished.cookie);
    JobRef job = found->second;
    operators_.erase(found);
    if (sink_ != nullptr) sink_->on_operator(job, finished.begin, finished.end);
    if (contents_ != nullptr) contents_->after_step(job);
    if (!finished.last) continue;
    if (accounts_ != nullptr) accounts_->close(finished.account);
    ++job.step;
    next_step(job);
  }
}

void RequestDriver::take_delayed() {
  while (!delayed_.empty() && delayed_.begin()->first <= cpu_->time().value) {
    const Delayed due = delayed_.begin()->second;
    delayed_.erase(delayed_.begin());
    if (due.answer || streams_[due.job.stream].dead || left(due.job))
      next_step(due.job);
    else
      submit_job(due.job);
  }
}

// How many.
std::uint32_t RequestDriver::take_completions() {
  cpu_->spend(Cycles(scenario_.soc.app_cpu.interrupt_cycles));
  cpu_->write_register(TAKT_MAILBOX_BASE + TAKT_MAILBOX_HOST_CLEAR, 1);
  const std::uint64_t ring = workload_.completion_ring();
  std::uint32_t tail = 0, taken = 0;
  cpu_->load(ring + offsetof(takt_ring_header, tail), &tail, sizeof tail);
  while (completion_head_ != tail) {
    takt_completion completion{};
    cpu_->load(ring + sizeof(takt_ring_header) + std::uint64_t{completion_head_} * sizeof completion, &completion,
               sizeof completion);
    cpu_->spend(Cycles(scenario_.soc.app_cpu.completion_cycles));
    completion_head_ = (completion_head_ + 1) % completion_entries;
    ++taken;
    on_completion(completion);
  }
  cpu_->store(ring + offsetof(takt_ring_header, head), &completion_head_, sizeof completion_head_);
  if (taken != 0 && faults_ != nullptr) faults_->records_taken();
  return taken;
}

void RequestDriver::on_completion(const takt_completion& completion) {
  if (completion.queue == TAKT_CONTROL_QUEUE) {
    control_done_ = completion.job_id;
    control_status_ = completion.status;
    if (control_status_ != TAKT_STATUS_OK && control_status_ != TAKT_STATUS_NOT_ADMITTED)
      hooks_.failed("the firmware refused control request " + std::to_string(control_done_) + " with status " +
                    std::to_string(control_status_));
    return;
  }
  Stream& stream = streams_.at(completion.queue - 1);
  if (completion.job_id == 0) {  // its ring
    stopped_.push_back(completion.queue - 1);
    if (faults_ != nullptr) faults_->queue_stopped(completion.queue - 1);
    return;
  }
  const auto waiting = std::find(stream.jobs.begin(), stream.jobs.end(), completion.job_id);
  if (waiting == stream.jobs.end()) {
    ++recovery_.stale_records;
    return;
  }
  const bool unknown =
      completion.status > TAKT_STATUS_SAVE_TIMEOUT || goes_wrong(config::FaultKind::unknown_status, completion.job_id);
  if (unknown && scenario_.recovery.cold_boot) {  // whatever it means, nothing that the firmware says can be relied on
    dead_ = "a status that the driver does not know";
    distrusted_ = true;
    return;
  }
  stream.jobs.erase(waiting);
  stream.latest = cpu_->time();
  if (faults_ != nullptr) faults_->answered(completion.job_id, completion.status);
  JobRef job = jobs_.at(completion.job_id);
  if (offloading_ != nullptr) expect_less(job, false);
  if (left(job)) return leave(job);
  RequestRecord& request = record(job);
  if (request.accepted == units::never()) request.accepted = ticks_to_time(completion.accepted_ticks);
  if (request.started == units::never() && completion.started_ticks != 0)
    request.started = ticks_to_time(completion.started_ticks);
  request.preemptions += completion.preemptions;
  if (completion.status != TAKT_STATUS_OK) return finish(job, RequestStatus::failed, completion.status, cpu_->time());
  if (contents_ != nullptr) contents_->after_step(job);
  if (stream.conversations) on_tokens(job);
  ++job.step;
  if (scenario_.soc.software.complete_ns == 0) return next_step(job);
  const Time resumed = cpu_->time() + units::nanoseconds(scenario_.soc.software.complete_ns);
  delayed_.emplace(resumed.value, Delayed{job, true});
}

void RequestDriver::finish_outside(std::uint32_t s, std::uint32_t request, RequestStatus status, std::uint32_t fault,
                                   Time at) {
  ++streams_[s].in_flight;  // finish() takes it off again
  finish({s, request, 0}, status, fault, at);
}

void RequestDriver::finish(const JobRef& job, RequestStatus status, std::uint32_t fault, Time at) {
  Stream& stream = streams_[job.stream];
  RequestRecord& request = record(job);
  if (const auto here = stream.hedged.find(job.request); here != stream.hedged.end()) {
    const std::vector<TokensRecord::Token> tokens = std::move(here->second);
    leave_to_cloud(job.stream, job.request);
    if (status != RequestStatus::completed) return leave(job);
    request.placement->answered = offload::Place::device;
    stream.tokens.answers.insert(stream.tokens.answers.end(), tokens.begin(), tokens.end());
  }
  request.status = status;
  request.fault = fault;
  if (status != RequestStatus::dropped) request.finished = at;
  ++finished_requests_;
  --stream.in_flight;
  if (offloading_ != nullptr) expect_less(job, true);
  if (job.tokens.conversation != no_conversation) {
    stream.conversations->end(job.tokens.conversation, status != RequestStatus::completed);
    go_on(job.stream);
  }
  if (sink_ != nullptr) sink_->on_request(job.stream, job.request, request);
  if (status != RequestStatus::dropped) stream.arrivals.completed(at - origin_);
  if (status == RequestStatus::completed)
    for (const std::uint32_t follower : stream.followers) streams_[follower].arrivals.follow(at - origin_);
  admit(job.stream);
}

}  // namespace takt::platform
