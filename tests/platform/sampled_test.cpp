// Fidelity `sampled` against `fast`: 200 steps of an answer, alone and beside others. 2 % is what the design asks for.
#include <gtest/gtest.h>

#include <cmath>

#include "sim/results/streams.h"
#include "tests/platform/simulate.h"

namespace takt::platform::test {
namespace {

using units::Time;

const std::string answer = R"(
soc = "snapdragon-8-gen-2-like"
[firmware]
policy = "fixed-priority"
[[stream]]
name = "chat"
model = "stories15m"
precision = "w8a8"
arrival = "closed_loop"
concurrency = 1
requests = 1
context_tokens = 256
prompt_tokens = 32
answer_tokens = 201
chunk_tokens = 32
kv_page_tokens = 32
)";

// Another client of the memory.
const std::string traffic = R"(
[[traffic]]
name = "gpu"
port = "gpu"
kind = "constant"
memory = "lpddr5x"
bytes_per_s = 8000000000
bytes_per_access = 16384
working_set_kib = 4096
)";

const std::string camera = R"(
[[stream]]
name = "camera"
model = "squeezenet1_1"
arrival = "periodic"
period_us = 1700
jitter_us = 300
band = "realtime"
requests = 60
)";

struct Figures {
  double time, energy, in, dram, share, preemptions;
};

Figures figures(const std::string& text, const std::string& fidelity) {
  return measured<Figures>([&] {
    const RunRecord record = run(scenario("fidelity = \"" + fidelity + "\"\n" + text));
    const StreamRecord& chat = record.streams.front();
    Figures f{};
    Time between;
    for (const TokensRecord::Token& token : chat.tokens->answers)
      if (token.behind != units::never()) between += token.behind;
    f.time = static_cast<double>(between.value);
    f.energy = static_cast<double>(*chat.energy);
    f.in = static_cast<double>(record.npu.dma_bytes.at("activations_in") + record.npu.dma_bytes.at("constants"));
    f.dram = static_cast<double>(energy(record, "dram"));
    f.preemptions = static_cast<double>(record.npu.preemptions);
    if (record.sampled)
      f.share = static_cast<double>(record.sampled->replayed.value) / static_cast<double>(record.sampled->steps.value);
    return f;
  });
}

void expect_alike(const std::string& text) {
  const Figures fast = figures(text, "fast"), sampled = figures(text, "sampled");
  EXPECT_NEAR(sampled.time / fast.time, 1, 0.02);
  EXPECT_NEAR(sampled.energy / fast.energy, 1, 0.02);
  EXPECT_NEAR(sampled.in / fast.in, 1, 0.02);
  EXPECT_NEAR(sampled.dram / fast.dram, 1, 0.02);
  EXPECT_GT(sampled.share, 0.8);
  EXPECT_EQ(fast.share, 0);
}

// timeline.csv and the counters of the timeline are made of these.
TEST(Sampled, SpansAddUpToTheFigures) {
  const RunRecord record = run(scenario("fidelity = \"sampled\"\n" + answer));
  ASSERT_GT(record.sampled->replayed.value, record.sampled->steps.value / 2);
  for (std::size_t m = 0; m < record.memory.memories.size(); ++m) {
    std::uint64_t bytes = 0;
    for (const SpanRecord& span : record.spans.spans) bytes += span.memories[m];
    EXPECT_EQ(bytes, record.memory.memories[m].bytes_read + record.memory.memories[m].bytes_written);
  }
  for (std::size_t p = 0; p < record.memory.initiators.size(); ++p) {
    std::uint64_t bytes = 0;
    for (const SpanRecord& span : record.spans.spans) bytes += span.ports[p];
    EXPECT_EQ(bytes, record.memory.initiators[p].bytes_read + record.memory.initiators[p].bytes_written)
        << record.memory.initiators[p].initiator;
  }
}

TEST(Sampled, StepsAloneTakeWhatTheyTook) { expect_alike(answer); }

TEST(Sampled, StepsBesideOtherClientsOfTheMemoryTakeWhatTheyTook) { expect_alike(answer + traffic); }

// Of a mixture each step loads other experts, and as many bytes. Waits for those in storage, half of them, are
// simulated.
TEST(Sampled, StepsOfAMixtureTakeWhatTheyTook) {
  std::string mixture = answer;
  mixture.replace(mixture.find("stories15m"), 10, "tiny-mixtral");
  mixture.replace(mixture.find("= 201"), 5, "= 41");
  expect_alike(mixture + "experts = { skew = 1, memory_kib = 86016 }\n");
}

// Steps that propose, and those that verify, which take in as many tokens as were proposed.
TEST(Sampled, StepsWithADraftTakeWhatTheyTook) {
  expect_alike(answer + "draft = { model = \"stories15m\", tokens = 4, acceptance_percent = 75 }\n");
}

// Steps are stopped at cuts and go on behind them, simulated or not. A frame stops a step if one is at work that has a
// cut ahead: one frame's chance says little, so two seeds' frames are counted together, and the two counts may differ
// by four standard deviations of the difference of two binomial counts. No step stopped, or each frame, is far outside.
TEST(Sampled, StepsThatArePreemptedTakeWhatTheyTook) {
  double fast_count = 0, sampled_count = 0, frames = 0;
  for (const char* seed : {"seed = 1\n", "seed = 2\n"}) {
    const Figures fast = figures(seed + answer + camera, "fast"), sampled = figures(seed + answer + camera, "sampled");
    EXPECT_NEAR(sampled.time / fast.time, 1, 0.02);
    EXPECT_NEAR(sampled.in / fast.in, 1, 0.02);
    EXPECT_GT(sampled.share, 0.8);
    fast_count += fast.preemptions;
    sampled_count += sampled.preemptions;
    frames += 60;
  }
  const double chance = (fast_count + sampled_count) / (2 * frames);
  EXPECT_NEAR(fast_count, sampled_count, 4 * std::sqrt(2 * frames * chance * (1 - chance)));
  EXPECT_GT(fast_count, frames / 5);
}

}  // namespace
}  // namespace takt::platform::test
