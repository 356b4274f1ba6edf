// The generator against its published values, its logarithm and its exponential against long double.
#include "models/units/random.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <cmath>

namespace takt::units {
namespace {

// Rosetta Code, "Pseudo-random numbers/Splitmix64", from Vigna's reference program.
TEST(Random, GivesTheReferenceProgramsNumbers) {
  Random random(1234567);
  for (const std::uint64_t expected : {6457827717110365317ull, 3203168211198807973ull, 9817491932198370423ull,
                                       4593380528125082431ull, 16408922859458223821ull})
    EXPECT_EQ(random.next(), expected);
}

TEST(Random, BelowIsUniform) {
  constexpr std::uint64_t bins = 10, draws = 100000;
  std::array<std::uint64_t, bins> count{};
  Random random(7);
  for (std::uint64_t i = 0; i < draws; ++i) ++count[random.below(bins)];
  double chi_squared = 0;
  for (const std::uint64_t n : count)
    chi_squared += std::pow(static_cast<double>(n) - draws / bins, 2) / (draws / bins);
  EXPECT_LT(chi_squared, 27.88);  // 9 degrees of freedom, 99.9 %
}

RC_GTEST_PROP(Random, BelowStaysBelow, (std::uint64_t seed)) {
  const auto n = *rc::gen::inRange<std::uint64_t>(1, ~std::uint64_t{0});
  Random random(seed);
  RC_ASSERT(random.below(n) < n);
}

TEST(Random, BelowOneIsZero) { EXPECT_EQ(Random(3).below(1), 0u); }

TEST(Log2, IsExactForPowersOfTwo) {
  for (std::uint64_t n = 0; n < 64; ++n) EXPECT_EQ(log2_q32(std::uint64_t{1} << n), n << 32);
}

// Squaring drops bits of the mantissa: each of 32 steps may lose less than 2^-62 of it, doubled by every later one.
RC_GTEST_PROP(Log2, IsTheLogarithmRoundedDown, ()) {
  const auto shift = *rc::gen::inRange(0, 63);
  const std::uint64_t x = (*rc::gen::arbitrary<std::uint64_t>() >> shift) | 1;
  const long double exact = std::log2(static_cast<long double>(x)) * 4294967296.0L;
  const auto result = static_cast<long double>(log2_q32(x));
  RC_ASSERT(result <= exact + 0.001L);
  RC_ASSERT(result > exact - 1.001L);
}

// Both the logarithm's last place and ln 2's: 2^-32 each of 64 at most, so 2^-31 of the mean, and the picosecond.
RC_GTEST_PROP(Exponential, IsTheLogarithmOfItsDraw, (std::uint64_t seed)) {
  const Time mean(*rc::gen::inRange<std::uint64_t>(1, 1000000000000));
  Random draw(seed), same(seed);
  const long double u = std::ldexp(static_cast<long double>(draw.next() | 1), -64);
  const long double exact = -std::log(u) * static_cast<long double>(mean.value);
  const auto result = static_cast<long double>(exponential(same, mean).value);
  RC_ASSERT(std::fabs(result - exact) <= std::ldexp(static_cast<long double>(mean.value), -31) + 1);
}

}  // namespace
}  // namespace takt::units
