// What a stream's requests amount to.
//
// A request belongs to the measurement when it was submitted inside the window; its latency counts however late it
// ends. Throughput and energy per request count completions inside the window, whenever they were submitted.
#pragma once

#include <array>
#include <optional>

#include "sim/results/figures.h"

namespace takt::results {

struct StreamFigures {
  std::uint64_t submitted = 0, completed = 0, failed = 0, dropped = 0, pending = 0;
  std::uint64_t finished_in_window = 0;
  std::uint64_t with_deadline = 0;  // whose deadline has been met or missed
  std::uint64_t missed = 0;         // completed late, failed, dropped, or pending past the deadline
  bool has_deadline = false;
  Distribution latency;  // submitted to finished, completed requests
  Distribution wait;     // submitted to started, completed requests
  // Of a stream that decides between device and cloud: of the submitted ones, and how many for each reason.
  std::uint64_t offloaded = 0, private_requests = 0;
  std::array<std::uint64_t, offload::reasons> reasons{};
  offload::Picodollars cloud_price = 0;  // of those that the cloud answered inside the window
};

// Of a stream of prompts. Time to the first token: submitted to its arrival. Time per output token: of a completed
// request of two tokens and more, (latency - time to the first) / (tokens - 1), as MLPerf Inference defines both.
// Between tokens: from one to the next of an answer, each that came inside the window.
struct TokenFigures {
  Distribution first, each, between;
  std::uint64_t tokens = 0;         // of answers, inside the window
  std::uint64_t prompt_tokens = 0;  // of requests submitted inside it
};

// What an answer of a stream costs: its energy and DRAM bytes by completions inside the window, the mean latency of
// latency_us, and the price of energy and tokens. Nothing: not measured, or no answer.
struct AnswerCost {
  std::optional<Attojoules> energy;
  std::optional<std::uint64_t> dram_bytes;
  std::optional<units::Time> latency;
  std::optional<Decimal> price;  // US dollars
};

AnswerCost answer_cost(const platform::RunRecord& run, const platform::StreamRecord& stream,
                       const StreamFigures& figures);

// Requires stream.tokens.
TokenFigures token_figures(const platform::RunRecord& run, const platform::StreamRecord& stream);

bool in_window(const platform::RequestRecord& request, const platform::Interval& window);

// Whether the deadline was missed; nullopt: there is none, or it lies behind the end of the run.
std::optional<bool> missed_deadline(const platform::RequestRecord& request, units::Time end_of_run);

StreamFigures stream_figures(const platform::RunRecord& run, const platform::StreamRecord& stream);

}  // namespace takt::results
