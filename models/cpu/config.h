// Parameters of the two processors.
#pragma once

#include <cstdint>
#include <string>

#include "models/cpu/rv32/cycle_table.h"

namespace takt::cpu {

// Control processor of the NPU. `cost` says where firmware time comes from: "zero" or "table" of the native build,
// "iss": instructions of an ELF.
struct ControlConfig {
  std::uint64_t clock_hz = 0;
  std::string cost = "table";
  std::uint64_t look_ahead_ns = 10000;   // "iss": that the core runs at most ahead of the simulation; changes no result
  std::uint32_t interrupt_entry_cycles = 0;
  std::uint32_t register_cycles = 0;     // one register access, of the bus clock
  std::uint64_t register_bus_hz = 0;
  std::uint64_t leakage_uw = 0;
  std::uint64_t active_uw = 0;           // while not waiting for an interrupt
  rv32::CycleTable cycles;               // "iss"
};

// Application CPU: one cluster that runs the driver on one core and fallback operators on another.
struct AppConfig {
  std::uint64_t clock_hz = 0;
  std::uint32_t macs_per_cycle_int8 = 0; // fallback operators, one core
  std::uint32_t mac_efficiency_permille = 0;
  std::uint32_t simple_bytes_per_cycle = 0;   // elementwise and layout operators
  std::uint32_t scalar_cycles_per_element = 0;  // transcendental and custom operators
  std::uint32_t submit_cycles = 0;       // driver: fill a slot, before the first store
  std::uint32_t interrupt_cycles = 0;    // driver: interrupt taken to handler running
  std::uint32_t completion_cycles = 0;   // driver: per completion record
  std::uint64_t wake_ns = 0;             // idle core to running
  std::uint64_t active_uw = 0;
};

}  // namespace takt::cpu
