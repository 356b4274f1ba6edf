#include "sim/observe/bus_monitor.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "firmware/abi/noc_registers.h"
#include "firmware/abi/service.h"
#include "firmware/abi/status.h"
#include "sim/observe/register_names.h"

namespace takt::observe {
namespace {

constexpr std::uint64_t field_alignment = 8;  // natural alignment of the widest field
constexpr std::uint32_t block_bytes = 0x40;   // of a hardware queue, of a NoC port

template <class T>
T as(const takt_job_slot& slot) {
  static_assert(sizeof(T) == sizeof slot, "a slot");
  T request;
  std::memcpy(&request, &slot, sizeof request);
  return request;
}

bool placed(std::uint64_t address, std::uint64_t bytes) {
  return address != 0 && address % field_alignment == 0 && address <= ~std::uint64_t{0} - bytes;
}

bool is_fence(std::uint32_t type) { return type == TAKT_SLOT_FENCE_WAIT || type == TAKT_SLOT_FENCE_SIGNAL; }

// The application's side of the mailbox.
bool of_application(std::uint32_t address) {
  const std::uint32_t offset = address - TAKT_MAILBOX_BASE;
  return offset == TAKT_MAILBOX_DOORBELL_SET || offset == TAKT_MAILBOX_HOST || offset == TAKT_MAILBOX_HOST_CLEAR ||
         offset == TAKT_MAILBOX_RESET;
}

// Of blocks that repeat: the one at an address, `count` where it is none of them.
std::uint32_t block_of(std::uint32_t address, std::uint32_t first, std::uint32_t bytes, std::uint32_t count) {
  return address < first ? count : std::min((address - first) / bytes, count);
}

std::uint64_t pair(const std::array<std::uint32_t, 16>& registers, std::uint32_t low) {
  return registers[low / 4] | std::uint64_t{registers[low / 4 + 1]} << 32;
}

std::uint32_t low_word(std::uint64_t value) { return static_cast<std::uint32_t>(value); }

}  // namespace

BusMonitor::BusMonitor(const takt_boot_info& info, Report report)
    : info_(info), report_(std::move(report)), completions_(info.completion_ring) {
  add_control(TAKT_CONTROL_QUEUE, info.control_ring);
  if (info.async_ring != 0) add_control(TAKT_ASYNC_QUEUE, info.async_ring);
}

void BusMonitor::add_control(std::uint32_t number, std::uint64_t base) {
  Queue& queue = queues_.emplace_back(base);
  queue.number = number;
  queue.control = true;
}

void BusMonitor::restarted() {
  std::list<Queue> queues;
  for (const Queue& before : queues_) {
    Queue& queue = queues.emplace_back(before.ring.base());
    queue.number = before.number;
    queue.control = before.control;
    queue.request = before.request;
  }
  queues_ = std::move(queues);
  for (Program& program : programs_) program.serial = granted;
  for (Telemetry& area : telemetry_) area.serial = granted;
  completions_ = CompletionWatch(info_.completion_ring);
  restarted_ = true;
}

void BusMonitor::memory_access(bool write, std::uint64_t address, const void* data, std::uint32_t bytes) {
  const BusAccess access = {write, address, bytes, static_cast<const std::uint8_t*>(data)};
  if (!allowed(access))
    report_(
        fmt::format("the firmware {} {} bytes at {:#x}: {}", write ? "wrote" : "read", bytes, address, reason(access)));
}

// Several ranges may hold an address, and all of them are to learn of it.
bool BusMonitor::allowed(const BusAccess& access) {
  bool may = completions_.contains(access) &&
             completions_.access(access, [this](const takt_completion& record) { complete(record); });
  for (Queue& queue : queues_) {
    if (queue.ring.contains(access))
      may =
          queue.ring.access(access, [&](std::uint64_t at, const takt_job_slot& slot) { take(queue, at, slot); }) || may;
    for (const Held& held : queue.held) may = held.range.contains(access) || may;
  }
  for (Program& program : programs_) may = in_program(program, access) || may;
  for (const Telemetry& area : telemetry_) {
    const Range header{area.range.begin, sizeof(takt_telemetry_header), false};
    may = area.range.contains(access) || (restarted_ && header.contains(access)) || may;
  }
  return may;
}

bool BusMonitor::in_program(Program& program, const BusAccess& access) const {
  if (access.write || access.address < program.address) return false;
  const std::uint64_t offset = access.address - program.address;
  if (Range{program.address, program.header.size(), false}.contains(access)) {
    std::copy_n(access.data, access.bytes, program.header.begin() + static_cast<std::ptrdiff_t>(offset));
    return true;
  }
  takt_program_header header;
  std::memcpy(&header, program.header.data(), sizeof header);
  if (header.magic != TAKT_PROGRAM_MAGIC || offset >= header.total_bytes || access.bytes > header.total_bytes - offset)
    return false;
  const auto table = [&](std::uint64_t at, std::uint64_t count, std::uint64_t item) {
    return at >= sizeof header && offset >= at && offset - at < count * item &&
           access.bytes <= count * item - (offset - at);
  };
  return table(header.cost_offset, 1, sizeof(takt_cost_table)) ||
         table(header.cuts_offset, header.cut_count, sizeof(takt_cut)) ||
         table(header.live_ranges_offset, header.live_range_count, sizeof(takt_live_range)) ||
         (header.cores > 1 && table(header.cores_offset, header.cores - 1, sizeof(takt_core_part)));
}

void BusMonitor::take(Queue& queue, std::uint64_t position, const takt_job_slot& slot) {
  const bool good = slot.flags == 0;
  if (slot.type == TAKT_SLOT_NOP && good) return;  // it has no record
  Held held;
  held.serial = next_serial_++;
  held.position = position;
  held.slot = slot;
  if (good && is_fence(slot.type)) {
    if (placed(slot.fence_address, sizeof slot.fence_value) && slot.reserved == 0)
      held.range = {slot.fence_address, sizeof slot.fence_value, slot.type == TAKT_SLOT_FENCE_SIGNAL};
  } else if (good && !queue.control && slot.type == TAKT_SLOT_JOB) {
    take_job(held);
  } else if (good && queue.control) {
    take_request(held);
  }
  const auto behind =
      std::find_if(queue.held.begin(), queue.held.end(), [&](const Held& other) { return other.position > position; });
  queue.held.insert(behind, held);
}

void BusMonitor::take_job(Held& held) const {
  const takt_job_slot& slot = held.slot;
  const bool registered =
      std::any_of(programs_.begin(), programs_.end(), [&](const Program& p) { return p.id == slot.program; });
  if (registered && slot.reserved == 0 && slot.parameters != 0)
    held.range = {slot.parameters, sizeof(takt_parameters), false};
}

void BusMonitor::take_request(Held& held) {
  if (held.slot.type == TAKT_SLOT_CREATE_QUEUE) {
    const auto request = as<takt_create_queue_slot>(held.slot);
    const bool taken = request.queue == TAKT_CONTROL_QUEUE || request.queue >= TAKT_MAX_QUEUES ||
                       (request.queue == TAKT_ASYNC_QUEUE && info_.async_ring != 0);
    if (taken || !placed(request.ring, sizeof(takt_ring_header))) return;
    Queue& queue = queues_.emplace_back(request.ring);
    queue.serial = held.serial;
    queue.number = request.queue;
    queue.request = request;
  } else if (held.slot.type == TAKT_SLOT_REGISTER_PROGRAM) {
    const auto request = as<takt_register_program_slot>(held.slot);
    if (request.program < TAKT_MAX_PROGRAMS && placed(request.header, sizeof(takt_program_header)))
      programs_.push_back({held.serial, request.program, request.header, {}});
  } else {
    take_area(held);
  }
}

void BusMonitor::take_area(Held& held) {
  const auto request = as<takt_service_slot>(held.slot);
  if (!placed(request.address, request.bytes)) return;
  const auto records = [&](std::uint64_t record) {
    if (request.bytes < sizeof(takt_telemetry_header) + record) return;
    const std::uint64_t count = (request.bytes - sizeof(takt_telemetry_header)) / record;
    const Range range = {request.address, sizeof(takt_telemetry_header) + count * record, true};
    telemetry_.push_back({held.serial, request.type, range});
  };
  switch (request.type) {
    case TAKT_SLOT_SET_LOG:
      return records(sizeof(takt_log_record));
    case TAKT_SLOT_SET_METRICS:
      return records(sizeof(takt_metric_sample));
    case TAKT_SLOT_DUMP_STATE:
      held.range = {request.address, request.bytes, true};
      return;
    case TAKT_SLOT_RESET_ENGINES:
      if (request.bytes >= sizeof(takt_reset_report)) held.range = {request.address, sizeof(takt_reset_report), true};
      return;
    default:
      return;
  }
}

// Records of a queue come in the order of its slots: what stood before the answered one is over too.
void BusMonitor::complete(const takt_completion& record) {
  for (Queue& queue : queues_) {
    if (queue.number != record.queue) continue;
    const auto answered = std::find_if(queue.held.begin(), queue.held.end(),
                                       [&](const Held& held) { return held.slot.job_id == record.job_id; });
    if (answered == queue.held.end()) continue;
    const Held held = *answered;
    queue.held.erase(queue.held.begin(), answered + 1);
    if (queue.control) conclude(held, record.status == TAKT_STATUS_OK);
    return;
  }
}

void BusMonitor::conclude(const Held& held, bool ok) {
  const auto settle = [&](auto& list) {
    for (auto& item : list)
      if (item.serial == held.serial && ok) item.serial = granted;
    list.remove_if([&](const auto& item) { return item.serial == held.serial; });
  };
  const std::uint32_t type = held.slot.type;
  if (ok && (type == TAKT_SLOT_SET_LOG || type == TAKT_SLOT_SET_METRICS))
    telemetry_.remove_if([&](const Telemetry& area) { return area.serial == granted && area.type == type; });
  settle(queues_);
  settle(programs_);
  settle(telemetry_);
  if (ok && type == TAKT_SLOT_DESTROY_QUEUE) close(as<takt_queue_slot>(held.slot).queue);
  if (ok && type == TAKT_SLOT_RELEASE_CONTEXT) release(as<takt_queue_slot>(held.slot).context);
}

void BusMonitor::close(std::uint32_t number) {
  queues_.remove_if([&](const Queue& q) { return !q.control && q.serial == granted && q.number == number; });
}

void BusMonitor::release(std::uint32_t context) {
  queues_.remove_if([&](const Queue& q) { return !q.control && q.serial == granted && q.request.context == context; });
}

std::string BusMonitor::reason(const BusAccess& access) const {
  std::string place = completions_.at(access.address);
  if (!place.empty()) return "the completion ring, " + place;
  for (const Queue& queue : queues_) {
    place = queue.ring.at(access.address);
    if (!place.empty()) return "queue " + std::to_string(queue.number) + "'s ring, " + place;
  }
  return "nothing that it was given";
}

void BusMonitor::register_access(bool write, std::uint32_t address, std::uint32_t value) {
  const std::string why = refusal(write, address);
  if (!why.empty()) {
    report_(fmt::format("the firmware {} {}: {}", write ? "wrote" : "read", device_register_name(address), why));
    return;
  }
  if (address == TAKT_NOC_BASE + TAKT_NOC_PORTS) noc_ports_ = value;
  const std::uint32_t n = block_of(address, TAKT_NPU_BASE + TAKT_NPU_QUEUE(0), block_bytes, TAKT_NPU_MAX_QUEUES);
  if (write && n < TAKT_NPU_MAX_QUEUES) {
    const std::uint32_t offset = (address - TAKT_NPU_BASE - TAKT_NPU_QUEUE(0)) % block_bytes;
    npu_[n][offset / 4] = value;
    if (offset == TAKT_NPUQ_CONTROL && (value == TAKT_NPU_START || value == TAKT_NPU_RESUME)) start(n);
  }
  const std::uint32_t w = block_of(address, TAKT_NPU_BASE + TAKT_NPU_WINDOWS(0), 8, TAKT_NPU_MAX_QUEUES);
  if (write && w < TAKT_NPU_MAX_QUEUES) {
    const unsigned shift = address % 8 * 8;
    windows_[w] = (windows_[w] & ~(std::uint64_t{0xffffffff} << shift)) | std::uint64_t{value} << shift;
  }
}

// Empty: it may.
std::string BusMonitor::refusal(bool write, std::uint32_t address) const {
  const DeviceRegister* const found = device_register(address);
  if (found == nullptr) return "there is no such register";
  if (write ? !found->writable : !found->readable) return write ? "it is read-only" : "it is write-only";
  if (of_application(address)) return "it is the application's";
  const std::uint32_t queues = std::min(info_.hardware_queues, TAKT_NPU_MAX_QUEUES);
  const std::uint32_t n = block_of(address, TAKT_NPU_BASE + TAKT_NPU_QUEUE(0), block_bytes, TAKT_NPU_MAX_QUEUES);
  const std::uint32_t w = block_of(address, TAKT_NPU_BASE + TAKT_NPU_WINDOWS(0), 8, TAKT_NPU_MAX_QUEUES);
  const std::uint32_t p = block_of(address, TAKT_NPU_BASE + TAKT_NPU_PLACE(0), 4, TAKT_NPU_MAX_QUEUES);
  const auto none = [queues](std::uint32_t block) { return block < TAKT_NPU_MAX_QUEUES && block >= queues; };
  if (none(n) || none(w) || none(p)) return fmt::format("there are {} hardware queues", queues);
  const std::uint32_t port = block_of(address, TAKT_NOC_BASE + TAKT_NOC_PORT(0), block_bytes, TAKT_NOC_MAX_PORTS);
  if (port < TAKT_NOC_MAX_PORTS && port >= noc_ports_) return fmt::format("the firmware knows of {} ports", noc_ports_);
  return {};
}

void BusMonitor::start(std::uint32_t n) {
  if (holds_job(n)) return;
  report_(
      fmt::format("the firmware started job tag {:#x} on hardware queue {}: no queue holds such a job with this "
                  "program, parameter block, save area, window table and context",
                  npu_[n][TAKT_NPUQ_JOB / 4], n));
}

// What is handed to the hardware is one job's, and of that job's queue. A firmware need not use save areas or windows.
bool BusMonitor::holds_job(std::uint32_t n) const {
  const auto& registers = npu_[n];
  const std::uint64_t program = pair(registers, TAKT_NPUQ_PROGRAM_LO);
  const std::uint32_t save_bytes = registers[TAKT_NPUQ_SAVE_BYTES / 4];
  const auto is_it = [&](const Held& held) {
    return held.slot.type == TAKT_SLOT_JOB && low_word(held.slot.job_id) == registers[TAKT_NPUQ_JOB / 4] &&
           held.slot.parameters == pair(registers, TAKT_NPUQ_PARAMETERS_LO) &&
           std::any_of(programs_.begin(), programs_.end(),
                       [&](const Program& p) { return p.id == held.slot.program && p.address == program; });
  };
  return std::any_of(queues_.begin(), queues_.end(), [&](const Queue& queue) {
    const takt_create_queue_slot& own = queue.request;
    const bool save =
        save_bytes == 0 || (pair(registers, TAKT_NPUQ_SAVE_LO) == own.save_area && save_bytes <= own.save_area_bytes);
    return !queue.control && save && registers[TAKT_NPUQ_CONTEXT / 4] == own.context &&
           (windows_[n] == 0 || windows_[n] == own.windows) && std::any_of(queue.held.begin(), queue.held.end(), is_it);
  });
}

}  // namespace takt::observe
