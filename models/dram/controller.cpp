#include "models/dram/controller.h"

#include <utility>

namespace takt::dram {
Controller::Controller(const Config& config, Fidelity fidelity)
    : timing_(make_durations(config)),
      map_(config),
      banks_(config),
      policy_(config.policy),
      column_(static_cast<std::uint32_t>(timing_.column)),
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

Counts& Controller::change(std::uint32_t account) {
  if (marked_[account] == 0) {
    marked_[account] = 1;
    changed_.push_back(account);
  }
  return accounts_[account];
}

std::vector<std::uint32_t> Controller::take_changed() {
  for (const std::uint32_t account : changed_) marked_[account] = 0;
  return std::exchange(changed_, {});
}

void Controller::push(const Run& run) {
  if (free_runs_.empty()) {
    free_runs_.push_back(static_cast<Index>(runs_.size()));
    runs_.emplace_back();
  }
  const Index number = free_runs_.back();
  free_runs_.pop_back();
  Active& active = runs_[number];
  active.run = run;
  active.admitted = active.issued = 0;
  active.first = no_cycle;
  active.located = ~0u;
  if (run.account >= accounts_.size()) {
    accounts_.resize(run.account + 1u);
    marked_.resize(run.account + 1u);
  }
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
    if (!(leaps_ && column && leap(choice, min(event, until)))) issue(choice);
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
    const Active& run = runs_[backlog.runs.front()];
    const unsigned room = queue(run.run.write).room();
    if (run.run.arrival > now_ || room == 0) return;
    const std::uint32_t left = run.run.count - run.admitted;
    let_in(level, left < room ? left : room, now_, 0);
  }
}

// Where the run's burst `place` lies.
const Chunk& Controller::locate(Active& run, std::uint32_t place) const {
  if (run.located != place) {
    run.located = place;
    run.chunk = map_.locate(run.run.burst + place);
  }
  return run.chunk;
}

void Controller::open_segment(Backlog& backlog) {
  const Index number = backlog.runs.front();
  Active& run = runs_[number];
  Segment segment;
  segment.run = number;
  segment.chunk = locate(run, run.admitted);
  const std::uint64_t left = run.run.count - run.admitted;
  segment.total = static_cast<std::uint32_t>(left < segment.chunk.count ? left : segment.chunk.count);
  segment.qos = run.run.qos;
  segment.key = key_of(run.run.qos, sequence_++);
  segment.arrival = run.run.arrival;
  backlog.segment = queue(run.run.write).open(segment);
}

// Lets in `count` bursts of a level's runs, all of one direction: the first at `at`, the others one by one every
// `column` clocks.
void Controller::let_in(unsigned level, unsigned count, Cycle at, Cycle column) {
  Backlog& backlog = waiting_[level];
  while (count != 0) {
    const Index number = backlog.runs.front();
    const bool write = runs_[number].run.write;
    RequestQueue& queue = this->queue(write);
    if (backlog.segment == none) open_segment(backlog);
    const Index filling = backlog.segment;
    const Segment& segment = queue.segment(filling);
    const std::uint32_t first = segment.admitted;
    const unsigned left = segment.total - first;
    const unsigned entering = left < count ? left : count;
    const bool settled = queue.settled(filling);
    queue.admit(filling, entering, column == 0 ? at : at + 1, column);  // behind the column that made room
    if (!settled) {
      const unsigned turns = entering < map_.rotation() ? entering : map_.rotation();
      for (unsigned i = 0; i < turns; ++i) {
        const unsigned bank = segment.bank(first + i, map_.rotation());
        const bool hit = banks_.row(bank) == segment.chunk.row || (hits_[write] & bit(bank)) != 0;
        if (hit || policy_.page != PagePolicy::open) find_hit(bank, write);
      }
    }
    enter(number, entering, at, at + (entering - 1) * column);
    at += entering * column;
    count -= entering;
  }
}

// Notes that `count` more bursts of a run entered the queue, from `first` to `last`.
void Controller::enter(Index number, unsigned count, Cycle first, Cycle last) {
  Active& run = runs_[number];
  Backlog& backlog = waiting_[run.run.qos];
  run.admitted += count;
  backlog_ -= count;
  const Segment& segment = queue(run.run.write).segment(backlog.segment);
  if (segment.admitted == segment.total) backlog.segment = none;
  if (run.run.write && run.first == no_cycle) run.first = first;
  if (run.admitted < run.run.count) return;
  backlog.runs.pop_front();
  if (backlog.runs.empty()) waiting_mask_ &= ~(1u << run.run.qos);
  if (run.run.write) done_.push_back({run.run.tag, run.first, last});
}

// Bursts whose row nobody has opened for them yet.
unsigned Controller::waiting(bool write) const { return queue(write).bursts() - count_of(promised_[write]); }

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

}  // namespace takt::dram
