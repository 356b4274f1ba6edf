// Boot handshake, queues, programs.
#include <cstring>

#include "firmware/abi/abi.h"
#include "sim/platform/driver.h"
#include "sim/platform/soc.h"

namespace takt::platform {

using units::Time;

namespace {
constexpr std::uint32_t mailbox(std::uint32_t offset) { return TAKT_MAILBOX_BASE + offset; }
// Boot status is polled: no interrupt announces it.
constexpr Time poll_interval = units::microseconds(1);
}  // namespace

bool RequestDriver::boot(takt_boot_status wanted) {
  const Time deadline = cpu_->time() + units::microseconds(scenario_.soc.watchdog.boot_timeout_us);
  for (;;) {
    const std::uint32_t status = cpu_->read_register(mailbox(TAKT_MAILBOX_BOOT_STATUS));
    if (status == wanted) break;
    if (status != TAKT_BOOT_OFF && wanted == TAKT_BOOT_RESTORED) {
      give_up("the firmware has restored nothing");
      return false;
    }
    if (status == TAKT_BOOT_REFUSED) {
      hooks_.failed("the firmware refused to boot: ABI version or policy '" + scenario_.firmware.policy + "'");
      return false;
    }
    if (cpu_->time() >= deadline) {
      const std::string why = "the firmware was not READY within boot_timeout_us = " +
                              std::to_string(scenario_.soc.watchdog.boot_timeout_us);
      if (booted_ == units::never() && restarted_ == units::never())
        hooks_.failed(why);
      else
        give_up(why);  // another boot may do
      return false;
    }
    cpu_->sleep(cpu_->time() + poll_interval);
  }
  const std::uint32_t version = cpu_->read_register(mailbox(TAKT_MAILBOX_BOOT_VERSION));
  if (TAKT_ABI_MAJOR(version) != TAKT_ABI_MAJOR(TAKT_ABI_DRIVER)) {
    hooks_.failed("the firmware speaks driver ABI " + std::to_string(TAKT_ABI_MAJOR(version)) + ", expected " +
                  std::to_string(TAKT_ABI_MAJOR(TAKT_ABI_DRIVER)));
    return false;
  }
  restarts_ = TAKT_ABI_MINOR(version) >= 8;
  return true;
}

void RequestDriver::create_ring(Ring& ring, std::uint64_t address, std::uint32_t entries) {
  ring = {address, entries, 0, 0};
  const takt_ring_header header = empty_ring(entries);
  cpu_->store(address, &header, sizeof header);
}

// Waits for the answer to a control request, at most until then, or the firmware is found dead. False: there is none.
bool RequestDriver::answered(std::uint64_t request, Time until) {
  while (control_done_ != request) {
    if (watchdog_expired_ || !dead_.empty() || cpu_->time() >= until) return false;
    cpu_->sleep(until);
    take_completions();  // also where no interrupt came
  }
  return true;
}

// Sends one control request and waits for its answer.
bool RequestDriver::request_control(const void* slot) {
  std::uint64_t id = 0;
  std::memcpy(&id, static_cast<const unsigned char*>(slot) + offsetof(takt_job_slot, job_id), sizeof id);
  push(control_, slot);
  ring_doorbell(TAKT_CONTROL_QUEUE);
  const Time until =
      looks_after_firmware() ? cpu_->time() + units::microseconds(scenario_.recovery.reply_timeout_us) : units::never();
  if (!answered(id, until)) {
    distrusted_ = true;
    if (!watchdog_expired_ && dead_.empty()) give_up("the firmware has not answered a control request");
    return false;
  }
  return control_status_ == TAKT_STATUS_OK;
}

// Limits that hold from some time on, counted from where arrivals are. The NoC's ports are those it is built with.
void RequestDriver::schedule_limits() {
  const noc::Config noc = expanded_noc(scenario_);
  for (std::uint32_t i = 0; i < noc.initiators.size(); ++i) {
    const noc::InitiatorPort& port = noc.initiators[i];
    if (port.limit_from_us == 0) continue;
    takt_set_bandwidth_slot slot{};
    slot.type = TAKT_SLOT_SET_BANDWIDTH;
    slot.initiator = i;
    slot.control = TAKT_NOC_ENABLE;
    slot.bytes_per_s = port.limit_bytes_per_s;
    slot.burst_bytes = static_cast<std::uint32_t>(port.burst_bytes);
    limits_.emplace((origin_ + units::microseconds(port.limit_from_us)).value, slot);
  }
}

// Asks for the limits that are due. Fewer than the control ring holds; it is empty by now.
void RequestDriver::take_limits() {
  static_assert(TAKT_NOC_MAX_PORTS <= ring_entries, "all ports at once fit");
  while (!limits_.empty() && limits_.begin()->first <= cpu_->time().value) {
    takt_set_bandwidth_slot slot = limits_.begin()->second;
    limits_.erase(limits_.begin());
    slot.job_id = ++control_requests_;
    push(control_, &slot);
    ring_doorbell(TAKT_CONTROL_QUEUE);
  }
}

bool RequestDriver::request_service(takt_service_slot slot) {
  slot.job_id = ++control_requests_;
  return request_control(&slot);
}

// False: the firmware has not answered.
bool RequestDriver::dump_state() {
  takt_service_slot slot{};
  slot.type = TAKT_SLOT_DUMP_STATE;
  slot.job_id = ++control_requests_;
  slot.address = workload_.state_dump();
  slot.bytes = state_dump_bytes;
  push(control_, &slot);
  ring_doorbell(TAKT_CONTROL_QUEUE);
  return answered(slot.job_id, cpu_->time() + units::microseconds(scenario_.recovery.reply_timeout_us));
}

// What the scenario asks of the firmware itself, once it has booted.
bool RequestDriver::set_up_firmware() {
  const config::FirmwareConfig& firmware = scenario_.firmware;
  if (firmware.coalesce_us != 0) {
    takt_service_slot slot{};
    slot.type = TAKT_SLOT_SET_COALESCING;
    slot.count = static_cast<std::uint32_t>(firmware.coalesce_records);
    slot.microseconds = static_cast<std::uint32_t>(firmware.coalesce_us);
    if (!request_service(slot)) return false;
  }
  if (firmware.duty_pause_us != 0) {
    takt_service_slot slot{};
    slot.type = TAKT_SLOT_SET_DUTY_CYCLE;
    slot.microseconds = static_cast<std::uint32_t>(firmware.duty_active_us);
    slot.pause_us = static_cast<std::uint32_t>(firmware.duty_pause_us);
    if (!request_service(slot)) return false;
  }
  if (firmware.job_limit_us != 0) {
    takt_service_slot slot{};
    slot.type = TAKT_SLOT_SET_JOB_LIMIT;
    slot.microseconds = static_cast<std::uint32_t>(firmware.job_limit_us);
    if (!request_service(slot)) return false;
  }
  if (firmware.preemption == config::Preemption::always) {
    takt_service_slot slot{};
    slot.type = TAKT_SLOT_SET_TEST_MODE;
    slot.value = TAKT_TEST_PREEMPT_ALWAYS;
    if (!request_service(slot)) return false;
  }
  if (workload_.scheduling_log() != 0) {
    takt_service_slot slot{};
    slot.type = TAKT_SLOT_SET_LOG;
    slot.address = workload_.scheduling_log();
    slot.bytes = workload_.scheduling_log_bytes();
    if (!request_service(slot)) return false;
  }
  if (firmware.metrics) {
    takt_service_slot slot{};
    slot.type = TAKT_SLOT_SET_METRICS;
    slot.address = workload_.metrics();
    slot.bytes = workload_.metrics_bytes();
    slot.microseconds = static_cast<std::uint32_t>(firmware.metrics_period_us);
    if (!request_service(slot)) return false;
  }
  return true;
}

bool RequestDriver::set_up_bands() {
  const config::FirmwareConfig& firmware = scenario_.firmware;
  if (!firmware.bands) return true;
  for (std::uint32_t band = 0; band < firmware.band.size(); ++band) {
    takt_band_slot slot{};
    slot.type = TAKT_SLOT_SET_BAND_SETUP;
    slot.job_id = ++control_requests_;
    slot.band = band;
    slot.grace_us = firmware.band[band].grace_us;
    slot.process_quantum_us = firmware.band[band].process_quantum_us;
    slot.process_grace_us = firmware.band[band].process_grace_us;
    if (band == TAKT_BAND_NORMAL) slot.share_percent = firmware.normal_share_percent;
    if (!request_control(&slot)) return false;
  }
  return true;
}

bool RequestDriver::set_up_power() {
  const config::FirmwareConfig& firmware = scenario_.firmware;
  const bool sleeps = firmware.suspend != config::SleepState::on;
  if (firmware.governor == config::Governor::fixed && firmware.power_level == 0 && !sleeps) return true;  // as at boot
  takt_governor_slot slot{};
  slot.type = TAKT_SLOT_SET_GOVERNOR;
  slot.job_id = ++control_requests_;
  slot.governor = static_cast<std::uint32_t>(firmware.governor);
  if (firmware.governor == config::Governor::fixed) slot.level = firmware.power_level;
  slot.margin_percent = firmware.governor_margin_percent;
  slot.slowdown_percent = firmware.governor_slowdown_percent;
  slot.least_us = firmware.governor_least_us;
  slot.suspend_us = sleeps ? firmware.suspend_us : 0;
  slot.suspend_state = static_cast<std::uint32_t>(firmware.suspend);
  return request_control(&slot);
}

takt_scheduling_slot RequestDriver::scheduling_request(const PlacedStream& stream) {
  const config::StreamConfig& config = *stream.config;
  takt_scheduling_slot slot{};
  slot.type = TAKT_SLOT_SET_SCHEDULING;
  slot.job_id = ++control_requests_;
  slot.queue = stream.queue;
  slot.band = static_cast<std::uint32_t>(config.band);
  slot.level = config.level;
  slot.weight = config.weight;
  return slot;
}

bool RequestDriver::set_scheduling(const PlacedStream& stream) {
  if (stream.config->level == 0 && stream.config->weight == 0) return true;
  const takt_scheduling_slot slot = scheduling_request(stream);
  return request_control(&slot);
}

// A stream that is not admitted has no requests served.
bool RequestDriver::ask_admission(std::size_t s) {
  const PlacedStream& placed = workload_.streams()[s];
  const config::StreamConfig& config = *placed.config;
  if (scenario_.firmware.admission == config::Admission::none || config.arrival != config::Arrival::periodic ||
      placed.programs.empty())
    return true;
  takt_scheduling_slot slot = scheduling_request(placed);
  slot.period_us = static_cast<std::uint32_t>(config.period_us);
  slot.program = placed.programs.front().id;
  slot.programs = static_cast<std::uint32_t>(placed.programs.size());
  streams_[s].refused = !request_control(&slot);
  return !streams_[s].refused || control_status_ == TAKT_STATUS_NOT_ADMITTED;
}

bool RequestDriver::create_queue(std::size_t s) {
  const PlacedStream& placed = workload_.streams()[s];
  create_ring(streams_[s].ring, placed.ring, ring_entries);
  takt_create_queue_slot queue{};
  queue.type = TAKT_SLOT_CREATE_QUEUE;
  queue.job_id = ++control_requests_;
  queue.queue = placed.queue;
  queue.band = static_cast<std::uint32_t>(placed.config->band);
  queue.ring = placed.ring;
  queue.save_area = placed.save_area;
  queue.save_area_bytes = placed.save_bytes;
  queue.context = placed.queue;
  queue.partition = placed.config->partition;
  queue.windows = placed.windows;
  return request_control(&queue) && set_scheduling(placed);
}

bool RequestDriver::set_up() {
  if (!set_up_firmware() || !set_up_bands() || !set_up_power()) return false;
  for (std::size_t s = 0; s < streams_.size(); ++s) {
    if (streams_[s].dead) continue;
    const PlacedStream& placed = workload_.streams()[s];
    if (!create_queue(s)) return false;
    for (const PlacedProgram& program : placed.programs) {
      takt_register_program_slot slot{};
      slot.type = TAKT_SLOT_REGISTER_PROGRAM;
      slot.job_id = ++control_requests_;
      slot.program = program.id;
      slot.header = program.header;
      if (!request_control(&slot)) return false;
    }
    if (!ask_admission(s)) return false;
  }
  return true;
}

}  // namespace takt::platform
