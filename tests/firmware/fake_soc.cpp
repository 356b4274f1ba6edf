#include "tests/firmware/fake_soc.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace takt::firmware::test {
namespace {

bool inside(std::uint32_t address, std::uint32_t base) { return address >= base && address < base + 0x10000; }

std::uint32_t low(std::uint64_t value) { return static_cast<std::uint32_t>(value); }
std::uint32_t high(std::uint64_t value) { return static_cast<std::uint32_t>(value >> 32); }

}  // namespace

void FakeSoc::restart() {
  mtimecmp_ = kNever;
  plic_enable_ = in_service_ = doorbells_ = 0;
  boot_status = TAKT_BOOT_OFF;
  host = false;
  if (monitor_) monitor_->restarted();
}

void FakeSoc::monitor(const takt_boot_info& info) {
  monitor_.emplace(info, [this](const std::string& what) { violations.push_back(what); });
}

std::uint32_t FakeSoc::read(std::uint32_t address) {
  const std::uint32_t value = read_register(address);
  if (monitor_) monitor_->register_access(false, address, value);
  return value;
}

void FakeSoc::write(std::uint32_t address, std::uint32_t value) {
  if (monitor_) monitor_->register_access(true, address, value);
  write_register(address, value);
}

std::uint32_t FakeSoc::read_register(std::uint32_t address) {
  switch (address) {
    case TAKT_CLINT_BASE + TAKT_CLINT_MTIME_LO:
      return low(now);
    case TAKT_CLINT_BASE + TAKT_CLINT_MTIME_HI:
      return high(now);
    case TAKT_PLIC_BASE + TAKT_PLIC_CLAIM:
      for (std::uint32_t source = 1; source < TAKT_IRQ_END; ++source) {
        if ((pending() & plic_enable_ & 1u << source) == 0) continue;
        in_service_ |= 1u << source;
        return source;
      }
      return 0;
    case TAKT_NOC_BASE + TAKT_NOC_PORTS:
      return noc_ports;
    case TAKT_THERMAL_BASE + TAKT_THERMAL_PENDING:
      return sensors_;
    case TAKT_THERMAL_BASE + TAKT_THERMAL_HOT:
      return hot;
    case TAKT_MAILBOX_BASE + TAKT_MAILBOX_DOORBELL: {
      const std::uint32_t seen = doorbells_;
      if (after_doorbell_read) std::exchange(after_doorbell_read, nullptr)();
      return seen;
    }
    default:
      break;
  }
  if (inside(address, TAKT_NPU_BASE)) return read_npu(address - TAKT_NPU_BASE);
  violations.push_back("read of register " + std::to_string(address));
  return 0;
}

void FakeSoc::write_register(std::uint32_t address, std::uint32_t value) {
  switch (address) {
    case TAKT_CLINT_BASE + TAKT_CLINT_MTIMECMP_LO:
      mtimecmp_ = mtimecmp_ >> 32 << 32 | value;
      return;
    case TAKT_CLINT_BASE + TAKT_CLINT_MTIMECMP_HI:
      mtimecmp_ = std::uint64_t{value} << 32 | low(mtimecmp_);
      return;
    case TAKT_PLIC_BASE + TAKT_PLIC_ENABLE:
      plic_enable_ = value;
      return;
    case TAKT_PLIC_BASE + TAKT_PLIC_CLAIM:
      if ((in_service_ & 1u << value) == 0) violations.push_back("completed a source that was not claimed");
      in_service_ &= ~(1u << value);
      return;
    case TAKT_PLIC_BASE + TAKT_PLIC_PRIORITY_1:
    case TAKT_PLIC_BASE + TAKT_PLIC_PRIORITY_2:
    case TAKT_PLIC_BASE + TAKT_PLIC_PRIORITY_4:
    case TAKT_PLIC_BASE + TAKT_PLIC_THRESHOLD:
      return;
    case TAKT_MAILBOX_BASE + TAKT_MAILBOX_DOORBELL_CLEAR:
      doorbells_ &= ~value;
      return;
    case TAKT_MAILBOX_BASE + TAKT_MAILBOX_HOST_SET:
      host = true;
      ++host_interrupts;
      return;
    case TAKT_MAILBOX_BASE + TAKT_MAILBOX_BOOT_STATUS:
      boot_status = value;
      return;
    case TAKT_MAILBOX_BASE + TAKT_MAILBOX_BOOT_VERSION:
      boot_version = value;
      return;
    case TAKT_WATCHDOG_BASE + TAKT_WATCHDOG_LOAD_US:
      watchdog_us = value;
      return;
    case TAKT_THERMAL_BASE + TAKT_THERMAL_CLEAR:
      sensors_ &= ~value;
      return;
    case TAKT_THERMAL_BASE + TAKT_THERMAL_KEEP:
      keep = value;
      return;
    case TAKT_WATCHDOG_BASE + TAKT_WATCHDOG_KICK:
      ++kicks;
      return;
    default:
      break;
  }
  if (inside(address, TAKT_NPU_BASE)) return write_npu(address - TAKT_NPU_BASE, value);
  if (inside(address, TAKT_NOC_BASE)) {
    noc_writes.push_back({address - TAKT_NOC_BASE, value});
    return;
  }
  violations.push_back("write of register " + std::to_string(address));
}

bool FakeSoc::reachable(std::uint64_t address, std::uint32_t bytes) {
  const bool good = address >= kDram && address - kDram <= kDramBytes && bytes <= kDramBytes - (address - kDram);
  if (!good) violations.push_back("access to " + std::to_string(address) + " of " + std::to_string(bytes));
  return good;
}

void FakeSoc::load(DeviceAddr from, void* to, std::uint32_t bytes) {
  if (reachable(from.value, bytes))
    std::memcpy(to, memory(from.value), bytes);
  else
    std::memset(to, 0, bytes);
  if (monitor_) monitor_->memory_access(false, from.value, to, bytes);
}

void FakeSoc::store(DeviceAddr to, const void* from, std::uint32_t bytes) {
  if (reachable(to.value, bytes)) std::memcpy(memory(to.value), from, bytes);
  if (monitor_) monitor_->memory_access(true, to.value, from, bytes);
}

std::uint32_t FakeSoc::levels() const {
  std::uint32_t bits = 0;
  if (doorbells_ != 0) bits |= 1u << TAKT_IRQ_MAILBOX;
  if ((irq_status_ & irq_enable_) != 0) bits |= 1u << TAKT_IRQ_NPU;
  if (sensors_ != 0) bits |= 1u << TAKT_IRQ_THERMAL;
  return bits;
}

std::uint64_t FakeSoc::next_event() const {
  std::uint64_t next = mtimecmp_;
  if (!script_.empty()) next = std::min(next, script_.begin()->first);
  for (const HardwareQueue& queue : queues_) next = std::min(next, queue.stop_at);
  return next;
}

bool FakeSoc::sleep(std::uint64_t limit) {
  while (!interrupt()) {
    const std::uint64_t next = next_event();
    if (next > limit) now = limit;
    if (next == kNever || next > limit) return false;
    now = std::max(now, next);
    while (!script_.empty() && script_.begin()->first <= now) {
      const auto action = std::move(script_.begin()->second);
      script_.erase(script_.begin());
      action();
    }
    stop_due();
  }
  return true;
}

void FakeSoc::wait_for_interrupt() {
  if (!sleep()) throw Stop();
}

}  // namespace takt::firmware::test
