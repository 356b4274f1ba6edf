#include "sim/results/streams.h"

namespace takt::results {

using platform::RequestRecord;
using platform::RequestStatus;

bool in_window(const RequestRecord& request, const platform::Interval& window) {
  return window.begin <= request.submitted && request.submitted < window.end;
}

std::optional<bool> missed_deadline(const RequestRecord& request, units::Time end_of_run) {
  if (request.deadline == units::never()) return std::nullopt;
  switch (request.status) {
    case RequestStatus::completed:
      return request.finished > request.deadline;
    case RequestStatus::failed:
    case RequestStatus::dropped:
      return true;
    case RequestStatus::pending:
      break;
  }
  if (end_of_run > request.deadline) return true;
  return std::nullopt;
}

namespace {

void count_placement(StreamFigures& figures, const platform::PlacementRecord& placement) {
  if (placement.place() == offload::Place::cloud) ++figures.offloaded;
  if (placement.is_private) ++figures.private_requests;
  ++figures.reasons[static_cast<std::size_t>(placement.decision.reason)];
}

void count(StreamFigures& figures, RequestStatus status) {
  ++figures.submitted;
  switch (status) {
    case RequestStatus::completed:
      ++figures.completed;
      break;
    case RequestStatus::failed:
      ++figures.failed;
      break;
    case RequestStatus::dropped:
      ++figures.dropped;
      break;
    case RequestStatus::pending:
      ++figures.pending;
      break;
  }
}

}  // namespace

StreamFigures stream_figures(const platform::RunRecord& run, const platform::StreamRecord& stream) {
  StreamFigures figures;
  std::vector<units::Time> latency, wait;
  for (const RequestRecord& request : stream.requests) {
    const bool completed = request.status == RequestStatus::completed;
    // The run's last completion may end the window, so the end belongs to it and the begin does not.
    if (completed && run.window.begin < request.finished && request.finished <= run.window.end) {
      ++figures.finished_in_window;
      if (request.placement && request.placement->asked_cloud()) figures.cloud_price += request.placement->cloud.price;
    }
    if (!in_window(request, run.window)) continue;
    count(figures, request.status);
    if (request.placement) count_placement(figures, *request.placement);
    figures.has_deadline |= request.deadline != units::never();
    if (const std::optional<bool> missed = missed_deadline(request, run.simulated)) {
      ++figures.with_deadline;
      figures.missed += *missed ? 1 : 0;
    }
    if (!completed) continue;
    latency.push_back(request.finished - request.submitted);
    if (request.started != units::never()) wait.push_back(request.started - request.submitted);
  }
  figures.latency = Distribution(std::move(latency));
  figures.wait = Distribution(std::move(wait));
  return figures;
}

AnswerCost answer_cost(const platform::RunRecord& run, const platform::StreamRecord& stream,
                       const StreamFigures& figures) {
  using Wide = unsigned __int128;
  constexpr Wide attojoules_per_kwh = offload::femtojoules_per_kwh * 1000;
  constexpr Wide microdollars_per_dollar = 1000000, picodollars_per_dollar = 1000000000000;
  constexpr unsigned price_places = 15;
  const std::uint64_t answers = figures.finished_in_window;
  AnswerCost cost;
  if (!figures.latency.empty()) cost.latency = figures.latency.mean();
  if (answers == 0) return cost;
  if (stream.dram_bytes) cost.dram_bytes = static_cast<std::uint64_t>(quotient(*stream.dram_bytes, answers, 0).digits);
  if (!stream.energy) return cost;
  cost.energy = quotient(*stream.energy, answers, 0).digits;
  cost.price =
      quotient(*stream.energy * run.tariff, attojoules_per_kwh * microdollars_per_dollar * answers, price_places);
  cost.price->digits += quotient(figures.cloud_price, picodollars_per_dollar * answers, price_places).digits;
  return cost;
}

TokenFigures token_figures(const platform::RunRecord& run, const platform::StreamRecord& stream) {
  TokenFigures figures;
  std::vector<units::Time> first, each, between;
  for (const RequestRecord& request : stream.requests) {
    if (!in_window(request, run.window)) continue;
    figures.prompt_tokens += request.prompt_tokens;
    if (request.first_token == units::never()) continue;
    first.push_back(request.first_token - request.submitted);
    if (request.status == RequestStatus::completed && request.answer_tokens > 1)
      each.push_back((request.finished - request.first_token) / (request.answer_tokens - 1));
  }
  for (const platform::TokensRecord::Token& token : stream.tokens->answers) {
    if (token.at <= run.window.begin || token.at > run.window.end) continue;
    ++figures.tokens;
    if (token.behind != units::never()) between.push_back(token.behind);
  }
  figures.first = Distribution(std::move(first));
  figures.each = Distribution(std::move(each));
  figures.between = Distribution(std::move(between));
  return figures;
}

}  // namespace takt::results
