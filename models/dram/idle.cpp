// Refreshes of a channel, and what happens while no request waits: closing rows, refreshes, power-down, self-refresh.
// A long idle time costs no more than a short one.
#include "models/dram/controller.h"

namespace takt::dram {
void Controller::refresh_due() {
  for (unsigned& owes : owes_) ++owes;
  owed_ += banks_.ranks();
  refresh_due_ += timing_.refresh_interval;
  if (blocked_ == 0) start_refresh();
}

// Begins a refresh that is owed: of any banks of a rank that may postpone no more, or else of banks that nobody waits
// for.
void Controller::start_refresh() {
  for (const bool must : {true, false}) {
    for (unsigned rank = 0; rank < banks_.ranks(); ++rank) {
      if (owes_[rank] == 0 || must != (owes_[rank] > policy_.refresh_postpone)) continue;
      blocked_ = next_refreshed(rank, must);
      refresh_rank_ = rank;
      if (blocked_ != 0) return;
    }
  }
}

// The banks that a rank refreshes next; none where someone waits for them and nobody must.
std::uint64_t Controller::next_refreshed(unsigned rank, bool must) {
  const std::uint64_t pending = reads_.pending() | writes_.pending();
  const std::uint64_t all = banks_.of_rank(rank);
  if (!per_bank_refresh_) return must || (all & pending) == 0 ? all : 0;
  if (round_[rank] == 0) round_[rank] = all;
  const std::uint64_t idle = round_[rank] & ~pending;
  if (idle != 0) return bit(lowest(idle));
  return must ? bit(lowest(round_[rank])) : 0;
}

void Controller::refreshed() {
  --owes_[refresh_rank_];
  --owed_;
  blocked_ = 0;
  if (owed_ != 0) start_refresh();
}

void Controller::report_refresh(unsigned bank, Cycle at) {
  ++refreshes_;
  if (observer_ == nullptr) return;
  if (per_bank_refresh_) {
    observer_->refresh(bank, at);
  } else {
    observer_->refresh_all(banks_.rank_of(bank), at);
  }
}

void Controller::report_idle(Cycle until) {
  if (idle_) idle_until(until);
}

// When something begins that comes `after` the last data.
Cycle Controller::asleep_at(Cycle after) const { return after == no_cycle ? no_cycle : idle_since_ + after; }

// Ends an idle time: a request arrives at `at`.
void Controller::wake(Cycle at) {
  idle_until(at);
  idle_ = false;
  now_ = max(now_, at);
  if (at > idle_since_) idle_cycles_ += at - idle_since_;
  if (asleep_) {
    const bool deep = state_ == &StateCycles::self_refresh;
    for (unsigned rank = 0; rank < banks_.ranks(); ++rank) {
      banks_.hold(rank, at + (deep ? timing_.self_refresh_exit : timing_.power_down_exit));
    }
    if (deep) refreshed_by_itself(at);
    asleep_ = false;
    account(at, &StateCycles::precharged);
  }
  if (timing_.write_clock_expires == no_cycle) return;
  const Cycle stops = last_column_ + timing_.write_clock_expires;
  if (last_column_ == 0) {
    write_clock_since_ = at;
  } else if (at > stops) {
    states_.write_clock += stops - write_clock_since_;
    write_clock_since_ = at;
    banks_.hold_columns(at + timing_.write_clock_sync);
  }
}

// Self-refresh ends at `at`: nothing is owed.
void Controller::refreshed_by_itself(Cycle at) {
  owes_.assign(owes_.size(), 0);
  owed_ = 0;
  blocked_ = 0;
  refresh_due_ = at + timing_.self_refresh_exit + timing_.refresh_interval;
}

// What the channel does by itself before `until`, when no request waits.
void Controller::idle_until(Cycle until) {
  const Cycle deep = asleep_at(timing_.self_refresh_after);
  const Cycle sleeps = min(asleep_at(timing_.power_down_after), deep);
  if (!asleep_) {
    catch_up(min(until, sleeps));
    if (until > sleeps) fall_asleep(sleeps, until);
  }
  if (asleep_) {
    catch_up(min(until, deep));
    if (until > deep && state_ == &StateCycles::power_down && end_refreshes(until)) {
      account(max(max(deep, slot_), accounted_), &StateCycles::self_refresh);
    }
  }
  idled_to_ = until;
}

// Ends the refreshes in progress, if that can be done before `until`.
bool Controller::end_refreshes(Cycle until) {
  while (blocked_ != 0) {
    Choice choice;
    choose_refresh(choice);
    if (choice.at >= until) return false;
    issue(choice);
  }
  return true;
}

// Ends the refreshes in progress, closes all rows and enters power-down or self-refresh at `at` or later, if that can
// be done before `until`.
void Controller::fall_asleep(Cycle at, Cycle until) {
  for (;;) {
    const unsigned rank = banks_.open() == 0 ? 0 : banks_.rank_of(lowest(banks_.open()));
    Choice refresh;
    Cycle next = at;
    if (blocked_ != 0) {
      choose_refresh(refresh);
      next = refresh.at;
    } else if (banks_.open() != 0) {
      next = slot(max(at, banks_.earliest_precharge_all(rank)));
    }
    if (min(next, refresh_due_) >= until) return;
    if (refresh_due_ <= next) {
      now_ = max(now_, refresh_due_);
      refresh_due();
    } else if (blocked_ != 0) {
      issue(refresh);
    } else if (banks_.open() != 0) {
      now_ = next;
      slot_ = next + 1;
      close_all(rank, next);
    } else {
      asleep_ = true;
      account(max(next, accounted_), &StateCycles::power_down);
      return;
    }
    at = max(at, now_);
  }
}

// The rows that the page policy closes and the refreshes that are due before `until`.
void Controller::catch_up(Cycle until) {
  while (true) {
    skip_refreshes(until);
    Choice choice;
    if (closing_ != 0) choose_close(choice);
    if (blocked_ != 0) choose_refresh(choice);
    if (min(choice.at, refresh_due_) >= until) return;
    if (refresh_due_ <= choice.at) {
      now_ = max(now_, refresh_due_);
      refresh_due();
    } else {
      issue(choice);
    }
  }
}

// Of many refreshes with all rows closed, only the latest of each bank can still be felt: the others leave nothing but
// their count.
void Controller::skip_refreshes(Cycle until) {
  if (observer_ != nullptr || banks_.open() != 0 || owed_ != 0 || refresh_due_ >= until) return;
  const Cycle round = per_bank_refresh_ ? banks_.count() / banks_.ranks() : 1;
  const Cycle rounds = (until - 1 - refresh_due_) / timing_.refresh_interval / round;
  if (rounds < 3) return;
  const Cycle skipped = (rounds - 2) * round;
  refreshes_ += skipped * banks_.ranks();
  refresh_due_ += skipped * timing_.refresh_interval;
}

// The channel is in another state from `at` on.
void Controller::account(Cycle at, Cycle StateCycles::*state) {
  states_.*state_ += at - accounted_;
  accounted_ = at;
  state_ = state;
}

// A copy that has idled up to `now`. One serves as long as nothing but time passes.
const Controller& Controller::idled(Cycle now) const {
  if (ahead_ == nullptr || ahead_column_ != last_column_ || ahead_from_ != idled_to_ || now < ahead_->idled_to_) {
    ahead_.reset();
    ahead_ = std::make_shared<Controller>(*this);
    ahead_->observer_ = nullptr;
    ahead_column_ = last_column_;
    ahead_from_ = idled_to_;
  }
  ahead_->idle_until(now);
  return *ahead_;
}

Settled Controller::settled(Cycle now) const {
  if (!idle_ || now <= idled_to_) return {refreshes_, spent(now)};
  const Controller& ahead = idled(now);
  return {ahead.refreshes_, ahead.spent(now)};
}

StateCycles Controller::spent(Cycle now) const {
  StateCycles states = states_;
  if (now > accounted_) states.*state_ += now - accounted_;
  if (timing_.write_clock_expires == no_cycle || last_column_ == 0) return states;
  const Cycle stops = idle_ ? min(now, last_column_ + timing_.write_clock_expires) : now;
  if (stops > write_clock_since_) states.write_clock += stops - write_clock_since_;
  return states;
}

}  // namespace takt::dram
