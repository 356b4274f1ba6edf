#include "sim/platform/time_share.h"

#include <algorithm>

#include "models/units/clock.h"
#include "sim/platform/operator_work.h"

namespace takt::platform {

using units::Clock;
using units::Cycles;
using units::Time;

TimeShare time_share(const compiler::CompiledModel& model, const config::SocConfig& soc) {
  const Clock npu(soc.npu.clock_hz), cpu(soc.app_cpu.clock_hz);
  TimeShare result;
  for (const compiler::Program& program : model.programs) {
    result.npu += npu.duration(Cycles(program.estimated_cycles));
    result.layers += program.layers.size();
  }
  result.total = result.npu;
  for (const compiler::CpuOperator& op : model.cpu) {
    const Time time = cpu.duration(Cycles(cpu::operator_cycles(operator_work(op), soc.app_cpu)));
    const auto same = [&](const CpuShare& share) { return share.what == op.what && share.reason == op.reason; };
    auto found = std::find_if(result.cpu.begin(), result.cpu.end(), same);
    if (found == result.cpu.end()) found = result.cpu.insert(found, {op.what, op.reason, 0, Time()});
    ++found->operators;
    found->time += time;
    result.total += time;
  }
  std::stable_sort(result.cpu.begin(), result.cpu.end(),
                   [](const CpuShare& a, const CpuShare& b) { return a.time > b.time; });
  return result;
}

}  // namespace takt::platform
