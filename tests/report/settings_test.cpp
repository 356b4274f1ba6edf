#include "sim/report/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/results/results_file.h"

namespace takt::report {
namespace {

TEST(SettingsTest, HaveValueMarkSourceAndOrigin) {
  const Settings settings = Settings::parse(
      "seed = 1  # scenario a.toml:5\n"
      "\n"
      "[npu]\n"
      "clock_hz = { value = 350, mark = \"estimated\", source = \"a # curve, mark = 2\" }  # preset soc/a.toml:4\n",
      "resolved.toml");
  ASSERT_EQ(settings.all().size(), 2U);
  EXPECT_EQ(settings.all()[0].path, "seed");
  EXPECT_EQ(settings.all()[0].origin, "scenario a.toml:5");
  const Setting& clock = settings.all()[1];
  EXPECT_EQ(clock.path, "npu.clock_hz");
  EXPECT_EQ(clock.value, "350");
  EXPECT_EQ(clock.mark, "estimated");
  EXPECT_EQ(clock.source, "a # curve, mark = 2");
  EXPECT_EQ(clock.origin, "preset soc/a.toml:4");
  EXPECT_EQ(settings.number("npu.clock_hz"), 350);
  EXPECT_EQ(settings.number("npu.none"), 0);
}

TEST(SettingsTest, CallTablesOfAnArrayByTheirNames) {
  const Settings settings = Settings::parse(
      "[[stream]]\nname = \"a = \\\"b\\\" # c\"\ndeadline_us = 5\n[[stream]]\nname = \"d\"\ndeadline_us = 6\n", "r");
  EXPECT_EQ(settings.number("stream.a = \"b\" # c.deadline_us"), 5);
  EXPECT_EQ(settings.number("stream.d.deadline_us"), 6);
  EXPECT_EQ(settings.text("stream.d.name"), "d");
}

TEST(SettingsTest, NameTheLineOfWhatIsNone) {
  try {
    Settings::parse("a = 1\nnonsense\n", "resolved.toml");
    FAIL();
  } catch (const results::ResultsFileError& error) {
    EXPECT_STREQ(error.what(), "resolved.toml:2: found 'nonsense', expected a key, '=' and its value");
  }
}

}  // namespace
}  // namespace takt::report
