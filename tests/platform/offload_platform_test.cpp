// Device or cloud on the whole platform: decisions as the formula has them, what an exchange costs, what never leaves.
#include <gtest/gtest.h>

#include <set>

#include "firmware/abi/abi.h"
#include "sim/platform/offloading.h"
#include "tests/platform/draw.h"
#include "tests/platform/simulate.h"

namespace takt::platform::test {
namespace {

using offload::Place;
using offload::Reason;
using units::microseconds;
using units::milliseconds;
using units::Time;

// Over Wi-Fi: 40 Mb/s up, 100 down, 20 ms, promotion 79 ms at 124 mW, base 133 mW, 283.17 nJ a bit up and 137.01 down,
// tail 238 ms at 119 mW. The cloud with 25 requests at once: 300 + 36 ms to the first token, 5.19 ms for another.
std::string chat(const std::string& of_stream = "", const std::string& of_offload = "") {
  return R"(
soc = "snapdragon-8-gen-2-like"
[firmware]
policy = "fcfs"
[offload]
link.preset = "wifi"
cloud.preset = "h100-8b-2026-10"
device_mw = 3000
)" + of_offload +
         R"(
[[stream]]
name = "chat"
model = "stories15m"
precision = "w8a8"
arrival = "closed_loop"
concurrency = 1
requests = 1
context_tokens = 256
chunk_tokens = 32
kv_page_tokens = 32
prompt_tokens = 40
answer_tokens = 21
)" + of_stream;
}

const std::string only_the_cloud = "quality = 1\n";  // the device's model gives 0

// Of 2000 bytes, 40 tokens of 4 and 21 of 200: 17,280 bits up take 432 us.
constexpr Time first_byte = microseconds(79000 + 432 + 20000 + 336000);
constexpr Time last_byte = first_byte + microseconds(20 * 5190);
// 79 x 124 + 460.232 x 133 + 17.28 x 283.17 + 33.6 x 137.01 + 238 x 119 uJ
constexpr offload::Femtojoules radio = 108825569600000;
// 40 x 0.3 + 21 x 1.2 dollars in a million, at noon
constexpr offload::Picodollars tokens_price = 37200000;

struct Measured {
  bool done;
  Place place;
  Reason reason;
  Time device, cloud, latency, first, window;
  std::uint64_t answer, tokens, device_energy, cloud_energy, price, device_score, cloud_score;
  Attojoules of_stream, of_radio;
};

Measured measure(const std::string& text) {
  return measured<Measured>([&] {
    const RunRecord record = run(scenario(text));
    const StreamRecord& stream = record.streams.front();
    const RequestRecord& request = stream.requests.front();
    const PlacementRecord& placement = *request.placement;
    Measured m{};
    m.done = request.status == RequestStatus::completed;
    m.place = placement.decision.place;
    m.reason = placement.decision.reason;
    m.device = placement.device->latency;
    m.cloud = placement.cloud.latency;
    m.latency = request.finished - request.submitted;
    m.first = request.first_token - request.submitted;
    m.window = record.window.length();
    m.answer = request.answer_tokens;
    m.tokens = stream.tokens->answers.size();
    m.device_energy = placement.device->energy;
    m.cloud_energy = placement.cloud.energy;
    m.price = placement.cloud.price;
    m.device_score = placement.decision.device_score;
    m.cloud_score = placement.decision.cloud_score;
    m.of_stream = *stream.energy;
    m.of_radio = energy(record, "radio");
    return m;
  });
}

// The driver decides a few microseconds after the arrival.
TEST(OffloadRun, AnAnswerOfTheCloudByHand) {
  const Measured m = measure(chat(only_the_cloud));
  EXPECT_TRUE(m.done);
  EXPECT_EQ(m.place, Place::cloud);
  EXPECT_EQ(m.reason, Reason::quality);
  EXPECT_EQ(m.cloud, last_byte);
  EXPECT_EQ(m.cloud_energy, radio);
  EXPECT_EQ(m.price, tokens_price);
  EXPECT_GE(m.latency, last_byte);
  EXPECT_LT(m.latency, last_byte + microseconds(10));
  EXPECT_EQ(m.latency - m.first, last_byte - first_byte);
  EXPECT_EQ(m.answer, 21u);
  EXPECT_EQ(m.tokens, 21u);
}

// Promotion and tail included: the run ends when the radio is off.
TEST(OffloadRun, TheRadiosEnergyIsTheStreams) {
  const Measured m = measure(chat(only_the_cloud));
  EXPECT_EQ(m.of_radio, Attojoules{radio} * 1000);
  EXPECT_EQ(m.of_stream, m.of_radio);
  EXPECT_GE(m.window, last_byte + milliseconds(238));
}

TEST(OffloadRun, RailsAreComponentsAreTheWaveformsSteps) {
  const RunRecord r = run(scenario(chat("quality_max = 1\nprivate_percent = 30\n", "energy_weight = 1\n"),
                                   {"stream.chat.requests=4", "run.waveform_us=1000"}));
  std::array<Attojoules, rail_count> rails{}, steps{};
  Attojoules all = 0, streams = 0;
  for (const ComponentEnergy& c : r.power.components) {
    rails[static_cast<std::size_t>(rail_of(c.name))] += c.energy;
    all += c.energy;
  }
  for (const PowerStep& s : r.power.steps)
    for (std::size_t rail = 0; rail < rail_count; ++rail) steps[rail] += s.rails[rail];
  for (const StreamRecord& s : r.streams) streams += *s.energy;
  EXPECT_EQ(rails, steps);
  EXPECT_GT(rails[static_cast<std::size_t>(Rail::radio)], 0u);
  EXPECT_LT(streams, all);
  const std::string text = document(r);
  EXPECT_NE(text.find("\"radio\""), std::string::npos);
  EXPECT_NE(text.find("\"offloaded\""), std::string::npos);
}

TEST(OffloadRun, WithoutALinkNothingOfItIsInTheResults) {
  std::string text = chat();
  text.erase(text.find("[offload]"), text.find("[[stream]]") - text.find("[offload]"));
  const std::string results = document(run(scenario(text)));
  for (const char* key : {"radio", "offload"}) EXPECT_EQ(results.find(key), std::string::npos) << key;
}

// Of 1 s, 100 mJ and 100 microdollars each: 539 + 1088 + 372 thousandths for the cloud. The device takes its latency,
// that times its power, and electricity of 0.1545 dollars for 3.6 MJ.
TEST(OffloadRun, TheLowerScoreDecides) {
  const std::string weights =
      "energy_weight = 1\nprice_weight = 1\ndeadline_ms = 1000\nenergy_reference_mj = 100\n"
      "price_reference_usd = 0.0001\n";
  for (const std::uint64_t mw : {3000u, 90000u}) {
    std::string text = chat("", weights);
    text.replace(text.find("device_mw = 3000"), 16, "device_mw = " + std::to_string(mw));
    const Measured m = measure(text);
    EXPECT_EQ(m.cloud_score, 539u + 1088 + 372);
    EXPECT_EQ(m.device_energy, mw * m.device.value);
    const auto picodollars = static_cast<std::uint64_t>(static_cast<unsigned __int128>(m.device_energy) * 154500000000 /
                                                        (static_cast<unsigned __int128>(3600000) * 1000000000000000));
    EXPECT_EQ(m.device_score,
              m.device.value / milliseconds(1).value + m.device_energy / 100000000000 + picodollars / 100000);
    EXPECT_EQ(m.place, m.cloud_score < m.device_score ? Place::cloud : Place::device);
    EXPECT_EQ(m.reason, Reason::score);
    EXPECT_EQ(m.place, mw == 3000 ? Place::device : Place::cloud);
  }
}

// What the cost tables know is the NPU's time; driver and firmware add theirs to every token.
TEST(OffloadRun, TheDevicesPredictionIsTheNpusShareOfItsLatency) {
  const Measured m = measure(chat("private_percent = 100\n"));
  EXPECT_EQ(m.reason, Reason::private_request);
  EXPECT_EQ(m.of_radio, 0u);
  EXPECT_LT(m.device, m.latency);
  EXPECT_GT(m.device, m.latency / 2);
}

// Requests that come together wait for each other; from some place in the queue on the cloud is faster. Its answer here
// takes 1 ms of link and 25 ms, whatever its length.
TEST(OffloadRun, WhoWouldWaitLongGoesToTheCloud) {
  const RunRecord r = run(scenario(
      chat(), {"stream.chat.concurrency=7", "stream.chat.requests=7", "offload.link.promotion_ms=0",
               "offload.link.round_trip_ms=1", "offload.link.up_mbps=1000000", "offload.link.down_mbps=1000000",
               "offload.cloud.overhead_ms=0", "offload.cloud_requests=1", "offload.cloud.curve.1.first_token_ms=25",
               "offload.deadline_ms=1", "offload.cloud.curve.1.token_ms=0"}));
  const std::vector<RequestRecord>& requests = r.streams.front().requests;
  const Time service = requests.front().placement->device->latency;
  std::uint64_t waiting = 0, away = 0;
  for (const RequestRecord& request : requests) {
    EXPECT_EQ(request.status, RequestStatus::completed);
    EXPECT_EQ(request.placement->device->latency, service * (waiting + 1));
    EXPECT_EQ(request.offloaded(), request.placement->cloud.latency < request.placement->device->latency);
    request.offloaded() ? ++away : ++waiting;
  }
  EXPECT_GT(waiting, 1u);
  EXPECT_GT(away, 1u);
}

TEST(OffloadRun, WithoutANetworkWhatMayRunRunsHereAndTheRestFailsWithAReason) {
  const RunRecord r =
      run(scenario(chat("quality = 5\nprompt_tokens_max = 90\ndevice_tokens = 80\nprivate_percent = 30\n",
                        "online = false\nbattery_floor_percent = 50\nbattery_percent = 5\n"),
                   {"stream.chat.requests=10"}));
  std::set<RequestStatus> seen;
  for (const RequestRecord& request : r.streams.front().requests) {
    const bool fits = request.prompt_tokens + 21 <= 80;
    EXPECT_EQ(request.status, fits ? RequestStatus::completed : RequestStatus::failed);
    EXPECT_EQ(request.fault, fits ? std::uint32_t{TAKT_STATUS_OK} : std::uint32_t{TAKT_STATUS_NO_SPACE});
    const PlacementRecord& placement = *request.placement;
    EXPECT_EQ(placement.decision.place, fits ? Place::device : Place::nowhere);
    EXPECT_EQ(placement.decision.reason, placement.is_private ? Reason::private_request : Reason::offline);
    seen.insert(request.status);
  }
  EXPECT_EQ(seen.size(), 2u);
  EXPECT_EQ(energy(r, "radio"), 0u);
}

// The first answer comes after 539 ms, in the tunnel.
TEST(OffloadRun, TheNetworkGoesAndComes) {
  const RunRecord r = run(scenario(chat(only_the_cloud, R"(
[offload.phase.tunnel]
from_us = 300000
online = false
[offload.phase.out]
from_us = 560000
)"),
                                   {"stream.chat.requests=7"}));
  std::uint64_t left = 0, stayed = 0;
  for (const RequestRecord& request : r.streams.front().requests) {
    const Time at = request.submitted - r.window.begin;
    const bool tunnel = at >= microseconds(300000) && at < microseconds(560000);
    EXPECT_EQ(request.offloaded(), !tunnel);
    EXPECT_EQ(request.status, RequestStatus::completed);
    ++(tunnel ? stayed : left);
  }
  EXPECT_GE(stayed, 1u);
  EXPECT_GE(left, 2u);
}

TEST(OffloadRun, AnAnswerStillOnItsWayIsPending) {
  const RunRecord r = run(scenario(chat(only_the_cloud), {"run.measure_us=100000", "run.drain=\"stop\""}));
  EXPECT_EQ(r.streams.front().requests.front().status, RequestStatus::pending);
  EXPECT_GT(energy(r, "radio"), 0u);
  EXPECT_LT(energy(r, "radio"), Attojoules{radio} * 1000);
}

// The cloud takes 539 ms, the device far less: it wins, the cloud is paid all the same, and both are the request's.
TEST(OffloadRun, AHedgedRequestHasTheFasterAnswerAndBothCosts) {
  const RunRecord r = run(scenario(chat("", "hedge_percent = 1000\nlatency_weight = 0\nenergy_weight = 1\n")));
  const RequestRecord& request = r.streams[0].requests[0];
  EXPECT_TRUE(request.placement->decision.hedged());
  EXPECT_EQ(request.status, RequestStatus::completed);
  EXPECT_EQ(request.placement->answered, Place::device);
  EXPECT_LT(request.finished - request.submitted, first_byte);
  EXPECT_EQ(request.answer_tokens, 21u);
  EXPECT_EQ(r.streams[0].tokens->answers.size(), 21u);
  EXPECT_TRUE(energy(r, "radio") == Attojoules{radio} * 1000);
  EXPECT_TRUE(r.streams[0].request_energy[0].all == *r.streams[0].energy);
  EXPECT_TRUE(*r.streams[0].energy > Attojoules{radio} * 1000);
}

// The cloud's answer comes after some 6 ms, in the middle of the device's 200 tokens.
TEST(OffloadRun, TheDeviceGivesUpWhatTheCloudHasAnswered) {
  const std::vector<std::string> fast = {"offload.link.promotion_ms=0",      "offload.link.round_trip_ms=1",
                                         "offload.link.up_mbps=1000000",     "offload.link.down_mbps=1000000",
                                         "offload.cloud.overhead_ms=0",      "offload.cloud_requests=1",
                                         "offload.cloud.curve.1.token_ms=0", "offload.cloud.curve.1.first_token_ms=5"};
  const std::string text = chat("", "hedge_percent = 1000\nlatency_weight = 0\nenergy_weight = 1\n");
  const RunRecord r = run(scenario(text, [&] {
    std::vector<std::string> all = fast;
    all.push_back("stream.chat.answer_tokens=200");
    all.push_back("stream.chat.requests=2");
    return all;
  }()));
  const StreamRecord& chat = r.streams[0];
  for (const RequestRecord& request : chat.requests) {
    EXPECT_EQ(request.status, RequestStatus::completed);
    EXPECT_TRUE(request.offloaded());
    EXPECT_EQ(request.answer_tokens, 200u);
  }
  EXPECT_EQ(chat.tokens->answers.size(), 400u);
  EXPECT_GT(r.npu.useful_macs, 0u);
}

// 1 mWh: half of it is 1.8 J.
TEST(OffloadRun, TheBatteryFallsByWhatTheRunSpends) {
  const RunRecord r = run(scenario(chat("", "battery_mwh = 1\nbattery_percent = 50\n"), {"stream.chat.requests=3"}));
  Attojoules spent = 0;
  for (const ComponentEnergy& each : r.power.components) spent += each.energy;
  ASSERT_TRUE(r.power.battery.has_value());
  EXPECT_TRUE(r.power.battery->begin - r.power.battery->end == spent);
  EXPECT_TRUE(r.power.battery->capacity == Attojoules{3600000000000000} * 1000);
}

// Once an answer has been measured, the next one is predicted from it: of the same length, it is nearly that.
TEST(OffloadRun, EnergyIsPredictedFromWhatJobsHaveSpent) {
  const RunRecord r =
      run(scenario(chat("private_percent = 100\n", "device_power = \"measured\"\n"), {"stream.chat.requests=4"}));
  const std::vector<RequestRecord>& requests = r.streams[0].requests;
  EXPECT_EQ(requests[0].placement->device->energy, 3000 * requests[0].placement->device->latency.value);
  const double told = static_cast<double>(requests[3].placement->device->energy) * 1000;
  const double spent = static_cast<double>(r.streams[0].request_energy[3].all);
  EXPECT_NEAR(told / spent, 1, 0.1);
}

// The driver's decisions under anything a scenario can say, without the time of a run.
TEST(OffloadSearch, APrivatePromptNeverLeaves) {
  config::ScenarioConfig config = scenario(chat()).config;
  const Workload workload(config);
  Draw draw(7);
  std::set<Reason> reasons;
  std::uint64_t private_prompts = 0;
  for (int i = 0; i < 20000; ++i) {
    config::OffloadConfig& o = config.offload;
    const auto weight = [&] { return static_cast<std::uint32_t>(draw.between(0, 1) * draw.between(0, 1000000000)); };
    o.guideline = {weight(),
                   weight(),
                   weight(),
                   Time(draw.between(1, 3600000000000000)),
                   draw.between(1, 1u << 30),
                   draw.between(1, 1u << 30),
                   static_cast<std::uint32_t>(draw.between(0, 1000)),
                   static_cast<std::uint32_t>(draw.between(0, 1000)),
                   static_cast<std::int32_t>(draw.between(0, 60000)),
                   static_cast<std::uint32_t>(draw.between(0, 1) * draw.between(0, 10000))};
    o.link.up_kbps = draw.between(1, 1000000);
    o.link.down_kbps = draw.between(1, 1000000);
    o.link.tail = Time(draw.between(0, 20000000000000));
    o.link.tail_mw = draw.between(0, 100000);
    o.device_mw = draw.between(0, 100000);
    o.phases = {{"", 0, draw.coin(), true, static_cast<std::uint32_t>(draw.between(0, 1000)), draw.coin()},
                {"next", draw.between(1, 1000), draw.coin(), true, static_cast<std::uint32_t>(draw.between(0, 1000)),
                 draw.coin()}};
    config.seed = draw.between(1, 1u << 30);
    config::StreamOffloadConfig& s = config.streams[0].offload;
    s.private_share = draw.between(0, 2) * config::certain / 2;
    s.quality = static_cast<std::uint32_t>(draw.between(0, 10));
    s.quality_max = static_cast<std::uint32_t>(draw.between(10, 20));
    s.device_quality = static_cast<std::uint32_t>(draw.between(0, 20));
    s.device_tokens = static_cast<std::uint32_t>(draw.between(0, 60));
    Offloading offloading(config, workload);
    for (std::uint64_t k = 0; k < 3; ++k) {
      Offloading::Prompt prompt;
      prompt.lengths = {static_cast<std::uint32_t>(draw.between(1, 60)),
                        static_cast<std::uint32_t>(draw.between(1, 9))};
      prompt.since_origin = microseconds(700 * k);
      if (draw.coin()) prompt.wait = Time(draw.between(0, 10000000000000));
      prompt.skin_mc = static_cast<std::int64_t>(draw.between(0, 80000));
      const PlacementRecord record = offloading.decide(prompt);
      reasons.insert(record.decision.reason);
      private_prompts += record.is_private ? 1 : 0;
      ASSERT_FALSE(record.is_private && record.asked_cloud()) << i;
      ASSERT_TRUE(s.private_share != config::certain || record.is_private) << i;
      if (record.asked_cloud()) offloading.send(prompt);
    }
  }
  EXPECT_EQ(reasons.size(), offload::reasons);  // hedged ones too
  EXPECT_GT(private_prompts, 20000u);
}

// And in runs: overload, two streams, links, batteries, heat, quality floors.
std::string any_scenario(std::uint64_t seed) {
  Draw draw(seed);
  std::string text = "soc = \"snapdragon-8-gen-2-like\"\n" + key("seed", seed) + "[firmware]\n" +
                     key("policy", std::string(draw.one_of({"fcfs", "fixed-priority", "round-robin"}))) +
                     "[run]\nmeasure_us = 5000\n[offload]\nlink.preset = \"" + draw.one_of({"wifi", "lte", "5g"}) +
                     "\"\ncloud.preset = \"h100-8b-2026-10\"\n" + key("device_mw", draw.between(0, 20000)) +
                     key("latency_weight", draw.between(0, 3)) + key("energy_weight", draw.between(0, 3)) +
                     key("price_weight", draw.between(0, 3)) + key("deadline_ms", draw.between(1, 1000)) +
                     key("energy_reference_mj", draw.between(1, 10000)) +
                     key("hysteresis_percent", draw.between(0, 100)) + key("hedge_percent", draw.between(0, 1) * 300) +
                     key("battery_floor_percent", draw.between(0, 100)) + key("battery_percent", draw.between(0, 100)) +
                     key("skin_limit_c", draw.between(20, 40)) +
                     "[offload.phase.later]\nfrom_us = 2500\nonline = " + draw.one_of({"true", "false"}) + "\n";
  for (const char* name : {"first", "second"})
    text +=
        "[[stream]]\nmodel = \"stories15m\"\nprecision = \"w8a8\"\narrival = \"poisson\"\ncontext_tokens = 64\n"
        "chunk_tokens = 16\nkv_page_tokens = 16\nprompt_tokens = 4\nprompt_tokens_max = 30\nanswer_tokens = 3\n" +
        key("name", std::string(name)) + key("rate_per_s", draw.between(1000, 6000)) +
        key("band", std::string(draw.one_of({"normal", "focus"}))) + key("private_percent", draw.between(20, 100)) +
        key("quality", draw.between(0, 3)) + key("quality_max", draw.between(3, 9)) +
        key("device_quality", draw.between(0, 9)) + key("device_tokens", draw.between(0, 1) * draw.between(10, 40));
  return text;
}

TEST(OffloadSearch, NoRunLetsAPrivateRequestLeave) {
  struct Counts {
    std::uint64_t marked, marked_away, away;
  };
  Counts all{};
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const Counts counts = measured<Counts>([&] {
      const RunRecord record = run(scenario(any_scenario(seed), {"run.drain=\"stop\""}));
      Counts c{};
      for (const StreamRecord& stream : record.streams)
        for (const RequestRecord& request : stream.requests) {
          c.marked += request.placement->is_private ? 1 : 0;
          c.away += request.offloaded() ? 1 : 0;
          c.marked_away += request.placement->is_private && request.placement->asked_cloud() ? 1 : 0;
        }
      return c;
    });
    EXPECT_EQ(counts.marked_away, 0u) << seed;
    all.marked += counts.marked;
    all.away += counts.away;
  }
  EXPECT_GT(all.marked, 30u);
  EXPECT_GT(all.away, 10u);
}

}  // namespace
}  // namespace takt::platform::test
