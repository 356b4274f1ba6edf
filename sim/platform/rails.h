// The supply rails of a SoC, as far as they are told apart, and what hangs on them.
#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace takt::platform {

enum class Rail : std::uint8_t {
  npu,      // engines, scratchpad, leakage
  soc,      // NoC, system cache, control processor, the memories' controllers and PHYs
  app_cpu,  // application cores
  dram,     // the devices, their I/O included
  radio,    // the modem; only in runs with device or cloud
  storage,  // flash and its controller; only in runs that read it
};
constexpr std::size_t rail_count = 6;
inline const std::array<const char*, rail_count> rail_names = {"npu", "soc", "app_cpu", "dram", "radio", "storage"};

// By the component's name in the power model.
inline Rail rail_of(const std::string& component) {
  if (component.rfind("npu", 0) == 0) return Rail::npu;
  if (component == "dram") return Rail::dram;
  if (component == "radio") return Rail::radio;
  if (component == "storage") return Rail::storage;
  return component == "app_cpu" ? Rail::app_cpu : Rail::soc;
}

}  // namespace takt::platform
