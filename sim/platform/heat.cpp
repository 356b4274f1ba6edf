#include "sim/platform/heat.h"

#include <algorithm>

namespace takt::platform {
namespace {

constexpr std::size_t index(HeatAt node) { return static_cast<std::size_t>(node); }
constexpr std::size_t npu = index(HeatAt::npu), soc = index(HeatAt::soc), dram = index(HeatAt::dram),
                      package = index(HeatAt::package), board = index(HeatAt::board), skin = index(HeatAt::skin);

power::ThermalNetwork network(const config::HeatConfig& c) {
  const auto node = [](const char* name, const config::HeatNode& n) {
    return power::ThermalNode{name, n.microjoules_per_kelvin / 1e6};
  };
  const auto path = [](std::size_t from, std::size_t to, const config::HeatNode& n) {
    return power::ThermalPath{from, to, n.millikelvin_per_watt / 1000.0};
  };
  return power::ThermalNetwork(
      {node("npu", c.npu), node("soc", c.soc), node("dram", c.dram), node("package", c.package), node("board", c.board),
       node("skin", c.skin)},
      {path(npu, package, c.npu), path(soc, package, c.soc), path(dram, package, c.dram),
       path(package, board, c.package), path(board, skin, c.board), path(skin, power::surroundings, c.skin)},
      c.ambient_c, c.step_us / 1e6);
}

std::size_t node_of(const std::string& component) {
  const Rail rail = rail_of(component);
  return rail == Rail::npu                              ? npu
         : rail == Rail::dram                           ? dram
         : rail == Rail::radio || rail == Rail::storage ? board
                                                        : soc;
}

}  // namespace

Heat::Heat(const config::HeatConfig& config, const power::Model& power)
    : power_(power), network_(network(config)), step_(units::microseconds(config.step_us)), next_(step_) {
  for (const std::string& component : power_.names()) {
    node_of_.push_back(node_of(component));
    last_.push_back(0);
  }
  for (std::size_t n = 0; n < network_.nodes().size(); ++n) {
    const std::string& name = network_.nodes()[n].name;
    record_.push_back({name, rounded(n), rounded(n), rounded(n)});
  }
}

bool Heat::advance(units::Time at) {
  if (at < next_) return false;
  next_ = next_ + step_;
  // 1 aJ / 1 ps = 1 uW
  std::vector<double> watts(network_.nodes().size(), 0.0);
  const std::vector<power::Attojoules> now = power_.energies(at);
  for (std::size_t c = 0; c < now.size(); ++c) {
    watts[node_of_[c]] += static_cast<double>(now[c] - last_[c]) / static_cast<double>(step_.value) / 1e6;
    last_[c] = now[c];
  }
  network_.step(watts);
  for (std::size_t n = 0; inside_ && n < record_.size(); ++n) record_[n].most = std::max(record_[n].most, rounded(n));
  return true;
}

void Heat::begin_window() {
  inside_ = true;
  for (std::size_t n = 0; n < record_.size(); ++n) record_[n].begin = record_[n].most = rounded(n);
}

void Heat::end_window() {
  inside_ = false;
  for (std::size_t n = 0; n < record_.size(); ++n) record_[n].end = rounded(n);
}

std::int64_t Heat::millicelsius(HeatAt node) const { return static_cast<std::int64_t>(rounded(index(node))); }

std::uint64_t Heat::rounded(std::size_t node) const {
  return static_cast<std::uint64_t>(network_.celsius(node) * 1000 + 0.5);
}

}  // namespace takt::platform
