// Conversations with a draft model, without a platform: which jobs an iteration has, how many tokens it makes, and that
// what lies in both caches is what has been said.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <map>

#include "sim/platform/conversations.h"

namespace takt::platform::test {
namespace {

using Next = Conversations::Next;

// Programs: the model's are 0 (a step), 1 and 2 (chunks), 3 (verifies); the draft's 4, 5 and 6, 7 (of two tokens).
config::StreamConfig stream(std::uint32_t prompt, std::uint32_t answer, std::uint32_t tokens, std::uint64_t percent) {
  config::StreamConfig s;
  s.prompt_tokens = prompt;
  s.answer_tokens = answer;
  s.chunk_tokens = 32;
  s.kv_page_tokens = 16;
  s.draft.enabled = true;
  s.draft.tokens = tokens;
  s.draft.acceptance = percent * config::certain / 100;
  return s;
}

PlacedConversations placed(std::uint64_t pages, std::uint32_t tokens) {
  PlacedConversations p;
  p.model.chunks = {{16, 1}, {32, 2}};
  p.model.few = {tokens + 1, 3};
  p.draft.emplace();
  p.draft->step = 4;
  p.draft->chunks = {{16, 5}, {32, 6}};
  p.draft->few = {2, 7};
  p.page_tokens = 16;
  p.pages = pages;
  return p;
}

struct Job {
  std::uint32_t program, tokens, past;
  bool operator==(const Job& other) const {
    return program == other.program && tokens == other.tokens && past == other.past;
  }
};
void PrintTo(const Job& job, std::ostream* to) { *to << job.program << '/' << job.tokens << '@' << job.past; }

std::vector<Job> jobs_of(Conversations& all, std::uint32_t conversation) {
  std::vector<Job> jobs;
  TokenJob job;
  while (all.next(conversation, job) == Next::job) {
    EXPECT_EQ(job.of_draft, job.program >= 4);
    jobs.push_back({job.program, job.tokens, job.past});
    all.completed(job);
  }
  return jobs;
}

// The prompt's last chunk makes the first token. The draft takes in the prompt, and with the first token proposes;
// where all was accepted it has two tokens to take in. Iterations of three and of the one token that remains.
TEST(Drafts, WhereAllIsAcceptedAnIterationMakesOneTokenMoreThanProposed) {
  const config::StreamConfig s = stream(20, 1 + 4 + 2, 3, 100);
  const PlacedConversations p = placed(4, 3);
  Conversations all(s, p, 1);
  EXPECT_EQ(jobs_of(all, all.begin(all.lengths_of({}))), (std::vector<Job>{{2, 20, 0},  // the prompt
                                                                           {6, 21, 0},
                                                                           {4, 1, 21},
                                                                           {4, 1, 22},
                                                                           {3, 4, 20},  // verifies three
                                                                           {7, 2, 23},
                                                                           {3, 2, 24}}));
  EXPECT_EQ(all.iterations(), 2u);
  EXPECT_EQ(all.proposed(), 4u);
  EXPECT_EQ(all.accepted(), 4u);
}

// Each iteration makes the model's own token and no more; the refused ones' rows are written again.
TEST(Drafts, WhereNothingIsAcceptedAnIterationMakesOneToken) {
  const config::StreamConfig s = stream(16, 1 + 3, 2, 0);
  const PlacedConversations p = placed(4, 2);
  Conversations all(s, p, 1);
  EXPECT_EQ(jobs_of(all, all.begin(all.lengths_of({}))),
            (std::vector<Job>{{1, 16, 0},  // the prompt, a page
                              {6, 17, 0},
                              {4, 1, 17},
                              {3, 3, 16},
                              {4, 1, 17},
                              {3, 2, 17},  // two tokens are missing: one proposal
                              {0, 1, 18}}));
  EXPECT_EQ(all.proposed(), 3u);
  EXPECT_EQ(all.accepted(), 0u);
}

// What was refused gives back the pages that it alone needed.
TEST(Drafts, RefusedTokensLeaveNoPagesBehind) {
  const config::StreamConfig s = stream(15, 1 + 8, 4, 0);
  const PlacedConversations p = placed(2, 4);
  Conversations all(s, p, 1);
  const std::uint32_t c = all.begin(all.lengths_of({}));
  TokenJob job;
  std::uint32_t made = 0;
  while (made < 2) {
    ASSERT_EQ(all.next(c, job), Next::job);
    made += all.completed(job);
  }
  EXPECT_EQ(all.most_pages(), 2u) << "15 cached and 5 verified";
  EXPECT_EQ(all.used_pages(), 1u) << "16 cached";
}

// Leviathan et al., ICML 2023, equation 1: an iteration makes (1 - a^(k+1)) / (1 - a) tokens. Their number has the
// probability a^n (1 - a) for n accepted of k, a^k for all of them; the mean of many draws lies within four standard
// deviations.
TEST(Drafts, TokensOfAnIterationAreThoseOfThePapersFormula) {
  for (const double a : {0.2, 0.5, 0.8, 0.95})
    for (const std::uint32_t k : {1u, 3u, 4u, 10u}) {
      config::StreamConfig s = stream(1, 1000, k, 0);
      s.draft.acceptance = static_cast<std::uint64_t>(std::llround(a * config::certain));
      const PlacedConversations p = placed(80, k);
      Conversations all(s, p, 3);
      double iterations = 0, made = 0;
      for (int request = 0; request < 40; ++request) {
        const std::uint32_t c = all.begin(all.lengths_of({}));
        TokenJob job;
        while (all.next(c, job) == Next::job) {
          const std::uint32_t tokens = all.completed(job);
          if (job.program != 3 || job.tokens != k + 1) continue;  // the last ones propose less
          iterations += 1;
          made += tokens;
        }
        all.end(c, false);
      }
      ASSERT_GT(iterations, 3000);
      const double expected = (1 - std::pow(a, k + 1)) / (1 - a);
      double square = 0;
      for (std::uint32_t n = 0; n <= k; ++n)
        square += (n == k ? std::pow(a, k) : std::pow(a, n) * (1 - a)) * (n + 1) * (n + 1);
      EXPECT_NEAR(made / iterations, expected, 4 * std::sqrt((square - expected * expected) / iterations))
          << a << " of " << k;
    }
}

// With and without a draft a seed gives the same prompts and answers.
TEST(Drafts, LengthsDoNotDependOnWhatIsAccepted) {
  config::StreamConfig s = stream(5, 5, 3, 50);
  s.prompt_tokens_max = 90;
  s.answer_tokens_max = 90;
  const PlacedConversations p = placed(20, 3);
  PlacedConversations without = p;
  without.draft.reset();
  Conversations with_draft(s, p, 5), alone(s, without, 5);
  for (int request = 0; request < 20; ++request) {
    const Conversations::Lengths a = with_draft.lengths_of({}), b = alone.lengths_of({});
    EXPECT_EQ(a.prompt, b.prompt);
    EXPECT_EQ(a.answer, b.answer);
    const std::uint32_t c = with_draft.begin(a);
    jobs_of(with_draft, c);
    with_draft.end(c, false);
  }
}

// Both caches as lists of tokens, by position. Every token has a number of its own, so that a row that a refused one
// has left, or that nobody has written, is told from the one that belongs there.
class Books {
 public:
  // A turn's prompt; the first of it follows what was said.
  void ask(std::uint32_t tokens) {
    for (std::uint32_t i = 0; i < tokens; ++i) text_.push_back(++number_);
  }

  void begin(const TokenJob& job) {
    const std::vector<std::uint64_t> all = with_proposals();
    const std::vector<std::uint64_t>& cache = job.of_draft ? draft_ : model_;
    RC_ASSERT(job.past + job.tokens <= all.size());
    RC_ASSERT(job.past <= cache.size());
    RC_ASSERT(std::equal(cache.begin(), cache.begin() + job.past, all.begin()));
  }

  void complete(const TokenJob& job, std::uint32_t made) {
    const std::vector<std::uint64_t> all = with_proposals();
    std::vector<std::uint64_t>& cache = job.of_draft ? draft_ : model_;
    cache.resize(std::max<std::size_t>(cache.size(), job.past + job.tokens));
    std::copy_n(all.begin() + job.past, job.tokens, cache.begin() + job.past);
    if (job.of_draft) {
      RC_ASSERT(made == 0u);
      if (job.past + job.tokens == all.size()) proposals_.push_back(++number_);
      return;
    }
    if (made == 0) return;
    RC_ASSERT(job.past + job.tokens == all.size());  // it is the end of what is known that tokens are made from
    RC_ASSERT(made <= proposals_.size() + 1);
    text_.insert(text_.end(), proposals_.begin(), proposals_.begin() + (made - 1));
    text_.push_back(++number_);
    proposals_.clear();
  }

  void lose() {
    model_.clear();
    draft_.clear();
    proposals_.clear();
  }

 private:
  std::vector<std::uint64_t> with_proposals() const {
    std::vector<std::uint64_t> all = text_;
    all.insert(all.end(), proposals_.begin(), proposals_.end());
    return all;
  }

  std::uint64_t number_ = 0;
  std::vector<std::uint64_t> text_, proposals_, model_, draft_;
};

RC_GTEST_PROP(Drafts, BothCachesHoldWhatHasBeenSaid, ()) {
  config::StreamConfig s = stream(*rc::gen::inRange(1u, 60u), *rc::gen::inRange(1u, 40u), *rc::gen::inRange(1u, 9u),
                                  *rc::gen::element(0u, 50u, 90u, 100u));
  s.conversations = *rc::gen::inRange(1u, 5u);
  s.turns = *rc::gen::inRange(1u, 4u);
  s.kv_full = *rc::gen::element(config::KvFull::evict, config::KvFull::refuse);
  const std::uint64_t of_one = (s.turns * (s.prompt_tokens + s.answer_tokens) + 15) / 16;
  const PlacedConversations p = placed(of_one * *rc::gen::inRange(1u, 4u), s.draft.tokens);
  Conversations all(s, p, *rc::gen::arbitrary<std::uint64_t>());

  std::map<std::uint32_t, Books> books;
  std::map<std::uint32_t, std::uint32_t> answered, turn;
  std::vector<TokenJob> given;
  std::size_t waiting = *rc::gen::inRange<std::size_t>(1, 20), ended = 0;
  const std::size_t requests = waiting;
  const auto ask = [&](std::uint32_t c) {
    TokenJob job;
    const std::uint64_t before = all.pages(c).size();
    switch (all.next(c, job)) {
      case Next::job:
        if (before == 0) books[c].lose();  // evicted, or new
        RC_ASSERT(job.past + job.tokens <= 16 * all.pages(c).size());
        books[c].begin(job);
        given.push_back(job);
        break;
      case Next::done:
      case Next::refused: {
        const bool failed = answered[c] != s.answer_tokens;
        RC_ASSERT(!failed || s.kv_full == config::KvFull::refuse);
        all.end(c, failed);
        ++ended;
        if (failed || ++turn[c] == s.turns) books[c] = Books(), turn[c] = 0;
        break;
      }
      case Next::wait:
        RC_ASSERT(s.kv_full == config::KvFull::evict);
    }
    RC_ASSERT(all.used_pages() <= p.pages);
  };
  while (ended != requests) {
    while (waiting != 0 && all.available()) {
      --waiting;
      const std::uint32_t c = all.begin(all.lengths_of({}));
      answered[c] = 0;
      books[c].ask(s.prompt_tokens);
      ask(c);
    }
    for (std::int32_t c = all.retry(); c >= 0; c = all.retry()) ask(static_cast<std::uint32_t>(c));
    if (given.empty()) {
      RC_ASSERT(ended == requests || all.available());  // else nobody goes on
      continue;
    }
    const std::size_t which = *rc::gen::inRange<std::size_t>(0, given.size());
    const TokenJob job = given[which];
    given.erase(given.begin() + static_cast<std::ptrdiff_t>(which));
    const std::uint32_t made = all.completed(job);
    answered[job.conversation] += made;
    RC_ASSERT(answered[job.conversation] <= s.answer_tokens);
    books[job.conversation].complete(job, made);
    ask(job.conversation);
  }
  RC_ASSERT(all.accepted() <= all.proposed());
}

}  // namespace
}  // namespace takt::platform::test
