// Which command a channel issues next, and issuing it: the earliest; at the same time refreshes, columns, ACTs, PREs,
// then QoS, then age.
#include "models/dram/controller.h"

namespace takt::dram {

// The columns' clocks are taken; between them all are free but the one of the ACT's second command.
Cycle Controller::slot_in_comb(Cycle at) const {
  for (; at <= comb_last_; ++at) {
    if (at != second_ && static_cast<std::uint32_t>(at - comb_first_) % column_ != 0) return at;
  }
  return at == second_ ? at + 1 : at;
}

Controller::Choice Controller::choose() const {
  Choice best;
  choose_columns(best);
  choose_rows(best);
  if (closing_ != 0) choose_close(best);
  if (blocked_ != 0) choose_refresh(best);
  return best;
}

// Where a row was opened for a burst before its direction had to stand back, it has its column all the same.
void Controller::choose_columns(Choice& best) const {
  for (const bool write : {false, true}) {
    const std::uint64_t banks = hits_[write] & ~blocked_ & (eligible(write) ? ~std::uint64_t{0} : promised_[write]);
    if (banks != 0) choose_column(best, write, banks);
  }
}

void Controller::choose_column(Choice& best, bool write, std::uint64_t banks) const {
  const RequestQueue& queue = this->queue(write);
  const Command command = write ? Command::write : Command::read;
  const std::uint64_t overtaking = overtakes_[write];
  Cycle best_at = best.at;
  Key best_key = best.key;
  for (unsigned rank = 0; rank < banks_.ranks(); ++rank) {
    const Cycle floor = max(max(slot_, now_), banks_.rank_allows(command, rank));
    if (floor > best_at) continue;
    const bool all_free = free_from(floor);
    for (std::uint64_t rest = banks & banks_.of_rank(rank); rest != 0; rest &= rest - 1) {
      const unsigned bank = lowest(rest);
      Cycle at = max(floor, banks_.bank_allows(command, bank));
      if (!all_free) at = slot(at);
      if (at > best_at) continue;
      const Index hit = bank_[bank].hit[write];
      const Key key = queue.share(hit).key;
      if (at == best_at && key >= best_key) continue;
      Cycle since;
      if ((overtaking & bit(bank)) != 0 && yields(bank, write, since) && at >= since) continue;
      best = {command, hit, bank, at, key, write};
      best_at = at;
      best_key = key;
    }
  }
}

// ACTs and PREs that go earlier than the best command so far.
void Controller::choose_rows(Choice& best) const {
  for (const bool write : {false, true}) {
    if (!eligible(write)) continue;
    const std::uint64_t waiting = queue(write).pending() & ~(hits_[write] & ~overtakes_[write]) & ~blocked_;
    if (waiting != 0) choose_rows_of(best, write, waiting);
  }
}

// Of one direction, for banks whose first share does not hit their row.
void Controller::choose_rows_of(Choice& best, bool write, std::uint64_t banks) const {
  banks &= ~(hits_[!write] & (eligible(!write) ? ~std::uint64_t{0} : promised_[!write]));
  const std::uint64_t closed = banks & ~banks_.open();
  const std::uint64_t other = banks & banks_.open() & ~hits_[write];
  if (closed != 0) choose_activate(best, write, closed);
  if (other != 0) choose_precharge(best, write, other);
  for (std::uint64_t rest = banks & overtakes_[write]; rest != 0; rest &= rest - 1) {
    choose_yielding(best, write, lowest(rest));
  }
}

void Controller::choose_activate(Choice& best, bool write, std::uint64_t banks) const {
  const Cycle begin = max(max(slot_, now_), second_ == no_cycle ? 0 : second_ + 1);
  for (unsigned rank = 0; rank < banks_.ranks(); ++rank) {
    const Cycle floor = max(begin, banks_.rank_allows(Command::activate, rank));
    if (floor > best.at) continue;
    for (std::uint64_t rest = banks & banks_.of_rank(rank); rest != 0; rest &= rest - 1) {
      const unsigned bank = lowest(rest);
      consider(best, Command::activate, write, bank, max(floor, banks_.bank_allows(Command::activate, bank)));
    }
  }
}

void Controller::choose_precharge(Choice& best, bool write, std::uint64_t banks) const {
  for (std::uint64_t rest = banks; rest != 0; rest &= rest - 1) {
    const unsigned bank = lowest(rest);
    consider(best, Command::precharge, write, bank, banks_.earliest(Command::precharge, bank));
  }
}

// Closes a row with hits for a first share that has waited long enough.
void Controller::choose_yielding(Choice& best, bool write, unsigned bank) const {
  Cycle since;
  if (!yields(bank, write, since)) return;
  consider(best, Command::precharge, write, bank, max(banks_.earliest(Command::precharge, bank), since));
}

// A command for the bank's first share.
void Controller::consider(Choice& best, Command command, bool write, unsigned bank, Cycle ready) const {
  if (ready > best.at) return;
  const Index number = queue(write).first(bank);
  const Share& share = queue(write).share(number);
  const Cycle at = slot(max(ready, share.from));
  if (at > best.at) return;
  if (at == best.at && (command > best.command || (command == best.command && share.key >= best.key))) return;
  best = {command, number, bank, at, share.key, write};
}

// Whether the row hits of a bank have to wait for its first share, which wants another row; from `since` on. The one
// that the row was opened for never does.
bool Controller::yields(unsigned bank, bool write, Cycle& since) const {
  if ((promised_[write] & bit(bank)) != 0) return false;
  const RequestQueue& queue = this->queue(write);
  const Share& first = queue.share(queue.first(bank));
  since = 0;
  if (qos_of(first.key) > qos_of(queue.share(bank_[bank].hit[write]).key)) return true;
  if (policy_.row_hit_cap != 0 && bank_[bank].bypassed >= policy_.row_hit_cap) return true;
  if (timing_.starvation == no_cycle) return false;
  since = first.arrival + timing_.starvation;
  return true;
}

void Controller::choose_close(Choice& best) const {
  for (std::uint64_t rest = closing_ & ~blocked_ & ~(hits_[0] | hits_[1]); rest != 0; rest &= rest - 1) {
    const unsigned bank = lowest(rest);
    const Cycle at = slot(max(banks_.earliest(Command::precharge, bank), bank_[bank].close_at));
    if (at < best.at) best = {Command::precharge, none, bank, at, no_key, false};
  }
}

void Controller::choose_refresh(Choice& best) const {
  const std::uint64_t open = banks_.open() & blocked_;
  const unsigned bank = lowest(open != 0 ? open : blocked_);
  const Command command = open != 0 ? Command::precharge : Command::refresh;
  Cycle at;
  if (per_bank_refresh_ || (open != 0 && !policy_.precharge_all)) {
    at = banks_.earliest(command, bank);
  } else {
    at = open != 0 ? banks_.earliest_precharge_all(refresh_rank_) : banks_.earliest_refresh_all(refresh_rank_);
  }
  at = slot(at);
  if (at <= best.at) best = {command, none, bank, at, 0, false};
}

// --- issuing

void Controller::issue(const Choice& choice) {
  now_ = choice.at;
  slot_ = choice.at + 1;
  const bool refreshing = (blocked_ & bit(choice.bank)) != 0;
  switch (choice.command) {
    case Command::activate:
      issue_activate(choice);
      return;
    case Command::precharge:
      if (refreshing && !per_bank_refresh_ && policy_.precharge_all) {
        close_all(refresh_rank_, choice.at);
      } else {
        close(choice.bank, choice.at);
        bank_[choice.bank].conflict = choice.share != none;
      }
      return;
    case Command::refresh:
      if (per_bank_refresh_) {
        banks_.refresh(choice.bank, choice.at);
        round_[refresh_rank_] &= ~bit(choice.bank);
      } else {
        banks_.refresh_all(refresh_rank_, choice.at);
      }
      report_refresh(choice.bank, choice.at);
      refreshed();
      return;
    default:
      issue_column(choice);
  }
}

void Controller::issue_column(const Choice& choice) {
  const unsigned bank = choice.bank;
  const bool write = choice.write;
  RequestQueue& queue = this->queue(write);
  const Index segment = queue.share(choice.share).segment;
  const Index run = queue.segment(segment).run;
  if ((overtakes_[write] & bit(bank)) != 0) ++bank_[bank].bypassed;
  turn_bus(write);
  banks_.column(bank, write, choice.at);
  if (observer_ != nullptr) observer_->column(bank, write, choice.at);
  ++(write ? bank_counts_[bank].writes : bank_counts_[bank].reads);
  promised_[write] &= ~bit(bank);
  if (takes_from_batch(write) && batch_ != 0) --batch_;
  queue.issue(choice.share);
  find_hit(bank, write);
  count_columns(run, 1, choice.at, choice.at);
  if (owed_ != 0 && blocked_ == 0) start_refresh();
}

void Controller::turn_bus(bool write) {
  if (last_write_ == write) return;
  ++turnarounds_;
  last_write_ = write;
}

void Controller::count_columns(Index number, unsigned columns, Cycle first, Cycle last) {
  Active& run = runs_[number];
  last_column_ = last;
  run.issued += columns;
  Counts& account = change(run.run.account);
  (run.run.write ? account.writes : account.reads) += columns;
  bursts_ += columns;
  if (!run.run.write && run.first == no_cycle) run.first = first;
  if (run.issued < run.run.count) return;
  if (!run.run.write) done_.push_back({run.run.tag, run.first, last});
  free_runs_.push_back(number);
}

// The second command of an ACT takes the next slot, unless a column goes there.
Cycle Controller::second_command(Cycle first) const {
  if (comb_last_ >= comb_first_) return slot(first + 1);
  Choice next;
  choose_columns(next);
  return next.at == first + 1 ? first + 2 : first + 1;
}

void Controller::issue_activate(const Choice& choice) {
  const unsigned bank = choice.bank;
  const RequestQueue& queue = this->queue(choice.write);
  const Share& share = queue.share(choice.share);
  Cycle second = choice.at;
  if (activate_commands_ == 2) {
    second_ = no_cycle;
    second_ = second = second_command(choice.at);
  }
  if (banks_.open() == 0) account(choice.at, &StateCycles::active);
  banks_.activate(bank, share.row, choice.at);
  if (observer_ != nullptr) observer_->activate(bank, share.row, choice.at, second);
  BankState& state = bank_[bank];
  Counts& account = change(runs_[queue.segment(share.segment).run].run.account);
  ++account.activations;
  ++bank_counts_[bank].activations;
  account.conflicts += state.conflict;
  bank_counts_[bank].conflicts += state.conflict;
  state.conflict = false;
  state.bypassed = 0;
  promised_[choice.write] |= bit(bank);
  find_hit(bank, false);
  find_hit(bank, true);
}

void Controller::close(unsigned bank, Cycle at) {
  banks_.precharge(bank, at);
  if (banks_.open() == 0) account(at, &StateCycles::precharged);
  if (observer_ != nullptr) observer_->precharge(bank, at);
  forget_rows(bit(bank));
}

void Controller::close_all(unsigned rank, Cycle at) {
  banks_.precharge_all(rank, at);
  if (banks_.open() == 0) account(at, &StateCycles::precharged);
  if (observer_ != nullptr) observer_->precharge_all(rank, at);
  forget_rows(banks_.of_rank(rank));
}

// Nothing hits the rows of these banks any more.
void Controller::forget_rows(std::uint64_t banks) {
  for (const bool write : {false, true}) {
    hits_[write] &= ~banks;
    overtakes_[write] &= ~banks;
    promised_[write] &= ~banks;
  }
  closing_ &= ~banks;
}

// Looks up which share of a direction hits the bank's open row.
void Controller::find_hit(unsigned bank, bool write) {
  if (banks_.row(bank) == Banks::closed) return;
  const RequestQueue& queue = this->queue(write);
  const Index hit = queue.find(bank, banks_.row(bank));
  bank_[bank].hit[write] = hit;
  overtakes_[write] &= ~bit(bank);
  if (hit != none) {
    hits_[write] |= bit(bank);
    if (hit != queue.first(bank)) overtakes_[write] |= bit(bank);
    return;
  }
  hits_[write] &= ~bit(bank);
  if (policy_.page == PagePolicy::open) return;
  bank_[bank].close_at = now_ + timing_.page_timeout;
  closing_ |= bit(bank);
}

}  // namespace takt::dram
