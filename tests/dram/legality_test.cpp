// No command of the closed form may break a constraint, on any mix of streams and small requests.
#include "tests/dram/legality.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/dram/configs.h"

namespace takt::dram::testing {
namespace {

using units::Time;

struct Step {
  std::uint64_t local;
  std::uint64_t bytes;
  bool write;
  std::uint64_t gap_ps;
  bool follow;  // begins where the last one ended
};

// Few banks and rows, so that hits, misses and conflicts are all common; some requests run into refreshes and idle
// times.
rc::Gen<Step> steps(const Config& config) {
  const std::uint64_t row_group = std::uint64_t{config.page_bytes} * config.bank_groups;
  return rc::gen::map(rc::gen::tuple(rc::gen::inRange<std::uint64_t>(0, 12 * row_group), rc::gen::inRange(0, 8),
                                     rc::gen::inRange<std::uint64_t>(1, 4 * row_group), rc::gen::inRange(0, 10),
                                     rc::gen::inRange(0, 40), rc::gen::inRange<std::uint64_t>(0, 60000)),
                      [=](const std::tuple<std::uint64_t, int, std::uint64_t, int, int, std::uint64_t>& t) {
                        const bool small = std::get<1>(t) != 0;
                        const std::uint64_t bytes =
                            small ? 1 + std::get<2>(t) % (4 * config.burst_bytes) : std::get<2>(t);
                        std::uint64_t gap = std::get<5>(t);
                        if (std::get<4>(t) == 0) gap *= 100;    // refreshes pass
                        if (std::get<4>(t) == 1) gap *= 10000;  // many refreshes pass
                        return Step{std::get<0>(t), bytes, std::get<3>(t) < 4, gap, std::get<1>(t) % 2 == 0};
                      });
}

void commands_are_legal(Config config) {
  const auto list = *rc::gen::container<std::vector<Step>>(60, steps(config));
  const bool saturated = *rc::gen::arbitrary<bool>();
  Channel channel(config);
  Legality legality(config);
  channel.observe(&legality);
  Counts counts;
  std::uint64_t bursts = 0;
  std::uint64_t end = 0;
  bool previous_write = false;
  Time now;
  for (const Step& step : list) {
    const std::uint64_t local = step.follow ? end : step.local;
    const bool write = step.follow ? previous_write : step.write;
    const Access access{local, step.bytes, write, step.bytes <= 4 * config.burst_bytes};
    end = local + step.bytes;
    previous_write = write;
    const Commit commit = channel.commit(access, now, counts);
    RC_ASSERT(commit.first_beat >= now);
    RC_ASSERT(commit.first_beat < commit.last_beat);
    RC_ASSERT(commit.next_accept >= now);
    bursts += (end - 1) / config.burst_bytes - local / config.burst_bytes + 1;
    now = saturated ? commit.next_accept : now + Time(step.gap_ps);
  }
  RC_ASSERT(counts.reads + counts.writes == bursts);
  RC_ASSERT(legality.columns() == bursts);
  const std::string violations = legality.violations();
  if (!violations.empty()) RC_FAIL(violations);
}

RC_GTEST_PROP(DramLegality, lpddr5x_with_refresh_of_all_banks, ()) { commands_are_legal(lpddr5x()); }
RC_GTEST_PROP(DramLegality, llw_with_refresh_per_bank, ()) { commands_are_legal(llw()); }
RC_GTEST_PROP(DramLegality, lpddr5_with_refresh_per_bank, ()) {
  Config config = lpddr5_6400();
  config.per_bank_refresh = true;
  config.rfc_pb_ps = ns(120);
  commands_are_legal(config);
}
RC_GTEST_PROP(DramLegality, two_bank_groups_that_cannot_hide_tccd_l, ()) {
  Config config = lpddr5x();
  config.bank_groups = 2;
  config.ccd_l_cycles = 6;
  commands_are_legal(config);
}

}  // namespace
}  // namespace takt::dram::testing
