#include "models/power/leakage.h"

#include <algorithm>
#include <cmath>

namespace takt::power {
namespace {

// 2^x from sums and products alone, so that every machine gives the same bits: the series of exp(x ln 2) of the part
// behind the point.
double power_of_two(double x) {
  constexpr double ln_2 = 0.693147180559945309;
  const double whole = std::floor(x);
  const double y = (x - whole) * ln_2;
  double sum = 1, term = 1;
  constexpr int terms = 18;  // 0.7^18 / 18! is below the last bit
  for (int k = 1; k <= terms; ++k) {
    term = term * y / k;
    sum += term;
  }
  return std::ldexp(sum, static_cast<int>(whole));
}

}  // namespace

std::uint64_t leakage_ppm(const LeakageModel& model, std::uint32_t millivolts, std::uint32_t reference_mv,
                          std::int64_t millicelsius) {
  const double ratio = static_cast<double>(millivolts) / reference_mv;
  double factor = ratio * ratio * ratio;
  if (model.doubling_k != 0) {
    const double above = static_cast<double>(millicelsius - std::int64_t{model.reference_c} * 1000);
    factor *= power_of_two(std::min(20.0, above / (model.doubling_k * 1000.0)));
  }
  return static_cast<std::uint64_t>(std::min(factor, 1048576.0) * 1e6 + 0.5);
}

}  // namespace takt::power
