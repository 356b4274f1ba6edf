#include "sim/platform/boot.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "firmware/abi/abi.h"
#include "sim/config/partitions.h"
#include "sim/platform/soc.h"

namespace takt::platform {

namespace {

std::uint32_t flags_of(const config::FirmwareConfig& firmware) {
  std::uint32_t flags = firmware.bands ? TAKT_BOOT_BANDS : 0;
  if (firmware.preemption == config::Preemption::none) flags |= TAKT_BOOT_NO_PREEMPTION;
  if (firmware.preemption == config::Preemption::kill) flags |= TAKT_BOOT_KILL;
  if (firmware.preemption == config::Preemption::forced) flags |= TAKT_BOOT_FORCE_PREEMPTION;
  if (firmware.admission == config::Admission::utilisation) flags |= TAKT_BOOT_ADMISSION;
  return flags;
}

std::uint32_t npu_port(const config::ScenarioConfig& scenario) {
  const std::vector<noc::InitiatorPort> ports = expanded_noc(scenario).initiators;
  const auto first =
      std::find_if(ports.begin(), ports.end(), [](const auto& port) { return port.name == "npu_dma_in"; });
  return static_cast<std::uint32_t>(first - ports.begin());
}

}  // namespace

takt_boot_info boot_info(const config::ScenarioConfig& scenario, const Workload& workload) {
  takt_boot_info info{};
  info.magic = TAKT_BOOT_MAGIC;
  info.bytes = sizeof info;
  info.hardware_version = TAKT_ABI_HARDWARE;
  info.driver_version = TAKT_ABI_DRIVER;
  info.program_version = TAKT_ABI_PROGRAM;
  info.timer_hz = static_cast<std::uint32_t>(scenario.soc.timer.clock_hz);
  info.control_ring = workload.control_ring();
  info.completion_ring = workload.completion_ring();
  info.hardware_queues = scenario.soc.npu.hardware_queues;
  info.job_timeout_us = static_cast<std::uint32_t>(scenario.firmware.job_timeout_us);
  info.round_robin_quantum_us = static_cast<std::uint32_t>(scenario.firmware.quantum_us);
  info.flags = flags_of(scenario.firmware);
  info.watchdog_us = static_cast<std::uint32_t>(scenario.soc.watchdog.timeout_us);
  info.npu_clock_khz = static_cast<std::uint32_t>(scenario.soc.npu.clock_hz / 1000);
  info.npu_bytes_per_s = expected_bytes_per_s(scenario.soc);
  const std::vector<config::Partition> partitions = config::partitions_of(scenario);
  const bool whole = scenario.firmware.partitions.empty() && partitions.size() == 1;
  for (std::size_t p = 0; p < partitions.size() && !whole; ++p) info.partitions |= partitions[p].cores << 4 * p;
  info.npu_ports = npu_port(scenario) + 1;
  info.flags |= scenario.firmware.token_budget << 16;
  std::strncpy(info.policy, scenario.firmware.policy.c_str(), sizeof info.policy - 1);
  return info;
}

}  // namespace takt::platform
