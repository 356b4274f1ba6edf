#include "sim/platform/offloading.h"

#include <algorithm>

namespace takt::platform {

using offload::Prediction;
using units::Time;

namespace {

constexpr std::uint64_t picodollars_in_microdollar = 1000000;
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
  for (std::size_t s = 0; s < scenario.streams.size(); ++s) random_.emplace_back(seed_of(scenario, s));
}

const config::OffloadPhase& Offloading::phase(Time since_origin) const {
  const auto later = std::find_if(config_.phases.begin() + 1, config_.phases.end(),
                                  [&](const auto& phase) { return since_origin < units::microseconds(phase.from_us); });
  return later[-1];
}

std::optional<Prediction> Offloading::on_device(const Prompt& prompt) const {
  const std::uint32_t most = scenario_.streams[prompt.stream].offload.device_tokens;
  if (!prompt.wait || (most != 0 && prompt.lengths.prompt + prompt.lengths.answer > most)) return std::nullopt;
  constexpr unsigned __int128 most_energy = ~std::uint64_t{0};
  const Time service = estimate_.prompt(prompt.stream, prompt.lengths);
  Prediction prediction;
  prediction.latency = *prompt.wait + service;
  prediction.energy = static_cast<offload::Femtojoules>(
      std::min(static_cast<unsigned __int128>(config_.device_mw) * service.value, most_energy));
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
  const offload::Circumstances circumstances = {now.online, now.battery, now.charging,
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
