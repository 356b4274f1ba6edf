// What a scenario asks of the firmware itself: interrupts of the host together, a duty cycle, a scheduling log.
#include <gtest/gtest.h>

#include "models/units/clock.h"
#include "tests/platform/scenarios.h"
#include "tests/platform/simulate.h"
#include "tests/platform/timeline_probe.h"

namespace takt::platform::test {
namespace {

using units::microseconds;
using units::Time;

constexpr const char* soc = "exynos-llw-like";

Time mean_latency(const config::Overrides& overrides) {
  return Time(measured<std::uint64_t>([&] {
    const RunRecord record = run(alone("squeezenet1_1", soc, 10, overrides));
    std::uint64_t sum = 0;
    for (const RequestRecord& request : record.streams[0].requests) sum += (request.finished - request.submitted).value;
    return sum / record.streams[0].requests.size();
  }));
}

// A lone request has no other to wait for: the host learns of it when the wait is over.
TEST(Service, ALoneCompletionWaitsTheWholeTimeForOthers) {
  const Time alone = mean_latency({});
  const Time coalesced = mean_latency({"firmware.coalesce_records=8", "firmware.coalesce_us=300"});
  // From when the firmware woke up, not from when it has written the record; and it wakes up once more.
  EXPECT_GE(coalesced, alone + microseconds(300 - 5));
  EXPECT_LE(coalesced, alone + microseconds(300 + 5));
}

// Half the time nothing runs: the stream ends at a cut of its job, goes on where it stood.
TEST(Service, ADutyCycleOfOneHalfHalvesTheWork) {
  const auto macs = [](const config::Overrides& more) {
    return measured<std::uint64_t>([&] {
      config::Overrides overrides = {"run.measure_us=40000", "stream.only.requests=0"};
      overrides.insert(overrides.end(), more.begin(), more.end());
      return run(scenario(llw_alone.text, overrides)).npu.useful_macs;
    });
  };
  const double all = static_cast<double>(macs({}));
  const double half = static_cast<double>(macs({"firmware.duty_active_us=1000", "firmware.duty_pause_us=1000"}));
  // Behind its turn a job runs to its next cut, some 12000 cycles apart, and is saved.
  EXPECT_NEAR(half / all, 0.5, 0.03);
}

std::string log_of(const config::Overrides& overrides, const Case& c = preempted) {
  return in_child([&] {
    TimelineProbe probe;
    run(scenario(c.text, overrides), &probe);
    std::string names;
    for (const auto& event : probe.slices("firmware/scheduling log")) names += event.name + "\n";
    return names;
  });
}

// The native build's events are observed as they happen, those in memory are read at the end.
TEST(Service, TheLogInMemoryTellsWhatHappened) {
  const std::string observed = log_of({"control_cpu.cost=\"zero\""});
  ASSERT_NE(observed.find("preempted heavy #"), std::string::npos);
  EXPECT_EQ(log_of({"control_cpu.cost=\"zero\"", "firmware.scheduling_log=1000"}), observed);
  // A lone stream's events come in one order, however long the firmware takes.
  EXPECT_EQ(log_of({"control_cpu.cost=\"iss\""}, llw_alone), "") << "nobody sees into the core";
  EXPECT_EQ(log_of({"control_cpu.cost=\"iss\"", "firmware.scheduling_log=1000"}, llw_alone), log_of({}, llw_alone));
}

TEST(Service, TheLogInMemoryKeepsTheNewest) {
  const std::string all = log_of({"firmware.scheduling_log=1000"}), last = log_of({"firmware.scheduling_log=4"});
  const std::size_t first = last.find('\n') + 1;
  const auto lines = static_cast<std::size_t>(std::count(all.begin(), all.end(), '\n'));
  EXPECT_EQ(last.substr(0, first), std::to_string(lines - 4) + " older events lost\n");
  EXPECT_EQ(last.substr(first), all.substr(all.size() - (last.size() - first)));
}

}  // namespace
}  // namespace takt::platform::test
