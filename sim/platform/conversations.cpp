#include "sim/platform/conversations.h"

#include <algorithm>

namespace takt::platform {

Conversations::Conversations(const config::StreamConfig& stream, const PlacedConversations& placed, std::uint64_t seed)
    : stream_(stream), placed_(placed), random_(seed), chance_(seed + 1), all_(stream.conversations) {
  for (std::uint64_t page = placed.pages; page-- > 0;) free_.push_back(static_cast<std::uint32_t>(page));
}

Conversations::Lengths Conversations::lengths_of(const traces::TracedRequest& request) {
  const auto one_of = [this](std::uint32_t least, std::uint32_t most) {
    return most <= least ? least : least + static_cast<std::uint32_t>(random_.below(most - least + 1));
  };
  Lengths lengths;
  lengths.prompt = one_of(stream_.prompt_tokens, stream_.prompt_tokens_max);
  lengths.answer = one_of(stream_.answer_tokens, stream_.answer_tokens_max);
  if (request.prompt_tokens != 0) lengths.prompt = request.prompt_tokens;
  if (request.answer_tokens != 0) lengths.answer = request.answer_tokens;
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
TokenJob Conversations::job_at(const config::StreamConfig& stream, std::uint64_t page_tokens,
                               const PlacedDecoder& decoder, std::uint32_t cached, std::uint32_t prompt_end) {
  TokenJob job;
  job.program = decoder.step;
  job.past = cached;
  job.tokens = 1;
  job.of_answer = cached >= prompt_end;
  if (job.of_answer) return job;
  job.tokens = std::min(stream.chunk_tokens, prompt_end - cached);
  const auto inside = static_cast<std::uint32_t>(cached % page_tokens);
  if (inside != 0) job.tokens = std::min(job.tokens, static_cast<std::uint32_t>(page_tokens) - inside);
  if (job.tokens == 1) return job;
  for (const PlacedDecoder::Program& chunk : decoder.chunks) {
    job.program = chunk.index;
    if (chunk.tokens >= job.tokens) break;
  }
  return job;
}

// Of the iteration under way. The step that verifies them makes one more.
std::uint32_t Conversations::proposals(const Conversation& c) const {
  return placed_.draft ? std::min(stream_.draft.tokens, c.wanted.answer - c.answered - 1) : 0;
}

TokenJob Conversations::job_of(std::uint32_t conversation) const {
  const Conversation& c = all_[conversation];
  TokenJob job;
  if (c.cached < c.prompt_end() || proposals(c) == 0) {
    job = job_at(stream_, placed_.page_tokens, placed_.model, c.cached, c.prompt_end());
  } else if (c.proposed < proposals(c)) {
    job = draft_job(c);
  } else {
    job.program = placed_.model.few->index;
    job.past = c.cached;
    job.tokens = 1 + c.proposed;
    job.of_answer = true;
  }
  job.conversation = conversation;
  return job;
}

// The draft takes in what it has not seen; with the last token of that it proposes one. What it has not seen is its own
// latest proposal, or the token that the model made, and the proposal before it where all were accepted; or the prompt.
TokenJob Conversations::draft_job(const Conversation& c) const {
  const std::uint32_t end = c.cached + 1 + c.proposed, unseen = end - c.drafted;
  TokenJob job;
  if (unseen <= placed_.draft->few->tokens) {
    job.program = unseen == 1 ? placed_.draft->step : placed_.draft->few->index;
    job.past = c.drafted;
    job.tokens = unseen;
    job.of_answer = true;
  } else {
    job = job_at(stream_, placed_.page_tokens, *placed_.draft, c.drafted, end);
  }
  job.of_draft = true;
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
  const std::uint64_t ahead = std::max(first->cached, first->prompt_end()) + 1 + proposals(*first);
  const std::uint64_t needed = pages_for(ahead) - first->pages.size();
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
  conversation.cached = conversation.drafted = conversation.proposed = 0;
  keep(conversation, 0);
}

// Its first so many; the others are free.
void Conversations::keep(Conversation& conversation, std::uint64_t pages) {
  for (; conversation.pages.size() > pages; --used_) {
    free_.push_back(conversation.pages.back());
    conversation.pages.pop_back();
  }
}

// Each proposal is accepted by the chance that it has, until one is refused; in that one's place, or behind the last
// one, stands a token of the model. What the refused ones have left in the caches is behind their end.
std::uint32_t Conversations::verified(Conversation& c, const TokenJob& job) {
  std::uint32_t accepted = 0;
  while (accepted < c.proposed && chance_.below(config::certain) < stream_.draft.acceptance) ++accepted;
  ++iterations_;
  proposed_ += c.proposed;
  accepted_ += accepted;
  c.proposed = 0;
  c.cached = job.past + 1 + accepted;
  c.computed = std::max(c.computed, c.cached);
  c.drafted = std::min(c.drafted, c.cached);
  c.answered += 1 + accepted;
  if (stream_.kv_full == config::KvFull::evict) keep(c, pages_for(c.cached));
  return 1 + accepted;
}

std::uint32_t Conversations::completed(const TokenJob& job) {
  Conversation& c = all_[job.conversation];
  const std::uint32_t end = job.past + job.tokens;
  if (job.of_draft) {
    c.drafted = end;
    if (end == c.cached + 1 + c.proposed) ++c.proposed;
    return 0;
  }
  if (c.proposed != 0) return verified(c, job);
  recomputed_ += std::min(end, std::max(c.computed, job.past)) - job.past;
  c.computed = std::max(c.computed, end);
  const bool last = end > c.prompt_end() || (end == c.prompt_end() && c.answered == 0);
  c.cached = end;
  if (last) ++c.answered;
  return last ? 1 : 0;
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
