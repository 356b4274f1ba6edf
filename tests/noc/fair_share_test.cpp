// Round robin and weights: who gets how much of a target that everybody wants. The bound of fair queueing is theorem 1
// of Goyal, Vin and Cheng (SIGCOMM 1996); that of a wait follows from its proof: while port i waits, port n is granted
// weight_n x (i's latest grant) / weight_i bytes and one grant more.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "models/noc/service_tag.h"
#include "tests/noc/bench.h"

namespace takt::noc::testing {
namespace {

using Signed = __int128;

Config arbitrated(Arbitration arbitration, const std::vector<std::uint32_t>& weights) {
  Config c = config(static_cast<unsigned>(weights.size()));
  c.arbitration = arbitration;
  for (std::size_t i = 0; i < weights.size(); ++i) c.initiators[i].weight = weights[i];
  return c;
}

// Whom the NoC would grant: of those that may go, the lowest nobody goes before.
unsigned choose(const Arbiter& arbiter, const std::vector<bool>& may_go) {
  unsigned best = 0;
  while (!may_go[best]) ++best;
  for (unsigned i = best + 1; i < may_go.size(); ++i) {
    if (may_go[i] && arbiter.before({i, 0, {}}, {best, 0, {}})) best = i;
  }
  return best;
}

// Range that weight_b x bytes_a - weight_a x bytes_b takes over time: over every interval it changes by no more.
struct Lead {
  Signed least = 0, most = 0;
  void see(Signed now) {
    least = std::min(least, now);
    most = std::max(most, now);
  }
};

TEST(FairShareProperty, two_that_always_ask_share_by_weight_over_every_interval_and_nobody_starves) {
  constexpr std::uint64_t largest = 16384;
  const bool holds = rc::check([] {
    const auto weights = *rc::gen::resize(
        8, rc::gen::suchThat(rc::gen::container<std::vector<std::uint32_t>>(rc::gen::inRange<std::uint32_t>(1, 1001)),
                             [](const auto& w) { return w.size() >= 2; }));
    const auto arbiter = make_arbiter(arbitrated(Arbitration::weighted, weights));
    std::vector<std::uint64_t> bytes(weights.size()), latest(weights.size()), at_latest(weights.size());
    std::vector<bool> served(weights.size());
    std::uint64_t all = 0;
    Lead lead;
    for (int n = 0; n < 400; ++n) {
      std::vector<bool> may_go{true, true};
      while (may_go.size() < weights.size()) may_go.push_back(*rc::gen::arbitrary<bool>());
      const unsigned i = choose(*arbiter, may_go);
      const auto grant = *rc::gen::inRange<std::uint64_t>(1, largest + 1);
      if (i < 2 && served[i]) {
        std::uint64_t bound = 0;
        for (std::size_t o = 0; o < weights.size(); ++o) {
          if (o != i) bound += weights[o] * latest[i] / weights[i] + largest;
        }
        RC_ASSERT(all - at_latest[i] <= bound);
      }
      arbiter->granted(i, grant);
      bytes[i] += grant;
      all += grant;
      latest[i] = grant;
      at_latest[i] = all;
      served[i] = true;
      lead.see(Signed{weights[1]} * bytes[0] - Signed{weights[0]} * bytes[1]);
    }
    RC_ASSERT(lead.most - lead.least <= Signed{largest} * (weights[0] + weights[1]));
  });
  EXPECT_TRUE(holds);
}

TEST(FairShareProperty, tags_add_up_exactly_and_keep_their_order_at_another_weight) {
  const bool holds = rc::check([] {
    const auto weight = *rc::gen::inRange<std::uint32_t>(1, max_weight + 1);
    const auto other = *rc::gen::inRange<std::uint32_t>(1, max_weight + 1);
    ServiceTag tag{0, 0, weight};
    std::uint64_t sum = 0;
    for (const std::uint32_t bytes : *rc::gen::arbitrary<std::vector<std::uint32_t>>()) {
      tag = tag.after(bytes);
      sum += bytes;
    }
    RC_ASSERT(tag.bytes == sum / weight);
    RC_ASSERT(tag.rest == sum % weight);
    const ServiceTag there = tag.at_weight(other);
    RC_ASSERT(!(there < tag));
    // Less than one step of the other weight away.
    const Signed distance = (Signed{there.bytes} * other + there.rest) * weight - Signed{sum} * other;
    RC_ASSERT(distance >= 0 && distance < weight);
  });
  EXPECT_TRUE(holds);
}

TEST(FairShareProperty, round_robin_gives_everyone_who_asks_a_turn_in_each_round) {
  const bool holds = rc::check([] {
    const auto count = *rc::gen::inRange<std::size_t>(2, 65);
    const auto arbiter = make_arbiter(arbitrated(Arbitration::round_robin, std::vector<std::uint32_t>(count, 1)));
    const auto watched = *rc::gen::inRange<std::size_t>(0, count);
    std::size_t since = 0;
    for (int n = 0; n < 500; ++n) {
      std::vector<bool> may_go = *rc::gen::container<std::vector<bool>>(count, rc::gen::arbitrary<bool>());
      may_go[watched] = true;
      const unsigned i = choose(*arbiter, may_go);
      arbiter->granted(i, 1);
      since = i == watched ? 0 : since + 1;
      RC_ASSERT(since < count);
    }
  });
  EXPECT_TRUE(holds);
}

class NocFairShare : public ::testing::TestWithParam<Answers> {};

// Keeps four reads of 64 KiB waiting for ever.
void saturate(ScriptedInitiator& initiator, std::uint64_t base) {
  initiator.on_answer = [&initiator, base] { initiator.send(false, base + initiator.sent % 64 * 65536, 65536); };
  for (std::uint64_t i = 0; i < 4; ++i) initiator.send(false, base + i * 65536, 65536);
}

TEST_P(NocFairShare, bandwidth_of_a_saturated_target_is_shared_by_weight) {
  const std::vector<std::uint32_t> weights{3, 1, 10, 7};
  Bench bench("noc", arbitrated(Arbitration::weighted, weights), GetParam());
  bench.initiators[1].qos = 7;  // does not count
  for (unsigned i = 0; i < 4; ++i) saturate(bench.initiators[i], std::uint64_t{i} << 27);
  run(nanoseconds(200000));
  std::vector<std::uint64_t> bytes(4);
  std::uint64_t all = 0;
  for (const auto& piece : bench.targets[0].pieces) {
    EXPECT_EQ(piece.bytes(), 4096u);
    bytes[piece.initiator] += piece.bytes();
    all += piece.bytes();
  }
  EXPECT_GE(all, 64u * 200000 * 99 / 100);
  for (unsigned i = 0; i < 4; ++i) {
    for (unsigned j = 0; j < i; ++j) {
      const Signed lead = Signed{weights[j]} * bytes[i] - Signed{weights[i]} * bytes[j];
      EXPECT_LE(std::abs(static_cast<std::int64_t>(lead)), 4096 * (weights[i] + weights[j])) << i << ' ' << j;
    }
  }
}

TEST_P(NocFairShare, round_robin_does_not_look_at_qos) {
  Bench bench("noc", arbitrated(Arbitration::round_robin, {1, 1, 1}), GetParam());
  bench.initiators[2].qos = 7;
  for (unsigned i = 0; i < 3; ++i) saturate(bench.initiators[i], std::uint64_t{i} << 27);
  run(nanoseconds(20000));
  const auto& pieces = bench.targets[0].pieces;
  ASSERT_GT(pieces.size(), 100u);
  for (std::size_t i = 0; i < pieces.size(); ++i) EXPECT_EQ(pieces[i].initiator, i % 3) << i;
}

TEST_P(NocFairShare, a_share_that_is_not_used_goes_to_the_others_and_is_not_saved_up) {
  Bench bench("noc", arbitrated(Arbitration::weighted, {1, 1}), GetParam());
  saturate(bench.initiators[0], 0);
  run(nanoseconds(50000));
  EXPECT_GE(bench.targets[0].pieces.size(), 50000u * 64 * 99 / 100 / 16384);
  saturate(bench.initiators[1], 1u << 27);
  const std::size_t before = bench.targets[0].pieces.size();
  run(nanoseconds(50000));
  // From the first grant of the newcomer on they take turns.
  const auto& pieces = bench.targets[0].pieces;
  std::size_t first = before;
  while (pieces.at(first).initiator == 0) ++first;
  EXPECT_LE(first - before, 2u);
  std::uint64_t bytes[2] = {};
  for (std::size_t i = first; i < pieces.size(); ++i) {
    bytes[pieces[i].initiator] += pieces[i].bytes();
    // The latest grant of the one that was alone had 16384 bytes.
    EXPECT_LE(bytes[1], bytes[0] + 16384 + 4096);
    EXPECT_LE(bytes[0], bytes[1] + 4096);
  }
}

INSTANTIATE_TEST_SUITE_P(Noc, NocFairShare, every_answer, answers_name);

TEST(NocConfig, refuses_weights_that_cannot_be) {
  Config c = config(2);
  c.initiators[1].weight = 0;
  EXPECT_EQ(check(c), "initiator i1: weight is 0, expected 1 to 1000");
  c.initiators[1].weight = 1001;
  EXPECT_EQ(check(c), "initiator i1: weight is 1001, expected 1 to 1000");
}

}  // namespace
}  // namespace takt::noc::testing
