// The NPU with its NoC, cache and memories, and no processor: what plays a command trace. Built as the SoC is, but for
// the NoC's ports, of which only the NPU's are there.
#pragma once

#include <memory>
#include <vector>

#include "models/npu/npu.h"
#include "models/power/energy.h"
#include "sim/platform/memory_system.h"
#include "sim/platform/snapshot.h"
#include "sim/platform/supplies.h"

namespace takt::platform {

class NpuBoard : public sc_core::sc_module {
 public:
  NpuBoard(const sc_core::sc_module_name& name, const config::ScenarioConfig& scenario);

  base::Ledger ledger;
  const noc::Config noc_config;

  noc::Noc noc;
  std::vector<std::unique_ptr<dram::Dram>> memories;  // in the order of the configuration
  std::unique_ptr<cache::SystemCache> system_cache;   // null: none
  npu::Npu npu;
  power::Model power;
  Supplies supplies;

  // Writes bytes into a memory without time, before the simulation.
  void load(std::uint64_t address, std::string_view bytes);
  // Brings counters that blocks account lazily up to now.
  void settle();
  // Every counter at this moment; the processors' are zero.
  Snapshot snapshot(units::Time at, std::size_t contexts);
};

}  // namespace takt::platform
