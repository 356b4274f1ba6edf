// Every key of results.json has its row; the schema made from the rows holds for what runs write, and for nothing else.
#include "sim/results/metric_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "sim/results/document.h"
#include "sim/results/results_file.h"
#include "sim/results/schema.h"
#include "tests/results/sample_run.h"
#include "tests/support/json_schema.h"

namespace takt::results {
namespace {

using testing::HasSubstr;

TEST(MetricTable, KnowsAFigureByItsPath) {
  std::string member;
  const Metric* latency = metric_of("streams[camera].latency_us.p99", &member);
  ASSERT_NE(latency, nullptr);
  EXPECT_EQ(member, "p99");
  EXPECT_EQ(latency->better, Better::lower);
  EXPECT_EQ(metric_of("streams[camera].throughput_per_s", &member)->better, Better::higher);
  EXPECT_EQ(member, "");
  EXPECT_EQ(metric_of("memory.initiators.npu_dma_in.latency_ns")->unit, "ns");
  EXPECT_EQ(metric_of("notes.streams[a].latency_us"), metric_of("notes.x"));
  EXPECT_EQ(metric_of("streams[camera].latency_us.p98"), nullptr);
  EXPECT_EQ(metric_of("nonsense"), nullptr);
}

TEST(MetricTable, FindsRowsByWhatTheirPathsEndWithOrHold) {
  ASSERT_EQ(metrics_called("wait_us").size(), 1u);
  EXPECT_EQ(plain_path(*metrics_called("wait_us.p50")[0]), "streams[*].wait_us");
  EXPECT_EQ(metrics_called("latency_us.p99").size(), 2u);  // of streams, of preemptions
  EXPECT_GT(metrics_called("utilization").size(), 3u);
  EXPECT_TRUE(metrics_called("nonsense").empty());
}

TEST(MetricTable, RowsAreDistinctAndComplete) {
  std::set<std::string> paths;
  for (const Metric& metric : metric_table()) {
    EXPECT_TRUE(paths.insert(plain_path(metric)).second) << metric.path;
    EXPECT_FALSE(metric.what.empty()) << metric.path;
    // A time, an energy and a rate say their unit in their name too.
    const std::string path = plain_path(metric);
    for (const auto& [end, unit] :
         {std::pair{"_us", "us"}, {"_ns", "ns"}, {"_mj", "mJ"}, {"_mw", "mW"}, {"_per_s", "1/s"}}) {
      if (testing::Value(path, testing::EndsWith(end))) {
        EXPECT_EQ(metric.unit, unit) << path;
      }
    }
  }
}

TEST(MetricTable, DescribesARow) {
  EXPECT_EQ(describe(*metric_of("cache.hit_rate")),
            "cache.hit_rate\n"
            "  hits among what may be in the cache; bypass does not count\n"
            "  formula    hit_bytes / (hit_bytes + miss_bytes)\n"
            "  unit       share\n"
            "  direction  higher is better\n"
            "  form       number\n"
            "  null where nothing went through the cache\n"
            "  only in runs that have it\n");
}

std::string wrong_with(const nlohmann::json& document) {
  static const test::JsonSchema schema(results_schema());
  return schema.wrong_with(document);
}

nlohmann::json sample(bool decides = false) {
  platform::RunRecord run = sample_run();
  run.streams[0].decides = decides;
  run.firmware_metrics = platform::FirmwareMetricsRecord{{}, 10, 3};
  for (const char* purpose : {"activations_out", "save", "restore", "refetch", "front_end"})
    run.npu.dma_bytes[purpose] = 0;
  return nlohmann::json::parse(results_document(run, {1, 2}).json());
}

TEST(Schema, HoldsForARun) {
  EXPECT_EQ(wrong_with(sample()), "");
  EXPECT_EQ(wrong_with(sample(true)), "");
}

TEST(Schema, RefusesOtherDocuments) {
  nlohmann::json unknown = sample(), missing = sample(), text = sample(), null = sample(), other = sample();
  unknown["npu"]["clok"] = 1;
  EXPECT_THAT(wrong_with(unknown), HasSubstr("clok"));
  missing["memory"].erase("bytes_read");
  EXPECT_THAT(wrong_with(missing), HasSubstr("bytes_read"));
  text["npu"]["commands"] = "many";
  EXPECT_NE(wrong_with(text), "");
  null["npu"]["macs"] = nullptr;
  EXPECT_NE(wrong_with(null), "");
  other["schema"] = "takt-results/2";
  EXPECT_NE(wrong_with(other), "");
}

}  // namespace
}  // namespace takt::results
