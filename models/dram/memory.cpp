#include "models/dram/memory.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace takt::dram {
namespace {

using units::Time;

constexpr std::uint32_t no_account = ~0u;
constexpr std::uint64_t eighth = 8;  // Ecc::inline_row: one burst in eight protects the others

const Config& checked(const Config& config) {
  if (const std::string problem = check(config); !problem.empty()) {
    throw std::invalid_argument("memory " + config.name + ": " + problem);
  }
  return config;
}

Counts difference(const Counts& a, const Counts& b) {
  return {a.reads - b.reads, a.writes - b.writes, a.activations - b.activations, a.conflicts - b.conflicts};
}

void add(Traffic& to, const Counts& c) {
  to.row_hits += c.reads + c.writes - c.activations;
  to.row_misses += c.activations - c.conflicts;
  to.row_conflicts += c.conflicts;
  to.activations += c.activations;
}

void add_bytes(Traffic& to, bool write, std::uint64_t bytes) { (write ? to.bytes_written : to.bytes_read) += bytes; }

void add_requested(Traffic& to, const Request& request) {
  (request.write ? to.requested_written : to.requested_read) += request.row_bytes * request.rows;
}

void add_latency(Traffic& to, const Request& request, Time latency) {
  (request.write ? to.write_latency : to.read_latency).add(latency);
}

}  // namespace

Memory::Memory(const Config& config, Fidelity fidelity, base::Ledger& ledger)
    : config_(checked(config)),
      usable_bytes_(config.ecc == Ecc::none ? config.capacity_bytes : config.capacity_bytes / eighth * (eighth - 1)),
      interleave_shift_(log2_of(config.interleave_bytes)),
      channel_shift_(log2_of(config.channels)),
      burst_shift_(log2_of(config.burst_bytes)),
      ledger_(ledger),
      act_(ledger.event("dram." + config.name, "act")),
      rd_(ledger.event("dram." + config.name, "rd")),
      wr_(ledger.event("dram." + config.name, "wr")),
      refab_(ledger.event("dram." + config.name, "refab")),
      refpb_(ledger.event("dram." + config.name, "refpb")),
      phy_byte_(ledger.event("dram_phy." + config.name, "byte")),
      active_(ledger.state("dram." + config.name, "active_standby")),
      precharged_(ledger.state("dram." + config.name, "precharge_standby")),
      power_down_(ledger.state("dram." + config.name, "power_down")),
      self_refresh_(ledger.state("dram." + config.name, "self_refresh")),
      write_clock_(ledger.state("dram." + config.name, "wck")) {
  for (unsigned i = 0; i < config.channels; ++i) channels_.push_back(std::make_unique<Controller>(config, fidelity));
  next_event_.resize(config.channels, no_cycle);
}

bool Memory::contains(const Request& r) const {
  const unsigned __int128 span = static_cast<unsigned __int128>(r.rows - 1) * r.stride + r.row_bytes;
  return r.address < usable_bytes_ && span <= usable_bytes_ - r.address;
}

void Memory::submit(const Request& request, Time arrival) {
  if (free_tags_.empty()) {
    free_tags_.push_back(static_cast<std::uint32_t>(requests_.size()));
    requests_.emplace_back();
    runs_.resize(requests_.size() * channels_.size());
    first_.resize(requests_.size() * channels_.size(), no_cycle);
  }
  const std::uint32_t tag = free_tags_.back();
  free_tags_.pop_back();
  requests_[tag] = Open{request, arrival, 0, 0, no_cycle, 0};
  open_.push_back(tag);
  account_of(request);
  add_requested(statistics_.total, request);
  add_requested(statistics_.initiators[request.initiator], request);
  if (config_.ideal) {
    answer(tag, {request.cookie, arrival, arrival, arrival, arrival});
    return;
  }
  const Durations& d = channels_.front()->durations();
  const Cycle at = d.clock.index_at_or_after(arrival + d.controller).value;
  if (request.rows == 1 || request.stride == request.row_bytes) {
    submit_row(request.address, request.rows * request.row_bytes, tag, at);
  } else {
    for (std::uint64_t row = 0; row < request.rows; ++row) {
      submit_row(request.address + row * request.stride, request.row_bytes, tag, at);
    }
  }
}

void Memory::submit_row(std::uint64_t address, std::uint64_t bytes, std::uint32_t tag, Cycle arrival) {
  const std::uint64_t end = address + bytes;
  const std::uint64_t chunks = ((end - 1) >> interleave_shift_) - (address >> interleave_shift_) + 1;
  const unsigned count = channels();
  unsigned channel = static_cast<unsigned>(address >> interleave_shift_) & (count - 1);
  for (std::uint64_t i = 0; i < chunks && i < count; ++i) {
    const std::uint64_t first = local_below(address, channel) >> burst_shift_;
    const std::uint64_t last = (local_below(end, channel) - 1) >> burst_shift_;
    push(channel, {first, last + 1}, tag, arrival);
    channel = (channel + 1) & (count - 1);
  }
}

void Memory::push(unsigned channel, Span bursts, std::uint32_t tag, Cycle arrival) {
  if (config_.ecc == Ecc::inline_row) {
    push_protected(channel, bursts, tag, arrival);
  } else {
    push_run(channel, bursts, requests_[tag].request.write, tag, arrival);
  }
}

// Data fills the first seven eighths of a row group, check bits the last. A write that covers the data of a check
// burst in part reads it first.
void Memory::push_protected(unsigned channel, Span bursts, std::uint32_t tag, Cycle arrival) {
  const bool write = requests_[tag].request.write;
  const std::uint64_t group = channels_[channel]->map().locate(0).count;
  const std::uint64_t data = group / eighth * (eighth - 1);
  const std::uint64_t covered = eighth - 1;  // data bursts of one check burst
  while (bursts.first < bursts.end) {
    const std::uint64_t base = bursts.first / data * group;
    const std::uint64_t begin = bursts.first % data;
    const std::uint64_t end = std::min(data, begin + (bursts.end - bursts.first));
    const Span check{base + data + begin / covered, base + data + (end - 1) / covered + 1};
    if (!write) push_run(channel, check, false, tag, arrival);
    if (write && begin % covered != 0) push_run(channel, {check.first, check.first + 1}, false, tag, arrival);
    if (write && end % covered != 0 && (begin % covered == 0 || check.end - check.first > 1)) {
      push_run(channel, {check.end - 1, check.end}, false, tag, arrival);
    }
    push_run(channel, {base + begin, base + end}, write, tag, arrival);
    if (write) push_run(channel, check, true, tag, arrival);
    bursts.first += end - begin;
  }
}

void Memory::push_run(unsigned channel, Span bursts, bool write, std::uint32_t tag, Cycle arrival) {
  Open& open = requests_[tag];
  Run run;
  run.burst = bursts.first;
  run.count = static_cast<std::uint32_t>(bursts.end - bursts.first);
  run.write = write;
  run.qos = open.request.qos;
  run.account = account_of(open.request);
  run.tag = tag;
  run.arrival = arrival;
  ++open.runs;
  if (runs_[tag * channels_.size() + channel]++ == 0) open.channels |= bit(channel);
  const std::uint64_t bytes = std::uint64_t{run.count} << burst_shift_;
  add_bytes(statistics_.total, write, bytes);
  add_bytes(statistics_.initiators[open.request.initiator], write, bytes);
  changed_ |= bit(channel);
  channels_[channel]->push(run);
}

// Bytes of a channel below an address.
std::uint64_t Memory::local_below(std::uint64_t address, unsigned channel) const {
  const std::uint64_t chunk = std::uint64_t{1} << interleave_shift_;
  const std::uint64_t stripe = address >> (interleave_shift_ + channel_shift_);
  const std::uint64_t inside = address & ((chunk << channel_shift_) - 1);
  const std::uint64_t before = std::uint64_t{channel} << interleave_shift_;
  const std::uint64_t part = inside <= before ? 0 : std::min(inside - before, chunk);
  return (stripe << interleave_shift_) + part;
}

std::uint64_t Memory::address_of(unsigned channel, std::uint64_t burst) const {
  const std::uint64_t local = burst << burst_shift_;
  const std::uint64_t stripe = local >> interleave_shift_;
  const std::uint64_t inside = local & ((std::uint64_t{1} << interleave_shift_) - 1);
  return (((stripe << channel_shift_) + channel) << interleave_shift_) + inside;
}

std::uint32_t Memory::account_of(const Request& request) {
  if (request.initiator >= account_number_.size()) account_number_.resize(request.initiator + 1u);
  std::vector<std::uint32_t>& numbers = account_number_[request.initiator];
  const std::size_t key = request.account == 0 ? request.owner : std::size_t{base::max_owners} + request.account;
  if (key >= numbers.size()) numbers.resize(key + 1, no_account);
  if (numbers[key] == no_account) {
    numbers[key] = static_cast<std::uint32_t>(accounts_.size());
    accounts_.push_back({request.initiator, request.owner, request.account, {}});
    if (request.initiator >= statistics_.initiators.size()) statistics_.initiators.resize(request.initiator + 1u);
  }
  return numbers[key];
}

void Memory::advance(Time until) {
  const units::Clock& clock = channels_.front()->durations().clock;
  const Cycle end = until == units::never() ? no_cycle - 1 : clock.index_at_or_after(until).value;
  for (const auto& channel : channels_) channel->advance(end);
  changed_ = bit(channels() - 1) | (bit(channels() - 1) - 1);
  collect();
}

void Memory::drain() {
  for (const auto& channel : channels_) channel->drain();
  changed_ = bit(channels() - 1) | (bit(channels() - 1) - 1);
  collect();
}

void Memory::collect() {
  for (unsigned number = 0; number < channels(); ++number) {
    const auto& channel = channels_[number];
    for (const Done& done : channel->done()) {
      Open& open = requests_[done.tag];
      if (--runs_[done.tag * channels_.size() + number] == 0) open.channels &= ~bit(number);
      open.first = std::min(open.first, done.first);
      Cycle& first = first_[done.tag * channels_.size() + number];
      first = std::min(first, done.first);
      open.last = std::max(open.last, done.last);
      if (--open.runs == 0) finish(done.tag);
    }
    channel->done().clear();
  }
}

// Rounded down. Leaves the channels' first columns as they are for the next request.
Cycle Memory::take_mean_first(std::uint32_t tag) {
  Cycle sum = 0, count = 0;
  for (std::size_t i = tag * channels_.size(); i < (tag + 1) * channels_.size(); ++i) {
    const Cycle first = std::exchange(first_[i], no_cycle);
    if (first == no_cycle) continue;
    sum += first - requests_[tag].first;
    ++count;
  }
  return requests_[tag].first + sum / count;
}

void Memory::finish(std::uint32_t tag) {
  const Open& open = requests_[tag];
  const Durations& d = channels_.front()->durations();
  const Cycle mean = take_mean_first(tag);
  Answer answer{open.request.cookie, open.arrival, d.clock.at(units::Cycles(open.first)), {}, {}};
  if (open.request.write) {
    answer.last_beat = d.clock.at(units::Cycles(open.last));
    answer.mean_first = d.clock.at(units::Cycles(mean));
  } else {
    answer.first_beat = d.clock.at(units::Cycles(open.first + d.read_latency));
    answer.mean_first = d.clock.at(units::Cycles(mean + d.read_latency));
    answer.last_beat = d.clock.at(units::Cycles(open.last + d.read_latency)) + d.burst_time;
  }
  this->answer(tag, answer);
}

void Memory::answer(std::uint32_t tag, const Answer& answer) {
  const Open& open = requests_[tag];
  const Time latency = answer.last_beat - open.arrival;
  add_latency(statistics_.total, open.request, latency);
  add_latency(statistics_.initiators[open.request.initiator], open.request, latency);
  window_.add(answer.last_beat, open.request.row_bytes * open.request.rows);
  answers_.push_back(answer);
  open_.erase(std::find(open_.begin(), open_.end(), tag));
  free_tags_.push_back(tag);
}

void Memory::look_ahead() const {
  for (std::uint64_t rest = changed_; rest != 0; rest &= rest - 1) {
    const unsigned channel = lowest(rest);
    next_event_[channel] = channels_[channel]->next_event();
  }
  changed_ = 0;
}

// A request is finished when it is in the last of the channels that still work for it.
Cycle Memory::earliest_end(const Open& open) const {
  Cycle end = 0;
  for (std::uint64_t rest = open.channels; rest != 0; rest &= rest - 1) {
    const Cycle at = next_event_[lowest(rest)];
    if (at != no_cycle) end = std::max(end, at);
  }
  return end;
}

Time Memory::next_answer() const {
  look_ahead();
  Cycle next = no_cycle;
  for (const std::uint32_t tag : open_) next = std::min(next, earliest_end(requests_[tag]));
  if (next == no_cycle) return units::never();
  return channels_.front()->durations().clock.at(units::Cycles(next));
}

void Memory::serve(Time now) {
  look_ahead();
  const Cycle cycle = channels_.front()->durations().clock.index_at_or_after(now).value;
  std::uint64_t due = 0;
  for (const std::uint32_t tag : open_) {
    if (earliest_end(requests_[tag]) <= cycle) due |= requests_[tag].channels;
  }
  for (std::uint64_t rest = due; rest != 0; rest &= rest - 1) channels_[lowest(rest)]->advance(cycle);
  changed_ |= due;
  collect();
}

std::uint64_t Memory::backlog_bytes() const {
  std::uint64_t most = 0;
  for (const auto& channel : channels_) most = std::max(most, channel->backlog());
  return most << burst_shift_;
}

Time Memory::last_beat() const {
  Cycle last = 0;
  for (const auto& channel : channels_) last = std::max(last, channel->data_end());
  return channels_.front()->durations().clock.at(units::Cycles(last));
}

void Memory::settle(Time now) {
  const Durations& d = channels_.front()->durations();
  advance(now);
  settle_accounts();
  const Cycle cycle = d.clock.index_at_or_after(now).value;
  std::uint64_t refreshes = 0;
  std::uint64_t turnarounds = 0;
  StateCycles s;
  for (const auto& channel : channels_) {
    const Settled settled = channel->settled(cycle);
    refreshes += settled.refreshes;
    turnarounds += channel->turnarounds();
    const StateCycles& c = settled.states;
    s.active += c.active;
    s.precharged += c.precharged;
    s.power_down += c.power_down;
    s.self_refresh += c.self_refresh;
    s.write_clock += c.write_clock;
  }
  statistics_.total.turnarounds = turnarounds;
  const bool per_bank = config_.refresh == Refresh::per_bank;
  (per_bank ? statistics_.refreshes_per_bank : statistics_.refreshes_all_bank) = refreshes;
  ledger_.count(per_bank ? refpb_ : refab_, 0, refreshes - settled_refreshes_);
  settled_refreshes_ = refreshes;
  const auto spend = [&](base::Ledger::StateId state, Cycle total, Cycle settled) {
    if (total == settled) return;
    ledger_.spend(state, d.clock.at(units::Cycles(total)) - d.clock.at(units::Cycles(settled)));
  };
  spend(active_, s.active, settled_.active);
  spend(precharged_, s.precharged, settled_.precharged);
  spend(power_down_, s.power_down, settled_.power_down);
  spend(self_refresh_, s.self_refresh, settled_.self_refresh);
  spend(write_clock_, s.write_clock, settled_.write_clock);
  settled_ = s;
  statistics_.states = s;
  statistics_.peak_window_bytes = window_.peak();
}

// There may be thousands of accounts, of which few have changed.
void Memory::settle_accounts() {
  std::vector<std::uint32_t> numbers;
  for (const auto& channel : channels_)
    for (const std::uint32_t number : channel->take_changed())
      if (!std::exchange(accounts_[number].changed, true)) numbers.push_back(number);
  for (const std::uint32_t number : numbers) {
    Counts sum;
    for (const auto& channel : channels_) {
      if (number >= channel->accounts().size()) continue;
      const Counts& c = channel->accounts()[number];
      sum = {sum.reads + c.reads, sum.writes + c.writes, sum.activations + c.activations, sum.conflicts + c.conflicts};
    }
    accounts_[number].changed = false;
    settle_account(accounts_[number], sum);
  }
}

void Memory::settle_account(Account& account, const Counts& now) {
  const Counts c = difference(now, account.counts);
  account.counts = now;
  add(statistics_.total, c);
  add(statistics_.initiators[account.initiator], c);
  const auto count = [&](base::Ledger::EventId event, std::uint64_t n) {
    ledger_.count(event, account.owner, n, account.account);
  };
  count(act_, c.activations);
  count(rd_, c.reads);
  count(wr_, c.writes);
  count(phy_byte_, (c.reads + c.writes) * config_.burst_bytes);
}

}  // namespace takt::dram
