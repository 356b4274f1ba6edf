// Partitions of the NPU's cores on the whole platform: networks beside each other against each of them alone.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "firmware/abi/status.h"
#include "sim/results/summary.h"
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

// When every request was over.
std::string ends(const std::string& text) {
  return in_child([&] {
    const RunRecord record = run(scenario(text));
    std::string all;
    for (const StreamRecord& of : record.streams)
      for (const RequestRecord& request : of.requests) all += std::to_string(request.finished.value) + " ";
    return all;
  });
}

const std::string two_kinds = "soc = \"kirin-like\"\n[firmware]\npolicy = \"fcfs\"\n";

class Partitions : public testing::TestWithParam<std::string> {};

TEST_P(Partitions, NetworksThatShareNothingRunAtOnceAsFastAsAlone) {
  struct Pair {
    Served first, second;
  };
  const std::string& cores = GetParam();
  const std::string first = stream("first", "squeezenet1_1", 0, 4), second = stream("second", "mobilenet_v2", 1, 4);
  const Pair both = measured<Pair>([&] {
    const RunRecord record = run(scenario(cores + nothing_to_share + first + second));
    return Pair{served(record, 0), served(record, 1)};
  });
  const auto by_itself = [&](const std::string& only) {
    return measured<Served>([&] { return served(run(scenario(cores + nothing_to_share + only)), 0); });
  };
  const Served a = by_itself(first), b = by_itself(second);
  EXPECT_EQ(both.first.done, 4u);
  EXPECT_EQ(both.second.done, 4u);
  // A job may begin anywhere in a cycle of the NPU's clock.
  const std::uint64_t cycle = units::picoseconds_per_second / scenario(cores + first).config.soc.npu.clock_hz + 1;
  const auto apart = [](std::uint64_t x, std::uint64_t y) { return x < y ? y - x : x - y; };
  EXPECT_LE(apart(both.first.runtime, a.runtime), a.turns * cycle);
  EXPECT_LE(apart(both.second.runtime, b.runtime), b.turns * cycle);
  EXPECT_GT(both.first.runtime + both.second.runtime, std::max(both.first.end, both.second.end));
}

INSTANTIATE_TEST_SUITE_P(Cores, Partitions, testing::Values(two_cores, two_kinds),
                         [](const auto& each) { return each.param == two_cores ? "alike" : "of_two_kinds"; });

// Each kind is a partition where none are written.
TEST(SmallCores, AreThePartitionBehindTheOthers) {
  const auto results = [](const std::string& partitions) {
    return ends(two_kinds + partitions + stream("first", "squeezenet1_1", 0, 3) +
                stream("second", "mobilenet_v3_small", 1, 2));
  };
  EXPECT_EQ(results("partitions = \"2+1\"\n"), results(""));
}

// kirin-like: a small core multiplies 512 pairs a cycle, one of the first kind 4096. What a network issues takes the
// engine that long at least, and drains and dispatches beside.
TEST(SmallCores, RunWhatIsCompiledForThem) {
  struct Work {
    std::uint64_t issued, busy, done;
  };
  const auto work = [](int partition) {
    return measured<Work>([&] {
      const config::Scenario s = scenario(two_kinds + stream("only", "squeezenet1_1", partition, 2));
      const RunRecord r = run(s);
      const std::uint64_t cycles =
          engine(r, "tensor").busy.value / (units::picoseconds_per_second / s.config.soc.npu.clock_hz);
      return Work{r.npu.useful_macs + r.npu.padding_macs + r.npu.recomputed_macs, cycles, served(r, 0).done};
    });
  };
  const Work first = work(0), small = work(1);
  EXPECT_EQ(first.done, 2u);
  EXPECT_EQ(small.done, 2u);
  EXPECT_GE(small.busy, small.issued / 512);
  EXPECT_GE(first.busy, first.issued / 4096);
  EXPECT_LT(first.busy, first.issued / 512);
}

// A firmware that stops jobs on the small core has the save areas of that core's programs.
TEST(SmallCores, ArePreempted) {
  struct Result {
    std::uint64_t preemptions, light, heavy;
  };
  for (const std::string how : {"cut", "forced"}) {
    SCOPED_TRACE(how);
    const Result result = measured<Result>([&] {
      const RunRecord r =
          run(scenario("soc = \"kirin-like\"\n[firmware]\npolicy = \"fixed-priority\"\npreemption = \"" + how + "\"\n" +
                       stream("heavy", "squeezenet1_1", 1, 2) +
                       "[[stream]]\nname = \"light\"\nmodel = \"mobilenet_v3_small\"\npartition = 1\n"
                       "arrival = \"periodic\"\nperiod_us = 800\nrequests = 3\nband = \"realtime\"\n"));
      return Result{r.npu.preemptions, served(r, 1).done, served(r, 0).done};
    });
    EXPECT_GT(result.preemptions, 0u);
    EXPECT_EQ(result.light, 3u);
    EXPECT_EQ(result.heavy, 2u);
  }
}

// On the small core alone: the others go off after kirin-like's idle_off_us, and the small one between requests.
TEST(SmallCores, WorkWhileTheOthersAreWithoutPower) {
  const RunRecord r =
      run(scenario("soc = \"kirin-like\"\n[firmware]\npolicy = \"fcfs\"\n[heat]\nleakage_doubling_k = 0\n[run]\n"
                   "measure_us = 20000\n[[stream]]\nname = \"face\"\nmodel = \"mobilenet_v3_small\"\n"
                   "arrival = \"periodic\"\nperiod_us = 10000\npartition = 1\n"));
  const npu::Config npu = scenario(two_kinds).config.soc.npu;
  const Time idle = units::microseconds(npu.idle_off_us), window = r.window.length();
  ASSERT_TRUE(r.power.cores_off.has_value());
  const auto& [first, small] = *r.power.cores_off;
  EXPECT_GE(first, window - idle);
  // Two requests, each with the time on the engines and the pause behind it.
  const Time on = r.streams.at(0).turns.runtime + idle + idle;
  EXPECT_LT(small, window - on);
  EXPECT_GT(small, window - on - idle);  // beside them: two wake-ups, and reading the programs
  EXPECT_TRUE(energy(r, "npu_leakage") == Attojoules{npu.energy.leakage_uw} * npu.cores * (window - first).value);
  EXPECT_TRUE(energy(r, "npu_small_leakage") == Attojoules{npu.small.energy.leakage_uw} * (window - small).value);
}

TEST(PartitionsOfOneKind, OneOfAllCoresIsAsNone) {
  const auto results = [](const std::string& partitions) {
    return ends("soc = \"exynos-llw-like\"\n[npu]\ncores = 2\n[firmware]\npolicy = \"round-robin\"\n" + partitions +
                stream("first", "squeezenet1_1", 0, 3) + stream("second", "mobilenet_v2", 0, 2));
  };
  EXPECT_EQ(results("partitions = \"2\"\n"), results(""));
}

// Two networks that each take 51 % of the memory's peak alone: together more than it gives. For some ten requests of
// each: of five, the last ones, which run alone behind the window, weigh as much as what is compared.
std::string both_want_memory(const std::string& policy) {
  return R"(
soc = "exynos-llw-like"
[npu]
cores = 2
memory = "lpddr5x"
[system_cache]
enabled = false
[run]
measure_us = 8000
[firmware]
partitions = "1+1"
policy = ")" +
         policy + "\"\n" + stream("high", "resnet50", 0, 0) + "weight = 9\n" + stream("low", "resnet50", 1, 0) +
         "weight = 1\n";
}

struct Latency {
  std::uint64_t requests, sum, in_time;  // within `limit`
  std::uint64_t mean() const { return sum / requests; }
};

Latency latency(const RunRecord& record, std::size_t stream, std::uint64_t limit = 0) {
  Latency result{};
  for (const RequestRecord& request : record.streams.at(stream).requests) {
    const std::uint64_t own = (request.finished - request.submitted).value;
    ++result.requests;
    result.sum += own;
    result.in_time += own <= limit ? 1 : 0;
  }
  return result;
}

// In time: within 1.25 times the mean latency alone. STP in thousandths.
TEST(Moca, ServesTheHigherWeightInTimeAtNoLossOfThroughputWhereMemoryIsShort) {
  struct Pair {
    Latency high, low;
  };
  const std::uint64_t alone = measured<Latency>([] {
                                const std::string both = both_want_memory("fcfs");
                                return latency(run(scenario(both.substr(0, both.rfind("[[stream]]")))), 0);
                              }).mean();
  const auto beside = [&](const std::string& policy) {
    return measured<Pair>([&] {
      const RunRecord record = run(scenario(both_want_memory(policy)));
      return Pair{latency(record, 0, alone * 5 / 4), latency(record, 1)};
    });
  };
  const auto stp = [&](const Pair& pair) { return 1000 * alone / pair.high.mean() + 1000 * alone / pair.low.mean(); };
  const Pair without = beside("fcfs"), with = beside("moca");
  EXPECT_GT(with.high.in_time * without.high.requests, without.high.in_time * with.high.requests);
  EXPECT_GE(stp(with), stp(without));
  RecordProperty("stp_fcfs", static_cast<int>(stp(without)));
  RecordProperty("stp_moca", static_cast<int>(stp(with)));
}

TEST(Moca, ChangesNothingWhereMemoryGivesEnough) {
  const auto with = [](const std::string& policy) {
    std::string text = two_cores;
    text.replace(text.find("fcfs"), 4, policy);
    return ends(text + stream("first", "squeezenet1_1", 0, 6) + "weight = 9\n" +
                stream("second", "mobilenet_v2", 1, 4));
  };
  EXPECT_EQ(with("moca"), with("fcfs"));
}

// In both partitions one network that wants arithmetic and one that wants memory, or the latter twice. Each has a
// request waiting whenever one is over: there is always a choice.
std::string four(const std::string& policy, const std::string& first, const std::string& second) {
  std::string text = both_want_memory(policy);
  text = text.substr(0, text.find("[[stream]]"));
  for (const int partition : {0, 1}) {
    text += stream("a" + std::to_string(partition), first, partition, 0);
    text += stream("b" + std::to_string(partition), second, partition, 0);
  }
  const std::string one = "concurrency = 1";
  for (std::size_t at = text.find(one); at != std::string::npos; at = text.find(one, at))
    text.replace(at, one.size(), "concurrency = 2");
  return text;
}

TEST(Pairing, UsesEnginesAndMemoryMoreWhereNetworksAreOpposed) {
  struct Use {
    std::uint64_t tensor, bytes;
  };
  const auto use = [](const std::string& policy) {
    return measured<Use>([&] {
      const RunRecord record = run(scenario(four(policy, "yolov8n", "resnet50")));
      const MemoryRecord& dram = memory(record, "lpddr5x");
      return Use{engine(record, "tensor").busy.value, dram.bytes_read + dram.bytes_written};
    });
  };
  const Use in_order = use("fcfs"), paired = use("pairing");
  EXPECT_GT(paired.tensor, in_order.tensor);
  EXPECT_GT(paired.bytes, in_order.bytes);
  RecordProperty("tensor_permille_more", static_cast<int>(1000 * paired.tensor / in_order.tensor) - 1000);
  RecordProperty("bytes_permille_more", static_cast<int>(1000 * paired.bytes / in_order.bytes) - 1000);
}

TEST(Pairing, ChangesNothingWhereNetworksAreAlike) {
  EXPECT_EQ(ends(four("pairing", "resnet50", "resnet50")), ends(four("fcfs", "resnet50", "resnet50")));
}

// Periods by the latency alone: 45 % and 35 % of the one partition's time, then 60 % more of it, and 60 % of the
// other's.
TEST(AdmissionControl, RefusesTheStreamThatItsPartitionHasNoTimeFor) {
  const std::uint64_t alone = measured<Latency>([] {
                                return latency(run(scenario(two_cores + stream("only", "squeezenet1_1", 0, 4))), 0);
                              }).mean();
  const auto periodic = [&](const std::string& name, int partition, std::uint64_t percent) {
    return "[[stream]]\nname = \"" + name + "\"\nmodel = \"squeezenet1_1\"\narrival = \"periodic\"\nrequests = 3\n" +
           "period_us = " + std::to_string(alone * 100 / percent / 1000000) +
           "\npartition = " + std::to_string(partition) + "\n";
  };
  const RunRecord record = run(scenario(two_cores + "admission = \"utilisation\"\n" + periodic("a", 0, 45) +
                                        periodic("b", 0, 35) + periodic("c", 0, 60) + periodic("d", 1, 60)));
  for (std::size_t s = 0; s < record.streams.size(); ++s) {
    const bool refused = s == 2;
    EXPECT_EQ(record.streams[s].refused, refused) << s;
    ASSERT_EQ(record.streams[s].requests.size(), 3u);
    for (const RequestRecord& request : record.streams[s].requests) {
      EXPECT_EQ(request.status, refused ? RequestStatus::failed : RequestStatus::completed);
      EXPECT_EQ(request.fault, refused ? std::uint32_t{TAKT_STATUS_NOT_ADMITTED} : 0u);
    }
  }
  EXPECT_NE(results::summary(record).find("refused   c:"), std::string::npos);
}

}  // namespace
}  // namespace takt::platform::test
