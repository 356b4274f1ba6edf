// Two operands, element by element with broadcasting (add.cc, sub.cc, mul.cc, maximum_minimum.cc of TensorFlow Lite;
// QLinearAdd, QLinearMul of ONNX Runtime).
#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <type_traits>

#include "sim/functional/elements.h"
#include "sim/functional/kernels.h"
#include "sim/functional/multiplier.h"
#include "sim/functional/quantization.h"
#include "sim/functional/reals.h"
#include "sim/functional/walk.h"

namespace takt::functional {

using graph::DataType;
using graph::OpKind;
using graph::Shape;

namespace {

bool can_broadcast(const Shape& operand, const Shape& output) {
  if (operand.size() > output.size()) return false;
  const auto fits = [](std::int64_t own, std::int64_t out) { return own == 1 || own == out; };
  return std::equal(operand.rbegin(), operand.rend(), output.rbegin(), fits);
}

Walk broadcast(const Operation& operation) {
  const Shape& shape = operation.output().shape;
  std::vector<Walk::Dimension> dimensions;
  for (const std::int64_t extent : shape) dimensions.push_back({extent, {0, 0}});
  for (std::size_t k = 0; k < 2; ++k) {
    const Shape& own = operation.input(k).shape;
    if (!can_broadcast(own, shape)) operation.unsupported("an operand of this shape");
    const std::vector<std::int64_t> distances = distances_of(own);
    const std::size_t missing = shape.size() - own.size();
    for (std::size_t i = 0; i < own.size(); ++i)
      if (own[i] != 1) dimensions[missing + i].steps[k] = distances[i];
  }
  return Walk(dimensions);
}

// Elements of one operand along a row: step is 0 where it is broadcast.
struct Operand {
  const std::uint8_t* data;
  std::uint64_t step;
};

template <typename T, typename Combine>
class Binary final : public Kernel {
 public:
  Binary(const Operation& operation, const Combine& combine) : walk_(broadcast(operation)), combine_(combine) {
    const std::uint64_t elements = operation.output().elements();
    for (std::size_t k = 0; k < 2; ++k) whole_[k] = operation.input(k).elements() == elements;
  }

  void run(const std::vector<Part>& inputs, const Region& region, std::uint8_t* out) const override {
    const bool in_order[] = {is_in_order(0, inputs.at(0), region), is_in_order(1, inputs.at(1), region)};
    if (in_order[0] && in_order[1]) {
      row({inputs[0].data, 1}, {inputs[1].data, 1}, region.elements(), out);
      return;
    }
    std::uint64_t done = 0;
    walk_.rows(region, [&](std::uint64_t count, const Walk::Places& places) {
      const auto operand = [&](std::size_t k) {
        const auto step = static_cast<std::uint64_t>(walk_.step(k));
        const std::uint64_t place = in_order[k] ? done : run_in(inputs[k], places[k], step == 0 ? 1 : count);
        return Operand{inputs[k].data + place * sizeof(T), step};
      };
      row(operand(0), operand(1), count, out + done * sizeof(T));
      done += count;
    });
  }

 private:
  // Whether the part has just the elements of the output's region, one beside the other.
  bool is_in_order(std::size_t k, const Part& part, const Region& region) const {
    return whole_[k] && part.data != nullptr && is_same(part.region, region);
  }

  void row(const Operand& a, const Operand& b, std::uint64_t count, std::uint8_t* out) const {
    for (std::uint64_t i = 0; i < count; ++i)
      put_element(out, i,
                  static_cast<T>(combine_(element_at<T>(a.data, i * a.step), element_at<T>(b.data, i * b.step))));
  }

  Walk walk_;
  std::array<bool, 2> whole_;  // not broadcast
  Combine combine_;
};

// An operand of a sum in the unit that both share.
struct Summand {
  std::int32_t zero = 0, sign = 1;
  int headroom = 0;  // bits
  Multiplier factor;

  std::int32_t operator()(std::int32_t x) const {
    return sign * factor.apply(static_cast<std::int32_t>(static_cast<std::uint32_t>(x - zero) << headroom));
  }
};

template <typename T>
class TabulatedSummand {
 public:
  explicit TabulatedSummand(const Summand& summand) {
    for (std::size_t code = 0; code < table_.size(); ++code) table_[code] = summand(static_cast<T>(code));
  }
  std::int32_t operator()(T x) const { return table_[static_cast<std::uint8_t>(x)]; }

 private:
  std::array<std::int32_t, 256> table_;
};

template <typename T>
struct Sum {
  using Term = std::conditional_t<sizeof(T) == 1, TabulatedSummand<T>, Summand>;
  Term a, b;
  Multiplier back;
  std::int32_t zero;
  Bounds bounds;

  std::int32_t operator()(T x, T y) const {
    return limited(wrapping_sum(back.apply(wrapping_sum(a(x), b(y))), zero), bounds);
  }
};

template <typename T>
struct Product {
  std::int32_t zero_a, zero_b;
  Multiplier factor;
  std::int32_t zero;
  Bounds bounds;

  std::int32_t operator()(T x, T y) const {
    const std::int64_t product = std::int64_t{x - zero_a} * (y - zero_b);
    return limited(wrapping_sum(factor.apply(static_cast<std::int32_t>(product)), zero), bounds);
  }
};

template <typename T>
struct Least {
  T operator()(T x, T y) const { return std::min(x, y); }
};

template <typename T>
struct Greatest {
  T operator()(T x, T y) const { return std::max(x, y); }
};

template <typename T>
Sum<T> sum_of(const Operation& operation) {
  using Term = typename Sum<T>::Term;
  const graph::Tensor &a = operation.input(0), &b = operation.input(1), &to = operation.output();
  const float scale_a = operation.scale(a), scale_b = operation.scale(b);
  const double unit = 2 * static_cast<double>(std::max(scale_a, scale_b));
  const int headroom = sizeof(T) == 1 ? 20 : 15;
  const std::int32_t sign = operation.op.kind == OpKind::sub ? -1 : 1;
  const double back = unit / ((1 << headroom) * static_cast<double>(operation.scale(to)));
  return {Term(Summand{Operation::zero(a), 1, headroom, Multiplier::of(scale_a / unit)}),
          Term(Summand{Operation::zero(b), sign, headroom, Multiplier::of(scale_b / unit)}), Multiplier::of(back),
          Operation::zero(to), operation.bounds()};
}

template <typename T>
Product<T> product_of(const Operation& operation) {
  const graph::Tensor &a = operation.input(0), &b = operation.input(1), &to = operation.output();
  const float product = operation.scale(a) * operation.scale(b);  // in float, as mul.cc has it
  return {Operation::zero(a), Operation::zero(b), Multiplier::of(product / operation.scale(to)), Operation::zero(to),
          operation.bounds()};
}

// The sum of a and b in the output's steps is two fused multiplications and additions, b's first, from what the zero
// points come to: the order of ONNX Runtime's QLinearAdd where the processor has these.
template <typename T>
struct OnnxSum {
  explicit OnnxSum(const Operation& operation) : to(Quantization::of_output(operation)) {
    const Quantization a = Quantization::of_input(operation, 0), b = Quantization::of_input(operation, 1);
    ratio_a = a.scale / to.scale;
    const float ratio_b = b.scale / to.scale;
    const float zeros = std::fma(ratio_a, static_cast<float>(a.zero), ratio_b * static_cast<float>(b.zero));
    for (std::size_t byte = 0; byte < terms_b.size(); ++byte)
      terms_b[byte] = std::fma(static_cast<float>(static_cast<T>(byte)), ratio_b, static_cast<float>(to.zero) - zeros);
  }

  std::int32_t operator()(T x, T y) const {
    const float sum = std::fma(static_cast<float>(x), ratio_a, terms_b[static_cast<std::uint8_t>(y)]);
    const auto low = static_cast<float>(to.bounds.low), high = static_cast<float>(to.bounds.high);
    return nearest_even(std::min(std::max(sum, low), high));
  }

  Quantization to;
  float ratio_a = 1;
  std::array<float, 256> terms_b{};
};

template <typename T>
struct OnnxProduct {
  explicit OnnxProduct(const Operation& operation)
      : zero_a(Operation::zero(operation.input(0))),
        zero_b(Operation::zero(operation.input(1))),
        to(Quantization::of_output(operation)),
        ratio(operation.scale(operation.input(0)) * operation.scale(operation.input(1)) / to.scale) {}

  std::int32_t operator()(T x, T y) const {
    const float product = static_cast<float>((x - zero_a) * (y - zero_b)) * ratio + static_cast<float>(to.zero);
    const auto low = static_cast<float>(to.bounds.low), high = static_cast<float>(to.bounds.high);
    return nearest_even(std::min(std::max(product, low), high));
  }

  std::int32_t zero_a, zero_b;
  Quantization to;
  float ratio;
};

// Others compute with the real numbers.
template <typename T, typename Combine>
struct OfReals {
  OfReals(const Operation& operation, const Combine& combine_reals)
      : a(values_of<T>(Quantization::of_input(operation, 0))),
        b(values_of<T>(Quantization::of_input(operation, 1))),
        to(Quantization::of_output(operation)),
        combine(combine_reals) {}

  std::int32_t operator()(T x, T y) const {
    return to.code(combine(a[static_cast<std::uint8_t>(x)], b[static_cast<std::uint8_t>(y)]));
  }

  std::array<float, 256> a, b;
  Quantization to;
  Combine combine;
};

template <typename T, typename Combine>
std::unique_ptr<Kernel> combined(const Operation& operation, const Combine& combine) {
  return std::make_unique<Binary<T, Combine>>(operation, combine);
}

template <typename T>
std::unique_ptr<Kernel> make_of(const Operation& operation) {
  switch (operation.op.kind) {
    case OpKind::add:
    case OpKind::sub:
      return combined<T>(operation, sum_of<T>(operation));
    case OpKind::mul:
      return combined<T>(operation, product_of<T>(operation));
    case OpKind::minimum:
      return combined<T>(operation, Least<T>{});
    case OpKind::maximum:
      return combined<T>(operation, Greatest<T>{});
    default:
      operation.unsupported("this operator");
  }
}

template <typename T, typename CombineReals>
std::unique_ptr<Kernel> combined_reals(const Operation& operation, const CombineReals& combine) {
  return combined<T>(operation, OfReals<T, CombineReals>(operation, combine));
}

// ONNX Runtime makes QLinearAdd and QLinearMul of quantized operands and result only where an activation between
// changes nothing that the result's type does not; else it computes with the real numbers.
bool is_limited(const Operation& operation) {
  const Bounds bounds = operation.bounds(), all = operation.bounds_of(operation.output().type);
  return bounds.low != all.low || bounds.high != all.high;
}

template <typename T>
std::unique_ptr<Kernel> make_onnx_of(const Operation& operation) {
  switch (operation.op.kind) {
    case OpKind::add:
      if (is_limited(operation)) return combined_reals<T>(operation, std::plus<float>());
      return combined<T>(operation, OnnxSum<T>(operation));
    case OpKind::mul:
      if (is_limited(operation)) return combined_reals<T>(operation, std::multiplies<float>());
      return combined<T>(operation, OnnxProduct<T>(operation));
    case OpKind::sub:
      return combined_reals<T>(operation, std::minus<float>());
    case OpKind::minimum:
      return combined_reals<T>(operation, [](float x, float y) { return std::min(x, y); });
    case OpKind::maximum:
      return combined_reals<T>(operation, [](float x, float y) { return std::max(x, y); });
    default:
      operation.unsupported("this operator");
  }
}

// Of floating-point elements. What is no number stays none.
template <typename T, typename CombineReals>
struct OfFloats {
  T operator()(T x, T y) const {
    const auto a = static_cast<float>(x), b = static_cast<float>(y);
    return stored<T>(limits(a != a ? a : b != b ? b : combine(a, b)));
  }

  Limits limits;
  CombineReals combine;
};

template <typename T, typename CombineReals>
std::unique_ptr<Kernel> combined_floats(const Operation& operation, const CombineReals& combine) {
  return combined<T>(operation, OfFloats<T, CombineReals>{limits_of(operation), combine});
}

template <typename T>
std::unique_ptr<Kernel> make_floats_of(const Operation& operation) {
  switch (operation.op.kind) {
    case OpKind::add:
      return combined_floats<T>(operation, std::plus<float>());
    case OpKind::sub:
      return combined_floats<T>(operation, std::minus<float>());
    case OpKind::mul:
      return combined_floats<T>(operation, std::multiplies<float>());
    case OpKind::minimum:
      return combined_floats<T>(operation, [](float x, float y) { return std::min(x, y); });
    default:
      return combined_floats<T>(operation, [](float x, float y) { return std::max(x, y); });
  }
}

void expect_same_types(const Operation& operation) {
  if (operation.input(1).type != operation.output().type)
    operation.unsupported(std::string("a second operand of ") + graph::name_of(operation.input(1).type));
}

}  // namespace

std::unique_ptr<Kernel> make_binary_of_reals(const Operation& operation) {
  expect_same_types(operation);
  return with_real(operation, [&](auto element) { return make_floats_of<decltype(element)>(operation); });
}

std::unique_ptr<Kernel> make_binary(const Operation& operation) {
  expect_activations(operation, operation.follows_onnx() ? Activations::of_8_bits : Activations::of_16_bits_too);
  const DataType type = operation.output().type;
  expect_same_types(operation);
  if (operation.follows_onnx())
    return type == DataType::int8 ? make_onnx_of<std::int8_t>(operation) : make_onnx_of<std::uint8_t>(operation);
  if (type == DataType::int8) return make_of<std::int8_t>(operation);
  if (type == DataType::uint8) return make_of<std::uint8_t>(operation);
  return make_of<std::int16_t>(operation);
}

}  // namespace takt::functional
