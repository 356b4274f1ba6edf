#include "sim/platform/fault_injector.h"

#include <algorithm>
#include <optional>

#include "firmware/abi/status.h"
#include "models/base/systemc.h"
#include "sim/platform/driver.h"

namespace takt::platform {

using base::Fault;
using base::now;
using config::FaultKind;
using units::Time;

namespace {

struct Kind {
  const char* name;
  std::optional<Fault> fault;  // of a block; none: the driver's, or at a time
};

// By FaultKind.
constexpr Kind kinds[] = {
    {"engine-hang", Fault::command_hangs},
    {"engine-slow", Fault::command_is_slow},
    {"scratchpad-parity", Fault::command_fails},
    {"bad-command", Fault::command_is_bad},
    {"access-fault", Fault::access_forbidden},
    {"dma-error", Fault::dma_fails},
    {"dma-hang", Fault::dma_hangs},
    {"fetch-error", Fault::fetch_fails},
    {"save-hang", Fault::save_hangs},
    {"lost-engine-interrupt", Fault::engine_interrupt_lost},
    {"reset-failure", Fault::engine_reset_lost},
    {"lost-host-interrupt", Fault::host_interrupt_lost},
    {"control-memory-error", Fault::control_memory_fails},
    {"bad-slot", {}},
    {"bad-ring", {}},
    {"lost-doorbell", {}},
    {"early-doorbell", {}},
    {"double-doorbell", {}},
    {"unknown-status", {}},
    {"stray-doorbell", {}},
    {"spurious-interrupt", {}},
    {"firmware-hang", {}},
    {"firmware-crash", {}},
    {"firmware-wedge", {}},
    {"client-death", {}},
};

const Kind& traits(FaultKind kind) { return kinds[static_cast<std::size_t>(kind)]; }

// Nobody need do anything about these.
bool is_harmless(FaultKind kind) {
  return kind == FaultKind::engine_slow || kind == FaultKind::double_doorbell || kind == FaultKind::stray_doorbell;
}

// The job's start shows that it has been found.
bool hides_job(FaultKind kind) { return kind == FaultKind::lost_doorbell || kind == FaultKind::early_doorbell; }

}  // namespace

FaultInjector::FaultInjector(const config::ScenarioConfig& scenario) : scenario_(scenario) {
  for (const config::FaultConfig& fault : scenario.faults) {
    Rule rule;
    rule.config = &fault;
    for (std::uint32_t s = 0; s < scenario.streams.size(); ++s)
      if (scenario.streams[s].name == fault.stream) rule.stream = s;
    rule.random = units::Random(fault.seed);
    rules_.push_back(rule);
  }
}

void FaultInjector::begin(Time origin) { origin_ = origin; }

bool FaultInjector::counts(const Rule& rule, std::uint64_t job) const {
  const config::FaultConfig& config = *rule.config;
  if (config.times != 0 && rule.struck >= config.times) return false;
  if (origin_ == units::never() || now() < origin_ + units::microseconds(config.at_us)) return false;
  if (rule.stream == any) return true;
  if (job == 0) return false;
  const JobRef& ref = driver_->job(job);
  return ref.stream == rule.stream && (config.request == 0 || ref.request + 1 == config.request);
}

bool FaultInjector::fires(Rule& rule) {
  const config::FaultConfig& config = *rule.config;
  if (++rule.passed <= config.space || (rule.passed - config.space) % config.interval != 0) return false;
  if (config.probability != config::certain && rule.random.below(config::certain) >= config.probability) return false;
  ++rule.struck;
  return true;
}

FaultInjector::Strike& FaultInjector::strike(Rule& rule, std::uint64_t job) {
  for (auto [at, end] = by_job_.equal_range(job); at != end; ++at)
    if (Strike& same = strikes_[at->second]; same.rule == &rule && same.open) return same;
  Strike fresh;
  fresh.at = now();
  fresh.rule = &rule;
  fresh.job = job;
  fresh.stream = job == 0 ? rule.stream : driver_->job(job).stream;
  open_.push_back(strikes_.size());
  if (job != 0) by_job_.emplace(job, strikes_.size());
  strikes_.push_back(fresh);
  return strikes_.back();
}

std::uint32_t FaultInjector::strikes(Fault fault, base::Owner owner) {
  std::uint32_t how = 0;
  const std::uint64_t job = last_[owner];
  for (Rule& rule : rules_) {
    if (traits(rule.config->kind).fault != fault || !counts(rule, job) || !fires(rule)) continue;
    strike(rule, job);
    how = std::max(1u, rule.config->factor);
  }
  return how;
}

bool FaultInjector::strikes(FaultKind kind, std::uint64_t job) {
  bool any_fires = false;
  for (Rule& rule : rules_) {
    if (rule.config->kind != kind || !counts(rule, job) || !fires(rule)) continue;
    strike(rule, job);
    any_fires = true;
  }
  return any_fires;
}

namespace {

Time due(const config::FaultConfig& config, std::uint64_t struck, Time origin) {
  if (!config::is_timed(config.kind) || origin == units::never()) return units::never();
  if (config.times != 0 && struck >= config.times) return units::never();
  return origin + units::microseconds(config.at_us + struck * config.period_us);
}

}  // namespace

Time FaultInjector::next_time() const {
  Time next = units::never();
  for (const Rule& rule : rules_) next = units::min(next, due(*rule.config, rule.struck, origin_));
  return next;
}

const config::FaultConfig* FaultInjector::take_due(Time end, std::size_t& number) {
  for (Rule& rule : rules_) {
    const Time at = due(*rule.config, rule.struck, origin_);
    if (at > now() || at >= end) continue;
    ++rule.struck;
    strike(rule, 0);
    number = strikes_.size() - 1;
    return rule.config;
  }
  return nullptr;
}

template <typename What>
void FaultInjector::each_open(const What& what) {
  for (const std::size_t number : open_)
    if (strikes_[number].open) what(strikes_[number]);
  open_.erase(std::remove_if(open_.begin(), open_.end(), [this](std::size_t n) { return !strikes_[n].open; }),
              open_.end());
}

void FaultInjector::detect(Strike& strike, Time at) const {
  if (!is_harmless(strike.rule->config->kind)) strike.detected = units::min(strike.detected, at);
}

void FaultInjector::close(Strike& strike, Time at) {
  strike.detected = units::min(strike.detected, at);
  strike.recovered = at;
  strike.open = false;
}

void FaultInjector::over(std::size_t number) {
  each_open([&](Strike& strike) {
    if (&strike == &strikes_[number]) close(strike, now());
  });
}

void FaultInjector::answered(std::uint64_t job, std::uint32_t status) {
  const bool ok = status == TAKT_STATUS_OK;
  const std::uint32_t stream = driver_->job(job).stream;
  bool own = false;
  for (auto [at, end] = by_job_.equal_range(job); at != end; ++at) {
    Strike& strike = strikes_[at->second];
    own = true;
    if (!ok) {
      ++strike.failed_jobs;
      detect(strike, now());
    } else if (strike.open && strike.is(FaultKind::lost_engine_interrupt)) {
      close(strike, now());
    } else if (strike.detected == units::never()) {
      strike.open = false;  // it went by
    }
  }
  if (ok || own || strikes_.empty()) return;
  for (Strike& strike : strikes_)
    if (strike.is(FaultKind::client_death) && strike.stream == stream) {
      ++strike.failed_jobs;
      return;
    }
  ++strikes_.back().collateral_jobs;
}

void FaultInjector::records_taken() {
  each_open([](Strike& strike) {
    if (strike.is(FaultKind::lost_host_interrupt)) close(strike, now());
  });
}

void FaultInjector::queue_stopped(std::uint32_t stream) {
  each_open([&](Strike& strike) {
    if (strike.is(FaultKind::bad_ring) && strike.stream == stream) detect(strike, now());
  });
}

void FaultInjector::released(std::uint32_t stream) {
  each_open([&](Strike& strike) {
    if (strike.is(FaultKind::client_death) && strike.stream == stream) close(strike, now());
  });
}

void FaultInjector::submitted_again(std::uint64_t job, std::uint64_t as) {
  const auto [first, last] = by_job_.equal_range(job);
  std::vector<std::size_t> own;
  for (auto at = first; at != last; ++at) own.push_back(at->second);
  for (const std::size_t number : own) {
    strikes_[number].job = as;
    by_job_.emplace(as, number);
  }
  if (own.empty() && !strikes_.empty()) ++strikes_.back().collateral_jobs;
}

void FaultInjector::firmware_dead() {
  each_open([this](Strike& strike) { detect(strike, now()); });
}

void FaultInjector::unanswered(const std::vector<Time>& submitted) {
  for (Strike& strike : strikes_)
    strike.lost_jobs = static_cast<std::uint64_t>(
        std::count_if(submitted.begin(), submitted.end(), [&](Time at) { return at <= strike.at; }));
}

void FaultInjector::job_starts(std::uint64_t job, Time at) {
  const std::uint32_t stream = driver_->job(job).stream;
  each_open([&](Strike& strike) {
    const FaultKind kind = strike.rule->config->kind;
    if (strike.job == job && hides_job(kind)) return close(strike, at);
    if (kind == FaultKind::client_death || strike.detected == units::never()) return;
    if (kind == FaultKind::bad_ring && strike.stream != stream) return;
    close(strike, at);
  });
}

void FaultInjector::on_job(std::uint32_t job, base::Owner owner, npu::JobEvent event, Time at) {
  if (event == npu::JobEvent::started) {
    last_[owner] = job;
    job_starts(job, at);
  } else if (event == npu::JobEvent::faulted || event == npu::JobEvent::aborted) {
    each_open([&](Strike& strike) {
      if (strike.job == job && traits(strike.rule->config->kind).fault) detect(strike, at);
    });
  }
  next_->on_job(job, owner, event, at);
}

void FaultInjector::on_reset(Time at) {
  ++engine_resets_;
  each_open([&](Strike& strike) {
    if (strike.is(FaultKind::reset_failure)) detect(strike, at);
  });
  next_->on_reset(at);
}

std::vector<FaultRecord> FaultInjector::records() const {
  std::vector<FaultRecord> records;
  for (const Rule& rule : rules_) {
    FaultRecord record;
    record.name = rule.config->name;
    record.kind = traits(rule.config->kind).name;
    record.events = rule.struck;
    for (const Strike& strike : strikes_)
      if (strike.rule == &rule) record.strikes.push_back(strike);
    records.push_back(std::move(record));
  }
  return records;
}

}  // namespace takt::platform
