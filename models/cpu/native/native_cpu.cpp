#include "models/cpu/native/native_cpu.h"

#include "firmware/kernel/cost_table.h"
#include "firmware/kernel/firmware.h"

namespace takt::cpu {

using units::Cycles;

namespace {

std::uint32_t access_bytes(std::uint64_t address, const void* ram, std::uint32_t bytes) {
  return ((address | reinterpret_cast<std::uintptr_t>(ram) | bytes) & 3) == 0 ? 4 : 1;
}

struct Ended {};

// A call of the HAL: the firmware is outside until it returns. Throws Ended where it is to return no more.
class Call {
 public:
  Call(Pulse& pulse, bool ends) : pulse_(pulse) {
    if (ends) throw Ended();
    pulse_.inside.store(false, std::memory_order_relaxed);
    pulse_.calls.store(pulse_.calls.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);  // one writer
  }
  ~Call() { pulse_.inside.store(true, std::memory_order_relaxed); }

 private:
  Pulse& pulse_;
};

}  // namespace

NativeCpu::NativeCpu(const sc_core::sc_module_name& name, const ControlConfig& config)
    : ControlCpu(name, config), hal_(*this), journal_(std::make_unique<firmware::Journal>()) {}

NativeCpu::~NativeCpu() = default;

void NativeCpu::run() {
  for (;;) {
    starts();
    firmware_ = std::make_unique<firmware::Firmware>(hal_, boot_info_, *journal_);
    debt_ = Cycles(0);
    pulse_.inside = true;
    try {
      if (firmware_->boot()) firmware_->run();
      crash();  // refused to boot: the driver sees BOOT_STATUS
    } catch (const Ended&) {
    }
    pulse_.inside = false;
    stand_still();
  }
}

// Waits out what has been charged since the last visible access.
void NativeCpu::settle() {
  if (debt_ == Cycles(0)) return;
  wait(base::to_sc(clock_.duration(debt_)));
  debt_ = Cycles(0);
}

std::uint32_t NativeCpu::read(std::uint32_t address) {
  const Call call(pulse_, ends());
  settle();
  std::uint32_t value = 0;
  if (!register_access(false, address, value)) fail("firmware read register " + std::to_string(address) + ": none");
  return value;
}

void NativeCpu::write(std::uint32_t address, std::uint32_t value) {
  const Call call(pulse_, ends());
  settle();
  if (!register_access(true, address, value)) fail("firmware wrote register " + std::to_string(address) + ": none");
}

void NativeCpu::transfer(bool is_write, std::uint64_t address, unsigned char* data, std::uint32_t bytes) {
  if (!memory_access(is_write, address, data, bytes))
    fail("firmware accessed memory at " + std::to_string(address) + ": none");
}

// Words where address, pointer and length allow it, else bytes; a load from the last to the first: as the RV32 build's
// HAL accesses shared memory, which no cache holds.
void NativeCpu::load(firmware::DeviceAddr from, void* to, std::uint32_t bytes) {
  const Call call(pulse_, ends());
  settle();
  unsigned char* target = static_cast<unsigned char*>(to);
  const std::uint32_t unit = access_bytes(from.value, to, bytes);
  for (std::uint32_t at = bytes; at != 0; at -= unit) transfer(false, from.value + at - unit, target + at - unit, unit);
}

void NativeCpu::store(firmware::DeviceAddr to, const void* from, std::uint32_t bytes) {
  const Call call(pulse_, ends());
  settle();
  // The payload's pointer is not const; a write leaves the bytes alone.
  unsigned char* source = static_cast<unsigned char*>(const_cast<void*>(from));
  const std::uint32_t unit = access_bytes(to.value, from, bytes);
  for (std::uint32_t at = 0; at != bytes; at += unit) transfer(true, to.value + at, source + at, unit);
}

void NativeCpu::cost(firmware::CostPoint point, std::uint32_t n) {
  pulse_.point.store(static_cast<std::uint32_t>(point), std::memory_order_relaxed);
  if (config_.cost == "zero") return;
  const firmware::CostRow& row = firmware::cost_row(point);
  debt_ += Cycles(row.base_cycles + std::uint64_t{row.cycles_per_item} * n);
}

void NativeCpu::wait_for_interrupt() {
  const Call call(pulse_, ends());
  settle();
  wait(sc_core::SC_ZERO_TIME);  // a line that the last access lowered is low one delta later
  const auto awake = [this] { return external_interrupt.read() || timer_interrupt.read(); };
  if (awake()) return;
  sleep(awake);
  if (ends()) throw Ended();
  if (config_.cost != "zero") debt_ += Cycles(config_.interrupt_entry_cycles);
}

void NativeCpu::log(firmware::LogEvent event, std::uint32_t queue, std::uint64_t job) {
  if (log_ != nullptr) log_->on_log(event, queue, job, base::now());
}

}  // namespace takt::cpu
