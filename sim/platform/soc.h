// The modules of the SoC and how they are bound. Reads like a netlist.
#pragma once

#include <memory>
#include <vector>

#include "models/cache/system_cache.h"
#include "models/cpu/app/app_cpu.h"
#include "models/cpu/iss/iss_cpu.h"
#include "models/cpu/native/native_cpu.h"
#include "models/dram/dram.h"
#include "models/noc/bridge.h"
#include "models/noc/noc.h"
#include "models/noc/noc_registers.h"
#include "models/npu/npu.h"
#include "models/peripherals/clint.h"
#include "models/peripherals/mailbox.h"
#include "models/peripherals/plic.h"
#include "models/peripherals/register_bus.h"
#include "models/peripherals/storage.h"
#include "models/peripherals/system_registers.h"
#include "models/peripherals/thermal_sensors.h"
#include "models/peripherals/traffic/traffic.h"
#include "models/peripherals/watchdog.h"
#include "models/power/energy.h"
#include "sim/config/scenario_config.h"
#include "sim/platform/memory_system.h"
#include "sim/platform/modules.h"
#include "sim/platform/radio_meter.h"
#include "sim/platform/supplies.h"
#include "sim/platform/trace_feed.h"
#include "sim/platform/workload.h"

namespace takt::platform {

// The NoC as built: the configuration's port "npu" stands for one per socket of the NPU, "app_cpu" for two; ports of
// background sources that the scenario has not are left out.
noc::Config expanded_noc(const config::ScenarioConfig& scenario);

// To the ports of such a NoC.
void bind_npu(npu::Npu& npu, noc::Noc& noc, const noc::Config& config);

// What every event and state of the ledger costs on this SoC.
power::Table power_table(const config::SocConfig& soc);

class Soc : public sc_core::sc_module {
 public:
  // `traces`: as the workload's. `firmware`: with control_cpu.cost = "iss". Throws traces::MemoryTraceError where a
  // trace's file has gone bad since.
  Soc(const sc_core::sc_module_name& name, const config::ScenarioConfig& scenario, const Workload& workload,
      cpu::Driver& driver, const std::vector<TraceExtent>& traces = {}, const cpu::Image* firmware = nullptr,
      const Modules& modules = {});

  base::Ledger ledger;
  const base::Ledger::StateId control_busy, app_busy;
  const std::unique_ptr<RadioMeter> radio;              // null: without device or cloud
  const std::unique_ptr<peripherals::Storage> storage;  // null: nothing is read from it
  const noc::Config noc_config;

  noc::Noc noc;
  noc::NocRegisters noc_registers;
  std::vector<std::unique_ptr<dram::Dram>> memories;  // in the order of the configuration
  std::unique_ptr<cache::SystemCache> system_cache;   // null: none
  npu::Npu npu;
  const std::unique_ptr<cpu::ControlCpu> control_cpu;
  cpu::AppCpu app_cpu;
  noc::Bridge control_bridge, app_bridge, operator_bridge;
  peripherals::RegisterBus bus;
  peripherals::Clint clint;
  peripherals::Plic plic;
  peripherals::Mailbox mailbox;
  peripherals::Watchdog watchdog;
  peripherals::ThermalSensors thermal;
  peripherals::SystemRegisters system;
  std::vector<std::unique_ptr<peripherals::Traffic>> traffic;
  std::vector<TraceFeed*> trace_feeds;  // of the sources that play a trace

  power::Model power;
  Supplies supplies;

  // Bytes into a memory, or what it holds, without time.
  void load(std::uint64_t address, const std::vector<std::uint8_t>& bytes);
  std::vector<std::uint8_t> contents(std::uint64_t address, std::uint64_t bytes);
  // The rings that the firmware opens while it boots lie in memory before it leaves reset.
  void load_ring(std::uint64_t address, std::uint32_t entries);
  void load_windows(const PlacedStream& stream);
  // Of the simulated core; nothing from the native build.
  void on_trace(std::function<void(const cpu::TracePoint&)> handler);
  void set_debugger(rv32::Debugger* debugger);
  void set_observer(rv32::Observer* observer);
  void set_max_instructions(std::uint64_t most);
  // Null: native.
  rv32::Debuggee* debuggee();
  // Of the native build; nothing from others.
  void set_log(cpu::FirmwareLog* log);
  const cpu::Pulse* pulse() const;
  // Of the NPU, its control processor and what is around that. Memories and network keep theirs.
  void power_off();
  void power_on();
  // Called when the control processor has been held in reset and boots with its memory as it was.
  void on_restart(std::function<void()> handler) { on_restart_ = std::move(handler); }
  // Before the simulation starts.
  void set_faults(base::FaultSource* faults);
  // Brings counters that blocks account lazily up to now.
  void settle();
  // How often that was done.
  const std::uint64_t& settled() const { return settled_; }

 private:
  void move(tlm::tlm_command command, std::uint64_t address, unsigned char* data, std::uint64_t bytes);
  base::InitiatorId port(const std::string& name) const;
  std::unique_ptr<cpu::ControlCpu> make_control_cpu(const cpu::ControlConfig& config, const cpu::Image* firmware);
  void add_traffic(const config::ScenarioConfig& scenario, const Workload& workload,
                   const std::vector<TraceExtent>& traces);
  void add_modules(const Modules& modules);
  void spend_until(base::Ledger::StateId state, units::Time total);
  void reset_control(bool hold);
  void forget_control();
  void bind_registers();
  void bind_interrupts();

  std::function<void()> on_restart_;
  std::uint64_t settled_ = 0;
  sc_core::sc_signal<bool> mailbox_line_, npu_line_, watchdog_line_, thermal_line_, external_line_, timer_line_,
      host_line_, sleeping_line_;
  std::vector<std::unique_ptr<noc::Bridge>> module_bridges_;
  std::vector<std::unique_ptr<sc_core::sc_module>> modules_;
};

}  // namespace takt::platform
