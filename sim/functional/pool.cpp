// Averages and maxima over windows (reference/pooling.h, integer_ops/pooling.h; ONNX Runtime's QLinearAveragePool).
#include <algorithm>
#include <limits>
#include <string>

#include "sim/functional/kernels.h"
#include "sim/functional/quantization.h"
#include "sim/functional/reals.h"
#include "sim/functional/window.h"

namespace takt::functional {

using graph::DataType;
using graph::OpKind;

namespace {

std::uint64_t u(std::int64_t x) { return static_cast<std::uint64_t>(x); }

void check_spans(const Operation& operation, const Axis& axis, std::int64_t outputs) {
  for (std::int64_t at = 0; at < outputs; ++at)
    if (axis.span(at).taps() == 0) operation.unsupported("a window without elements");
}

Window checked_window(const Operation& operation) {
  Window window = Window::of(operation);
  window.rows.dilation = operation.op.dilation_h;
  window.columns.dilation = operation.op.dilation_w;
  if (operation.output().type != operation.input(0).type)
    operation.unsupported(std::string("an output of ") + graph::name_of(operation.output().type) +
                          " from an input of " + graph::name_of(operation.input(0).type));
  if (window.channels != window.out_channels) operation.unsupported("an output of other channels");
  check_spans(operation, window.rows, window.out_height);
  check_spans(operation, window.columns, window.out_width);
  return window;
}

// What a pool of either kind knows before a run. Sums of TensorFlow Lite's averages, and extremes, are integers.
struct Integers {
  using Sum = std::int32_t;

  explicit Integers(const Operation& operation)
      : window(checked_window(operation)), bounds(operation.bounds()), largest(operation.op.kind == OpKind::max_pool) {
    if (operation.op.counts_padding) operation.unsupported("an average over the padding");
  }

  std::int32_t start() const { return largest ? std::numeric_limits<std::int32_t>::min() : 0; }

  template <typename T>
  void add(const T* from, std::size_t count, std::int32_t* sums) const {
    if (largest)
      for (std::size_t i = 0; i < count; ++i) sums[i] = std::max<std::int32_t>(sums[i], from[i]);
    else
      for (std::size_t i = 0; i < count; ++i) sums[i] += from[i];
  }

  // Averages are rounded to the nearest, ties away from zero.
  template <typename T>
  void write(const std::int32_t* sums, std::size_t count, std::int64_t elements, T* to) const {
    const auto divisor = static_cast<std::int32_t>(elements);
    for (std::size_t i = 0; i < count; ++i) {
      const std::int32_t half = sums[i] > 0 ? divisor / 2 : -(divisor / 2);
      to[i] = static_cast<T>(std::clamp(largest ? sums[i] : (sums[i] + half) / divisor, bounds.low, bounds.high));
    }
  }

  Window window;
  Bounds bounds;
  bool largest;
};

// ONNX Runtime's averages are sums of real numbers, row by row.
struct Dequantized {
  using Sum = float;

  explicit Dequantized(const Operation& operation)
      : window(checked_window(operation)),
        from(Quantization::of_input(operation, 0)),
        to(Quantization::of_output(operation)),
        counted(operation.op.counts_padding ? window.taps() : 0) {}

  static Sum start() { return 0; }

  template <typename T>
  void add(const T* values, std::size_t count, Sum* sums) const {
    for (std::size_t i = 0; i < count; ++i) sums[i] += from.value(values[i]);
  }

  // The zero point is added before the rounding.
  template <typename T>
  void write(const Sum* sums, std::size_t count, std::int64_t elements, T* out) const {
    const auto divisor = static_cast<float>(counted != 0 ? counted : elements);
    const auto low = static_cast<float>(to.bounds.low), high = static_cast<float>(to.bounds.high);
    for (std::size_t i = 0; i < count; ++i) {
      const float code = sums[i] / divisor / to.scale + static_cast<float>(to.zero);
      out[i] = static_cast<T>(nearest_even(std::min(std::max(code, low), high)));
    }
  }

  Window window;
  Quantization from, to;
  std::int64_t counted;  // elements of a window, where those outside the input count; else 0
};

// Of floating-point elements. The largest of a window with what is no number is none.
struct Reals {
  using Sum = float;

  explicit Reals(const Operation& operation)
      : window(checked_window(operation)),
        limits(limits_of(operation)),
        largest(operation.op.kind == OpKind::max_pool),
        counted(operation.op.counts_padding ? window.taps() : 0) {}

  Sum start() const { return largest ? -std::numeric_limits<float>::infinity() : 0; }

  template <typename T>
  void add(const T* values, std::size_t count, Sum* sums) const {
    for (std::size_t i = 0; i < count; ++i) {
      const auto value = static_cast<float>(values[i]);
      sums[i] = !largest ? sums[i] + value : value > sums[i] || value != value ? value : sums[i];
    }
  }

  template <typename T>
  void write(const Sum* sums, std::size_t count, std::int64_t elements, T* out) const {
    const auto divisor = static_cast<float>(largest ? 1 : counted != 0 ? counted : elements);
    for (std::size_t i = 0; i < count; ++i) out[i] = stored<T>(limits(sums[i] / divisor));
  }

  Window window;
  Limits limits;
  bool largest;
  std::int64_t counted;  // elements of a window, where those outside the input count; else 0
};

template <typename T, typename Plan>
class Pool final : public Kernel {
 public:
  explicit Pool(const Operation& operation) : plan_(operation) {}

  void run(const std::vector<Part>& inputs, const Region& region, std::uint8_t* out) const override {
    const Window& window = plan_.window;
    const Block block = block_of(region, u(window.channels));
    WindowRows<T> rows(window, inputs[0], static_cast<std::int64_t>(block.first),
                       static_cast<std::int64_t>(block.channels()));
    Sums sums(block.channels());
    auto* to = reinterpret_cast<T*>(out);
    each_row(block, window, [&](std::int64_t image, std::int64_t y, std::int64_t begin, std::int64_t end) {
      rows.move(image, y, begin, end);
      for (std::int64_t x = begin; x < end; ++x, to += block.channels()) run_window(rows, x, sums, to);
    });
  }

 private:
  using Sums = std::vector<typename Plan::Sum>;

  void run_window(const WindowRows<T>& rows, std::int64_t x, Sums& sums, T* to) const {
    const Span &down = rows.span(), across = plan_.window.columns.span(x);
    std::fill(sums.begin(), sums.end(), plan_.start());
    for (std::int64_t ky = down.first; ky < down.end; ++ky)
      for (std::int64_t column = 0; column < across.taps(); ++column)
        plan_.add(rows.at(ky, across.from + column * plan_.window.columns.dilation), sums.size(), sums.data());
    plan_.write(sums.data(), sums.size(), down.taps() * across.taps(), to);
  }

  Plan plan_;
};

// Windows over the whole height: a row of sums for each image, to which every row of the input adds.
template <typename T, typename Plan>
class PoolReduction final : public Reduction {
 public:
  explicit PoolReduction(const Operation& operation) : plan_(operation), elements_(operation.input(0).elements()) {
    const Window& window = plan_.window;
    if (window.rows.dilation != 1 || window.columns.dilation != 1) operation.unsupported("row by row a dilated pool");
    if (window.out_height != 1 || window.rows.span(0).taps() != window.rows.extent)
      operation.unsupported("row by row a pool whose window does not cover the height");
    sums_.resize(operation.output().elements());
    clear();
  }

  void clear() override {
    std::fill(sums_.begin(), sums_.end(), plan_.start());
    added_ = 0;
  }

  void add(const Part& part) override {
    each_stretch(part.region, [&](std::uint64_t element, std::uint64_t count) {
      const T* from = elements_of<T>(part) + part.run(element, count);
      each_piece(element, count, u(plan_.window.channels), [&](std::uint64_t at, std::uint64_t channels) {
        add_pixel(at, channels, from);
        from += channels;
      });
    });
    added_ += part.region.elements();
  }

  void finish(std::uint8_t* out) const override {
    if (added_ != elements_)
      throw Absent(std::to_string(added_) + " of " + std::to_string(elements_) + " elements were added");
    const Window& window = plan_.window;
    auto* to = reinterpret_cast<T*>(out);
    const auto channels = u(window.channels);
    for (std::uint64_t pixel = 0; pixel < sums_.size() / channels; ++pixel) {
      const std::int64_t taps = window.columns.span(static_cast<std::int64_t>(pixel) % window.out_width).taps();
      plan_.write(&sums_[pixel * channels], channels, window.rows.extent * taps, to + pixel * channels);
    }
  }

 private:
  // To the windows [first, last] that meet the pixel's column.
  void add_pixel(std::uint64_t element, std::uint64_t count, const T* from) {
    const Window& window = plan_.window;
    const auto channels = u(window.channels);
    const auto pixel = static_cast<std::int64_t>(element / channels);
    const std::int64_t image = pixel / (window.rows.extent * window.columns.extent);
    const std::int64_t padded = pixel % window.columns.extent + window.columns.before;
    const std::int64_t beyond = padded - window.columns.kernel;  // windows that begin here and before have ended
    const std::int64_t first = beyond < 0 ? 0 : beyond / window.columns.stride + 1;
    const std::int64_t last = std::min(padded / window.columns.stride, window.out_width - 1);
    for (std::int64_t x = first; x <= last; ++x)
      plan_.add(from, count, &sums_[u(image * window.out_width + x) * channels + element % channels]);
  }

  Plan plan_;
  std::uint64_t elements_, added_ = 0;
  std::vector<typename Plan::Sum> sums_;  // one for each element of the output
};

// A Make<T, Plan> after the type of the input.
template <typename Made, template <typename, typename> class Make, typename Plan>
std::unique_ptr<Made> make_of_plan(const Operation& operation) {
  switch (operation.input(0).type) {
    case DataType::int8:
      return std::make_unique<Make<std::int8_t, Plan>>(operation);
    case DataType::uint8:
      return std::make_unique<Make<std::uint8_t, Plan>>(operation);
    case DataType::int16:
      return std::make_unique<Make<std::int16_t, Plan>>(operation);
    default:
      operation.unsupported(std::string("an input of ") + graph::name_of(operation.input(0).type));
  }
}

template <typename Made, template <typename, typename> class Make>
std::unique_ptr<Made> make_of_type(const Operation& operation) {
  if (operation.input(0).type == DataType::float16) return std::make_unique<Make<Half, Reals>>(operation);
  if (operation.input(0).type == DataType::float32) return std::make_unique<Make<float, Reals>>(operation);
  const bool dequantized = operation.follows_onnx() && operation.op.kind == OpKind::average_pool;
  return dequantized ? make_of_plan<Made, Make, Dequantized>(operation) : make_of_plan<Made, Make, Integers>(operation);
}

}  // namespace

std::unique_ptr<Kernel> make_pool(const Operation& operation) { return make_of_type<Kernel, Pool>(operation); }

std::unique_ptr<Reduction> make_pool_reduction(const Operation& operation) {
  return make_of_type<Reduction, PoolReduction>(operation);
}

}  // namespace takt::functional
