// Targets that answer later than they are asked, in an order of their own: request 16 ns, response 12 ns, 64 B/ns
// (bench.h).
#include <gtest/gtest.h>

#include "tests/noc/bench.h"

namespace takt::noc::testing {
namespace {

using Piece = ScriptedTarget::Piece;

constexpr std::uint64_t second = 1ull << 30;  // address of the second target

// Data from `first` on, for as long as 64 B/ns take, the answer with the last of it.
void reply_at(Reply& reply, const Piece& piece, Time first) {
  reply.how = Answers::later;
  reply.first_beat = first;
  reply.last_beat = reply.at = first + nanoseconds(1) * (piece.bytes() / 64);
}

// An error, sent at `at`.
void refuse_at(Reply& reply, Time at) {
  reply.how = Answers::later;
  reply.status = tlm::TLM_GENERIC_ERROR_RESPONSE;
  reply.at = at;
}

class NocDeferred : public ::testing::Test {
 protected:
  ScriptedInitiator& initiator(unsigned i = 0) { return bench.initiators[i]; }
  ScriptedTarget& target(unsigned i = 0) { return bench.targets[i]; }
  const InitiatorStatistics& statistics() const { return bench.noc.statistics(0); }
  // Answers with the data of piece i at times[i].
  void play(std::vector<std::uint64_t> first_beats_ns) {
    target().script = [this, first_beats_ns](const Piece& piece, Reply& reply) {
      reply_at(reply, piece, nanoseconds(first_beats_ns.at(target().pieces.size() - 1)));
    };
  }
  void expect_every_payload_returned() {
    for (auto& each : bench.initiators) EXPECT_EQ(each.pool.idle(), each.pool.created());
  }

  Bench bench{"noc", config(2, 2)};
};

TEST_F(NocDeferred, two_requests_are_answered_in_the_order_of_the_targets_answers) {
  play({900, 200});
  initiator().send(false, 0, 64);
  initiator().send(false, 4096, 64);
  run(nanoseconds(500));
  ASSERT_EQ(initiator().answers.size(), 1u);
  EXPECT_EQ(initiator().answers[0].cookie, 1u);
  EXPECT_EQ(initiator().answers[0].first_beat.value, nanoseconds(200 + 12).value);
  EXPECT_EQ(initiator().answers[0].last_beat.value, nanoseconds(201 + 12).value);
  run(nanoseconds(500));
  ASSERT_EQ(initiator().answers.size(), 2u);
  EXPECT_EQ(initiator().answers[1].cookie, 0u);
  EXPECT_EQ(initiator().answers[1].last_beat.value, nanoseconds(901 + 12).value);
  expect_every_payload_returned();
}

TEST_F(NocDeferred, a_stretch_is_answered_once_with_its_earliest_and_latest_beat) {
  play({800, 400, 1000});
  initiator().send(false, 0, 3 * 16384);
  run(nanoseconds(2000));
  ASSERT_EQ(initiator().answers.size(), 1u);
  EXPECT_EQ(initiator().answers[0].first_beat.value, nanoseconds(400 + 12).value);
  // The third piece had room from 656 ns on, when the second was answered.
  EXPECT_EQ(target().pieces.at(2).arrival.value, nanoseconds(656 + 16).value);
  // The link carries the pieces one after the other, as they come: 412 to 668, 812 to 1068, 1068 to 1324.
  EXPECT_EQ(initiator().answers[0].last_beat.value, nanoseconds(1324).value);
  expect_every_payload_returned();
}

TEST_F(NocDeferred, two_large_grants_are_under_way_and_the_next_goes_with_an_answer) {
  play({2000 - 256, 2100 - 256, 2600, 2700});
  initiator().send(false, 0, 4 * 16384);
  run(nanoseconds(1999));
  ASSERT_EQ(target().pieces.size(), 2u);
  EXPECT_EQ(target().pieces[1].arrival.value, nanoseconds(256 + 16).value);
  run(nanoseconds(2000));
  ASSERT_EQ(target().pieces.size(), 4u);
  EXPECT_EQ(target().pieces[2].arrival.value, nanoseconds(2000 + 16).value);
  EXPECT_EQ(target().pieces[3].arrival.value, nanoseconds(2000 + 256 + 16).value);  // the link
  EXPECT_EQ(initiator().answers.size(), 1u);
  // A grant that has no room stands not ready: nobody else went first.
  EXPECT_EQ(statistics().wait_sum.value, 0u);
}

TEST_F(NocDeferred, an_initiator_without_room_leaves_the_target_to_others) {
  target().script = [](const Piece& piece, Reply& reply) {
    if (piece.initiator == 0) reply_at(reply, piece, nanoseconds(5000));
  };
  initiator(0).qos = 7;
  initiator(0).send(false, 0, 65536);
  run(nanoseconds(1000));
  initiator(1).send(false, 1 << 20, 4096);
  run(nanoseconds(1000));
  EXPECT_EQ(target().pieces.size(), 3u);
  ASSERT_EQ(initiator(1).answers.size(), 1u);
  EXPECT_EQ(initiator(1).answers[0].last_beat.value, nanoseconds(1000 + 16 + 100 + 64 + 12).value);
}

// Requests of one initiator are granted in order: one without room waits although its own target is idle.
TEST_F(NocDeferred, an_answer_of_one_target_lets_the_next_request_go_to_another) {
  target(0).script = [](const Piece& piece, Reply& reply) { reply_at(reply, piece, nanoseconds(2000 - 256)); };
  initiator(0).send(false, 0, 2 * 16384);
  initiator(0).send(false, second, 64);
  run(nanoseconds(500));
  initiator(1).send(false, second + 4096, 64);
  run(nanoseconds(1000));
  ASSERT_EQ(target(1).pieces.size(), 1u);
  EXPECT_EQ(target(1).pieces[0].initiator, 1);
  EXPECT_EQ(target(1).pieces[0].arrival.value, nanoseconds(500 + 16).value);
  run(nanoseconds(1000));
  ASSERT_EQ(target(1).pieces.size(), 2u);
  EXPECT_EQ(target(1).pieces[1].initiator, 0);
  EXPECT_EQ(target(1).pieces[1].arrival.value, nanoseconds(2000 + 16).value);
  EXPECT_EQ(initiator(0).answers.size(), 2u);
}

TEST_F(NocDeferred, bytes_count_when_they_are_granted) {
  play({5000, 5000, 5000, 5000});
  initiator().owner = 3;
  initiator().send(false, 0, 4 * 16384);
  run(nanoseconds(1000));
  EXPECT_EQ(statistics().bytes_read, 2u * 16384);
  EXPECT_EQ(statistics().grants, 2u);
  EXPECT_EQ(statistics().stretches, 0u);
  EXPECT_EQ(bench.ledger.events()[0].count[3], 2u * 16384 * 3);
}

// `channels`: the memory's first data come at once from one channel, and from all of them when it has one.
void expect_credits(bool channels) {
  Config c = config(1);
  c.initiators[0].credit_bytes = 4096;  // a grant of 16384 bytes is followed by the next after four latencies
  Bench bench("noc", c);
  ScriptedTarget& memory = bench.targets[0];
  const std::vector<std::uint64_t> first_beat_after = {100, 200, 300, 400, 100, 100};
  memory.script = [&](const Piece& piece, Reply& reply) {
    reply_at(reply, piece, piece.arrival + nanoseconds(1) * first_beat_after.at(memory.pieces.size() - 1));
    if (channels) reply.mean_first = std::exchange(reply.first_beat, piece.arrival);
  };
  bench.initiators[0].send(false, 0, 6 * 16384);
  run(nanoseconds(10000));
  // A grant at g whose first beat comes f later is answered at g + 16 + f + 256 with a latency of 16 + f + 12. Each
  // answer counts an eighth, the first one all. In picoseconds:
  const std::uint64_t mean_of_two = (7 * 128000 + 228000) / 8;
  const std::uint64_t mean_of_three = (7 * mean_of_two + 328000) / 8;
  const std::uint64_t grants[] = {
      0,                          // no answer yet: 4 x 28, less than the 256 of the link
      256000,                     // none yet either
      512000,                     // the first was answered at 372: 4 x 128 from here
      1024000,                    // the second at 728
      1024000 + 4 * mean_of_two,  // the third at 1084, the fourth will be at 1696
      1024000 + 4 * mean_of_two + 4 * mean_of_three,
  };
  ASSERT_EQ(memory.pieces.size(), 6u);
  for (std::size_t i = 0; i < 6; ++i) EXPECT_EQ(memory.pieces[i].arrival.value, grants[i] + 16000) << i;
}

TEST(NocCredits, follow_the_mean_latency_of_the_latest_answers) { expect_credits(false); }

TEST(NocCredits, follow_the_mean_of_the_channels_whichever_is_first) { expect_credits(true); }

class NocDeferredError : public NocDeferred {
 protected:
  // Of four pieces, two can be under way at a time; what follows is read behind them.
  void send() {
    initiator().send(false, 0, 4 * 16384);
    initiator().send(false, 1 << 20, 64);
  }
  void expect_one_error(std::uint64_t last_beat_ns) {
    const auto& answers = initiator().answers;
    ASSERT_EQ(answers.size(), 2u);
    const auto& failed = answers[0].cookie == 0 ? answers[0] : answers[1];
    const auto& served = answers[0].cookie == 0 ? answers[1] : answers[0];
    EXPECT_EQ(failed.status, tlm::TLM_GENERIC_ERROR_RESPONSE);
    EXPECT_EQ(failed.last_beat.value, nanoseconds(last_beat_ns).value);
    EXPECT_EQ(served.status, tlm::TLM_OK_RESPONSE);
    EXPECT_EQ(statistics().errors, 1u);
    EXPECT_EQ(statistics().stretches, 2u);
    expect_every_payload_returned();
  }
};

TEST_F(NocDeferredError, of_the_first_piece_waits_for_the_second_and_sends_no_third) {
  target().script = [this](const Piece& piece, Reply& reply) {
    if (target().pieces.size() == 1) refuse_at(reply, nanoseconds(400));
    if (target().pieces.size() == 2) reply_at(reply, piece, nanoseconds(1000));
  };
  send();
  run(nanoseconds(3000));
  ASSERT_EQ(target().pieces.size(), 3u);
  EXPECT_EQ(target().pieces[2].address, 1u << 20);
  EXPECT_EQ(target().pieces[2].arrival.value, nanoseconds(512 + 16).value);  // the link
  // The next request's 64 bytes came before; the second piece's are on the link from 1012 to 1268.
  expect_one_error(1268);
  EXPECT_EQ(statistics().bytes_read, 2u * 16384 + 64);
}

TEST_F(NocDeferredError, of_the_last_piece_under_way_ends_the_stretch) {
  target().script = [this](const Piece& piece, Reply& reply) {
    if (target().pieces.size() == 1) reply_at(reply, piece, nanoseconds(200));
    if (target().pieces.size() == 2) refuse_at(reply, nanoseconds(500));
  };
  send();
  run(nanoseconds(3000));
  ASSERT_EQ(target().pieces.size(), 3u);
  EXPECT_EQ(target().pieces[2].address, 1u << 20);
  expect_one_error(500 + 12);
}

TEST_F(NocDeferredError, at_once_waits_for_what_is_under_way) {
  target().script = [this](const Piece& piece, Reply& reply) {
    if (target().pieces.size() == 1) reply_at(reply, piece, nanoseconds(700));
    if (target().pieces.size() == 2) reply.status = tlm::TLM_GENERIC_ERROR_RESPONSE;
  };
  send();
  run(nanoseconds(3000));
  EXPECT_EQ(target().pieces.size(), 3u);
  expect_one_error(700 + 12 + 256);
  EXPECT_EQ(statistics().bytes_read, 16384u + 64);  // what was refused at once never counts
}

TEST_F(NocDeferredError, of_two_pieces_is_one_error) {
  target().script = [this](const Piece&, Reply& reply) {
    if (target().pieces.size() == 1) refuse_at(reply, nanoseconds(900));
    if (target().pieces.size() == 2) refuse_at(reply, nanoseconds(300));
  };
  send();
  run(nanoseconds(3000));
  EXPECT_EQ(target().pieces.size(), 3u);
  expect_one_error(900 + 12);
}

}  // namespace
}  // namespace takt::noc::testing
