// Softmax as ONNX Runtime's QLinearSoftmax has it: a table of exponentials in single precision, and sums of these.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "sim/functional/quantization.h"
#include "sim/functional/softmax.h"

namespace takt::functional {

using graph::DataType;

namespace {

// exp(-distance * scale) by an element's distance to its row's largest, all raised as far as a sum of `depth` of them
// can bear: small ones then keep their precision.
std::array<float, 256> exponentials_of(double scale, std::uint64_t depth) {
  const float most = std::numeric_limits<float>::max() / static_cast<float>(depth);
  const double raised = std::max(0.0, std::log(static_cast<double>(most)) - 5) / scale;
  std::array<float, 256> result{};
  for (std::size_t distance = 0; distance < result.size(); ++distance)
    result[distance] = static_cast<float>(std::exp((raised - static_cast<double>(distance)) * scale));
  return result;
}

template <typename T>
class Softmax final : public SoftmaxOfRows<T> {
 public:
  explicit Softmax(const Operation& operation)
      : SoftmaxOfRows<T>(operation),
        steps_(std::floor(1.0F / operation.scale(operation.output()))),
        zero_(Operation::zero(operation.output())),
        bounds_(operation.bounds_of(operation.output().type)),
        exponentials_(exponentials_of(static_cast<double>(operation.scale(operation.input(0))), this->depth())) {}

 private:
  float exponential(std::int32_t largest, T x) const { return exponentials_[static_cast<std::size_t>(largest - x)]; }

  void run_row(const T* row, std::uint64_t depth, std::uint64_t first, std::uint64_t count, T* to) const override {
    const std::int32_t largest = *std::max_element(row, row + depth);
    float sum = 0;
    for (std::uint64_t i = 0; i < depth; ++i) sum += exponential(largest, row[i]);
    for (std::uint64_t i = 0; i < count; ++i) {
      const float quotient = exponential(largest, row[first + i]) * steps_ / sum;
      to[i] = static_cast<T>(std::clamp(nearest_even(std::min(quotient, 65536.0F)) + zero_, bounds_.low, bounds_.high));
    }
  }

  float steps_;  // of the output in 1, rounded down
  std::int32_t zero_;
  Bounds bounds_;
  std::array<float, 256> exponentials_;
};

}  // namespace

std::unique_ptr<Kernel> make_onnx_softmax(const Operation& operation) {
  check_softmax(operation, Activations::of_8_bits);
  if (operation.input(0).type == DataType::int8) return std::make_unique<Softmax<std::int8_t>>(operation);
  return std::make_unique<Softmax<std::uint8_t>>(operation);
}

}  // namespace takt::functional
