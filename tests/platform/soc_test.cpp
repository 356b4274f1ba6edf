// Every SoC that ships runs a network, and no resource of it does more than its peak.
#include <gtest/gtest.h>

#include "sim/graph/graph.h"
#include "sim/zoo/zoo.h"
#include "tests/platform/simulate.h"

namespace takt::platform::test {
namespace {

constexpr const char* network = "squeezenet1_1";
constexpr std::uint64_t requests = 2;

std::vector<std::string> names() {
  std::vector<std::string> result;
  for (const config::PresetName& preset : config::list_socs()) result.push_back(preset.name);
  return result;
}

class EverySoc : public ::testing::TestWithParam<std::string> {};

TEST_P(EverySoc, RunsANetworkWithinItsPeaks) {
  const config::Scenario s = alone(network, GetParam(), requests);
  const RunRecord record = run(s);
  ASSERT_EQ(record.streams.at(0).requests.size(), requests);
  const std::uint64_t macs = graph::macs_of(zoo::build(network));
  EXPECT_EQ(record.npu.useful_macs, macs * requests);
  const npu::Config& npu = s.config.soc.npu;
  const npu::Tensor& t = npu.tensor;
  const double macs_per_second = static_cast<double>(t.tile_rows) * t.tile_k * t.tile_columns / t.cycles_w8a8 *
                                 static_cast<double>(npu.clock_hz) * npu.cores;
  for (const RequestRecord& request : record.streams[0].requests) {
    EXPECT_EQ(request.status, RequestStatus::completed);
    EXPECT_GT(static_cast<double>((request.finished - request.submitted).value) / 1e12,
              static_cast<double>(macs) / macs_per_second);
  }
  for (const MemoryRecord& memory : record.memory.memories)
    EXPECT_LT(static_cast<double>(memory.bytes_read + memory.bytes_written) /
                  (static_cast<double>(record.window.length().value) / 1e12),
              static_cast<double>(memory.peak_bytes_per_second))
        << memory.name;
}

INSTANTIATE_TEST_SUITE_P(Presets, EverySoc, ::testing::ValuesIn(names()), [](const auto& soc) {
  std::string name = soc.param;
  for (char& c : name)
    if (c == '-') c = '_';
  return name;
});

}  // namespace
}  // namespace takt::platform::test
