// Conversations without a platform: jobs are done the moment they are given, in an order drawn at random.
#include "sim/platform/conversations.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <deque>

namespace takt::platform::test {
namespace {

using Next = Conversations::Next;

config::StreamConfig stream(std::uint32_t prompt, std::uint32_t answer, std::uint32_t conversations) {
  config::StreamConfig s;
  s.prompt_tokens = prompt;
  s.answer_tokens = answer;
  s.conversations = conversations;
  s.chunk_tokens = 32;
  s.kv_page_tokens = 16;
  return s;
}

PlacedConversations placed(std::uint64_t pages) {
  PlacedConversations p;
  p.model.chunks = {{16, 2}, {32, 1}};
  p.model.page_bytes = 1000;
  p.page_tokens = 16;
  p.pages = pages;
  return p;
}

struct Step {
  std::uint32_t program, tokens, past;
  bool operator==(const Step& other) const {
    return program == other.program && tokens == other.tokens && past == other.past;
  }
};
void PrintTo(const Step& step, std::ostream* to) { *to << step.program << '/' << step.tokens << '@' << step.past; }

std::vector<Step> jobs_of(Conversations& all, std::uint32_t conversation) {
  std::vector<Step> jobs;
  TokenJob job;
  while (all.next(conversation, job) == Next::job) {
    jobs.push_back({job.program, job.tokens, job.past});
    all.completed(job);
  }
  return jobs;
}

TEST(Conversations, APromptGoesInByChunksAndTheAnswerComesByTokens) {
  const config::StreamConfig s = stream(70, 3, 1);
  const PlacedConversations p = placed(8);
  Conversations all(s, p, 1);
  const std::uint32_t c = all.begin(all.lengths_of({}));
  EXPECT_EQ(jobs_of(all, c), (std::vector<Step>{{1, 32, 0}, {1, 32, 32}, {2, 6, 64}, {0, 1, 70}, {0, 1, 71}}))
      << "the last chunk's logits are the first token";
  EXPECT_EQ(all.used_pages(), 5u) << "72 tokens";
}

// The token that ended the first answer is the first of the second prompt's chunks: nothing followed it so far.
TEST(Conversations, TheNextPromptGoesOnWhereTheAnswerEnded) {
  config::StreamConfig s = stream(30, 2, 1);
  s.turns = 2;
  const PlacedConversations p = placed(8);
  Conversations all(s, p, 1);
  std::uint32_t c = all.begin(all.lengths_of({}));
  EXPECT_EQ(jobs_of(all, c), (std::vector<Step>{{1, 30, 0}, {0, 1, 30}}));
  all.end(c, false);
  c = all.begin(all.lengths_of({}));
  EXPECT_EQ(jobs_of(all, c), (std::vector<Step>{{0, 1, 31}, {1, 30, 32}, {0, 1, 62}}))
      << "no chunk begins inside a page and ends outside";
  all.end(c, false);
  EXPECT_EQ(all.used_pages(), 0u) << "two turns, and the conversation is over";
}

// Pages for one and a half: the one that rests gives way, and is computed again.
TEST(Conversations, WhoRestsIsEvictedAndComputedAgain) {
  config::StreamConfig s = stream(60, 1, 2);
  s.turns = 2;
  const PlacedConversations p = placed(8);
  Conversations all(s, p, 1);
  for (const std::uint64_t evictions : {0u, 1u}) {
    const std::uint32_t c = all.begin(all.lengths_of({}));
    jobs_of(all, c);
    all.end(c, false);
    EXPECT_EQ(all.evictions(), evictions * 0) << "four pages each";
  }
  const std::uint32_t first = all.begin(all.lengths_of({}));
  EXPECT_EQ(jobs_of(all, first).size(), 3u) << "61 tokens behind 60: 4 of the page, 32, 25";
  EXPECT_EQ(all.evictions(), 1u) << "eight pages for it, none for the other";
  all.end(first, false);
  const std::uint32_t second = all.begin(all.lengths_of({}));
  EXPECT_NE(second, first);
  EXPECT_EQ(jobs_of(all, second).front(), (Step{1, 32, 0}));
  EXPECT_EQ(all.recomputed(), 60u);
}

TEST(Conversations, WithRefusalNobodyIsEvicted) {
  config::StreamConfig s = stream(60, 1, 2);
  s.turns = 2;
  s.kv_full = config::KvFull::refuse;
  const PlacedConversations p = placed(7);
  Conversations all(s, p, 1);
  const std::uint32_t first = all.begin(all.lengths_of({})), second = all.begin(all.lengths_of({}));
  TokenJob job;
  EXPECT_EQ(all.next(first, job), Next::job);
  EXPECT_EQ(all.next(second, job), Next::refused) << "four of three pages";
  all.end(second, true);
  EXPECT_EQ(all.evictions(), 0u);
}

// What any order of events leaves true: no more pages than there are, every request answered, its tokens cached one
// behind the other.
RC_GTEST_PROP(Conversations, KeepTheirBoundAndAnswerAll, ()) {
  config::StreamConfig s = stream(*rc::gen::inRange(1u, 60u), *rc::gen::inRange(1u, 20u), *rc::gen::inRange(1u, 7u));
  s.prompt_tokens_max = s.prompt_tokens + *rc::gen::inRange(0u, 30u);
  s.answer_tokens_max = s.answer_tokens + *rc::gen::inRange(0u, 20u);
  s.turns = *rc::gen::inRange(1u, 4u);
  s.kv_full = *rc::gen::element(config::KvFull::evict, config::KvFull::refuse);
  const std::uint64_t of_one = (s.turns * (s.prompt_tokens_max + s.answer_tokens_max) + 15) / 16;
  const PlacedConversations p = placed(of_one + *rc::gen::inRange<std::uint64_t>(0, 3 * of_one));
  Conversations all(s, p, 7);

  struct Request {
    std::uint32_t conversation;
    Conversations::Lengths lengths;
    std::uint32_t answered = 0;
  };
  std::vector<Request> running;
  std::map<std::uint32_t, std::uint32_t> cached;  // by conversation
  std::size_t waiting = *rc::gen::inRange<std::size_t>(0, 40), ended = 0, refused = 0;
  const std::size_t requests = waiting;
  std::vector<TokenJob> given;  // under way
  const std::function<void(Request&)> ask = [&](Request& request) {
    TokenJob job;
    switch (all.next(request.conversation, job)) {
      case Next::job:
        RC_ASSERT(job.past == cached[request.conversation] || job.past == 0u);
        given.push_back(job);
        break;
      case Next::done:
      case Next::refused: {
        const bool failed = request.answered != request.lengths.answer;
        RC_ASSERT(!failed || s.kv_full == config::KvFull::refuse);
        ended += 1, refused += failed;
        all.end(request.conversation, failed);
        if (failed) cached[request.conversation] = 0;
        request.conversation = no_conversation;
        break;
      }
      case Next::wait:
        RC_ASSERT(s.kv_full == config::KvFull::evict);
    }
    RC_ASSERT(all.used_pages() <= p.pages);
  };
  const auto of = [&](std::uint32_t conversation) -> Request& {
    return *std::find_if(running.begin(), running.end(),
                         [&](const Request& r) { return r.conversation == conversation; });
  };
  while (waiting != 0 || !running.empty()) {
    while (waiting != 0 && all.available()) {
      const Conversations::Lengths lengths = all.lengths_of({});
      --waiting;
      running.push_back({all.begin(lengths), lengths});
      ask(running.back());
      running.erase(std::remove_if(running.begin(), running.end(),
                                   [](const Request& r) { return r.conversation == no_conversation; }),
                    running.end());
    }
    for (std::int32_t c = all.retry(); c >= 0; c = all.retry()) ask(of(static_cast<std::uint32_t>(c)));
    if (!given.empty()) {
      const std::size_t which = *rc::gen::inRange<std::size_t>(0, given.size());
      const TokenJob job = given[which];
      given.erase(given.begin() + static_cast<std::ptrdiff_t>(which));
      Request& request = of(job.conversation);
      request.answered += all.completed(job);
      cached[job.conversation] = job.past + job.tokens;
      ask(request);
    } else {
      RC_ASSERT(running.empty());  // else nobody goes on
    }
    running.erase(std::remove_if(running.begin(), running.end(),
                                 [](const Request& r) { return r.conversation == no_conversation; }),
                  running.end());
  }
  RC_ASSERT(ended == requests);
  RC_ASSERT(all.most_pages() <= p.pages);
}

}  // namespace
}  // namespace takt::platform::test
