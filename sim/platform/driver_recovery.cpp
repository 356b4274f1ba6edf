// What the driver does about failures: it looks itself where no interrupt comes, rebuilds a queue whose ring was
// refused, buries dead clients, boots a dead firmware again; and what it does wrong where the scenario says so.
#include <algorithm>

#include "firmware/abi/abi.h"
#include "sim/platform/driver.h"

namespace takt::platform {

using config::FaultKind;
using units::Time;

std::vector<Time> RequestDriver::unanswered() const {
  std::vector<Time> submitted;
  for (const Stream& stream : streams_)
    for (const std::uint64_t id : stream.jobs) submitted.push_back(stream.requests[jobs_[id].request].submitted);
  return submitted;
}

Time RequestDriver::next_look() const {
  Time next = units::never();
  if (!looks_after_firmware()) return next;
  for (const Stream& stream : streams_)
    if (!stream.jobs.empty())
      next = units::min(next, stream.latest + units::microseconds(scenario_.recovery.timeout_us));
  return next;
}

// The firmware is dead or its answers are, where it may be booted again; else the run fails.
void RequestDriver::give_up(const std::string& why) {
  if (scenario_.recovery.cold_boot)
    dead_ = why;
  else
    hooks_.failed(why);
}

void RequestDriver::recover() {
  if (watchdog_expired_) dead_ = "the control processor's watchdog expired";
  if (dead_.empty() && cpu_->time() >= next_look()) look();
  while (!dead_.empty()) boot_again();
  while (!stopped_.empty() && dead_.empty()) {
    const std::size_t stream = stopped_.back();
    stopped_.pop_back();
    rebuild_queue(stream);
  }
}

// Cheapest first: an interrupt may have been lost, then a doorbell, then the firmware. A job that is slow or waits is
// the firmware's to judge.
void RequestDriver::look() {
  ++recovery_.looks;
  recovery_.records_found += take_completions();
  if (cpu_->time() < next_look()) return;
  repeat_doorbells();
  if (!is_alive()) {
    if (!watchdog_expired_) give_up("the firmware does not answer");
    return;
  }
  for (Stream& stream : streams_) stream.latest = cpu_->time();
}

// Of rings with slots that the firmware has not taken.
void RequestDriver::repeat_doorbells() {
  for (std::size_t s = 0; s < streams_.size(); ++s) {
    Ring& ring = streams_[s].ring;
    if (streams_[s].jobs.empty()) continue;
    cpu_->load(ring.address + offsetof(takt_ring_header, head), &ring.head, sizeof ring.head);
    if (ring.head == ring.tail) continue;
    ring_doorbell(workload_.streams()[s].queue);
    ++recovery_.doorbells_repeated;
  }
}

bool RequestDriver::is_alive() {
  takt_service_slot query{};
  query.type = TAKT_SLOT_QUERY_ENGINES;
  query.job_id = ++control_requests_;
  push(control_, &query);
  ring_doorbell(TAKT_CONTROL_QUEUE);
  return answered(query.job_id, cpu_->time() + units::microseconds(scenario_.recovery.reply_timeout_us));
}

// Sleeps until then, whatever wakes the driver.
void RequestDriver::pass(Time until) {
  while (cpu_->time() < until) {
    if (cpu_->interrupt_pending()) cpu_->write_register(TAKT_MAILBOX_BASE + TAKT_MAILBOX_HOST_CLEAR, 1);
    take_operators();
    cpu_->sleep(until);
  }
}

// Of a firmware that dies again so soon nothing is kept.
void RequestDriver::boot_again() {
  if (faults_ != nullptr) faults_->firmware_dead();
  const Time interval = units::microseconds(scenario_.recovery.cold_boot_interval_us);
  const bool soon = restarted_ != units::never() && cpu_->time() < restarted_ + interval;
  if (scenario_.recovery.warm_boot && restarts_ && !distrusted_ && !soon)
    warm_boot();
  else
    cold_boot();
}

void RequestDriver::create_boot_rings() {
  create_ring(control_, workload_.control_ring(), ring_entries);
  Ring completions;
  create_ring(completions, workload_.completion_ring(), completion_entries);
  completion_head_ = 0;
}

// The control processor alone begins anew: queues and programs stand, what had no answer is submitted again.
void RequestDriver::warm_boot() {
  constexpr std::uint32_t reset = TAKT_MAILBOX_BASE + TAKT_MAILBOX_RESET;
  restarted_ = cpu_->time();
  ++recovery_.warm_boots;
  cpu_->write_register(reset, TAKT_RESET_HOLD);
  pass(cpu_->time() + units::microseconds(scenario_.recovery.reset_us));
  take_completions();  // what it wrote before it died
  if (distrusted_) return;
  dead_.clear();
  watchdog_expired_ = false;
  stopped_.clear();
  create_boot_rings();
  for (std::size_t s = 0; s < streams_.size(); ++s)
    if (!streams_[s].dead) create_ring(streams_[s].ring, workload_.streams()[s].ring, ring_entries);
  cpu_->write_register(reset, TAKT_RESET_NONE);
  if (!boot(TAKT_BOOT_RESTORED)) {
    if (dead_.empty() && watchdog_expired_) dead_ = "the control processor's watchdog expired";
    return;
  }
  for (std::size_t s = 0; s < streams_.size(); ++s) submit_again(s);
}

// Power goes and comes, queues and programs are made again, what had no answer is submitted again.
void RequestDriver::cold_boot() {
  if (booted_ != units::never()) pass(booted_ + units::microseconds(scenario_.recovery.cold_boot_interval_us));
  take_completions();  // what it wrote before it died
  hooks_.power(false);
  pass(cpu_->time() + units::microseconds(scenario_.recovery.power_cycle_us));
  dead_.clear();
  watchdog_expired_ = distrusted_ = false;
  stopped_.clear();
  booted_ = cpu_->time();
  ++recovery_.cold_boots;
  create_boot_rings();
  hooks_.power(true);
  if (!boot() || !set_up()) {
    if (dead_.empty() && watchdog_expired_) dead_ = "the control processor's watchdog expired";
    return;
  }
  for (std::size_t s = 0; s < streams_.size(); ++s) submit_again(s);
}

// Under new numbers, so that no late record of the old ones can be taken for an answer.
void RequestDriver::submit_again(std::size_t s) {
  std::vector<std::uint64_t> jobs;
  jobs.swap(streams_[s].jobs);
  for (const std::uint64_t id : jobs) {
    const JobRef job = jobs_[id];
    if (faults_ != nullptr) faults_->submitted_again(id, jobs_.size());
    submit_job(job);
    ++recovery_.jobs_submitted_again;
  }
}

// The record that the firmware has refused a ring comes behind those of all slots that it had taken.
void RequestDriver::rebuild_queue(std::size_t s) {
  takt_queue_slot destroy{};
  destroy.type = TAKT_SLOT_DESTROY_QUEUE;
  destroy.job_id = ++control_requests_;
  destroy.queue = workload_.streams()[s].queue;
  if (!request_control(&destroy) || !create_queue(s)) return;
  ++recovery_.queues_rebuilt;
  submit_again(s);
}

void RequestDriver::inject() {
  std::size_t strike = 0;
  while (const config::FaultConfig* fault = faults_->take_due(last_arrival_, strike)) inject(*fault, strike);
}

void RequestDriver::inject(const config::FaultConfig& fault, std::size_t strike) {
  const auto ask = [this](std::uint32_t what, std::uint32_t times) {
    takt_service_slot slot{};
    slot.type = TAKT_SLOT_INJECT_FAULT;
    slot.job_id = ++control_requests_;
    slot.value = what;
    slot.count = times;
    push(control_, &slot);
    ring_doorbell(TAKT_CONTROL_QUEUE);
  };
  constexpr std::uint32_t always = 65535;
  switch (fault.kind) {
    case FaultKind::stray_doorbell:
      return ring_doorbell(static_cast<std::uint32_t>(streams_.size()) + 1);
    case FaultKind::spurious_interrupt:
      return hooks_.spurious([this, strike] { faults_->over(strike); });
    case FaultKind::firmware_hang:
      return ask(TAKT_FAULT_HANG, 1);
    case FaultKind::firmware_wedge:
      return ask(TAKT_FAULT_LOSE_DOORBELL, always);
    case FaultKind::firmware_crash:
      return hooks_.crash();
    default:
      for (std::uint32_t s = 0; s < streams_.size(); ++s)
        if (scenario_.streams[s].name == fault.stream) bury(s);
  }
}

// A client is no more: its queue goes, and whatever of its requests is under way ends as aborted.
void RequestDriver::bury(std::uint32_t s) {
  Stream& stream = streams_[s];
  stream.dead = true;
  while (!stream.waiting.empty()) {
    const std::uint32_t request = stream.waiting.front();
    stream.waiting.pop_front();
    finish_outside(s, request, RequestStatus::failed, TAKT_STATUS_ABORTED, cpu_->time());
  }
  takt_queue_slot release{};
  release.type = TAKT_SLOT_RELEASE_CONTEXT;
  release.job_id = ++control_requests_;
  release.context = workload_.streams()[s].queue;
  request_control(&release);
  // Slots that were still in the ring have no record.
  std::vector<std::uint64_t> jobs;
  jobs.swap(stream.jobs);
  for (const std::uint64_t id : jobs) {
    faults_->answered(id, TAKT_STATUS_ABORTED);
    finish(jobs_[id], RequestStatus::failed, TAKT_STATUS_ABORTED, cpu_->time());
  }
  faults_->released(s);
}

bool RequestDriver::goes_wrong(FaultKind kind, std::uint64_t job) {
  return faults_ != nullptr && faults_->strikes(kind, job);
}

// A slot, its ring's tail and its doorbell, each as it may be.
void RequestDriver::submit_wrong(Ring& ring, takt_job_slot slot, std::uint32_t queue, Time since) {
  const std::uint64_t job = slot.job_id;
  const std::uint32_t stream = queue - 1;
  if (goes_wrong(FaultKind::bad_slot, job)) slot.reserved = 1;
  const bool early = goes_wrong(FaultKind::early_doorbell, job);
  if (early) ring_doorbell(queue);
  push(ring, &slot);
  if (goes_wrong(FaultKind::bad_ring, job))
    cpu_->store(ring.address + offsetof(takt_ring_header, tail), &ring.entries, sizeof ring.entries);
  if (sink_ != nullptr) sink_->on_submit(job, stream, since);
  if (early || goes_wrong(FaultKind::lost_doorbell, job)) return;
  ring_doorbell(queue);
  if (goes_wrong(FaultKind::double_doorbell, job)) ring_doorbell(queue);
}

}  // namespace takt::platform
