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
      per_bank_refresh_(config.per_bank_refresh),
      bank_(groups_ * banks_),
      activates_(timing_.rrd, timing_.faw),
      next_refresh_(timing_.refresh_interval),
      refresh_limit_(per_bank_refresh_ ? units::never() : next_refresh_) {}

Commit Channel::commit(const Access& access, Time arrival, Counts& counts) {
  const bool write = access.write;
  std::uint64_t burst = access.local >> burst_shift_;
  const Time start = wake(arrival + timing_.controller, (burst >> row_group_shift_) & (banks_ - 1));
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
    Segment segment{static_cast<std::uint32_t>(row_group >> bank_shift_),
                    static_cast<std::uint32_t>(row_group & (banks_ - 1)), static_cast<std::uint32_t>(place),
                    static_cast<std::uint32_t>(left < room ? left : room), write};
    const Time ready = access.small ? start : max(start, units::saturating_sub(bus_ready_[write], timing_.window));
    const Columns columns = issue(segment, ready, counts);
    result.first_beat = units::min(result.first_beat, columns.first[0] + data);
    result.last_beat = max(result.last_beat, columns.at(columns.total - 1, timing_.column) + data + timing_.burst);
    burst += columns.total;
    left -= columns.total;
  }
  busy_until_ = max(busy_until_, result.last_beat);
  used_ = true;
  // A stream needs the bus. A small request needs free entries of the queue: it may overtake what waits for its bank.
  const Time room = access.small ? enter_queue(result.last_beat - data - timing_.burst, bursts)
                                 : units::saturating_sub(bus_ready_[write], timing_.lookahead);
  result.next_accept = max(arrival, units::saturating_sub(room, timing_.controller));
  return result;
}

// Opens the rows, places the columns and updates the state for as much of the segment as goes before the next refresh.
Channel::Columns Channel::issue(const Segment& segment, Time ready, Counts& counts) {
  if (per_bank_refresh_) refresh_banks(max(ready, bus_ready_[segment.write]), segment.bank);
  Columns columns;
  for (;;) {
    const unsigned round = segment.bursts < groups_ ? segment.bursts : groups_;
    Time bus = max(bus_ready_[segment.write], ready);
    unsigned i = 0;
    for (; i < round; ++i) {
      const unsigned group = (segment.first + i) & (groups_ - 1);
      bus = max(bus, group_ready_[segment.write][group]);
      columns.ready[i] = open(segment, i, ready, bus, counts);
      bus = max(bus, columns.ready[i]);
      if (bus >= refresh_limit_) break;
      columns.first[i] = bus;
      bus += timing_.column;
    }
    columns.rounds_of = i;
    if (i > 0) break;
    refresh_all_banks(bus);
  }
  columns.total = columns.rounds_of;
  if (columns.rounds_of == groups_ && segment.bursts > groups_) {
    const Time last = columns.first[groups_ - 1];
    std::uint64_t linear = segment.bursts - groups_;
    if (last + timing_.column * linear >= refresh_limit_) {
      linear = (refresh_limit_ - last - Time(1)) / timing_.column;
    }
    columns.total += static_cast<unsigned>(linear);
  }
  place(segment, columns, ready, counts);
  finish(segment, columns);
  if (observer_ != nullptr) report(segment, columns);
  return columns;
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

// When the queue's oldest burst has gone, now that these came in.
Time Channel::enter_queue(Time column, unsigned bursts) {
  for (unsigned i = 0; i < bursts; ++i) {
    queue_[queue_head_] = column;
    queue_head_ = (queue_head_ + 1) % queue_bursts;
  }
  return queue_[queue_head_];
}

// Columns whose banks are ready before the bus's end go into a hole as far as one holds them; the others to the end.
void Channel::place(const Segment& segment, Columns& columns, Time ready, Counts& counts) {
  if (!holes_.empty()) {
    holes_.forget_before(ready);
    Time earliest = columns.ready[0];
    for (unsigned i = 1; i < columns.rounds_of; ++i) {
      earliest = max(earliest, units::saturating_sub(columns.ready[i], timing_.column * i));
    }
    const Holes::Slots slots =
        holes_.take(earliest, segment.write, columns.rounds_of, columns.total, timing_.column, timing_.ccd_l);
    if (slots.count > 0) {
      for (unsigned i = 0; i < columns.rounds_of; ++i) columns.first[i] = slots.start + timing_.column * i;
      columns.total = slots.count;
      return;
    }
  }
  if (last_write_ != segment.write && used_) ++counts.turnarounds;
  if (last_write_ && !segment.write) holes_.forget_writes();
  last_write_ = segment.write;
  leave_holes(segment, columns, ready);
  const Time last = columns.at(columns.total - 1, timing_.column);
  bus_ready_[segment.write] = last + timing_.column;
  bus_ready_[!segment.write] = last + (segment.write ? timing_.write_to_read_s : timing_.read_to_write);
}

// Remembers the idle slots that the columns leave before and between them; any bank group may use them.
void Channel::leave_holes(const Segment& segment, const Columns& columns, Time ready) {
  Time begin = max(bus_ready_[segment.write], ready);
  for (unsigned i = 0; i < columns.rounds_of; ++i) {
    if (begin + timing_.ccd_l <= columns.first[i]) {
      for (unsigned group = 0; group < groups_; ++group) begin = max(begin, group_ready_[segment.write][group]);
      if (begin + timing_.ccd_l <= columns.first[i]) holes_.add({begin, columns.first[i], segment.write});
    }
    begin = columns.first[i] + timing_.ccd_l;
  }
}

void Channel::finish(const Segment& segment, const Columns& columns) {
  const Time to_precharge = segment.write ? timing_.write_to_pre : timing_.read_to_pre;
  const Time other = segment.write ? timing_.write_to_read_l : timing_.read_to_write;
  for (unsigned i = 0; i < columns.rounds_of; ++i) {
    const unsigned last = i + (columns.total - 1 - i) / groups_ * groups_;
    const Time column = columns.at(last, timing_.column);
    Bank& bank = bank_[index(segment, i)];
    bank.precharge_ready = max(bank.precharge_ready, column + to_precharge);
    const unsigned group = (segment.first + i) & (groups_ - 1);
    Time& same = group_ready_[segment.write][group];
    same = max(same, column + timing_.ccd_l);
    Time& turned = group_ready_[!segment.write][group];
    turned = max(turned, column + other);
  }
}

void Channel::report(const Segment& segment, const Columns& columns) const {
  for (unsigned i = 0; i < columns.total; ++i) {
    observer_->column(index(segment, i), segment.write, columns.at(i, timing_.column));
  }
}

// When the first command of a request may go: after the exit from power-down, which closed every row.
Time Channel::wake(Time start, unsigned bank) {
  if (start <= busy_until_) return start;
  if (start > accounted_) {
    add_idle(states_, start);
    accounted_ = start;
  }
  const Time asleep = power_down_at();
  if (start <= asleep) return start;
  if (next_refresh_ <= asleep) refresh(asleep, bank);
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
