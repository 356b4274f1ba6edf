#include "sim/observe/history.h"

#include <algorithm>

#include "models/cpu/rv32/decode.h"

namespace takt::observe {

void History::executed(const rv32::Executed& instruction) {
  if (instruction.next_pc == instruction.pc + rv32::length_of(instruction.bits)) return;
  note({instruction.pc, instruction.next_pc, false, instruction.cycle});
}

void History::note(const Transfer& transfer) {
  if (most_ == 0) return;
  if (!ring_.empty()) {
    Transfer& last = ring_[(next_ + ring_.size() - 1) % ring_.size()];
    if (last.from == transfer.from && last.to == transfer.to && last.trap == transfer.trap) {
      ++last.times;
      last.cycle = transfer.cycle;
      return;
    }
  }
  if (ring_.size() < most_) {
    ring_.push_back(transfer);
    return;
  }
  ring_[next_] = transfer;
  next_ = (next_ + 1) % most_;
}

std::vector<History::Transfer> History::latest() const {
  std::vector<Transfer> all = ring_;
  std::rotate(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(next_), all.end());
  return all;
}

}  // namespace takt::observe
