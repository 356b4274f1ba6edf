#include "sim/results/value.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace takt::results {
namespace {

TEST(Value, DecimalsAreExactAndWithoutTrailingZeros) {
  EXPECT_EQ(to_text({0, 0}), "0");
  EXPECT_EQ(to_text({0, 6}), "0");
  EXPECT_EQ(to_text({1, 15}), "0.000000000000001");
  EXPECT_EQ(to_text({1500, 3}), "1.5");
  EXPECT_EQ(to_text({2000, 3}), "2");
  EXPECT_EQ(to_text({20, 0}), "20");
  // 2^64 * 10^9 does not fit 64 bits.
  EXPECT_EQ(to_text({static_cast<unsigned __int128>(~0ull) * 1000000000 + 5, 9}), "18446744073709551615.000000005");
}

TEST(Value, KeysAreSortedWhateverTheOrderOfAssignment) {
  Value a, b;
  a["x"] = 1u;
  a["b"] = "two";
  b["b"] = "two";
  b["x"] = 1u;
  EXPECT_EQ(a.json(), "{\n  \"b\": \"two\",\n  \"x\": 1\n}\n");
  EXPECT_EQ(a.json(), b.json());
}

TEST(Value, JsonIsReadBackByAnotherLibrary) {
  Value value;
  value["null"] = nullptr;
  value["yes"] = true;
  value["text"] = "quote \" backslash \\ line\n tab\t bell\x07 umlaut \xc3\xa4";
  value["number"] = std::uint64_t{18446744073709551615ull};
  value["decimal"] = Decimal{1250, 3};
  value["array"] = Value::Array{1u, "two", Value()};
  value["empty"]["array"] = Value::Array{};
  value["empty"]["object"] = Value::Object{};
  const nlohmann::json read = nlohmann::json::parse(value.json());
  EXPECT_TRUE(read["null"].is_null());
  EXPECT_EQ(read["yes"], true);
  EXPECT_EQ(read["text"], "quote \" backslash \\ line\n tab\t bell\x07 umlaut \xc3\xa4");
  EXPECT_EQ(read["number"], 18446744073709551615ull);
  EXPECT_EQ(read["decimal"], 1.25);
  EXPECT_EQ(read["array"], nlohmann::json({1, "two", nullptr}));
  EXPECT_EQ(read["empty"]["array"], nlohmann::json::array());
  EXPECT_EQ(read["empty"]["object"], nlohmann::json::object());
}

}  // namespace
}  // namespace takt::results
