// One channel of a memory: the row-group segment model (docs/model.md). Commands are placed in closed form over
// the state of every bank, the bus, the ACT window and refresh. No SystemC, no events.
//
// A local address counts the channel's own bytes. Consecutive bursts rotate through the bank groups, so that a
// stream runs at tCCD_S: a row group is the same row of the same bank in every group.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "models/dram/activate_window.h"
#include "models/dram/holes.h"
#include "models/dram/timing.h"

namespace takt::dram {

// What one commit did, in events; all added to, none reset.
struct Counts {
  std::uint64_t reads = 0;  // bursts
  std::uint64_t writes = 0;
  std::uint64_t misses = 0;     // bursts that found their bank closed; all that neither miss nor conflict are hits
  std::uint64_t conflicts = 0;  // bursts that found another row open
  std::uint64_t activations = 0;
  std::uint64_t turnarounds = 0;
};

// Bytes of one channel. A small access leaves other channels idle, so more of them must be under way at once.
struct Access {
  std::uint64_t local = 0;
  std::uint64_t bytes = 0;
  bool write = false;
  bool small = false;
};

struct Commit {
  units::Time first_beat;  // first data at the pins
  units::Time last_beat;   // end of the last data at the pins
  // When the channel usefully takes the next request. After a stream: so that its row conflicts end as the bus gets
  // free. After a small access: when the queue has room.
  units::Time next_accept;
};

// How long the channel was in each state. Refreshes count as the state around them.
struct StateTimes {
  units::Time active;      // since an access, rows open
  units::Time precharged;  // all rows closed by a refresh of all banks
  units::Time power_down;
};

// Sees every command, for checkers and traces. Times are those of the command at the pins. Banks are numbered
// bank * bank_groups + group.
class CommandObserver {
 public:
  virtual ~CommandObserver() = default;
  virtual void precharge(unsigned bank, units::Time at) = 0;
  virtual void activate(unsigned bank, std::uint64_t row, units::Time at) = 0;
  virtual void column(unsigned bank, bool write, units::Time at) = 0;
  virtual void refresh(int bank, units::Time at) = 0;  // -1: all banks
};

class Channel {
 public:
  explicit Channel(const Config& config);

  // Commits an access that arrives at the controller at `arrival`. bytes > 0. Arrivals need not be in order; a commit
  // never moves.
  Commit commit(const Access& access, units::Time arrival, Counts& counts);

  // State times up to `now`; they sum to `now` or, if that is later, the last request's arrival.
  StateTimes state_times(units::Time now) const;

  void observe(CommandObserver* observer) { observer_ = observer; }
  const Timing& timing() const { return timing_; }

 private:
  static constexpr unsigned max_groups = 8;
  static constexpr std::uint32_t closed = ~std::uint32_t{0};
  static constexpr std::uint64_t nowhere = ~std::uint64_t{0};

  struct Bank {
    std::uint32_t row = closed;
    units::Time activate_ready;   // when closed
    units::Time column_ready;     // when open: ACT + tRCD
    units::Time precharge_ready;  // when open
  };
  // Bursts of one row group: `first` is the burst's place in the group.
  struct Segment {
    std::uint32_t row = 0;
    std::uint32_t bank = 0;  // inside its bank group
    std::uint32_t first = 0;
    std::uint32_t bursts = 0;
    bool write = false;
  };
  // Columns of a segment's issued part: explicit for one round of the bank groups, then linear.
  struct Columns {
    std::array<units::Time, max_groups> first;
    std::array<units::Time, max_groups> ready;  // of the banks
    unsigned round = 0;                         // explicit entries
    unsigned total = 0;
    units::Time at(unsigned i, units::Time spacing) const {
      return i < round ? first[i] : first[round - 1] + spacing * (i - round + 1);
    }
  };
  struct Placed {
    units::Time first;
    units::Time last;
    unsigned bursts;
    bool streams;  // at the end of the bus, every bank group in turn: a next segment may simply continue
  };

  unsigned index(const Segment& s, unsigned i) const { return s.bank * groups_ + ((s.first + i) & (groups_ - 1)); }
  unsigned bank_of(std::uint64_t row_group) const;
  units::Time wake(units::Time start, std::uint64_t row_group);
  units::Time power_down_at() const;
  void add_idle(StateTimes& times, units::Time until) const;

  bool continues(const Segment& segment, std::uint64_t burst, units::Time ready) const;
  Placed extend(const Segment& segment);
  void end_stream();
  bool goes_on(const Segment& segment, units::Time ready, Counts& counts);
  Placed issue(const Segment& segment, units::Time ready, Counts& counts);
  bool open_round(const Segment& segment, units::Time ready, Counts& counts);
  units::Time open(const Segment& segment, unsigned i, units::Time ready, units::Time bus, Counts& counts);
  bool fill_hole(const Segment& segment, units::Time ready);
  void append(const Segment& segment, units::Time ready, Counts& counts);
  void occupy_bus(bool write, units::Time last);
  void used(const Segment& segment, unsigned i, units::Time column);
  units::Time before_end(bool write, units::Time ahead) const;
  units::Time enter_queue(units::Time column, unsigned bursts);
  void report(const Segment& segment) const;
  void report(const Segment& segment, units::Time start) const;

  void refresh(units::Time due_by, unsigned bank);
  void refresh_all_banks(units::Time due_by);
  void refresh_together(units::Time due);
  void refresh_banks(units::Time due_by, unsigned avoid);
  int choose_refresh(unsigned avoid) const;
  void refresh_bank(unsigned bank, units::Time due);
  units::Time close(unsigned bank, units::Time not_before);

  Timing timing_;
  unsigned groups_;
  unsigned banks_;  // per group
  unsigned burst_shift_;
  unsigned row_group_shift_;  // bursts of a row group
  unsigned bank_shift_;
  unsigned group_shift_;
  bool per_bank_refresh_;
  bool bank_hash_;

  std::vector<Bank> bank_;  // [bank * groups_ + group]
  ActivateWindow activates_;
  Holes holes_;
  std::array<units::Time, 2> bus_ready_{};                            // next column after everything in order, [write]
  std::array<std::array<units::Time, max_groups>, 2> group_ready_{};  // the same in one bank group
  std::array<units::Time, queue_bursts> queue_{};                     // columns of the latest small requests, a ring
  unsigned queue_head_ = 0;
  bool last_write_ = false;
  bool used_ = false;

  std::uint64_t next_burst_ = nowhere;  // where the last segment's row group goes on
  bool stream_open_ = false;            // the banks do not know of stream_ yet
  Segment stream_;
  units::Time stream_last_;
  Columns columns_;  // of the segment in hand

  units::Time next_refresh_;
  std::uint64_t refresh_pending_ = 0;  // banks still to refresh in this round, one bit each
  units::Time refresh_limit_;          // columns go before it, or after the refresh

  units::Time busy_until_;  // last data
  units::Time accounted_;   // state times hold everything before
  StateTimes states_;
  CommandObserver* observer_ = nullptr;
};

}  // namespace takt::dram
