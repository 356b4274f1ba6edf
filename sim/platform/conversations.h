// A stream's conversations with a language model: which job a request needs next, and where keys and values of what has
// been said lie in memory.
#pragma once

#include <cstdint>
#include <vector>

#include "models/units/random.h"
#include "sim/config/scenario_config.h"

namespace takt::platform {

// A decoder's programs and the memory of its conversations, as placed.
struct PlacedConversations {
  struct Chunk {
    std::uint32_t tokens = 0;   // that the program takes at most
    std::uint32_t program = 0;  // index among the stream's
  };
  std::vector<Chunk> chunks;  // of prompts, ascending; program 0 is the step of one token
  std::uint64_t page_tokens = 0, page_bytes = 0;
  std::uint64_t pages = 0;                              // all conversations together have no more
  std::uint64_t pool = 0;                               // address of the first page
  std::uint64_t page_tables = 0, page_table_bytes = 0;  // of each conversation
  std::uint64_t row_tables = 0, row_table_bytes = 0;    // likewise; one table behind the other
  std::vector<std::uint64_t> row_bytes;                 // by row table
  std::uint64_t row_table_entries() const { return row_table_bytes / row_bytes.size() / sizeof(std::uint64_t); }
};

// One job of a request.
constexpr std::uint32_t no_conversation = ~0u;
struct TokenJob {
  std::uint32_t conversation = no_conversation;
  std::uint32_t program = 0;
  std::uint32_t tokens = 0;  // that go in
  std::uint32_t past = 0;    // cached before them
};

class Conversations {
 public:
  // The next job where so many tokens are cached and all before `prompt_end` have been said: a chunk of them, or a
  // step.
  static TokenJob job_at(const config::StreamConfig& stream, const PlacedConversations& placed, std::uint32_t cached,
                         std::uint32_t prompt_end);

  // `seed`: of the requests' lengths.
  Conversations(const config::StreamConfig& stream, const PlacedConversations& placed, std::uint64_t seed);

  struct Lengths {
    std::uint32_t prompt = 0, answer = 0;  // tokens
  };
  // Of the stream's next request.
  Lengths draw();

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

  // A job that next() gave is done; whether a token of the answer has come.
  bool completed(const TokenJob& job);
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

 private:
  struct Conversation {
    bool busy = false, waits = false;
    std::uint32_t turn = 0;      // requests so far
    std::uint32_t said = 0;      // tokens of earlier requests and their answers
    std::uint32_t cached = 0;    // tokens whose keys and values lie in its pages
    std::uint32_t computed = 0;  // tokens that have been cached once
    Lengths wanted;
    std::uint32_t answered = 0;  // tokens
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
  TokenJob job_of(std::uint32_t conversation) const;
  bool take(Conversation& conversation, std::uint64_t pages);
  bool evict_idle();
  void drop(Conversation& conversation);
  const Conversation* oldest_waiting() const;

  const config::StreamConfig& stream_;
  const PlacedConversations& placed_;
  units::Random random_;
  std::vector<Conversation> all_;
  std::vector<std::uint32_t> free_;  // pages, the next one last
  std::uint64_t used_ = 0, most_ = 0, evictions_ = 0, recomputed_ = 0;
  std::uint64_t clock_ = 0;
};

}  // namespace takt::platform
