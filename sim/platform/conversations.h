// A stream's conversations with a language model: which job a request needs next, and where keys and values of what has
// been said lie in memory.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/units/random.h"
#include "sim/config/scenario_config.h"
#include "sim/platform/experts.h"
#include "traces/formats/requests/request_trace.h"

namespace takt::platform {

// A decoder's programs and its part of the conversations' memory, as placed.
struct PlacedDecoder {
  struct Program {
    std::uint32_t tokens = 0;  // that it takes at most
    std::uint32_t index = 0;   // among the stream's
  };
  std::uint32_t step = 0;       // the program of one token
  std::vector<Program> chunks;  // of prompts, ascending
  // Of a few tokens, which may begin inside a page and end in the next: the model's verifies what its draft proposes;
  // the draft's takes in the two tokens that it has not seen once all that it proposed was accepted.
  std::optional<Program> few;
  std::uint64_t page_bytes = 0;
  std::uint64_t pool = 0;                               // address of the first page
  std::uint64_t page_tables = 0, page_table_bytes = 0;  // of each conversation
  std::uint64_t row_tables = 0, row_table_bytes = 0;    // likewise; one table behind the other
  std::vector<std::uint64_t> row_bytes;                 // by row table
};

// A page of a conversation has a place in the model's pool and, where there is a draft, one in the draft's.
struct PlacedConversations {
  PlacedDecoder model;
  std::optional<PlacedDecoder> draft;
  std::optional<PlacedExperts> experts;  // of the model
  std::uint64_t page_tokens = 0;
  std::uint64_t pages = 0;  // all conversations together have no more
  std::uint64_t page_bytes() const { return model.page_bytes + (draft ? draft->page_bytes : 0); }
};

// One job of a request.
constexpr std::uint32_t no_conversation = ~0u;
struct TokenJob {
  std::uint32_t conversation = no_conversation;
  std::uint32_t program = 0;
  std::uint32_t tokens = 0;  // that go in
  std::uint32_t past = 0;    // cached before them
  bool of_draft = false;     // else of the stream's model
  bool of_answer = false;    // proposes or makes tokens; else it takes in some of a prompt
};

class Conversations {
 public:
  // The next job of a decoder where so many tokens are cached and all before `prompt_end` have been said: a chunk of
  // them, or a step.
  static TokenJob job_at(const config::StreamConfig& stream, std::uint64_t page_tokens, const PlacedDecoder& decoder,
                         std::uint32_t cached, std::uint32_t prompt_end);

  // `seed`: of the requests' lengths, and of what is accepted, each by itself.
  Conversations(const config::StreamConfig& stream, const PlacedConversations& placed, std::uint64_t seed);

  struct Lengths {
    std::uint32_t prompt = 0, answer = 0;  // tokens
  };
  // Of the stream's next request: what a trace says of it, else drawn.
  Lengths lengths_of(const traces::TracedRequest& request);

  // Whether one has no request under way.
  bool available() const;
  // Its next request begins: the conversation's number. Requires available(). Of those without a request the one that
  // has rested longest.
  std::uint32_t begin(const Lengths& lengths);

  enum class Next : std::uint8_t {
    job,      // `next` of it
    done,     // the request has its answer
    wait,     // for pages: ask again when retry() names it
    refused,  // there is no room for it
  };
  Next next(std::uint32_t conversation, TokenJob& job);

  // A job that next() gave is done: how many tokens of the answer have come.
  std::uint32_t completed(const TokenJob& job);
  // The request is over. One that failed ends its conversation.
  void end(std::uint32_t conversation, bool failed);
  // A conversation that waits and may go on now, the one that has waited longest; -1: none.
  std::int32_t retry() const;

  // Pages of a conversation, in the order of its tokens.
  const std::vector<std::uint32_t>& pages(std::uint32_t conversation) const { return all_[conversation].pages; }

  std::uint64_t used_pages() const { return used_; }
  std::uint64_t most_pages() const { return most_; }
  std::uint64_t evictions() const { return evictions_; }
  // Tokens that went in again because their cache had been evicted.
  std::uint64_t recomputed() const { return recomputed_; }
  // Steps that verified proposals, the tokens that were proposed, and those accepted.
  std::uint64_t iterations() const { return iterations_; }
  std::uint64_t proposed() const { return proposed_; }
  std::uint64_t accepted() const { return accepted_; }

 private:
  struct Conversation {
    bool busy = false, waits = false;
    std::uint32_t turn = 0;      // requests so far
    std::uint32_t said = 0;      // tokens of earlier requests and their answers
    std::uint32_t cached = 0;    // tokens whose keys and values lie in its pages
    std::uint32_t computed = 0;  // tokens that have been cached once
    Lengths wanted;
    std::uint32_t answered = 0;  // tokens
    std::uint32_t drafted = 0;  // tokens whose keys and values the draft has cached; no more than `cached` and proposed
    std::uint32_t proposed = 0;  // tokens behind the latest one of the answer, not verified yet
    std::uint64_t since = 0;     // order of begin() and end()
    std::vector<std::uint32_t> pages;

    // Tokens that must be cached before a token of the answer is made from the one behind them.
    std::uint32_t prompt_end() const { return said + wanted.prompt + (answered == 0 ? 0 : answered - 1); }
    std::uint32_t most() const { return said + wanted.prompt + wanted.answer - 1; }
  };

  std::uint64_t pages_for(std::uint64_t tokens) const {
    return (tokens + placed_.page_tokens - 1) / placed_.page_tokens;
  }
  std::uint64_t free_pages() const { return placed_.pages - used_; }
  std::uint32_t proposals(const Conversation& conversation) const;
  TokenJob job_of(std::uint32_t conversation) const;
  TokenJob draft_job(const Conversation& conversation) const;
  std::uint32_t verified(Conversation& conversation, const TokenJob& job);
  bool take(Conversation& conversation, std::uint64_t pages);
  void keep(Conversation& conversation, std::uint64_t pages);
  bool evict_idle();
  void drop(Conversation& conversation);
  const Conversation* oldest_waiting() const;

  const config::StreamConfig& stream_;
  const PlacedConversations& placed_;
  units::Random random_, chance_;
  std::vector<Conversation> all_;
  std::vector<std::uint32_t> free_;  // pages, the next one last
  std::uint64_t used_ = 0, most_ = 0, evictions_ = 0, recomputed_ = 0;
  std::uint64_t iterations_ = 0, proposed_ = 0, accepted_ = 0;
  std::uint64_t clock_ = 0;
};

}  // namespace takt::platform
