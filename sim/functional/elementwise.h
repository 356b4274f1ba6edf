// Kernels of one operand whose output elements depend on the input element of the same number alone.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sim/functional/elements.h"
#include "sim/functional/reals.h"

namespace takt::functional {

// An output element depends on the input element of its number alone.
class Elementwise : public Kernel {
 public:
  Elementwise(std::uint64_t from_bytes, std::uint64_t to_bytes) : from_bytes_(from_bytes), to_bytes_(to_bytes) {}

  void run(const std::vector<Part>& inputs, const Region& region, std::uint8_t* out) const override {
    const Part& part = inputs.at(0);
    if (part.data != nullptr && is_same(part.region, region)) {
      convert(part.data, region.elements(), out);
      return;
    }
    each_stretch(region, [&](std::uint64_t element, std::uint64_t count) {
      convert(part.data + run_in(part, element, count) * from_bytes_, count, out);
      out += count * to_bytes_;
    });
  }

 private:
  virtual void convert(const std::uint8_t* from, std::uint64_t count, std::uint8_t* to) const = 0;

  std::uint64_t from_bytes_, to_bytes_;
};

class Copy final : public Elementwise {
 public:
  explicit Copy(std::uint64_t element_bytes) : Elementwise(element_bytes, element_bytes), bytes_(element_bytes) {}

 private:
  void convert(const std::uint8_t* from, std::uint64_t count, std::uint8_t* to) const override {
    std::memcpy(to, from, count * bytes_);
  }

  std::uint64_t bytes_;
};

template <typename From, typename Result>
using Function = std::function<Result(From)>;

template <typename From, typename To, typename Result>
class Tabulated final : public Elementwise {
 public:
  explicit Tabulated(const Function<std::int32_t, Result>& function) : Elementwise(sizeof(From), sizeof(To)) {
    for (std::size_t code = 0; code < table_.size(); ++code)
      table_[code] = static_cast<To>(function(static_cast<From>(code)));
  }

 private:
  void convert(const std::uint8_t* from, std::uint64_t count, std::uint8_t* to) const override {
    for (std::uint64_t i = 0; i < count; ++i) put_element(to, i, table_[from[i]]);
  }

  std::array<To, 256> table_;
};

template <typename From, typename To, typename Argument, typename Result>
class Computed final : public Elementwise {
 public:
  explicit Computed(Function<Argument, Result> function)
      : Elementwise(sizeof(From), sizeof(To)), function_(std::move(function)) {}

 private:
  void convert(const std::uint8_t* from, std::uint64_t count, std::uint8_t* to) const override {
    for (std::uint64_t i = 0; i < count; ++i)
      put_element(to, i, static_cast<To>(function_(static_cast<Argument>(element_at<From>(from, i)))));
  }

  Function<Argument, Result> function_;
};

template <typename To, typename Result>
std::unique_ptr<Kernel> from_integers(const Operation& operation, const Function<std::int32_t, Result>& function) {
  switch (const graph::DataType type = operation.input(0).type) {
    case graph::DataType::int8:
      return std::make_unique<Tabulated<std::int8_t, To, Result>>(function);
    case graph::DataType::uint8:
      return std::make_unique<Tabulated<std::uint8_t, To, Result>>(function);
    case graph::DataType::int16:
      return std::make_unique<Computed<std::int16_t, To, std::int32_t, Result>>(function);
    case graph::DataType::int32:
      return std::make_unique<Computed<std::int32_t, To, std::int32_t, Result>>(function);
    default:
      operation.unsupported(std::string("an input of ") + graph::name_of(type));
  }
}

// Calls make(element), an element of the output's type.
template <typename Make>
std::unique_ptr<Kernel> to_integers(const Operation& operation, const Make& make) {
  switch (const graph::DataType type = operation.output().type) {
    case graph::DataType::int8:
      return make(std::int8_t{});
    case graph::DataType::uint8:
      return make(std::uint8_t{});
    case graph::DataType::int16:
      return make(std::int16_t{});
    case graph::DataType::int32:
      return make(std::int32_t{});
    default:
      operation.unsupported(std::string("an output of ") + graph::name_of(type));
  }
}

inline std::unique_ptr<Kernel> of_integers(const Operation& operation,
                                           const Function<std::int32_t, std::int32_t>& function) {
  return to_integers(operation, [&](auto element) { return from_integers<decltype(element)>(operation, function); });
}

// To a floating-point type.
inline std::unique_ptr<Kernel> to_reals(const Operation& operation, const Function<std::int32_t, float>& function) {
  const graph::DataType to = operation.output().type;
  if (!is_real(to)) operation.unsupported(std::string("an output of ") + graph::name_of(to));
  return to == graph::DataType::float16 ? from_integers<Half, float>(operation, function)
                                        : from_integers<float, float>(operation, function);
}

inline std::unique_ptr<Kernel> of_floats(const Operation& operation, const Function<float, std::int32_t>& function) {
  return to_integers(operation, [&](auto element) -> std::unique_ptr<Kernel> {
    if (operation.input(0).type == graph::DataType::float16)
      return std::make_unique<Computed<Half, decltype(element), float, std::int32_t>>(function);
    return std::make_unique<Computed<float, decltype(element), float, std::int32_t>>(function);
  });
}

}  // namespace takt::functional
