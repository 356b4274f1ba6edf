// What takt run shows of the firmware.
#pragma once

#include <memory>
#include <string>

#include "sim/cli/progress.h"
#include "sim/config/scenario_config.h"
#include "sim/observe/bench.h"
#include "sim/observe/console.h"
#include "sim/platform/platform.h"

namespace takt::cli {

// Within the scenario's limit of logs. `scenario` outlives it. Throws as Bench does.
std::unique_ptr<observe::Bench> firmware_bench(const observe::BenchOptions& options,
                                               const config::ScenarioConfig& scenario);

// What the bench wants of the platform. It outlives the run.
void observe_with(observe::Bench& bench, platform::RunOptions& options);

// The firmware's own text: to standard error as it comes, unless it is to be quiet, and kept.
class FirmwareText {
 public:
  FirmwareText(observe::LogBudget& budget, ProgressLine& progress, bool quiet);
  ~FirmwareText() { console_.flush(); }
  void put(units::Time at, std::uint8_t byte) { console_.put(at, byte); }
  // All lines, also one that was not ended.
  const std::string& text();

 private:
  observe::Console console_;
  std::string text_;
};

}  // namespace takt::cli
