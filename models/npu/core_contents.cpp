// What the scratchpad holds, in runs that give answers.
#include "models/npu/core.h"

namespace takt::npu {

namespace {
constexpr unsigned char pattern = 0xa5;  // nobody's data
}  // namespace

void Core::give_contents() { contents_.assign(config_.scratchpad_bytes, pattern); }

void Core::move_rows(bool write, const takt_dma_body& body, std::uint64_t address, std::uint64_t scratchpad) {
  if (shared_.functions == nullptr) return;
  for (std::uint32_t row = 0; row < body.rows; ++row)
    shared_.path.copy(write, address + row * body.stride,
                      contents_.data() + scratchpad + std::uint64_t{row} * body.row_bytes, body.row_bytes);
}

// Between the scratchpad and the save area.
void Core::move_live_ranges(bool write) {
  if (shared_.functions == nullptr) return;
  if (saved_mid_command()) {
    const std::uint64_t address = context_area() + context_bytes(shared_.config);
    if (save_.live_bytes != 0) shared_.path.copy(write, address, contents_.data(), save_.live_bytes);
    return;
  }
  const takt_cut& cut = cuts_[save_.cut];
  std::uint64_t address = save_area() + sizeof save_;
  for (std::uint32_t i = 0; i < cut.live_count; ++i) {
    const takt_live_range& range = live_ranges_[cut.live_first + i];
    shared_.path.copy(write, address, contents_.data() + range.offset, range.bytes);
    address += range.bytes;
  }
}

void Core::run_function(const takt_command& command) {
  if (shared_.functions != nullptr && command.function != 0)
    shared_.functions->run(job_.registers.program, command.function, contents_.data());
}

}  // namespace takt::npu
