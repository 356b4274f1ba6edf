// The faults of a scenario: when each strikes, and what becomes of it. Blocks and driver ask at their events; the NPU's
// observer, the driver and the platform tell what they see.
#pragma once

#include <array>
#include <deque>
#include <map>
#include <vector>

#include "models/base/fault_source.h"
#include "models/base/ledger.h"
#include "models/npu/observer.h"
#include "models/units/random.h"
#include "sim/config/scenario_config.h"
#include "sim/platform/run_record.h"

namespace takt::platform {

class RequestDriver;

class FaultInjector final : public base::FaultSource, public npu::Observer {
 public:
  // `scenario` outlives it.
  explicit FaultInjector(const config::ScenarioConfig& scenario);

  // Who knows which request a job belongs to, and who else observes the NPU. Both before the simulation starts.
  void set_driver(const RequestDriver& driver) { driver_ = &driver; }
  void set_next(npu::Observer& next) { next_ = &next; }

  // When
  // ---------------------------------------------------------------------------------------------------------------
  // Nothing strikes before; times of the scenario count from here.
  void begin(units::Time origin);
  std::uint32_t strikes(base::Fault fault, base::Owner owner) override;
  // An event of the driver about a job.
  bool strikes(config::FaultKind kind, std::uint64_t job);
  // Kinds that happen at a time: the next such time, or never().
  units::Time next_time() const;
  // One that is due, of those before `end`, as struck now; null: none. `strike` is for over().
  const config::FaultConfig* take_due(units::Time end, std::size_t& strike);

  // What became of it
  // -------------------------------------------------------------------------------------------------- Found and over
  // at once.
  void over(std::size_t strike);
  void answered(std::uint64_t job, std::uint32_t status);
  void records_taken();
  void queue_stopped(std::uint32_t stream);
  void released(std::uint32_t stream);
  void submitted_again(std::uint64_t job, std::uint64_t as);
  // The firmware is found dead.
  void firmware_dead();
  // Jobs without an answer at the end of the run, with when they were submitted.
  void unanswered(const std::vector<units::Time>& submitted);
  std::vector<FaultRecord> records() const;
  // Written by the firmware.
  std::uint64_t engine_resets() const { return engine_resets_ - power_cycles_; }
  void power_cycled() { ++power_cycles_; }

  void on_command(const npu::CommandRecord& record) override { next_->on_command(record); }
  void on_job(std::uint32_t job, base::Owner owner, npu::JobEvent event, units::Time at) override;
  void on_control(std::uint32_t queue, const npu::QueueRegisters& registers, std::uint32_t control,
                  units::Time at) override {
    next_->on_control(queue, registers, control, at);
  }
  void on_reset(units::Time at) override;
  void on_windows(std::uint32_t queue, std::uint64_t table, units::Time at) override {
    next_->on_windows(queue, table, at);
  }

 private:
  static constexpr std::uint32_t any = ~0u;

  struct Rule {
    const config::FaultConfig* config = nullptr;
    std::uint32_t stream = any;
    std::uint64_t passed = 0;  // events that count
    std::uint64_t struck = 0;
    units::Random random{0};
  };
  struct Strike : FaultStrike {
    Rule* rule = nullptr;
    std::uint64_t job = 0;  // 0: none
    std::uint32_t stream = any;
    bool open = true;  // what becomes of it is not known yet
    bool is(config::FaultKind kind) const { return rule->config->kind == kind; }
  };

  bool counts(const Rule& rule, std::uint64_t job) const;
  bool fires(Rule& rule);
  Strike& strike(Rule& rule, std::uint64_t job);
  void job_starts(std::uint64_t job, units::Time at);
  void detect(Strike& strike, units::Time at) const;
  static void close(Strike& strike, units::Time at);
  template <typename What>
  void each_open(const What& what);

  const config::ScenarioConfig& scenario_;
  const RequestDriver* driver_ = nullptr;
  npu::Observer* next_ = nullptr;
  units::Time origin_ = units::never();
  std::deque<Rule> rules_;
  std::deque<Strike> strikes_;
  std::vector<std::size_t> open_;                       // of strikes_
  std::multimap<std::uint64_t, std::size_t> by_job_;    // of strikes_
  std::array<std::uint64_t, base::max_owners> last_{};  // job that got the engines, by owner
  std::uint64_t engine_resets_ = 0, power_cycles_ = 0;
};

}  // namespace takt::platform
