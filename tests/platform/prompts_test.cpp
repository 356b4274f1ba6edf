// Prompts and answers on the whole platform.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/config/config_error.h"
#include "sim/graph/error.h"
#include "sim/results/streams.h"
#include "tests/platform/refusal.h"
#include "tests/platform/simulate.h"

namespace takt::platform::test {
namespace {

using testing::HasSubstr;
using units::Time;

// stories15m: 6 layers, 6 heads of 48.
constexpr std::uint64_t of_a_token = 2 * 6 * 6 * 48;  // elements cached

std::string chat(const std::string& more, const std::string& policy = "fcfs") {
  return R"(
soc = "snapdragon-8-gen-2-like"
[firmware]
policy = ")" +
         policy + R"("
[[stream]]
name = "chat"
model = "stories15m"
precision = "w8a8"
arrival = "closed_loop"
concurrency = 1
requests = 1
context_tokens = 256
chunk_tokens = 32
kv_page_tokens = 32
)" + more;
}

std::string tokens(std::uint32_t prompt, std::uint32_t answer) {
  return "prompt_tokens = " + std::to_string(prompt) + "\nanswer_tokens = " + std::to_string(answer) + "\n";
}

struct Measured {
  std::uint64_t requests, prompt, answer, jobs_tokens, in, evictions, recomputed, most, bound, refused;
  Time first, latency, gaps;
};

Measured measure(const std::string& text) {
  return measured<Measured>([&] {
    const RunRecord record = run(scenario(text));
    const StreamRecord& chat = record.streams.front();
    Measured m{};
    for (const RequestRecord& r : chat.requests) {
      m.requests += r.status == RequestStatus::completed;
      m.prompt += r.prompt_tokens;
      m.answer += r.answer_tokens;
    }
    const RequestRecord& r = chat.requests.front();
    m.first = r.first_token - r.submitted;
    m.latency = r.finished - r.submitted;
    for (const TokensRecord::Token& token : chat.tokens->answers)
      if (token.behind != units::never()) m.gaps += token.behind;
    m.jobs_tokens = chat.tokens->answers.size();
    m.in = record.npu.dma_bytes.at("activations_in");
    m.evictions = chat.tokens->evictions;
    m.recomputed = chat.tokens->recomputed;
    m.most = chat.tokens->most_cache_bytes;
    m.bound = chat.tokens->cache_bytes;
    m.refused = chat.tokens->refused;
    return m;
  });
}

TEST(Prompts, TheFirstTokenComesWithThePromptAndTheOthersOneByOne) {
  const Measured m = measure(chat(tokens(64, 9)));
  EXPECT_EQ(m.requests, 1u);
  EXPECT_EQ(m.prompt, 64u);
  EXPECT_EQ(m.answer, 9u);
  EXPECT_EQ(m.jobs_tokens, 9u);
  EXPECT_GT(m.first, Time(0));
  EXPECT_EQ(m.latency, m.first + m.gaps);
}

// What a further step loads, behind a prompt of 96 and of 32 tokens: 64 tokens' keys and values lie between.
TEST(Prompts, AStepLoadsItsConversationsCacheOnce) {
  const auto step_behind = [](std::uint32_t prompt) {
    return measure(chat(tokens(prompt, 8))).in - measure(chat(tokens(prompt, 7))).in;
  };
  EXPECT_EQ(step_behind(96) - step_behind(32), 64 * of_a_token);
}

TEST(Prompts, TheRestOfAPromptTakesLessTimeThanAChunk) {
  EXPECT_LT(measure(chat(tokens(33, 2))).first, measure(chat(tokens(64, 2))).first);
}

TEST(Prompts, ConversationsShareWhatMemoryTheyMayUse) {
  const std::string busy = "turns = 2\nconversations = 4\nkv_cache_kib = 900\n";
  std::string text = chat(tokens(60, 20) + "prompt_tokens_max = 90\n" + busy);
  text.replace(text.find("concurrency = 1"), 15, "concurrency = 4");
  text.replace(text.find("requests = 1"), 12, "requests = 8");
  for (const bool refuse : {false, true}) {
    const Measured m = measure(text + (refuse ? "kv_full = \"refuse\"\n" : ""));
    EXPECT_LE(m.bound, 900u * 1024);
    EXPECT_LE(m.most, m.bound);
    EXPECT_EQ(m.requests + m.refused, 8u);
    EXPECT_EQ(m.evictions != 0, !refuse);
    EXPECT_EQ(m.recomputed != 0, !refuse);
    EXPECT_EQ(m.refused != 0, refuse);
  }
}

// A prompt beside an answer: under first come, first served too a step waits for one chunk at most, as each queue has
// one job at a time. The policy must not make it worse, and both requests must end.
TEST(Prompts, OfTwoStreamsBothAreServedUnderATokenBudget) {
  const std::string second = R"([[stream]]
name = "long"
model = "stories15m"
precision = "w8a8"
arrival = "closed_loop"
concurrency = 1
requests = 2
context_tokens = 256
chunk_tokens = 32
kv_page_tokens = 32
prompt_tokens = 200
answer_tokens = 4
)";
  const Measured m = measure(chat(tokens(32, 40), "chunked-prefill") + second);
  EXPECT_EQ(m.requests, 1u);
  EXPECT_EQ(m.answer, 40u);
}

TEST(Prompts, BadOnesAreNamed) {
  EXPECT_THAT(refusal(chat(tokens(250, 7))), HasSubstr("prompt_tokens"));
  EXPECT_THAT(refusal(chat("prompt_tokens = 10\n")), HasSubstr("answer_tokens"));
  EXPECT_THAT(refusal(chat("answer_tokens = 10\n")), HasSubstr("prompt_tokens"));
  EXPECT_THAT(refusal(chat(tokens(10, 7) + "kv_cache_kib = 100\n")), HasSubstr("kv_cache_kib"));
  EXPECT_THAT(refusal(chat(tokens(10, 7) + "prompt_tokens_max = 9\n")), HasSubstr("prompt_tokens_max"));
  std::string other = chat(tokens(10, 7));
  other.replace(other.find("stories15m"), 10, "resnet50");
  EXPECT_THAT(refusal(other), HasSubstr("decoder"));
  std::string nothing = chat(tokens(10, 7));
  nothing.replace(nothing.find("policy"), 6, "token_budget = 0\npolicy");
  EXPECT_THAT(refusal(nothing), HasSubstr("token_budget"));
}

}  // namespace
}  // namespace takt::platform::test
