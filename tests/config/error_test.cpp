// Every kind of mistake, with the place it is reported at and what the message says.
#include <gmock/gmock.h>

#include "sim/config/config_error.h"
#include "sim/config/load.h"

namespace takt::config {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// A scenario without mistakes; line 9 begins the stream.
const std::string good = R"(soc = "exynos-llw-like"
seed = 1
[npu]
memory = "llw"
[firmware]
policy = "fcfs"
[run]
measure_us = 1000
[[stream]]
name = "camera"
model = "mobilenet_v2"
arrival = "periodic"
period_us = 33333
[[traffic]]
name = "screen"
port = "display"
kind = "constant"
memory = "llw"
bytes_per_s = 1000000
bytes_per_access = 256
working_set_kib = 64
)";

std::string replaced(const std::string& from, const std::string& to) {
  std::string text = good;
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

std::string error_of(const std::string& text, const Overrides& overrides = {}) {
  try {
    parse_scenario(text, "s.toml", overrides);
  } catch (const ConfigError& e) {
    return e.what();
  }
  return "no error";
}

TEST(Errors, TheGoodScenarioHasNone) { EXPECT_EQ(error_of(good), "no error"); }

struct Row {
  const char* from;
  const char* to;
  const char* place;
  const char* found;
  const char* expected;
};

TEST(Errors, InAScenarioNameFileLineAndColumn) {
  const Row rows[] = {
      // Unknown keys, with the nearest known one.
      {"seed = 1", "sede = 1", "s.toml:2:1: ", "unknown key 'sede'", "(nearest 'seed')"},
      {"memory = \"llw\"", "memroy = \"llw\"", "s.toml:4:1: ", "unknown key 'npu.memroy'", "(nearest 'npu.memory')"},
      {"[npu]", "[npuu]", "s.toml:4:1: ", "unknown key 'npuu.memory'", "(nearest 'npu.memory')"},
      {"memory = \"llw\"", "tensor = 1", "s.toml:4:10: ", "an integer, 1 for 'npu.tensor'", "a table of keys"},
      {"kind =", "sort =", "s.toml:17:1: ", "unknown key 'traffic.screen.sort'", "a key of this configuration"},
      // The right quantity in the wrong unit.
      {"period_us = 33333", "period_ms = 33", "s.toml:13:1: ", "unknown key 'stream.camera.period_ms'",
       "'stream.camera.period_us', which is in another unit"},
      {"measure_us = 1000", "measure_s = 1", "s.toml:8:1: ", "unknown key 'run.measure_s'", "'run.measure_us'"},
      {"memory = \"llw\"", "clock_mhz = 900", "s.toml:4:1: ", "unknown key 'npu.clock_mhz'", "'npu.clock_hz'"},
      // Wrong types.
      {"seed = 1", "seed = \"one\"", "s.toml:2:8: ", "the string \"one\" for 'seed'", "an integer from 0 to"},
      {"seed = 1", "seed = 1.5", "s.toml:2:8: ", "a decimal number, 1.5", "an integer"},
      {"seed = 1", "seed = true", "s.toml:2:8: ", "a boolean, true", "an integer"},
      {"seed = 1", "seed = [1]", "s.toml:2:8: ", "an array", "an integer"},
      {"seed = 1", "seed = 2024-01-01", "s.toml:2:8: ", "a date or time", "an integer"},
      {"memory = \"llw\"", "memory = 3", "s.toml:4:10: ", "an integer, 3 for 'npu.memory'", "a string"},
      {"soc = \"exynos-llw-like\"", "soc = 3", "s.toml:1:7: ", "an integer, 3 for 'soc'", "a string"},
      {"seed = 1", "system_cache.enabled = 1", "s.toml:2:24: ", "an integer, 1", "true or false"},
      // Out of range.
      {"seed = 1", "seed = -1", "s.toml:2:8: ", "an integer, -1", "an integer from 0 to 9223372036854775807"},
      {"memory = \"llw\"", "hardware_queues = 9", "s.toml:4:19: ", "an integer, 9", "an integer from 1 to 8"},
      {"memory = \"llw\"", "energy.mac_w8a8_pj = 0.0000001", "s.toml:4:22: ", "a decimal number, 0.0000001",
       "with fewer decimals"},
      // Not one of the choices.
      {"policy = \"fcfs\"", "policy = \"fcsf\"", "s.toml:6:10: ", "the string \"fcsf\"", "(nearest 'fcfs')"},
      {"arrival = \"periodic\"", "arrival = \"sometimes\"", "s.toml:12:11: ", "the string \"sometimes\"",
       "one of \"periodic\", \"poisson\", \"closed_loop\""},
      {"seed = 1", "fidelity = \"exact\"", "s.toml:2:12: ", "the string \"exact\"",
       "expected one of \"detailed\", \"fast\""},
      // Presets, models, ports and memories that do not exist.
      {"exynos-llw-like", "exynos-lww-like", "s.toml:1:7: ", "no SoC preset 'exynos-lww-like'",
       "(nearest 'exynos-llw-like')"},
      {"exynos-llw-like", "gone.toml", "s.toml:1:7: ", "no file 'gone.toml'", "the file of a SoC preset"},
      {"memory = \"llw\"", "memory = \"lww\"", "s.toml:4:10: ", "no memory \"lww\"", "(nearest 'llw')"},
      {"memory = \"llw\"\nbytes", "memory = \"hbm\"\nbytes", "s.toml:18:10: ", "no memory \"hbm\"",
       "one of \"llw\" \"lpddr5x\""},
      {"port = \"display\"", "port = \"displai\"", "s.toml:16:8: ", "no NoC port \"displai\"", "(nearest 'display')"},
      {"port = \"display\"", "port = \"npu\"", "s.toml:16:8: ", "port \"npu\", in use already",
       "a port for each source"},
      {"seed = 1", "memory.hbm.preset = \"llw-dram\"", "s.toml:2:12: ", "unknown key 'memory.hbm.preset'",
       "(nearest 'memory.llw.preset')"},
      // Missing keys.
      {"soc = \"exynos-llw-like\"\n", "", "s.toml: ", "no key 'soc'", "a SoC preset"},
      {"policy = \"fcfs\"", "", "s.toml", "no key 'firmware.policy'", "one of \"fcfs\""},
      {"model = \"mobilenet_v2\"\n", "", "s.toml:9:1: ", "no key 'stream.camera.model'", "a string"},
      {"name = \"camera\"\n", "", "s.toml:9:1: ", "a [[stream]] without a name", "name = \"...\""},
      {"period_us = 33333", "", "s.toml:9:1: ", "no key 'stream.camera.period_us'",
       "more than 0 with arrival \"periodic\""},
      // Keys of another kind of arrival.
      {"period_us = 33333", "period_us = 3\nconcurrency = 1",
       "s.toml:14:15: ", "a value for 'stream.camera.concurrency'", "none with arrival \"periodic\""},
      {"period_us = 33333", "period_us = 3\njitter_us = 3", "s.toml:14:13: ", "3 for 'stream.camera.jitter_us'",
       "less than period_us = 3"},
      {"arrival = \"periodic\"\nperiod_us = 33333", "arrival = \"closed_loop\"\nconcurrency = 1\njitter_us = 3",
       "s.toml:14:13: ", "a value for 'stream.camera.jitter_us'", "none without arrival \"periodic\""},
      {"period_us = 33333", "period_us = 3\nafter = \"camera\"", "s.toml:14:9: ", "a value for 'stream.camera.after'",
       "none without arrival \"dependent\""},
      {"arrival = \"periodic\"\nperiod_us = 33333", "arrival = \"dependent\"",
       "s.toml:9:1: ", "no key 'stream.camera.after'", "a stream with arrival \"dependent\""},
      {"arrival = \"periodic\"\nperiod_us = 33333", "arrival = \"dependent\"\nafter = \"camara\"",
       "s.toml:13:9: ", "no stream \"camara\"", "(nearest 'camera')"},
      {"arrival = \"periodic\"\nperiod_us = 33333", "arrival = \"dependent\"\nafter = \"camera\"",
       "s.toml:13:9: ", "a circle, camera after camera", "a chain that begins with another arrival"},
      {"arrival = \"periodic\"\nperiod_us = 33333",
       "arrival = \"dependent\"\nafter = \"b\"\n[[stream]]\nname = \"b\"\nmodel = \"resnet50\"\n"
       "arrival = \"dependent\"\nafter = \"camera\"",
       "s.toml:13:9: ", "a circle, camera after b after camera", "a chain that begins with another arrival"},
      {"arrival = \"periodic\"\nperiod_us = 33333", "arrival = \"dependent\"\nafter = \"camera\"\nstart_us = 1",
       "s.toml:14:12: ", "a value for 'stream.camera.start_us'", "none with arrival \"dependent\""},
      {"policy = \"fcfs\"", "policy = \"fcfs\"\ncoalesce_records = 4",
       "s.toml:7:20: ", "4 for 'firmware.coalesce_records'", "1 without coalesce_us"},
      {"policy = \"fcfs\"", "policy = \"fcfs\"\nduty_active_us = 400",
       "s.toml:5:1: ", "no key 'firmware.duty_pause_us'", "at least 10 with duty_active_us"},
      // Partitions of the cores that there are.
      {"policy = \"fcfs\"", "policy = \"fcfs\"\npartitions = \"1+\"",
       "s.toml:7:14: ", "\"1+\" for 'firmware.partitions'", "numbers of cores with + between"},
      {"policy = \"fcfs\"", "policy = \"fcfs\"\npartitions = \"1+0\"",
       "s.toml:7:14: ", "\"1+0\" for 'firmware.partitions'", "numbers of cores with + between"},
      {"policy = \"fcfs\"", "policy = \"fcfs\"\npartitions = \"4+5\"",
       "s.toml:7:14: ", "9 cores for 'firmware.partitions'", "at most npu.cores"},
      {"period_us = 33333", "period_us = 3\npartition = 1", "s.toml:14:13: ", "1 for 'stream.camera.partition'",
       "less than the number of firmware.partitions"},
      // A file has a precision of its own.
      {"model = \"mobilenet_v2\"", "model = \"net.tflite\"\nprecision = \"w8a16\"",
       "s.toml:12:13: ", "a precision for the file 'net.tflite'", "a network of the zoo"},
      {"model = \"mobilenet_v2\"", "model = \"mobilenet_v2\"\nprecision = \"w2a2\"",
       "s.toml:12:13: ", "\"w2a2\" for 'stream.camera.precision'", "one of \"own\", \"w8a8\""},
      // Names.
      {"name = \"camera\"", "name = \"my camera\"", "s.toml:10:8: ", "'my camera'", "letters, digits"},
      {"name = \"camera\"", "name = 3", "s.toml:10:8: ", "'3'", "letters, digits"},
      {"[[stream]]", "[stream]", "s.toml:9:2: ", "a table for 'stream'", "[[stream]] for each"},
      // The annotated form.
      {"seed = 1", "seed = { value = 1, mark = \"guessed\", source = \"x\" }", "s.toml:2:28: ", "mark 'guessed'",
       "one of published, measured, derived, recalled, estimated"},
      {"seed = 1", "seed = { value = 1, mark = \"derived\" }", "s.toml:2:8: ", "'seed' without source", "source = "},
      {"seed = 1", "seed = { value = 1, note = \"x\" }", "s.toml:2:21: ", "key 'note' beside a value",
       "mark and source"},
      // Not TOML at all.
      {"seed = 1", "seed = ", "s.toml:2:", "text that is not TOML", "expected TOML"},
      {"seed = 1", "seed == 1", "s.toml:2:", "text that is not TOML", "expected TOML"},
      {"seed = 1", "soc = \"x\"", "s.toml:2:", "already exists", "expected TOML"},
      {"seed = 1", "noc.port.gpu.limit_bytes_per_s = 5\nnoc.port.gpu.limit_from_us = 1000",
       "s.toml:3:30: ", "1000 for 'noc.port.gpu.limit_from_us'", "less than run.warm_up_us + run.measure_us = 1000"},
      // An end is needed.
      {"measure_us = 1000", "warm_up_us = 1", "s.toml:9:1: ", "no key 'stream.camera.requests'",
       "run.measure_us more than 0"},
      {"measure_us = 1000", "measure_us = 70000000", "s.toml: ", "no key 'limits.max_time_us'",
       "run.warm_up_us + run.measure_us"},
  };
  for (const Row& row : rows) {
    const std::string message = error_of(replaced(row.from, row.to));
    EXPECT_THAT(message, StartsWith(row.place)) << row.to;
    EXPECT_THAT(message, HasSubstr(row.found)) << row.to;
    EXPECT_THAT(message, HasSubstr(row.expected)) << row.to;
  }
}

TEST(Errors, ShowTheLineAndACaretUnderWhatIsMeant) {
  EXPECT_EQ(error_of(replaced("seed = 1", "seed = \"one\"  # first")),
            "s.toml:2:8: found the string \"one\" for 'seed', expected an integer from 0 to 9223372036854775807\n"
            " 2 | seed = \"one\"  # first\n"
            "   |        ^~~~~");
}

TEST(Errors, ASecondStreamOfTheSameNameIsRefused) {
  const std::string text = good + "[[stream]]\nname = \"camera\"\n";
  EXPECT_THAT(error_of(text), StartsWith("s.toml:23:8: found a second stream named 'camera'"));
}

struct SetRow {
  const char* set;
  const char* found;
  const char* expected;
};

TEST(Errors, OfOverridesSaySet) {
  const SetRow rows[] = {
      {"npu.clok_hz=5", "unknown key 'npu.clok_hz'", "(nearest 'npu.clock_hz')"},
      {"stream.camera.period_ms=5", "unknown key", "'stream.camera.period_us', which is in another unit"},
      {"stream.kamera.period_us=5", "unknown key", "(nearest 'stream.camera.period_us')"},
      {"npu.clock_hz=fast", "'fast' for 'npu.clock_hz'", "an integer from 1000000 to 10000000000"},
      {"npu.clock_hz=", "'' for 'npu.clock_hz'", "an integer"},
      {"npu.clock_hz=1.5", "'1.5' for", "an integer"},
      {"npu.clock_hz", "'npu.clock_hz'", "KEY=VALUE"},
      {"=3", "'=3'", "KEY=VALUE"},
      {"npu=3", "'3' for 'npu'", "a table of keys"},
      {"soc=snapdragon", "no SoC preset 'snapdragon'", "(nearest 'snapdragon-8-gen-2-like')"},
      {"memory.llw.preset=llw", "no memory preset 'llw'", "(nearest 'llw-dram')"},
      {"software.preset=qnn", "no software preset 'qnn'", "(nearest 'qnn-2024-like')"},
      {"memory.hbm.rcd_ns=3", "unknown key 'memory.hbm.rcd_ns'", "a key of this configuration"},
      {"noc.arbitration=fair", "'fair' for 'noc.arbitration'", "one of \"priority\", \"round-robin\", \"weighted\""},
      {"noc.port.npu.weight=0", "'0' for 'noc.port.npu.weight'", "an integer from 1 to 1000"},
      {"noc.port.npu.limit_bytes_per_s=fast", "'fast' for 'noc.port.npu.limit_bytes_per_s'", "an integer from 0 to"},
      {"noc.port.npu.limit_from_us=5", "5 for 'noc.port.npu.limit_from_us'", "0 without limit_bytes_per_s"},
      {"noc.port.npu.burst_bytes=63", "'63' for 'noc.port.npu.burst_bytes'", "an integer from 64 to 1073741824"},
      // Impossible hardware.
      {"memory.llw.channels=3", "3 for 'memory.llw.channels'", "a power of two"},
      {"memory.llw.page_bytes=1000", "1000 for", "a power of two"},
      {"memory.llw.rcd_ns=30", "30 for 'memory.llw.rcd_ns'", "at most ras_ns = 24"},
      {"memory.llw.rrd_ns=20", "20 for 'memory.llw.rrd_ns'", "at most faw_ns = 16"},
      {"memory.llw.rfc_ab_ns=4000", "4000 for", "less than refi_ns = 3906"},
      {"memory.llw.rfc_pb_ns=500", "500 for", "less than refi_ns / 8 banks"},
      {"memory.llw.ccd_s_cycles=3", "3 for", "at least the 4 cycles a burst of burst_bytes takes"},
      {"memory.llw.ccd_s_cycles=5", "5 for", "at most ccd_l_cycles = 4"},
      {"memory.llw.clock_hz=999999999", "999999999 for",
       "whole clocks for a burst of 8 beats at data_rate_mbps = 2000"},
      {"memory.llw.ranks=3", "3 for 'memory.llw.ranks'", "a power of two"},
      {"memory.llw.rcd_write_ns=25", "25 for", "at most ras_ns = 24"},
      {"memory.llw.rp_ab_ns=11.5", "11.5 for", "at least rp_ns = 12"},
      {"memory.llw.rrd_l_ns=3", "3 for", "at least rrd_ns = 4"},
      {"memory.llw.pbr_to_pbr_ns=489", "489 for", "at most refi_ns / 8 banks"},
      {"memory.llw.xsr_ns=5", "5 for", "at least xp_ns = 6"},
      {"memory.llw.self_refresh_after_ns=199", "199 for", "at least power_down_after_ns = 200"},
      {"memory.llw.policy.write_low_bursts=26", "26 for", "less than policy.write_high_bursts = 26"},
      {"memory.llw.policy.write_high_bursts=33", "33 for", "at most policy.write_queue_bursts = 32"},
      {"memory.llw.policy.starvation_ns=30", "30 for", "at least rp_ns + rcd_ns + rl_ns = 33"},
      {"memory.llw.policy.page=adaptiv", "'adaptiv' for", "(nearest 'adaptive')"},
      {"memory.llw.policy.page_timeout_us=1", "unknown key",
       "'memory.llw.policy.page_timeout_ns', which is in another"},
      {"memory.lpddr5x.wck_expire_cycles=0", "0 for", "more than 0 with wck_sync_cycles = 1"},
      {"memory.llw.bank_hash=true", "'true' for", "one of \"none\", \"rotate\", \"exclusive_or\", \"column\""},
      {"memory.llw.energy.raed_pj=1", "unknown key", "(nearest 'memory.llw.energy.read_pj')"},
      {"memory.llw.currents.vdd1.idd0_ma=1", "unknown key 'memory.llw.currents.vdd1.idd0_ma'", "a key of this"},
      {"memory.llw.base=100", "100 for 'memory.llw.base'", "a multiple of channels * interleave_bytes = 2048"},
      {"npu.tensor.tile_rows=63", "63 for 'npu.tensor.tile_rows'", "tile_height * tile_width = 64"},
      {"npu.tensor.tile_rows_fp16=20", "20 for", "a multiple of tile_height"},
      {"system_cache.sector_bytes=1536", "1536 for", "a power of two"},
      {"system_cache.port.gpu.ways=17", "17 for 'system_cache.port.gpu.ways'",
       "at most system_cache.ways - first_way = 16"},
      {"system_cache.port.app_cpu.ways=9", "9 for 'system_cache.port.app_cpu.ways'",
       "at most system_cache.ways - first_way = 8"},
      {"system_cache.port.gpu.first_way=16", "16 for 'system_cache.port.gpu.first_way'",
       "less than system_cache.ways = 16"},
      {"system_cache.port.gpu.allocate=raed", "'raed' for 'system_cache.port.gpu.allocate'",
       "one of \"none\", \"read\", \"write\", \"read-write\" (nearest 'read')"},
      {"system_cache.port.gppu.allocate=read", "unknown key 'system_cache.port.gppu.allocate'",
       "(nearest 'system_cache.port.gpu.allocate')"},
      {"noc.alone_kib=24", "24576 bytes for 'noc.alone_kib'", "a power of two"},
      {"traffic.screen.working_set_kib=4194304", "more than the memory holds", "at most its capacity"},
      {"traffic.screen.bytes_per_access=96", "96 for", "a whole part of working_set_kib"},
  };
  for (const SetRow& row : rows) {
    const std::string message = error_of(good, {row.set});
    EXPECT_THAT(message, StartsWith(std::string("--set ") + row.set + ": found ")) << row.set;
    EXPECT_THAT(message, HasSubstr(row.found)) << row.set;
    EXPECT_THAT(message, HasSubstr(row.expected)) << row.set;
  }
}

TEST(Errors, OfCurrentsNameTheRail) {
  const std::string preset = "memory.llw.preset=lpddr4-3200";
  EXPECT_THAT(error_of(good, {preset, "memory.llw.currents.vdd2.idd4r_ma=29.5"}),
              StartsWith("--set memory.llw.currents.vdd2.idd4r_ma=29.5: found less than standby for "
                         "'memory.llw.currents.vdd2.idd4r_ma', expected at least 30"));
  EXPECT_THAT(error_of(good, {preset, "memory.llw.energy.read_pj=5"}), HasSubstr("unknown key"));
}

// What the model refuses is blamed on the key it names.
TEST(Errors, OfTheModelNameTheKey) {
  for (const char* map : {"row-bank", "row-rank-bank-colum-group", "row-rank-bank-column-group-column2-column",
                          "bank-row-column", "row-bank-column9", "row5x-bank-column", ""}) {
    const std::string set = std::string("memory.llw.address_map=") + map;
    const std::string message = error_of(good, {set});
    EXPECT_THAT(message, StartsWith("--set " + set + ": found what cannot be built (")) << map;
    EXPECT_THAT(message, HasSubstr(" for 'memory.llw.address_map'")) << map;
  }
  EXPECT_EQ(error_of(good, {"memory.llw.address_map=row-column-rank-bank-group-column2"}), "no error");
  EXPECT_THAT(error_of(good, {"memory.llw.refi_ns=200", "memory.llw.refresh=all_bank"}),
              StartsWith("--set memory.llw.refi_ns=200: found what cannot be built ("));
}

// Where two keys contradict each other, the message names one and quotes the other.
TEST(Errors, OfContradictionsNameBothSides) {
  const struct {
    const char* set;
    const char* place;
    const char* found;
    const char* expected;
  } rows[] = {
      {"memory.llw.interleave_bytes=32", "memory/llw-dram.toml:", "64 for 'memory.llw.burst_bytes'",
       "at most interleave_bytes = 32"},
      {"memory.llw.base=0x8_1000_0000", "--set memory.llw.base=", "34628173824, inside memory 'lpddr5x'",
       "at least its end, 47244640256"},
      {"memory.lpddr5x.base=0x4_1000_0000", "--set memory.lpddr5x.base=", "inside memory 'llw'",
       "at least its end, 19327352832"},
      {"memory.llw.cached=true", "soc/exynos-llw-like.toml:", "a second cached memory for 'memory.lpddr5x.cached'",
       "at most one"},
      {"system_cache.ways=7", "soc/exynos-llw-like.toml:", "8388608 bytes for 'system_cache.capacity_kib'",
       "whole sets of ways * sector_bytes = 7168 bytes"},
      {"noc.alone_kib=2", "soc/exynos-llw-like.toml:", "8 for 'noc.contended_kib'", "at most alone_kib = 2"},
  };
  for (const auto& row : rows) {
    const std::string message = error_of(good, {row.set});
    EXPECT_THAT(message, StartsWith(row.place)) << row.set;
    EXPECT_THAT(message, HasSubstr(row.found)) << row.set;
    EXPECT_THAT(message, HasSubstr(row.expected)) << row.set;
  }
}

// kirin-like has two cores and a small one.
TEST(Errors, OfCoresOfTwoKindsNameTheKey) {
  const std::string text =
      "soc = \"kirin-like\"\n[firmware]\npolicy = \"fcfs\"\n[run]\nmeasure_us = 1000\n"
      "[[stream]]\nname = \"face\"\nmodel = \"mobilenet_v1\"\narrival = \"periodic\"\n"
      "period_us = 33333\n";
  const struct {
    const char* set;
    const char* found;
    const char* expected;
  } rows[] = {
      {"firmware.partitions=1+2", "\"1+2\", cores 1 to 2 in one partition for 'firmware.partitions'",
       "cores of one kind in each: the small ones begin with core 2"},
      {"firmware.partitions=3", "\"3\", cores 0 to 2 in one partition", "cores of one kind in each"},
      {"firmware.partitions=2+1+1", "4 cores for 'firmware.partitions'", "at most npu.cores + npu.small.cores = 3"},
      {"stream.face.partition=2", "2 for 'stream.face.partition'",
       "less than the number of kinds of cores, or of firmware.partitions"},
      {"npu.small.cores=7", "7 for 'npu.small.cores'", "at most 8 with npu.cores = 2"},
      {"npu.hardware_queues=1", "1 for 'npu.hardware_queues'", "at least 2 with npu.small"},
      {"npu.small.tensor.tile_rows=9", "9 for 'npu.small.tensor.tile_rows'", "tile_height * tile_width = 8"},
      {"npu.small.clock_hz=5", "unknown key 'npu.small.clock_hz'", "a key of this configuration"},
  };
  for (const auto& row : rows) {
    const std::string message = error_of(text, {row.set});
    EXPECT_THAT(message, StartsWith(std::string("--set ") + row.set + ": found ")) << row.set;
    EXPECT_THAT(message, HasSubstr(row.found)) << row.set;
    EXPECT_THAT(message, HasSubstr(row.expected)) << row.set;
  }
  for (const char* partitions : {"2+1", "1+1", "1+1+1", "2"})
    EXPECT_EQ(error_of(text, {std::string("firmware.partitions=") + partitions}), "no error") << partitions;
  EXPECT_EQ(error_of(text, {"stream.face.partition=1"}), "no error");
}

TEST(Errors, OfASmallCoreThatIsNotWholeNameTheKeyThatLacks) {
  EXPECT_THAT(error_of(good, {"npu.small.scratchpad_kib=64"}), HasSubstr("found no key 'npu.small.cores'"));
  EXPECT_THAT(error_of(good, {"npu.small.cores=1"}), HasSubstr("found no key 'npu.small.scratchpad_kib'"));
}

// Line 25 is `kind`, those after it are the row's.
TEST(Errors, OfFaultsNameTheKeyAtFault) {
  const struct {
    const char* keys;
    const char* place;
    const char* found;
    const char* expected;
  } rows[] = {
      {"engine-hung\"", "25:8", "\"engine-hung\" for 'fault.it.kind'", "(nearest 'engine-hang')"},
      {"engine-hang\"\nat_ms = 1", "26:1", "unknown key 'fault.it.at_ms'",
       "'fault.it.at_us', which is in another unit"},
      {"engine-hang\"\nstream = \"camara\"", "26:10", "no stream \"camara\"", "(nearest 'camera')"},
      {"engine-hang\"\nrequest = 3", "26:11", "3 for 'fault.it.request'", "a stream's request"},
      {"engine-hang\"\nperiod_us = 3", "26:13", "3 for 'fault.it.period_us'", "a kind that does not happen at a time"},
      {"engine-hang\"\nfactor = 3", "26:10", "3 for 'fault.it.factor'", "none without kind \"engine-slow\""},
      {"engine-slow\"", "23:", "no key 'fault.it.factor'", "2 at least"},
      {"engine-slow\"\nfactor = 1", "26:10", "1 for 'fault.it.factor'", "2 at least"},
      {"reset-failure\"\nstream = \"camera\"", "26:10", "a stream for", "none with a kind that is not about jobs"},
      {"firmware-hang\"\nspace = 3", "26:9", "3 for 'fault.it.space'", "none with a kind that happens at a time"},
      {"firmware-hang\"\ninterval = 3", "26:12", "3 for 'fault.it.interval'",
       "none with a kind that happens at a time"},
      {"firmware-hang\"\nprobability_percent = 3.5", "26:23", "a value for", "none with a kind that happens at a time"},
      {"firmware-hang\"\ntimes = 2", "26:9", "2 for 'fault.it.times'", "1, or period_us more than 0"},
      {"client-death\"", "23:", "no key 'fault.it.stream'", "a stream with kind \"client-death\""},
      {"client-death\"\nstream = \"camera\"\nrequest = 1", "27:11", "1 for 'fault.it.request'",
       "a kind that is about jobs"},
      {"unknown-status\"", "25:8", "a status that the driver does not know", "recovery.cold_boot = true"},
      {"engine-hang\"\n[[fault]]\nname = \"it\"", "27:8", "a second fault named 'it'", "unique names"},
      {"engine-hang\"\n[recovery]\nwarm_boot = true", "27:13", "true for 'recovery.warm_boot'",
       "recovery.cold_boot = true"},
      {"engine-hang\"\n[recovery]\npower_cycle_us = 0", "27:18", "0 for 'recovery.power_cycle_us'", "from 10"},
  };
  for (const auto& row : rows) {
    const std::string message = error_of(good + "\n[[fault]]\nname = \"it\"\nkind = \"" + row.keys + "\n");
    EXPECT_THAT(message, StartsWith(std::string("s.toml:") + row.place)) << row.keys;
    EXPECT_THAT(message, HasSubstr(row.found)) << row.keys;
    EXPECT_THAT(message, HasSubstr(row.expected)) << row.keys;
  }
}

TEST(Errors, AMissingScenarioNamesTheNearest) {
  try {
    load_scenario("defualt");
    FAIL();
  } catch (const ConfigError& e) {
    EXPECT_THAT(e.what(), HasSubstr("no scenario 'defualt'"));
    EXPECT_THAT(e.what(), HasSubstr("(nearest 'default')"));
  }
}

}  // namespace
}  // namespace takt::config
