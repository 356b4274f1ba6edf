// Operators that the NPU lacks run on the application CPU: counted, timed, named, their traffic seen by the memory.
#include <gtest/gtest.h>

#include <cstdlib>

#include "models/units/clock.h"
#include "sim/compiler/compiler.h"
#include "sim/import/tflite/reader.h"
#include "sim/platform/time_share.h"
#include "sim/platform/workload.h"
#include "tests/platform/models.h"
#include "tests/platform/simulate.h"

namespace takt::platform::test {
namespace {

using units::Cycles;
using units::Time;

constexpr const char* soc = "snapdragon-8-gen-2-like";
constexpr std::uint64_t requests = 3;
constexpr std::uint64_t elements = 32 * 32 * 32;  // of the custom operator's one input and one output, a byte each

class Fallback : public testing::Test {
 protected:
  Fallback() : scenario_(alone(with_custom_operator(folder_), soc, requests)), record_(run(scenario_)) {}

  // Nobody knows what the operator does: one element at a time.
  Time work() const {
    const cpu::AppConfig& cpu = scenario_.config.soc.app_cpu;
    return units::Clock(cpu.clock_hz).duration(Cycles(elements * cpu.scalar_cycles_per_element));
  }

  const Folder folder_;
  const config::Scenario scenario_;
  const RunRecord record_;
};

TEST_F(Fallback, AnUnknownOperatorIsNamedAndCounted) {
  ASSERT_EQ(record_.fallback.size(), 1u);
  EXPECT_EQ(record_.fallback[0].op, "Wobble");
  EXPECT_EQ(record_.fallback[0].count, requests);
}

TEST_F(Fallback, ItTakesTheCpuItsTime) {
  EXPECT_GE(record_.fallback.at(0).time, work() * requests);
  // Its 64 KiB of traffic hide behind the arithmetic: what remains is the driver's core, asleep meanwhile.
  const Time wake = units::nanoseconds(scenario_.config.soc.app_cpu.wake_ns);
  EXPECT_LE(record_.fallback.at(0).time, (work() + wake + units::microseconds(1)) * requests);
}

TEST_F(Fallback, NoAnswerComesBeforeItIsDone) {
  for (const RequestRecord& request : record_.streams[0].requests) {
    EXPECT_EQ(static_cast<int>(request.status), static_cast<int>(RequestStatus::completed));
    EXPECT_GE(request.finished - request.started, work());
  }
}

TEST_F(Fallback, ItsOperandsCrossTheNocOncePerInference) {
  const TrafficRecord& traffic = initiator(record_, "app_cpu_operators");
  EXPECT_EQ(traffic.bytes_read, elements * requests);
  EXPECT_EQ(traffic.bytes_written, elements * requests);
}

TEST_F(Fallback, ItsShareOfTheTimeIsKnownBeforeItRuns) {
  const config::SocConfig& platform = scenario_.config.soc;
  const compiler::CompiledModel model =
      compiler::compile(tflite::read_tflite(scenario_.config.streams[0].model_path), target_of(platform));
  const TimeShare share = time_share(model, platform);
  ASSERT_EQ(share.cpu.size(), 1u);
  EXPECT_EQ(share.cpu[0].what, "Wobble");
  EXPECT_EQ(share.cpu[0].operators, 1u);
  EXPECT_EQ(share.cpu[0].time.value, work().value);
  std::uint64_t cycles = 0;
  for (const compiler::Program& program : model.programs) cycles += program.estimated_cycles;
  EXPECT_NEAR(static_cast<double>(share.npu.value),
              static_cast<double>(cycles) * 1e12 / static_cast<double>(platform.npu.clock_hz),
              static_cast<double>(model.programs.size()));
  EXPECT_EQ(share.total.value, share.npu.value + share.cpu[0].time.value);
}

TEST_F(Fallback, TheCpuIsBusyAndDrawsPower) {
  EXPECT_GE(record_.cpu.app_busy, work() * requests);
  // 1 uW for 1 ps is 1 aJ.
  EXPECT_TRUE(energy(record_, "app_cpu") ==
              Attojoules{scenario_.config.soc.app_cpu.active_uw} * record_.cpu.app_busy.value);
}

TEST_F(Fallback, TheNpuRunsTheRestBeforeAndBehindIt) {
  const graph::Graph graph = tflite::read_tflite(scenario_.config.streams[0].model_path);
  const compiler::CompiledModel model = compiler::compile(graph, target_of(scenario_.config.soc));
  ASSERT_EQ(model.programs.size(), 2u);
  EXPECT_EQ(record_.npu.useful_macs, graph::macs_of(graph) * requests);
}

TEST(NoFallback, IsReportedWhereTheNpuRunsEverything) {
  const RunRecord record = run(alone("squeezenet1_1", soc, 1));
  EXPECT_TRUE(record.fallback.empty());
  EXPECT_EQ(initiator(record, "app_cpu_operators").bytes_read, 0u);
}

// Published files; skipped where the shared data are absent.
class Published : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    const char* shared = std::getenv("TAKT_SHARED");
    file_ = std::string(shared == nullptr ? "" : shared) + "/data/models/" + GetParam() + ".tflite";
    if (!std::filesystem::exists(file_)) GTEST_SKIP() << "no " << file_;
  }
  std::string file_;
};

TEST_P(Published, EveryMacOfAFileIsDoneByTheNpuOrByANamedOperator) {
  const config::Scenario s = alone(file_, soc, 1);
  const graph::Graph graph = tflite::read_tflite(file_);
  const compiler::CompiledModel model = compiler::compile(graph, target_of(s.config.soc));
  const RunRecord record = run(s);
  EXPECT_EQ(static_cast<int>(record.streams[0].requests.at(0).status), static_cast<int>(RequestStatus::completed));
  EXPECT_EQ(record.npu.useful_macs + model.cpu_macs, graph::macs_of(graph));
  std::uint64_t counted = 0;
  for (const FallbackRecord& op : record.fallback) {
    counted += op.count;
    EXPECT_FALSE(op.op.empty());
    EXPECT_GT(op.time, Time(0)) << op.name;
  }
  EXPECT_EQ(counted, model.cpu.size());
}

INSTANTIATE_TEST_SUITE_P(
    Files, Published,
    testing::Values("mlperf_mobile_deeplabv3_mnv2_ade20k_int8", "mlperf_mobile_deeplabv3_mnv2_ade20k_uint8",
                    "mlperf_mobile_edsr_f32b5_int8", "mlperf_mobile_edsr_f32b5_qat",
                    "mlperf_mobile_mobilenet_edgetpu_224_uint8", "mlperf_mobile_segmenter_r3_uint8",
                    "mlperf_tiny_ad01_int8", "mlperf_tiny_ic_resnet8_int8", "mlperf_tiny_ic_resnet_large_int8",
                    "mlperf_tiny_kws_ref_model_int8", "mlperf_tiny_streaming_wakeword_ref", "mlperf_tiny_vww_96_int8",
                    "tflm_dtln_noise_suppression", "tflm_hello_world_int8", "tflm_keyword_scrambled_int8",
                    "tflm_micro_speech_int8", "tflm_micro_speech_lstm_int8", "tflm_mnist_lstm_int8",
                    "tflm_mobilenet_v2_int8_224", "tflm_person_detect_int8"),
    [](const auto& each) { return std::string(each.param); });

}  // namespace
}  // namespace takt::platform::test
