// Operators that move elements; a concatenation may change their scales (ConcatenationWithScaling, of uint8 alone; ONNX
// Runtime's QLinearConcat).
#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "sim/functional/elements.h"
#include "sim/functional/kernels.h"
#include "sim/functional/quantization.h"
#include "sim/functional/reals.h"
#include "sim/functional/walk.h"

namespace takt::functional {

using graph::DataType;
using graph::OpKind;
using graph::Shape;
using graph::Tensor;

namespace {

// Bytes of the elements; unsupported where an input has another type than the output.
std::uint64_t moved_bytes(const Operation& operation, std::size_t input) {
  const DataType from = operation.input(input).type, to = operation.output().type;
  if (from != to)
    operation.unsupported(std::string("an input of ") + graph::name_of(from) + " for " + graph::name_of(to));
  return element_bytes(operation, to);
}

template <typename T>
void copy_apart(const Part& part, std::uint64_t first, std::int64_t step, std::uint64_t count, std::uint8_t* out) {
  each_step(part, first, step, count,
            [&](std::uint64_t i, std::uint64_t place) { put_element(out, i, element_at<T>(part.data, place)); });
}

// slice, transpose, depth_to_space, space_to_depth: the input's elements in another order.
class Gather final : public Kernel {
 public:
  Gather(Walk walk, std::uint64_t element_bytes) : walk_(std::move(walk)), bytes_(element_bytes) {}

  void run(const std::vector<Part>& inputs, const Region& region, std::uint8_t* out) const override {
    walk_.rows(region, [&](std::uint64_t count, const Walk::Places& places) {
      copy(inputs.at(0), places[0], count, out);
      out += count * bytes_;
    });
  }

 private:
  void copy(const Part& part, std::uint64_t first, std::uint64_t count, std::uint8_t* out) const {
    const std::int64_t step = walk_.step(0);
    if (step == 1)
      std::memcpy(out, part.data + run_in(part, first, count) * bytes_, count * bytes_);
    else if (bytes_ == 1)
      copy_apart<std::uint8_t>(part, first, step, count, out);
    else if (bytes_ == 2)
      copy_apart<std::uint16_t>(part, first, step, count, out);
    else if (bytes_ == 4)
      copy_apart<std::uint32_t>(part, first, step, count, out);
    else
      copy_apart<std::uint64_t>(part, first, step, count, out);
  }

  Walk walk_;
  std::uint64_t bytes_;
};

std::unique_ptr<Kernel> gather(const Operation& operation, const Shape& extents, const Shape& steps,
                               std::uint64_t start = 0) {
  if (graph::elements_of(extents) != operation.output().elements())
    operation.unsupported("an output of another number of elements");
  std::vector<Walk::Dimension> dimensions;
  for (std::size_t i = 0; i < extents.size(); ++i) dimensions.push_back({extents[i], {steps[i], 0}});
  return std::make_unique<Gather>(Walk(dimensions, start), moved_bytes(operation, 0));
}

std::unique_ptr<Kernel> make_slice(const Operation& operation) {
  const graph::Op& op = operation.op;
  const Shape& in = operation.input(0).shape;
  if (op.size.size() != in.size() || op.begin.size() != in.size())
    operation.unsupported("a range known only at run time");
  Shape steps = distances_of(in);
  std::int64_t start = 0;
  for (std::size_t i = 0; i < in.size(); ++i) {
    start += op.begin[i] * steps[i];
    if (!op.step.empty()) steps[i] *= op.step.at(i);
  }
  return gather(operation, op.size, steps, static_cast<std::uint64_t>(start));
}

std::unique_ptr<Kernel> make_transpose(const Operation& operation) {
  const Shape& in = operation.input(0).shape;
  if (operation.op.axes.size() != in.size()) operation.unsupported("a permutation known only at run time");
  const Shape distances = distances_of(in);
  Shape extents, steps;
  for (const std::int64_t axis : operation.op.axes) {
    extents.push_back(in.at(static_cast<std::size_t>(axis)));
    steps.push_back(distances.at(static_cast<std::size_t>(axis)));
  }
  return gather(operation, extents, steps);
}

const Shape& image_of(const Operation& operation, const Tensor& tensor) {
  if (tensor.shape.size() != 4 || operation.op.block < 1) operation.unsupported("this shape");
  return tensor.shape;
}

// [batch, y, x, (block y, block x, depth)] read as [batch, y, block y, x, block x, depth].
std::unique_ptr<Kernel> make_depth_to_space(const Operation& operation) {
  const Shape& in = image_of(operation, operation.input(0));
  const std::int64_t block = operation.op.block, depth = in[3] / (block * block);
  if (depth * block * block != in[3]) operation.unsupported("this number of channels");
  const Shape steps = distances_of({in[0], in[1], in[2], block, block, depth});
  return gather(operation, {in[0], in[1], block, in[2], block, depth},
                {steps[0], steps[1], steps[3], steps[2], steps[4], steps[5]});
}

// [batch, (y, block y), (x, block x), depth] read as [batch, y, x, block y, block x, depth].
std::unique_ptr<Kernel> make_space_to_depth(const Operation& operation) {
  const Shape& in = image_of(operation, operation.input(0));
  const std::int64_t block = operation.op.block, rows = in[1] / block, columns = in[2] / block;
  if (rows * block != in[1] || columns * block != in[2]) operation.unsupported("this height or width");
  const Shape steps = distances_of({in[0], rows, block, columns, block, in[3]});
  return gather(operation, {in[0], rows, columns, block, block, in[3]},
                {steps[0], steps[1], steps[3], steps[2], steps[4], steps[5]});
}

class Pad final : public Kernel {
 public:
  explicit Pad(const Operation& operation) : bytes_(moved_bytes(operation, 0)) {
    const Tensor &from = operation.input(0), &to = operation.output();
    if (!is_real(to.type)) operation.bounds_of(to.type);  // integers of up to 32 bits; the zero of all is bytes of 0
    if (operation.op.begin.size() != from.shape.size() || to.shape.size() != from.shape.size())
      operation.unsupported("paddings known only at run time");
    if (operation.has_input(2)) moved_bytes(operation, 2);
    has_value_ = operation.has_input(2);
    zero_ = Operation::zero(to);
    for (std::size_t i = 0; i < from.shape.size(); ++i) append({to.shape[i], operation.op.begin[i], from.shape[i]});
    if (dimensions_.empty()) dimensions_.push_back({1, 0, 1});
  }

  void run(const std::vector<Part>& inputs, const Region& region, std::uint8_t* out) const override {
    const std::uint8_t* value = fill(inputs);
    const auto extent = static_cast<std::uint64_t>(dimensions_.back().out);
    each_stretch(region, [&](std::uint64_t element, std::uint64_t count) {
      while (count != 0) {
        const std::uint64_t at = element % extent, taken = std::min(count, extent - at);
        row(inputs.at(0), source(element / extent), {at, at + taken}, value, out);
        out += taken * bytes_;
        element += taken;
        count -= taken;
      }
    });
  }

 private:
  struct Dimension {
    std::int64_t out, before, in;
    bool is_padded() const { return out != in; }
  };
  struct Span {
    std::uint64_t begin, end;
  };

  // What is not padded becomes one with the dimension before.
  void append(const Dimension& dimension) {
    if (dimension.is_padded() || dimensions_.empty()) {
      dimensions_.push_back(dimension);
      return;
    }
    Dimension& last = dimensions_.back();
    last = {last.out * dimension.out, last.before * dimension.out, last.in * dimension.in};
  }

  // The bytes of an element of padding; they are little-endian, so that the zero point's lower ones will do.
  const std::uint8_t* fill(const std::vector<Part>& inputs) const {
    if (!has_value_) return reinterpret_cast<const std::uint8_t*>(&zero_);
    const Part& part = inputs.at(2);
    return part.data + part.place(0) * bytes_;
  }

  // First element of the input's row that a row of the output shows, where it shows one.
  std::optional<std::uint64_t> source(std::uint64_t row) const {
    std::uint64_t result = 0, distance = static_cast<std::uint64_t>(dimensions_.back().in);
    for (std::size_t i = dimensions_.size() - 1; i-- > 0;) {
      const Dimension& dimension = dimensions_[i];
      const std::int64_t index =
          static_cast<std::int64_t>(row % static_cast<std::uint64_t>(dimension.out)) - dimension.before;
      if (index < 0 || index >= dimension.in) return std::nullopt;
      result += static_cast<std::uint64_t>(index) * distance;
      distance *= static_cast<std::uint64_t>(dimension.in);
      row /= static_cast<std::uint64_t>(dimension.out);
    }
    return result;
  }

  void row(const Part& part, std::optional<std::uint64_t> source, Span span, const std::uint8_t* value,
           std::uint8_t* out) const {
    const auto before = static_cast<std::uint64_t>(dimensions_.back().before);
    const std::uint64_t after = before + static_cast<std::uint64_t>(dimensions_.back().in);
    const std::uint64_t begin = source ? std::clamp(before, span.begin, span.end) : span.end;
    const std::uint64_t end = source ? std::clamp(after, span.begin, span.end) : span.end;
    repeat(value, begin - span.begin, out);
    if (begin < end)
      std::memcpy(out + (begin - span.begin) * bytes_,
                  part.data + run_in(part, *source + begin - before, end - begin) * bytes_, (end - begin) * bytes_);
    repeat(value, span.end - end, out + (end - span.begin) * bytes_);
  }

  void repeat(const std::uint8_t* value, std::uint64_t count, std::uint8_t* out) const {
    if (bytes_ == 1)
      std::memset(out, *value, count);
    else
      for (std::uint64_t i = 0; i < count; ++i) std::memcpy(out + i * bytes_, value, bytes_);
  }

  std::uint64_t bytes_;
  std::vector<Dimension> dimensions_;
  bool has_value_ = false;
  std::int32_t zero_ = 0;
};

class Concat final : public Kernel {
 public:
  explicit Concat(const Operation& operation) : bytes_(element_bytes(operation, operation.output().type)) {
    if (operation.op.activation != graph::Activation::none) operation.unsupported("a fused activation");
    for (std::size_t i = 0; i < operation.op.inputs.size(); ++i) append(operation, i);
  }

  void run(const std::vector<Part>& inputs, const Region& region, std::uint8_t* out) const override {
    each_stretch(region, [&](std::uint64_t element, std::uint64_t count) {
      while (count != 0) {
        const std::uint64_t outer = element / row_, at = element % row_;
        const std::size_t k = joined_at(at);
        const Joined& joined = joined_[k];
        const std::uint64_t offset = at - joined.begin, taken = std::min(count, joined.row - offset);
        const Part& part = inputs.at(k);
        copy(joined, part.data + run_in(part, outer * joined.row + offset, taken) * bytes_, taken, out);
        out += taken * bytes_;
        element += taken;
        count -= taken;
      }
    });
  }

 private:
  using Table = std::array<std::uint8_t, 256>;

  // An input; a row of the output is one of each.
  struct Joined {
    std::uint64_t begin, row;
    std::optional<Table> rescaled;
  };

  void append(const Operation& operation, std::size_t input) {
    moved_bytes(operation, input);
    const Tensor &from = operation.input(input), &to = operation.output();
    const auto axis = static_cast<std::size_t>(operation.op.axis);
    if (operation.op.axis < 0 || axis >= from.shape.size()) operation.unsupported("this axis");
    const auto row = static_cast<std::uint64_t>(from.shape[axis] * distances_of(from.shape)[axis]);
    const bool agrees = is_real(to.type) || (from.scale == to.scale && Operation::zero(from) == Operation::zero(to));
    joined_.push_back({row_, row, agrees ? std::nullopt : std::optional<Table>(rescaled(operation, input))});
    row_ += row;
  }

  template <typename T>
  static Table rescaled_as_onnx(const Operation& operation, std::size_t input) {
    const std::array<float, 256> values = values_of<T>(Quantization::of_input(operation, input));
    const Quantization to = Quantization::of_output(operation);
    Table table;
    for (std::size_t byte = 0; byte < table.size(); ++byte)
      table[byte] = static_cast<std::uint8_t>(to.code(values[byte]));
    return table;
  }

  static Table rescaled(const Operation& operation, std::size_t input) {
    const Tensor &from = operation.input(input), &to = operation.output();
    if (operation.follows_onnx()) {
      if (to.type == DataType::int8) return rescaled_as_onnx<std::int8_t>(operation, input);
      if (to.type == DataType::uint8) return rescaled_as_onnx<std::uint8_t>(operation, input);
    }
    if (to.type != DataType::uint8) operation.unsupported("an input of another scale than the output's");
    const float scale = operation.scale(from) * (1.0F / operation.scale(to));
    const float offset = static_cast<float>(-Operation::zero(from)) * scale;
    Table table;
    for (std::size_t code = 0; code < table.size(); ++code) {
      const float value = std::round(static_cast<float>(code) * scale + offset);
      table[code] =
          static_cast<std::uint8_t>(limited(static_cast<std::int32_t>(value) + Operation::zero(to), {0, 255}));
    }
    return table;
  }

  std::size_t joined_at(std::uint64_t at) const {
    const auto after = std::upper_bound(joined_.begin(), joined_.end(), at,
                                        [](std::uint64_t place, const Joined& joined) { return place < joined.begin; });
    return static_cast<std::size_t>(after - joined_.begin()) - 1;
  }

  void copy(const Joined& joined, const std::uint8_t* from, std::uint64_t count, std::uint8_t* out) const {
    if (!joined.rescaled)
      std::memcpy(out, from, count * bytes_);
    else
      for (std::uint64_t i = 0; i < count; ++i) out[i] = (*joined.rescaled)[from[i]];
  }

  std::uint64_t bytes_;
  std::uint64_t row_ = 0;
  std::vector<Joined> joined_;
};

}  // namespace

std::unique_ptr<Kernel> make_movement(const Operation& operation) {
  switch (operation.op.kind) {
    case OpKind::concat:
      return std::make_unique<Concat>(operation);
    case OpKind::slice:
      return make_slice(operation);
    case OpKind::pad:
      return std::make_unique<Pad>(operation);
    case OpKind::transpose:
      return make_transpose(operation);
    case OpKind::depth_to_space:
      return make_depth_to_space(operation);
    case OpKind::space_to_depth:
      return make_space_to_depth(operation);
    default:
      operation.unsupported("this operator");
  }
}

}  // namespace takt::functional
