#include "tests/dram/peers/measure.h"

#include <algorithm>

#include "models/dram/controller.h"
#include "tests/dram/peers/streams.h"

namespace takt::dram::testing {
namespace {

constexpr std::uint64_t most_waiting = 64;  // handed over and not accepted, saturated
constexpr Cycle quiet = 20000;              // clocks after which nothing moves any more

class Feeder {
 public:
  Feeder(const Config& config, std::uint64_t bursts)
      : channel_(config, Fidelity::detailed),
        pipeline_(delay(config)),
        arrival_(bursts),
        burst_bytes_(config.burst_bytes) {}

  void feed(Stream stream, Gap gap) {
    for (std::uint32_t i = 0; i < arrival_.size(); ++i) {
      const Access access = stream.next();
      Run run;
      run.burst = access.address / burst_bytes_;
      run.count = 1;
      run.write = access.write;
      run.tag = i;
      if (gap.numerator == 0) {
        if (channel_.backlog() >= most_waiting) advance(no_cycle - 1, most_waiting / 8);
      } else {
        arrival_[i] = i * gap.numerator / gap.denominator;
        run.arrival = arrival_[i] + pipeline_;
        advance(run.arrival, 0);
      }
      is_write_.push_back(access.write);
      channel_.push(run);
    }
    advance(no_cycle - 1, 1);
    advance(std::max(channel_.data_end(), arrival_.back()) + quiet, 0);
  }

  Figures figures(bool paced) const {
    const double clock_ns = 1e9 / static_cast<double>(channel_.durations().clock.hertz());
    Figures f;
    std::uint64_t columns = 0;
    for (const Counts& bank : channel_.banks()) {
      f.activations += bank.activations;
      columns += bank.reads + bank.writes;
    }
    f.gbps = static_cast<double>(columns * burst_bytes_) / (static_cast<double>(channel_.data_end()) * clock_ns);
    if (paced && reads_ != 0) f.latency_ns = static_cast<double>(waited_) / static_cast<double>(reads_) * clock_ns;
    return f;
  }

 private:
  // From a burst's arrival to its first command.
  static Cycle delay(const Config& c) {
    return make_durations(c).clock.index_at_or_after(units::Time(c.controller_ps)).value;
  }

  void advance(Cycle until, std::uint64_t backlog) {
    channel_.advance(until, backlog);
    for (const Done& done : channel_.done()) {
      if (is_write_[done.tag]) continue;
      waited_ += done.last + channel_.durations().read_latency + channel_.durations().burst - arrival_[done.tag];
      ++reads_;
    }
    channel_.done().clear();
  }

  Controller channel_;
  Cycle pipeline_;
  std::vector<Cycle> arrival_;
  std::vector<bool> is_write_;
  std::uint32_t burst_bytes_;
  std::uint64_t waited_ = 0;
  std::uint64_t reads_ = 0;
};

}  // namespace

Gap parse_gap(const std::string& text) {
  Gap gap;
  if (text.empty()) return gap;
  const std::size_t slash = text.find('/');
  gap.numerator = std::stoull(text.substr(0, slash));
  if (slash != std::string::npos) gap.denominator = std::stoull(text.substr(slash + 1));
  return gap;
}

Figures measure(const Config& config, const std::string& stream, std::uint64_t bursts, Gap gap) {
  Feeder feeder(config, bursts);
  feeder.feed(Stream(stream), gap);
  return feeder.figures(gap.numerator != 0);
}

}  // namespace takt::dram::testing
