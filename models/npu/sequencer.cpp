#include "models/npu/sequencer.h"

#include <algorithm>

namespace takt::npu {

void Sequencer::start(std::uint64_t address, std::uint32_t commands, std::uint32_t position) {
  address_ = address;
  commands_ = commands;
  limit_ = commands;
  next_ = position;
  first_ = position;
  window_.clear();
  in_flight_ = false;
  loop_ = {};
}

const takt_command* Sequencer::peek() const {
  if (at_limit() || next_ < first_ || next_ - first_ >= window_.size()) return nullptr;
  return &window_[next_ - first_];
}

std::uint32_t Sequencer::advance() {
  const takt_command* command = peek();
  if (command->opcode == TAKT_OP_LOOP_BEGIN) {
    const takt_loop_body& body = command->body.loop;
    if (loop_.active || body.parameter != TAKT_NO_PARAMETER) return TAKT_STATUS_UNSUPPORTED;
    if (body.trips == 0) return TAKT_STATUS_BAD_COMMAND;
    loop_ = {true, next_, body.trips, 0};
    ++next_;
  } else if (command->opcode == TAKT_OP_LOOP_END) {
    if (!loop_.active) return TAKT_STATUS_BAD_COMMAND;
    if (++loop_.index < loop_.trips) {
      next_ = loop_.begin + 1;
    } else {
      loop_ = {};
      ++next_;
    }
  } else {
    ++next_;
  }
  if (finished() && loop_.active) return TAKT_STATUS_BAD_COMMAND;
  drop_consumed();
  return TAKT_STATUS_OK;
}

void Sequencer::drop_consumed() {
  const std::uint32_t keep = loop_.active ? loop_.begin : next_;
  // Moving the window is linear in what remains, so it waits until half of it is consumed.
  if (keep <= first_ || (keep - first_) * 2 < window_.size()) return;
  window_.erase(window_.begin(), window_.begin() + (keep - first_));
  first_ = keep;
}

Sequencer::Fetch Sequencer::wanted(std::uint32_t batch) const {
  const std::uint32_t have = first_ + static_cast<std::uint32_t>(window_.size());
  if (in_flight_ || have >= commands_) return {};
  if (have > next_ && have - next_ >= batch) return {};
  return {have, std::min(batch, commands_ - have)};
}

void Sequencer::fetched(const takt_command* commands, std::uint32_t count) {
  in_flight_ = false;
  window_.insert(window_.end(), commands, commands + count);
}

namespace {

std::uint32_t check_dma(const takt_command& command, std::uint32_t scratchpad_bytes) {
  const takt_dma_body& dma = command.body.dma;
  if (dma.table != TAKT_NO_TABLE) return TAKT_STATUS_UNSUPPORTED;
  if (dma.rows == 0 || dma.row_bytes == 0 || dma.base >= TAKT_BASE_COUNT) return TAKT_STATUS_BAD_COMMAND;
  if (dma.rows > 1 && dma.stride < dma.row_bytes) return TAKT_STATUS_BAD_COMMAND;
  const std::uint64_t end = dma.scratchpad + std::uint64_t{dma.row_bytes} * dma.rows;
  return end > scratchpad_bytes ? TAKT_STATUS_BAD_COMMAND : TAKT_STATUS_OK;
}

std::uint32_t check_matrix(const takt_command& command, std::uint32_t scratchpad_bytes) {
  const takt_matrix_body& m = command.body.matrix;
  if (m.precision > TAKT_W4A8) return TAKT_STATUS_UNSUPPORTED;
  if (m.out_height == 0 || m.out_width == 0 || m.out_channels == 0 || m.in_channels == 0 || m.taps == 0)
    return TAKT_STATUS_BAD_COMMAND;
  if (m.recomputed_rows > m.out_height) return TAKT_STATUS_BAD_COMMAND;
  const std::uint32_t top = std::max({m.input, m.weights, m.output});
  return top >= scratchpad_bytes ? TAKT_STATUS_BAD_COMMAND : TAKT_STATUS_OK;
}

std::uint32_t check_vector(const takt_command& command, std::uint32_t scratchpad_bytes) {
  const takt_vector_body& v = command.body.vector;
  if (v.element_bytes != 1 && v.element_bytes != 2 && v.element_bytes != 4) return TAKT_STATUS_BAD_COMMAND;
  return std::max({v.input, v.input2, v.output}) >= scratchpad_bytes ? TAKT_STATUS_BAD_COMMAND : TAKT_STATUS_OK;
}

bool belongs(std::uint8_t opcode, std::uint32_t engine) {
  switch (opcode) {
    case TAKT_OP_NOP:
    case TAKT_OP_LOOP_BEGIN:
    case TAKT_OP_LOOP_END:
      return true;
    case TAKT_OP_DMA:
      return engine == TAKT_ENGINE_DMA_IN || engine == TAKT_ENGINE_DMA_OUT;
    case TAKT_OP_MATRIX:
      return engine == TAKT_ENGINE_TENSOR;
    case TAKT_OP_VECTOR:
      return engine == TAKT_ENGINE_VECTOR;
    default:
      return false;
  }
}

}  // namespace

std::uint32_t check_command(const takt_command& command, std::uint32_t engine, std::uint32_t scratchpad_bytes) {
  if (command.engine != engine || !belongs(command.opcode, engine)) return TAKT_STATUS_BAD_COMMAND;
  if (command.parameter != TAKT_NO_PARAMETER) return TAKT_STATUS_UNSUPPORTED;
  for (const takt_wait& wait : command.wait)
    if (wait.semaphore != TAKT_NO_SEMAPHORE && wait.semaphore >= TAKT_SEMAPHORES) return TAKT_STATUS_BAD_COMMAND;
  if (command.post != TAKT_NO_SEMAPHORE && command.post >= TAKT_SEMAPHORES) return TAKT_STATUS_BAD_COMMAND;
  if (command.overhead > TAKT_OVERHEAD_IRREGULAR) return TAKT_STATUS_BAD_COMMAND;
  if (command.opcode == TAKT_OP_DMA) return check_dma(command, scratchpad_bytes);
  if (command.opcode == TAKT_OP_MATRIX) return check_matrix(command, scratchpad_bytes);
  if (command.opcode == TAKT_OP_VECTOR) return check_vector(command, scratchpad_bytes);
  return TAKT_STATUS_OK;
}

}  // namespace takt::npu
