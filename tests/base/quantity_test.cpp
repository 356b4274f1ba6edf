// Integer arithmetic of the units.
#include "models/units/quantity.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace takt::units {
namespace {

using Wide = unsigned __int128;

constexpr std::uint64_t largest = ~std::uint64_t{0};

TEST(Quantity, DividingRoundsUpWithoutOverflow) {
  EXPECT_EQ(ceil_div(0, 7), 0u);
  EXPECT_EQ(ceil_div(7, 7), 1u);
  EXPECT_EQ(ceil_div(8, 7), 2u);
  EXPECT_EQ(ceil_div(largest, 2), (largest >> 1) + 1);
}

TEST(Quantity, SubtractionStopsAtZeroWhereAskedTo) {
  EXPECT_EQ(saturating_sub(Time(3), Time(5)), Time(0));
  EXPECT_EQ(saturating_sub(Time(5), Time(3)), Time(2));
}

TEST(Quantity, UnitsOfTimeAreExact) {
  EXPECT_EQ(nanoseconds(1), Time(1000));
  EXPECT_EQ(microseconds(1), Time(1000000));
  EXPECT_EQ(milliseconds(1), Time(1000000000));
}

TEST(Quantity, NeverIsLaterThanEverything) {
  EXPECT_EQ(min(never(), milliseconds(1)), milliseconds(1));
  EXPECT_EQ(max(never(), milliseconds(1)), never());
}

// Products that exceed 64 bits do not lose their upper half.
RC_GTEST_PROP(Quantity, AProductIsDividedExactly, (std::uint64_t a, std::uint32_t b)) {
  const auto c = *rc::gen::inRange<std::uint64_t>(b + std::uint64_t{1}, std::uint64_t{1} << 33);
  const Wide product = Wide{a} * b;
  RC_ASSERT(mul_div(a, b, c) == static_cast<std::uint64_t>(product / c));
  RC_ASSERT(mul_div_ceil(a, b, c) == static_cast<std::uint64_t>(product / c + (product % c != 0 ? 1 : 0)));
}

}  // namespace
}  // namespace takt::units
