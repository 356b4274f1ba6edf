// One thing at a time against a scripted target: request 16 ns, memory 100 ns, response 12 ns, 64 B/ns everywhere
// (bench.h). A target that answers later than it is asked gives the same times.
#include <gtest/gtest.h>

#include "tests/noc/bench.h"

namespace takt::noc::testing {
namespace {

class NocPath : public ::testing::TestWithParam<Answers> {};

TEST_P(NocPath, a_single_stretch_takes_request_memory_data_and_response) {
  Bench bench("noc", config(1), GetParam());
  run(nanoseconds(1000));
  bench.initiators[0].send(false, 0, 4096);
  run(nanoseconds(1000));
  ASSERT_EQ(bench.initiators[0].answers.size(), 1u);
  const auto& answer = bench.initiators[0].answers[0];
  EXPECT_EQ(answer.status, tlm::TLM_OK_RESPONSE);
  EXPECT_EQ(bench.targets[0].pieces[0].arrival.value, nanoseconds(1000 + 16).value);
  EXPECT_EQ(answer.first_beat.value, nanoseconds(1000 + 16 + 100 + 12).value);
  EXPECT_EQ(answer.last_beat.value, nanoseconds(1000 + 16 + 100 + 4096 / 64 + 12).value);
  EXPECT_EQ(answer.at.value, answer.last_beat.value);
}

TEST_P(NocPath, a_write_takes_the_same_path) {
  Bench bench("noc", config(1), GetParam());
  bench.initiators[0].send(true, 64, 128);
  run(nanoseconds(1000));
  EXPECT_EQ(bench.initiators[0].answers.at(0).last_beat.value, nanoseconds(16 + 100 + 2 + 12).value);
  EXPECT_TRUE(bench.targets[0].pieces[0].write);
}

TEST_P(NocPath, an_annotated_delay_is_part_of_the_request) {
  Bench bench("noc", config(1), GetParam());
  tlm::tlm_generic_payload& payload = bench.initiators[0].pool.acquire();
  base::set_request(payload, false, 0, 64, nullptr);
  bench.initiators[0].send(payload, sc_core::sc_time(500, sc_core::SC_NS));
  run(nanoseconds(2000));
  EXPECT_EQ(bench.targets[0].pieces.at(0).arrival.value, nanoseconds(516).value);
}

TEST_P(NocPath, a_slow_link_decides_when_data_is_complete) {
  Config c = config(1);
  c.initiators[0].bytes_per_cycle = 4;
  Bench bench("noc", c, GetParam());
  bench.initiators[0].send(false, 0, 1024);
  run(nanoseconds(2000));
  EXPECT_EQ(bench.initiators[0].answers.at(0).last_beat.value, nanoseconds(16 + 100 + 12 + 256).value);
}

TEST_P(NocPath, a_slow_memory_decides_when_data_is_complete) {
  Bench bench("noc", config(1), GetParam(), nanoseconds(100), 1000000000);
  bench.initiators[0].send(false, 0, 1024);
  run(nanoseconds(2000));
  EXPECT_EQ(bench.initiators[0].answers.at(0).last_beat.value, nanoseconds(16 + 100 + 1024 + 12).value);
}

TEST_P(NocPath, alone_a_stretch_travels_in_few_large_grants) {
  Bench bench("noc", config(1), GetParam());
  bench.initiators[0].send(false, 1024, 65536);
  run(nanoseconds(5000));
  const auto& pieces = bench.targets[0].pieces;
  ASSERT_EQ(pieces.size(), 5u);  // cut at multiples of 16384
  EXPECT_EQ(pieces[0].bytes(), 16384u - 1024);
  EXPECT_EQ(pieces[1].address, 16384u);
  EXPECT_EQ(pieces[4].bytes(), 1024u);
  EXPECT_EQ(bench.noc.statistics(0).grants, 5u);
  // Nothing between the grants is lost: the port moves 64 B/ns.
  EXPECT_EQ(bench.initiators[0].answers.at(0).last_beat.value, nanoseconds(16 + 100 + 65536 / 64 + 12).value);
}

TEST_P(NocPath, a_grant_costs_one_wake_up) {
  Bench bench("noc", config(1), GetParam());
  run(nanoseconds(1));
  const sc_dt::uint64 before = sc_core::sc_delta_count();
  bench.initiators[0].send(false, 0, 16384 * 10);
  run(nanoseconds(5000));
  // A wake-up is one delta to collect and one to decide; a later answer is one of the target's own.
  EXPECT_LE(sc_core::sc_delta_count() - before, (GetParam() == Answers::later ? 3u : 2u) * 10 + 1);
}

TEST_P(NocPath, the_link_limits_an_initiator_that_is_alone) {
  Config c = config(1);
  c.initiators[0].bytes_per_cycle = 8;  // 8 B/ns
  Bench bench("noc", c, GetParam());
  bench.initiators[0].send(false, 0, 1u << 20);
  run(nanoseconds(200000));
  // Grants follow each other on the link, which carries data from the first beat on without a gap.
  EXPECT_EQ(bench.initiators[0].answers.at(0).first_beat.value, nanoseconds(128).value);
  EXPECT_EQ(bench.initiators[0].answers.at(0).last_beat.value, nanoseconds(128 + (1 << 20) / 8).value);
}

TEST_P(NocPath, credits_over_latency_limit_an_initiator_that_is_alone) {
  Config c = config(1);
  c.initiators[0].credit_bytes = 2048;
  Bench bench("noc", c, GetParam());
  bench.initiators[0].send(false, 0, 1u << 20);
  run(nanoseconds(200000));
  // The latency is 16 + 100 + 12 ns: 16 B/ns, a grant of 16384 bytes every 1024 ns. A grant that goes before any answer
  // takes the unloaded 16 + 12 ns, which is less than its 256 ns on the link: one of those where the answer is known in
  // the call, two where it comes at the last beat, 372 ns after the first grant.
  const std::uint64_t unanswered = GetParam() == Answers::later ? 2 : 1;
  const std::uint64_t last_grant = unanswered * 256 + (64 - 1 - unanswered) * 1024;
  EXPECT_EQ(bench.initiators[0].answers.at(0).last_beat.value, nanoseconds(last_grant + 128 + 256).value);
}

TEST_P(NocPath, reads_and_writes_of_one_initiator_use_both_directions_of_its_link) {
  Config c = config(1);
  c.initiators[0].bytes_per_cycle = 8;
  Bench bench("noc", c, GetParam());
  for (int i = 0; i < 32; ++i) bench.initiators[0].send(i % 2 != 0, static_cast<std::uint64_t>(i) * 16384, 16384);
  run(nanoseconds(200000));
  // Each direction takes 2048 ns for a stretch. The first read goes at 0, the first write when the target is free
  // again, after 256 ns; from there on both directions are full.
  ASSERT_EQ(bench.initiators[0].answers.size(), 32u);
  EXPECT_EQ(bench.initiators[0].answers[30].last_beat.value, nanoseconds(128 + 16 * 2048).value);
  EXPECT_EQ(bench.initiators[0].answers[31].last_beat.value, nanoseconds(256 + 16 * 2048 + 16 + 12).value);
}

TEST_P(NocPath, answers_of_one_target_come_in_the_order_of_requests) {
  Bench bench("noc", config(1), GetParam());
  for (std::uint64_t i = 0; i < 10; ++i) bench.initiators[0].send(i % 3 == 0, i * 8192, 8192);
  run(nanoseconds(20000));
  const auto& answers = bench.initiators[0].answers;
  ASSERT_EQ(answers.size(), 10u);
  for (std::uint64_t i = 0; i < 10; ++i) EXPECT_EQ(answers[i].cookie, i);
}

TEST_P(NocPath, targets_serve_at_the_same_time) {
  Bench bench("noc", config(2, 2), GetParam());
  bench.initiators[0].send(false, 0, 16384);
  bench.initiators[1].send(false, 1ull << 30, 16384);
  run(nanoseconds(2000));
  EXPECT_EQ(bench.initiators[0].answers.at(0).last_beat.value, bench.initiators[1].answers.at(0).last_beat.value);
}

TEST_P(NocPath, a_stretch_outside_every_target_is_answered_with_an_address_error) {
  Bench bench("noc", config(1), GetParam());
  bench.initiators[0].send(false, 5ull << 30, 64);
  bench.initiators[0].send(false, (1ull << 30) - 32, 64);  // runs out of the target
  bench.initiators[0].send(false, 0, 64);
  run(nanoseconds(2000));
  const auto& answers = bench.initiators[0].answers;
  ASSERT_EQ(answers.size(), 3u);
  EXPECT_EQ(answers[0].status, tlm::TLM_ADDRESS_ERROR_RESPONSE);
  EXPECT_EQ(answers[0].last_beat.value, nanoseconds(16 + 12).value);
  EXPECT_EQ(answers[1].status, tlm::TLM_ADDRESS_ERROR_RESPONSE);
  EXPECT_EQ(answers[2].status, tlm::TLM_OK_RESPONSE);
  EXPECT_EQ(bench.noc.statistics(0).errors, 2u);
  EXPECT_EQ(bench.noc.statistics(0).bytes_read, 64u);
}

TEST_P(NocPath, a_stretch_may_not_cross_from_one_target_into_the_next) {
  Bench bench("noc", config(1, 2), GetParam());
  bench.initiators[0].send(false, (1ull << 30) - 32, 64);
  run(nanoseconds(2000));
  EXPECT_EQ(bench.initiators[0].answers.at(0).status, tlm::TLM_ADDRESS_ERROR_RESPONSE);
}

TEST_P(NocPath, an_error_of_the_target_ends_the_stretch) {
  Bench bench("noc", config(1), GetParam());
  bench.targets[0].status = tlm::TLM_GENERIC_ERROR_RESPONSE;
  bench.initiators[0].send(false, 0, 65536);
  run(nanoseconds(5000));
  ASSERT_EQ(bench.initiators[0].answers.size(), 1u);
  EXPECT_EQ(bench.initiators[0].answers[0].status, tlm::TLM_GENERIC_ERROR_RESPONSE);
  // Where the error is known 372 ns later, a second grant has gone at 256 ns; the third had no room.
  EXPECT_EQ(bench.targets[0].pieces.size(), GetParam() == Answers::later ? 2u : 1u);
  EXPECT_EQ(bench.noc.statistics(0).errors, 1u);
}

TEST_P(NocPath, an_empty_stretch_is_an_error) {
  Bench bench("noc", config(1), GetParam());
  bench.initiators[0].send(false, 0, 0);
  run(nanoseconds(5000));
  EXPECT_EQ(bench.initiators[0].answers.at(0).status, tlm::TLM_BURST_ERROR_RESPONSE);
}

TEST_P(NocPath, pieces_carry_who_asked_for_them) {
  Config c = config(3);
  c.initiators[2].qos = 3;
  Bench bench("noc", c, GetParam());
  bench.initiators[2].qos = 1;
  bench.initiators[2].owner = 9;
  bench.initiators[2].send(false, 0, 64);
  bench.initiators[1].qos = 5;
  bench.initiators[1].send(false, 64, 64);
  run(nanoseconds(5000));
  const auto& pieces = bench.targets[0].pieces;
  ASSERT_EQ(pieces.size(), 2u);
  EXPECT_EQ(pieces[0].initiator, 1);
  EXPECT_EQ(pieces[0].qos, 5);
  EXPECT_EQ(pieces[1].initiator, 2);
  EXPECT_EQ(pieces[1].qos, 3);  // the larger of the port's and the stretch's
  EXPECT_EQ(pieces[1].owner, 9);
}

TEST_P(NocPath, data_arrives_where_it_belongs) {
  Bench bench("noc", config(2), GetParam());
  bench.targets[0].contents.resize(200000);
  std::vector<unsigned char> data(100000);
  for (std::size_t i = 0; i < data.size(); ++i) data[i] = static_cast<unsigned char>(i * 31);
  bench.initiators[0].send(true, 777, data.size(), data.data());
  bench.initiators[1].send(false, 150000, 50000);  // competes: smaller pieces
  run(nanoseconds(50000));
  EXPECT_TRUE(std::equal(data.begin(), data.end(), bench.targets[0].contents.begin() + 777));
  std::vector<unsigned char> back(data.size());
  bench.initiators[0].send(false, 777, back.size(), back.data());
  run(nanoseconds(50000));
  EXPECT_EQ(back, data);
}

TEST_P(NocPath, the_debug_path_finds_the_target) {
  Bench bench("noc", config(1), GetParam());
  bench.targets[0].contents.resize(100);
  unsigned char byte = 42;
  tlm::tlm_generic_payload payload;
  payload.set_command(tlm::TLM_WRITE_COMMAND);
  payload.set_address(50);
  payload.set_data_ptr(&byte);
  payload.set_data_length(1);
  run(nanoseconds(1));
  EXPECT_EQ(bench.initiators[0].socket->transport_dbg(payload), 1u);
  EXPECT_EQ(bench.targets[0].contents[50], 42);
  payload.set_address(9ull << 30);
  EXPECT_EQ(bench.initiators[0].socket->transport_dbg(payload), 0u);
}

TEST_P(NocPath, counts_bytes_latency_and_energy_events) {
  Bench bench("noc", config(1), GetParam());
  bench.initiators[0].owner = 4;
  bench.initiators[0].send(false, 0, 640);
  bench.initiators[0].send(true, 4096, 128);
  run(nanoseconds(5000));
  const InitiatorStatistics& s = bench.noc.statistics(0);
  EXPECT_EQ(s.bytes_read, 640u);
  EXPECT_EQ(s.bytes_written, 128u);
  EXPECT_EQ(s.stretches, 2u);
  EXPECT_EQ(s.latency_max.value, nanoseconds(16 + 100 + 10 + 2 + 12).value);  // the write goes 10 ns later
  EXPECT_EQ(s.latency_sum.value, nanoseconds(2 * (16 + 100 + 10 + 12) + 2).value);
  ASSERT_EQ(bench.ledger.events().size(), 1u);
  EXPECT_EQ(bench.ledger.events()[0].count[4], 768u * 3);
}

INSTANTIATE_TEST_SUITE_P(Noc, NocPath, every_answer, answers_name);

TEST(NocConfig, refuses_what_cannot_be) {
  EXPECT_EQ(check(config(1)), "");
  Config c = config(1);
  c.alone_bytes = 3000;
  EXPECT_EQ(check(c), "alone_bytes is 3000, expected a power of two");
  c = config(1, 2);
  c.targets[1].base = 4096;
  EXPECT_EQ(check(c), "targets t0 and t1 overlap");
  c = config(0);
  EXPECT_EQ(check(c), "0 initiators, expected 1 to 64");
  c = config(1);
  c.contended_bytes = 32768;
  EXPECT_EQ(check(c), "contended_bytes exceeds alone_bytes");
  c = config(2);
  c.initiators[1].bytes_per_cycle = 0;
  EXPECT_EQ(check(c), "initiator i1: bytes_per_cycle is 0, expected a positive value");
}

}  // namespace
}  // namespace takt::noc::testing
