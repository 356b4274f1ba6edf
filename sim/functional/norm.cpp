#include "sim/functional/norm.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <type_traits>
#include <vector>

#include "sim/functional/elements.h"
#include "sim/functional/kernels.h"
#include "sim/functional/quantization.h"
#include "sim/functional/reals.h"

namespace takt::functional {

using graph::DataType;
using graph::OpKind;

Statistics Sums::statistics(std::uint64_t count, bool centered) const {
  const auto n = static_cast<double>(count);
  if (!centered) return {0, static_cast<float>(static_cast<double>(squares_) / n)};
  const __int128 spread = static_cast<__int128>(count) * squares_ - static_cast<__int128>(sum_) * sum_;
  return {static_cast<float>(static_cast<double>(sum_) / n), static_cast<float>(static_cast<double>(spread) / (n * n))};
}

Statistics RealSums::statistics(std::uint64_t count, bool centered) const {
  const auto n = static_cast<double>(count);
  if (!centered) return {0, static_cast<float>(squares_ / n)};
  const double mean = sum_ / n, variance = squares_ / n - mean * mean;
  return {static_cast<float>(mean), static_cast<float>(variance < 0 ? 0 : variance)};
}

namespace {

// Which elements a norm is over: all of a row of a layer norm's; of a group norm's image those of a group of channels.
struct Groups {
  explicit Groups(const Operation& operation) {
    const graph::Shape& shape = operation.input(0).shape;
    channels = static_cast<std::uint64_t>(shape.back());
    const bool in_groups = operation.op.kind == OpKind::group_norm;
    groups = in_groups ? static_cast<std::uint64_t>(operation.op.groups) : 1;
    const auto images = in_groups ? static_cast<std::uint64_t>(shape[0]) : operation.input(0).elements() / channels;
    image = operation.input(0).elements() / images;
    norms = images * groups;
  }

  std::uint64_t run() const { return channels / groups; }  // elements of a norm that follow each other
  std::uint64_t elements() const { return image / groups; }
  std::uint64_t norm_of(std::uint64_t element) const { return element / image * groups + element % channels / run(); }

  std::uint64_t channels, groups, image, norms;
};

// One number for each channel: dequantized, or stored in single precision.
class PerChannel {
 public:
  PerChannel(const Operation& operation, std::size_t index) : index_(index), present_(operation.has_input(index)) {
    if (!present_) return;
    type_ = operation.input(index).type;
    if (!is_real(type_)) quantization_ = Quantization::of_input(operation, index);
  }

  bool present() const { return present_; }

  std::vector<float> values(const std::vector<Part>& inputs, std::uint64_t channels) const {
    std::vector<float> result;
    if (!present_) return result;
    const Part& part = inputs[index_];
    part.run(0, channels);
    for (std::uint64_t i = 0; i < channels; ++i) result.push_back(value(part.data, i));
    return result;
  }

 private:
  float value(const std::uint8_t* data, std::uint64_t i) const {
    switch (type_) {
      case DataType::float32:
        return element_at<float>(data, i);
      case DataType::float16:
        return static_cast<float>(element_at<Half>(data, i));
      case DataType::int8:
        return quantization_.value(element_at<std::int8_t>(data, i));
      case DataType::uint8:
        return quantization_.value(element_at<std::uint8_t>(data, i));
      case DataType::int16:
        return quantization_.value(element_at<std::int16_t>(data, i));
      default:
        return quantization_.value(element_at<std::int32_t>(data, i));
    }
  }

  std::size_t index_;
  bool present_;
  DataType type_ = DataType::float32;
  Quantization quantization_;
};

template <typename T>
using SumsOf = std::conditional_t<std::is_integral_v<T>, Sums, RealSums>;

// Elements less their zero point, and back.
template <typename T>
struct Codes {
  explicit Codes(const Operation& operation)
      : from(Quantization::of_input(operation, 0)),
        to(Quantization::of_output(operation)),
        to_even(operation.follows_onnx()) {}

  float steps(T x) const { return static_cast<float>(x - from.zero); }
  T code(float y) const { return static_cast<T>(to_even ? to.code(y) : to.code_away(y)); }

  Quantization from, to;
  bool to_even;
};

template <typename T>
struct RealCodes {
  explicit RealCodes(const Operation& operation) : limits(limits_of(operation)) { expect_reals(operation); }

  static float steps(T x) { return static_cast<float>(x); }
  T code(float y) const { return stored<T>(limits(y)); }

  Quantization from;
  Limits limits;
};

template <typename T>
using CodesOf = std::conditional_t<std::is_integral_v<T>, Codes<T>, RealCodes<T>>;

template <typename T>
class Norm final : public Kernel {
 public:
  explicit Norm(const Operation& operation)
      : groups_(operation),
        operands_(operation.op.inputs.size()),
        epsilon_(operation.op.epsilon),
        centered_(operation.op.kind == OpKind::group_norm || operation.op.centered),
        codes_(operation),
        gain_(operation, 1),
        offset_(operation, 2) {
    if (!(epsilon_ > 0)) operation.unsupported("a variance to which nothing is added");
  }

  void run(const std::vector<Part>& inputs, const Region& region, std::uint8_t* out) const override {
    const std::vector<float> gains = gain_.values(inputs, groups_.channels);
    const std::vector<float> offsets = offset_.values(inputs, groups_.channels);
    const bool given = inputs.size() > operands_;
    std::vector<Statistics> found;
    std::uint64_t found_of = groups_.norms;  // none
    auto* to = reinterpret_cast<T*>(out);
    each_stretch(region, [&](std::uint64_t begin, std::uint64_t length) {
      each_piece(begin, length, groups_.run(), [&](std::uint64_t element, std::uint64_t count) {
        const std::uint64_t image = element / groups_.image, channel = element % groups_.channels;
        if (image != found_of) found = given ? read(inputs.back(), image) : find(inputs[0], image);
        found_of = image;
        const T* from = elements_of<T>(inputs[0]) + run_in(inputs[0], element, count);
        const float* gain = gains.empty() ? nullptr : &gains[channel];
        const float* offset = offsets.empty() ? nullptr : &offsets[channel];
        norm(from, count, found[groups_.norm_of(element) % groups_.groups], gain, offset, to);
        to += count;
      });
    });
  }

 private:
  void norm(const T* from, std::uint64_t count, const Statistics& statistics, const float* gain, const float* offset,
            T* to) const {
    const float scale = codes_.from.scale, factor = scale / std::sqrt(scale * scale * statistics.variance + epsilon_);
    for (std::uint64_t i = 0; i < count; ++i) {
      float y = (codes_.steps(from[i]) - statistics.mean) * factor;
      if (gain != nullptr) y = y * gain[i];
      if (offset != nullptr) y = y + offset[i];
      to[i] = codes_.code(y);
    }
  }

  // Of an image's groups.
  std::vector<Statistics> find(const Part& part, std::uint64_t image) const {
    std::vector<SumsOf<T>> sums(groups_.groups);
    const std::uint64_t begin = image * groups_.image;
    const T* from = elements_of<T>(part) + run_in(part, begin, groups_.image);
    each_piece(begin, groups_.image, groups_.run(), [&](std::uint64_t element, std::uint64_t count) {
      sums[groups_.norm_of(element) % groups_.groups].add(from + (element - begin), count, codes_.from.zero);
    });
    std::vector<Statistics> result;
    for (const SumsOf<T>& sum : sums) result.push_back(sum.statistics(groups_.elements(), centered_));
    return result;
  }

  std::vector<Statistics> read(const Part& part, std::uint64_t image) const {
    std::vector<Statistics> result;
    for (std::uint64_t i = image * groups_.groups; i < (image + 1) * groups_.groups; ++i) {
      const std::uint64_t at = part.run(2 * i, 2);
      result.push_back({element_at<float>(part.data, at), element_at<float>(part.data, at + 1)});
    }
    return result;
  }

  Groups groups_;
  std::size_t operands_;
  float epsilon_;
  bool centered_;
  CodesOf<T> codes_;
  PerChannel gain_, offset_;
};

template <typename T>
class GroupStatistics final : public Reduction {
 public:
  explicit GroupStatistics(const Operation& operation)
      : groups_(operation), zero_(Operation::zero(operation.input(0))), sums_(groups_.norms) {}

  void clear() override { std::fill(sums_.begin(), sums_.end(), SumsOf<T>{}); }

  void add(const Part& part) override {
    each_stretch(part.region, [&](std::uint64_t begin, std::uint64_t length) {
      const T* from = elements_of<T>(part) + part.run(begin, length);
      each_piece(begin, length, groups_.run(), [&](std::uint64_t element, std::uint64_t count) {
        sums_[groups_.norm_of(element)].add(from + (element - begin), count, zero_);
      });
    });
  }

  void finish(std::uint8_t* out) const override {
    for (std::size_t i = 0; i < sums_.size(); ++i) {
      const Statistics statistics = sums_[i].statistics(groups_.elements(), true);
      put_element(out, 2 * i, statistics.mean);
      put_element(out, 2 * i + 1, statistics.variance);
    }
  }

 private:
  Groups groups_;
  std::int32_t zero_;
  std::vector<SumsOf<T>> sums_;
};

template <typename Made, template <typename> class Make>
std::unique_ptr<Made> make_of_type(const Operation& operation) {
  if (operation.input(0).type == DataType::float16) return std::make_unique<Make<Half>>(operation);
  if (operation.input(0).type == DataType::float32) return std::make_unique<Make<float>>(operation);
  expect_activations(operation, Activations::of_16_bits_too);
  if (operation.input(0).type == DataType::int8) return std::make_unique<Make<std::int8_t>>(operation);
  if (operation.input(0).type == DataType::uint8) return std::make_unique<Make<std::uint8_t>>(operation);
  return std::make_unique<Make<std::int16_t>>(operation);
}

}  // namespace

std::unique_ptr<Kernel> make_norm(const Operation& operation) { return make_of_type<Kernel, Norm>(operation); }

std::unique_ptr<Reduction> make_statistics(const Operation& operation) {
  return make_of_type<Reduction, GroupStatistics>(operation);
}

}  // namespace takt::functional
