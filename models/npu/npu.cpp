#include "models/npu/npu.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <string>

namespace takt::npu {

using base::now;
using units::Time;

Npu::Npu(const sc_core::sc_module_name& name, const Config& config, base::Ledger& ledger)
    : sc_module(name),
      registers("registers"),
      dma_in("dma_in", config.all_cores()),
      dma_out("dma_out", config.all_cores()),
      front_end("front_end"),
      interrupt("interrupt"),
      front_(config, *this, ledger),
      queues_(config.hardware_queues),
      wake_("wake"),
      update_interrupt_("interrupt_changed") {
  registers.register_b_transport(this, &Npu::b_transport);
  registers.register_transport_dbg(this, &Npu::debug);
  for (std::uint32_t c = 0; c < config.all_cores(); ++c) {
    dma_in[c].register_nb_transport_bw(this, &Npu::answer, static_cast<int>(Port::dma_in));
    dma_out[c].register_nb_transport_bw(this, &Npu::answer, static_cast<int>(Port::dma_out));
  }
  front_end.register_nb_transport_bw(this, &Npu::answer, static_cast<int>(Port::front_end));
  add_registers(config);
  SC_METHOD(evaluate);
  sensitive << wake_;
  dont_initialize();
  SC_METHOD(update_interrupt);
  sensitive << update_interrupt_;
  dont_initialize();
}

Npu::~Npu() = default;

void Npu::add_registers(const Config& config) {
  file_.add({TAKT_NPU_REGISTERS(TAKT_REGISTER_SPEC)});
  file_.set(TAKT_NPU_VERSION, TAKT_ABI_PROGRAM);
  file_.set(TAKT_NPU_QUEUES, config.hardware_queues);
  file_.set(TAKT_NPU_CORES, config.all_cores());
  file_.set(TAKT_NPU_CONTEXT_BYTES, static_cast<std::uint32_t>(context_bytes(config)));
  file_.on_read(TAKT_NPU_IRQ_STATUS, [this] { return irq_status_; });
  file_.on_write(TAKT_NPU_IRQ_CLEAR, [this](std::uint32_t bits) {
    irq_status_ &= ~bits;
    update_interrupt_.notify(sc_core::SC_ZERO_TIME);
  });
  file_.on_write(TAKT_NPU_IRQ_ENABLE, [this](std::uint32_t) { update_interrupt_.notify(sc_core::SC_ZERO_TIME); });
  file_.on_write(TAKT_NPU_RESET, [this](std::uint32_t value) {
    if (value == 1 && !goes_wrong(base::Fault::engine_reset_lost, 0)) reset();
  });
  add_power_registers();
  for (std::uint32_t queue = 0; queue < queues_; ++queue) add_queue_registers(queue);
}

void Npu::add_power_registers() {
  PowerDomain& power = front_.power();
  file_.set(TAKT_NPU_POWER_LEVELS, power.levels());
  file_.on_read(TAKT_NPU_POWER_LEVEL, [&power] { return power.level(); });
  file_.on_write(TAKT_NPU_POWER_LEVEL, [this, &power](std::uint32_t level) {
    power.set_level(level < power.levels() ? level : 0, now());
    wake();
  });
  file_.on_read(TAKT_NPU_POWER_STATE, [&power] { return power.state(); });
  file_.on_write(TAKT_NPU_POWER_STATE, [this](std::uint32_t state) {
    if (state <= TAKT_NPU_OFF) front_.set_power_state(state, now());
    wake();
  });
  for (std::uint32_t level = 0; level < power.levels(); ++level) {
    file_.add({TAKT_NPU_LEVEL_REGISTERS(TAKT_REGISTER_SPEC)}, TAKT_NPU_LEVEL(level));
    file_.set(TAKT_NPU_LEVEL(level) + TAKT_NPUL_CLOCK_KHZ, static_cast<std::uint32_t>(power.clock_hz(level) / 1000));
  }
}

void Npu::add_queue_registers(std::uint32_t queue) {
  const std::uint32_t base = TAKT_NPU_QUEUE(queue);
  file_.add({TAKT_NPU_QUEUE_REGISTERS(TAKT_REGISTER_SPEC)}, base);
  file_.on_write(base + TAKT_NPUQ_CONTROL, [this, queue](std::uint32_t value) {
    front_.control(queue, queue_registers(queue), value, now());
    wake();
  });
  const std::uint32_t windows = TAKT_NPU_WINDOWS(queue);
  file_.add({TAKT_NPU_WINDOW_REGISTERS(TAKT_REGISTER_SPEC)}, windows);
  file_.on_write(windows + TAKT_NPUW_TABLE_HI,
                 [this, queue](std::uint32_t) { front_.load_windows(queue, queue_registers(queue).windows, now()); });
  file_.add({TAKT_NPU_PLACE_REGISTERS(TAKT_REGISTER_SPEC)}, TAKT_NPU_PLACE(queue));
  file_.on_read(base + TAKT_NPUQ_STATE, [this, queue] { return front_.state(queue); });
  file_.on_read(base + TAKT_NPUQ_STATUS, [this, queue] { return front_.status(queue); });
  file_.on_read(base + TAKT_NPUQ_FAULT, [this, queue] { return front_.fault(queue); });
  file_.on_read(base + TAKT_NPUQ_PROGRESS, [this, queue] { return front_.progress(queue); });
  file_.on_read(base + TAKT_NPUQ_CUT, [this, queue] { return front_.cut(queue); });
}

void Npu::reset() {
  front_.reset(now());
  wake();
  irq_status_ = 0;
  update_interrupt_.notify(sc_core::SC_ZERO_TIME);
}

void Npu::power_cycle() {
  reset();
  file_.set(TAKT_NPU_IRQ_ENABLE, 0);
  front_.power().set_level(0, now());
  front_.power().set_state(TAKT_NPU_ON, now());
  for (std::uint32_t queue = 0; queue < queues_; ++queue) {
    file_.set(TAKT_NPU_WINDOWS(queue) + TAKT_NPUW_TABLE_LO, 0);
    file_.set(TAKT_NPU_WINDOWS(queue) + TAKT_NPUW_TABLE_HI, 0);
    front_.load_windows(queue, 0, now());
  }
}

QueueRegisters Npu::queue_registers(std::uint32_t queue) const {
  const std::uint32_t base = TAKT_NPU_QUEUE(queue);
  const auto word = [&](std::uint32_t offset) { return file_.value(base + offset); };
  const auto address = [&](std::uint32_t low, std::uint32_t high) {
    return word(low) | std::uint64_t{word(high)} << 32;
  };
  return {address(TAKT_NPUQ_PROGRAM_LO, TAKT_NPUQ_PROGRAM_HI),
          address(TAKT_NPUQ_PARAMETERS_LO, TAKT_NPUQ_PARAMETERS_HI),
          address(TAKT_NPUQ_SAVE_LO, TAKT_NPUQ_SAVE_HI),
          word(TAKT_NPUQ_SAVE_BYTES),
          word(TAKT_NPUQ_CONTEXT) % base::max_owners,
          word(TAKT_NPUQ_JOB),
          std::min(word(TAKT_NPUQ_QOS), 7u),
          file_.value(TAKT_NPU_WINDOWS(queue) + TAKT_NPUW_TABLE_LO) |
              std::uint64_t{file_.value(TAKT_NPU_WINDOWS(queue) + TAKT_NPUW_TABLE_HI)} << 32,
          file_.value(TAKT_NPU_PLACE(queue) + TAKT_NPUP_FIRST_CORE)};
}

void Npu::b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) { file_.transport(payload, delay); }

Npu::Buffer& Npu::buffer(std::uint32_t bytes) {
  for (const auto& candidate : buffers_)
    if (!candidate->in_use) {
      candidate->in_use = true;
      candidate->bytes.resize(bytes);
      return *candidate;
    }
  buffers_.push_back(std::make_unique<Buffer>());
  buffers_.back()->in_use = true;
  buffers_.back()->bytes.resize(bytes);
  return *buffers_.back();
}

void Npu::submit(const Transfer& transfer) {
  tlm::tlm_generic_payload& payload = pool_.acquire();
  unsigned char* data = nullptr;
  if (transfer.data != nullptr) {
    Buffer& carried = buffer(transfer.row_bytes);
    carried.to = transfer.data;
    if (transfer.write) std::memcpy(carried.bytes.data(), transfer.data, transfer.row_bytes);
    data = carried.bytes.data();
    carrying_.emplace_back(&payload, &carried);
  }
  base::set_request(payload, transfer.write, transfer.address, std::uint64_t{transfer.row_bytes} * transfer.rows, data);
  base::Stretch& stretch = base::stretch_of(payload);
  stretch.row_bytes = transfer.row_bytes;
  stretch.rows = transfer.rows;
  stretch.stride = transfer.stride;
  stretch.qos = transfer.qos;
  stretch.owner = transfer.owner;
  stretch.account = transfer.account;
  stretch.allocate = transfer.allocate;
  stretch.cookie = transfer.cookie;
  Initiator& socket = transfer.port == Port::dma_in    ? dma_in[transfer.core]
                      : transfer.port == Port::dma_out ? dma_out[transfer.core]
                                                       : front_end;
  tlm::tlm_phase phase = tlm::BEGIN_REQ;
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  socket->nb_transport_fw(payload, phase, delay);
}

void Npu::copy(bool write, std::uint64_t address, unsigned char* data, std::uint32_t bytes) {
  tlm::tlm_generic_payload payload;
  payload.set_command(write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
  payload.set_address(address);
  payload.set_data_ptr(data);
  payload.set_data_length(bytes);
  payload.set_streaming_width(bytes);
  Initiator& socket = write ? dma_out[0] : dma_in[0];
  if (socket->transport_dbg(payload) != bytes)
    throw std::logic_error("no memory at " + std::to_string(address));  // the transfer itself was answered
}

// Whether the answer never arrives; one that does may be an error.
bool Npu::lose_answer(int port, const base::Stretch& stretch, bool& ok) {
  if (faults_ == nullptr || !front_.expects(stretch.cookie)) return false;
  if (static_cast<Port>(port) == Port::front_end) {
    ok = ok && !goes_wrong(base::Fault::fetch_fails, stretch.owner);
    return false;
  }
  ok = ok && !goes_wrong(base::Fault::dma_fails, stretch.owner);
  return goes_wrong(base::Fault::dma_hangs, stretch.owner);
}

tlm::tlm_sync_enum Npu::answer(int port, tlm::tlm_generic_payload& payload, tlm::tlm_phase&, sc_core::sc_time&) {
  const base::Stretch& stretch = base::stretch_of(payload);
  bool ok = payload.is_response_ok();
  const bool lost = lose_answer(port, stretch, ok);
  const auto carried =
      std::find_if(carrying_.begin(), carrying_.end(), [&](const auto& c) { return c.first == &payload; });
  if (carried != carrying_.end()) {
    Buffer& from = *carried->second;
    if (ok && !lost && payload.is_read() && front_.expects(stretch.cookie))
      std::memcpy(from.to, from.bytes.data(), from.bytes.size());
    from.in_use = false;
    carrying_.erase(carried);
  }
  if (!lost) front_.answered(stretch.cookie, stretch.first_beat, units::max(stretch.last_beat, now()), ok);
  payload.release();
  wake();
  return tlm::TLM_COMPLETED;
}

std::uint32_t Npu::without_lost(std::uint32_t stopped) {
  for (std::uint32_t queue = 0; queue < queues_ && faults_ != nullptr; ++queue) {
    if ((stopped >> queue & 1) == 0) continue;
    const auto owner = static_cast<base::Owner>(queue_registers(queue).context);
    if (goes_wrong(base::Fault::engine_interrupt_lost, owner)) stopped &= ~(1u << queue);
  }
  return stopped;
}

void Npu::evaluate() {
  front_.evaluate(now());
  if (const std::uint32_t stopped = without_lost(front_.take_stopped())) {
    irq_status_ |= stopped;
    update_interrupt_.notify(sc_core::SC_ZERO_TIME);
  }
  const Time next = front_.next_time();
  if (next != units::never()) base::notify_at(wake_, next);
}

void Npu::update_interrupt() { interrupt.write((irq_status_ & file_.value(TAKT_NPU_IRQ_ENABLE)) != 0); }

}  // namespace takt::npu
