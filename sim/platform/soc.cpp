#include "sim/platform/soc.h"

#include <algorithm>
#include <stdexcept>

#include "models/peripherals/traffic/kinds.h"

namespace takt::platform {

namespace {
constexpr std::uint32_t window_bytes = 0x10000;
constexpr std::uint32_t plic_bytes = 0x400000;
}  // namespace

namespace {

// Three of the first core and the front end, then two of each further core.
std::vector<std::string> npu_ports(std::uint32_t cores) {
  std::vector<std::string> names = {"npu_dma_in", "npu_dma_out", "npu_front_end"};
  for (std::uint32_t core = 1; core < cores; ++core)
    for (const char* port : {"npu_dma_in_", "npu_dma_out_"}) names.push_back(port + std::to_string(core));
  return names;
}

// By storage, a source of background traffic or a module of the caller's.
bool is_used(const config::ScenarioConfig& scenario, const std::string& port) {
  if (port == config::storage_port && config::reads_storage(scenario)) return true;
  const auto& modules = scenario.module_ports;
  return std::find(modules.begin(), modules.end(), port) != modules.end() ||
         std::any_of(scenario.traffic.begin(), scenario.traffic.end(), [&](const auto& t) { return t.port == port; });
}

}  // namespace

void bind_npu(npu::Npu& npu, noc::Noc& noc, const noc::Config& config) {
  const auto to = [&](const std::string& name) -> auto& {
    const auto& ports = config.initiators;
    const auto found = std::find_if(ports.begin(), ports.end(), [&](const auto& p) { return p.name == name; });
    if (found == ports.end()) throw std::logic_error("no NoC port " + name);
    return noc.initiators[static_cast<std::size_t>(found - ports.begin())];
  };
  for (std::uint32_t core = 0; core < npu.dma_in.size(); ++core) {
    const std::string suffix = core == 0 ? "" : "_" + std::to_string(core);
    npu.dma_in[core].bind(to("npu_dma_in" + suffix));
    npu.dma_out[core].bind(to("npu_dma_out" + suffix));
  }
  npu.front_end.bind(to("npu_front_end"));
}

noc::Config expanded_noc(const config::ScenarioConfig& scenario) {
  const config::SocConfig& soc = scenario.soc;
  noc::Config config = soc.noc;
  config.initiators.clear();
  for (const noc::InitiatorPort& port : soc.noc.initiators) {
    if (port.name == "npu") {
      for (const std::string& part : npu_ports(soc.npu.all_cores())) {
        config.initiators.push_back(port);
        config.initiators.back().name = part;
      }
    } else if (port.name == "app_cpu") {
      config.initiators.push_back(port);
      config.initiators.push_back(port);
      config.initiators.back().name = "app_cpu_operators";
    } else if (port.name == "control_cpu" || is_used(scenario, port.name)) {
      config.initiators.push_back(port);
    }
  }
  return config;
}

namespace {

// Beside what every SoC has: the radio and storage, where they are used.
power::Table with_devices(power::Table table, bool radio, const peripherals::StorageConfig* storage) {
  if (radio) {
    table.events.push_back({"radio", "microjoule", 1000000000000, "radio"});
    table.events.push_back({"radio", "femtojoule", 1000, "radio"});
  }
  if (storage != nullptr) table.events.push_back({"storage", "byte", storage->read_byte_aj, "storage"});
  return table;
}

}  // namespace

Soc::Soc(const sc_core::sc_module_name& name, const config::ScenarioConfig& scenario, const Workload& workload,
         cpu::Driver& driver, const std::vector<TraceExtent>& traces, const cpu::Image* firmware,
         const Modules& modules)
    : sc_module(name),
      control_busy(ledger.state("control_cpu", "busy")),
      app_busy(ledger.state("app_cpu", "busy")),
      radio(scenario.offload.enabled ? std::make_unique<RadioMeter>(ledger) : nullptr),
      storage(config::reads_storage(scenario)
                  ? std::make_unique<peripherals::Storage>("storage", scenario.soc.storage, ledger)
                  : nullptr),
      noc_config(expanded_noc(scenario)),
      noc("noc", noc_config, ledger),
      noc_registers("noc_registers", noc),
      npu("npu", scenario.soc.npu, ledger),
      control_cpu(make_control_cpu(scenario.soc.control_cpu, firmware)),
      app_cpu("app_cpu", scenario.soc.app_cpu, driver),
      control_bridge("control_bridge", port("control_cpu"), {}),
      app_bridge("app_bridge", port("app_cpu"), {}),
      operator_bridge("operator_bridge", port("app_cpu_operators"), {}),
      bus("bus", units::Clock(scenario.soc.control_cpu.register_bus_hz)
                     .duration(units::Cycles(scenario.soc.control_cpu.register_cycles))),
      clint("clint", scenario.soc.timer),
      plic("plic"),
      mailbox("mailbox"),
      watchdog("watchdog"),
      thermal("thermal", {scenario.soc.heat.npu_sensor, scenario.soc.heat.skin_sensor}),
      system("system"),
      power(((bind_memories(scenario, noc_config, noc, ledger, memories, system_cache)),
             with_devices(power_table(scenario.soc), radio != nullptr,
                          storage == nullptr ? nullptr : &scenario.soc.storage)),
            ledger),
      supplies(scenario.soc, power, npu.power(), npu.switches()),
      mailbox_line_("mailbox_line"),
      npu_line_("npu_line"),
      watchdog_line_("watchdog_line"),
      thermal_line_("thermal_line"),
      external_line_("external_line"),
      timer_line_("timer_line"),
      host_line_("host_line"),
      sleeping_line_("sleeping_line") {
  bind_registers();
  bind_interrupts();
  mailbox.on_reset([this](bool hold) { reset_control(hold); });
  bind_npu(npu, noc, noc_config);
  control_cpu->memory.bind(control_bridge.target);
  control_bridge.initiator.bind(noc.initiators[port("control_cpu")]);
  app_cpu.memory.bind(app_bridge.target);
  app_bridge.initiator.bind(noc.initiators[port("app_cpu")]);
  app_cpu.operator_memory.bind(operator_bridge.target);
  operator_bridge.initiator.bind(noc.initiators[port("app_cpu_operators")]);
  if (storage != nullptr) storage->memory.bind(noc.initiators[port(config::storage_port)]);
  add_traffic(scenario, workload, traces);
  add_modules(modules);
}

std::unique_ptr<cpu::ControlCpu> Soc::make_control_cpu(const cpu::ControlConfig& config, const cpu::Image* firmware) {
  if (config.cost != "iss") return std::make_unique<cpu::NativeCpu>("control_cpu", config);
  return std::make_unique<cpu::IssCpu>("control_cpu", config, *firmware, [this] { return system.window(); });
}

void Soc::set_log(cpu::FirmwareLog* log) {
  if (auto* native = dynamic_cast<cpu::NativeCpu*>(control_cpu.get())) native->set_log(log);
}

const cpu::Pulse* Soc::pulse() const {
  const auto* native = dynamic_cast<const cpu::NativeCpu*>(control_cpu.get());
  return native == nullptr ? nullptr : &native->pulse();
}

void Soc::on_trace(std::function<void(const cpu::TracePoint&)> handler) {
  if (auto* iss = dynamic_cast<cpu::IssCpu*>(control_cpu.get())) iss->on_trace(std::move(handler));
}

void Soc::set_debugger(rv32::Debugger* debugger) {
  if (auto* iss = dynamic_cast<cpu::IssCpu*>(control_cpu.get())) iss->set_debugger(debugger);
}

void Soc::set_observer(rv32::Observer* observer) {
  if (auto* iss = dynamic_cast<cpu::IssCpu*>(control_cpu.get())) iss->set_observer(observer);
}

void Soc::set_max_instructions(std::uint64_t most) {
  if (auto* iss = dynamic_cast<cpu::IssCpu*>(control_cpu.get())) iss->set_max_instructions(most);
}

rv32::Debuggee* Soc::debuggee() {
  auto* const iss = dynamic_cast<cpu::IssCpu*>(control_cpu.get());
  return iss == nullptr ? nullptr : &iss->debuggee();
}

void Soc::add_traffic(const config::ScenarioConfig& scenario, const Workload& workload,
                      const std::vector<TraceExtent>& traces) {
  for (std::size_t i = 0; i < scenario.traffic.size(); ++i) {
    const config::TrafficSource& source = scenario.traffic[i];
    std::unique_ptr<TraceFeed> feed;
    if (source.traffic.kind == "trace") {
      feed = std::make_unique<TraceFeed>(source, scenario.soc, traces.at(i), [] { sc_core::sc_stop(); });
      trace_feeds.push_back(feed.get());
    }
    traffic.push_back(std::make_unique<peripherals::Traffic>(
        sc_core::sc_module_name(("traffic_" + std::to_string(i)).c_str()), source.traffic,
        peripherals::make_generator(source.traffic, std::move(feed)), workload.traffic_base(i)));
    traffic.back()->port.bind(noc.initiators[port(source.port)]);
  }
}

void Soc::add_modules(const Modules& modules) {
  for (const auto& [name, make] : modules) {
    module_bridges_.push_back(
        std::make_unique<noc::Bridge>((name + "_bridge").c_str(), port(name), noc::Bridge::Marks{}));
    module_bridges_.back()->initiator.bind(noc.initiators[port(name)]);
    modules_.push_back(make(*module_bridges_.back()));
  }
}

base::InitiatorId Soc::port(const std::string& wanted) const {
  const auto& ports = noc_config.initiators;
  const auto found = std::find_if(ports.begin(), ports.end(), [&](const auto& p) { return p.name == wanted; });
  if (found == ports.end()) throw std::logic_error("no NoC port " + wanted);
  return static_cast<base::InitiatorId>(found - ports.begin());
}

void Soc::bind_registers() {
  control_cpu->registers.bind(bus.initiators);
  app_cpu.registers.bind(bus.initiators);
  bus.map(TAKT_CLINT_BASE, window_bytes).bind(clint.registers);
  bus.map(TAKT_PLIC_BASE, plic_bytes).bind(plic.registers);
  bus.map(TAKT_NPU_BASE, window_bytes).bind(npu.registers);
  bus.map(TAKT_MAILBOX_BASE, window_bytes).bind(mailbox.registers);
  bus.map(TAKT_WATCHDOG_BASE, window_bytes).bind(watchdog.registers);
  bus.map(TAKT_THERMAL_BASE, window_bytes).bind(thermal.registers);
  bus.map(TAKT_SYSTEM_BASE, window_bytes).bind(system.registers);
  bus.map(TAKT_NOC_BASE, window_bytes).bind(noc_registers.registers);
}

void Soc::bind_interrupts() {
  mailbox.control_interrupt.bind(mailbox_line_);
  plic.source[TAKT_IRQ_MAILBOX - 1].bind(mailbox_line_);
  npu.interrupt.bind(npu_line_);
  plic.source[TAKT_IRQ_NPU - 1].bind(npu_line_);
  watchdog.interrupt.bind(watchdog_line_);
  plic.source[TAKT_IRQ_WATCHDOG - 1].bind(watchdog_line_);
  thermal.interrupt.bind(thermal_line_);
  plic.source[TAKT_IRQ_THERMAL - 1].bind(thermal_line_);
  plic.interrupt.bind(external_line_);
  control_cpu->external_interrupt.bind(external_line_);
  clint.interrupt.bind(timer_line_);
  control_cpu->timer_interrupt.bind(timer_line_);
  control_cpu->sleeping.bind(sleeping_line_);
  watchdog.sleeping.bind(sleeping_line_);
  mailbox.host_interrupt.bind(host_line_);
  app_cpu.interrupt.bind(host_line_);
}

void Soc::move(tlm::tlm_command command, std::uint64_t address, unsigned char* data, std::uint64_t bytes) {
  constexpr std::uint64_t most = 1u << 30;  // of one payload
  for (std::uint64_t done = 0; done < bytes;) {
    const auto part = static_cast<unsigned>(std::min(bytes - done, most));
    tlm::tlm_generic_payload payload;
    payload.set_command(command);
    payload.set_address(address + done);
    payload.set_data_ptr(data + done);
    payload.set_data_length(part);
    payload.set_streaming_width(part);
    if (control_bridge.initiator->transport_dbg(payload) != part)
      throw std::logic_error("no memory at " + std::to_string(address + done));
    done += part;
  }
}

void Soc::load(std::uint64_t address, const std::vector<std::uint8_t>& bytes) {
  move(tlm::TLM_WRITE_COMMAND, address, const_cast<unsigned char*>(bytes.data()), bytes.size());
}

std::vector<std::uint8_t> Soc::contents(std::uint64_t address, std::uint64_t bytes) {
  std::vector<std::uint8_t> result(bytes);
  move(tlm::TLM_READ_COMMAND, address, result.data(), bytes);
  return result;
}

void Soc::load_ring(std::uint64_t address, std::uint32_t entries) {
  const takt_ring_header header = empty_ring(entries);
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(&header);
  load(address, {bytes, bytes + sizeof header});
}

void Soc::load_windows(const PlacedStream& stream) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(&stream.window_table);
  load(stream.windows, {bytes, bytes + sizeof stream.window_table});
}

void Soc::power_off() {
  control_cpu->power_off();
  npu.power_cycle();
  mailbox.power_cycle();
  thermal.power_cycle();
  forget_control();
}

void Soc::power_on() {
  mailbox.power_cycle();  // what was written meanwhile
  thermal.power_cycle();
  forget_control();
  control_cpu->power_on();
}

void Soc::reset_control(bool hold) {
  forget_control();
  if (hold) return control_cpu->hold();
  if (on_restart_) on_restart_();
  control_cpu->power_on();
}

void Soc::forget_control() {
  for (peripherals::Peripheral* block :
       std::initializer_list<peripherals::Peripheral*>{&clint, &plic, &watchdog, &system})
    block->power_cycle();
}

void Soc::set_faults(base::FaultSource* faults) {
  npu.set_faults(faults);
  mailbox.set_faults(faults);
  control_cpu->set_faults(faults);
}

void Soc::settle() {
  ++settled_;
  for (const auto& memory : memories) memory->settle(base::now());
  noc.account();
  for (const auto& source : traffic) source->settle();
  if (radio != nullptr) radio->settle(base::now());
  spend_until(control_busy, control_cpu->counters().busy);
  spend_until(app_busy, app_cpu.counters().driver_busy + app_cpu.counters().operator_busy);
}

void Soc::spend_until(base::Ledger::StateId state, units::Time total) {
  ledger.spend(state, units::saturating_sub(total, ledger.states()[state].time));
}

namespace {

// Of one kind of cores. `prefix` as in npu::CoreEvents.
void add_cores(power::Table& table, const std::string& prefix, const npu::Energy& e, std::uint32_t cores,
               power::DomainId leakage) {
  const std::string npu = "npu_" + prefix;
  table.events.insert(table.events.end(),
                      {{prefix + "tensor_engine", "mac_w8a8", e.mac_w8a8_aj, npu + "tensor", npu_events},
                       {prefix + "tensor_engine", "mac_w8a16", e.mac_w8a16_aj, npu + "tensor", npu_events},
                       {prefix + "tensor_engine", "mac_fp16", e.mac_fp16_aj, npu + "tensor", npu_events},
                       {prefix + "vector_engine", "byte", e.vector_byte_aj, npu + "vector", npu_events},
                       {prefix + "scratchpad", "byte", e.scratchpad_byte_aj, npu + "scratchpad", npu_events},
                       {prefix + "npu_front_end", "command", e.command_aj, npu + "front_end", npu_events}});
  table.statics.push_back({npu + "leakage", e.leakage_uw * cores, leakage});
}

}  // namespace

power::Table power_table(const config::SocConfig& soc) {
  power::Table table;
  add_cores(table, "", soc.npu.energy, soc.npu.cores, npu_leakage);
  if (soc.npu.small_cores != 0)
    add_cores(table, "small_", soc.npu.small.energy, soc.npu.small_cores, npu_small_leakage);
  table.events.push_back({"noc", "byte_hop", soc.noc.byte_hop_aj, "noc"});
  table.events.push_back({"system_cache", "byte", soc.system_cache.access_byte_aj, "system_cache"});
  table.statics.push_back({"control_cpu", soc.control_cpu.leakage_uw, soc_leakage});
  if (soc.system_cache.enabled) table.statics.push_back({"system_cache", soc.system_cache.leakage_uw, soc_leakage});
  table.states = {{"control_cpu", "busy", soc.control_cpu.active_uw, "control_cpu"},
                  {"app_cpu", "busy", soc.app_cpu.active_uw, "app_cpu"}};
  for (const config::MemoryConfig& memory : soc.memories) {
    const dram::Energy& d = memory.dram.energy;
    const std::string device = "dram." + memory.dram.name, phy = "dram_phy." + memory.dram.name;
    table.events.insert(table.events.end(), {{device, "act", d.activate_aj, "dram"},
                                             {device, "rd", d.read_aj, "dram"},
                                             {device, "wr", d.write_aj, "dram"},
                                             {device, "refab", d.refresh_all_bank_aj, "dram"},
                                             {device, "refpb", d.refresh_per_bank_aj, "dram"},
                                             {phy, "byte", d.phy_byte_aj, "dram_phy"}});
    table.states.insert(table.states.end(), {{device, "active_standby", d.active_standby_uw, "dram"},
                                             {device, "precharge_standby", d.precharge_standby_uw, "dram"},
                                             {device, "power_down", d.power_down_uw, "dram"},
                                             {device, "self_refresh", d.self_refresh_uw, "dram"},
                                             {device, "wck", d.wck_uw, "dram"}});
  }
  return table;
}

}  // namespace takt::platform
