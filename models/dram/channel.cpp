#include "models/dram/channel.h"

namespace takt::dram {
namespace {

using units::max;
using units::Time;

unsigned log2_of(std::uint64_t power_of_two) { return static_cast<unsigned>(__builtin_ctzll(power_of_two)); }

}  // namespace

Channel::Channel(const Config& config)
    : timing_(make_timing(config)),
      groups_(config.bank_groups),
      banks_(config.banks_per_group),
      burst_shift_(log2_of(config.burst_bytes)),
      row_group_shift_(log2_of(config.page_bytes / config.burst_bytes * config.bank_groups)),
      bank_shift_(log2_of(config.banks_per_group)),
      group_shift_(log2_of(config.bank_groups)),
      per_bank_refresh_(config.per_bank_refresh),
      bank_hash_(config.bank_hash && config.banks_per_group > 1),
      bank_(groups_ * banks_),
      activates_(timing_.rrd, timing_.faw),
      next_refresh_(timing_.refresh_interval),
      refresh_limit_(per_bank_refresh_ ? units::never() : next_refresh_) {}

Commit Channel::commit(const Access& access, Time arrival, Counts& counts) {
  const bool write = access.write;
  std::uint64_t burst = access.local >> burst_shift_;
  Time start = arrival + timing_.controller;
  if (start > busy_until_) start = wake(start, burst >> row_group_shift_);
  std::uint64_t left = ((access.local + access.bytes - 1) >> burst_shift_) - burst + 1;
  (write ? counts.writes : counts.reads) += left;
  const unsigned bursts = static_cast<unsigned>(left);
  const Time data = write ? timing_.wl : timing_.rl;
  Commit result;
  result.first_beat = units::never();
  while (left > 0) {
    const std::uint64_t row_group = burst >> row_group_shift_;
    const std::uint64_t place = burst & ((std::uint64_t{1} << row_group_shift_) - 1);
    const std::uint64_t room = (std::uint64_t{1} << row_group_shift_) - place;
    Segment segment{static_cast<std::uint32_t>(row_group >> bank_shift_), bank_of(row_group),
                    static_cast<std::uint32_t>(place), static_cast<std::uint32_t>(left < room ? left : room), write};
    const Time ready = access.small ? start : max(start, before_end(write, timing_.window));
    const Placed placed = continues(segment, burst, ready) ? extend(segment) : issue(segment, ready, counts);
    result.first_beat = units::min(result.first_beat, placed.first + data);
    result.last_beat = max(result.last_beat, placed.last + data + timing_.burst);
    burst += placed.bursts;
    left -= placed.bursts;
    next_burst_ = placed.streams ? burst : nowhere;
  }
  busy_until_ = max(busy_until_, result.last_beat);
  used_ = true;
  // A stream needs the bus. A small request needs free entries of the queue: it may overtake what waits for its bank.
  const Time room = access.small ? enter_queue(result.last_beat - data - timing_.burst, bursts)
                                 : before_end(write, timing_.lookahead);
  result.next_accept = max(arrival, units::saturating_sub(room, timing_.controller));
  return result;
}

// Consecutive row groups take consecutive banks. The hash rotates the first bank by the digits of the row, to the base
// of the banks: rows that differ in one digit begin in different banks, and the next row never begins in the bank
// just used, except where two digits carry.
unsigned Channel::bank_of(std::uint64_t row_group) const {
  std::uint64_t bank = row_group;
  if (bank_hash_) {
    for (std::uint64_t row = row_group >> bank_shift_; row != 0; row >>= bank_shift_) bank += row;
  }
  return static_cast<unsigned>(bank & (banks_ - 1));
}

// Whether the segment goes on where the last one ended, so that nothing but the bus has to be looked at.
bool Channel::continues(const Segment& segment, std::uint64_t burst, Time ready) const {
  const Time start = bus_ready_[segment.write];
  return burst == next_burst_ && segment.first != 0 && segment.write == last_write_ && holes_.empty() &&
         ready <= start && start + timing_.column * segment.bursts < refresh_limit_ &&
         (!per_bank_refresh_ || start < next_refresh_);
}

Channel::Placed Channel::extend(const Segment& segment) {
  const Time first = bus_ready_[segment.write];
  const Time last = first + timing_.column * (segment.bursts - 1);
  if (observer_ != nullptr) report(segment, first);
  occupy_bus(segment.write, last);
  stream_ = segment;
  stream_last_ = last;
  stream_open_ = true;
  return {first, last, segment.bursts, true};
}

// Writes what extend() left out into the banks: the last round of columns counts.
void Channel::end_stream() {
  stream_open_ = false;
  for (unsigned back = 0; back < groups_; ++back) {
    used(stream_, stream_.bursts - 1 + groups_ - back, stream_last_ - timing_.column * back);
  }
}

// Opens the rows and puts the columns at the end of the bus, if that leaves no idle slot, as in a stream whose row
// misses are hidden. What it opened in vain stays open.
bool Channel::goes_on(const Segment& segment, Time ready, Counts& counts) {
  const bool write = segment.write;
  const Time start = bus_ready_[write];
  if (write != last_write_ || ready > start || !holes_.empty()) return false;
  if (start + timing_.column * segment.bursts >= refresh_limit_) return false;
  const unsigned round = segment.bursts < groups_ ? segment.bursts : groups_;
  Time column = start;
  for (unsigned i = 0; i < round; ++i) {
    if (group_ready_[write][(segment.first + i) & (groups_ - 1)] > column) return false;
    if (open(segment, i, ready, column, counts) > column) return false;
    column += timing_.column;
  }
  for (unsigned i = 0; i < round; ++i) {
    const unsigned last = i + ((segment.bursts - 1 - i) >> group_shift_ << group_shift_);
    used(segment, last, start + timing_.column * last);
  }
  occupy_bus(write, start + timing_.column * (segment.bursts - 1));
  if (observer_ != nullptr) report(segment, start);
  return true;
}

// Opens the rows, places the columns and updates the state for as much of the segment as goes before the next refresh.
Channel::Placed Channel::issue(const Segment& segment, Time ready, Counts& counts) {
  if (stream_open_) end_stream();
  const Time start = bus_ready_[segment.write];
  if (per_bank_refresh_ && next_refresh_ <= max(ready, start)) refresh_banks(max(ready, start), segment.bank);
  if (goes_on(segment, ready, counts)) {
    return {start, start + timing_.column * (segment.bursts - 1), segment.bursts, segment.bursts >= groups_};
  }
  while (!open_round(segment, ready, counts)) {
  }
  Columns& columns = columns_;
  columns.total = columns.round;
  if (columns.round == groups_ && segment.bursts > groups_) {
    const Time last = columns.first[groups_ - 1];
    std::uint64_t linear = segment.bursts - groups_;
    if (last + timing_.column * linear >= refresh_limit_) {
      linear = (refresh_limit_ - last - Time(1)) / timing_.column;
    }
    columns.total += static_cast<unsigned>(linear);
  }
  const bool at_end = !fill_hole(segment, ready);
  if (at_end) append(segment, ready, counts);
  for (unsigned i = 0; i < columns.round; ++i) {
    const unsigned last = i + ((columns.total - 1 - i) >> group_shift_ << group_shift_);
    used(segment, last, columns.at(last, timing_.column));
  }
  if (observer_ != nullptr) report(segment);
  return {columns.first[0], columns.at(columns.total - 1, timing_.column), columns.total,
          at_end && columns.total >= groups_};
}

// Opens a round of the segment's banks, as far as their columns go before the next refresh. If not even the first one
// does, refreshes.
bool Channel::open_round(const Segment& segment, Time ready, Counts& counts) {
  const unsigned round = segment.bursts < groups_ ? segment.bursts : groups_;
  Time bus = max(bus_ready_[segment.write], ready);
  unsigned i = 0;
  for (; i < round; ++i) {
    bus = max(bus, group_ready_[segment.write][(segment.first + i) & (groups_ - 1)]);
    columns_.ready[i] = open(segment, i, ready, bus, counts);
    bus = max(bus, columns_.ready[i]);
    if (bus >= refresh_limit_) break;
    columns_.first[i] = bus;
    bus += timing_.column;
  }
  columns_.round = i;
  if (i == 0) refresh_all_banks(bus);
  return i > 0;
}

// The earliest column in the segment's i-th bank. Opens its row, unless the column would miss the refresh limit;
// `bus` is when the bus lets it go.
Time Channel::open(const Segment& segment, unsigned i, Time ready, Time bus, Counts& counts) {
  const unsigned number = index(segment, i);
  Bank& bank = bank_[number];
  if (bank.row == segment.row) return max(bank.column_ready, ready);
  const bool conflict = bank.row != closed;
  const Time precharge = max(ready, bank.precharge_ready);
  const Time activate = activates_.earliest(conflict ? precharge + timing_.rp : max(ready, bank.activate_ready));
  const Time column = activate + timing_.rcd;
  if (max(bus, column) >= refresh_limit_) return column;
  if (observer_ != nullptr) {
    if (conflict) observer_->precharge(number, precharge);
    observer_->activate(number, segment.row, activate);
  }
  activates_.insert(activate);
  bank.row = segment.row;
  bank.column_ready = column;
  bank.precharge_ready = activate + timing_.ras;
  ++counts.activations;
  ++(conflict ? counts.conflicts : counts.misses);
  return column;
}

// When the bus has `ahead` of work left in this direction. Its holes are work for others to do.
Time Channel::before_end(bool write, Time ahead) const {
  return units::saturating_sub(bus_ready_[write], ahead + holes_.total());
}

// When the queue's oldest burst has gone, now that these came in.
Time Channel::enter_queue(Time column, unsigned bursts) {
  for (unsigned i = 0; i < bursts; ++i) {
    queue_[queue_head_] = column;
    queue_head_ = (queue_head_ + 1) % queue_bursts;
  }
  return queue_[queue_head_];
}

// Puts columns whose banks are ready before the bus's end into a hole, as many as one holds.
bool Channel::fill_hole(const Segment& segment, Time ready) {
  if (holes_.empty()) return false;
  Columns& columns = columns_;
  holes_.forget_before(ready);
  Time earliest = columns.ready[0];
  for (unsigned i = 1; i < columns.round; ++i) {
    earliest = max(earliest, units::saturating_sub(columns.ready[i], timing_.column * i));
  }
  const Holes::Slots slots =
      holes_.take(earliest, segment.write, columns.round, columns.total, timing_.column, timing_.ccd_l);
  if (slots.count == 0) return false;
  for (unsigned i = 0; i < columns.round; ++i) columns.first[i] = slots.start + timing_.column * i;
  columns.total = slots.count;
  return true;
}

// Puts the columns at the end of the bus and remembers the idle slots before and between them; any bank group may use
// them.
void Channel::append(const Segment& segment, Time ready, Counts& counts) {
  const bool write = segment.write;
  if (last_write_ != write && used_) ++counts.turnarounds;
  if (last_write_ && !write) holes_.forget_writes();
  last_write_ = write;
  Time begin = max(bus_ready_[write], ready);
  for (unsigned i = 0; i < columns_.round; ++i) {
    if (begin + timing_.ccd_l <= columns_.first[i]) {
      for (unsigned group = 0; group < groups_; ++group) begin = max(begin, group_ready_[write][group]);
      if (begin + timing_.ccd_l <= columns_.first[i]) holes_.add({begin, columns_.first[i], write});
    }
    begin = columns_.first[i] + timing_.ccd_l;
  }
  occupy_bus(write, columns_.at(columns_.total - 1, timing_.column));
}

void Channel::occupy_bus(bool write, Time last) {
  bus_ready_[write] = last + timing_.column;
  bus_ready_[!write] = last + (write ? timing_.write_to_read_s : timing_.read_to_write);
}

// Notes that the segment's i-th burst had its column at `column`.
void Channel::used(const Segment& segment, unsigned i, Time column) {
  Bank& bank = bank_[index(segment, i)];
  bank.precharge_ready =
      max(bank.precharge_ready, column + (segment.write ? timing_.write_to_pre : timing_.read_to_pre));
  const unsigned group = (segment.first + i) & (groups_ - 1);
  Time& same = group_ready_[segment.write][group];
  same = max(same, column + timing_.ccd_l);
  Time& turned = group_ready_[!segment.write][group];
  turned = max(turned, column + (segment.write ? timing_.write_to_read_l : timing_.read_to_write));
}

void Channel::report(const Segment& segment) const {
  for (unsigned i = 0; i < columns_.total; ++i) {
    observer_->column(index(segment, i), segment.write, columns_.at(i, timing_.column));
  }
}

void Channel::report(const Segment& segment, Time start) const {
  for (unsigned i = 0; i < segment.bursts; ++i) {
    observer_->column(index(segment, i), segment.write, start + timing_.column * i);
  }
}

// When the first command of a request after an idle time may go: after the exit from power-down, which closed every
// row.
Time Channel::wake(Time start, std::uint64_t row_group) {
  if (start > accounted_) {
    add_idle(states_, start);
    accounted_ = start;
  }
  const Time asleep = power_down_at();
  if (start <= asleep) return start;
  if (stream_open_) end_stream();
  next_burst_ = nowhere;
  if (next_refresh_ <= asleep) refresh(asleep, bank_of(row_group));
  for (unsigned i = 0; i < bank_.size(); ++i) {
    if (bank_[i].row == closed) continue;
    bank_[i].activate_ready = close(i, asleep);
  }
  return start + timing_.xp;
}

Time Channel::power_down_at() const {
  return timing_.power_down_after == units::never() ? units::never() : busy_until_ + timing_.power_down_after;
}

// Adds the time from accounted_ to `until`, during which no request arrived after the last data.
void Channel::add_idle(StateTimes& times, Time until) const {
  const Time asleep = power_down_at();
  Time all_closed = units::never();
  if (!used_) {
    all_closed = Time(0);
  } else if (!per_bank_refresh_) {
    all_closed = max(next_refresh_, busy_until_);
  }
  Time from = accounted_;
  const auto spend = [&](Time& state, Time to) {
    to = units::min(to, until);
    if (to <= from) return;
    state += to - from;
    from = to;
  };
  spend(times.active, units::min(all_closed, asleep));
  spend(times.precharged, asleep);
  spend(times.power_down, until);
}

StateTimes Channel::state_times(Time now) const {
  StateTimes times = states_;
  if (now > accounted_) add_idle(times, now);
  return times;
}

}  // namespace takt::dram
