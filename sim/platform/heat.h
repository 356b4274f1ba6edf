// Temperatures from the energy that the components spend.
#pragma once

#include <vector>

#include "models/power/energy.h"
#include "models/power/thermal.h"
#include "sim/config/soc_config.h"
#include "sim/platform/run_record.h"

namespace takt::platform {

enum class HeatAt : std::size_t { npu, soc, dram, package, board, skin };

class Heat {
 public:
  Heat(const config::HeatConfig& config, const power::Model& power);

  // Call at least once in every step, in order; the ledger is settled up to `at`. True: the temperatures are new.
  bool advance(units::Time at);
  std::int64_t millicelsius(HeatAt node) const;
  // In the order of HeatAt.
  const std::vector<power::ThermalNode>& nodes() const { return network_.nodes(); }
  double celsius(std::size_t node) const { return network_.celsius(node); }
  void begin_window();
  void end_window();
  // Of the window.
  const std::vector<TemperatureRecord>& record() const { return record_; }

 private:
  std::uint64_t rounded(std::size_t node) const;

  const power::Model& power_;
  power::ThermalNetwork network_;
  units::Time step_, next_;
  std::vector<std::size_t> node_of_;  // [component]
  std::vector<power::Attojoules> last_;
  bool inside_ = false;
  std::vector<TemperatureRecord> record_;
};

}  // namespace takt::platform
