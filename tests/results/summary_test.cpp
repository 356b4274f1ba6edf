#include "sim/results/summary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/results/text_table.h"
#include "tests/results/sample_run.h"

namespace takt::results {
namespace {

using platform::RunRecord;
using testing::HasSubstr;
using testing::Not;

TEST(Summary, TableColumnsLineUp) {
  TextTable table({Align::left, Align::right});
  table.row({"name", "n"});
  table.row({"x", "1000"});
  EXPECT_EQ(table.text(), "name     n\nx     1000\n");
}

TEST(Summary, ShowsEveryStreamAndEveryBlock) {
  const std::string text = summary(sample_run());
  EXPECT_THAT(text, HasSubstr("sample on exynos-llw-like: fixed_priority firmware (native), fast, seed 7"));
  EXPECT_THAT(text,
              HasSubstr("camera  mobilenet_v2  realtime         4     4       0        0        0  25.0 %   2.000"));
  EXPECT_THAT(text, HasSubstr("llw 1.0 of 128.0 GB/s (busiest 10 us: 100.0), row hits 90.0 %, 100 ns"));
  EXPECT_THAT(text, HasSubstr("tensor 50.0 %, vector 10.0 %"));
  EXPECT_THAT(text, HasSubstr("every operator ran on the NPU"));
  EXPECT_THAT(text, HasSubstr("1000 mW (busiest 100 us: 2000 mW), 10.0 mJ: dram 50.0 %, npu.tensor 50.0 %"));
  EXPECT_THAT(text, HasSubstr("display   0.10 GB/s, 3 of 101 accesses late"));
  EXPECT_THAT(text, HasSubstr("rests on 1 estimated figure of the presets"));
}

// Four answers of 1 mJ each; 36 cents for 3.6 x 10^9 mJ.
TEST(Summary, EndsWithWhatAnAnswerToAPromptCosts) {
  RunRecord run = sample_run();
  EXPECT_EQ(answer_costs(run), "");
  run.tariff = 360000;
  run.streams[0].dram_bytes = 8000000;
  run.streams[0].tokens.emplace();
  EXPECT_EQ(answer_costs(run),
            "cost per answer of camera: 0.001 J, 2.0 MB of DRAM traffic, 0.003 s, "
            "0.0001 microdollars of electricity\n");
}

TEST(Summary, TellsWhatAnElfTakesOfItsMemory) {
  platform::RunRecord run = sample_run();
  EXPECT_THAT(summary(run), testing::Not(HasSubstr("\nelf ")));
  run.firmware_memory = platform::FirmwareMemoryRecord{1000, 20, 300, 5000, 0, std::nullopt};
  EXPECT_THAT(summary(run), HasSubstr("\nelf       text 1000, data 20, bss 300 of 5000 bytes\n"));
  run.firmware_memory = platform::FirmwareMemoryRecord{1000, 20, 300, 5000, 256, 64};
  EXPECT_THAT(summary(run), HasSubstr("bss 300 of 5000 bytes; stack 64 of 256\n"));
}

TEST(Summary, OperatorsTheNpuLacksAreNamedWithCountAndTime) {
  platform::RunRecord run = sample_run();
  run.fallback = {{"net", "RESIZE_BILINEAR", "up_1", 10, units::milliseconds(2)},
                  {"net", "RESIZE_BILINEAR", "up_2", 10, units::milliseconds(1)}};
  EXPECT_THAT(summary(run), HasSubstr("operators the NPU lacks: net RESIZE_BILINEAR x20 (3.000 ms)"));
}

TEST(Summary, ARunWithoutAnythingIsPrinted) {
  platform::RunRecord run;
  run.streams.resize(1);
  EXPECT_FALSE(summary(run).empty());
}

}  // namespace
}  // namespace takt::results
