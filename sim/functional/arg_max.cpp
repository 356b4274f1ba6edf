// The index of the largest element along an axis; of equal ones the first (arg_min_max.h).
#include <type_traits>

#include "sim/functional/elements.h"
#include "sim/functional/kernels.h"
#include "sim/functional/reals.h"

namespace takt::functional {

using graph::DataType;

namespace {

template <typename From, typename To>
class ArgMax final : public Kernel {
 public:
  explicit ArgMax(const Operation& operation) {
    const graph::Shape& shape = operation.input(0).shape;
    const auto axis = static_cast<std::size_t>(operation.op.axis);
    if (operation.op.axis < 0 || axis >= shape.size()) operation.unsupported("this axis");
    extent_ = static_cast<std::uint64_t>(shape[axis]);
    distance_ = distances_of(shape)[axis];
  }

  void run(const std::vector<Part>& inputs, const Region& region, std::uint8_t* out) const override {
    std::uint64_t done = 0;
    const auto distance = static_cast<std::uint64_t>(distance_);
    each_stretch(region, [&](std::uint64_t element, std::uint64_t count) {
      for (const std::uint64_t end = element + count; element < end; ++element) {
        const std::uint64_t first = element / distance * extent_ * distance + element % distance;
        put_element(out, done++, static_cast<To>(largest(inputs.at(0), first)));
      }
    });
  }

 private:
  using Number = std::conditional_t<std::is_integral_v<From>, From, float>;

  std::uint64_t largest(const Part& part, std::uint64_t first) const {
    std::uint64_t best = 0;
    Number value{};
    each_step(part, first, distance_, extent_, [&](std::uint64_t i, std::uint64_t place) {
      const auto x = static_cast<Number>(element_at<From>(part.data, place));
      if (i != 0 && x <= value) return;
      best = i;
      value = x;
    });
    return best;
  }

  std::uint64_t extent_;
  std::int64_t distance_;
};

template <typename From>
std::unique_ptr<Kernel> make_from(const Operation& operation) {
  switch (const DataType type = operation.output().type) {
    case DataType::int32:
      return std::make_unique<ArgMax<From, std::int32_t>>(operation);
    case DataType::int64:
      return std::make_unique<ArgMax<From, std::int64_t>>(operation);
    default:
      operation.unsupported(std::string("an output of ") + graph::name_of(type));
  }
}

}  // namespace

std::unique_ptr<Kernel> make_arg_max(const Operation& operation) {
  switch (const DataType type = operation.input(0).type) {
    case DataType::int8:
      return make_from<std::int8_t>(operation);
    case DataType::uint8:
      return make_from<std::uint8_t>(operation);
    case DataType::int16:
      return make_from<std::int16_t>(operation);
    case DataType::int32:
      return make_from<std::int32_t>(operation);
    case DataType::float16:
      return make_from<Half>(operation);
    case DataType::float32:
      return make_from<float>(operation);
    default:
      operation.unsupported(std::string("an input of ") + graph::name_of(type));
  }
}

}  // namespace takt::functional
