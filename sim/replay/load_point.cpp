#include "sim/replay/load_point.h"

#include "sim/replay/feeder.h"
#include "sim/replay/memory_figures.h"

namespace takt::replay {
namespace {

using units::Time;

// Of refresh intervals, within bounds for memories that refresh rarely or often.
constexpr std::uint64_t warm_up_intervals = 10;
constexpr std::uint64_t measured_intervals = 20;
constexpr Time longest_warm_up = units::microseconds(50);
constexpr Time shortest_warm_up = units::microseconds(10);
constexpr std::uint64_t least_accesses = 1000;  // in the span, as far as the load can tell

constexpr std::uint64_t queues_offered = 8;  // times full_queues(): an offered load waits only beyond the memory's rate

// Arrivals, and which of them count.
class Generator final : public AnswerObserver {
 public:
  Generator(const Load& load, const dram::Config& config, dram::Fidelity fidelity)
      : load_(load),
        config_(config),
        memory_(config, fidelity, ledger_),
        feeder_(memory_, bound(), step(), this),
        walker_(*load.pattern, config, memory_.usable_bytes(), load.seed),
        directions_(load.seed + 1),
        gaps_(load.seed + 2) {
    point_.load = load;
    point_.burst_bytes = config.burst_bytes;
  }

  LoadPoint run() {
    const Time refresh(config_.refi_ps);
    const Time warm = units::max(shortest_warm_up, units::min(longest_warm_up, refresh * warm_up_intervals));
    Time length = warm * measured_intervals / warm_up_intervals;
    if (load_.kind == LoadKind::offered) length = units::max(length, mean_gap() * least_accesses);
    play_until(warm);
    const Counters before = counters();
    begin_ = handed_over_;
    measuring_ = true;
    play_until(begin_ + length);
    end_ = handed_over_;
    feeder_.advance(end_);
    finish(before);
    return point_;
  }

  // Where an offered load has to wait for the memory, its latency has that wait in it.
  void answered(std::uint64_t cookie, Time handed_over, Time end, std::uint64_t bytes) override {
    if (!measuring_) return;
    point_.served_bytes += bytes;
    const Time arrival = load_.kind == LoadKind::offered ? Time(cookie >> 1) : handed_over;
    if (arrival < begin_) return;
    ((cookie & 1) != 0 ? point_.writes : point_.reads).add(end - arrival);
  }

 private:
  struct Counters {
    std::uint64_t bursts = 0, activations = 0, refreshes = 0;
    Energy energy;
  };

  InFlight bound() const {
    InFlight bound = full_queues(config_);
    if (load_.kind == LoadKind::unloaded) bound.requests = 1;
    if (load_.kind == LoadKind::offered) bound.bytes *= queues_offered;
    return bound;
  }
  Time step() const { return load_.kind == LoadKind::unloaded ? Time(0) : queue_time(config_); }
  Time mean_gap() const { return units::Rate(load_.bytes_per_second).duration(walker_.bytes()); }

  void play_until(Time until) {
    while (handed_over_ < until) play();
  }

  void play() {
    dram::Request request;
    request.address = walker_.next();
    request.row_bytes = walker_.bytes();
    request.write = directions_.below(100) >= load_.read_percent;
    Time at = handed_over_;
    if (load_.kind == LoadKind::unloaded) at = units::max(at, feeder_.finish_last());
    if (load_.kind == LoadKind::offered) at = arrival_ += units::exponential(gaps_, mean_gap());
    request.cookie = at.value << 1 | (request.write ? 1 : 0);
    handed_over_ = feeder_.submit(request, at);
    if (measuring_) point_.offered_bytes += request.row_bytes;
  }

  // Up to what was handed over last.
  Counters counters() {
    feeder_.advance(handed_over_);
    const MemoryFigures figures = take_figures(memory_, handed_over_);
    Counters sum;
    for (const ChannelFigures& channel : figures.channels) {
      sum.bursts += channel.bursts();
      sum.activations += channel.counts.activations;
      sum.refreshes += channel.refreshes;
    }
    sum.energy = figures.energy;
    return sum;
  }

  void finish(const Counters& before) {
    const Counters after = counters();
    point_.span = end_ - begin_;
    point_.bursts = after.bursts - before.bursts;
    point_.activations = after.activations - before.activations;
    point_.refreshes = after.refreshes - before.refreshes;
    for (unsigned i = 0; i < energy_parts; ++i) point_.energy.parts[i] = after.energy.parts[i] - before.energy.parts[i];
  }

  Load load_;
  dram::Config config_;
  base::Ledger ledger_;
  dram::Memory memory_;
  Feeder feeder_;
  Walker walker_;
  units::Random directions_;
  units::Random gaps_;
  LoadPoint point_;
  bool measuring_ = false;
  Time arrival_;
  Time handed_over_;
  Time begin_, end_;
};

}  // namespace

bool LoadPoint::overloaded() const { return served_bytes * 100 < offered_bytes * 97; }

LoadPoint simulate(const Load& load, const dram::Config& memory, dram::Fidelity fidelity) {
  return Generator(load, memory, fidelity).run();
}

}  // namespace takt::replay
