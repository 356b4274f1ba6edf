// A SoC with its driver and firmware, as Platform builds it, that lets a test damage the programs in memory first.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "sim/config/load.h"
#include "sim/platform/driver.h"
#include "sim/platform/soc.h"

namespace takt::platform::test {

class Board {
 public:
  // Changes the image of a stream's first program before it is loaded.
  using Damage = std::function<void(const std::string& stream, std::vector<std::uint8_t>& image)>;

  Board(const config::Scenario& scenario, const Damage& damage);

  // Until every request has ended. Throws std::runtime_error where the firmware fails or time runs out.
  void run();

  const Workload& workload() const { return workload_; }
  Soc& soc() { return soc_; }
  const std::vector<RequestRecord>& requests(std::size_t stream) const { return driver_.requests(stream); }

 private:
  const config::ScenarioConfig& config_;
  Workload workload_;
  RequestDriver driver_;
  Soc soc_;
  bool finished_ = false;
  std::string failure_;
};

// The header at the front of a program's image, and command `index` of one of its lists.
takt_program_header& header_of(std::vector<std::uint8_t>& image);
takt_command& command_of(std::vector<std::uint8_t>& image, std::uint32_t engine, std::uint32_t index);

}  // namespace takt::platform::test
