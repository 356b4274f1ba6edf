#include "sim/results/document.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>

#include "sim/results/results_file.h"
#include "tests/results/sample_run.h"

namespace takt::results {
namespace {

using nlohmann::json;
using platform::Attojoules;
using platform::RunRecord;

const platform::HostRecord host{2000000000ull, 123456789};

std::string text_of(const RunRecord& run) { return results_document(run, host).json(); }
json document_of(const RunRecord& run) { return json::parse(text_of(run)); }

std::set<std::string> keys(const json& object) {
  std::set<std::string> names;
  for (const auto& [key, value] : object.items()) names.insert(key);
  return names;
}

using Keys = std::set<std::string>;
const Keys distribution{"samples", "mean", "p50", "p90", "p95", "p99", "max"};

// The keys of the contract (DESIGN section 7) whose subject exists. More may come; none of these may go.
TEST(Document, HasTheKeysThatScriptsRelyOn) {
  const json d = document_of(sample_run());
  struct Row {
    const char* pointer;
    Keys wanted;
  };
  const Row rows[] = {
      {"",
       {"schema", "takt_version", "config_hash", "scenario", "soc", "firmware", "fidelity", "seed", "simulated_ns",
        "streams", "preemptions", "npu", "cpu", "memory", "power", "estimates", "notes", "host"}},
      {"/scenario", {"name", "hash"}},
      {"/firmware", {"build", "policy"}},
      {"/streams/0",
       {"name", "model", "band", "requests", "deadline", "latency_us", "wait_us", "throughput_per_s",
        "energy_mj_per_request"}},
      {"/streams/0/requests", {"submitted", "completed", "failed", "dropped", "pending"}},
      {"/streams/0/deadline", {"missed", "miss_rate"}},
      {"/streams/0/latency_us", distribution},
      {"/streams/0/wait_us", distribution},
      {"/preemptions", {"count", "latency_us", "stop_us", "save_us", "restore_us"}},
      {"/preemptions/latency_us", distribution},
      {"/npu", {"utilization", "macs", "issued_macs", "commands"}},
      {"/npu/utilization", {"tensor", "vector", "dma"}},
      {"/cpu", {"control_busy", "interrupts", "dispatch_us"}},
      {"/cpu/dispatch_us", distribution},
      {"/memory",
       {"presets", "bytes_read", "bytes_written", "bandwidth_gbps", "peak_gbps", "row_hit_rate", "latency_ns",
        "initiators"}},
      {"/memory/bandwidth_gbps", {"average", "peak"}},
      {"/memory/latency_ns", {"mean", "p99"}},
      {"/memory/initiators/npu", {"bytes", "bandwidth_gbps", "latency_ns"}},
      {"/power", {"average_mw", "peak_mw", "energy_mj", "components"}},
      {"/host", {"wall_s", "real_time_factor", "peak_rss_mb"}},
  };
  for (const Row& row : rows) {
    const Keys present = keys(d.at(json::json_pointer(row.pointer)));
    for (const std::string& key : row.wanted) EXPECT_EQ(present.count(key), 1u) << row.pointer << "/" << key;
  }
}

TEST(Document, TellsWhatAnElfTakesOfItsMemory) {
  RunRecord run = sample_run();
  EXPECT_EQ(document_of(run)["firmware"].count("memory"), 0u);  // native
  run.firmware_memory = platform::FirmwareMemoryRecord{1000, 20, 300, 5000, 256, 64};
  EXPECT_EQ(document_of(run)["firmware"]["memory"], json({{"text_bytes", 1000},
                                                          {"data_bytes", 20},
                                                          {"bss_bytes", 300},
                                                          {"limit_bytes", 5000},
                                                          {"stack", {{"used_bytes", 64}, {"limit_bytes", 256}}}}));
  run.firmware_memory = platform::FirmwareMemoryRecord{1000, 20, 300, 5000, 0, std::nullopt};
  const json unknown = document_of(run);
  EXPECT_TRUE(unknown["firmware"]["memory"]["stack"]["used_bytes"].is_null());
  EXPECT_EQ(unknown["notes"]["firmware.memory.stack"], "the ELF has no symbols __stack_top and __stack_bytes");
}

TEST(Document, TheSameRunGivesTheSameBytes) { EXPECT_EQ(text_of(sample_run()), text_of(sample_run())); }

TEST(Document, OnlyHostDependsOnTheHost) {
  json a = json::parse(results_document(sample_run(), host).json());
  json b = json::parse(results_document(sample_run(), {77, 88}).json());
  EXPECT_NE(a, b);
  a.erase("host");
  b.erase("host");
  EXPECT_EQ(a, b);
}

// Latencies 1, 2, 3, 4 ms: mean 2.5, p50 rank 2, p99 rank 4. Deadline 3.5 ms: one of four is late. Four in 10 ms:
// 400/s.
TEST(Document, AStreamsFiguresByHand) {
  const json stream = document_of(sample_run())["streams"][0];
  EXPECT_EQ(stream["latency_us"]["mean"], 2500);
  EXPECT_EQ(stream["latency_us"]["p50"], 2000);
  EXPECT_EQ(stream["latency_us"]["p99"], 4000);
  EXPECT_EQ(stream["wait_us"]["max"], 300);
  EXPECT_EQ(stream["deadline"]["missed"], 1);
  EXPECT_EQ(stream["deadline"]["miss_rate"], 0.25);
  EXPECT_EQ(stream["throughput_per_s"], 400);
  EXPECT_EQ(stream["energy_mj_per_request"], 1) << "4 mJ, four requests";
}

TEST(Document, WhatWasNotMeasuredIsNullAndSaysWhy) {
  RunRecord run = sample_run();
  run.streams[0].energy.reset();
  run.power.peak.reset();
  run.memory.latency.p99.reset();
  const json d = document_of(run);
  EXPECT_TRUE(d["streams"][0]["energy_mj_per_request"].is_null());
  EXPECT_TRUE(d["notes"].contains("streams[camera].energy_mj_per_request"));
  EXPECT_TRUE(d["power"]["peak_mw"].is_null());
  EXPECT_TRUE(d["notes"].contains("power.peak_mw"));
  EXPECT_TRUE(d["memory"]["latency_ns"]["p99"].is_null());
  EXPECT_TRUE(d["notes"].contains("memory.latency_ns.p99"));
  EXPECT_TRUE(d["streams"][1]["deadline"]["missed"].is_null());
  EXPECT_EQ(d["notes"]["streams[hog].deadline"], "no deadline");
  EXPECT_EQ(d["notes"]["memory.memories.llw.note"], "from the platform");
}

bool noted(const json& notes, const std::string& path) {
  for (std::string prefix = path;; prefix.erase(prefix.rfind('.'))) {
    if (notes.contains(prefix)) return true;
    if (prefix.find('.') == std::string::npos) return false;
  }
}

TEST(Document, EveryNullHasANote) {
  RunRecord run;
  run.window = {units::Time(0), units::milliseconds(1)};
  run.streams.resize(1);
  run.streams[0].name = "s";
  run.memory.memories.resize(1);
  run.memory.memories[0].name = "m";
  run.memory.initiators.resize(1);
  run.memory.initiators[0].initiator = "i";
  run.memory.has_cache = true;
  const std::string text = text_of(run);
  const json notes = json::parse(text)["notes"];
  for (const auto& [path, figure] : parse_results(text, "run").figures)
    EXPECT_TRUE(figure.kind != Figure::Kind::null || noted(notes, path)) << path;
}

// 5 mJ + (5 mJ - 1 aJ) + 1 aJ = 10 mJ exactly: decimals are compared as text, a double cannot hold them.
TEST(Document, ComponentsSumToTheEnergyExactly) {
  const auto figures = parse_results(text_of(sample_run()), "run").figures;
  EXPECT_EQ(figures.at("power.energy_mj").text, "10");
  EXPECT_EQ(figures.at("power.components.npu.tensor").text, "4.999999999999999");
  EXPECT_EQ(figures.at("power.components.noc").text, "0.000000000000001");
  EXPECT_EQ(figures.at("power.average_mw").text, "1000") << "10 mJ in 10 ms";
  EXPECT_EQ(figures.at("power.peak_mw").text, "2000") << "0.2 mJ in 0.1 ms";
}

TEST(Document, StreamsAndSharedSumToTheEnergyExactly) {
  const auto figures = parse_results(text_of(sample_run()), "run").figures;
  EXPECT_EQ(figures.at("power.streams.camera").text, "4");
  EXPECT_EQ(figures.at("power.streams.hog").text, "0.000000000000001");
  EXPECT_EQ(figures.at("power.shared_mj").text, "5.999999999999999");
}

// Four answers: 4 mJ, 4000002 bytes, latencies of 1 to 4 ms. A kilowatt-hour is 3.6 x 10^9 mJ and costs 36 cents here.
TEST(Document, CostPerAnswerByHand) {
  RunRecord run = sample_run();
  run.tariff = 360000;
  run.streams[0].dram_bytes = 4000002;
  const auto figures = parse_results(text_of(run), "run").figures;
  const std::string cost = "streams[camera].cost_per_answer.";
  EXPECT_EQ(figures.at(cost + "energy_mj").text, "1");
  EXPECT_EQ(figures.at(cost + "dram_bytes").text, "1000001");
  EXPECT_EQ(figures.at(cost + "latency_us").text, "2500");
  EXPECT_EQ(figures.at(cost + "price_usd").text, "0.0000000001");
  const json document = document_of(run);
  for (const char* key : {"energy_mj", "dram_bytes", "latency_us", "price_usd"}) {
    EXPECT_TRUE(document["streams"][1]["cost_per_answer"][key].is_null()) << key;
    EXPECT_TRUE(document["notes"].contains(std::string("streams[hog].cost_per_answer.") + key)) << key;
  }
}

// Of four answers two came from the cloud, for 3 and 5 microdollars: 2 for each beside the electricity.
TEST(Document, PlacesAndTheirReasonsAreCounted) {
  RunRecord run = sample_run();
  run.tariff = 360000;
  run.streams[0].decides = true;
  const auto place = [&](std::size_t i, offload::Place where, offload::Reason why, std::uint64_t price) {
    platform::PlacementRecord placement;
    placement.is_private = why == offload::Reason::private_request;
    placement.cloud.price = price;
    placement.decision.place = where;
    placement.decision.reason = why;
    run.streams[0].requests[i].placement = placement;
  };
  place(0, offload::Place::cloud, offload::Reason::score, 3000000);
  place(1, offload::Place::device, offload::Reason::private_request, 1000000);
  place(2, offload::Place::cloud, offload::Reason::quality, 5000000);
  place(3, offload::Place::device, offload::Reason::offline, 1000000);
  const auto figures = parse_results(text_of(run), "run").figures;
  const std::string camera = "streams[camera].";
  EXPECT_EQ(figures.at(camera + "requests.offloaded").text, "2");
  EXPECT_EQ(figures.at(camera + "offload.private_requests").text, "1");
  EXPECT_EQ(figures.at(camera + "offload.cloud_price_usd").text, "0.000008");
  EXPECT_EQ(figures.at(camera + "cost_per_answer.price_usd").text, "0.0000020001");
  for (const char* once : {"score", "private", "quality", "offline"})
    EXPECT_EQ(figures.at(camera + "offload.reasons." + once).text, "1") << once;
  for (const char* never : {"unfit", "battery", "temperature", "hysteresis"})
    EXPECT_EQ(figures.at(camera + "offload.reasons." + never).text, "0") << never;
  EXPECT_EQ(figures.count("streams[hog].requests.offloaded"), 0u);
}

TEST(Document, TheRadiosRailIsThereWhereTheRadioIs) {
  RunRecord run = sample_run();
  EXPECT_EQ(parse_results(text_of(run), "run").figures.count("power.rails.radio"), 0u);
  run.power.components.push_back({"radio", Attojoules{2000000000000000ull}});
  EXPECT_EQ(parse_results(text_of(run), "run").figures.at("power.rails.radio").text, "2");
}

TEST(Document, EnergyBeyondSixtyFourBitsStaysExact) {
  RunRecord run = sample_run();
  run.power.components = {{"dram", Attojoules{~0ull}}, {"noc", Attojoules{~0ull}}, {"npu", Attojoules{3}}};
  // 2 * (2^64 - 1) + 3 = 36893488147419103233 aJ
  EXPECT_EQ(parse_results(text_of(run), "run").figures.at("power.energy_mj").text, "36893.488147419103233");
}

TEST(Document, MoreEnergyForStreamsThanForComponentsIsADefect) {
  RunRecord run = sample_run();
  run.streams[0].energy = Attojoules{10000000000000001ull};
  EXPECT_THROW(text_of(run), std::logic_error);
}

// 10 MB in 10 ms = 1 GB/s; 1 MB in 10 us = 100 GB/s; 90 of 100 row hits; 1000 ns over 10 accesses.
TEST(Document, MemoryFiguresByHand) {
  const json memory = document_of(sample_run())["memory"];
  EXPECT_EQ(memory["bandwidth_gbps"]["average"], 1);
  EXPECT_EQ(memory["bandwidth_gbps"]["peak"], 100);
  EXPECT_EQ(memory["peak_gbps"], 128);
  EXPECT_EQ(memory["row_hit_rate"], 0.9);
  EXPECT_EQ(memory["latency_ns"]["mean"], 100);
  EXPECT_EQ(memory["latency_ns"]["p99"], 180);
  EXPECT_EQ(memory["initiators"]["npu"]["bytes"], 10000000);
  EXPECT_EQ(memory["memories"]["llw"]["preset"], "llw-like");
}

TEST(Document, CacheTotalsAreTheSumsOverInitiators) {
  RunRecord run = sample_run();
  run.memory.initiators.push_back(run.memory.initiators[0]);
  run.memory.initiators[1].initiator = "app_cpu";
  const json cache = document_of(run)["cache"];
  EXPECT_EQ(cache["hit_bytes"], 2 * 500000);
  EXPECT_EQ(cache["bypass_bytes"], 2 * 8000000);
  EXPECT_EQ(cache["initiators"]["npu"]["fill_bytes"], 1000000);
  run.memory.has_cache = false;
  EXPECT_FALSE(document_of(run).contains("cache"));
}

TEST(Document, NpuFiguresByHand) {
  const json npu = document_of(sample_run())["npu"];
  EXPECT_EQ(npu["utilization"]["tensor"], 0.5);
  EXPECT_EQ(npu["utilization"]["vector"], 0.1);
  EXPECT_EQ(npu["utilization"]["dma"], 0.3) << "(4 + 2) ms of 2 x 10 ms";
  EXPECT_EQ(npu["macs"], 600);
  EXPECT_EQ(npu["issued_macs"], 1000);
  EXPECT_EQ(npu["commands"], 500);
}

TEST(Document, TheHostsFiguresByHand) {
  const json h = document_of(sample_run())["host"];
  EXPECT_EQ(h["wall_s"], 2);
  EXPECT_EQ(h["real_time_factor"], 0.005) << "10 ms in 2 s";
  EXPECT_EQ(h["peak_rss_mb"], 123.5);
}

}  // namespace
}  // namespace takt::results
