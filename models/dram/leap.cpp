// Many columns in one step, with the result of one step each (`fast`).
//
// A leap issues columns of one segment, one by one at the rate of the bus, as long as detailed decisions could not come
// out otherwise: nothing older or stronger gets ready, the direction stays, nobody arrives who could enter. Commands to
// other rows go between the columns; new bursts enter the queue as columns free their places. A stride is a part
// of a leap for which it is known beforehand who enters (choose_entering). They all enter at its beginning, and their
// shares say from when on commands may go for them (Share::from).
#include "models/dram/controller.h"

namespace takt::dram {

// The strongest level whose front run takes the next free place in the queue of this direction, or `no_level`.
unsigned Controller::filling_level(Cycle at) const {
  for (unsigned mask = waiting_mask_; mask != 0;) {
    const unsigned level = highest(mask);
    mask &= ~(1u << level);
    const Run& run = runs_[waiting_[level].runs.front()].run;
    if (run.write == write_mode_ && run.arrival <= at) return level;
  }
  return no_level;
}

// Until when the columns that follow are those of the choice's segment, one by one at the rate of the bus, as far as
// `end`; at most choice.at where they are not.
Cycle Controller::in_turn_until(const Choice& choice, Cycle end) const {
  const RequestQueue& queue = this->queue(write_mode_);
  const Segment& segment = queue.segment(queue.share(choice.share).segment);
  const unsigned rotation = queue.rotation();
  const Command command = write_mode_ ? Command::write : Command::read;
  const unsigned unissued = segment.admitted - segment.issued;
  const unsigned turns = rotation < unissued ? rotation : unissued;
  std::uint64_t banks = 0;
  Cycle at = choice.at;
  for (unsigned i = 0; i < turns; ++i) {
    const std::uint32_t place = segment.issued + i;
    const unsigned turn = segment.turn(place, rotation);
    const unsigned bank = segment.bank(place, rotation);
    const Index share = segment.share[turn];
    if ((segment.linked >> turn & 1) == 0 || queue.share(share).place != place) return 0;
    if (bank_[bank].hit[write_mode_] != share || banks_.bank_allows(command, bank) > at) return 0;
    banks |= bit(bank);
    at += column_;
  }
  if ((banks & ~(hits_[write_mode_] & ~overtakes_[write_mode_])) != 0) return 0;
  if ((banks & blocked_) != 0 || (promised_[!write_mode_] & hits_[!write_mode_]) != 0) return 0;
  for (std::uint64_t rest = hits_[write_mode_] & ~blocked_ & ~banks; rest != 0; rest &= rest - 1) {
    const unsigned other = lowest(rest);
    if (queue.share(bank_[other].hit[write_mode_]).key < choice.key) end = min(end, banks_.bank_allows(command, other));
  }
  return end;
}

// Whether commands to other rows may go between a leap's columns without a second look at what comes next: they do not
// change what may be refreshed, and open no row for anything older.
bool Controller::rows_fit_in(const Choice& choice) const {
  const RequestQueue& queue = this->queue(write_mode_);
  // A refresh of all banks waits until nobody waits for any; one of one bank begins when nobody waits for that bank.
  if (blocked_ != 0 || (owed_ != 0 && per_bank_refresh_) || closing_ != 0 || column_ == 1) return false;
  const std::uint64_t served = hits_[write_mode_] & ~overtakes_[write_mode_];
  for (std::uint64_t rest = queue.pending() & ~served; rest != 0; rest &= rest - 1) {
    if (queue.share(queue.first(lowest(rest))).key < choice.key) return false;
  }
  return true;
}

// Columns after which the direction may change. With commands to rows between them each waiting bank may come to be
// one that a row was opened for.
std::uint64_t Controller::columns_of_direction(bool rows) const {
  std::uint64_t most = takes_from_batch(write_mode_) && batch_ != 0 ? batch_ : ~std::uint64_t{0};
  if (queue(!write_mode_).bursts() == 0) return most;
  const std::uint64_t opened = rows ? count_of(queue(write_mode_).pending()) : 0;
  const std::uint64_t kept = opened + (write_mode_ ? policy_.write_low_bursts : 0);
  const std::uint64_t there = waiting(write_mode_);
  if (write_mode_ && waiting(false) == 0) return most;
  return min(most, there > kept ? there - kept : 1);
}

// How many columns of the segment, up to the burst `end`, can be issued before a bank without a further one of them may
// be closed or refreshed.
std::uint64_t Controller::columns_without_rows(const Segment& segment, std::uint32_t end) const {
  const std::uint64_t left = end - segment.issued;
  const std::uint64_t first_without = left > map_.rotation() ? left - map_.rotation() + 1 : 1;
  if (owed_ != 0 && blocked_ == 0 && per_bank_refresh_)
    return segment.admitted - segment.issued > map_.rotation() ? first_without : 1;
  const Cycle closes = write_mode_ ? timing_.write_to_precharge : timing_.read_to_precharge;
  return first_without + closes / column_;
}

// Whether bursts of a segment that opens during a leap change nothing before their time: none hits an open row that
// others of its bank, one bit each in `occupied`, wait to have closed. Adds its banks to those.
bool Controller::enters_behind(const Chunk& chunk, std::uint32_t first, unsigned count, std::uint64_t& occupied) const {
  std::uint64_t banks = 0;
  const unsigned turns = count < map_.rotation() ? count : map_.rotation();
  for (unsigned i = 0; i < turns; ++i) {
    const unsigned bank = chunk.bank(first + i, map_.rotation());
    if ((occupied & bit(bank)) != 0 && banks_.row(bank) == chunk.row) return false;
    banks |= bit(bank);
  }
  occupied |= banks;
  return true;
}

// Who takes the places that the columns of a stride leave, and how many columns that allows.
void Controller::choose_entering(const Segment& segment, Stride& stride, Cycle at) {
  const RequestQueue& queue = this->queue(write_mode_);
  const Backlog& backlog = waiting_[stride.level];
  // With the segment's last column an owed refresh begins where nobody waits for a rank; who enters then comes too
  // late.
  const bool refreshes =
      owed_ != 0 && segment.total - segment.issued == stride.columns && (banks_.ranks() > 1 || stride.columns == 1);
  const bool behind =
      rows_between_ && !refreshes && stride.level <= queue.weakest() && this->queue(!write_mode_).bursts() == 0;
  std::uint64_t occupied = queue.pending();
  Index filling = backlog.segment;
  bool known = false;  // that the next bursts change nothing before their time
  for (std::size_t i = 0; i < backlog.runs.size(); ++i) {
    Active& run = runs_[backlog.runs[i]];
    if (run.run.write != write_mode_) {  // decides anew
      stride.columns = min(stride.columns, stride.enter);
      stride.turns = true;
      return;
    }
    if (stride.enter >= stride.columns) return;
    if (run.run.arrival > at) break;
    std::uint32_t place = i == 0 ? run.admitted : 0;
    while (place < run.run.count && stride.enter < stride.columns) {
      std::uint32_t left = 0;
      if (filling == none) {
        const Chunk& chunk = locate(run, place);
        left = static_cast<std::uint32_t>(min(run.run.count - place, chunk.count));
        known = behind && enters_behind(chunk, 0, left, occupied);
      } else {
        const Segment& f = queue.segment(filling);
        left = f.total - f.admitted;
        known =
            queue.settled(filling) || (behind && &f != &segment && enters_behind(f.chunk, f.admitted, left, occupied));
      }
      if (!known) {
        stride.columns = stride.enter + 1;
        return;
      }
      stride.enter += left;
      place += left;
      filling = none;
    }
    if (place < run.run.count) return;
  }
  stride.columns = min(stride.columns, stride.enter + 1);
}

// The next columns of a segment, the first at `at` and all before `end`, at most `most`.
Controller::Stride Controller::next_stride(const Segment& segment, std::uint64_t most, Cycle at, Cycle end) {
  Stride stride;
  stride.level = filling_level(at);
  const bool fills_itself = stride.level != no_level && waiting_[stride.level].segment != none &&
                            &queue(write_mode_).segment(waiting_[stride.level].segment) == &segment;
  const std::uint64_t there = (fills_itself ? segment.total : segment.admitted) - segment.issued;
  most = min(min(most, there), std::uint64_t{1} << place_bits);
  if (at + (most - 1) * column_ >= end) most = static_cast<std::uint32_t>(end - 1 - at) / column_ + 1;
  stride.columns = static_cast<unsigned>(most);
  if (stride.level != no_level) choose_entering(segment, stride, at);
  stride.enter = min(stride.enter, stride.columns);
  return stride;
}

// Returns false, and does nothing, where that is not known to be more than one column. All go before `end`.
bool Controller::leap(const Choice& choice, Cycle end) {
  if (choice.write != write_mode_ || (write_mode_ && together_)) return false;
  const RequestQueue& queue = this->queue(write_mode_);
  const Index number = queue.share(choice.share).segment;
  const Segment& segment = queue.segment(number);
  if (segment.admitted - segment.issued < 2) return false;
  end = in_turn_until(choice, end);
  if (end <= choice.at + 1) return false;

  rows_between_ = rows_fit_in(choice);
  std::uint64_t most = columns_of_direction(rows_between_);
  if (rows_between_ && most < 2) {
    rows_between_ = false;
    most = columns_of_direction(false);
  }
  if (!rows_between_) {
    const unsigned level = filling_level(choice.at);
    const bool fills_itself = level != no_level && waiting_[level].segment == number;
    most = min(most, columns_without_rows(segment, fills_itself ? segment.total : segment.admitted));
    Choice other;
    choose_rows(other);
    if (closing_ != 0) choose_close(other);
    if (other.at != no_cycle) end = min(end, other.at + 1);
  }
  if (blocked_ != 0) {  // goes before a column
    Choice refresh;
    choose_refresh(refresh);
    end = min(end, refresh.at);
  }
  if (second_ != no_cycle && second_ > choice.at && static_cast<std::uint32_t>(second_ - choice.at) % column_ == 0) {
    end = min(end, second_);
  }
  if (end <= choice.at) return false;
  Stride stride = next_stride(segment, most, choice.at, end);
  if (stride.columns < 2) return false;
  now_ = choice.at;
  slot_ = choice.at + 1;
  for (Cycle at = choice.at;;) {
    issue_stride(number, stride, at);
    most -= stride.columns;
    at += stride.columns * column_;
    if (!stays_in_turn(number, stride) || most == 0) break;
    end = min(end, next_arrival());
    if (end <= at) break;
    stride = next_stride(segment, most, at, end);
  }
  if (owed_ != 0 && blocked_ == 0) start_refresh();
  return true;
}

// Lets in who waits for a place that a stride has left free. Whether the segment's next column is the next one still.
bool Controller::stays_in_turn(Index number, const Stride& stride) {
  const RequestQueue& queue = this->queue(write_mode_);
  const Segment& segment = queue.segment(number);
  const bool ended = segment.issued == segment.total;
  if (!rows_between_ || ended || stride.turns) return false;
  const unsigned others = this->queue(!write_mode_).bursts();
  if (stride.level != no_level && stride.columns > stride.enter) admit();
  return segment.admitted != segment.issued && (segment.admitted == segment.total || queue.settled(number)) &&
         queue.strongest() <= segment.qos && this->queue(!write_mode_).bursts() == others;
}

// Issues the commands to other rows that fall between the columns of a stride.
void Controller::issue_rows_between(Cycle last) {
  for (;;) {
    Choice row;
    row.at = last;
    choose_rows(row);
    if (row.at >= last) return;
    show_columns(row.at);
    issue(row);
  }
}

// Shows the observer the stride's columns before `until`.
void Controller::show_columns(Cycle until) {
  if (observer_ == nullptr) return;
  const Segment& segment = queue(write_mode_).segment(unseen_.segment);
  for (; unseen_.count != 0 && unseen_.at < until; --unseen_.count) {
    observer_->column(segment.bank(unseen_.place++, map_.rotation()), write_mode_, unseen_.at);
    unseen_.at += column_;
  }
}

// Precondition: now_ and slot_ stand behind the command before the first column.
void Controller::issue_stride(Index number, const Stride& stride, Cycle at) {
  RequestQueue& queue = this->queue(write_mode_);
  const Segment& segment = queue.segment(number);
  const Index run = segment.run;
  const unsigned rotation = queue.rotation();
  const std::uint32_t first = segment.issued;
  const unsigned turns = stride.columns < rotation ? stride.columns : rotation;
  const Cycle last = at + (stride.columns - 1) * column_;
  turn_bus(write_mode_);
  const std::uint32_t before = stride.columns - turns;  // columns before the last one of each turn
  for (unsigned i = 0; i < turns; ++i) {
    const unsigned bank = segment.bank(first + before + i, rotation);
    promised_[write_mode_] &= ~bit(bank);
    if (i + 1 == turns) {
      banks_.column(bank, write_mode_, last);
    } else {
      banks_.column_before_others(bank, write_mode_, at + (before + i) * column_);
    }
    const unsigned of_bank = (before + i) / rotation + 1;
    (write_mode_ ? bank_counts_[bank].writes : bank_counts_[bank].reads) += of_bank;
  }
  unseen_ = {number, first, stride.columns, at};
  if (stride.enter != 0) let_in(stride.level, stride.enter, at, column_);
  queue.issue_in_turn(number, stride.columns);
  if (takes_from_batch(write_mode_)) batch_ -= min(batch_, stride.columns);
  for (unsigned i = 0; i < turns; ++i) {
    const std::uint32_t place = first + before + i;
    const bool served = (segment.linked >> segment.turn(place, rotation) & 1) == 0;
    if (served) find_hit(segment.bank(place, rotation), write_mode_);
  }
  count_columns(run, stride.columns, at, last);
  if (rows_between_) {
    comb_first_ = at;
    comb_last_ = last;
    issue_rows_between(last);
    comb_first_ = 1;
    comb_last_ = 0;
  }
  show_columns(no_cycle);
  now_ = last;
  slot_ = max(slot_, last + 1);
}

}  // namespace takt::dram
