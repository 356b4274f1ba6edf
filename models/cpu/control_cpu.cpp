#include "models/cpu/control_cpu.h"

namespace takt::cpu {

ControlCpu::ControlCpu(const sc_core::sc_module_name& name, const ControlConfig& config)
    : sc_module(name),
      registers("registers"),
      memory("memory"),
      external_interrupt("external_interrupt"),
      timer_interrupt("timer_interrupt"),
      sleeping("sleeping"),
      config_(config),
      clock_(config.clock_hz),
      power_changed_("power_changed") {
  SC_THREAD(run);
  set_stack_size(512 * 1024);  // sanitizers need more than the default
}

bool ControlCpu::access(tlm_utils::simple_initiator_socket<ControlCpu>& port, bool is_write, std::uint64_t address,
                        unsigned char* data, std::uint32_t bytes) {
  payload_.set_command(is_write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
  payload_.set_address(address);
  payload_.set_data_ptr(data);
  payload_.set_data_length(bytes);
  payload_.set_streaming_width(bytes);
  payload_.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  port->b_transport(payload_, delay);
  if (delay > sc_core::SC_ZERO_TIME) wait(delay);
  return !payload_.is_response_error();
}

bool ControlCpu::register_access(bool is_write, std::uint32_t address, std::uint32_t& value) {
  ++counters_.register_accesses;
  const units::Time begin = base::now();
  const bool answered = access(registers, is_write, address, reinterpret_cast<unsigned char*>(&value), sizeof value);
  for (const auto& handler : on_register_)
    handler({begin, base::now() - begin, is_write, answered, address, value, pc()});
  return answered;
}

bool ControlCpu::memory_access(bool is_write, std::uint64_t address, unsigned char* data, std::uint32_t bytes) {
  ++counters_.memory_accesses;
  const bool fails = faults_ != nullptr && faults_->strikes(base::Fault::control_memory_fails, 0) != 0;
  const bool answered = !fails && access(memory, is_write, address, data, bytes);
  for (const auto& handler : on_memory_) handler({is_write, answered, address, data, bytes});
  return answered;
}

void ControlCpu::fall_asleep() {
  counters_.busy += base::now() - awake_since_;
  asleep_ = true;
  if (on_asleep_) on_asleep_(awake_since_);
}

void ControlCpu::sleep(const std::function<bool()>& awake) {
  fall_asleep();
  sleeping.write(true);
  while (!awake() && power_ != Power::off) wait_for_lines();
  asleep_ = false;
  sleeping.write(false);
  awake_since_ = base::now();
  ++counters_.interrupts;
}

void ControlCpu::wait_for_lines() {
  wait(external_interrupt.value_changed_event() | timer_interrupt.value_changed_event() | power_changed_);
}

void ControlCpu::crash() {
  if (power_ != Power::on) return;
  power_ = Power::crashed;
  ends_ = true;
}

void ControlCpu::power_off() {
  hold();
  memory_kept_ = false;
}

void ControlCpu::hold() {
  power_ = Power::off;
  memory_kept_ = true;
  ends_ = true;
  power_changed_.notify(sc_core::SC_ZERO_TIME);
}

void ControlCpu::power_on() {
  boot_info_.flags &= ~TAKT_BOOT_WARM;
  if (memory_kept_) boot_info_.flags |= TAKT_BOOT_WARM;
  power_ = Power::on;
  power_changed_.notify(sc_core::SC_ZERO_TIME);
}

void ControlCpu::stand_still() {
  while (power_ == Power::crashed) wait(power_changed_);
  fall_asleep();
  while (power_ == Power::off) wait(power_changed_);
  asleep_ = false;
  awake_since_ = base::now();
  ends_ = false;
}

bool ControlCpu::debug_access(tlm_utils::simple_initiator_socket<ControlCpu>& port, bool is_write,
                              std::uint64_t address, void* data, std::uint32_t bytes) {
  tlm::tlm_generic_payload payload;
  payload.set_command(is_write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
  payload.set_address(address);
  payload.set_data_ptr(static_cast<unsigned char*>(data));
  payload.set_data_length(bytes);
  payload.set_streaming_width(bytes);
  return port->transport_dbg(payload) == bytes;
}

ControlCpu::Counters ControlCpu::counters() const {
  Counters settled = counters_;
  if (!asleep_) settled.busy += base::now() - awake_since_;
  return settled;
}

}  // namespace takt::cpu
