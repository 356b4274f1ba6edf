// Softmax of floating-point rows: exponentials, their sum and quotients in double precision, from first to last.
#include "sim/functional/elementary.h"
#include "sim/functional/reals.h"
#include "sim/functional/softmax.h"

namespace takt::functional {

namespace {

template <typename T>
class RealSoftmax final : public SoftmaxOfRows<T> {
 public:
  explicit RealSoftmax(const Operation& operation)
      : SoftmaxOfRows<T>(operation), beta_(static_cast<double>(operation.op.beta)) {}

 private:
  double exponential_of(T x, float largest) const {
    return exponential(beta_ * (static_cast<double>(static_cast<float>(x)) - static_cast<double>(largest)));
  }

  void run_row(const T* row, std::uint64_t depth, std::uint64_t first, std::uint64_t count, T* to) const override {
    auto largest = static_cast<float>(row[0]);
    for (std::uint64_t i = 1; i < depth; ++i)
      if (static_cast<float>(row[i]) > largest) largest = static_cast<float>(row[i]);
    double sum = 0;
    for (std::uint64_t i = 0; i < depth; ++i) sum += exponential_of(row[i], largest);
    for (std::uint64_t i = 0; i < count; ++i)
      to[i] = stored<T>(static_cast<float>(exponential_of(row[first + i], largest) / sum));
  }

  double beta_;
};

}  // namespace

std::unique_ptr<Kernel> make_softmax_of_reals(const Operation& operation) {
  check_last_axis(operation);
  return with_real(operation, [&](auto element) -> std::unique_ptr<Kernel> {
    return std::make_unique<RealSoftmax<decltype(element)>>(operation);
  });
}

}  // namespace takt::functional
