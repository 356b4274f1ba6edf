#include "sim/config/keys.h"

namespace takt::config {
namespace {

using offload::Guideline;
using units::Time;

constexpr std::uint64_t mj_in_fj = 1000000000000;
constexpr std::uint64_t usd_in_picodollars = 1000000000000;
constexpr std::uint64_t percent_in_permille = 10;
constexpr Range weights{0, 1000000};
constexpr Range percents{0, 100};
constexpr Range points{0, 1000000};
constexpr Range bytes{0, 1000000000};

template <auto Member>
constexpr Field weight(std::string_view name, std::string_view what, const char* fallback) {
  return number<&OffloadConfig::guideline, Member>(name, in_permille, weights, what, fallback);
}

constexpr Field offload_rows[] = {
    weight<&Guideline::latency_weight>("latency_weight", "of predicted latency / the request's deadline", "1"),
    weight<&Guideline::energy_weight>("energy_weight", "of predicted energy / energy_reference_mj", "0"),
    weight<&Guideline::price_weight>("price_weight", "of predicted price / price_reference_usd", "0"),
    number<&OffloadConfig::guideline, &Guideline::deadline, &Time::value>(
        "deadline_ms", ms_in_ps, {0, 3600000}, "what counts as one of a request without a deadline; more than 0",
        "10000"),
    number<&OffloadConfig::guideline, &Guideline::energy_reference>("energy_reference_mj", mj_in_fj, {0, 1000000},
                                                                    "what counts as one; more than 0", "10000"),
    number<&OffloadConfig::guideline, &Guideline::price_reference>(
        "price_reference_usd", usd_in_picodollars, {0, 1000000}, "what counts as one; more than 0", "0.001"),
    number<&OffloadConfig::guideline, &Guideline::hysteresis>(
        "hysteresis_percent", percent_in_permille, percents,
        "that the other place's score is lower than that of the stream's latest request, for a change of place", "0"),
    number<&OffloadConfig::guideline, &Guideline::battery_floor>(
        "battery_floor_percent", percent_in_permille, percents,
        "of charge: below it, and not charging, a request goes where it takes less energy of the device", "0"),
    number<&OffloadConfig::guideline, &Guideline::skin_limit_mc>(
        "skin_limit_c", in_permille, {0, 1000}, "of the skin: above it a request goes to the cloud", "1000"),
    number<&OffloadConfig::guideline, &Guideline::hedge>(
        "hedge_percent", percent_in_permille, {0, 10000},
        "that the higher score is above the lower one, at most, for a request to go to both places; 0: never", "0"),
    number<&OffloadConfig::device_mw>("device_mw", one, {0, 100000},
                                      "power at which the device serves a request: for predictions alone"),
    choice<&OffloadConfig::device_measured>(
        "device_power", "given|measured",
        "measured: of a program that has run, energy of its jobs so far / their predicted time, as power meters of the "
        "rails tell; device_mw until then",
        "given"),
    number<&OffloadConfig::cloud_requests>("cloud_requests", one, {1, 1000000},
                                           "requests that the cloud's engine serves at once, on its curve", "25"),
    number<&OffloadConfig::minute_of_day>("minute_of_day", one, {0, 1439},
                                          "UTC, when arrivals begin: for the cloud's prices", "720"),
    known(number<&OffloadConfig::request_bytes>("request_bytes", one, bytes, "that go up beside a request's text",
                                                "2000"),
          "estimated", "headers and a new encrypted connection"),
    known(number<&OffloadConfig::prompt_token_bytes>("prompt_token_bytes", one, bytes, "up, for each token", "4"),
          "estimated", "English text: about four letters a token"),
    known(number<&OffloadConfig::answer_token_bytes>("answer_token_bytes", one, bytes, "down, for each token", "200"),
          "estimated", "each token is an event of its own with its names and numbers"),
};

constexpr Field online(const char* fallback) {
  return boolean<&OffloadPhase::online>("online", "there is a network", fallback);
}
constexpr Field battery(const char* fallback = nullptr) {
  return number<&OffloadPhase::battery>("battery_percent", percent_in_permille, percents,
                                        "charge; it stays until a phase says otherwise", fallback);
}
constexpr Field charging(const char* fallback) {
  return boolean<&OffloadPhase::charging>("charging", "from the socket", fallback);
}
constexpr Field battery_rows[] = {
    number<&OffloadConfig::battery_mwh>(
        "battery_mwh", one, {1, 1000000},
        "of the battery. Given: its charge begins at battery_percent and falls by what the run spends"),
    number<&OffloadConfig::battery_other_mw>("battery_other_mw", one, {0, 100000},
                                             "with battery_mwh: what the phone draws besides, screen and modem", "0"),
    number<&OffloadConfig::charger_mw>("charger_mw", one, {0, 1000000},
                                       "with battery_mwh: while charging, into the battery; what is spent comes from "
                                       "the socket then",
                                       "0"),
};
constexpr Field first_rows[] = {online("true"), battery("100"), charging("false")};
constexpr Field phase_rows[] = {
    number<&OffloadPhase::from_us>("from_us", one, {1, 1000000000000},
                                   "from the beginning of arrivals on, the phase's keys hold"),
    online("true"), charging("false")};
constexpr Field phase_battery_rows[] = {battery()};

constexpr Field stream_rows[] = {
    number<&StreamOffloadConfig::private_share>(
        "private_percent", in_permille, percents,
        "with `[offload]`, and of prompts: of requests, drawn, that must not leave the device", "0"),
    number<&StreamOffloadConfig::quality>("quality", one, points, "with `[offload]`: that answers need, on any scale",
                                          "0"),
    number<&StreamOffloadConfig::quality_max>(
        "quality_max", one, points, "what each answer needs is drawn from quality to this; 0: all alike", "0"),
    number<&StreamOffloadConfig::device_quality>(
        "device_quality", one, points, "that the stream's model gives, on the same scale; the cloud's always do", "0"),
    number<&StreamOffloadConfig::device_tokens>("device_tokens", one, {0, 1048576},
                                                "of prompt and answer that the device takes; 0: what there is room for",
                                                "0"),
    number<&StreamOffloadConfig::upload_bytes>("upload_kib", kib_in_bytes, {0, 1048576},
                                               "of a request beside its text: pictures, sound", "0"),
    number<&StreamOffloadConfig::cloud_cached_tokens>(
        "cloud_cached_tokens", one, {0, 1048576},
        "of each prompt, known to the cloud from before, at its price for these", "0"),
};

}  // namespace

Fields offload_fields() { return table(offload_rows); }
Fields offload_first_fields() { return table(first_rows); }
Fields offload_phase_fields() { return table(phase_rows); }
Fields offload_phase_battery_fields() { return table(phase_battery_rows); }
Fields offload_battery_fields() { return table(battery_rows); }
Fields stream_offload_fields() { return table(stream_rows); }

}  // namespace takt::config
