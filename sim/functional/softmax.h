// What all softmaxes have in common: whole rows of numbers, of which a region asks parts.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "sim/functional/elements.h"
#include "sim/functional/kernels.h"
#include "sim/functional/reals.h"

namespace takt::functional {

inline void check_last_axis(const Operation& operation) {
  const graph::Tensor& in = operation.input(0);
  if (in.shape.empty() || static_cast<std::size_t>(operation.op.axis) + 1 != in.shape.size())
    operation.unsupported("an axis other than the last");
}

// Unsupported but for one type of those allowed, along the last axis.
inline void check_softmax(const Operation& operation, Activations allowed) {
  expect_activations(operation, allowed);
  check_last_axis(operation);
}

template <typename T, typename To = T>
class SoftmaxOfRows : public Kernel {
 public:
  explicit SoftmaxOfRows(const Operation& operation)
      : depth_(static_cast<std::uint64_t>(operation.input(0).shape.back())),
        causal_(static_cast<std::uint64_t>(operation.op.causal)),
        nothing_(is_real(operation.output().type) ? To{} : static_cast<To>(Operation::zero(operation.output()))) {}

  void run(const std::vector<Part>& inputs, const Region& region, std::uint8_t* out) const final {
    auto* to = reinterpret_cast<To*>(out);
    each_stretch(region, [&](std::uint64_t begin, std::uint64_t length) {
      each_piece(begin, length, depth_, [&](std::uint64_t element, std::uint64_t count) {
        const std::uint64_t within = element % depth_;
        const T* row = elements_of<T>(inputs[0]) + inputs[0].run(element - within, depth_);
        if (causal_ == 0)
          run_row(row, depth_, within, count, to);
        else
          run_masked(row, element / depth_ % causal_ + 1, within, count, to);
        to += count;
      });
    });
  }

 protected:
  std::uint64_t depth() const { return depth_; }

 private:
  // Elements [first, first + count) of the quotients of a whole row of `depth`.
  virtual void run_row(const T* row, std::uint64_t depth, std::uint64_t first, std::uint64_t count, To* to) const = 0;

  // Of the row's first `causal_` elements only the first `seen` are there (graph::Op::causal).
  void run_masked(const T* row, std::uint64_t seen, std::uint64_t first, std::uint64_t count, To* to) const {
    std::vector<T> there(row, row + seen);
    there.insert(there.end(), row + causal_, row + depth_);
    std::vector<To> quotients(there.size());
    run_row(there.data(), there.size(), 0, there.size(), quotients.data());
    const auto second = quotients.begin() + static_cast<std::ptrdiff_t>(seen);
    quotients.insert(second, causal_ - seen, nothing_);
    std::copy_n(quotients.begin() + static_cast<std::ptrdiff_t>(first), count, to);
  }

  std::uint64_t depth_, causal_;
  To nothing_;
};

}  // namespace takt::functional
