// Many columns in one step, with the result of one step each (`fast`).
#include "models/dram/controller.h"

namespace takt::dram {
// The strongest level whose front run takes the next free place in the queue of this direction, or 8.
unsigned Controller::filling_level(Cycle at) const {
  for (unsigned mask = waiting_mask_; mask != 0;) {
    const unsigned level = highest(mask);
    mask &= ~(1u << level);
    const Run& run = runs_[waiting_[level].runs.front()].run;
    if (run.write == write_mode_ && run.arrival <= at) return level;
  }
  return 8;
}

// Whether the columns that follow are those of the choice's segment, one by one at the rate of the bus.
bool Controller::in_turn(const Choice& choice) const {
  const RequestQueue& queue = this->queue(write_mode_);
  const Index number = queue.share(choice.share).segment;
  const Segment& segment = queue.segment(number);
  const unsigned rotation = map_.rotation();
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
    if ((segment.linked >> turn & 1) == 0 || queue.share(share).place != place) return false;
    if (bank_[bank].hit[write_mode_] != share || queue.first(bank) != share) return false;
    if (banks_.earliest(command, bank) > at) return false;
    banks |= bit(bank);
    at += timing_.column;
  }
  if ((banks & blocked_) != 0 || (promised_[!write_mode_] & hits_[!write_mode_]) != 0) return false;
  for (std::uint64_t rest = hits_[write_mode_] & ~blocked_ & ~banks; rest != 0; rest &= rest - 1) {
    const Share& other = queue.share(bank_[lowest(rest)].hit[write_mode_]);
    if (other.qos > segment.qos || (other.qos == segment.qos && other.age < choice.age)) return false;
  }
  return true;
}

// How many columns may be issued in one step, beginning with the choice; 1 where nothing is known.
unsigned Controller::leap_length(const Choice& choice, Cycle event, Cycle until) {
  if (choice.write != write_mode_ || (write_mode_ && together_)) return 1;
  const RequestQueue& queue = this->queue(write_mode_);
  const Index number = queue.share(choice.share).segment;
  const Segment& segment = queue.segment(number);
  if (segment.admitted - segment.issued < 2 || !in_turn(choice)) return 1;

  std::uint64_t most = segment.admitted - segment.issued;
  const unsigned level = filling_level(choice.at);
  if (level < 8) {
    const Index filling = waiting_[level].segment;
    if (filling == none || !queue.settled(filling)) return 1;
    const std::uint64_t left = queue.segment(filling).total - queue.segment(filling).admitted;
    // The column after those frees the place in which the next segment opens, unless the other direction is next.
    const std::deque<Index>& runs = waiting_[level].runs;
    const Active& run = runs_[runs.front()];
    const bool turns =
        run.run.count - run.admitted == left && runs.size() > 1 && runs_[runs[1]].run.write != write_mode_;
    const std::uint64_t enters = turns ? left : left + 1;
    most = filling == number ? enters : min(enters, most);
  } else if (write_mode_ && waiting(false) != 0) {
    most = min(most, waiting(true) - policy_.write_low_bursts);
  }

  if (takes_from_batch(write_mode_) && batch_ != 0) most = min(most, batch_);
  const bool fills_itself = level < 8 && waiting_[level].segment == number;
  // Reads that nobody opened a row for keep the writes back.
  if (!write_mode_ && writes_.bursts() != 0) most = min(most, max(waiting(false), 1));
  Cycle end = min(event, until);
  rows_between_ = rows_fit_in(choice);
  most = min(most, columns_with_rows(segment, fills_itself ? segment.total : segment.admitted));
  if (!rows_between_) {
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
  if (second_ != no_cycle && second_ > choice.at && (second_ - choice.at) % timing_.column == 0) {
    end = min(end, second_);
  }
  if (end <= choice.at) return 1;
  return static_cast<unsigned>(min(most, (end - 1 - choice.at) / timing_.column + 1));
}

// How many columns of the segment, up to the burst `end`, can be issued before a bank without a further one of them may
// be closed or refreshed.
std::uint64_t Controller::columns_with_rows(const Segment& segment, std::uint32_t end) const {
  const std::uint64_t left = end - segment.issued;
  const std::uint64_t first_without = left > map_.rotation() ? left - map_.rotation() + 1 : 1;
  if (owed_ != 0 && blocked_ == 0 && per_bank_refresh_)
    return segment.admitted - segment.issued > map_.rotation() ? first_without : 1;
  if (rows_between_ && policy_.page == PagePolicy::open) return ~std::uint64_t{0};
  const Cycle closes = write_mode_ ? timing_.write_to_precharge : timing_.read_to_precharge;
  return first_without + closes / timing_.column;
}

// Whether commands to other rows may go between a leap's columns without a second look at what comes next: they change
// neither the direction nor what may be refreshed, and open no row for anything older.
bool Controller::rows_fit_in(const Choice& choice) const {
  const RequestQueue& queue = this->queue(write_mode_);
  // A refresh of all banks waits until nobody waits for any; one of one bank begins when nobody waits for that bank.
  if (blocked_ != 0 || (owed_ != 0 && per_bank_refresh_)) return false;
  if (this->queue(!write_mode_).bursts() != 0 || closing_ != 0 || timing_.column == 1) return false;
  for (std::uint64_t rest = queue.pending(); rest != 0; rest &= rest - 1) {
    const Share& first = queue.share(queue.first(lowest(rest)));
    if (first.qos > choice.qos || (first.qos == choice.qos && first.age < choice.age)) return false;
  }
  return true;
}

// Issues the commands to other rows that fall between the columns of a leap.
void Controller::issue_rows_between(Cycle last) {
  for (;;) {
    Choice row;
    choose_rows(row);
    if (row.at >= last) return;
    show_columns(row.at);
    issue(row);
  }
}

// Shows the observer the leap's columns before `until`.
void Controller::show_columns(Cycle until) {
  if (observer_ == nullptr) return;
  const Segment& segment = queue(write_mode_).segment(unseen_.segment);
  for (; unseen_.count != 0 && unseen_.at < until; --unseen_.count) {
    observer_->column(segment.bank(unseen_.place++, map_.rotation()), write_mode_, unseen_.at);
    unseen_.at += timing_.column;
  }
}

void Controller::leap(const Choice& choice, unsigned columns) {
  RequestQueue& queue = this->queue(write_mode_);
  const Index number = queue.share(choice.share).segment;
  const Segment& segment = queue.segment(number);
  const Index run = segment.run;
  const unsigned rotation = map_.rotation();
  const std::uint32_t first = segment.issued;
  const unsigned turns = columns < rotation ? columns : rotation;
  const Cycle last = choice.at + (columns - 1) * timing_.column;
  turn_bus(write_mode_);
  unsigned touched[max_rotation];
  for (unsigned i = 0; i < turns; ++i) {
    const unsigned back = turns - 1 - i;
    const unsigned bank = segment.bank(first + columns - 1 - back, rotation);
    touched[i] = bank;
    promised_[write_mode_] &= ~bit(bank);
    if (back == 0) {
      banks_.column(bank, write_mode_, last);
    } else {
      banks_.column_before_others(bank, write_mode_, last - back * timing_.column);
    }
    const unsigned of_bank = (columns - 1 - back) / rotation + 1;
    (write_mode_ ? bank_counts_[bank].writes : bank_counts_[bank].reads) += of_bank;
  }
  unseen_ = {number, first, columns, choice.at};
  const unsigned level = filling_level(choice.at);
  now_ = choice.at;
  slot_ = choice.at + 1;
  if (level < 8) {
    const Index filling = waiting_[level].segment;
    const Segment& fills = queue.segment(filling);
    const std::uint32_t left = fills.total - fills.admitted;
    const std::uint32_t enters = columns < left ? columns : left;
    queue.admit(filling, enters);
    enter(waiting_[level].runs.front(), enters, choice.at + (enters - 1) * timing_.column);
  }
  queue.issue_in_turn(number, columns);
  if (takes_from_batch(write_mode_)) batch_ -= min(batch_, columns);
  for (unsigned i = 0; i < turns; ++i) {
    now_ = last - (turns - 1 - i) * timing_.column;
    find_hit(touched[i], write_mode_);
  }
  now_ = choice.at;
  count_columns(run, columns, choice.at, last);
  if (rows_between_) {
    comb_first_ = choice.at;
    comb_last_ = last;
    issue_rows_between(last);
    comb_first_ = 1;
    comb_last_ = 0;
  }
  show_columns(no_cycle);
  now_ = last;
  slot_ = max(slot_, last + 1);
  if (owed_ != 0 && blocked_ == 0) start_refresh();
}

}  // namespace takt::dram
