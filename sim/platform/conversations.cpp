#include "sim/platform/conversations.h"

#include <algorithm>

namespace takt::platform {

Conversations::Conversations(const config::StreamConfig& stream, const PlacedConversations& placed, std::uint64_t seed)
    : stream_(stream), placed_(placed), random_(seed), all_(stream.conversations) {
  for (std::uint64_t page = placed.pages; page-- > 0;) free_.push_back(static_cast<std::uint32_t>(page));
}

Conversations::Lengths Conversations::draw() {
  const auto one_of = [this](std::uint32_t least, std::uint32_t most) {
    return most <= least ? least : least + static_cast<std::uint32_t>(random_.below(most - least + 1));
  };
  Lengths lengths;
  lengths.prompt = one_of(stream_.prompt_tokens, stream_.prompt_tokens_max);
  lengths.answer = one_of(stream_.answer_tokens, stream_.answer_tokens_max);
  return lengths;
}

bool Conversations::available() const {
  return std::any_of(all_.begin(), all_.end(), [](const Conversation& c) { return !c.busy; });
}

std::uint32_t Conversations::begin(const Lengths& lengths) {
  const auto rested = [](const Conversation& a, const Conversation& b) {
    return a.busy != b.busy ? b.busy : a.since < b.since;
  };
  const auto found = std::min_element(all_.begin(), all_.end(), rested);
  found->busy = true;
  found->wanted = lengths;
  found->answered = 0;
  found->since = ++clock_;
  return static_cast<std::uint32_t>(found - all_.begin());
}

// A prompt goes in by chunks, and none of it begins inside a page and ends outside.
TokenJob Conversations::job_at(const config::StreamConfig& stream, const PlacedConversations& placed,
                               std::uint32_t cached, std::uint32_t prompt_end) {
  TokenJob job;
  job.past = cached;
  job.tokens = 1;
  if (cached >= prompt_end) return job;
  job.tokens = std::min(stream.chunk_tokens, prompt_end - cached);
  const auto inside = static_cast<std::uint32_t>(cached % placed.page_tokens);
  if (inside != 0) job.tokens = std::min(job.tokens, static_cast<std::uint32_t>(placed.page_tokens) - inside);
  if (job.tokens == 1) return job;
  for (const PlacedConversations::Chunk& chunk : placed.chunks) {
    job.program = chunk.program;
    if (chunk.tokens >= job.tokens) break;
  }
  return job;
}

TokenJob Conversations::job_of(std::uint32_t conversation) const {
  const Conversation& c = all_[conversation];
  TokenJob job = job_at(stream_, placed_, c.cached, c.prompt_end());
  job.conversation = conversation;
  return job;
}

Conversations::Next Conversations::next(std::uint32_t conversation, TokenJob& job) {
  Conversation& c = all_[conversation];
  if (c.answered == c.wanted.answer) return Next::done;
  job = job_of(conversation);
  if (stream_.kv_full == config::KvFull::refuse) return take(c, pages_for(c.most())) ? Next::job : Next::refused;
  // Whoever came first goes on first: its pages come from those that came later.
  const Conversation* const first = oldest_waiting();
  const bool yields = first != nullptr && first != &c && first->since < c.since;
  if (!yields && take(c, pages_for(job.past + job.tokens))) {
    c.waits = false;
    return Next::job;
  }
  const bool oldest = std::none_of(all_.begin(), all_.end(),
                                   [&](const Conversation& other) { return other.busy && other.since < c.since; });
  if (!oldest) drop(c);
  c.waits = true;
  return Next::wait;
}

const Conversations::Conversation* Conversations::oldest_waiting() const {
  const Conversation* first = nullptr;
  for (const Conversation& c : all_)
    if (c.busy && c.waits && (first == nullptr || c.since < first->since)) first = &c;
  return first;
}

// Only with room for all that it has said, so that it does not begin again to be evicted again.
std::int32_t Conversations::retry() const {
  const Conversation* const first = oldest_waiting();
  if (first == nullptr) return -1;
  std::uint64_t idle = 0;
  for (const Conversation& c : all_) idle += c.busy ? 0 : c.pages.size();
  const std::uint64_t needed = pages_for(std::max(first->cached, first->prompt_end()) + 1) - first->pages.size();
  return needed <= free_pages() + idle ? static_cast<std::int32_t>(first - all_.data()) : -1;
}

bool Conversations::take(Conversation& conversation, std::uint64_t pages) {
  while (conversation.pages.size() < pages && free_pages() < pages - conversation.pages.size())
    if (stream_.kv_full == config::KvFull::refuse || !evict_idle()) return false;
  while (conversation.pages.size() < pages) {
    conversation.pages.push_back(free_.back());
    free_.pop_back();
    ++used_;
  }
  most_ = std::max(most_, used_);
  return true;
}

// Of those without a request the one that has rested longest.
bool Conversations::evict_idle() {
  Conversation* victim = nullptr;
  for (Conversation& c : all_)
    if (!c.busy && !c.pages.empty() && (victim == nullptr || c.since < victim->since)) victim = &c;
  if (victim == nullptr) return false;
  drop(*victim);
  return true;
}

void Conversations::drop(Conversation& conversation) {
  if (conversation.pages.empty()) return;
  ++evictions_;
  conversation.cached = 0;
  used_ -= conversation.pages.size();
  free_.insert(free_.end(), conversation.pages.rbegin(), conversation.pages.rend());
  conversation.pages.clear();
}

bool Conversations::completed(const TokenJob& job) {
  Conversation& c = all_[job.conversation];
  const std::uint32_t end = job.past + job.tokens;
  recomputed_ += std::min(end, std::max(c.computed, job.past)) - job.past;
  c.computed = std::max(c.computed, end);
  const bool last = end > c.prompt_end() || (end == c.prompt_end() && c.answered == 0);
  c.cached = end;
  if (last) ++c.answered;
  return last;
}

void Conversations::end(std::uint32_t conversation, bool failed) {
  Conversation& c = all_[conversation];
  c.busy = c.waits = false;
  c.since = ++clock_;
  c.said += c.wanted.prompt + c.wanted.answer;
  if (!failed && ++c.turn != stream_.turns) return;
  const std::uint64_t before = evictions_;
  drop(c);
  evictions_ = before;
  const std::uint64_t since = c.since;
  c = Conversation();
  c.since = since;
}

}  // namespace takt::platform
