#include "sim/platform/offloading.h"

#include <algorithm>
#include <numeric>

namespace takt::platform {

using offload::Prediction;
using units::Time;

namespace {

constexpr std::uint64_t picodollars_in_microdollar = 1000000;
constexpr std::uint64_t aj_per_fj = 1000;
constexpr std::uint64_t minute_us = 60000000;
constexpr std::uint64_t minutes_of_day = 1440;

// Another sequence than that of arrivals and of lengths.
std::uint64_t seed_of(const config::ScenarioConfig& scenario, std::size_t stream) {
  return config::effective_seed(scenario.seed, scenario.streams[stream].seed, stream) ^ 0x0ff10adull;
}

}  // namespace

Offloading::Offloading(const config::ScenarioConfig& scenario, const Workload& workload)
    : scenario_(scenario),
      config_(scenario.offload),
      estimate_(scenario, workload),
      radio_(config_.link),
      latest_(scenario.streams.size(), offload::Place::nowhere) {
  for (std::size_t s = 0; s < scenario.streams.size(); ++s) {
    random_.emplace_back(seed_of(scenario, s));
    predicted_.emplace_back(workload.streams()[s].programs.size());
  }
  if (config_.drains)
    battery_.emplace(config_.battery_mwh, config_.phases.front().battery, config_.battery_other_mw, config_.charger_mw);
}

const config::OffloadPhase& Offloading::phase(Time since_origin) const {
  const auto later = std::find_if(config_.phases.begin() + 1, config_.phases.end(),
                                  [&](const auto& phase) { return since_origin < units::microseconds(phase.from_us); });
  return later[-1];
}

Time Offloading::next_phase(Time since_origin) const {
  const auto later = std::find_if(config_.phases.begin(), config_.phases.end(), [&](const config::OffloadPhase& each) {
    return units::microseconds(each.from_us) > since_origin;
  });
  return later == config_.phases.end() ? units::never() : units::microseconds(later->from_us);
}

void Offloading::spend(Time since_origin, Attojoules spent) {
  battery_->pass(since_origin, spent, phase(looked_).charging);
  looked_ = since_origin;
}

void Offloading::done(const JobRef& job) { predicted_[job.stream][job.program] += estimate_.job(job); }

Time Offloading::service(std::uint32_t stream, const Conversations::Lengths& lengths) const {
  const std::vector<Time> times = estimate_.prompt(stream, lengths);
  return std::accumulate(times.begin(), times.end(), Time());
}

// A program's power so far, or what the scenario gives: 1 mW for 1 ps is a femtojoule.
offload::Femtojoules Offloading::energy(const Prompt& prompt, const std::vector<Time>& times) const {
  constexpr unsigned __int128 most = ~std::uint64_t{0};
  unsigned __int128 sum = 0;
  for (std::size_t p = 0; p < times.size(); ++p) {
    const Time past = predicted_[prompt.stream][p];
    if (prompt.spent.empty() || past.value == 0)
      sum += static_cast<unsigned __int128>(config_.device_mw) * times[p].value;
    else
      sum += prompt.spent[p] / aj_per_fj * times[p].value / past.value;
  }
  return static_cast<offload::Femtojoules>(std::min(sum, most));
}

std::optional<Prediction> Offloading::on_device(const Prompt& prompt) const {
  const std::uint32_t most = scenario_.streams[prompt.stream].offload.device_tokens;
  if (!prompt.wait || (most != 0 && prompt.lengths.prompt + prompt.lengths.answer > most)) return std::nullopt;
  const std::vector<Time> times = estimate_.prompt(prompt.stream, prompt.lengths);
  Prediction prediction;
  prediction.latency = std::accumulate(times.begin(), times.end(), *prompt.wait);
  prediction.energy = energy(prompt, times);
  prediction.price =
      offload::price_of(prediction.energy, scenario_.tariff.microdollars_per_kwh * picodollars_in_microdollar);
  return prediction;
}

offload::Exchange Offloading::exchange(const Prompt& prompt) const {
  offload::Exchange exchange;
  exchange.up_bytes = config_.request_bytes + scenario_.streams[prompt.stream].offload.upload_bytes +
                      prompt.lengths.prompt * config_.prompt_token_bytes;
  exchange.down_bytes = prompt.lengths.answer * config_.answer_token_bytes;
  exchange.until_answer = offload::first_token(config_.cloud, config_.cloud_requests);
  exchange.answering = offload::per_token(config_.cloud, config_.cloud_requests) * (prompt.lengths.answer - 1);
  return exchange;
}

Prediction Offloading::in_cloud(const Prompt& prompt) const {
  const offload::Transfer transfer = radio_.predict(prompt.since_origin, exchange(prompt));
  const std::uint64_t minute = prompt.since_origin.value / units::microseconds(minute_us).value;
  offload::Tokens tokens;
  tokens.prompt = prompt.lengths.prompt;
  tokens.cached = std::min(prompt.lengths.prompt, scenario_.streams[prompt.stream].offload.cloud_cached_tokens);
  tokens.answer = prompt.lengths.answer;
  return {transfer.last_byte, transfer.energy,
          offload::price(config_.cloud, tokens,
                         static_cast<std::uint32_t>((config_.minute_of_day + minute) % minutes_of_day))};
}

PlacementRecord Offloading::decide(const Prompt& prompt) {
  const config::StreamConfig& stream = scenario_.streams[prompt.stream];
  units::Random& random = random_[prompt.stream];
  PlacementRecord record;
  record.is_private = random.below(config::certain) < stream.offload.private_share;
  const std::uint32_t quality = stream.offload.quality;
  const std::uint32_t most = std::max(quality, stream.offload.quality_max);
  record.quality = quality + static_cast<std::uint32_t>(random.below(std::uint64_t{most} - quality + 1));
  record.device = on_device(prompt);
  record.cloud = in_cloud(prompt);

  const config::OffloadPhase& now = phase(prompt.since_origin);
  const offload::Circumstances circumstances = {now.online, battery_ ? battery_->permille() : now.battery, now.charging,
                                                static_cast<std::int32_t>(prompt.skin_mc)};
  const offload::Question question = {
      record.is_private, record.quality, stream.offload.device_quality, units::microseconds(stream.deadline_us),
      record.device,     record.cloud};
  offload::Place& latest = latest_[prompt.stream];
  record.decision = offload::decide(config_.guideline, circumstances, question, latest);
  latest = record.decision.place;
  return record;
}

offload::Transfer Offloading::send(const Prompt& prompt) { return radio_.use(prompt.since_origin, exchange(prompt)); }

}  // namespace takt::platform
