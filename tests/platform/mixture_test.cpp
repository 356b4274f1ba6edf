// Conversations with a mixture of experts on the whole platform: two layers of eight experts, of which a token chooses
// two; the weights in two memories.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>

#include "sim/graph/decoder.h"
#include "sim/zoo/decoder.h"
#include "tests/platform/refusal.h"
#include "tests/platform/simulate.h"

namespace takt::platform::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr std::uint64_t layers = 2, experts = 8, per_token = 2;
constexpr std::uint64_t expert = 3 * 1024 * 3584;  // bytes, at w8a8

std::uint64_t active() { return graph::active_parameters_of(*zoo::find_decoder("tiny-mixtral")); }

std::string chat(std::uint32_t prompt, std::uint32_t answer, const std::string& more = "", const std::string& npu = "",
                 const std::string& firmware = "policy = \"fcfs\"\n") {
  return "soc = \"exynos-llw-like\"\n[npu]\n" + npu + "[firmware]\n" + firmware + R"([[stream]]
name = "chat"
model = "tiny-mixtral"
precision = "w8a8"
arrival = "closed_loop"
concurrency = 1
requests = 1
context_tokens = 128
chunk_tokens = 32
kv_page_tokens = 32
prompt_tokens = )" +
         std::to_string(prompt) + "\nanswer_tokens = " + std::to_string(answer) + "\n" + more;
}

struct Measured {
  std::uint64_t tokens, chosen, chosen_near, loaded, loaded_near, constants, lpddr5x, preemptions;
};

Measured measure(const std::string& text) {
  return measured<Measured>([&] {
    const RunRecord record = run(scenario(text));
    const StreamRecord& chat = record.streams.front();
    const TokensRecord::Experts& e = *chat.tokens->experts;
    return Measured{chat.tokens->answers.size(),
                    e.chosen,
                    e.chosen_near,
                    e.loaded,
                    e.loaded_near,
                    record.npu.dma_bytes.at("constants"),
                    memory(record, "lpddr5x").bytes_read,
                    record.npu.preemptions};
  });
}

// A file of choices: of each token's two layers.
class Trace {
 public:
  explicit Trace(const std::string& text)
      : path_(testing::TempDir() + "takt_experts_" + std::to_string(getpid()) + "_" + std::to_string(text.size())) {
    std::ofstream(path_) << text;
  }
  ~Trace() { std::remove(path_.c_str()); }
  std::string keys() const { return "experts = { trace = \"" + path_ + "\" }\n"; }

 private:
  std::string path_;
};

// A step loads what its token chooses, and what all tokens meet: all the weights that are active, no others.
TEST(Mixtures, AStepLoadsTheExpertsOfItsToken) {
  const Measured more = measure(chat(32, 4)), less = measure(chat(32, 3));
  EXPECT_EQ(more.constants - less.constants, active());
  EXPECT_EQ(more.loaded - less.loaded, layers * per_token);
  EXPECT_EQ(more.chosen - less.chosen, layers * per_token);
}

// A chunk loads each expert that any of its tokens chooses, once.
TEST(Mixtures, AChunkLoadsTheUnionOfItsTokensExperts) {
  const Trace alike("0 0 1 3\n0 1 7 2\n"), different("0 0 0 1\n0 1 0 1\n1 0 2 3\n1 1 1 2\n2 0 4 5\n2 1 0 2\n");
  const std::uint64_t others = active() - layers * per_token * expert;
  const Measured same = measure(chat(20, 1, alike.keys()));
  EXPECT_EQ(same.chosen, 20 * layers * per_token);
  EXPECT_EQ(same.loaded, 4u);
  EXPECT_EQ(same.constants, others + 4 * expert);
  const Measured some = measure(chat(20, 1, different.keys()));
  EXPECT_EQ(some.loaded, 6u + 3u) << "0 to 5 in one layer, 0 to 2 in the other";
  EXPECT_EQ(some.constants, others + 9 * expert);
}

// The memory of the NPU has room for all that is no expert, and for five: of the trace's choices the most frequent.
TEST(Mixtures, TheMostPopularExpertsLieInTheNpusMemory) {
  const Trace trace("0 0 1 3\n0 1 7 2\n1 0 1 4\n1 1 7 5\n2 0 1 4\n2 1 7 5\n");
  const std::uint64_t others = active() - layers * per_token * expert;
  const std::string budget =
      "overflow_memory = \"lpddr5x\"\nweights_kib = " + std::to_string((others + 5 * expert) / 1024 + 64) + "\n";
  const Measured all = measure(chat(3, 4, trace.keys())), some = measure(chat(3, 4, trace.keys(), budget));
  EXPECT_EQ(all.chosen, 6u * 4) << "three tokens of the prompt and three steps";
  EXPECT_EQ(all.chosen_near, all.chosen);
  EXPECT_EQ(all.loaded_near, all.loaded);
  EXPECT_EQ(some.chosen, all.chosen);
  // Of three tokens: 1 and 7 three times, 4 and 5 twice, 3 and 2 once. Of five, 3 of the first layer is the last one
  // that lies near, as 2 of the second comes before it by its number.
  EXPECT_EQ(some.chosen_near, 2u * (3 + 3 + 2 + 2 + 1));
  EXPECT_EQ(some.loaded, (3u + 3u) + 3 * 4) << "the chunk's union, and each step's";
  EXPECT_EQ(some.loaded - some.loaded_near, 1u + 1u) << "the one that does not, in the chunk and in one step";
  EXPECT_EQ(some.constants, all.constants);
  const double there = static_cast<double>(some.lpddr5x - all.lpddr5x);
  EXPECT_NEAR(there, 2.0 * expert, 0.01 * 2 * expert);
}

// Whatever is preempted fetches again what is the same in every job, and no expert.
TEST(Mixtures, StepsThatArePreemptedLoadTheirExpertsOnce) {
  const Measured whole = measure(chat(20, 4));
  const Measured cut = measure(chat(20, 4, "", "", "policy = \"fcfs\"\npreemption = \"always\"\n"));
  EXPECT_EQ(cut.tokens, 4u);
  EXPECT_GT(cut.preemptions, 10u);
  EXPECT_EQ(cut.loaded, whole.loaded);
}

// Room for eight: the two that every token chooses of the second layer, and of the first 0 to 5. The last step chooses
// 6 and 7 of it: one latency and the bytes of both at 1 GB/s, written to memory, and paid for by the byte.
TEST(Mixtures, ExpertsThatLieInStorageAreReadBeforeTheJob) {
  const std::string text =
      "0 0 0 1\n0 1 0 1\n1 0 0 1\n1 1 0 1\n2 0 0 1\n2 1 0 1\n"
      "3 0 2 3\n3 1 0 1\n4 0 4 5\n4 1 0 1\n5 0 6 7\n5 1 0 1\n";
  const Trace trace(text);
  std::string room = trace.keys();
  room.insert(room.rfind(" }"), ", memory_kib = " + std::to_string(8 * expert / 1024));
  struct Figures {
    units::Time before, last, waited, part;
    std::uint64_t read, bytes, written, picojoules;
  };
  const auto figures = [](const std::string& keys) {
    return measured<Figures>([&] {
      const RunRecord record =
          run(scenario(chat(3, 4, keys, "[storage]\nread_bytes_per_s = 1000000000\nlatency_us = 200\n")));
      const TokensRecord& tokens = *record.streams.front().tokens;
      Figures f{tokens.answers.at(2).behind,
                tokens.answers.at(3).behind,
                {},
                {},
                0,
                0,
                memory(record, "llw").bytes_written,
                0};
      for (const ComponentEnergy& component : record.power.components)
        if (component.name == "storage") f.picojoules = static_cast<std::uint64_t>(component.energy / 1000000);
      if (const auto& storage = tokens.experts->storage) {
        f.waited = storage->waited;
        f.part = record.streams.front().paths.at(0).parts[static_cast<std::size_t>(PathPart::storage)];
        f.read = storage->read;
        f.bytes = storage->bytes;
      }
      return f;
    });
  };
  const Figures all = figures(trace.keys()), some = figures(room);
  EXPECT_EQ(all.read, 0u);
  EXPECT_EQ(some.read, 2u);
  EXPECT_EQ(some.bytes, 2 * expert);
  EXPECT_EQ(some.written - all.written, 2 * expert);
  EXPECT_EQ(some.picojoules, 2 * expert * 417);
  const units::Time reading = units::microseconds(200) + units::Time(2 * expert * 1000);
  EXPECT_EQ(some.part, some.waited) << "of the request's latency";
  EXPECT_GE(some.waited, reading);
  EXPECT_LE(some.waited, reading + units::microseconds(40)) << "the driver wakes";
  EXPECT_GE(some.last, some.before + reading);
  EXPECT_LE(some.last, some.before + reading + units::microseconds(40)) << "a step with one cached token more";
}

// A draft proposes for a mixture too: a step that verifies loads the union of its tokens' experts.
TEST(Mixtures, StepsThatVerifyLoadTheUnionOfTheirTokensExperts) {
  const Trace alike("0 0 1 3\n0 1 7 2\n");
  const Measured m = measure(
      chat(20, 1 + 4, alike.keys() + "draft = { model = \"stories15m\", tokens = 3, acceptance_percent = 100 }\n"));
  EXPECT_EQ(m.tokens, 5u);
  EXPECT_EQ(m.chosen, (20 + 4) * layers * per_token);
  EXPECT_EQ(m.loaded, 4u + 4u) << "the chunk's and one step's";
}

TEST(Mixtures, BadOnesAreNamed) {
  const Trace bad("0 0 1 3\n0 1 9 2\n");
  EXPECT_THAT(refusal(chat(10, 2, bad.keys())), AllOf(HasSubstr(":2"), HasSubstr("expert 9"), HasSubstr("0 to 7")));
  EXPECT_THAT(
      refusal("fidelity = \"sampled\"\n" + chat(10, 2, "", "overflow_memory = \"lpddr5x\"\nweights_kib = 65536\n")),
      AllOf(HasSubstr("sampled"), HasSubstr("two memories")));
  EXPECT_THAT(refusal(chat(10, 2, "experts = { trace = \"/nowhere\" }\n")), HasSubstr("/nowhere"));
  EXPECT_THAT(refusal(chat(10, 2, "experts = { trace = \"a\", skew = 1 }\n")), HasSubstr("experts.skew"));
  EXPECT_THAT(refusal(chat(10, 2, "experts = { skew = 11 }\n")), HasSubstr("from 0 to 10"));
  EXPECT_THAT(refusal(chat(10, 2, "experts = { memory_kib = 20000 }\n")),
              AllOf(HasSubstr("experts.memory_kib = 20000"), HasSubstr(std::to_string(8 * expert / 1024))));
  std::string dense = chat(10, 2, "experts = { skew = 1 }\n");
  dense.replace(dense.find("tiny-mixtral"), 12, "stories15m");
  EXPECT_THAT(refusal(dense), HasSubstr("a mixture of experts"));
  EXPECT_THAT(refusal(chat(10, 2, "draft = { model = \"tiny-mixtral\", acceptance_percent = 50 }\n")),
              HasSubstr("without experts"));
}

}  // namespace
}  // namespace takt::platform::test
