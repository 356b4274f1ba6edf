// Means over any dimensions, with the division by the count folded into the factor (reference/reduce.h,
// QuantizedMeanOrSum; ONNX Runtime's QLinearGlobalAveragePool).
#include <algorithm>
#include <string>
#include <type_traits>
#include <vector>

#include "sim/functional/elements.h"
#include "sim/functional/kernels.h"
#include "sim/functional/multiplier.h"
#include "sim/functional/quantization.h"
#include "sim/functional/reals.h"
#include "sim/functional/regions.h"

namespace takt::functional {

using graph::DataType;
using graph::Shape;

namespace {

// Neighbouring dimensions that are summed over, or that are not, as one.
struct Dimension {
  std::uint64_t extent = 1;
  bool summed = false;
  std::uint64_t in_stride = 1, out_stride = 1;
};

std::vector<bool> summed_dimensions(const Operation& operation) {
  std::vector<bool> summed(operation.input(0).shape.size(), false);
  if (operation.op.axes.empty()) operation.unsupported("axes known only at run time");
  for (const std::int64_t axis : operation.op.axes) {
    if (axis < 0 || static_cast<std::size_t>(axis) >= summed.size())
      operation.unsupported("axis " + std::to_string(axis));
    summed[static_cast<std::size_t>(axis)] = true;
  }
  return summed;
}

std::vector<Dimension> dimensions_of(const Operation& operation) {
  const std::vector<bool> summed = summed_dimensions(operation);
  std::vector<Dimension> result;
  for (std::size_t i = 0; i < summed.size(); ++i) {
    if (result.empty() || result.back().summed != summed[i]) result.push_back({1, summed[i], 1, 1});
    result.back().extent *= static_cast<std::uint64_t>(operation.input(0).shape[i]);
  }
  std::uint64_t in = 1, out = 1;
  for (std::size_t i = result.size(); i-- > 0;) {
    result[i].in_stride = in;
    result[i].out_stride = out;
    in *= result[i].extent;
    if (!result[i].summed) out *= result[i].extent;
  }
  return result;
}

// The factor in/out scale over count: as many bits as the count has are kept of the mantissa before it is divided.
Multiplier factor_of(const Operation& operation, std::uint64_t count) {
  const double scale = operation.scale(operation.input(0));
  Multiplier factor = Multiplier::of(scale / operation.scale(operation.output()));
  int bits = 0;
  while (count >> (bits + 1) != 0) ++bits;
  bits = std::min({bits, 32, 31 + factor.exponent});
  const std::int64_t mantissa = std::int64_t{factor.mantissa} * (std::int64_t{1} << bits);
  return {static_cast<std::int32_t>(mantissa / static_cast<std::int64_t>(count)), factor.exponent - bits};
}

// Which elements of the input add to which of the output.
class Addends {
 public:
  explicit Addends(const Operation& operation)
      : dimensions_(dimensions_of(operation)), in_(operation.input(0).elements()), out_(operation.output().elements()) {
    std::uint64_t kept = 1;
    for (const Dimension& dimension : dimensions_)
      if (!dimension.summed) kept *= dimension.extent;
    if (kept != out_) operation.unsupported("an output of " + std::to_string(out_) + " elements");
  }

  std::uint64_t in_elements() const { return in_; }
  std::uint64_t out_elements() const { return out_; }
  const Dimension& innermost() const { return dimensions_.back(); }

  // The element of the output that an element of the input adds to.
  std::uint64_t sum_of(std::uint64_t element) const {
    std::uint64_t result = 0;
    for (const Dimension& dimension : dimensions_)
      if (!dimension.summed) result += element / dimension.in_stride % dimension.extent * dimension.out_stride;
    return result;
  }

  // visit(element) for the elements of the input that add to one of the output; only the first of each innermost run
  // where that is summed.
  template <typename Visit>
  void each_addend(std::uint64_t sum, const Visit& visit) const {
    std::uint64_t start = 0;
    for (const Dimension& dimension : dimensions_)
      if (!dimension.summed) start += sum / dimension.out_stride % dimension.extent * dimension.in_stride;
    each_addend(start, 0, visit);
  }

 private:
  template <typename Visit>
  void each_addend(std::uint64_t element, std::size_t depth, const Visit& visit) const {
    while (depth < dimensions_.size() && !dimensions_[depth].summed) ++depth;
    if (depth + 1 >= dimensions_.size()) return visit(element);
    for (std::uint64_t i = 0; i < dimensions_[depth].extent; ++i)
      each_addend(element + i * dimensions_[depth].in_stride, depth + 1, visit);
  }

  std::vector<Dimension> dimensions_;
  std::uint64_t in_, out_;
};

class OfIntegers {
 public:
  using Sum = std::int64_t;

  OfIntegers(const Operation& operation, std::uint64_t count)
      : bounds_(operation.bounds_of(operation.output().type)),
        zero_(Operation::zero(operation.output())),
        factor_(factor_of(operation, count)),
        onnx_(operation.follows_onnx()),
        to_(Quantization::of_output(operation)),
        ratio_(operation.scale(operation.input(0)) / (to_.scale * static_cast<float>(count))),
        shift_(static_cast<std::int64_t>(count) * Operation::zero(operation.input(0))) {
    expect_activations(operation, onnx_ ? Activations::of_8_bits : Activations::of_16_bits_too);
  }

  template <typename T>
  void write(const std::int64_t* sums, std::size_t count, T* to) const {
    for (std::size_t i = 0; i < count; ++i) {
      if (onnx_) {
        to[i] = static_cast<T>(to_.code_of_steps(static_cast<float>(sums[i] - shift_) * ratio_));
        continue;
      }
      const std::int64_t moved = std::int64_t{factor_.apply(static_cast<std::int32_t>(sums[i] - shift_))} + zero_;
      to[i] = static_cast<T>(std::clamp<std::int64_t>(moved, bounds_.low, bounds_.high));
    }
  }

 private:
  Bounds bounds_;
  std::int32_t zero_;
  Multiplier factor_;
  bool onnx_;
  Quantization to_;     // for ONNX, as what follows
  float ratio_;         // of a sum to the output's steps, as QLinearGlobalAveragePool has it
  std::int64_t shift_;  // of a sum, by the input's zero point
};

class OfReals {
 public:
  using Sum = double;

  OfReals(const Operation& operation, std::uint64_t count)
      : limits_(limits_of(operation)), count_(static_cast<double>(count)) {
    expect_reals(operation);
  }

  template <typename T>
  void write(const double* sums, std::size_t count, T* to) const {
    for (std::size_t i = 0; i < count; ++i) to[i] = stored<T>(limits_(static_cast<float>(sums[i] / count_)));
  }

 private:
  Limits limits_;
  double count_;
};

// Elements of an innermost run: to a sum of their own each, or all to one.
template <typename T, typename Sum>
void add_run(bool to_one, const T* from, std::uint64_t count, Sum* sums) {
  using Addend = std::conditional_t<std::is_integral_v<T>, T, float>;
  for (std::uint64_t i = 0; i < count; ++i) sums[to_one ? 0 : i] += static_cast<Addend>(from[i]);
}

template <typename T>
using FinishOf = std::conditional_t<std::is_integral_v<T>, OfIntegers, OfReals>;

template <typename T>
class Mean final : public Kernel {
 public:
  explicit Mean(const Operation& operation)
      : addends_(operation), finish_(operation, addends_.in_elements() / addends_.out_elements()) {}

  void run(const std::vector<Part>& inputs, const Region& region, std::uint8_t* out) const override {
    const Dimension& inner = addends_.innermost();
    auto* to = reinterpret_cast<T*>(out);
    std::vector<typename FinishOf<T>::Sum> sums;
    each_stretch(region, [&](std::uint64_t begin, std::uint64_t length) {
      each_piece(begin, length, inner.summed ? 1 : inner.extent, [&](std::uint64_t element, std::uint64_t count) {
        sums.assign(count, 0);
        const std::uint64_t run = inner.summed ? inner.extent : count;
        addends_.each_addend(element, [&](std::uint64_t at) {
          add_run(inner.summed, elements_of<T>(inputs[0]) + inputs[0].run(at, run), run, sums.data());
        });
        finish_.write(sums.data(), count, to);
        to += count;
      });
    });
  }

 private:
  Addends addends_;
  FinishOf<T> finish_;
};

template <typename T>
class MeanReduction final : public Reduction {
 public:
  explicit MeanReduction(const Operation& operation)
      : addends_(operation),
        finish_(operation, addends_.in_elements() / addends_.out_elements()),
        sums_(addends_.out_elements(), 0) {}

  void clear() override {
    std::fill(sums_.begin(), sums_.end(), 0);
    added_ = 0;
  }

  void add(const Part& part) override {
    const Dimension& inner = addends_.innermost();
    each_stretch(part.region, [&](std::uint64_t begin, std::uint64_t length) {
      const T* from = elements_of<T>(part) + part.run(begin, length);
      each_piece(begin, length, inner.extent, [&](std::uint64_t element, std::uint64_t count) {
        add_run(inner.summed, from, count, &sums_[addends_.sum_of(element)]);
        from += count;
      });
    });
    added_ += part.region.elements();
  }

  void finish(std::uint8_t* out) const override {
    if (added_ != addends_.in_elements())
      throw Absent(std::to_string(added_) + " of " + std::to_string(addends_.in_elements()) + " elements were added");
    finish_.write(sums_.data(), sums_.size(), reinterpret_cast<T*>(out));
  }

 private:
  Addends addends_;
  FinishOf<T> finish_;
  std::vector<typename FinishOf<T>::Sum> sums_;
  std::uint64_t added_ = 0;
};

template <typename Made, template <typename> class Make>
std::unique_ptr<Made> make_of_type(const Operation& operation) {
  if (operation.input(0).type == DataType::int8) return std::make_unique<Make<std::int8_t>>(operation);
  if (operation.input(0).type == DataType::uint8) return std::make_unique<Make<std::uint8_t>>(operation);
  if (operation.input(0).type == DataType::int16) return std::make_unique<Make<std::int16_t>>(operation);
  if (operation.input(0).type == DataType::float16) return std::make_unique<Make<Half>>(operation);
  if (operation.input(0).type == DataType::float32) return std::make_unique<Make<float>>(operation);
  operation.unsupported(std::string("an input of ") + graph::name_of(operation.input(0).type));
}

}  // namespace

std::unique_ptr<Kernel> make_mean(const Operation& operation) { return make_of_type<Kernel, Mean>(operation); }

std::unique_ptr<Reduction> make_mean_reduction(const Operation& operation) {
  return make_of_type<Reduction, MeanReduction>(operation);
}

}  // namespace takt::functional
