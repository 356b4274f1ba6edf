#include "models/dram/device.h"

#include <stdexcept>

namespace takt::dram {
namespace {

using units::Time;

const Config& checked(const Config& config) {
  if (const std::string problem = check(config); !problem.empty()) {
    throw std::invalid_argument("memory " + config.name + ": " + problem);
  }
  return config;
}

void add(Traffic& to, const Traffic& t) {
  to.bytes_read += t.bytes_read;
  to.bytes_written += t.bytes_written;
  to.requested_read += t.requested_read;
  to.requested_written += t.requested_written;
  to.row_hits += t.row_hits;
  to.row_misses += t.row_misses;
  to.row_conflicts += t.row_conflicts;
  to.activations += t.activations;
  to.turnarounds += t.turnarounds;
  to.requests += t.requests;
  to.latency_sum += t.latency_sum;
  to.latency_max = units::max(to.latency_max, t.latency_max);
}

}  // namespace

Device::Device(const Config& config, base::Ledger& ledger)
    : config_(checked(config)),
      interleave_shift_(static_cast<unsigned>(__builtin_ctzll(config.interleave_bytes))),
      channel_shift_(static_cast<unsigned>(__builtin_ctzll(config.channels))),
      small_below_(std::uint64_t{config.channels} * config.interleave_bytes),
      channels_(config.channels, Channel(config)),
      ledger_(ledger),
      act_(ledger.event("dram." + config.name, "act")),
      rd_(ledger.event("dram." + config.name, "rd")),
      wr_(ledger.event("dram." + config.name, "wr")),
      refab_(ledger.event("dram." + config.name, "refab")),
      refpb_(ledger.event("dram." + config.name, "refpb")),
      phy_byte_(ledger.event("dram_phy." + config.name, "byte")),
      active_(ledger.state("dram." + config.name, "active_standby")),
      precharged_(ledger.state("dram." + config.name, "precharge_standby")),
      power_down_(ledger.state("dram." + config.name, "power_down")) {}

bool Device::contains(const Request& r) const {
  const unsigned __int128 span = static_cast<unsigned __int128>(r.rows - 1) * r.stride + r.row_bytes;
  return r.address < config_.capacity_bytes && span <= config_.capacity_bytes - r.address;
}

Commit Device::submit(const Request& request, Time arrival) {
  counts_ = Counts{};
  Commit commit;
  commit.first_beat = units::never();
  if (request.rows == 1 || request.stride == request.row_bytes) {
    submit_row(request.address, request.rows * request.row_bytes, request.write, arrival, commit);
  } else {
    for (std::uint64_t row = 0; row < request.rows; ++row) {
      submit_row(request.address + row * request.stride, request.row_bytes, request.write, arrival, commit);
    }
  }
  account(request, arrival, commit);
  return commit;
}

void Device::submit_row(std::uint64_t address, std::uint64_t bytes, bool write, Time arrival, Commit& commit) {
  const std::uint64_t end = address + bytes;
  const std::uint64_t chunks = ((end - 1) >> interleave_shift_) - (address >> interleave_shift_) + 1;
  const unsigned count = static_cast<unsigned>(channels_.size());
  unsigned channel = static_cast<unsigned>(address >> interleave_shift_) & (count - 1);
  Access access;
  access.write = write;
  access.small = bytes < small_below_;
  for (std::uint64_t i = 0; i < chunks && i < count; ++i) {
    access.local = local_below(address, channel);
    access.bytes = local_below(end, channel) - access.local;
    const Commit c = channels_[channel].commit(access, arrival, counts_);
    commit.first_beat = units::min(commit.first_beat, c.first_beat);
    commit.last_beat = units::max(commit.last_beat, c.last_beat);
    commit.next_accept = units::max(commit.next_accept, c.next_accept);
    channel = (channel + 1) & (count - 1);
  }
}

// Bytes of a channel below an address.
std::uint64_t Device::local_below(std::uint64_t address, unsigned channel) const {
  const std::uint64_t chunk = std::uint64_t{1} << interleave_shift_;
  const std::uint64_t stripe = address >> (interleave_shift_ + channel_shift_);
  const std::uint64_t inside = address & ((chunk << channel_shift_) - 1);
  const std::uint64_t before = std::uint64_t{channel} << interleave_shift_;
  const std::uint64_t part = inside <= before ? 0 : (inside - before < chunk ? inside - before : chunk);
  return (stripe << interleave_shift_) + part;
}

void Device::account(const Request& request, Time arrival, const Commit& commit) {
  const std::uint64_t requested = request.row_bytes * request.rows;
  const std::uint64_t bytes = (counts_.reads + counts_.writes) * config_.burst_bytes;
  Traffic t;
  (request.write ? t.bytes_written : t.bytes_read) = bytes;
  (request.write ? t.requested_written : t.requested_read) = requested;
  t.row_hits = counts_.reads + counts_.writes - counts_.misses - counts_.conflicts;
  t.row_misses = counts_.misses;
  t.row_conflicts = counts_.conflicts;
  t.activations = counts_.activations;
  t.turnarounds = counts_.turnarounds;
  t.requests = 1;
  t.latency_sum = t.latency_max = commit.last_beat - arrival;
  if (request.initiator >= statistics_.initiators.size()) statistics_.initiators.resize(request.initiator + 1u);
  add(statistics_.initiators[request.initiator], t);
  add(statistics_.total, t);
  window_.add(commit.last_beat, bytes);
  statistics_.peak_window_bytes = window_.peak();
  ledger_.count(act_, request.owner, counts_.activations);
  ledger_.count(rd_, request.owner, counts_.reads);
  ledger_.count(wr_, request.owner, counts_.writes);
  ledger_.count(phy_byte_, request.owner, bytes);
}

void Device::settle(Time now) {
  const std::uint64_t due = now / timing().refresh_interval * channels_.size();
  std::uint64_t& refreshes = config_.per_bank_refresh ? statistics_.refreshes_per_bank : statistics_.refreshes_all_bank;
  ledger_.count(config_.per_bank_refresh ? refpb_ : refab_, 0, due - refreshes);
  refreshes = due;
  StateTimes times;
  for (const Channel& channel : channels_) {
    const StateTimes t = channel.state_times(now);
    times.active += t.active;
    times.precharged += t.precharged;
    times.power_down += t.power_down;
  }
  ledger_.spend(active_, times.active - settled_.active);
  ledger_.spend(precharged_, times.precharged - settled_.precharged);
  ledger_.spend(power_down_, times.power_down - settled_.power_down);
  settled_ = times;
}

}  // namespace takt::dram
