// The logistic function and the hyperbolic tangent of int16 by a table with lines between its steps
// (integer_ops/logistic.h, tanh.h; Log2, multipliers and shifts of activations.cc).
#include <array>
#include <cmath>

#include "sim/functional/elementwise.h"
#include "sim/functional/kernels.h"

namespace takt::functional {

using graph::OpKind;

namespace {

// The logistic function of 24ths, in 2^-16: those of the reference, which are not the nearest ones everywhere.
constexpr std::array<std::uint16_t, 256> logistic_of_24ths = {
    32768, 33451, 34133, 34813, 35493, 36169, 36843, 37513, 38180, 38841, 39498, 40149, 40794, 41432, 42064, 42688,
    43304, 43912, 44511, 45102, 45683, 46255, 46817, 47369, 47911, 48443, 48964, 49475, 49975, 50464, 50942, 51409,
    51865, 52311, 52745, 53169, 53581, 53983, 54374, 54755, 55125, 55485, 55834, 56174, 56503, 56823, 57133, 57433,
    57724, 58007, 58280, 58544, 58800, 59048, 59288, 59519, 59743, 59959, 60168, 60370, 60565, 60753, 60935, 61110,
    61279, 61441, 61599, 61750, 61896, 62036, 62172, 62302, 62428, 62549, 62666, 62778, 62886, 62990, 63090, 63186,
    63279, 63368, 63454, 63536, 63615, 63691, 63765, 63835, 63903, 63968, 64030, 64090, 64148, 64204, 64257, 64308,
    64357, 64405, 64450, 64494, 64536, 64576, 64614, 64652, 64687, 64721, 64754, 64786, 64816, 64845, 64873, 64900,
    64926, 64950, 64974, 64997, 65019, 65039, 65060, 65079, 65097, 65115, 65132, 65149, 65164, 65179, 65194, 65208,
    65221, 65234, 65246, 65258, 65269, 65280, 65291, 65301, 65310, 65319, 65328, 65337, 65345, 65352, 65360, 65367,
    65374, 65381, 65387, 65393, 65399, 65404, 65410, 65415, 65420, 65425, 65429, 65433, 65438, 65442, 65445, 65449,
    65453, 65456, 65459, 65462, 65465, 65468, 65471, 65474, 65476, 65479, 65481, 65483, 65485, 65488, 65489, 65491,
    65493, 65495, 65497, 65498, 65500, 65501, 65503, 65504, 65505, 65507, 65508, 65509, 65510, 65511, 65512, 65513,
    65514, 65515, 65516, 65517, 65517, 65518, 65519, 65520, 65520, 65521, 65522, 65522, 65523, 65523, 65524, 65524,
    65525, 65525, 65526, 65526, 65526, 65527, 65527, 65528, 65528, 65528, 65529, 65529, 65529, 65529, 65530, 65530,
    65530, 65530, 65531, 65531, 65531, 65531, 65531, 65532, 65532, 65532, 65532, 65532, 65532, 65533, 65533, 65533,
    65533, 65533, 65533, 65533, 65533, 65534, 65534, 65534, 65534, 65534, 65534, 65534, 65534, 65534, 65534, 65535,
};

// x in the unit of the tables' arguments: the input's scale as a third of 2^-12.
struct Argument {
  std::int32_t factor = 0;
  int shift = 0;

  std::int32_t operator()(std::int32_t x) const {
    const std::int32_t half = shift > 0 ? 1 << (shift - 1) : 0;
    return (x * factor + half) >> shift;
  }
};

// A scale of 2^-12, for tanh also one of 2^-11, is taken as such where it is about that.
Argument argument_of(const Operation& operation) {
  const float scale = operation.scale(operation.input(0));
  const float power = std::log(scale) * (1.0F / std::log(2.0F)), whole = std::round(power);
  const int raised = 12 + static_cast<int>(whole), most = operation.op.kind == OpKind::tanh ? 1 : 0;
  if (std::abs(power - whole) < 1e-3F && raised >= 0 && raised <= most) return {3 << raised, 0};
  double factor = static_cast<double>(scale) * 4096 * 3;
  if (factor >= 65536) operation.unsupported("an input of scale 16/3 and more");
  int shift = 0;
  for (; factor <= 32767.0 / 2 && shift <= 30; ++shift) factor *= 2;
  return {static_cast<std::int32_t>(factor), shift};
}

// The table's value at |x| between steps of 2^bits, times 2^bits; `most` from its last on.
std::int32_t interpolated(std::int32_t x, int bits, std::int32_t most) {
  const auto magnitude = static_cast<std::uint32_t>(std::abs(x)), step = magnitude >> bits;
  if (step >= logistic_of_24ths.size() - 1) return most;
  const std::int32_t low = logistic_of_24ths[step], high = logistic_of_24ths[step + 1];
  const auto rest = static_cast<std::int32_t>(magnitude & ((1U << bits) - 1));
  return (low << bits) + rest * (high - low);
}

// Below 0 the functions are mirrored, and ties rounded the other way.
std::int32_t logistic_of(std::int32_t x) {
  const std::int32_t upper = interpolated(x, 9, 0x7FFF << 10), half = 1 << 9;
  return (x >= 0 ? upper + half : (1 << 25) - upper + half - 1) >> 10;
}

std::int32_t tanh_of(std::int32_t x) {
  const std::int32_t upper = interpolated(x, 8, 0xFFFF << 8) - (1 << 23), half = 1 << 7;
  return (x >= 0 ? upper + half : half - 1 - upper) >> 8;
}

}  // namespace

std::unique_ptr<Kernel> make_int16_sigmoid(const Operation& operation) {
  expect_activations(operation, Activations::of_16_bits_too);
  if (operation.scale(operation.output()) != 1.0F / 32768)
    operation.unsupported("an output of other than scale 1/32768");
  const auto function = operation.op.kind == OpKind::tanh ? tanh_of : logistic_of;
  return of_integers(operation,
                     [function, argument = argument_of(operation)](std::int32_t x) { return function(argument(x)); });
}

}  // namespace takt::functional
