// What the scratchpad holds, in runs that give answers.
#include <algorithm>

#include "models/npu/core.h"

namespace takt::npu {

namespace {
constexpr unsigned char pattern = 0xa5;  // nobody's data
}  // namespace

void Core::compute(Functions& functions) {
  functions_ = &functions;
  contents_.assign(config_.scratchpad_bytes, pattern);
}

void Core::forget() { std::fill(contents_.begin(), contents_.end(), pattern); }

void Core::move_rows(bool write, const takt_dma_body& body, std::uint64_t address, std::uint64_t scratchpad) {
  if (functions_ == nullptr) return;
  for (std::uint32_t row = 0; row < body.rows; ++row)
    path_.copy(write, address + row * body.stride, contents_.data() + scratchpad + std::uint64_t{row} * body.row_bytes,
               body.row_bytes);
}

// Between the scratchpad and the save area.
void Core::move_live_ranges(bool write) {
  if (functions_ == nullptr) return;
  const takt_cut& cut = cuts_[save_.cut];
  std::uint64_t address = queues_[active_].registers.save_area + sizeof save_;
  for (std::uint32_t i = 0; i < cut.live_count; ++i) {
    const takt_live_range& range = live_ranges_[cut.live_first + i];
    path_.copy(write, address, contents_.data() + range.offset, range.bytes);
    address += range.bytes;
  }
}

void Core::move_refetched() {
  for (const takt_command& command : refetch_)
    if (command.opcode == TAKT_OP_DMA)
      move_rows(false, command.body.dma, header_.bases[command.body.dma.base] + command.body.dma.offset,
                command.body.dma.scratchpad);
}

void Core::run_function(const takt_command& command) {
  if (functions_ != nullptr && command.function != 0)
    functions_->run(queues_[active_].registers.program, command.function, contents_.data());
}

}  // namespace takt::npu
