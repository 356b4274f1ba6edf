// takt's detailed memory beside the field's cycle-level simulators, on the same streams and timings (README.md).
//
// Bandwidth as fast as accepted: within 2 % of the mirrored peer where the two peers of a memory agree within 2 %,
// else inside their span, 2 % wider. Mean read latency at a fixed load: within 5 %. What is further off is listed below
// with its reason, and may not get worse.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <vector>

#include "tests/dram/peers/measure.h"
#include "tests/dram/peers/mirrors.h"

namespace takt::dram::testing {
namespace {

struct Row {
  std::string peer, stream, gap;
  std::uint64_t bursts = 0;
  Figures figures;
};

// Percent by which takt is above the peer; negative: below. Bounds are the deviation found, rounded up.
struct Known {
  const char* peer;
  const char* stream;
  const char* gap;  // "": bandwidth as fast as accepted; else latency
  double bound;
  const char* why;
};

constexpr const char* act2 =
    "Ramulator holds an ACT-2 back for an idle command slot, up to 8 clocks, and lets no other ACT-1 pass: with an ACT "
    "for each burst or two that bounds its rate of ACTs; takt sends the ACT-2 at the next slot without a column";
constexpr const char* round_robin =
    "DRAMsim3 serves its bank queues round robin, without age, and puts drained writes into them in front of later "
    "reads: reads of a bank wait behind its writes";
constexpr const char* out_of_step =
    "DRAMsim3's round robin leaves one bank group ahead of the others after a change of row, so that its next "
    "precharge and activate lie under the others' columns; by age all four end, and change rows, together";
constexpr const char* drains_when_empty =
    "DRAMsim3 begins to drain when all bank queues are empty, and reads then wait until the writes have moved; takt's "
    "writes join the reads";
constexpr const char* direction =
    "DRAMSys' FrFcfs offers the oldest row hit of a bank in whichever direction and turns the bus for it; takt goes on "
    "in the direction whose command is the earlier one";
constexpr const char* command_bus =
    "DRAMSys' commands take two or four slots of the command bus and one that could start waits for one that ends "
    "earlier; takt's take one";

constexpr Known known[] = {
    {"ramulator", "dma1", "", 7.5, act2},
    {"ramulator", "dma1", "14/5", -6, act2},
    {"dramsim3", "dma4", "", -2.5, out_of_step},
    {"dramsim3", "mixseq", "16/5", 6, drains_when_empty},
    {"dramsim3", "mixrnd", "9", -18, round_robin},
    {"dramsim3", "mixrnd", "13/2", -22.5, round_robin},
    {"dramsim3-lpddr4", "mixrnd", "24", -24.5, round_robin},
    {"dramsys", "mixseq", "51", -8.5, direction},
    {"dramsys", "mixseq", "26", -30, direction},
    {"dramsys", "mixseq", "18", -68, direction},
    {"dramsys", "mixrnd", "24", -7, command_bus},
};

std::vector<Row> quoted() {
  std::ifstream file(TAKT_PEER_FIGURES);
  std::string line;
  std::getline(file, line);
  std::vector<Row> rows;
  while (std::getline(file, line)) {
    std::stringstream cells(line);
    Row row;
    std::string bursts, gbps, latency, activations;
    for (std::string* cell : {&row.peer, &row.stream, &row.gap, &bursts, &gbps, &latency, &activations}) {
      std::getline(cells, *cell, ',');
    }
    row.bursts = std::stoull(bursts);
    row.figures = {std::stod(gbps), std::stod(latency), std::stoull(activations)};
    rows.push_back(row);
  }
  return rows;
}

// What the peer itself prints now, where its program stands in the folder that TAKT_PEERS names.
bool measured(const std::string& folder, Row& row) {
  struct Program {
    const char* peer;
    const char* name;
    const char* variable;
    const char* config;
  };
  constexpr Program programs[] = {
      {"dramsim3", "dramsim3", "DS3_CFG", "dramsim3_lpddr5_6400.ini"},
      {"ramulator", "ramulator", "RAM_CFG", "ramulator_lpddr5_6400_rowhit.yaml"},
      {"dramsys", "dramsys", "DSYS_CFG", "dramsys_lpddr4_3200.json"},
      {"dramsim3-lpddr4", "dramsim3", "DS3_CFG", "dramsim3_lpddr4_3200.ini"},
  };
  for (const Program& p : programs) {
    const std::string config = folder + "/configs/" + p.config;
    const std::string program = folder + "/bin/" + p.name;
    if (row.peer != p.peer || !std::ifstream(program).good() || !std::ifstream(config).good()) continue;
    ::setenv(p.variable, config.c_str(), 1);
    FILE* pipe = ::popen((program + " " + row.stream + " " + std::to_string(row.bursts) + " " + row.gap).c_str(), "r");
    if (pipe == nullptr) return false;
    Figures f;
    const bool read = std::fscanf(pipe, "%lf %lf %lu", &f.gbps, &f.latency_ns, &f.activations) == 3;
    if (::pclose(pipe) != 0 || !read) return false;
    row.figures = f;
    return true;
  }
  return false;
}

double percent(double ours, double theirs) { return 100 * (ours / theirs - 1); }

const Known* known_deviation(const Row& row) {
  for (const Known& k : known) {
    if (row.peer == k.peer && row.stream == k.stream && row.gap == k.gap) return &k;
  }
  return nullptr;
}

// The other peer with the same memory.
std::string rival(const std::string& peer) {
  if (peer == "ramulator") return "dramsim3";
  if (peer == "dramsim3") return "ramulator";
  return peer == "dramsys" ? "dramsim3-lpddr4" : "dramsys";
}

class Comparison {
 public:
  explicit Comparison(std::string peer) : peer_(std::move(peer)), rows_(quoted()) {
    std::printf("%-15s %-7s %-5s %19s %8s %19s %8s %8s\n", "peer", "stream", "gap", "GB/s takt    peer", "",
                "ns takt    peer", "", "ACTs");
  }

  void run() {
    const char* folder = std::getenv("TAKT_PEERS");
    for (Row row : rows_) {
      if (row.peer != peer_) continue;
      const bool live = folder != nullptr && measured(folder, row);
      const Figures ours = measure(mirror_of(row.peer), row.stream, row.bursts, parse_gap(row.gap));
      judge(row, ours, live);
    }
  }

 private:
  void judge(const Row& row, const Figures& ours, bool live) {
    const bool paced = !row.gap.empty();
    const double bandwidth = percent(ours.gbps, row.figures.gbps);
    const double latency = paced ? percent(ours.latency_ns, row.figures.latency_ns) : 0;
    const Known* excuse = known_deviation(row);
    std::printf("%-15s %-7s %-5s %9.4f %9.4f %+7.2f%% %9.2f %9.2f %+7.2f%% %+7.2f%% %s%s\n", row.peer.c_str(),
                row.stream.c_str(), row.gap.c_str(), ours.gbps, row.figures.gbps, bandwidth, ours.latency_ns,
                row.figures.latency_ns, latency,
                percent(static_cast<double>(ours.activations), static_cast<double>(row.figures.activations)),
                live ? "measured" : "quoted", excuse == nullptr ? "" : ", known");
    SCOPED_TRACE(row.peer + " " + row.stream + " " + row.gap);
    if (excuse != nullptr) {
      const double found = paced ? latency : bandwidth;
      EXPECT_TRUE(std::signbit(found) == std::signbit(excuse->bound) && std::abs(found) <= std::abs(excuse->bound))
          << found << " %, known are " << excuse->bound << " %: " << excuse->why;
    } else if (paced) {
      EXPECT_LE(std::abs(latency), 5);
    }
    if (paced) {
      EXPECT_LE(std::abs(bandwidth), 2);
    } else if (excuse == nullptr) {
      expect_bandwidth(row, ours.gbps);
    }
  }

  void expect_bandwidth(const Row& row, double ours) {
    double low = row.figures.gbps;
    double high = low;
    for (const Row& other : rows_) {
      if (other.peer != rival(row.peer) || other.stream != row.stream || !other.gap.empty()) continue;
      if (std::abs(percent(other.figures.gbps, row.figures.gbps)) <= 2) continue;
      low = std::min(low, other.figures.gbps);
      high = std::max(high, other.figures.gbps);
    }
    EXPECT_GE(ours, low * 0.98);
    EXPECT_LE(ours, high * 1.02);
  }

  std::string peer_;
  std::vector<Row> rows_;
};

TEST(Peers, dramsim3_with_lpddr5) { Comparison("dramsim3").run(); }
TEST(Peers, ramulator_with_lpddr5) { Comparison("ramulator").run(); }
TEST(Peers, dramsys_with_lpddr4) { Comparison("dramsys").run(); }
TEST(Peers, dramsim3_with_lpddr4) { Comparison("dramsim3-lpddr4").run(); }

TEST(Peers, every_known_deviation_is_of_a_quoted_row) {
  for (const Known& k : known) {
    unsigned rows = 0;
    for (const Row& row : quoted()) rows += row.peer == k.peer && row.stream == k.stream && row.gap == k.gap;
    EXPECT_EQ(rows, 1u) << k.peer << " " << k.stream << " " << k.gap;
  }
}

}  // namespace
}  // namespace takt::dram::testing
