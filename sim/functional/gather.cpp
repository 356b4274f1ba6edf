// Rows of a table, by their numbers (gather.cc).
#include <string>

#include "sim/functional/elements.h"
#include "sim/functional/kernels.h"

namespace takt::functional {

using graph::DataType;

namespace {

template <typename Index>
class Gather final : public Kernel {
 public:
  explicit Gather(const Operation& operation)
      : rows_(static_cast<std::uint64_t>(operation.input(0).shape.at(0))),
        length_(operation.input(0).elements() / rows_),
        bytes_(element_bytes(operation, operation.output().type)) {}

  void run(const std::vector<Part>& inputs, const Region& region, std::uint8_t* out) const override {
    each_stretch(region, [&](std::uint64_t begin, std::uint64_t stretch) {
      each_piece(begin, stretch, length_, [&](std::uint64_t element, std::uint64_t count) {
        const std::uint64_t from = row(inputs.at(1), element / length_) * length_ + element % length_;
        std::memcpy(out, inputs[0].data + run_in(inputs[0], from, count) * bytes_, count * bytes_);
        out += count * bytes_;
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

  std::uint64_t rows_, length_, bytes_;
};

}  // namespace

std::unique_ptr<Kernel> make_gather(const Operation& operation) {
  const graph::Tensor &table = operation.input(0), &out = operation.output();
  if (out.type != table.type)
    operation.unsupported(std::string("an output of ") + graph::name_of(out.type) + " from " +
                          graph::name_of(table.type));
  if (out.scale != table.scale || out.zero_point != table.zero_point)
    operation.unsupported("an output of another scale");
  switch (operation.input(1).type) {
    case DataType::int32:
      return std::make_unique<Gather<std::int32_t>>(operation);
    case DataType::int64:
      return std::make_unique<Gather<std::int64_t>>(operation);
    default:
      operation.unsupported(std::string("indices of ") + graph::name_of(operation.input(1).type));
  }
}

}  // namespace takt::functional
