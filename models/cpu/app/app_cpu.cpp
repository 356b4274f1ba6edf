#include "models/cpu/app/app_cpu.h"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace takt::cpu {

using base::now;
using units::Cycles;
using units::Time;

namespace {
// Operators stream their operands in pieces of this size, so that others get their turn.
constexpr std::uint64_t piece_bytes = 16384;
}  // namespace

std::uint64_t operator_cycles(const OperatorWork& work, const AppConfig& config) {
  std::uint64_t cycles = work.scalar_elements * config.scalar_cycles_per_element;
  cycles += units::ceil_div(work.simple_bytes, config.simple_bytes_per_cycle);
  cycles +=
      units::mul_div_ceil(work.macs, 1000, std::uint64_t{config.macs_per_cycle_int8} * config.mac_efficiency_permille);
  return cycles;
}

AppCpu::AppCpu(const sc_core::sc_module_name& name, const AppConfig& config, Driver& driver)
    : sc_module(name),
      registers("registers"),
      memory("memory"),
      operator_memory("operator_memory"),
      interrupt("interrupt"),
      config_(config),
      clock_(config.clock_hz),
      driver_(driver),
      operator_queued_("operator_queued"),
      operator_finished_("operator_finished") {
  operator_payload_.set_extension(new base::Stretch);
  SC_THREAD(run_driver);
  set_stack_size(512 * 1024);
  SC_THREAD(run_operators);
}

void AppCpu::run_driver() { driver_.main(*this); }

void AppCpu::spend(Time time) {
  counters_.driver_busy += time;
  if (time > Time(0)) wait(base::to_sc(time));
}

void AppCpu::sleep(Time until) {
  if (interrupt.read() || chains_finished_ != 0 || until <= now()) return;
  const auto woken = interrupt.posedge_event() | operator_finished_;
  if (until == units::never())
    wait(woken);
  else
    wait(base::to_sc(until - now()), woken);
  if (interrupt.read() || chains_finished_ != 0) {
    counters_.interrupts += interrupt.read() ? 1 : 0;
    spend(units::nanoseconds(config_.wake_ns));
  }
}

void AppCpu::access(tlm_utils::simple_initiator_socket<AppCpu>& socket, bool write, std::uint64_t address, void* data,
                    std::uint32_t bytes) {
  payload_.set_command(write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
  payload_.set_address(address);
  payload_.set_data_ptr(static_cast<unsigned char*>(data));
  payload_.set_data_length(bytes);
  payload_.set_streaming_width(bytes);
  payload_.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
  const Time begin = now();
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  socket->b_transport(payload_, delay);
  if (delay > sc_core::SC_ZERO_TIME) wait(delay);
  counters_.driver_busy += now() - begin;
  if (payload_.is_response_error())
    throw std::logic_error("driver access at " + std::to_string(address) + ": " + payload_.get_response_string());
}

std::uint32_t AppCpu::read_register(std::uint32_t address) {
  std::uint32_t value = 0;
  access(registers, false, address, &value, 4);
  return value;
}

void AppCpu::write_register(std::uint32_t address, std::uint32_t value) { access(registers, true, address, &value, 4); }

void AppCpu::load(std::uint64_t address, void* to, std::uint32_t bytes) { access(memory, false, address, to, bytes); }

void AppCpu::store(std::uint64_t address, const void* from, std::uint32_t bytes) {
  access(memory, true, address, const_cast<void*>(from), bytes);  // a write leaves the bytes alone
}

void AppCpu::run_operator(const OperatorWork& work) {
  queue_.push_back(work);
  operator_queued_.notify(sc_core::SC_ZERO_TIME);
}

bool AppCpu::next_finished_operator(FinishedOperator& finished) {
  if (finished_.empty()) return false;
  finished = finished_.front();
  finished_.pop_front();
  if (finished.last) --chains_finished_;
  return true;
}

AppCpu::Counters AppCpu::counters() const {
  Counters settled = counters_;
  if (operator_running_) settled.operator_busy += now() - operator_begin_;
  return settled;
}

void AppCpu::run_operators() {
  for (;;) {
    while (queue_.empty()) wait(operator_queued_);
    const OperatorWork work = queue_.front();
    queue_.pop_front();
    operator_running_ = true;
    operator_begin_ = now();
    // Loads and arithmetic overlap; the operator is as long as the longer of the two.
    const Time computed = operator_begin_ + clock_.duration(Cycles(operator_cycles(work, config_)));
    stream(false, work.read_address, work.read_bytes, work);
    stream(true, work.write_address, work.write_bytes, work);
    if (now() < computed) wait(base::to_sc(computed - now()));
    operator_running_ = false;
    counters_.operator_busy += now() - operator_begin_;
    ++counters_.operators;
    finished_.push_back({work.cookie, work.last, work.account, operator_begin_, now()});
    if (!work.last) continue;
    ++chains_finished_;
    operator_finished_.notify(sc_core::SC_ZERO_TIME);
  }
}

void AppCpu::stream(bool write, std::uint64_t address, std::uint64_t bytes, const OperatorWork& work) {
  for (std::uint64_t done = 0; done < bytes; done += piece_bytes) {
    base::set_request(operator_payload_, write, address + done, std::min(piece_bytes, bytes - done), nullptr);
    base::stretch_of(operator_payload_).owner = work.owner;
    base::stretch_of(operator_payload_).account = work.account;
    base::stretch_of(operator_payload_).allocate = true;
    operator_payload_.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    operator_memory->b_transport(operator_payload_, delay);
    if (delay > sc_core::SC_ZERO_TIME) wait(delay);
    if (operator_payload_.is_response_error())
      throw std::logic_error(std::string("operator traffic: ") + operator_payload_.get_response_string());
  }
}

}  // namespace takt::cpu
