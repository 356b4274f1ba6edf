#include "sim/platform/waveform.h"

namespace takt::platform {

using units::Time;

Waveform::Waveform(Soc& soc, const Heat& heat, Time step) : soc_(soc), heat_(heat), step_(step) {
  for (const std::string& component : soc.power.names()) rail_.push_back(static_cast<std::size_t>(rail_of(component)));
}

std::array<Attojoules, rail_count> Waveform::spent(Time at) const {
  std::array<Attojoules, rail_count> rails{};
  const std::vector<Attojoules> energies = soc_.power.energies(at);
  for (std::size_t c = 0; c < energies.size(); ++c) rails[rail_[c]] += energies[c];
  return rails;
}

void Waveform::begin(Time at) {
  inside_ = true;
  last_ = at;
  next_ = at + step_;
  before_ = spent(at);
}

void Waveform::advance(Time at) {
  if (inside_ && at >= next_) close(at);
}

void Waveform::end(Time at) {
  if (inside_ && at > last_) close(at);
  inside_ = false;
}

void Waveform::close(Time at) {
  const std::array<Attojoules, rail_count> now = spent(at);
  PowerStep step;
  step.at = at;
  for (std::size_t r = 0; r < rail_count; ++r) step.rails[r] = now[r] - before_[r];
  const npu::PowerDomain& npu = soc_.npu.power();
  step.npu_clock_hz = npu.state() == TAKT_NPU_ON ? npu.clock_hz(npu.level()) : 0;
  step.npu_millicelsius = static_cast<std::uint64_t>(heat_.millicelsius(HeatAt::npu));
  step.skin_millicelsius = static_cast<std::uint64_t>(heat_.millicelsius(HeatAt::skin));
  steps_.push_back(step);
  before_ = now;
  last_ = at;
  while (next_ <= at) next_ += step_;
}

}  // namespace takt::platform
