// One channel of a memory: its controller and its devices (docs/model.md). No SystemC, no events.
//
// The controller is advanced by its caller. Every decision is taken at its own simulated time, from what had arrived
// by then, so results do not depend on when and how often it is advanced. Command by command it takes the one that
// may go first: columns before activates before precharges, older before younger (FR-FCFS).
//
// `fast` differs from `detailed` in speed only: bursts that follow each other at the rate of the bus, while nothing
// else is decided, are issued in one step with the same result.
#pragma once

#include <array>
#include <deque>
#include <memory>
#include <vector>

#include "models/dram/banks.h"
#include "models/dram/request_queue.h"

namespace takt::dram {

// Consecutive bursts of one channel, in one direction.
struct Run {
  std::uint64_t burst = 0;  // the first, counted in the channel
  std::uint32_t count = 0;
  bool write = false;
  std::uint8_t qos = 0;       // 0 (weakest) .. 7: goes before row hits of a weaker one
  std::uint32_t account = 0;  // whom its commands are charged to
  std::uint32_t tag = 0;      // the caller's
  Cycle arrival = 0;
};

// A finished run. A read is finished with its last column; a write with the entry of its last burst into the write
// queue, where reads would find it.
struct Done {
  std::uint32_t tag = 0;
  Cycle first = 0;  // column of the first burst (read), entry of the first burst (write)
  Cycle last = 0;   // of the last burst
};

// Of one account, or of one bank.
struct Counts {
  std::uint64_t reads = 0;  // bursts
  std::uint64_t writes = 0;
  std::uint64_t activations = 0;
  std::uint64_t conflicts = 0;  // activations that another row had to make way for
};

// How long a channel was in each state, in clocks.
struct StateCycles {
  Cycle active = 0;  // a row open
  Cycle precharged = 0;
  Cycle power_down = 0;
  Cycle self_refresh = 0;
  Cycle write_clock = 0;  // the write clock toggles: part of the others
};

// What idling alone leads to.
struct Settled {
  std::uint64_t refreshes = 0;  // of all banks of a rank, or of one bank
  StateCycles states;           // the first four sum to the time; a rank's refresh counts as the state around it
};

// Sees every command in the order of time. `bank` as in Chunk.
class CommandObserver {
 public:
  virtual ~CommandObserver() = default;
  virtual void activate(unsigned bank, std::uint32_t row, Cycle at, Cycle second) = 0;
  virtual void precharge(unsigned bank, Cycle at) = 0;
  virtual void precharge_all(unsigned rank, Cycle at) = 0;
  virtual void column(unsigned bank, bool write, Cycle at) = 0;
  virtual void refresh(unsigned bank, Cycle at) = 0;
  virtual void refresh_all(unsigned rank, Cycle at) = 0;
};

class Controller {
 public:
  Controller(const Config& config, Fidelity fidelity);

  // Hands over a run; count > 0. It arrives not before the time advanced to, nor before an earlier one of its QoS.
  void push(const Run& run);

  // Issues every command that goes before `until`, or until backlog() is less than `backlog`. What was finished stands
  // in done(), in order.
  void advance(Cycle until, std::uint64_t backlog = 0);
  std::vector<Done>& done() { return done_; }

  // Serves everything handed over, to the last posted write.
  void drain();

  // When to advance next: no run is finished before, and the end of a read's data that is found then does not lie in
  // the past; no_cycle when nobody waits for a run.
  Cycle next_event() const;
  // Bursts handed over that the scheduler does not see yet.
  std::uint64_t backlog() const { return backlog_; }
  bool busy() const { return backlog_ != 0 || reads_.bursts() + writes_.bursts() != 0; }

  const Durations& durations() const { return timing_; }
  const AddressMap& map() const { return map_; }
  // Since the beginning. By account, as long as the largest one seen; by bank.
  const std::vector<Counts>& accounts() const { return accounts_; }
  std::uint64_t bursts() const { return bursts_; }  // of all accounts
  // Accounts that have changed since it was called last, each once.
  std::vector<std::uint32_t> take_changed();
  const std::vector<Counts>& banks() const { return bank_counts_; }
  // Up to `now`, with what an idle time sees.
  Settled settled(Cycle now) const;
  std::uint64_t refreshes(Cycle now) const { return settled(now).refreshes; }
  StateCycles states(Cycle now) const { return settled(now).states; }
  std::uint64_t turnarounds() const { return turnarounds_; }
  Cycle idle() const { return idle_cycles_; }  // time without a request, up to the latest one
  // End of the data of the last column.
  Cycle data_end() const;
  void observe(CommandObserver* observer) { observer_ = observer; }
  // Shows the observer the refreshes of an idle time up to `until`, which it sees else when a request ends the idle
  // time. At the end only: nothing may be pushed afterwards.
  void report_idle(Cycle until);

 private:
  struct Choice {
    Command command = Command::read;
    Index share = none;
    unsigned bank = 0;
    Cycle at = no_cycle;
    Key key = no_key;
    bool write = false;  // the direction it serves
  };
  static constexpr unsigned no_level = 8;
  struct Stride {  // part of a leap
    unsigned columns = 0;
    unsigned enter = 0;         // bursts of the level's runs that take their places
    unsigned level = no_level;  // no_level: nobody waits
    bool turns = false;         // a run of the other direction is next after those
  };
  struct Backlog {  // runs of one QoS that are not wholly admitted
    std::deque<Index> runs;
    Cycle arrival = 0;     // of the latest one
    Index segment = none;  // that the front run is filling
  };
  struct Active {  // a run
    Run run;
    std::uint32_t admitted = 0;
    std::uint32_t issued = 0;
    Cycle first = no_cycle;
    Chunk chunk;  // where the burst `located` lies
    std::uint32_t located = ~0u;
  };
  struct BankState {
    std::array<Index, 2> hit{none, none};  // by direction: the first share of the open row; valid where hits_ says so
    std::uint32_t bypassed = 0;            // row hits issued while the first share wants another row
    bool conflict = false;                 // closed for another row
    Cycle close_at = no_cycle;             // when the page policy closes it
  };

  // Whether requests of a direction may open rows and be served.
  bool eligible(bool write) const { return write == write_mode_ || (together_ && !write); }
  unsigned waiting(bool write) const;
  RequestQueue& queue(bool write) { return write ? writes_ : reads_; }
  const RequestQueue& queue(bool write) const { return write ? writes_ : reads_; }

  Cycle next_arrival() const;
  void admit();
  void admit_from(unsigned level);
  const Chunk& locate(Active& run, std::uint32_t place) const;
  void open_segment(Backlog& backlog);
  void let_in(unsigned level, unsigned count, Cycle at, Cycle column);
  void enter(Index run, unsigned count, Cycle first, Cycle last);
  bool stronger_reads() const;
  bool takes_from_batch(bool write) const;
  void choose_direction();

  Choice choose() const;
  void choose_column(Choice& best, bool write, std::uint64_t banks) const;
  void choose_columns(Choice& best) const;
  void consider(Choice& best, Command command, bool write, unsigned bank, Cycle ready) const;
  void choose_rows(Choice& best) const;
  void choose_rows_of(Choice& best, bool write, std::uint64_t banks) const;
  void choose_activate(Choice& best, bool write, std::uint64_t banks) const;
  void choose_precharge(Choice& best, bool write, std::uint64_t banks) const;
  void choose_yielding(Choice& best, bool write, unsigned bank) const;
  void choose_refresh(Choice& best) const;
  void choose_close(Choice& best) const;
  bool yields(unsigned bank, bool write, Cycle& since) const;
  // A command slot at or after `at`: not one of the ACT's second command, nor of a leap's columns.
  Cycle slot(Cycle at) const {
    Cycle free = max(max(at, slot_), now_);
    if (free == second_) ++free;
    return free > comb_last_ || free < comb_first_ ? free : slot_in_comb(free);
  }
  Cycle slot_in_comb(Cycle at) const;
  // Whether all slots at or after `at` are free.
  bool free_from(Cycle at) const {
    return (second_ == no_cycle || second_ < at) && (comb_last_ < comb_first_ || comb_last_ < at);
  }

  void issue(const Choice& choice);
  void issue_column(const Choice& choice);
  Cycle second_command(Cycle first) const;
  void issue_activate(const Choice& choice);
  void close(unsigned bank, Cycle at);
  void close_all(unsigned rank, Cycle at);
  void forget_rows(std::uint64_t banks);
  void find_hit(unsigned bank, bool write);
  void count_columns(Index run, unsigned columns, Cycle first, Cycle last);
  void turn_bus(bool write);

  bool leap(const Choice& choice, Cycle end);
  Cycle in_turn_until(const Choice& choice, Cycle end) const;
  bool rows_fit_in(const Choice& choice) const;
  std::uint64_t columns_of_direction(bool rows) const;
  std::uint64_t columns_without_rows(const Segment& segment, std::uint32_t end) const;
  unsigned filling_level(Cycle at) const;
  bool enters_behind(const Chunk& chunk, std::uint32_t first, unsigned count, std::uint64_t& occupied) const;
  void choose_entering(const Segment& segment, Stride& stride, Cycle at);
  Stride next_stride(const Segment& segment, std::uint64_t most, Cycle at, Cycle end);
  void issue_stride(Index segment, const Stride& stride, Cycle at);
  bool stays_in_turn(Index segment, const Stride& stride);
  void issue_rows_between(Cycle last);
  void show_columns(Cycle until);

  void refresh_due();
  void start_refresh();
  std::uint64_t next_refreshed(unsigned rank, bool must);
  void refreshed();
  void report_refresh(unsigned bank, Cycle at);
  void wake(Cycle at);
  void idle_until(Cycle until);
  bool end_refreshes(Cycle until);
  void fall_asleep(Cycle at, Cycle until);
  void refreshed_by_itself(Cycle at);
  void catch_up(Cycle until);
  void skip_refreshes(Cycle until);
  Cycle asleep_at(Cycle after) const;
  void account(Cycle at, Cycle StateCycles::*state);
  Counts& change(std::uint32_t account);
  const Controller& idled(Cycle now) const;
  StateCycles spent(Cycle now) const;

  Durations timing_;
  AddressMap map_;
  Banks banks_;
  Policy policy_;
  std::uint32_t column_;  // timing_.column
  bool leaps_;
  bool per_bank_refresh_;
  bool together_;
  bool draining_ = false;
  unsigned activate_commands_;

  RequestQueue reads_;
  RequestQueue writes_;
  std::array<Backlog, 8> waiting_;
  unsigned waiting_mask_ = 0;  // QoS levels with a backlog
  std::uint64_t backlog_ = 0;
  std::vector<Active> runs_;
  std::vector<Index> free_runs_;
  std::uint64_t sequence_ = 0;
  std::vector<Done> done_;

  Cycle now_ = 0;              // of the latest decision or admission
  Cycle next_ = 0;             // when the next decision is due, as the latest advance() saw it
  Cycle slot_ = 0;             // first free command slot
  Cycle second_ = no_cycle;    // slot of the latest ACT's second command
  bool rows_between_ = false;  // of the leap in hand
  Cycle comb_first_ = 1;       // columns of the stride in hand, at the rate of the bus; none while first > last
  Cycle comb_last_ = 0;
  struct {
    Index segment;
    std::uint32_t place;
    unsigned count;
    Cycle at;
  } unseen_{};  // columns of the leap in hand that the observer has not seen
  bool write_mode_ = false;
  std::uint32_t batch_ = 0;  // columns that this direction may still take while the other waits (choose_direction)
  bool last_write_ = false;
  std::vector<BankState> bank_;
  std::array<std::uint64_t, 2> hits_{};       // by direction: banks with a share of the open row
  std::array<std::uint64_t, 2> overtakes_{};  // of these, where another share of the bank would go before
  std::array<std::uint64_t, 2> promised_{};   // banks whose row was opened for a share that has not had its column yet
  std::uint64_t closing_ = 0;                 // banks that the page policy closes

  // One refresh at a time; a rank owes those that are due.
  std::uint64_t blocked_ = 0;  // banks of the refresh in progress
  unsigned refresh_rank_ = 0;
  unsigned owed_ = 0;  // by all ranks
  std::vector<unsigned> owes_;
  std::vector<std::uint64_t> round_;  // banks of the rank still to be refreshed in this round
  Cycle refresh_due_;

  bool idle_ = true;
  bool asleep_ = false;   // in power-down or self-refresh
  Cycle idle_since_ = 0;  // end of the last data
  Cycle idled_to_ = 0;    // what an idle channel does by itself is done before
  Cycle last_column_ = 0;
  Cycle idle_cycles_ = 0;

  std::uint64_t bursts_ = 0;
  std::vector<Counts> accounts_;
  std::vector<std::uint32_t> changed_;  // accounts
  std::vector<unsigned char> marked_;   // by account: it stands in changed_
  std::vector<Counts> bank_counts_;
  std::uint64_t refreshes_ = 0;
  std::uint64_t turnarounds_ = 0;
  StateCycles states_;
  Cycle StateCycles::*state_ = &StateCycles::precharged;  // since accounted_
  Cycle accounted_ = 0;                                   // states_ hold everything before
  Cycle write_clock_since_ = 0;
  CommandObserver* observer_ = nullptr;

  // A copy that goes on idling, and what this one's last column and time were when it was made.
  mutable std::shared_ptr<Controller> ahead_;
  mutable Cycle ahead_column_ = 0, ahead_from_ = 0;
};

}  // namespace takt::dram
