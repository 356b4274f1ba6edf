#include "sim/offload/guideline.h"

#include <algorithm>

#include "models/units/clock.h"

namespace takt::offload {
namespace {

using Wide = unsigned __int128;
using units::Time;

constexpr std::uint64_t most_score = 1000000000000000;

// weight x value / reference.
Wide share(std::uint32_t weight, std::uint64_t value, std::uint64_t reference) {
  return Wide{weight} * value / reference;
}

// Whether the other place is lower, and not by enough to leave the latest.
bool stays(const Guideline& guideline, const Decision& decision, Place latest) {
  if (latest == Place::nowhere || latest == decision.place) return false;
  const std::uint64_t present = latest == Place::device ? decision.device_score : decision.cloud_score;
  const std::uint64_t other = latest == Place::device ? decision.cloud_score : decision.device_score;
  return Wide{present - other} * 1000 <= Wide{present} * guideline.hysteresis;
}

Decision by_score(const Guideline& guideline, const Question& question, Place latest) {
  const Time deadline = question.deadline == Time(0) ? guideline.deadline : question.deadline;
  Decision decision;
  decision.device_score = score(guideline, *question.device, deadline);
  decision.cloud_score = score(guideline, question.cloud, deadline);
  decision.place = decision.cloud_score < decision.device_score ? Place::cloud : Place::device;
  decision.reason = Reason::score;
  if (stays(guideline, decision, latest)) {
    decision.place = latest;
    decision.reason = Reason::hysteresis;
  }
  const auto [low, high] = std::minmax(decision.device_score, decision.cloud_score);
  if (guideline.hedge != 0 && Wide{high - low} * 1000 <= Wide{low} * guideline.hedge) decision.reason = Reason::hedge;
  return decision;
}

}  // namespace

const char* name_of(Reason reason) {
  constexpr const char* names[reasons] = {"private",     "offline", "unfit",      "quality", "battery",
                                          "temperature", "score",   "hysteresis", "hedge"};
  return names[static_cast<int>(reason)];
}

std::uint64_t score(const Guideline& guideline, const Prediction& prediction, Time deadline) {
  const Wide sum = share(guideline.latency_weight, prediction.latency.value, deadline.value) +
                   share(guideline.energy_weight, prediction.energy, guideline.energy_reference) +
                   share(guideline.price_weight, prediction.price, guideline.price_reference);
  return static_cast<std::uint64_t>(std::min<Wide>(sum, most_score));
}

Decision decide(const Guideline& guideline, const Circumstances& now, const Question& question, Place latest) {
  const bool fits = question.device.has_value();
  const bool good = question.device_quality >= question.quality;
  const Place here = fits ? Place::device : Place::nowhere;
  if (question.is_private) return {here, Reason::private_request};
  if (!now.online) return {here, Reason::offline};
  if (!fits) return {Place::cloud, Reason::unfit};
  if (!good) return {Place::cloud, Reason::quality};
  if (now.battery < guideline.battery_floor && !now.charging)
    return {question.cloud.energy < question.device->energy ? Place::cloud : Place::device, Reason::battery};
  if (now.skin_mc > guideline.skin_limit_mc) return {Place::cloud, Reason::temperature};
  return by_score(guideline, question, latest);
}

Picodollars price_of(Femtojoules energy, std::uint64_t tariff) {
  return static_cast<Picodollars>(Wide{energy} * tariff / femtojoules_per_kwh);
}

}  // namespace takt::offload
