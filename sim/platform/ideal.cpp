#include "sim/platform/ideal.h"

namespace takt::platform {
namespace {

constexpr std::uint32_t endless = 1u << 30;  // bytes per cycle

void make_ideal(noc::Config& noc) {
  noc.request_cycles = noc.response_cycles = 0;
  for (noc::InitiatorPort& port : noc.initiators) {
    port.bytes_per_cycle = endless;
    port.credit_bytes = 0;
    port.limit_bytes_per_s = 0;
  }
  for (noc::TargetPort& port : noc.targets) port.bytes_per_cycle = endless;
}

void make_scratchpad_ideal(npu::CoreConfig& core) {
  core.scratchpad_bytes_per_cycle = endless;
  core.tensor.feed_bytes_per_cycle = 0;
}

void make_ideal(npu::Tensor& tensor) {
  tensor.cycles_w8a8 = tensor.cycles_w8a16 = tensor.cycles_fp16 = 0;
  tensor.drain_cycles = 0;
}

void make_ideal(npu::Vector& vector) {
  vector.pass_bytes_per_cycle = vector.tap_bytes_per_cycle = vector.move_bytes_per_cycle = endless;
}

void make_ideal(cpu::ControlConfig& cpu) {
  cpu.cost = "zero";
  cpu.interrupt_entry_cycles = 0;
  cpu.register_cycles = 0;
}

}  // namespace

config::ScenarioConfig with_ideals(config::ScenarioConfig scenario) {
  config::SocConfig& soc = scenario.soc;
  if (scenario.ideal.memory) {
    for (config::MemoryConfig& memory : soc.memories) memory.dram.ideal = true;
    soc.system_cache.enabled = false;
  }
  if (scenario.ideal.noc) make_ideal(soc.noc);
  for (npu::CoreConfig* core : {static_cast<npu::CoreConfig*>(&soc.npu), &soc.npu.small}) {
    if (scenario.ideal.scratchpad) make_scratchpad_ideal(*core);
    if (scenario.ideal.tensor) make_ideal(core->tensor);
    if (scenario.ideal.vector) make_ideal(core->vector);
  }
  if (scenario.ideal.firmware) make_ideal(soc.control_cpu);
  return scenario;
}

}  // namespace takt::platform
