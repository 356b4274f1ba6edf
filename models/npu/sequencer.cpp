#include "models/npu/sequencer.h"

#include <algorithm>

#include "models/units/quantity.h"

namespace takt::npu {

void Sequencer::start(std::uint64_t address, std::uint32_t commands, std::uint32_t position,
                      const takt_parameters* parameters) {
  address_ = address;
  commands_ = commands;
  limit_ = commands;
  next_ = position;
  first_ = position;
  window_.clear();
  in_flight_ = false;
  loops_.clear();
  skipped_ = 0;
  parameters_ = parameters;
}

SavedList Sequencer::save() const {
  SavedList saved;
  saved.loops = static_cast<std::uint32_t>(loops_.size());
  saved.skipped = skipped_;
  std::copy(loops_.begin(), loops_.end(), std::begin(saved.loop));
  return saved;
}

void Sequencer::restore(const SavedList& saved) {
  loops_.assign(saved.loop, saved.loop + saved.loops);
  skipped_ = saved.skipped;
  if (!loops_.empty()) first_ = loops_.front().begin;  // its turns are fetched again
}

bool Sequencer::holds(const SavedList& saved, std::uint32_t position, std::uint32_t commands) {
  if (position > commands || saved.loops > TAKT_LOOPS || saved.skipped > saved.loops) return false;
  if (position == commands && saved.loops != 0) return false;
  std::uint32_t first = 0;  // where the next loop may begin
  for (std::uint32_t i = 0; i < saved.loops; ++i) {
    const SavedLoop& loop = saved.loop[i];
    if (loop.begin < first || loop.begin >= position || loop.trips > loop.body.trips) return false;
    first = loop.begin + 1;
  }
  return true;
}

const takt_command* Sequencer::peek() const {
  if (at_limit() || next_ < first_ || next_ - first_ >= window_.size()) return nullptr;
  return &window_[next_ - first_];
}

std::uint32_t Sequencer::advance() {
  const takt_command* command = peek();
  missing_ = 0;
  std::uint32_t status = TAKT_STATUS_OK;
  if (command->opcode == TAKT_OP_LOOP_BEGIN)
    status = begin_loop(command->body.loop);
  else if (command->opcode == TAKT_OP_LOOP_END)
    status = end_loop();
  else
    ++next_;
  if (status != TAKT_STATUS_OK) return status;
  if (finished() && !loops_.empty()) return TAKT_STATUS_BAD_COMMAND;
  drop_consumed();
  return TAKT_STATUS_OK;
}

std::uint32_t Sequencer::begin_loop(const takt_loop_body& body) {
  if (loops_.size() == TAKT_LOOPS) return TAKT_STATUS_UNSUPPORTED;
  const bool by_parameter = body.parameter != TAKT_NO_PARAMETER;
  if (body.trips == 0 || (by_parameter && (body.parameter >= TAKT_PARAMETERS || body.tile == 0)))
    return TAKT_STATUS_BAD_COMMAND;
  const std::uint32_t trips = trips_of(body);
  loops_.push_back({next_, trips, 0, 0, body});
  if (trips == 0 || skipping()) ++skipped_;
  ++next_;
  return TAKT_STATUS_OK;
}

std::uint32_t Sequencer::trips_of(const takt_loop_body& body) const {
  if (body.parameter == TAKT_NO_PARAMETER || parameters_ == nullptr) return body.trips;
  const std::int64_t extent = std::max<std::int64_t>(0, value(body.parameter) + body.offset);
  return static_cast<std::uint32_t>(std::min<std::int64_t>(body.trips, (extent + body.tile - 1) / body.tile));
}

std::uint32_t Sequencer::end_loop() {
  if (loops_.empty()) return TAKT_STATUS_BAD_COMMAND;
  SavedLoop& loop = loops_.back();
  if (!skipping() && ++loop.index < loop.trips) {
    next_ = loop.begin + 1;
    return TAKT_STATUS_OK;
  }
  if (skipping()) --skipped_;
  // What a loop without turns encloses is missing with it.
  if (!skipping()) missing_ = loop.body.trips - loop.trips;
  loops_.pop_back();
  ++next_;
  return TAKT_STATUS_OK;
}

const takt_command& Sequencer::resolve(takt_command& room) const {
  const takt_command& command = *peek();
  const bool varies = command.parameter != TAKT_NO_PARAMETER && parameters_ != nullptr;
  if (loops_.empty() && !varies) return command;
  room = command;
  add_turns(room);
  if (varies) set_extent(room);
  return room;
}

std::uint64_t Sequencer::entry(const takt_dma_body& body) const {
  return body.entry + std::uint64_t{body.entry_step} * index();
}

void Sequencer::add_turns(takt_command& command) const {
  if (loops_.empty()) return;
  for (takt_wait& wait : command.wait) {
    if (wait.semaphore == TAKT_NO_SEMAPHORE) continue;
    wait.value += wait.step * index();
    for (std::size_t i = 0; i + 1 < loops_.size(); ++i)
      for (const takt_loop_count& count : loops_[i].body.count)
        if (count.semaphore == wait.semaphore) wait.value += count.count * loops_[i].index;
  }
  if (command.opcode != TAKT_OP_DMA) return;
  takt_dma_body& dma = command.body.dma;
  dma.offset += static_cast<std::uint64_t>(dma.loop_stride * index());
  dma.scratchpad += static_cast<std::uint32_t>(dma.scratchpad_loop_stride) * index();
  if (dma.base < TAKT_BASE_CONSTANTS || dma.base > TAKT_BASE_OUTPUT) return;
  for (std::size_t i = 0; i + 1 < loops_.size(); ++i)
    dma.offset +=
        static_cast<std::uint64_t>(loops_[i].body.base_stride[dma.base - TAKT_BASE_CONSTANTS] * loops_[i].index);
}

void Sequencer::set_extent(takt_command& command) const {
  const takt_extent& e = command.extent;
  const std::int64_t before = std::int64_t{e.step} * index();
  const auto extent =
      static_cast<std::uint32_t>(std::clamp<std::int64_t>(value(command.parameter) + e.offset - before, 0, e.limit));
  if (extent == 0) {
    command.opcode = TAKT_OP_NOP;
    command.overhead = TAKT_OVERHEAD_NONE;
    command.function = 0;
    return;
  }
  const auto part = [&](std::uint64_t count) { return units::mul_div_ceil(count, extent, e.limit); };
  switch (e.of) {
    case TAKT_EXTENT_ROWS:
      command.body.dma.rows = extent;
      break;
    case TAKT_EXTENT_OUT_HEIGHT:
      command.body.matrix.out_height = extent;
      command.body.matrix.recomputed_rows = std::min(command.body.matrix.recomputed_rows, extent);
      break;
    case TAKT_EXTENT_OUT_CHANNELS:
      command.body.matrix.out_channels = extent;
      break;
    case TAKT_EXTENT_IN_CHANNELS:
      command.body.matrix.in_channels = extent;
      break;
    default:
      command.body.vector.pass_bytes = part(command.body.vector.pass_bytes);
      command.body.vector.tap_bytes = part(command.body.vector.tap_bytes);
      command.body.vector.move_bytes = part(command.body.vector.move_bytes);
      command.body.vector.macs = part(command.body.vector.macs);
      break;
  }
}

void Sequencer::drop_consumed() {
  const std::uint32_t keep = loops_.empty() ? next_ : loops_.front().begin;
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
  if (dma.table != TAKT_NO_TABLE && dma.table >= TAKT_TABLES) return TAKT_STATUS_BAD_COMMAND;
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

// Extents are of what the command's kind has, and the body states the limit.
bool extent_holds(const takt_command& command) {
  if (command.parameter == TAKT_NO_PARAMETER) return true;
  if (command.parameter >= TAKT_PARAMETERS || command.extent.limit == 0) return false;
  const std::uint32_t limit = command.extent.limit;
  const takt_matrix_body& matrix = command.body.matrix;
  switch (command.extent.of) {
    case TAKT_EXTENT_ROWS:
      return command.opcode == TAKT_OP_DMA && command.body.dma.rows == limit;
    case TAKT_EXTENT_OUT_HEIGHT:
      return command.opcode == TAKT_OP_MATRIX && matrix.out_height == limit;
    case TAKT_EXTENT_OUT_CHANNELS:
      return command.opcode == TAKT_OP_MATRIX && matrix.out_channels == limit;
    case TAKT_EXTENT_IN_CHANNELS:
      return command.opcode == TAKT_OP_MATRIX && matrix.in_channels == limit;
    case TAKT_EXTENT_BYTES:
      return command.opcode == TAKT_OP_VECTOR;
    default:
      return false;
  }
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
  if (!extent_holds(command)) return TAKT_STATUS_BAD_COMMAND;
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
