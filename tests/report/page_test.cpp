#include "sim/report/page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/results/output_folder.h"
#include "sim/results/results_file.h"
#include "tests/report/run_folder.h"

namespace takt::report {
namespace {

using test::Folder;
using test::run_in;

double sum(const Json& values) {
  double total = 0;
  for (const Json& value : values) total += value.get<double>();
  return total;
}

// Request 0 has the engines from 2 to 4 us and, preempted meanwhile, from 7 until its answer begins at 9 us.
const char* const jobs =
    "stream,request,measured,status,latency_us,finished_us\n"
    "a,0,1,completed,8,10\n"
    "b,0,1,completed,3,7\n"
    "a,1,1,pending,,\n"
    "a,2,0,completed,100,200\n";
const char* const paths =
    "stream,request,latency_us,driver_us,firmware_us,own_us,others_us,switch_us,front_end_us,tensor_us,vector_us,"
    "overhead_us,dma_in_us,dma_out_us,operators_us,answer_us,blockers\n"
    "a,0,8,0,0,0,3,0,0,4,0,0,0,0,0,1,b:3\n"
    "b,0,3,0,0,0,0,0,0,1,1,0,1,0,0,0,\n";
const char* const decisions =
    "at_us,decision,stream,request,step\n"
    "2,start,a,0,0\n"
    "3.5,preempt,a,0,0\n"
    "4,start,b,0,0\n"
    "7,resume,a,0,0\n";

TEST(PageDataTest, SharesOutTheEnginesByDecisions) {
  const Folder folder;
  folder.write("jobs.csv", jobs);
  folder.write("paths.csv", paths);
  folder.write("decisions.csv", decisions);
  Bounds bounds;
  bounds.spans = 10;
  const Json streams = engines(run_in(folder), bounds)["streams"];
  ASSERT_EQ(streams.size(), 2U);
  EXPECT_EQ(streams[0]["permille"], Json({0, 1000, 1000, 0, 0, 0, 1000, 1000, 0, 0}));
  EXPECT_EQ(streams[1]["permille"], Json({0, 0, 0, 1000, 1000, 1000, 0, 0, 0, 0}));
  EXPECT_EQ(streams[0]["preemptions"], Json({0, 0, 1, 0, 0, 0, 0, 0, 0, 0}));
  EXPECT_DOUBLE_EQ(streams[0]["share"].get<double>(), 0.4);
}

// Of 7 us between decision and end it had the engines for 3.5: a job and, after a while on the CPU, another.
TEST(PageDataTest, ShortensTurnsToWhatARequestHad) {
  const Folder folder;
  folder.write("jobs.csv", "stream,request,measured,status,latency_us,finished_us\na,0,1,completed,8,9\n");
  folder.write("paths.csv",
               "stream,request,switch_us,front_end_us,tensor_us,vector_us,overhead_us,dma_in_us,dma_out_us,answer_us\n"
               "a,0,0,0,3.5,0,0,0,0,0\n");
  folder.write("decisions.csv", "at_us,decision,stream,request,step\n2,start,a,0,0\n6,start,a,0,2\n");
  EXPECT_DOUBLE_EQ(engines(run_in(folder), {})["streams"][0]["share"].get<double>(), 0.35);
}

TEST(PageDataTest, RanksLatenciesOfAnsweredRequestsInTheWindow) {
  const Folder folder;
  folder.write("jobs.csv", jobs);
  folder.write("resolved.toml", "[[stream]]\nname = \"a\"\ndeadline_us = 500\n");
  const Json streams = latencies(run_in(folder), {});
  EXPECT_EQ(streams[0]["samples"], 1);
  EXPECT_EQ(streams[0]["us"], Json({8.0}));
  EXPECT_EQ(streams[0]["percent"], Json({100.0}));
  EXPECT_EQ(streams[0]["deadline_us"], 500.0);
  EXPECT_EQ(streams[1]["deadline_us"], nullptr);
}

TEST(PageDataTest, PartsAddUpToTheMeanLatency) {
  const Folder folder;
  folder.write("paths.csv", paths);
  const Json data = latency_parts(run_in(folder));
  for (const Json& stream : data["streams"])
    EXPECT_DOUBLE_EQ(sum(stream["mean_us"]), 2 * stream["mean_us"][0].get<double>());
}

// Four spans of 2.5 us into two: means of both, and the larger.
TEST(PageDataTest, CondensesBandwidth) {
  const Folder folder;
  folder.write("timeline.csv",
               "begin_us,end_us,power_mw,memory_m_gbps,port_p_gbps\n"
               "1,3.5,0,10,1\n3.5,6,0,20,1\n6,8.5,0,30,2\n8.5,11,0,0,0\n");
  Bounds bounds;
  bounds.spans = 2;
  const Json data = bandwidth(run_in(folder), bounds);
  EXPECT_EQ(data["memories"][0]["mean"], Json({15.0, 15.0}));
  EXPECT_EQ(data["memories"][0]["most"], Json({20.0, 30.0}));
  EXPECT_EQ(data["ports"][0]["mean"], Json({1.0, 1.0}));
  bounds.spans = 480;
  EXPECT_EQ(bandwidth(run_in(folder), bounds)["spans"], 4);
}

TEST(PageDataTest, CondensesPower) {
  const Folder folder;
  folder.write("power.csv", "time_us,npu_mw,soc_mw,npu_clock_hz,npu_c\n6,10,1,2000000,30\n11,20,3,4000000,40.5\n");
  const Json data = power(run_in(folder), {});
  EXPECT_EQ(data["rails"][0]["mean"], Json({10.0, 20.0}));
  EXPECT_EQ(data["most"], Json({11.0, 23.0}));
  EXPECT_EQ(data["nodes"][0]["mean"], Json({30.0, 40.5}));
  EXPECT_EQ(data["clock_mhz"], Json({2.0, 4.0}));
}

TEST(PageDataTest, SumsOfOperatorsAreOfAllLayers) {
  const Folder folder;
  folder.write(
      "layers.csv",
      "model,index,name,op,bound,wall_us,runs,bytes_in,bytes_out,macs,stall_data_us,stall_store_us\n"
      "m,0,x,conv,tensor,5,1,10,20,7,1,0.5\nm,1,y,conv,vector,9,1,0,0,0,2,0\nm,2,z,pool,vector,1,1,0,0,0,0,0\n");
  Bounds bounds;
  bounds.layers = 1;
  const Json data = layers(run_in(folder), bounds);
  EXPECT_EQ(data["count"], 3);
  ASSERT_EQ(data["rows"].size(), 1U);
  EXPECT_EQ(data["rows"][0][2], "y");  // the longest
  EXPECT_EQ(data["operators"][0], Json({"conv", 2, 14.0, 7, 30, 3.5}));
  EXPECT_EQ(data["stalls"][0]["us"], Json({3.0, 0.5}));
}

// 64 x 32 x 32 products in 4 cycles at 1 GHz are 16384 of them a cycle, 32.768 T operations a second.
TEST(PageDataTest, RoofsComeFromTheConfiguration) {
  const Folder folder;
  folder.write("resolved.toml",
               "[npu]\nmemory = \"m\"\nclock_hz = 1000000000\ncores = 1\ntensor.tile_rows = 64\ntensor.tile_k = 32\n"
               "tensor.tile_columns = 32\ntensor.cycles_w8a8 = 4\n");
  const Json data = roofs(run_in(folder, R"("memory": {"memories": {"m": {"peak_gbps": 64}}})"));
  EXPECT_EQ(data["compute"], Json::array({{{"name", "w8a8"}, {"ops", 32.768e12}}}));
  EXPECT_EQ(data["memory"], Json::array({{{"name", "m"}, {"gbps", 64.0}}}));
}

// Beside the same, three cores of 8 x 8 x 8 products a cycle: 3.072 T operations a second.
TEST(PageDataTest, SmallCoresHaveARoofOfTheirOwn) {
  const Folder folder;
  folder.write("resolved.toml",
               "[npu]\nclock_hz = 1000000000\ncores = 1\ntensor.tile_rows = 64\ntensor.tile_k = 32\n"
               "tensor.tile_columns = 32\ntensor.cycles_w8a8 = 4\n[npu.small]\ncores = 3\ntensor.tile_rows = 8\n"
               "tensor.tile_k = 8\ntensor.tile_columns = 8\ntensor.cycles_w8a8 = 1\n");
  const Json data = roofs(run_in(folder, ""));
  EXPECT_EQ(data["compute"],
            Json::array({{{"name", "w8a8"}, {"ops", 32.768e12}}, {{"name", "w8a8, small cores"}, {"ops", 3.072e12}}}));
}

TEST(PageDataTest, LeavesOutWhatTheRunDoesNotHave) {
  const Folder folder;
  const Json run = page_data({run_in(folder)})["runs"][0];
  for (const char* part : {"latencies", "parts", "engines", "bandwidth", "power", "layers", "firmware"})
    EXPECT_TRUE(run[part].is_null()) << part;
  EXPECT_TRUE(run["settings"].empty());
}

TEST(PageDataTest, HasEveryFigureButTheHosts) {
  const Folder folder;
  const Json figures =
      page_data({run_in(folder, R"("host": {"wall_s": 1}, "seed": 12345678901234567890)")})["runs"][0]["figures"];
  EXPECT_EQ(figures["seed"][0], "12345678901234567890");
  EXPECT_EQ(figures["window_ns.end"][0], "11000");
  EXPECT_FALSE(figures.contains("host.wall_s"));
}

TEST(PageDataTest, ComparesWithTheFirstRun) {
  const Folder a, b;
  const auto before = run_in(a, R"("power": {"energy_mj": 10})"), after = run_in(b, R"("power": {"energy_mj": 12.5})");
  const Json data = page_data({before, after});
  ASSERT_EQ(data["comparisons"].size(), 1U);
  EXPECT_EQ(data["comparisons"][0]["changes"]["power.energy_mj"], Json({"+2.5", 25.0, "worse"}));
  EXPECT_EQ(data["comparisons"][0]["worse"], 1);
}

// Any byte of any table may be another: the run is refused with file and line, or a page is made.
TEST(PageDataTest, DamagedTablesAreRefusedOrRead) {
  const std::vector<std::pair<std::string, std::string>> tables = {
      {"jobs.csv", jobs},
      {"paths.csv", paths},
      {"decisions.csv", decisions},
      {"timeline.csv", "begin_us,end_us,memory_m_gbps,port_p_gbps\n1,3.5,10,1\n3.5,6,20,1\n"},
      {"power.csv", "time_us,npu_mw,npu_clock_hz,npu_c\n6,10,2000000,30\n"},
      {"layers.csv",
       "model,index,name,op,bound,wall_us,runs,bytes_in,bytes_out,macs,stall_data_us\nm,0,x,c,vector,5,1,10,20,7,1\n"},
      {"resolved.toml", "[[stream]]\nname = \"a\"\npartition = 1\n"}};
  std::size_t refused = 0;
  for (const auto& [name, text] : tables) {
    const Folder folder;
    for (const auto& [other, whole] : tables) folder.write(other, whole);
    for (std::size_t at = 0; at < text.size(); ++at)
      for (const char byte : {'9', ',', '"', '\n'}) {
        std::string damaged = text;
        damaged[at] = byte;
        folder.write(name, damaged);
        try {
          EXPECT_FALSE(page_data({run_in(folder)}, {4, 4, 4}).empty());
        } catch (const results::ResultsFileError& error) {
          EXPECT_THAT(error.what(), ::testing::ContainsRegex("(csv|toml):[0-9]+: ")) << name << " " << at;
          ++refused;
        }
      }
  }
  EXPECT_GT(refused, 500U);
}

TEST(PageTest, NamesEndNoScript) {
  EXPECT_EQ(script_text({{"name", "</script>&<!--\u2028"}}),
            "{\"name\":\"\\u003c/script\\u003e\\u0026\\u003c!--\\u2028\"}");
}

TEST(PageTest, IsWholeAndLoadsNothing) {
  const Folder folder;
  const std::string text = page({run_in(folder, R"("streams": [{"name": "</script><b>", "model": "m"}])")});
  EXPECT_THAT(text, ::testing::StartsWith("<!doctype html>"));
  EXPECT_THAT(text, ::testing::HasSubstr("default-src 'none'; script-src 'sha256-"));
  EXPECT_THAT(text, ::testing::HasSubstr("Leon Sorokin"));  // uPlot's licence
  EXPECT_THAT(text, ::testing::Not(::testing::HasSubstr("<b>")));
  EXPECT_THAT(text, ::testing::Not(::testing::HasSubstr("@TAKT_DATA@")));
  EXPECT_THAT(text, ::testing::Not(::testing::HasSubstr(" src=")));
}

TEST(PageTest, IsTheSameWhereverTheRunLies) {
  const Folder a, b;
  EXPECT_EQ(page({run_in(a)}), page({run_in(b)}));
}

TEST(PageTest, TellsRunsApartByTheirPaths) {
  EXPECT_THAT(labels_of({"x/a", "x/b/", "x/c/results.json"}), ::testing::ElementsAre("a", "b", "c"));
  EXPECT_THAT(labels_of({"x/a", "y/a", "x/b"}), ::testing::ElementsAre("x/a", "y/a", "b"));
  EXPECT_THAT(labels_of({"x/a", "x/a"}), ::testing::ElementsAre("a", "a"));
}

TEST(PageTest, IsWrittenWholeOrNotAtAll) {
  const Folder folder;
  write_page(folder.path() / "p.html", "first");
  write_page(folder.path() / "p.html", "second");
  EXPECT_EQ(folder.read("p.html"), "second");
  EXPECT_THROW(write_page(folder.path(), "x"), results::OutputError);
  EXPECT_THROW(write_page(folder.path() / "none/p.html", "x"), results::OutputError);
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) names.push_back(entry.path().filename());
  EXPECT_THAT(names, ::testing::ElementsAre("p.html"));
}

}  // namespace
}  // namespace takt::report
