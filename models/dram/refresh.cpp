// Refresh of one channel. Refreshes are caught up when a request needs to know: a long idle time costs no more than a
// short one.
#include "models/dram/channel.h"

namespace takt::dram {
namespace {

using units::max;
using units::Time;

// LPDDR4/5 let a controller postpone eight refresh commands (JESD209-5, refresh command scheduling flexibility).
constexpr std::uint64_t postponable = 8;

}  // namespace

void Channel::refresh(Time due_by, unsigned bank) {
  if (per_bank_refresh_) {
    refresh_banks(due_by, bank);
  } else {
    refresh_all_banks(due_by);
  }
}

// Precharges a bank whose row is open and returns when it may be activated or refreshed.
Time Channel::close(unsigned bank, Time not_before) {
  const Time precharge = max(bank_[bank].precharge_ready, not_before);
  if (observer_ != nullptr) observer_->precharge(bank, precharge);
  bank_[bank].row = closed;
  return precharge + timing_.rp;
}

// Refreshes due at or before `due_by`, at least one. All but the first passed while nothing was committed; of these
// only the last can still be felt.
void Channel::refresh_all_banks(Time due_by) {
  const std::uint64_t overdue = (due_by - next_refresh_) / timing_.refresh_interval;
  const Time last = next_refresh_ + timing_.refresh_interval * overdue;
  refresh_together(next_refresh_);
  if (overdue > 0) refresh_together(last);
  next_refresh_ = last + timing_.refresh_interval;
  refresh_limit_ = next_refresh_;
}

void Channel::refresh_together(Time due) {
  Time precharge = due;
  for (const Bank& bank : bank_) {
    if (bank.row != closed) precharge = max(precharge, bank.precharge_ready);
  }
  Time start = due;
  for (unsigned i = 0; i < bank_.size(); ++i) {
    start = max(start, bank_[i].row == closed ? bank_[i].activate_ready : close(i, precharge));
  }
  if (observer_ != nullptr) observer_->refresh(-1, start);
  for (Bank& bank : bank_) bank.activate_ready = start + timing_.refresh;
}

// Refreshes due at or before `due_by`. A controller is free to choose the bank inside a round; it keeps away from the
// row group in use, `avoid`, and takes the one that a stream will come back to last.
void Channel::refresh_banks(Time due_by, unsigned avoid) {
  const std::uint64_t all = bank_.size();
  while (next_refresh_ <= due_by) {
    const std::uint64_t overdue = (due_by - next_refresh_) / timing_.refresh_interval;
    if (overdue >= 2 * all) next_refresh_ += timing_.refresh_interval * ((overdue / all - 1) * all);
    if (refresh_pending_ == 0) refresh_pending_ = ~std::uint64_t{0} >> (64 - all);
    int bank = choose_refresh(avoid);
    if (bank < 0) {
      if (overdue < postponable) return;
      bank = __builtin_ctzll(refresh_pending_);
    }
    refresh_bank(static_cast<unsigned>(bank), next_refresh_);
    refresh_pending_ &= ~(std::uint64_t{1} << bank);
    next_refresh_ += timing_.refresh_interval;
  }
}

// A pending bank outside row group `avoid`, or -1.
int Channel::choose_refresh(unsigned avoid) const {
  const std::uint64_t row_group = (std::uint64_t{1} << groups_) - 1;
  for (unsigned back = 1; back < banks_; ++back) {
    const unsigned bank = (avoid - back) & (banks_ - 1);
    const std::uint64_t pending = refresh_pending_ >> (bank * groups_) & row_group;
    if (pending != 0) return static_cast<int>(bank * groups_) + __builtin_ctzll(pending);
  }
  return -1;
}

void Channel::refresh_bank(unsigned number, Time due) {
  Bank& bank = bank_[number];
  const Time start = bank.row == closed ? max(due, bank.activate_ready) : close(number, due);
  if (observer_ != nullptr) observer_->refresh(static_cast<int>(number), start);
  bank.activate_ready = start + timing_.refresh;
}

}  // namespace takt::dram
