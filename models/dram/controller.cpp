#include "models/dram/controller.h"

namespace takt::dram {
namespace {

constexpr unsigned place_bits = 24;  // of an age: the rest numbers segments

}  // namespace

Controller::Controller(const Config& config, Fidelity fidelity)
    : timing_(make_durations(config)),
      map_(config),
      banks_(config),
      policy_(config.policy),
      // In a bank group of its own tCCD_L is the pace; columns of another rank need not wait for tCCD.
      leaps_(fidelity == Fidelity::fast && policy_.page == PagePolicy::open &&
             timing_.column * map_.rotation() >= timing_.column_group &&
             (config.ranks == 1 || timing_.burst >= timing_.column)),
      per_bank_refresh_(config.refresh == Refresh::per_bank),
      together_(policy_.drain == Drain::together),
      activate_commands_(config.activate_commands),
      reads_(policy_.read_queue_bursts, banks_.count(), map_.rotation()),
      writes_(policy_.write_queue_bursts, banks_.count(), map_.rotation()),
      bank_(banks_.count()),
      owes_(banks_.ranks()),
      round_(banks_.ranks()),
      refresh_due_(timing_.refresh_interval),
      bank_counts_(banks_.count()) {}

void Controller::push(const Run& run) {
  if (free_runs_.empty()) {
    free_runs_.push_back(static_cast<Index>(runs_.size()));
    runs_.emplace_back();
  }
  const Index number = free_runs_.back();
  free_runs_.pop_back();
  runs_[number] = Active{run, 0, 0, no_cycle};
  if (run.account >= accounts_.size()) accounts_.resize(run.account + 1u);
  Backlog& backlog = waiting_[run.qos];
  runs_[number].run.arrival = backlog.arrival = max(run.arrival, backlog.arrival);
  backlog.runs.push_back(number);
  next_ = min(next_, backlog.arrival);
  waiting_mask_ |= 1u << run.qos;
  backlog_ += run.count;
}

void Controller::advance(Cycle until, std::uint64_t backlog) {
  if (next_ >= until) return;  // the latest call saw what comes next, and nothing has been handed over since
  while (backlog_ >= backlog) {
    if (idle_) {
      next_ = next_arrival();
      if (next_ >= until) {
        if (until < no_cycle - 1) idle_until(until);
        return;
      }
      wake(next_);
    }
    if (waiting_mask_ != 0 && reads_.room() + writes_.room() != 0) admit();
    if (writes_.bursts() != 0 || write_mode_) choose_direction();
    const Choice choice = choose();
    const Cycle event = waiting_mask_ == 0 ? refresh_due_ : min(refresh_due_, next_arrival());
    next_ = min(choice.at, event);
    if (next_ >= until) return;
    if (event <= choice.at) {
      now_ = max(now_, event);
      if (refresh_due_ <= now_) refresh_due();
      continue;
    }
    const bool column = choice.command == Command::read || choice.command == Command::write;
    const unsigned columns = leaps_ && column ? leap_length(choice, event, until) : 1;
    if (columns > 1) {
      leap(choice, columns);
    } else {
      issue(choice);
    }
    if (reads_.bursts() + writes_.bursts() == 0 && owed_ == 0) {
      idle_ = true;
      idle_since_ = data_end();
    }
  }
}

void Controller::drain() {
  draining_ = true;
  next_ = 0;
  advance(no_cycle - 1);
  draining_ = false;
}

// A read or a write that waits for room needs one decision at least, and a column for each burst before its last. A
// read's data end later than its column.
Cycle Controller::next_event() const {
  if (!done_.empty()) return now_;
  if (backlog_ == 0 && reads_.bursts() == 0) return no_cycle;
  const Cycle column = banks_.ranks() == 1 ? timing_.column : min(timing_.column, timing_.burst);
  Cycle least = no_cycle;
  for (const Active& run : runs_) {
    const std::uint64_t left = run.run.count - (run.run.write ? run.admitted : run.issued);
    if (left == 0) continue;
    const std::uint64_t room = run.run.write ? writes_.room() : 0;
    const Cycle data = run.run.write ? 0 : timing_.read_latency + timing_.burst - 1;
    least = min(least, left > room ? (left - room - 1) * column + data : data);
  }
  return next_ + 1 + least;
}

Cycle Controller::data_end() const {
  if (last_column_ == 0) return 0;
  return last_column_ + timing_.burst + (last_write_ ? timing_.write_latency : timing_.read_latency);
}

// --- admission

// The next arrival that could enter its queue, as far as it lies in the future.
Cycle Controller::next_arrival() const {
  Cycle next = no_cycle;
  for (unsigned mask = waiting_mask_; mask != 0; mask &= mask - 1) {
    const Run& run = runs_[waiting_[lowest(mask)].runs.front()].run;
    if (idle_ || run.arrival > now_) next = min(next, run.arrival);
  }
  return next;
}

void Controller::admit() {
  for (unsigned mask = waiting_mask_; mask != 0;) {
    const unsigned level = highest(mask);
    mask &= ~(1u << level);
    admit_from(level);
  }
}

void Controller::admit_from(unsigned level) {
  Backlog& backlog = waiting_[level];
  while (!backlog.runs.empty()) {
    const Index number = backlog.runs.front();
    Active& run = runs_[number];
    RequestQueue& queue = this->queue(run.run.write);
    if (run.run.arrival > now_ || queue.room() == 0) return;
    if (backlog.segment == none) open_segment(backlog);
    const Index filling = backlog.segment;
    const Segment& segment = queue.segment(filling);
    const std::uint32_t first = segment.admitted;
    const unsigned left = segment.total - first;
    const unsigned count = left < queue.room() ? left : queue.room();
    const bool settled = queue.settled(filling);
    queue.admit(filling, count);
    if (!settled) {
      const unsigned turns = count < map_.rotation() ? count : map_.rotation();
      for (unsigned i = 0; i < turns; ++i) find_hit(segment.bank(first + i, map_.rotation()), run.run.write);
    }
    enter(number, count, now_);
  }
}

void Controller::open_segment(Backlog& backlog) {
  const Index number = backlog.runs.front();
  const Active& run = runs_[number];
  Segment segment;
  segment.run = number;
  segment.chunk = map_.locate(run.run.burst + run.admitted);
  const std::uint64_t left = run.run.count - run.admitted;
  segment.total = static_cast<std::uint32_t>(left < segment.chunk.count ? left : segment.chunk.count);
  segment.qos = run.run.qos;
  segment.age = sequence_++ << place_bits;
  segment.arrival = run.run.arrival;
  backlog.segment = queue(run.run.write).open(segment);
}

// Notes that `count` more bursts of a run entered the queue, the last one at `at`.
void Controller::enter(Index number, unsigned count, Cycle at) {
  Active& run = runs_[number];
  Backlog& backlog = waiting_[run.run.qos];
  run.admitted += count;
  backlog_ -= count;
  const Segment& segment = queue(run.run.write).segment(backlog.segment);
  if (segment.admitted == segment.total) backlog.segment = none;
  if (run.run.write && run.first == no_cycle) run.first = now_;
  if (run.admitted < run.run.count) return;
  backlog.runs.pop_front();
  if (backlog.runs.empty()) waiting_mask_ &= ~(1u << run.run.qos);
  if (run.run.write) done_.push_back({run.run.tag, run.first, at});
}

// Bursts whose row nobody has opened for them yet.
unsigned Controller::waiting(bool write) const {
  unsigned promised = 0;
  for (std::uint64_t rest = promised_[write]; rest != 0; rest &= rest - 1) ++promised;
  return queue(write).bursts() - promised;
}

// Whether writes stand back for reads of a higher QoS.
bool Controller::stronger_reads() const {
  return waiting(false) != 0 && writes_.bursts() != 0 && reads_.strongest() > writes_.strongest();
}

// Whether columns of that direction count against batch_.
bool Controller::takes_from_batch(bool write) const {
  return together_ ? write : write == write_mode_ && waiting(!write) != 0;
}

// A batch of writes ends, while reads wait, with the low watermark, or after as many columns as the queue has places
// where new writes keep coming; then reads have as many before the next batch.
void Controller::choose_direction() {
  const unsigned reads = waiting(false);
  const unsigned writes = waiting(true);
  if (write_mode_) {
    const bool goes_on = together_ ? batch_ != 0 : reads == 0 || (writes > policy_.write_low_bursts && batch_ != 0);
    write_mode_ = goes_on && writes_.bursts() != 0 && (together_ || !stronger_reads());
    if (reads == 0 && !together_) batch_ = policy_.write_queue_bursts;
    if (write_mode_) return;
    batch_ = batch_ == 0 && !together_ ? policy_.read_queue_bursts : 0;
  }
  const std::uint32_t least = draining_ ? 1 : policy_.write_idle_bursts;
  const bool idle = reads == 0 && least != 0 && writes >= least;
  const bool full = writes >= policy_.write_high_bursts && (batch_ == 0 || reads == 0 || together_);
  write_mode_ = idle || (full && (together_ || !stronger_reads()));
  if (write_mode_) batch_ = together_ ? writes : policy_.write_queue_bursts;
}

// --- choosing: the earliest command; at the same time refreshes, columns, ACTs, PREs, then QoS, then age

namespace {

unsigned order(Command command) {
  switch (command) {
    case Command::refresh:
      return 0;
    case Command::read:
    case Command::write:
      return 1;
    case Command::activate:
      return 2;
    case Command::precharge:
      break;
  }
  return 3;
}

}  // namespace

// The column's clocks are taken; between them all are free but the one of the ACT's second command.
Cycle Controller::slot_in_comb(Cycle at) const {
  for (; at <= comb_last_; ++at) {
    if (at != second_ && (at - comb_first_) % timing_.column != 0) return at;
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

// Whether a candidate that may go at best.at goes before the best one of the same kind.
bool Controller::before(const Share& share, const Choice& best) {
  return share.qos != best.qos ? share.qos > best.qos : share.age < best.age;
}

void Controller::choose_column(Choice& best, bool write, std::uint64_t banks) const {
  const RequestQueue& queue = this->queue(write);
  const Command command = write ? Command::write : Command::read;
  for (unsigned rank = 0; rank < banks_.ranks(); ++rank) {
    const Cycle floor = max(max(slot_, now_), banks_.rank_allows(command, rank));
    for (std::uint64_t rest = banks & banks_.of_rank(rank); rest != 0; rest &= rest - 1) {
      const unsigned bank = lowest(rest);
      const Cycle at = slot(max(floor, banks_.bank_allows(command, bank)));
      if (at > best.at) continue;
      const Index hit = bank_[bank].hit[write];
      const Share& share = queue.share(hit);
      if (at == best.at && !before(share, best)) continue;
      Cycle since;
      if (queue.first(bank) != hit && yields(bank, write, since) && at >= since) continue;
      best = {command, hit, bank, at, share.age, share.qos, write};
    }
  }
}

void Controller::choose_rows(Choice& best) const {
  for (const bool write : {false, true}) {
    if (eligible(write) && queue(write).pending() != 0) choose_row(best, write);
  }
}

void Controller::choose_row(Choice& best, bool write) const {
  const RequestQueue& queue = this->queue(write);
  const std::uint64_t kept = hits_[!write] & (eligible(!write) ? ~std::uint64_t{0} : promised_[!write]);
  const std::uint64_t banks = queue.pending() & ~blocked_ & ~kept;
  for (unsigned rank = 0; rank < banks_.ranks(); ++rank) {
    const std::uint64_t here = banks & banks_.of_rank(rank);
    choose_activate(best, write, rank, here & ~banks_.open());
    choose_precharge(best, write, rank, here & banks_.open() & ~hits_[write]);
    for (std::uint64_t rest = here & hits_[write]; rest != 0; rest &= rest - 1) {
      const unsigned bank = lowest(rest);
      if (bank_[bank].hit[write] != queue.first(bank)) choose_yielding(best, write, bank);
    }
  }
}

void Controller::choose_activate(Choice& best, bool write, unsigned rank, std::uint64_t banks) const {
  if (banks == 0) return;
  const RequestQueue& queue = this->queue(write);
  Cycle floor = max(max(slot_, now_), banks_.rank_allows(Command::activate, rank));
  if (second_ != no_cycle) floor = max(floor, second_ + 1);
  if (floor > best.at || (floor == best.at && order(best.command) < order(Command::activate))) return;
  for (std::uint64_t rest = banks; rest != 0; rest &= rest - 1) {
    const unsigned bank = lowest(rest);
    const Cycle at = slot(max(floor, banks_.bank_allows(Command::activate, bank)));
    consider(best, Command::activate, write, queue.first(bank), at);
  }
}

void Controller::choose_precharge(Choice& best, bool write, unsigned rank, std::uint64_t banks) const {
  if (banks == 0) return;
  const RequestQueue& queue = this->queue(write);
  const Cycle floor = slot(banks_.rank_allows(Command::precharge, rank));
  if (floor > best.at || (floor == best.at && order(best.command) < order(Command::precharge))) return;
  for (std::uint64_t rest = banks; rest != 0; rest &= rest - 1) {
    const unsigned bank = lowest(rest);
    const Cycle at = slot(max(floor, banks_.bank_allows(Command::precharge, bank)));
    consider(best, Command::precharge, write, queue.first(bank), at);
  }
}

// Closes a row with hits for a first share that has waited long enough.
void Controller::choose_yielding(Choice& best, bool write, unsigned bank) const {
  Cycle since;
  if (!yields(bank, write, since)) return;
  const Cycle at = slot(max(banks_.earliest(Command::precharge, bank), since));
  consider(best, Command::precharge, write, queue(write).first(bank), at);
}

void Controller::consider(Choice& best, Command command, bool write, Index index, Cycle at) const {
  if (at > best.at) return;
  const Share& share = queue(write).share(index);
  if (at == best.at) {
    const unsigned mine = order(command), other = order(best.command);
    if (mine > other || (mine == other && !before(share, best))) return;
  }
  best = {command, index, share.bank, at, share.age, share.qos, write};
}

// Whether the row hits of a bank have to wait for its first share, which wants another row; from `since` on. The one
// that the row was opened for never does.
bool Controller::yields(unsigned bank, bool write, Cycle& since) const {
  if ((promised_[write] & bit(bank)) != 0) return false;
  const RequestQueue& queue = this->queue(write);
  const Share& first = queue.share(queue.first(bank));
  since = 0;
  if (first.qos > queue.share(bank_[bank].hit[write]).qos) return true;
  if (policy_.row_hit_cap != 0 && bank_[bank].bypassed >= policy_.row_hit_cap) return true;
  if (timing_.starvation == no_cycle) return false;
  since = first.arrival + timing_.starvation;
  return true;
}

void Controller::choose_close(Choice& best) const {
  for (std::uint64_t rest = closing_ & ~blocked_ & ~(hits_[0] | hits_[1]); rest != 0; rest &= rest - 1) {
    const unsigned bank = lowest(rest);
    const Cycle at = slot(max(banks_.earliest(Command::precharge, bank), bank_[bank].close_at));
    if (at < best.at) best = {Command::precharge, none, bank, at, 0, 0, false};
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
  if (at <= best.at) best = {command, none, bank, at, 0, 7, false};
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
  if (queue.first(bank) != choice.share) ++bank_[bank].bypassed;
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
  Counts& account = accounts_[run.run.account];
  (run.run.write ? account.writes : account.reads) += columns;
  if (!run.run.write && run.first == no_cycle) run.first = first;
  if (run.issued < run.run.count) return;
  if (!run.run.write) done_.push_back({run.run.tag, run.first, last});
  free_runs_.push_back(number);
}

void Controller::issue_activate(const Choice& choice) {
  const unsigned bank = choice.bank;
  const RequestQueue& queue = this->queue(choice.write);
  const Share& share = queue.share(choice.share);
  Cycle second = choice.at;
  if (activate_commands_ == 2) {
    // The second command takes the next slot, unless a column goes there.
    second_ = no_cycle;
    Cycle column = no_cycle;
    if (comb_last_ >= comb_first_) {
      column = slot(choice.at + 1) - 1;
    } else {
      Choice next;
      choose_columns(next);
      column = next.at;
    }
    second_ = second = choice.at + (column == choice.at + 1 ? 2 : 1);
  }
  if (banks_.open() == 0) account(choice.at, &StateCycles::active);
  banks_.activate(bank, share.row, choice.at);
  if (observer_ != nullptr) observer_->activate(bank, share.row, choice.at, second);
  BankState& state = bank_[bank];
  Counts& account = accounts_[runs_[queue.segment(share.segment).run].run.account];
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
  bank_[bank].hit = {none, none};
  hits_[0] &= ~bit(bank);
  hits_[1] &= ~bit(bank);
  promised_[0] &= ~bit(bank);
  promised_[1] &= ~bit(bank);
  closing_ &= ~bit(bank);
}

void Controller::close_all(unsigned rank, Cycle at) {
  for (std::uint64_t rest = banks_.open() & banks_.of_rank(rank); rest != 0; rest &= rest - 1) {
    bank_[lowest(rest)].hit = {none, none};
  }
  banks_.precharge_all(rank, at);
  if (banks_.open() == 0) account(at, &StateCycles::precharged);
  if (observer_ != nullptr) observer_->precharge_all(rank, at);
  hits_[0] &= ~banks_.of_rank(rank);
  hits_[1] &= ~banks_.of_rank(rank);
  promised_[0] &= ~banks_.of_rank(rank);
  promised_[1] &= ~banks_.of_rank(rank);
  closing_ &= ~banks_.of_rank(rank);
}

// Looks up which share of a direction hits the bank's open row.
void Controller::find_hit(unsigned bank, bool write) {
  if (banks_.row(bank) == Banks::closed) return;
  const Index hit = queue(write).find(bank, banks_.row(bank));
  BankState& state = bank_[bank];
  state.hit[write] = hit;
  if (hit != none) {
    hits_[write] |= bit(bank);
    return;
  }
  hits_[write] &= ~bit(bank);
  if (policy_.page == PagePolicy::open) return;
  state.close_at = now_ + timing_.page_timeout;
  closing_ |= bit(bank);
}

}  // namespace takt::dram
