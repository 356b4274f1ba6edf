// A memory: all channels with their controllers, the address map across them, counters and ledger. No SystemC.
//
// Requests are handed over with their arrival; the caller advances the memory and collects what was answered. Results
// depend on arrivals alone, never on how often the memory is advanced.
#pragma once

#include <memory>

#include "models/base/ledger.h"
#include "models/dram/controller.h"
#include "models/dram/statistics.h"

namespace takt::dram {

struct Request {
  std::uint64_t address = 0;  // inside the memory
  std::uint64_t row_bytes = 0;
  std::uint64_t rows = 1;
  std::uint64_t stride = 0;
  bool write = false;
  std::uint8_t qos = 0;
  base::InitiatorId initiator = 0;
  base::Owner owner = 0;
  base::Account account = 0;
  std::uint64_t cookie = 0;  // the caller's
};

// A read's beats are those of its data at the controller's port. A write's say when its first and last burst were in
// the controller's queue: it is answered then, and read from there.
struct Answer {
  std::uint64_t cookie = 0;
  units::Time arrival;
  units::Time first_beat;
  units::Time last_beat;
  units::Time mean_first;  // of the channels' first beats
};

class Memory {
 public:
  // Throws std::invalid_argument where check(config) complains.
  Memory(const Config& config, Fidelity fidelity, base::Ledger& ledger);

  // Hands over a request that arrives at `arrival`, not before the time advanced to; of each QoS, in order.
  // Precondition: contains(request), bytes > 0.
  void submit(const Request& request, units::Time arrival);

  // Serves what can be served before `until`. What was answered stands in answers(), by time of being known.
  void advance(units::Time until);
  std::vector<Answer>& answers() { return answers_; }
  // When to serve() next: no request is answered before, and every answer known then is still in time; never() when no
  // request is open.
  units::Time next_answer() const;
  // Advances to `now` those channels in which a request may be finished; the others follow when they must.
  void serve(units::Time now);
  // Serves everything handed over, to the last posted write.
  void drain();

  // Bytes handed over whose bursts no scheduler sees yet, in the fullest channel.
  std::uint64_t backlog_bytes() const;
  std::size_t open_requests() const { return open_.size(); }

  // Whether every byte of the request lies in the memory.
  bool contains(const Request& request) const;
  std::uint64_t usable_bytes() const { return usable_bytes_; }

  // Brings statistics and ledger up to `now`.
  void settle(units::Time now);
  const Statistics& statistics() const { return statistics_; }
  units::Time last_beat() const;  // of all columns so far
  const Config& config() const { return config_; }
  Controller& channel(unsigned i) { return *channels_[i]; }
  const Controller& channel(unsigned i) const { return *channels_[i]; }
  unsigned channels() const { return static_cast<unsigned>(channels_.size()); }

  // The address of a burst's first byte, where the vector exists. For traces that name banks and rows.
  std::uint64_t address_of(unsigned channel, std::uint64_t burst) const;

 private:
  struct Open {  // a request
    Request request;
    units::Time arrival;
    unsigned runs = 0;           // unfinished
    std::uint64_t channels = 0;  // with an unfinished run, one bit each
    Cycle first = no_cycle;
    Cycle last = 0;
  };
  struct Account {
    base::InitiatorId initiator;
    base::Owner owner;
    base::Account account;
    Counts counts;         // already in statistics and ledger
    bool changed = false;  // while settling
  };
  // Bursts of one channel.
  struct Span {
    std::uint64_t first;
    std::uint64_t end;
  };

  void submit_row(std::uint64_t address, std::uint64_t bytes, std::uint32_t tag, Cycle arrival);
  void push(unsigned channel, Span bursts, std::uint32_t tag, Cycle arrival);
  void push_protected(unsigned channel, Span bursts, std::uint32_t tag, Cycle arrival);
  void push_run(unsigned channel, Span bursts, bool write, std::uint32_t tag, Cycle arrival);
  std::uint64_t local_below(std::uint64_t address, unsigned channel) const;
  std::uint32_t account_of(const Request& request);
  Cycle earliest_end(const Open& open) const;
  void look_ahead() const;
  void collect();
  Cycle take_mean_first(std::uint32_t tag);
  void finish(std::uint32_t tag);
  void answer(std::uint32_t tag, const Answer& answer);
  void settle_accounts();
  void settle_account(Account& account, const Counts& now);

  Config config_;
  std::uint64_t usable_bytes_;
  unsigned interleave_shift_;
  unsigned channel_shift_;
  unsigned burst_shift_;
  std::vector<std::unique_ptr<Controller>> channels_;
  std::vector<Open> requests_;       // by tag
  std::vector<std::uint32_t> runs_;  // unfinished, by tag x channel
  std::vector<Cycle> first_;         // of the runs that are finished, likewise; no_cycle: none is
  std::vector<std::uint32_t> free_tags_;
  std::vector<std::uint32_t> open_;
  mutable std::vector<Cycle> next_event_;  // of each channel
  mutable std::uint64_t changed_ = 0;      // channels whose next_event_ is not known
  std::vector<Answer> answers_;
  std::vector<Account> accounts_;
  // By initiator; then by owner where the request has no account, and by account behind them.
  std::vector<std::vector<std::uint32_t>> account_number_;

  Statistics statistics_;
  PeakWindow window_;
  base::Ledger& ledger_;
  base::Ledger::EventId act_, rd_, wr_, refab_, refpb_, phy_byte_;
  base::Ledger::StateId active_, precharged_, power_down_, self_refresh_, write_clock_;
  std::uint64_t settled_refreshes_ = 0;
  StateCycles settled_;
};

}  // namespace takt::dram
