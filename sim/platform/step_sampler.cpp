#include "sim/platform/step_sampler.h"

#include <algorithm>

#include "models/units/quantity.h"
#include "sim/compiler/rehearsal.h"

namespace takt::platform {

using units::Time;

namespace {

constexpr std::size_t most_steps = 4;  // of a point
constexpr Time long_enough = units::milliseconds(30);
constexpr std::uint64_t least_reach = 64;  // tokens
constexpr std::uint64_t reach_share = 3;
constexpr std::uint64_t parts = 1000000;

std::uint64_t distance(std::uint64_t a, std::uint64_t b) { return a > b ? a - b : b - a; }
std::uint64_t reach(std::uint64_t past) { return std::max(least_reach, past / reach_share); }

// From a to b, `part` of `whole` of the way.
std::uint64_t between(std::uint64_t a, std::uint64_t b, std::uint64_t part, std::uint64_t whole) {
  return b >= a ? a + units::mul_div(b - a, part, whole) : a - units::mul_div(a - b, part, whole);
}

// At x on the line through two points, x1 < x2; 0 where it is below.
std::uint64_t line(std::uint64_t x1, std::uint64_t y1, std::uint64_t x2, std::uint64_t y2, std::uint64_t x) {
  const auto wide = [](std::uint64_t n) { return static_cast<__int128>(n); };
  const __int128 y = wide(y1) + (wide(y2) - wide(y1)) * (wide(x) - wide(x1)) / (wide(x2) - wide(x1));
  return y < 0 ? 0 : static_cast<std::uint64_t>(y);
}

// What a job loads follows from its tokens' choices of experts. One token's are always as many.
bool varies(const PlacedStream& stream, const PlacedProgram& placed) {
  return stream.conversations && stream.conversations->experts &&
         &placed != &stream.programs[stream.conversations->model.step];
}

bool of_dram(const std::string& component) { return component.rfind("dram.", 0) == 0; }

}  // namespace

StepSampler::StepSampler(const config::ScenarioConfig& scenario, const Workload& workload, Soc& soc)
    : soc_(soc),
      most_(scenario.firmware.job_timeout_us == 0 ? units::never().value
                                                  : units::microseconds(scenario.firmware.job_timeout_us).value / 2) {
  bytes_per_kilocycle_ =
      static_cast<std::uint32_t>(expected_bytes_per_s(scenario.soc) / (scenario.soc.npu.clock_hz / 1000));
  for (std::size_t i = 0; i < soc.noc_config.initiators.size(); ++i)
    if (soc.noc_config.initiators[i].name.rfind("npu", 0) == 0) ports_.push_back(i);
  for (const PlacedStream& stream : workload.streams())
    for (const PlacedProgram& placed : stream.programs)
      if (stream.parameter_limit != 0 && !varies(stream, placed))
        programs_[placed.header] = {placed.program, &stream.target};
  events_ = soc.ledger.events().size();
  for (std::size_t e = 0; e < events_; ++e) {
    const base::Ledger::Event& event = soc.ledger.events()[e];
    if (of_dram(event.component) && (event.name == "refab" || event.name == "refpb")) refreshes_.push_back(e);
  }
  more_refreshes_.resize(soc.memories.size());
  not_simulated_.memories.resize(soc.memories.size());
  not_simulated_.initiators.resize(soc.noc_config.initiators.size());
  for (std::size_t s = 0; s < soc.ledger.states().size(); ++s)
    if (of_dram(soc.ledger.states()[s].component)) states_.push_back(s);
}

// What snapshots count of the NPU's work. Latencies are not among it: they are those of what was simulated.
template <class Visit>
void StepSampler::each(Snapshot& s, const Visit& visit) const {
  for (Time& t : s.npu.busy) visit(t.value);
  for (std::uint64_t& n : s.npu.commands) visit(n);
  for (std::uint64_t* n : {&s.npu.useful_macs, &s.npu.padding_macs, &s.npu.recomputed_macs, &s.npu.constant_bytes,
                           &s.npu.activation_bytes_in, &s.npu.activation_bytes_out, &s.npu.front_end_bytes})
    visit(*n);
  const auto memory = [&](dram::Traffic& t) {
    for (std::uint64_t* n : {&t.bytes_read, &t.bytes_written, &t.requested_read, &t.requested_written, &t.row_hits,
                             &t.row_misses, &t.row_conflicts, &t.activations})
      visit(*n);
  };
  // The total and the initiators' sum stay the same.
  const std::size_t ports = soc_.noc_config.initiators.size();
  for (dram::Statistics& m : s.memories) {
    m.initiators.resize(std::max(m.initiators.size(), ports));
    for (const std::size_t port : ports_) memory(m.initiators[port]);
    memory(m.total);
  }
  for (const std::size_t port : ports_) {
    visit(s.initiators[port].bytes_read);
    visit(s.initiators[port].bytes_written);
  }
  if (soc_.system_cache == nullptr) return;
  const auto cache = [&](cache::Traffic& t) {
    for (std::uint64_t* n : {&t.read.hit, &t.read.miss, &t.read.bypass, &t.write.hit, &t.write.miss, &t.write.bypass,
                             &t.fill, &t.write_back})
      visit(*n);
  };
  s.cache.initiators.resize(std::max(s.cache.initiators.size(), ports));
  for (const std::size_t port : ports_) cache(s.cache.initiators[port]);
  cache(s.cache.total);
}

// Snapshots' counts, then the owner's events, then what idleness changes.
StepSampler::Counts StepSampler::take(base::Owner owner) {
  soc_.settle();
  Snapshot snapshot;
  snap_memory_system(snapshot, soc_.npu, soc_.noc, soc_.memories, soc_.system_cache.get());
  // Of a memory's and the cache's totals only what the NPU's ports add up to.
  for (dram::Statistics& m : snapshot.memories) {
    m.total = {};
    for (const std::size_t port : ports_) {
      if (port >= m.initiators.size()) continue;
      const dram::Traffic& t = m.initiators[port];
      for (auto member : {&dram::Traffic::bytes_read, &dram::Traffic::bytes_written, &dram::Traffic::requested_read,
                          &dram::Traffic::requested_written, &dram::Traffic::row_hits, &dram::Traffic::row_misses,
                          &dram::Traffic::row_conflicts, &dram::Traffic::activations})
        m.total.*member += t.*member;
    }
  }
  snapshot.cache.total = {};
  for (const std::size_t port : ports_) {
    if (port >= snapshot.cache.initiators.size()) continue;
    const cache::Traffic& t = snapshot.cache.initiators[port];
    cache::Traffic& total = snapshot.cache.total;
    for (auto member : {&cache::Flow::hit, &cache::Flow::miss, &cache::Flow::bypass}) {
      total.read.*member += t.read.*member;
      total.write.*member += t.write.*member;
    }
    total.fill += t.fill;
    total.write_back += t.write_back;
  }
  Counts counts;
  each(snapshot, [&](std::uint64_t& n) { counts.push_back(n); });
  snapshot_counts_ = counts.size();
  for (std::size_t e = 0; e < events_; ++e) counts.push_back(soc_.ledger.events()[e].count[owner]);
  const std::size_t rest = states_.size() + refreshes_.size() + more_refreshes_.size();
  for (std::size_t i = 0; i < rest; ++i) counts.push_back(changeable(i));
  return counts;
}

// States of the DRAM, refreshes as the ledger has them, and as the memories' statistics have them.
std::uint64_t StepSampler::changeable(std::size_t i) const {
  if (i < states_.size()) return soc_.ledger.states()[states_[i]].time.value;
  i -= states_.size();
  if (i < refreshes_.size()) return soc_.ledger.events()[refreshes_[i]].count[0];
  i -= refreshes_.size();
  const dram::Statistics& memory = soc_.memories[i]->statistics();
  return memory.refreshes_all_bank + memory.refreshes_per_bank + more_refreshes_[i];
}

// `more` may wrap.
void StepSampler::change(std::size_t i, std::uint64_t more) {
  if (i < states_.size()) return soc_.ledger.spend(static_cast<base::Ledger::StateId>(states_[i]), Time(more));
  i -= states_.size();
  if (i < refreshes_.size())
    soc_.ledger.count(static_cast<base::Ledger::EventId>(refreshes_[i]), 0, more);
  else
    more_refreshes_[i - refreshes_.size()] += more;
}

std::uint64_t StepSampler::cycles(const Series& series, std::uint64_t past) const {
  const takt_cost_table& table = series.program->cost;
  std::uint32_t ratio = 0;
  while (ratio + 1 < table.ratios && table.bytes_per_kilocycle[ratio] < bytes_per_kilocycle_) ++ratio;
  std::uint32_t above = 0;
  while (above < table.values && table.value[above] < past) ++above;
  if (above == table.values) return table.cycles[table.values - 1][ratio];
  if (above == 0) return table.cycles[0][ratio];
  return between(table.cycles[above - 1][ratio], table.cycles[above][ratio], past - table.value[above - 1],
                 table.value[above] - table.value[above - 1]);
}

std::optional<StepSampler::Measured> StepSampler::foretell(const Series& series, std::uint64_t past) const {
  const std::vector<Measured>& points = series.points;
  const auto above = std::find_if(points.begin(), points.end(), [&](const Measured& p) { return p.past >= past; });
  const auto near = [&](const Measured& p) { return distance(p.past, past) <= reach(std::min(p.past, past)); };
  const Measured* const right = above != points.end() && near(*above) ? &*above : nullptr;
  const Measured* const left = above != points.begin() && near(*(above - 1)) ? &*(above - 1) : nullptr;
  if (left == nullptr && right == nullptr) return std::nullopt;
  const Measured& one = left != nullptr ? *left : *right;
  const std::uint64_t here = cycles(series, past), there = std::max<std::uint64_t>(cycles(series, one.past), 1);
  Measured told;
  told.past = past;
  told.time = left != nullptr && right != nullptr
                  ? Time(line(left->past, left->time.value, right->past, right->time.value, past))
                  : Time(units::mul_div(one.time.value, here, there));
  if (told.time.value > most_) return std::nullopt;
  if (points.size() == 1) {
    for (const std::uint64_t n : one.counts) told.counts.push_back(units::mul_div(n, here, there));
    return told;
  }
  const auto second =
      std::clamp<std::ptrdiff_t>(above - points.begin(), 1, static_cast<std::ptrdiff_t>(points.size()) - 1);
  const Measured &a = points[static_cast<std::size_t>(second - 1)], &b = points[static_cast<std::size_t>(second)];
  for (std::size_t i = 0; i < a.counts.size(); ++i)
    told.counts.push_back(line(a.past, a.counts[i], b.past, b.counts[i], past));
  return told;
}

std::optional<npu::StandIn::Share> StepSampler::begins(const npu::Job& job, Time at) {
  const auto program = programs_.find(job.registers.program);
  const std::uint32_t level = soc_.npu.power().wanted_level();
  const auto [entry, first] = jobs_.try_emplace(job.registers.job);
  Running& running = entry->second;
  const bool others = std::any_of(jobs_.begin(), jobs_.end(), [](const auto& each) { return each.second.on; });
  for (auto& [number, other] : jobs_)
    if (other.on) other.alone = running.alone = false;
  running.on = true;
  running.since = at;
  running.owner = job.owner();
  running.account = job.accounts.own;
  if (first && program != programs_.end() && job.parameters_given) {
    running.level = level;
    running.series = &series_[{job.registers.program, level, job.parameters.value[compiler::tokens_parameter]}];
    static_cast<Sampled&>(*running.series) = program->second;
    running.past = job.parameters.value[compiler::past_parameter];
    const bool collecting = !running.series->collected.empty() &&
                            distance(running.series->collected.back().past, running.past) <= least_reach;
    if (!others && !collecting) running.all = foretell(*running.series, running.past);
    if (running.all) running.counted.assign(running.all->counts.size(), 0);
  }
  if (running.series != nullptr) running.before = take(running.owner);
  if (!running.all) return std::nullopt;
  return Share{running.all->time, running.done, cuts(running)};
}

std::vector<npu::StandIn::Cut> StepSampler::cuts(const Running& job) const {
  const std::uint64_t whole = job.all->time.value;
  const auto at = [&](std::uint64_t part) { return Time(units::mul_div(whole, part, parts)); };
  std::vector<Cut> cuts;
  for (const auto& [passed, reached] : job.series->cuts) cuts.push_back({at(passed), at(reached)});
  return cuts;
}

void StepSampler::rests(const npu::Job& job, bool ended, Time at) {
  const auto entry = jobs_.find(job.registers.job);
  Running& running = entry->second;
  const Time stayed = at - running.since;
  if (running.all) advance(at);
  running.on = false;
  if (running.all) {
    times_.replayed += stayed;
    times_.steps += stayed;
    running.done += stayed;
  } else if (running.series != nullptr) {
    times_.steps += stayed;
    running.own.time += stayed;
    const Counts now = take(running.owner);
    running.own.counts.resize(now.size());
    for (std::size_t i = 0; i < now.size(); ++i) running.own.counts[i] += now[i] - running.before[i];
    running.own.past = running.past;
    if (ended && running.alone && running.level == soc_.npu.power().wanted_level())
      collect(*running.series, std::move(running.own));
  }
  if (ended) jobs_.erase(entry);
}

void StepSampler::dropped(const npu::Job& job) { jobs_.erase(job.registers.job); }

void StepSampler::play(Series& series, std::uint64_t past) const {
  compiler::Rehearsal rehearsal(*series.program, *series.target, past);
  const std::uint64_t whole = std::max<std::uint64_t>(1, rehearsal.run(bytes_per_kilocycle_));
  const auto part = [&](std::uint64_t cycles) { return units::mul_div(std::min(cycles, whole), parts, whole); };
  for (const takt_cut& cut : series.program->cuts)
    series.cuts.emplace_back(part(rehearsal.passed(cut)), part(rehearsal.reached(cut)));
}

void StepSampler::collect(Series& series, Measured measured) {
  std::vector<Measured>& steps = series.collected;
  if (!steps.empty() && distance(steps.back().past, measured.past) > least_reach) steps.clear();
  steps.push_back(std::move(measured));
  Time taken;
  for (const Measured& step : steps) taken += step.time;
  if (steps.size() < most_steps && taken < long_enough) return;
  Measured point = steps.front();
  for (std::size_t i = 1; i < steps.size(); ++i) {
    point.past += steps[i].past;
    point.time += steps[i].time;
    for (std::size_t c = 0; c < point.counts.size(); ++c) point.counts[c] += steps[i].counts[c];
  }
  point.past /= steps.size();
  point.time = point.time / steps.size();
  for (std::uint64_t& n : point.counts) n /= steps.size();
  steps.clear();
  if (series.cuts.empty()) play(series, point.past);
  const auto at =
      std::find_if(series.points.begin(), series.points.end(), [&](const Measured& p) { return p.past >= point.past; });
  if (at != series.points.end() && at->past == point.past)
    *at = std::move(point);
  else
    series.points.insert(at, std::move(point));
}

// `done`: of the whole step.
void StepSampler::count(Running& job, Time done) {
  const std::uint64_t whole = std::max<std::uint64_t>(job.all->time.value, 1);
  correction_.resize(std::max(correction_.size(), snapshot_counts_));
  const std::size_t fixed = snapshot_counts_ + events_;
  for (std::size_t i = 0; i < job.counted.size(); ++i) {
    const std::uint64_t due = units::mul_div(job.all->counts[i], done.value, whole), more = due - job.counted[i];
    job.counted[i] = due;
    if (i < snapshot_counts_) {
      correction_[i] += more;
    } else if (i < fixed) {
      soc_.ledger.count(static_cast<base::Ledger::EventId>(i - snapshot_counts_), job.owner, more, job.account);
    } else {
      job.before[i] += more;
      change(i - fixed, job.before[i] - changeable(i - fixed));
    }
  }
  std::size_t i = 0;
  each(not_simulated_, [&](std::uint64_t& n) { n = correction_[i++]; });
}

void StepSampler::advance(Time now) {
  for (auto& [number, job] : jobs_)
    if (job.all && job.on) {
      soc_.settle();
      count(job, job.done + (now - job.since));
    }
}

void StepSampler::correct(Snapshot& snapshot) const {
  std::size_t i = 0;
  each(snapshot, [&](std::uint64_t& n) { n += i < correction_.size() ? correction_[i] : 0, ++i; });
  for (std::size_t m = 0; m < more_refreshes_.size(); ++m)
    snapshot.memories[m].refreshes_all_bank += more_refreshes_[m];
}

void StepSampler::correct(Moved& moved) const {
  for (std::size_t p = 0; p < moved.ports.size(); ++p) moved.ports[p] += bytes_of(not_simulated_.initiators[p]);
  for (std::size_t m = 0; m < moved.memories.size(); ++m) moved.memories[m] += bytes_of(not_simulated_.memories[m]);
}

std::uint64_t StepSampler::memory_bytes() const {
  std::uint64_t sum = 0;
  for (const dram::Statistics& memory : not_simulated_.memories) sum += bytes_of(memory);
  return sum;
}

}  // namespace takt::platform
