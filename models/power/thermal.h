// Heat: nodes with a capacity, paths between them and to the surroundings, heat put in. Over a step of constant power
// the temperatures are exact: x' = A x + B u is solved by the exponential of the step's matrix, once.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace takt::power {

struct ThermalNode {
  std::string name;
  double joules_per_kelvin = 0;  // more than 0
};

// A path that heat takes. `to` may be `surroundings`.
struct ThermalPath {
  std::size_t from = 0;
  std::size_t to = 0;
  double kelvin_per_watt = 0;  // more than 0
};
constexpr std::size_t surroundings = ~std::size_t{0};

class ThermalNetwork {
 public:
  // All nodes begin at `ambient` degrees Celsius. Every node has a way to the surroundings (else
  // std::invalid_argument).
  ThermalNetwork(std::vector<ThermalNode> nodes, const std::vector<ThermalPath>& paths, double ambient,
                 double step_seconds);

  // One step, in which node n is given watts[n].
  void step(const std::vector<double>& watts);

  const std::vector<ThermalNode>& nodes() const { return nodes_; }
  double celsius(std::size_t node) const { return ambient_ + rise_[node]; }
  double step_seconds() const { return step_seconds_; }
  // Where constant power would lead, as a rise over the surroundings.
  std::vector<double> settled_rise(const std::vector<double>& watts) const;

 private:
  using Matrix = std::vector<std::vector<double>>;

  std::vector<ThermalNode> nodes_;
  Matrix conductance_;  // W/K: what leaves node i per kelvin of node j
  Matrix keeps_;        // rise after a step from the rise before
  Matrix gains_;        // and from the watts
  double ambient_;
  double step_seconds_;
  std::vector<double> rise_, next_;
};

}  // namespace takt::power
