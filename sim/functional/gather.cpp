// Rows of a table, by their numbers (gather.cc). A table of narrower integers than its rows become, which TensorFlow
// Lite has not, is one whose rows pass through a quantize (reference/requantize.h).
#include <algorithm>
#include <string>

#include "sim/functional/elements.h"
#include "sim/functional/kernels.h"
#include "sim/functional/multiplier.h"
#include "sim/functional/scaling.h"

namespace takt::functional {

using graph::DataType;

namespace {

// Moves `count` elements of the table from a place on, and says where the next go.
struct Copied {
  std::uint64_t bytes;

  std::uint8_t* operator()(const std::uint8_t* table, std::uint64_t place, std::uint64_t count,
                           std::uint8_t* out) const {
    std::memcpy(out, table + place * bytes, count * bytes);
    return out + count * bytes;
  }
};

struct Widened {
  Multiplier factor;
  std::int32_t zero;
  Bounds bounds;

  std::uint8_t* operator()(const std::uint8_t* table, std::uint64_t place, std::uint64_t count,
                           std::uint8_t* out) const {
    for (std::uint64_t i = 0; i < count; ++i) {
      const std::int32_t code = element_at<std::int8_t>(table, place + i);
      put_element(out, i, static_cast<std::int16_t>(limited(factor.apply(code - zero), bounds)));
    }
    return out + count * sizeof(std::int16_t);
  }
};

template <typename Index, typename Move>
class Gather final : public Kernel {
 public:
  Gather(const Operation& operation, const Move& move)
      : rows_(static_cast<std::uint64_t>(operation.input(0).shape.at(0))),
        length_(operation.input(0).elements() / rows_),
        move_(move) {}

  void run(const std::vector<Part>& inputs, const Region& region, std::uint8_t* out) const override {
    each_stretch(region, [&](std::uint64_t begin, std::uint64_t stretch) {
      each_piece(begin, stretch, length_, [&](std::uint64_t element, std::uint64_t count) {
        const std::uint64_t from = row(inputs.at(1), element / length_) * length_ + element % length_;
        out = move_(inputs[0].data, run_in(inputs[0], from, count), count, out);
      });
    });
  }

 private:
  std::uint64_t row(const Part& indices, std::uint64_t place) const {
    const auto index = static_cast<std::int64_t>(element_at<Index>(indices.data, run_in(indices, place, 1)));
    if (index < 0 || static_cast<std::uint64_t>(index) >= rows_)
      throw std::out_of_range("row " + std::to_string(index) + " of a table of " + std::to_string(rows_));
    return static_cast<std::uint64_t>(index);
  }

  std::uint64_t rows_, length_;
  Move move_;
};

template <typename Move>
std::unique_ptr<Kernel> make_of_indices(const Operation& operation, const Move& move) {
  switch (operation.input(1).type) {
    case DataType::int32:
      return std::make_unique<Gather<std::int32_t, Move>>(operation, move);
    case DataType::int64:
      return std::make_unique<Gather<std::int64_t, Move>>(operation, move);
    default:
      operation.unsupported(std::string("indices of ") + graph::name_of(operation.input(1).type));
  }
}

Widened widened(const Operation& operation) {
  const graph::Tensor &table = operation.input(0), &out = operation.output();
  checked_zero(operation, out);
  const double ratio = static_cast<double>(operation.scale(table)) / operation.scale(out);
  Widened result{Multiplier::of(ratio), checked_zero(operation, table), operation.bounds_of(out.type)};
  // What is multiplied has nine bits and, shifted before that, is to fit into 32.
  if (result.factor.exponent > 22) operation.unsupported("an output much finer than the table");
  return result;
}

}  // namespace

std::unique_ptr<Kernel> make_gather(const Operation& operation) {
  const graph::Tensor &table = operation.input(0), &out = operation.output();
  const bool narrow = table.type == DataType::int8 || table.type == DataType::int4;
  if (narrow && out.type == DataType::int16 && !operation.follows_onnx())
    return make_of_indices(operation, widened(operation));
  if (out.type != table.type)
    operation.unsupported(std::string("an output of ") + graph::name_of(out.type) + " from " +
                          graph::name_of(table.type));
  if (out.scale != table.scale || out.zero_point != table.zero_point)
    operation.unsupported("an output of another scale");
  return make_of_indices(operation, Copied{element_bytes(operation, out.type)});
}

}  // namespace takt::functional
