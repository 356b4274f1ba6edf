// Weights in two memories, and models that are read from storage first.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "sim/platform/workload.h"
#include "tests/platform/simulate.h"

namespace takt::platform::test {
namespace {

using units::Time;

// A million weights and more; on a SoC of two memories.
std::string mobile(const std::string& npu, const std::string& stream = "") {
  return "soc = \"exynos-llw-like\"\n[npu]\n" + npu +
         "[firmware]\npolicy = \"fcfs\"\n[[stream]]\nname = \"only\"\nmodel = \"mobilenet_v2\"\n"
         "arrival = \"closed_loop\"\nconcurrency = 1\nrequests = 2\n" +
         stream;
}

struct Read {
  std::uint64_t constants, llw, lpddr5x;
  Time first;
};

Read read_by(const std::string& text) {
  return measured<Read>([&] {
    const RunRecord record = run(scenario(text));
    const RequestRecord& first = record.streams.front().requests.front();
    return Read{record.npu.dma_bytes.at("constants"), memory(record, "llw").bytes_read,
                memory(record, "lpddr5x").bytes_read, first.finished - first.submitted};
  });
}

// Each memory reads the weights that lie in it, and LLW all else that the NPU reads.
TEST(Placement, WeightsBeyondTheirShareAreReadFromTheOtherMemory) {
  const Read all = read_by(mobile(""));
  const Read some = read_by(mobile("overflow_memory = \"lpddr5x\"\nweights_kib = 1024\n"));
  EXPECT_EQ(some.constants, all.constants);
  const std::uint64_t there = some.lpddr5x - all.lpddr5x, here = all.llw - some.llw;
  EXPECT_NEAR(static_cast<double>(there), static_cast<double>(here), 0.01 * static_cast<double>(here));
  const std::uint64_t behind = all.constants - 2 * 1024 * 1024;  // two inferences
  EXPECT_GE(there, behind);
  EXPECT_LE(there, behind + 2 * (128 << 10) + (64 << 10)) << "a command is at most 128 KiB";
}

TEST(Placement, BadOnesAreNamed) {
  const auto refusal = [](const std::string& text) -> std::string {
    try {
      test::scenario(text);
    } catch (const std::exception& e) {
      return e.what();
    }
    return "nothing was wrong";
  };
  EXPECT_THAT(refusal(mobile("overflow_memory = \"lpddr5x\"\n")), testing::HasSubstr("weights_kib"));
  EXPECT_THAT(refusal(mobile("overflow_memory = \"llw\"\nweights_kib = 9\n")), testing::HasSubstr("overflow_memory"));
  EXPECT_THAT(refusal(mobile("overflow_memory = \"hbm\"\nweights_kib = 9\n")), testing::HasSubstr("overflow_memory"));
}

// 100 us and the weights' bytes at 1 GB/s; then the driver wakes.
TEST(ColdStart, TheFirstRequestWaitsForTheModel) {
  const std::string slow = "[storage]\nread_bytes_per_s = 1000000000\nlatency_us = 100\n";
  const std::string text = mobile(slow, "cold_start = true\n");
  const auto load = measured<ColdStartRecord>([&] { return *run(scenario(text)).streams.front().cold_start; });
  constexpr std::uint64_t parameters = 3504872;  // of MobileNetV2 as published, at a byte each; biases have four
  EXPECT_GE(load.bytes, parameters);
  EXPECT_LE(load.bytes, parameters * 11 / 10);
  const Time read = units::microseconds(100) + Time(load.bytes * 1000);
  EXPECT_GE(load.load, read);
  EXPECT_LE(load.load, read + units::microseconds(40));
  const Time cold = read_by(text).first, warm = read_by(mobile("")).first;
  EXPECT_GE(cold, load.load + warm - units::microseconds(10));
  EXPECT_LE(cold, load.load + warm + units::microseconds(10));
}

// They come through memory's port, and flash and memory are paid for them: by the byte, by whose model it is.
TEST(ColdStart, TheModelIsWrittenToMemoryAndItsReadingPaidFor) {
  const std::string keys = "[storage]\nread_bytes_per_s = 1000000000\nread_pj_per_byte = 500\n";
  const auto figures = [](const std::string& text) {
    return measured<std::array<std::uint64_t, 3>>([&] {
      const RunRecord record = run(scenario(text));
      const StreamRecord& only = record.streams.front();
      Attojoules storage = 0;
      for (const ComponentEnergy& component : record.power.components)
        if (component.name == "storage") storage += component.energy;
      return std::array<std::uint64_t, 3>{only.cold_start ? only.cold_start->bytes : 0,
                                          static_cast<std::uint64_t>(storage / 1000000),
                                          memory(record, "llw").bytes_written};
    });
  };
  const auto cold = figures(mobile(keys, "cold_start = true\n")), warm = figures(mobile(keys));
  EXPECT_EQ(cold[1], cold[0] * 500) << "picojoules";
  EXPECT_EQ(warm[1], 0u);
  EXPECT_EQ(cold[2] - warm[2], cold[0]);
}

}  // namespace
}  // namespace takt::platform::test
