// Decimals become integers exactly: every expected value is written out by hand.
#include "sim/config/decimal.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace takt::config {
namespace {

constexpr std::uint64_t million = 1000000;

struct Row {
  const char* text;
  std::uint64_t unit;
  DecimalStatus status;
  std::uint64_t value;
};

TEST(Decimal, IsExactInTheStoredUnit) {
  const Row rows[] = {
      {"0.20", million, DecimalStatus::ok, 200000},  // 0.20 pJ in attojoules; 0.2 has no exact binary fraction
      {"0.1", million, DecimalStatus::ok, 100000},
      {"0.000001", million, DecimalStatus::ok, 1},
      {"1.6", million, DecimalStatus::ok, 1600000},
      {"522", million, DecimalStatus::ok, 522000000},
      {"11.25", 1000, DecimalStatus::ok, 11250},  // ns in ps
      {"3.75", 1000, DecimalStatus::ok, 3750},
      {"0.5", 1024, DecimalStatus::ok, 512},  // KiB in bytes
      {"1e3", 1, DecimalStatus::ok, 1000},
      {"1.5e3", 1, DecimalStatus::ok, 1500},
      {"25e-1", 1000, DecimalStatus::ok, 2500},
      {"1_200_000_000", 1, DecimalStatus::ok, 1200000000},
      {"0x8_0000_0000", 1, DecimalStatus::ok, 34359738368},
      {"0b101", 1, DecimalStatus::ok, 5},
      {"0o17", 1, DecimalStatus::ok, 15},
      {"+7", 1, DecimalStatus::ok, 7},
      {"-0", 1, DecimalStatus::ok, 0},
      {"18446744073709551615", 1, DecimalStatus::too_large, 0},  // 20 digits: above what TOML itself can hold
      {"9223372036854775807", 1, DecimalStatus::ok, 9223372036854775807},
      {"20000000000000", million, DecimalStatus::too_large, 0},  // 2e19 > 2^64
      {"1e30", 1, DecimalStatus::too_large, 0},
      {"0.0000001", million, DecimalStatus::too_fine, 0},
      {"1.5", 1, DecimalStatus::too_fine, 0},
      {"0.3", 1024, DecimalStatus::too_fine, 0},
      {"-1", 1, DecimalStatus::negative, 0},
      {"-0.5", million, DecimalStatus::negative, 0},
  };
  for (const Row& row : rows) {
    const DecimalResult r = parse_decimal(row.text, row.unit);
    EXPECT_EQ(static_cast<int>(r.status), static_cast<int>(row.status)) << row.text;
    EXPECT_EQ(r.value, row.value) << row.text;
  }
}

TEST(Decimal, RefusesWhatIsNoNumber) {
  for (const char* text : {"",   "abc", "1.",  ".5",  "1e",  "1e+", "1..2",   "0x",    "0xg", "0b2", "_1",
                           "1_", "1 2", "nan", "inf", "--1", "+-1", "1e1000", "0x1.5", "1,5", "12ns"}) {
    EXPECT_EQ(static_cast<int>(parse_decimal(text, 1).status), static_cast<int>(DecimalStatus::not_a_number)) << text;
  }
}

TEST(Decimal, PrintsTheShortestForm) {
  EXPECT_EQ(format_decimal(200000, million), "0.2");
  EXPECT_EQ(format_decimal(522000000, million), "522");
  EXPECT_EQ(format_decimal(1, million), "0.000001");
  EXPECT_EQ(format_decimal(11250, 1000), "11.25");
  EXPECT_EQ(format_decimal(512, 1024), "0.5");
  EXPECT_EQ(format_decimal(1, 1024), "0.0009765625");
  EXPECT_EQ(format_decimal(0, 1000), "0");
  EXPECT_EQ(format_decimal(42, 1), "42");
}

RC_GTEST_PROP(Decimal, PrintedAndReadAgainIsTheSame, (std::uint32_t value)) {
  for (const std::uint64_t unit : {std::uint64_t{1}, std::uint64_t{1000}, million, std::uint64_t{1024}}) {
    const DecimalResult r = parse_decimal(format_decimal(value, unit), unit);
    RC_ASSERT(r.status == DecimalStatus::ok);
    RC_ASSERT(r.value == value);
  }
}

}  // namespace
}  // namespace takt::config
