// Softmax as ONNX Runtime's QLinearSoftmax has it: a table of exponentials in single precision, and sums of these.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "sim/functional/kernels.h"
#include "sim/functional/quantization.h"
#include "sim/functional/regions.h"

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
class Softmax final : public Kernel {
 public:
  explicit Softmax(const Operation& operation)
      : depth_(static_cast<std::uint64_t>(operation.input(0).shape.back())),
        steps_(std::floor(1.0F / operation.scale(operation.output()))),
        zero_(Operation::zero(operation.output())),
        bounds_(operation.bounds_of(operation.output().type)),
        exponentials_(exponentials_of(static_cast<double>(operation.scale(operation.input(0))), depth_)) {}

  void run(const std::vector<Part>& inputs, const Region& region, std::uint8_t* out) const override {
    auto* to = reinterpret_cast<T*>(out);
    each_stretch(region, [&](std::uint64_t begin, std::uint64_t length) {
      each_piece(begin, length, depth_, [&](std::uint64_t element, std::uint64_t count) {
        const std::uint64_t within = element % depth_;
        run_row(elements_of<T>(inputs[0]) + inputs[0].run(element - within, depth_), within, count, to);
        to += count;
      });
    });
  }

 private:
  float exponential(std::int32_t largest, T x) const { return exponentials_[static_cast<std::size_t>(largest - x)]; }

  // Elements [first, first + count) of the quotients of a whole row.
  void run_row(const T* row, std::uint64_t first, std::uint64_t count, T* to) const {
    const std::int32_t largest = *std::max_element(row, row + depth_);
    float sum = 0;
    for (std::uint64_t i = 0; i < depth_; ++i) sum += exponential(largest, row[i]);
    for (std::uint64_t i = 0; i < count; ++i) {
      const float quotient = exponential(largest, row[first + i]) * steps_ / sum;
      to[i] = static_cast<T>(std::clamp(nearest_even(std::min(quotient, 65536.0F)) + zero_, bounds_.low, bounds_.high));
    }
  }

  std::uint64_t depth_;
  float steps_;  // of the output in 1, rounded down
  std::int32_t zero_;
  Bounds bounds_;
  std::array<float, 256> exponentials_;
};

}  // namespace

std::unique_ptr<Kernel> make_onnx_softmax(const Operation& operation) {
  const graph::Tensor &in = operation.input(0), &out = operation.output();
  if (in.type != out.type || (in.type != DataType::int8 && in.type != DataType::uint8))
    operation.unsupported(std::string("an output of ") + graph::name_of(out.type) + " from an input of " +
                          graph::name_of(in.type));
  if (in.shape.empty() || static_cast<std::size_t>(operation.op.axis) + 1 != in.shape.size())
    operation.unsupported("an axis other than the last");
  if (in.type == DataType::int8) return std::make_unique<Softmax<std::int8_t>>(operation);
  return std::make_unique<Softmax<std::uint8_t>>(operation);
}

}  // namespace takt::functional
