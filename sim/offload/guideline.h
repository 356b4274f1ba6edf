// Device or cloud: where a request is answered, and why. Hard rules first; where they leave a choice, the lower score
// of predicted latency, energy and price, with hysteresis.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "sim/offload/cloud.h"
#include "sim/offload/link.h"

namespace takt::offload {

// What an answer would take at one place.
struct Prediction {
  units::Time latency;
  Femtojoules energy = 0;  // of the device: its own work, or its radio
  Picodollars price = 0;
};

// Weights, and what counts as one: a score is the weighted sum of latency / deadline, energy / energy_reference and
// price / price_reference.
struct Guideline {
  std::uint32_t latency_weight = 1000;  // thousandths, as the others
  std::uint32_t energy_weight = 0;
  std::uint32_t price_weight = 0;
  units::Time deadline;  // of a request without one; more than 0, as the references
  Femtojoules energy_reference = 1;
  Picodollars price_reference = 1;
  std::uint32_t hysteresis = 0;     // thousandths of the present place's score that the other one's has to be lower by
  std::uint32_t battery_floor = 0;  // thousandths of charge; below, and not charging, the place of less energy
  std::int32_t skin_limit_mc = 1000000;  // millidegrees C; above, the cloud
  // Thousandths of the lower score that the other one is above it by, at most, for both places to be asked; 0: never.
  std::uint32_t hedge = 0;
};

struct Circumstances {
  bool online = false;
  std::uint32_t battery = 1000;  // thousandths
  bool charging = false;
  std::int32_t skin_mc = 25000;
};

struct Question {
  bool is_private = false;
  std::uint32_t quality = 0;         // that the answer needs
  std::uint32_t device_quality = 0;  // that the model on the device gives; the cloud's is enough for any
  units::Time deadline;              // 0: the guideline's
  std::optional<Prediction> device;  // nothing: it cannot run there
  Prediction cloud;                  // while online
};

enum class Place : std::uint8_t { device, cloud, nowhere };

// One for each decision, in the order in which they are looked at.
enum class Reason : std::uint8_t {
  private_request,  // may not leave
  offline,          // cannot leave
  unfit,            // the device cannot run it
  quality,          // the device's model is not good enough
  battery,          // the place of less energy
  temperature,      // the device is too warm
  score,            // the lower score
  hysteresis,       // the other score is lower, but not by enough
  hedge,            // scores are so near that both places are asked
};

constexpr std::size_t reasons = 9;

const char* name_of(Reason reason);

struct Decision {
  Place place = Place::nowhere;  // of hedged ones that of the score, or of hysteresis
  Reason reason = Reason::offline;
  // Thousandths; where scores decided.
  std::uint64_t device_score = 0, cloud_score = 0;

  bool hedged() const { return reason == Reason::hedge; }
};

// A score in thousandths, rounded down; what exceeds 10^15 counts as that.
std::uint64_t score(const Guideline& guideline, const Prediction& prediction, units::Time deadline);

// `latest`: where the request before was answered, for hysteresis; nowhere: no preference.
Decision decide(const Guideline& guideline, const Circumstances& now, const Question& question, Place latest);

constexpr unsigned __int128 femtojoules_per_kwh = static_cast<unsigned __int128>(3600000) * 1000000000000000;

// What energy from the socket costs. `tariff`: picodollars of a kilowatt-hour.
Picodollars price_of(Femtojoules energy, std::uint64_t tariff);

}  // namespace takt::offload
