// Every command of random traffic is legal, on every preset and on random configurations, and everything asked for is
// served once.
#include "tests/dram/legality.h"

#include <gtest/gtest.h>

#include "sim/config/load.h"
#include "tests/dram/play.h"
#include "tests/dram/random_config.h"

namespace takt::dram::testing {
namespace {

using units::Random;

std::uint64_t bursts(const Traffic& traffic, bool write) {
  std::uint64_t sum = 0;
  for (const Run& run : traffic) sum += run.write == write ? run.count : 0;
  return sum;
}

// Plays one traffic under the checker's eyes.
void expect_legal(const Config& config, Fidelity fidelity, const Traffic& traffic) {
  Legality legality(config);
  legality.expect(traffic);
  const Outcome outcome = play(config, fidelity, traffic, Pace::at_end, &legality);
  legality.finish();
  ASSERT_EQ(outcome.problem, "");
  ASSERT_EQ(legality.violations(), "");
  std::uint64_t reads = 0, writes = 0;
  for (const Counts& c : outcome.accounts) {
    reads += c.reads;
    writes += c.writes;
  }
  ASSERT_EQ(reads, bursts(traffic, false));
  ASSERT_EQ(writes, bursts(traffic, true));
  ASSERT_EQ(legality.data_end(), outcome.data_end);
  for (const Run& run : traffic) {
    ASSERT_GE(outcome.done[run.tag].first, run.arrival);
    ASSERT_GE(outcome.done[run.tag].last, outcome.done[run.tag].first + (run.write ? 0 : run.count - 1));
  }
}

TEST(Legality, holds_on_every_preset) {
  for (const auto& preset : config::list_memories()) {
    const Config config = config::load_memory(preset.name);
    for (unsigned seed = 0; seed < 12; ++seed) {
      SCOPED_TRACE(preset.name + " seed " + std::to_string(seed));
      Random random(seed);
      const Traffic traffic = random_traffic(random, config, 4000);
      expect_legal(config, seed % 3 == 0 ? Fidelity::fast : Fidelity::detailed, traffic);
      if (HasFatalFailure()) return;
    }
  }
}

TEST(Legality, holds_on_random_configurations) {
  for (unsigned seed = 0; seed < 1000; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    const Config config = random_config(random);
    const Traffic traffic = random_traffic(random, config, 2000);
    expect_legal(config, seed % 3 == 0 ? Fidelity::fast : Fidelity::detailed, traffic);
    if (HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace takt::dram::testing
