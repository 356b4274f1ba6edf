// `fast` gives exactly what `detailed` gives, and neither depends on when its caller advances it or who watches.
#include <gtest/gtest.h>

#include "sim/config/load.h"
#include "tests/dram/legality.h"
#include "tests/dram/play.h"
#include "tests/dram/random_config.h"

namespace takt::dram::testing {
namespace {

using units::Random;

constexpr Pace paces[] = {Pace::at_end, Pace::at_random, Pace::to_next_event, Pace::by_backlog};

// One traffic, played in every way.
void expect_exact(const Config& config, const Traffic& traffic, unsigned seed) {
  const Outcome expected = play(config, Fidelity::detailed, traffic);
  const Pace pace = paces[seed % 4];
  ASSERT_EQ(difference(expected, play(config, Fidelity::detailed, traffic, pace)), "") << "detailed, paced";
  ASSERT_EQ(difference(expected, play(config, Fidelity::fast, traffic)), "") << "fast";
  ASSERT_EQ(difference(expected, play(config, Fidelity::fast, traffic, pace)), "") << "fast, paced";
}

TEST(Exactness, fast_is_detailed_on_every_preset) {
  for (const auto& preset : config::list_memories()) {
    const Config config = config::load_memory(preset.name);
    for (unsigned seed = 0; seed < 8; ++seed) {
      SCOPED_TRACE(preset.name + " seed " + std::to_string(seed));
      Random random(seed);
      expect_exact(config, random_traffic(random, config, 4000), seed);
      if (HasFatalFailure()) return;
    }
  }
}

TEST(Exactness, fast_is_detailed_on_random_configurations) {
  for (unsigned seed = 0; seed < 600; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    const Config config = random_config(random);
    expect_exact(config, random_traffic(random, config, 1500), seed);
    if (HasFatalFailure()) return;
  }
}

// A memory's long transfers, which `fast` is for.
TEST(Exactness, fast_is_detailed_on_long_blocks) {
  for (const auto& preset : config::list_memories()) {
    const Config config = config::load_memory(preset.name);
    for (unsigned seed = 0; seed < 6; ++seed) {
      SCOPED_TRACE(preset.name + " seed " + std::to_string(seed));
      Random random(seed);
      const Traffic traffic = block_traffic(random, 16, seed % 2 == 0, seed >= 2 ? 30 : 0, seed >= 4);
      expect_exact(config, traffic, seed);
      if (HasFatalFailure()) return;
    }
  }
}

TEST(Exactness, does_not_depend_on_being_advanced_at_every_clock) {
  for (unsigned seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    const Config config = random_config(random);
    const Traffic traffic = random_traffic(random, config, 300);
    if (traffic.back().arrival > 100000) continue;
    const Outcome expected = play(config, Fidelity::detailed, traffic);
    ASSERT_EQ(difference(expected, play(config, Fidelity::detailed, traffic, Pace::every_clock)), "");
    ASSERT_EQ(difference(expected, play(config, Fidelity::fast, traffic, Pace::every_clock)), "");
  }
}

// A long idle time is skipped where nobody watches.
TEST(Exactness, does_not_depend_on_being_observed) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    const Config config = random_config(random);
    Traffic traffic = random_traffic(random, config, 300);
    for (std::size_t i = traffic.size() / 2; i < traffic.size(); ++i) traffic[i].arrival += random.below(100000);
    for (std::size_t i = 1; i < traffic.size(); ++i) {
      traffic[i].arrival = std::max(traffic[i].arrival, traffic[i - 1].arrival);
    }
    const Outcome expected = play(config, Fidelity::detailed, traffic);
    Legality watcher(config);
    watcher.expect(traffic);
    ASSERT_EQ(difference(expected, play(config, Fidelity::detailed, traffic, Pace::at_end, &watcher)), "");
    Legality other(config);
    other.expect(traffic);
    ASSERT_EQ(difference(expected, play(config, Fidelity::fast, traffic, Pace::at_end, &other)), "");
  }
}

}  // namespace
}  // namespace takt::dram::testing
