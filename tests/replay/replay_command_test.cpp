// takt replay: what it writes, and that equal traces give equal results.
#include <gmock/gmock.h>

#include "sim/config/load.h"
#include "tests/replay/commands.h"
#include "traces/formats/memory/reader.h"
#include "traces/formats/memory/writer.h"

namespace takt::replay::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Replay : public Commands {
 protected:
  static int replay(const std::string& trace, const std::string& folder, std::vector<std::string> more = {}) {
    std::vector<std::string> arguments{"replay", trace, "--memory", "lpddr5x-8533", "-o", folder, "--quiet"};
    if (trace.find(".stl") != std::string::npos) arguments.insert(arguments.end(), {"--clock-hz", "1000000000"});
    arguments.insert(arguments.end(), more.begin(), more.end());
    return call(arguments);
  }
};

TEST_F(Replay, leaves_results_banks_and_the_memory_it_used) {
  write("t.stl", mixed_stl(200));
  EXPECT_EQ(replay("t.stl", "out"), 0);
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator("out")) names.push_back(entry.path().filename());
  std::sort(names.begin(), names.end());
  EXPECT_THAT(names, ElementsAre(".takt-output", "banks.csv", "resolved.toml", "results.json"));
  const nlohmann::json r = results("out");
  EXPECT_EQ(r["schema"], "takt-results/1");
  EXPECT_EQ(r["trace"]["accesses"], 200);
  EXPECT_EQ(r["memory"]["bytes_read"].get<int>() + r["memory"]["bytes_written"].get<int>(), 40 * 4096 + 160 * 64);
  EXPECT_EQ(r["memory"]["peak_gbps"].get<double>(), 68.264);
  EXPECT_EQ(r["memory"]["channels"].size(), 4u);
  EXPECT_GT(r["estimates"].size(), 0u);
}

TEST_F(Replay, gives_the_same_bytes_twice) {
  write("t.stl", mixed_stl(500));
  ASSERT_EQ(replay("t.stl", "a"), 0);
  ASSERT_EQ(replay("t.stl", "b"), 0);
  EXPECT_EQ(without_host("a").dump(), without_host("b").dump());
  EXPECT_EQ(read("a/banks.csv"), read("b/banks.csv"));
  EXPECT_EQ(read("a/resolved.toml"), read("b/resolved.toml"));
}

TEST_F(Replay, gives_the_same_result_in_detail) {
  write("t.stl", mixed_stl(2000));
  for (const std::vector<std::string>& how :
       {std::vector<std::string>{}, {"--as-fast-as-accepted"}, {"--as-fast-as-accepted", "--outstanding", "8"}}) {
    std::vector<std::string> detailed = how;
    detailed.insert(detailed.end(), {"--fidelity", "detailed"});
    ASSERT_EQ(replay("t.stl", "fast", how), 0);
    ASSERT_EQ(replay("t.stl", "detailed", detailed), 0);
    nlohmann::json fast = without_host("fast"), slow = without_host("detailed");
    for (nlohmann::json* document : {&fast, &slow}) {
      document->erase("fidelity");
      document->erase("config_hash");
    }
    EXPECT_EQ(fast.dump(1), slow.dump(1));
  }
}

TEST_F(Replay, takes_takts_own_format_as_any_other) {
  write("t.stl", mixed_stl(1000));
  traces::MemoryTraceOptions options;
  options.clock_hz = 1000000000;
  const auto reader = traces::open_memory_trace("t.stl", options);
  traces::MemoryTraceWriter writer("t.takt-mem", {"trace"});
  traces::MemoryAccess access;
  while (reader->next(access)) writer.write(access);
  writer.close();
  ASSERT_EQ(replay("t.stl", "a"), 0);
  ASSERT_EQ(replay("t.takt-mem", "b"), 0);
  const nlohmann::json a = results("a"), b = results("b");
  EXPECT_EQ(a["memory"], b["memory"]);
  EXPECT_EQ(a["power"], b["power"]);
  EXPECT_EQ(a["simulated_ns"], b["simulated_ns"]);
  EXPECT_EQ(a["trace"]["hash"], b["trace"]["hash"]);
}

TEST_F(Replay, can_be_repeated_from_what_it_resolved) {
  write("t.stl", mixed_stl(300));
  ASSERT_EQ(replay("t.stl", "a", {"--set", "rcd_ns=21", "--set", "policy.write_high_bursts=20"}), 0);
  EXPECT_THAT(read("a/resolved.toml"), HasSubstr("rcd_ns = { value = 21, "));
  ASSERT_EQ(call({"replay", "t.stl", "--memory", "a/resolved.toml", "--clock-hz", "1000000000", "-o", "b", "--quiet"}),
            0);
  const nlohmann::json a = results("a"), b = results("b");
  EXPECT_EQ(a["config_hash"], b["config_hash"]);
  EXPECT_EQ(a["memory"]["channels"], b["memory"]["channels"]);
  EXPECT_EQ(a["power"], b["power"]);
  EXPECT_EQ(a["estimates"], b["estimates"]);
}

TEST_F(Replay, the_config_hash_knows_keys_and_options) {
  write("t.stl", mixed_stl(10));
  ASSERT_EQ(replay("t.stl", "a"), 0);
  ASSERT_EQ(replay("t.stl", "b", {"--set", "rcd_ns=21"}), 0);
  ASSERT_EQ(replay("t.stl", "c", {"--outstanding", "2"}), 0);
  EXPECT_NE(results("a")["config_hash"], results("b")["config_hash"]);
  EXPECT_NE(results("a")["config_hash"], results("c")["config_hash"]);
}

// --- --commands

struct Line {
  std::uint64_t clock;
  std::string command;
  unsigned columns;
};

std::vector<Line> lines_of(const std::string& csv) {
  std::vector<Line> lines;
  std::istringstream in(csv);
  for (std::string line; std::getline(in, line);) {
    const std::size_t comma = line.find(',');
    lines.push_back({std::stoull(line), line.substr(comma + 1, line.find(',', comma + 1) - comma - 1),
                     static_cast<unsigned>(std::count(line.begin(), line.end(), ',')) + 1});
  }
  return lines;
}

TEST_F(Replay, exports_every_command) {
  write("t.stl", mixed_stl(3000));
  ASSERT_EQ(replay("t.stl", "out", {"--commands", "c.csv"}), 0);
  const nlohmann::json channels = results("out")["memory"]["channels"];
  EXPECT_EQ(results("out")["fidelity"], "detailed");
  for (unsigned channel = 0; channel < 4; ++channel) {
    std::map<std::string, std::uint64_t> count;
    std::uint64_t last = 0;
    const std::vector<Line> lines = lines_of(read("c." + std::to_string(channel) + ".csv"));
    for (const Line& line : lines) {
      EXPECT_GE(line.clock, last) << "line " << &line - lines.data() + 1 << " of channel " << channel;
      last = line.clock;
      ++count[line.command];
      // DRAMPower wants data with RD and WR.
      EXPECT_EQ(line.columns, line.command == "RD" || line.command == "WR" ? 8u : 7u);
    }
    EXPECT_EQ(lines.back().command, "END");
    EXPECT_EQ(count["END"], 1u);
    EXPECT_EQ(count["ACT"], channels[channel]["activations"]);
    EXPECT_EQ(count["RD"] * 32, channels[channel]["bytes_read"]);
    EXPECT_EQ(count["WR"] * 32, channels[channel]["bytes_written"]);
    EXPECT_EQ(count["REFA"] + count["REFB"], channels[channel]["refreshes"]);
  }
}

TEST_F(Replay, exports_commands_in_order_across_idle_times) {
  std::string text;
  for (unsigned i = 0; i < 40; ++i)
    text += std::to_string(i * i * 700) + ": (256) read 0x" + std::to_string(i) + "000\n";
  write("t.stl", text);
  for (const std::string memory : {"llw-dram", "lpddr5x-8533", "lpddr4-3200", "hbm3"}) {
    ASSERT_EQ(call({"replay", "t.stl", "--memory", memory, "--clock-hz", "1000000000", "-o", "out", "--quiet",
                    "--commands", "c.csv"}),
              0);
    for (unsigned channel = 0; channel < results("out")["memory"]["channels"].size(); ++channel) {
      std::uint64_t last = 0;
      for (const Line& line : lines_of(read("c." + std::to_string(channel) + ".csv"))) {
        ASSERT_GE(line.clock, last) << memory << " channel " << channel;
        last = line.clock;
      }
    }
  }
}

TEST_F(Replay, exports_one_channel_to_the_file_itself) {
  write("t.stl", mixed_stl(10));
  ASSERT_EQ(replay("t.stl", "out", {"--commands", "c.csv", "--set", "channels=1"}), 0);
  EXPECT_TRUE(std::filesystem::exists("c.csv"));
}

// --- input that cannot be used

std::string fault_of(const std::function<int()>& command) {
  try {
    command();
  } catch (const std::exception& error) {
    return error.what();
  }
  return "no error";
}

TEST_F(Replay, refuses_bad_traces_with_their_line) {
  const struct {
    const char* text;
    const char* place;
  } cases[] = {{"0: read 0x0\n10: rea", "t.stl:2"},                   // truncated
               {"0: read 0x0\nzzz\n", "t.stl:2:1"},                   // junk
               {"0: read 0x0\n5: read 0xffffffffffff\n", "t.stl:2"},  // outside the memory
               {"9: read 0x0\n5: read 0x0\n", "t.stl:2:1"},           // time goes backwards
               {"# nothing\n", "t.stl"}};
  for (const auto& c : cases) {
    write("t.stl", c.text);
    EXPECT_THAT(fault_of([] { return replay("t.stl", "out"); }), HasSubstr(c.place)) << c.text;
    EXPECT_FALSE(std::filesystem::exists("out")) << c.text;
  }
}

TEST_F(Replay, refuses_a_trace_of_cycles_without_a_clock) {
  write("t.stl", mixed_stl(1));
  EXPECT_THAT(fault_of([] {
                return call({"replay", "t.stl", "--memory", "llw-dram", "-o", "out"});
              }),
              HasSubstr("no clock"));
}

TEST_F(Replay, refuses_unknown_memories_formats_and_options) {
  write("t.stl", mixed_stl(1));
  EXPECT_THAT(fault_of([] {
                return call({"replay", "t.stl", "--memory", "lpddr9", "-o", "out"});
              }),
              HasSubstr("lpddr9"));
  EXPECT_THAT(fault_of([] { return replay("t.stl", "out", {"--format", "dramsim4"}); }), HasSubstr("dramsim4"));
  EXPECT_EQ(replay("t.stl", "out", {"--fidelity", "exact"}), 2);
  EXPECT_EQ(replay("t.stl", "out", {"--outstanding", "0"}), 2);
  EXPECT_EQ(call({"replay", "t.stl"}), 2);
}

TEST_F(Replay, leaves_no_commands_of_a_trace_that_fails) {
  write("t.stl", "0: read 0x0\nzzz\n");
  fault_of([] { return replay("t.stl", "out", {"--commands", "c.csv"}); });
  for (const auto& entry : std::filesystem::directory_iterator(".")) EXPECT_EQ(entry.path().filename(), "t.stl");
}

}  // namespace
}  // namespace takt::replay::testing
