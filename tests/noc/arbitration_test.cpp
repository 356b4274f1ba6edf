// Who goes first, for how long, and whether the order of processes matters.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "tests/noc/bench.h"

namespace takt::noc::testing {
namespace {

class NocArbitration : public ::testing::TestWithParam<Answers> {};

// Keeps an initiator busy for ever with reads of `bytes`.
void saturate(ScriptedInitiator& initiator, std::uint64_t base, std::uint64_t bytes) {
  initiator.on_answer = [&initiator, base, bytes] { initiator.send(false, base + initiator.sent % 64 * bytes, bytes); };
  initiator.send(false, base, bytes);
  initiator.send(false, base + bytes, bytes);
}

std::vector<std::uint64_t> bytes_by_initiator(const ScriptedTarget& target, std::size_t initiators) {
  std::vector<std::uint64_t> bytes(initiators);
  for (const auto& piece : target.pieces) bytes[piece.initiator] += piece.bytes();
  return bytes;
}

TEST_P(NocArbitration, two_equal_initiators_share_evenly) {
  Bench bench("noc", config(2), GetParam());
  saturate(bench.initiators[0], 0, 65536);
  saturate(bench.initiators[1], 1u << 28, 65536);
  run(nanoseconds(100000));
  const auto bytes = bytes_by_initiator(bench.targets[0], 2);
  EXPECT_LE(std::max(bytes[0], bytes[1]) - std::min(bytes[0], bytes[1]), 2u * 16384);
  // And together they fill the target: 64 B/ns.
  EXPECT_GE(bytes[0] + bytes[1], 64u * 100000 * 99 / 100);
}

TEST_P(NocArbitration, under_contention_grants_are_small_and_take_turns) {
  Bench bench("noc", config(3), GetParam());
  for (unsigned i = 0; i < 3; ++i) saturate(bench.initiators[i], std::uint64_t{i} << 26, 65536);
  run(nanoseconds(20000));
  const auto& pieces = bench.targets[0].pieces;
  for (std::size_t i = 3; i < pieces.size(); ++i) {
    EXPECT_LE(pieces[i].bytes(), 4096u);
    EXPECT_EQ(pieces[i].initiator, pieces[i - 3].initiator);
  }
}

TEST_P(NocArbitration, a_newcomer_of_high_qos_waits_for_one_contended_grant_at_most) {
  Bench bench("noc", config(3), GetParam());
  saturate(bench.initiators[0], 0, 65536);
  saturate(bench.initiators[1], 1u << 26, 65536);
  bench.initiators[2].qos = 7;
  run(nanoseconds(10000));
  for (int i = 0; i < 100; ++i) {
    const Time asked = base::now();
    bench.initiators[2].send(false, 1u << 27, 64);
    run(nanoseconds(500) + Time(i * 617));
    ASSERT_EQ(bench.initiators[2].answers.size(), i + 1u);
    // Unloaded 16 + 100 + 1 + 12; one grant of 4096 bytes takes 64 ns of the target.
    EXPECT_LE((bench.initiators[2].answers.back().last_beat - asked).value, nanoseconds(129 + 64 + 1).value);
  }
}

TEST_P(NocArbitration, a_newcomer_waits_for_one_large_grant_when_its_competitor_was_alone) {
  Bench bench("noc", config(2), GetParam());
  saturate(bench.initiators[0], 0, 65536);
  bench.initiators[1].qos = 7;
  run(nanoseconds(10000));
  const Time asked = base::now();
  bench.initiators[1].send(false, 1u << 27, 64);
  run(nanoseconds(1000));
  EXPECT_LE((bench.initiators[1].answers.at(0).last_beat - asked).value, nanoseconds(129 + 256 + 1).value);
}

TEST_P(NocArbitration, high_qos_goes_first_as_long_as_it_has_work) {
  Bench bench("noc", config(2), GetParam());
  bench.initiators[1].qos = 2;
  bench.initiators[0].send(false, 0, 65536);
  bench.initiators[1].send(false, 1u << 26, 65536);
  run(nanoseconds(10000));
  const auto& pieces = bench.targets[0].pieces;
  for (std::size_t i = 0; i < 16; ++i) EXPECT_EQ(pieces.at(i).initiator, 1) << i;
}

TEST_P(NocArbitration, nobody_starves_among_equals) {
  constexpr unsigned count = 7;
  Bench bench("noc", config(count), GetParam());
  for (unsigned i = 0; i < count; ++i) saturate(bench.initiators[i], std::uint64_t{i} << 26, i % 2 == 0 ? 64 : 65536);
  run(nanoseconds(100000));
  std::vector<std::size_t> last(count, 0);
  const auto& pieces = bench.targets[0].pieces;
  for (std::size_t n = 0; n < pieces.size(); ++n) {
    EXPECT_LE(n - last[pieces[n].initiator], 2u * count);
    last[pieces[n].initiator] = n;
  }
}

TEST_P(NocArbitration, a_throttled_initiator_leaves_its_turns_to_others) {
  Config c = config(2);
  c.initiators[0].credit_bytes = 1024;
  Bench bench("noc", c, GetParam());
  saturate(bench.initiators[0], 0, 65536);
  saturate(bench.initiators[1], 1u << 28, 65536);
  run(nanoseconds(100000));
  const auto bytes = bytes_by_initiator(bench.targets[0], 2);
  EXPECT_GE(bytes[0] + bytes[1], 64u * 100000 * 99 / 100);
  EXPECT_LT(bytes[0], bytes[1] / 4);
  EXPECT_GT(bytes[0], 0u);
}

TEST_P(NocArbitration, the_order_of_requests_inside_a_delta_does_not_matter) {
  const Config c = config(4);
  Bench forward("forward", c, GetParam());
  Bench backward("backward", c, GetParam());
  for (int round = 0; round < 50; ++round) {
    for (unsigned i = 0; i < 4; ++i) {
      const auto send = [&](Bench& bench, unsigned who) {
        bench.initiators[who].qos = static_cast<std::uint8_t>((round + who) % 2);
        bench.initiators[who].send((round + who) % 3 == 0, who * 1000000ull, 100 + 3000ull * who * (round % 5));
      };
      send(forward, i);
      send(backward, 3 - i);
    }
    run(Time(64000ull * round % 700000));
  }
  run(nanoseconds(100000));
  const auto& a = forward.targets[0].pieces;
  const auto& b = backward.targets[0].pieces;
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].initiator, b[i].initiator) << i;
    EXPECT_EQ(a[i].arrival.value, b[i].arrival.value) << i;
    EXPECT_EQ(a[i].bytes(), b[i].bytes()) << i;
  }
}

// A request that comes in the very picosecond in which the target gets free takes part in that decision.
TEST_P(NocArbitration, an_arrival_at_the_time_of_a_decision_is_heard) {
  Bench bench("noc", config(2), GetParam());
  bench.initiators[0].send(false, 0, 65536);
  bench.initiators[1].qos = 1;
  run(nanoseconds(256));  // the first grant of 16384 bytes occupies the target until exactly now
  ASSERT_EQ(bench.targets[0].pieces.size(), 1u);
  bench.initiators[1].send(false, 1u << 26, 64);
  run(nanoseconds(1000));
  EXPECT_EQ(bench.targets[0].pieces.at(1).initiator, 1);
}

INSTANTIATE_TEST_SUITE_P(Noc, NocArbitration, every_answer, answers_name);

struct Order {
  unsigned initiator;
  bool write;
  std::uint64_t address;
  std::uint32_t row_bytes;
  std::uint32_t rows;
  std::uint64_t pad;
  std::uint64_t wait_ps;
};

rc::Gen<Order> orders() {
  return rc::gen::map(
      rc::gen::tuple(rc::gen::inRange(0u, 4u), rc::gen::arbitrary<bool>(), rc::gen::inRange<std::uint64_t>(0, 1u << 26),
                     rc::gen::inRange<std::uint32_t>(1, 30000), rc::gen::inRange<std::uint32_t>(1, 9),
                     rc::gen::inRange<std::uint64_t>(0, 5000), rc::gen::inRange<std::uint64_t>(0, 900000)),
      [](const auto& t) {
        return Order{std::get<0>(t), std::get<1>(t), std::get<2>(t), std::get<3>(t),
                     std::get<4>(t), std::get<5>(t), std::get<6>(t)};
      });
}

using Ranges = std::vector<std::pair<std::uint64_t, std::uint64_t>>;

void add_rows(Ranges& ranges, std::uint64_t address, std::uint64_t row_bytes, std::uint64_t rows,
              std::uint64_t stride) {
  for (std::uint64_t row = 0; row < rows; ++row) {
    const std::uint64_t begin = address + row * stride;
    if (!ranges.empty() && ranges.back().second == begin) {
      ranges.back().second += row_bytes;
    } else {
      ranges.push_back({begin, begin + row_bytes});
    }
  }
}

// A target that answers each piece in its own way and up to 3 us late, as the piece's address decides.
void answer_as_the_address_decides(const ScriptedTarget::Piece& piece, Reply& reply) {
  const std::uint64_t digest = piece.address * 0x9e3779b97f4a7c15ull >> 32;
  const Time late(digest % 3000000);
  reply.how = static_cast<Answers>(digest % 3);
  reply.first_beat += late;
  reply.last_beat += late;
  reply.at = units::max(base::now(), reply.last_beat - late / 2);
}

// What an initiator asked for, row by row, equals what the target saw; every stretch is answered once, never in the
// past.
TEST(NocProperty, every_byte_is_granted_once_and_every_stretch_answered_once) {
  Bench bench("noc", config(4));
  bench.targets[0].script = answer_as_the_address_decides;
  const bool holds = rc::check([&] {
    for (auto& initiator : bench.initiators) {
      initiator.answers.clear();
      initiator.sent = 0;
    }
    bench.targets[0].pieces.clear();
    Ranges asked[4];
    Ranges seen[4];
    std::uint64_t bytes = 0;
    std::uint64_t count = 0;
    for (const Order& order : *rc::gen::container<std::vector<Order>>(orders())) {
      ScriptedInitiator& initiator = bench.initiators[order.initiator];
      initiator.on_answer = [&initiator] {
        RC_ASSERT(initiator.answers.back().last_beat >= base::now());
        RC_ASSERT(initiator.answers.back().first_beat <= initiator.answers.back().last_beat);
      };
      tlm::tlm_generic_payload& payload = initiator.pool.acquire();
      base::set_request(payload, order.write, order.address, order.row_bytes, nullptr);
      base::Stretch& stretch = base::stretch_of(payload);
      stretch.rows = order.rows;
      stretch.stride = order.row_bytes + order.pad;
      initiator.qos = static_cast<std::uint8_t>(order.pad % 8);
      initiator.send(payload);
      add_rows(asked[order.initiator], order.address, order.row_bytes, order.rows, stretch.stride);
      bytes += stretch.bytes();
      ++count;
      run(Time(order.wait_ps));
    }
    const auto answered = [&] {
      std::size_t sum = 0;
      for (const auto& initiator : bench.initiators) sum += initiator.answers.size();
      return sum;
    };
    // No piece is answered later than 4 us after its grant, and there are no more pieces than rows and 4 KiB blocks.
    const std::uint64_t pieces = bytes / 4096 + 10 * count;
    for (std::uint64_t i = 0; i < 4 * pieces && answered() < count; ++i) run(nanoseconds(1000));
    run(nanoseconds(1000));
    std::uint64_t granted = 0;
    for (const auto& piece : bench.targets[0].pieces) {
      RC_ASSERT(piece.bytes() <= 16384u);
      add_rows(seen[piece.initiator], piece.address, piece.row_bytes, piece.rows, piece.stride);
      granted += piece.bytes();
    }
    RC_ASSERT(granted == bytes);
    for (unsigned i = 0; i < 4; ++i) {
      RC_ASSERT(asked[i] == seen[i]);
      RC_ASSERT(bench.initiators[i].answers.size() == bench.initiators[i].sent);
      RC_ASSERT(bench.initiators[i].pool.idle() == bench.initiators[i].pool.created());
    }
  });
  EXPECT_TRUE(holds);
}

}  // namespace
}  // namespace takt::noc::testing
