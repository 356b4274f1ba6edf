#include "tests/dram/play.h"

#include <algorithm>

#include "tests/dram/reference_map.h"

namespace takt::dram::testing {
namespace {

using units::Random;

enum class Pattern { sequential, strided, random, rows, hot };

struct Initiator {
  Pattern pattern;
  std::uint64_t longest;  // bursts of a run
  std::uint64_t stride;
  unsigned writes;  // percent
  std::uint8_t qos;
  std::uint64_t gap;    // mean clocks from a run's arrival to the next
  unsigned pauses;      // per thousand runs
  std::uint64_t pause;  // longest, clocks
  std::uint64_t at;     // next burst
  Cycle time = 0;
};

Initiator random_initiator(Random& random, std::uint64_t space, unsigned initiators) {
  const std::uint64_t longest[] = {1, 1, 4, 16, 64, 256, 2048};
  const unsigned writes[] = {0, 0, 30, 50, 100};
  const std::uint64_t pauses[] = {400, 3000, 30000};
  Initiator i{};
  i.pattern = static_cast<Pattern>(random.below(5));
  i.longest = std::min<std::uint64_t>(longest[random.below(7)], space / 4);
  i.stride = std::uint64_t{1} << random.below(14);
  i.writes = writes[random.below(5)];
  i.qos = static_cast<std::uint8_t>(random.below(3) == 0 ? random.below(8) : 0);
  const std::uint64_t service = (i.longest + 1) * initiators;  // clocks, roughly: saturated below three of these
  i.gap = random.below(4) == 0 ? 0 : random.below(8 * service) + 1;
  i.pauses = static_cast<unsigned>(random.below(3) * 10);
  i.pause = pauses[random.below(3)];
  i.at = random.below(space);
  return i;
}

Run next_run(Random& random, Initiator& i, std::uint64_t space, std::uint64_t row) {
  Run run;
  run.count = static_cast<std::uint32_t>(random.below(i.longest) + 1);
  switch (i.pattern) {
    case Pattern::sequential:
      break;
    case Pattern::strided:
      i.at += i.stride;
      break;
    case Pattern::random:
      i.at = random.below(space);
      break;
    case Pattern::rows:
      i.at += row;
      break;
    case Pattern::hot:
      i.at = random.below(4) * row + random.below(2 * i.longest);
      break;
  }
  if (i.at + run.count > space) i.at %= space - run.count + 1;
  run.burst = i.at;
  if (i.pattern == Pattern::sequential) i.at += run.count;
  run.write = random.below(100) < i.writes;
  run.qos = i.qos;
  run.arrival = i.time;
  if (i.gap != 0) i.time += random.below(2 * i.gap);
  if (random.below(1000) < i.pauses) i.time += random.below(i.pause);
  return run;
}

class Player {
 public:
  Player(const Config& config, Fidelity fidelity, const Traffic& traffic, CommandObserver* observer)
      : controller_(config, fidelity), traffic_(traffic), answered_(traffic.size()) {
    controller_.observe(observer);
    outcome_.done.resize(traffic.size());
  }

  Outcome play(Pace pace) {
    const Cycle end = traffic_.back().arrival + 3000;
    Random random(traffic_.size() + traffic_.front().burst);
    switch (pace) {
      case Pace::at_end:
        push_until(no_cycle);
        break;
      case Pace::at_random:
        at_random(random);
        break;
      case Pace::every_clock:
        for (Cycle at = 0; at < end; ++at) {
          advance(at);
          push_until(at);
        }
        break;
      case Pace::to_next_event:
        to_next_event(end);
        break;
      case Pace::by_backlog:
        push_until(no_cycle);
        while (controller_.backlog() > 20 && now_ < end) {
          const std::uint64_t least = random.below(controller_.backlog() + 1);
          controller_.advance(end, least);
          collect();
          if (controller_.backlog() >= least) break;
        }
        break;
    }
    advance(end);
    controller_.drain();
    collect();
    return result();
  }

 private:
  void push_until(Cycle at) {
    while (pushed_ < traffic_.size() && traffic_[pushed_].arrival <= at) controller_.push(traffic_[pushed_++]);
  }

  void advance(Cycle until) {
    controller_.advance(until);
    now_ = until;
    collect();
  }

  void at_random(Random& random) {
    while (pushed_ < traffic_.size()) {
      const Cycle arrival = traffic_[pushed_].arrival;
      if (random.below(2) == 0) advance(now_ + random.below(arrival - now_ + 1));
      push_until(arrival);
    }
  }

  // As a caller does that answers a run at the end of its data: the answers found must not be late.
  void to_next_event(Cycle end) {
    timely_ = true;
    while (now_ < end) {
      const Cycle arrival = pushed_ < traffic_.size() ? traffic_[pushed_].arrival : end;
      advance(std::min(arrival, std::max(controller_.next_event(), now_ + 1)));
      push_until(now_);
    }
    timely_ = false;
  }

  void problem(const std::string& text) {
    if (outcome_.problem.empty()) outcome_.problem = text;
  }

  void check_timely(const Done& done) {
    const Durations& d = controller_.durations();
    const Cycle answer = traffic_[done.tag].write ? done.last + 1 : done.last + d.read_latency + d.burst;
    if (timely_ && answer < now_) {
      problem("run " + std::to_string(done.tag) + " was to be answered at " + std::to_string(answer) +
              ", next_event() was " + std::to_string(now_));
    }
  }

  void collect() {
    for (const Done& done : controller_.done()) {
      if (answered_.at(done.tag)) problem("run " + std::to_string(done.tag) + " was answered twice");
      answered_[done.tag] = true;
      check_timely(done);
      outcome_.done[done.tag] = done;
      ++count_;
    }
    controller_.done().clear();
  }

  Outcome result() {
    if (count_ != traffic_.size()) {
      problem(std::to_string(traffic_.size() - count_) + " runs were not answered");
    }
    const Cycle end = controller_.data_end() + 20000;
    outcome_.accounts = controller_.accounts();
    outcome_.banks = controller_.banks();
    outcome_.refreshes = controller_.refreshes(end);
    outcome_.turnarounds = controller_.turnarounds();
    outcome_.idle = controller_.idle();
    outcome_.data_end = controller_.data_end();
    outcome_.states = controller_.states(end);
    return outcome_;
  }

  Controller controller_;
  const Traffic& traffic_;
  std::vector<bool> answered_;
  std::size_t pushed_ = 0;
  std::size_t count_ = 0;
  Cycle now_ = 0;
  bool timely_ = false;
  Outcome outcome_;
};

std::string differ(const std::string& what, std::uint64_t a, std::uint64_t b) {
  return a == b ? std::string() : what + ": " + std::to_string(a) + " and " + std::to_string(b) + "\n";
}

std::string differ(const std::string& what, const std::vector<Counts>& a, const std::vector<Counts>& b) {
  std::string text = differ(what, a.size(), b.size());
  for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) {
    const std::string name = what + " " + std::to_string(i);
    text += differ(name + " reads", a[i].reads, b[i].reads) + differ(name + " writes", a[i].writes, b[i].writes) +
            differ(name + " activations", a[i].activations, b[i].activations) +
            differ(name + " conflicts", a[i].conflicts, b[i].conflicts);
  }
  return text;
}

}  // namespace

Traffic random_traffic(Random& random, const Config& config, std::uint64_t bursts) {
  const std::uint64_t space = channel_bursts(config);
  const std::uint64_t row = std::min<std::uint64_t>(
      space / 8, std::uint64_t{config.page_bytes} / config.burst_bytes * config.bank_groups * config.banks_per_group);
  const unsigned initiators = static_cast<unsigned>(random.below(3) == 0 ? random.below(8) + 1 : random.below(2) + 1);
  Traffic traffic;
  for (unsigned number = 0; number < initiators; ++number) {
    Initiator initiator = random_initiator(random, space, initiators);
    for (std::uint64_t issued = 0; issued < bursts / initiators;) {
      Run run = next_run(random, initiator, space, row);
      run.account = static_cast<std::uint16_t>(number);
      issued += run.count;
      traffic.push_back(run);
    }
  }
  std::stable_sort(traffic.begin(), traffic.end(), [](const Run& a, const Run& b) { return a.arrival < b.arrival; });
  for (std::size_t i = 0; i < traffic.size(); ++i) traffic[i].tag = static_cast<std::uint32_t>(i);
  return traffic;
}

Traffic block_traffic(Random& random, unsigned blocks, bool saturated, unsigned writes_percent, bool any_qos) {
  Traffic traffic(blocks);
  Cycle at = 0;
  for (unsigned i = 0; i < blocks; ++i) {
    Run& run = traffic[i];
    run.count = static_cast<std::uint32_t>(random.below(4096) + 1);
    run.burst = random.below(1 << 20);
    run.write = random.below(100) < writes_percent;
    run.qos = static_cast<std::uint8_t>(any_qos ? random.below(8) : 0);
    run.account = run.qos;
    run.tag = i;
    run.arrival = at;
    at += saturated ? 0 : random.below(8192);
  }
  return traffic;
}

std::string difference(const Outcome& a, const Outcome& b) {
  std::string text = a.problem + b.problem + differ("runs", a.done.size(), b.done.size());
  for (std::size_t i = 0; i < a.done.size() && text.empty(); ++i) {
    const std::string name = "run " + std::to_string(i);
    text += differ(name + " first", a.done[i].first, b.done[i].first) +
            differ(name + " last", a.done[i].last, b.done[i].last);
  }
  return text + differ("account", a.accounts, b.accounts) + differ("bank", a.banks, b.banks) +
         differ("refreshes", a.refreshes, b.refreshes) + differ("turnarounds", a.turnarounds, b.turnarounds) +
         differ("idle", a.idle, b.idle) + differ("data end", a.data_end, b.data_end) +
         differ("active", a.states.active, b.states.active) +
         differ("precharged", a.states.precharged, b.states.precharged) +
         differ("power-down", a.states.power_down, b.states.power_down) +
         differ("self-refresh", a.states.self_refresh, b.states.self_refresh) +
         differ("write clock", a.states.write_clock, b.states.write_clock);
}

Outcome play(const Config& config, Fidelity fidelity, const Traffic& traffic, Pace pace, CommandObserver* observer) {
  return Player(config, fidelity, traffic, observer).play(pace);
}

}  // namespace takt::dram::testing
