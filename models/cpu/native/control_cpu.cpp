#include "models/cpu/native/control_cpu.h"

#include "firmware/kernel/cost_table.h"
#include "firmware/kernel/firmware.h"

namespace takt::cpu {

using base::now;
using units::Cycles;

ControlCpu::ControlCpu(const sc_core::sc_module_name& name, const ControlConfig& config)
    : sc_module(name),
      registers("registers"),
      memory("memory"),
      external_interrupt("external_interrupt"),
      timer_interrupt("timer_interrupt"),
      sleeping("sleeping"),
      config_(config),
      clock_(config.clock_hz),
      hal_(*this) {
  SC_THREAD(run);
  set_stack_size(512 * 1024);  // sanitizers need more than the default
}

ControlCpu::~ControlCpu() = default;

void ControlCpu::run() {
  firmware_ = std::make_unique<firmware::Firmware>(hal_, boot_info_);
  if (firmware_->boot()) firmware_->run();
  wait();  // refused to boot: the driver sees BOOT_STATUS
}

// Waits out what has been charged since the last visible access.
void ControlCpu::settle() {
  if (debt_ == Cycles(0)) return;
  wait(base::to_sc(clock_.duration(debt_)));
  debt_ = Cycles(0);
}

std::uint32_t ControlCpu::access(bool is_write, std::uint32_t address, std::uint32_t value) {
  settle();
  ++counters_.register_accesses;
  payload_.set_command(is_write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
  payload_.set_address(address);
  payload_.set_data_ptr(reinterpret_cast<unsigned char*>(&value));
  payload_.set_data_length(4);
  payload_.set_streaming_width(4);
  payload_.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  registers->b_transport(payload_, delay);
  if (delay > sc_core::SC_ZERO_TIME) wait(delay);
  if (payload_.is_response_error() && on_fault_)
    on_fault_("firmware " + std::string(is_write ? "wrote" : "read") + " register " + std::to_string(address) + ": " +
              payload_.get_response_string());
  return value;
}

std::uint32_t ControlCpu::read(std::uint32_t address) { return access(false, address, 0); }
void ControlCpu::write(std::uint32_t address, std::uint32_t value) { access(true, address, value); }

void ControlCpu::transfer(bool is_write, std::uint64_t address, unsigned char* data, std::uint32_t bytes) {
  settle();
  ++counters_.memory_accesses;
  payload_.set_command(is_write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
  payload_.set_address(address);
  payload_.set_data_ptr(data);
  payload_.set_data_length(bytes);
  payload_.set_streaming_width(bytes);
  payload_.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  memory->b_transport(payload_, delay);
  if (delay > sc_core::SC_ZERO_TIME) wait(delay);
  if (payload_.is_response_error() && on_fault_)
    on_fault_("firmware accessed memory at " + std::to_string(address) + ": " + payload_.get_response_string());
}

void ControlCpu::load(firmware::DeviceAddr from, void* to, std::uint32_t bytes) {
  transfer(false, from.value, static_cast<unsigned char*>(to), bytes);
}

void ControlCpu::store(firmware::DeviceAddr to, const void* from, std::uint32_t bytes) {
  // The payload's pointer is not const; a write leaves the bytes alone.
  transfer(true, to.value, static_cast<unsigned char*>(const_cast<void*>(from)), bytes);
}

void ControlCpu::cost(firmware::CostPoint point, std::uint32_t n) {
  if (config_.cost == "zero") return;
  const firmware::CostRow& row = firmware::cost_row(point);
  debt_ += Cycles(row.base_cycles + std::uint64_t{row.cycles_per_item} * n);
}

void ControlCpu::wait_for_interrupt() {
  settle();
  wait(sc_core::SC_ZERO_TIME);  // a line that the last access lowered is low one delta later
  if (external_interrupt.read() || timer_interrupt.read()) return;
  counters_.busy += now() - awake_since_;
  asleep_ = true;
  sleeping.write(true);
  while (!external_interrupt.read() && !timer_interrupt.read())
    wait(external_interrupt.posedge_event() | timer_interrupt.posedge_event());
  asleep_ = false;
  sleeping.write(false);
  awake_since_ = now();
  ++counters_.interrupts;
  if (config_.cost != "zero") debt_ += Cycles(config_.interrupt_entry_cycles);
}

void ControlCpu::log(firmware::LogEvent event, std::uint32_t queue, std::uint64_t job) {
  if (log_ != nullptr) log_->on_log(event, queue, job, now());
}

ControlCpu::Counters ControlCpu::counters() const {
  Counters settled = counters_;
  if (!asleep_) settled.busy += now() - awake_since_;
  return settled;
}

}  // namespace takt::cpu
