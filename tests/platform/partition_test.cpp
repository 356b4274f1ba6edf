// Partitions of the NPU's cores on the whole platform: networks beside each other against each of them alone.
#include <gtest/gtest.h>

#include <string>

#include "sim/results/document.h"
#include "tests/platform/simulate.h"

namespace takt::platform::test {
namespace {

using units::Time;

const std::string two_cores = R"(
soc = "exynos-llw-like"
[npu]
cores = 2
[firmware]
policy = "fcfs"
partitions = "1+1"
)";

// Nothing to share: memory, network and firmware take no time.
const std::string nothing_to_share = R"(
[ideal]
memory = true
noc = true
firmware = true
)";

std::string stream(const std::string& name, const std::string& model, int partition, int requests) {
  return "[[stream]]\nname = \"" + name + "\"\nmodel = \"" + model +
         "\"\narrival = \"closed_loop\"\nconcurrency = 1\nrequests = " + std::to_string(requests) +
         "\npartition = " + std::to_string(partition) + "\n";
}

// Time on the engines, and when the last request was over.
struct Served {
  std::uint64_t turns, runtime, done, end;
};

Served served(const RunRecord& record, std::size_t stream) {
  const StreamRecord& of = record.streams.at(stream);
  Served result{of.turns.count, of.turns.runtime.value, 0, 0};
  for (const RequestRecord& request : of.requests) {
    result.done += request.status == RequestStatus::completed ? 1 : 0;
    result.end = std::max(result.end, request.finished.value);
  }
  return result;
}

TEST(Partitions, NetworksThatShareNothingRunAtOnceAsFastAsAlone) {
  struct Pair {
    Served first, second;
  };
  const std::string first = stream("first", "squeezenet1_1", 0, 4), second = stream("second", "mobilenet_v2", 1, 4);
  const Pair both = measured<Pair>([&] {
    const RunRecord record = run(scenario(two_cores + nothing_to_share + first + second));
    return Pair{served(record, 0), served(record, 1)};
  });
  const auto by_itself = [&](const std::string& only) {
    return measured<Served>([&] { return served(run(scenario(two_cores + nothing_to_share + only)), 0); });
  };
  const Served a = by_itself(first), b = by_itself(second);
  EXPECT_EQ(both.first.done, 4u);
  EXPECT_EQ(both.second.done, 4u);
  // A job may begin anywhere in a cycle of the NPU's clock.
  const std::uint64_t cycle = units::picoseconds_per_second / scenario(two_cores + first).config.soc.npu.clock_hz + 1;
  const auto apart = [](std::uint64_t x, std::uint64_t y) { return x < y ? y - x : x - y; };
  EXPECT_LE(apart(both.first.runtime, a.runtime), a.turns * cycle);
  EXPECT_LE(apart(both.second.runtime, b.runtime), b.turns * cycle);
  EXPECT_GT(both.first.runtime + both.second.runtime, std::max(both.first.end, both.second.end));
}

TEST(Partitions, OneOfAllCoresIsAsNone) {
  const auto results = [](const std::string& partitions) {
    return in_child([&] {
      config::Scenario s = scenario("soc = \"exynos-llw-like\"\n[npu]\ncores = 2\n[firmware]\npolicy = \"round-robin\"\n" +
                                    partitions + stream("first", "squeezenet1_1", 0, 3) +
                                    stream("second", "mobilenet_v2", 0, 2));
      s.config.name = "same";
      const RunRecord record = run(s);
      std::string text;
      for (const StreamRecord& of : record.streams)
        for (const RequestRecord& request : of.requests) text += std::to_string(request.finished.value) + " ";
      return text;
    });
  };
  EXPECT_EQ(results("partitions = \"2\"\n"), results(""));
}

}  // namespace
}  // namespace takt::platform::test
