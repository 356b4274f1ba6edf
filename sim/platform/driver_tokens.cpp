// Requests that are prompts: their jobs one after the other, and what the NPU must be told of their caches.
#include <algorithm>

#include "firmware/abi/abi.h"
#include "sim/platform/driver.h"

namespace takt::platform {

using units::Time;

// Begins the next job of a request, or ends the request behind its last token.
void RequestDriver::next_token(JobRef job) {
  Stream& stream = streams_[job.stream];
  const std::uint32_t conversation = job.tokens.conversation;
  stream.talking[conversation] = job;
  switch (stream.conversations->next(conversation, job.tokens)) {
    case Conversations::Next::job:
      job.program = job.tokens.program;
      return choose_experts(job) ? submit(job) : void();
    case Conversations::Next::done:
      return finish(job, RequestStatus::completed, 0, cpu_->time());
    case Conversations::Next::refused:
      ++stream.tokens.refused;
      return finish(job, RequestStatus::failed, TAKT_STATUS_NO_SPACE, cpu_->time());
    case Conversations::Next::wait:
      return go_on(job.stream);
  }
}

// Conversations that waited for pages which another one has left.
void RequestDriver::go_on(std::uint32_t s) {
  Stream& stream = streams_[s];
  for (std::int32_t next = stream.conversations->retry(); next >= 0; next = stream.conversations->retry())
    next_step(stream.talking[static_cast<std::size_t>(next)]);
}

void RequestDriver::on_tokens(const JobRef& job) {
  Stream& stream = streams_[job.stream];
  RequestRecord& request = record(job);
  Time& latest = stream.latest_token[job.tokens.conversation];
  const Time now = cpu_->time() + units::nanoseconds(scenario_.soc.software.complete_ns);
  const auto hedged = stream.hedged.find(job.request);
  std::vector<TokensRecord::Token>& answers = hedged == stream.hedged.end() ? stream.tokens.answers : hedged->second;
  for (std::uint32_t tokens = stream.conversations->completed(job.tokens); tokens != 0; --tokens) {
    if (request.answer_tokens++ == 0) request.first_token = now;
    answers.push_back({now, latest == units::never() ? latest : now - latest});
    latest = now;
  }
}

std::optional<TokensRecord> RequestDriver::tokens(std::size_t s) const {
  const Stream& stream = streams_[s];
  if (!stream.conversations) return std::nullopt;
  TokensRecord record = stream.tokens;
  record.evictions = stream.conversations->evictions();
  record.recomputed = stream.conversations->recomputed();
  record.most_cache_bytes = stream.conversations->most_pages() * workload_.streams()[s].conversations->page_bytes();
  if (scenario_.streams[s].draft.enabled)
    record.draft = {scenario_.streams[s].draft.model, stream.conversations->iterations(),
                    stream.conversations->proposed(), stream.conversations->accepted()};
  if (const std::optional<ExpertRouter>& router = stream.router)
    record.experts = {router->chosen(), router->chosen_near(), router->loaded(), router->loaded_near(), {}};
  const std::optional<PlacedExperts>& placed = workload_.streams()[s].conversations->experts;
  if (placed && !placed->stored.empty())
    record.experts->storage = {placed->far_bytes, stream.router->read(), stream.router->read() * placed->weights,
                               stream.waited_for_experts};
  return record;
}

// The conversation's pages, and where the new rows go. Entries that stand there already are not written again.
void RequestDriver::store_tables(const JobRef& job, takt_parameters& parameters) {
  const PlacedConversations& placed = *workload_.streams()[job.stream].conversations;
  const TokenJob& tokens = job.tokens;
  const PlacedDecoder& decoder = tokens.of_draft ? *placed.draft : placed.model;
  const std::uint64_t row_tokens = workload_.streams()[job.stream].programs[job.program].program->row_tokens;
  const std::vector<std::uint32_t>& pages = streams_[job.stream].conversations->pages(tokens.conversation);
  const auto address = [&](std::uint64_t page) { return decoder.pool + pages[page] * decoder.page_bytes; };
  const auto store = [&](std::uint64_t at, const std::vector<std::uint64_t>& entries) {
    cpu_->store(at, entries.data(), static_cast<std::uint32_t>(entries.size() * sizeof(std::uint64_t)));
  };
  const std::uint64_t end = tokens.past + tokens.tokens, first = tokens.past / placed.page_tokens;
  const std::uint64_t table = decoder.page_tables + tokens.conversation * decoder.page_table_bytes;
  if (tokens.past % placed.page_tokens == 0 || tokens.tokens > 1) {
    std::vector<std::uint64_t> entries;
    for (std::uint64_t i = first; i * placed.page_tokens < end; ++i) entries.push_back(address(i));
    store(table + first * sizeof(std::uint64_t), entries);
  }
  parameters.table[compiler::page_table] = {
      table, static_cast<std::uint32_t>((tokens.past + placed.page_tokens - 1) / placed.page_tokens), 0};

  const std::uint64_t one = decoder.row_table_bytes / decoder.row_bytes.size();
  for (std::size_t t = 0; t < decoder.row_bytes.size(); ++t) {
    std::vector<std::uint64_t> rows;
    for (std::uint64_t token = tokens.past; token < end; token += row_tokens)
      rows.push_back(address(token / placed.page_tokens) + token % placed.page_tokens * decoder.row_bytes[t]);
    const std::uint64_t at = decoder.row_tables + tokens.conversation * decoder.row_table_bytes + t * one;
    store(at, rows);
    parameters.table[compiler::row_tables + t] = {at, static_cast<std::uint32_t>(rows.size()), 0};
  }
  if (placed.experts && !tokens.of_draft) {
    const std::vector<std::uint64_t>& experts = streams_[job.stream].experts[tokens.conversation];
    const std::uint64_t at = placed.experts->tables + tokens.conversation * placed.experts->table_bytes;
    store(at, experts);
    parameters.table[compiler::expert_table] = {at, static_cast<std::uint32_t>(experts.size()), 0};
  }
  parameters.value[compiler::past_parameter] = tokens.past;
  parameters.value[compiler::tokens_parameter] = tokens.tokens;
}

}  // namespace takt::platform
