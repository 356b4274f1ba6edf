// All channels of one memory: the address map and the counters. No SystemC.
//
// Address map, from the low end: interleave_bytes in one channel, then the next channel. Inside a channel: burst,
// bank group, column, bank (rotated by the row with bank_hash), row.
#pragma once

#include <memory>

#include "models/base/ledger.h"
#include "models/dram/statistics.h"

namespace takt::dram {

struct Request {
  std::uint64_t address = 0;  // inside the memory
  std::uint64_t row_bytes = 0;
  std::uint64_t rows = 1;
  std::uint64_t stride = 0;
  bool write = false;
  base::InitiatorId initiator = 0;
  base::Owner owner = 0;
};

class Device {
 public:
  // Throws std::invalid_argument where check(config) complains.
  Device(const Config& config, base::Ledger& ledger);

  // Commits every burst of a request that arrives at `arrival`. Precondition: contains(request), bytes > 0.
  Commit submit(const Request& request, units::Time arrival);

  // Whether every byte of the request lies in the memory.
  bool contains(const Request& request) const;

  // Brings refresh counts and state times up to `now` in statistics and ledger. Changes no timing.
  void settle(units::Time now);

  const Statistics& statistics() const { return statistics_; }
  const Timing& timing() const { return channels_.front().timing(); }
  Channel& channel(unsigned i) { return channels_[i]; }

 private:
  void submit_row(std::uint64_t address, std::uint64_t bytes, bool write, units::Time arrival, Commit& commit);
  std::uint64_t local_below(std::uint64_t address, unsigned channel) const;
  void account(const Request& request, units::Time arrival, const Commit& commit);

  Config config_;
  unsigned interleave_shift_;
  unsigned channel_shift_;
  std::uint64_t small_below_;  // bytes: one stripe over all channels
  std::vector<Channel> channels_;
  Counts counts_;  // of the request in hand
  Statistics statistics_;
  PeakWindow window_;

  base::Ledger& ledger_;
  base::Ledger::EventId act_, rd_, wr_, refab_, refpb_, phy_byte_;
  base::Ledger::StateId active_, precharged_, power_down_;
  StateTimes settled_;
};

}  // namespace takt::dram
