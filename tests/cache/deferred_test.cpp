// A memory that answers later than it is asked, in an order of its own: lookups take 10 ns (bench.h).
#include "tests/cache/bench.h"

namespace takt::cache::testing {
namespace {

class SystemCacheDeferred : public SystemCacheBench {
 protected:
  // Stretches reach the memory in the order of the list: data from `first` to `last`, the answer with it.
  struct Beats {
    std::uint64_t first;
    std::uint64_t last;
    Answers how = Answers::later;
    tlm::tlm_response_status status = tlm::TLM_OK_RESPONSE;
  };
  void play(std::vector<Beats> list) {
    memory.sent.clear();
    memory.script = [this, list](const Memory::Access&, Reply& reply) {
      const Beats& beats = list.at(memory.sent.size());
      reply = {beats.how, nanoseconds(beats.first), nanoseconds(beats.last), nanoseconds(beats.last), beats.status};
    };
  }
  void immediately() {
    memory.script = [](const Memory::Access&, Reply&) {};
  }
  static void run_until(std::uint64_t time_ns) { sc_core::sc_start(base::to_sc(nanoseconds(time_ns) - base::now())); }
  // A sector in every way of a set, the first of them dirty to 128 bytes.
  void fill_a_set() {
    immediately();
    write(cpu, 0, 128);
    for (std::uint64_t i = 1; i <= 3; ++i) read(cpu, i * 4096, 64);
    probe.answers.clear();
    take_log();
  }
};

TEST_F(SystemCacheDeferred, a_stretch_is_answered_once_with_its_last_piece) {
  read(cpu, 256, 64);
  read(cpu, 640, 64);
  run_until(130);
  probe.answers.clear();
  play({{700, 800}, {150, 400}, {500, 600}});
  send(display, false, 0, 1024);
  ASSERT_EQ(memory.sent.size(), 3u);  // around two resident lines
  run_until(799);
  EXPECT_TRUE(probe.answers.empty());
  run_until(2000);
  ASSERT_EQ(probe.answers.size(), 1u);
  EXPECT_EQ(probe.answers[0].at.value, nanoseconds(800).value);
  EXPECT_EQ(probe.answers[0].last_beat.value, nanoseconds(800).value);
  EXPECT_EQ(probe.answers[0].first_beat.value, nanoseconds(130 + 10).value);  // the resident lines
  EXPECT_EQ(pool.idle(), pool.created());
}

TEST_F(SystemCacheDeferred, two_stretches_are_answered_in_the_order_of_the_memory) {
  play({{800, 900}, {200, 300}});
  const std::uint64_t slow = send(cpu, false, 0, 64);
  const std::uint64_t quick = send(cpu, false, 8192, 64);
  run_until(1000);
  ASSERT_EQ(probe.answers.size(), 2u);
  EXPECT_EQ(probe.answers[0].cookie, quick);
  EXPECT_EQ(probe.answers[0].at.value, nanoseconds(300).value);
  EXPECT_EQ(probe.answers[0].first_beat.value, nanoseconds(200).value);
  EXPECT_EQ(probe.answers[1].cookie, slow);
  EXPECT_EQ(probe.answers[1].at.value, nanoseconds(900).value);
}

TEST_F(SystemCacheDeferred, who_reads_a_line_on_its_way_waits_for_it_and_asks_for_nothing) {
  for (const Answers how : {Answers::later, Answers::at_once}) {
    probe.answers.clear();
    const std::uint64_t start = base::now() / nanoseconds(1) + 1;
    const std::uint64_t sector = how == Answers::later ? 0 : 1024;
    play({{start + 200, start + 300, how}});
    send(cpu, false, sector, 512);
    send(display, false, sector + 64, 64);
    EXPECT_EQ(memory.sent.size(), 1u);
    if (how == Answers::later) EXPECT_TRUE(probe.answers.empty());
    run_until(start + 301);
    ASSERT_EQ(probe.answers.size(), 2u);
    EXPECT_EQ(probe.answers[1].first_beat.value, nanoseconds(start + 300).value);
    EXPECT_EQ(probe.answers[1].last_beat.value, nanoseconds(start + 300).value);
  }
  EXPECT_EQ(cache.statistics().initiators.at(display).read.hit, 128u);
  EXPECT_EQ(pool.idle(), pool.created());
}

TEST_F(SystemCacheDeferred, who_waits_for_two_fills_is_answered_with_the_later_one) {
  play({{800, 900}, {200, 300}});
  send(cpu, false, 0, 64);
  send(npu, false, 64, 64);
  const std::uint64_t both = send(display, false, 0, 128);
  run_until(899);
  EXPECT_EQ(probe.answers.size(), 1u);
  run_until(901);
  ASSERT_EQ(probe.answers.size(), 3u);
  EXPECT_EQ(probe.answers[2].cookie, both);
  EXPECT_EQ(probe.answers[2].first_beat.value, nanoseconds(300).value);
  EXPECT_EQ(probe.answers[2].last_beat.value, nanoseconds(900).value);
}

TEST_F(SystemCacheDeferred, a_write_waits_for_a_line_on_its_way_only_where_it_covers_it_in_part) {
  play({{800, 900}});
  send(cpu, false, 0, 128);
  const std::uint64_t part = send(cpu, true, 0, 32);
  const std::uint64_t whole = send(cpu, true, 64, 64);
  ASSERT_EQ(probe.answers.size(), 1u);
  EXPECT_EQ(probe.answers[0].cookie, whole);
  run_until(901);
  ASSERT_EQ(probe.answers.size(), 3u);
  EXPECT_EQ(probe.answers[2].cookie, part);
}

TEST_F(SystemCacheDeferred, an_error_of_a_fill_is_of_all_who_waited_for_it) {
  play({{200, 300, Answers::later, tlm::TLM_GENERIC_ERROR_RESPONSE}});
  send(cpu, false, 0, 64);
  send(display, false, 0, 64);
  run_until(301);
  ASSERT_EQ(probe.answers.size(), 2u);
  EXPECT_EQ(probe.answers[1].status, tlm::TLM_GENERIC_ERROR_RESPONSE);
}

TEST_F(SystemCacheDeferred, a_hit_overtakes_a_miss) {
  read(cpu, 0, 64);
  run_until(130);
  probe.answers.clear();
  play({{800, 900}});
  send(cpu, false, 8192, 64);
  const std::uint64_t hit = send(cpu, false, 0, 64);
  ASSERT_EQ(probe.answers.size(), 1u);
  EXPECT_EQ(probe.answers[0].cookie, hit);
}

TEST_F(SystemCacheDeferred, nobody_waits_for_a_write_back) {
  fill_a_set();
  play({{200, 300}, {1900, 2000}});
  send(cpu, false, 4 * 4096, 64);
  EXPECT_EQ(take_log(), (Accesses{reads(4 * 4096, 64), writes(0, 128)}));
  run_until(301);
  ASSERT_EQ(probe.answers.size(), 1u);
  EXPECT_EQ(probe.answers[0].at.value, nanoseconds(300).value);
  EXPECT_EQ(probe.answers[0].last_beat.value, nanoseconds(300).value);
}

TEST_F(SystemCacheDeferred, a_late_write_back_is_no_answer_to_a_later_stretch) {
  fill_a_set();
  play({{200, 300}, {1900, 2000}, {4000, 5000}});
  send(cpu, false, 4 * 4096, 64);
  run_until(400);
  const std::uint64_t later = send(cpu, false, 5 * 4096 + 1024, 64);  // another set
  run_until(4999);
  EXPECT_EQ(probe.answers.size(), 1u);
  run_until(5000);
  sc_core::sc_start(sc_core::SC_ZERO_TIME);
  ASSERT_EQ(probe.answers.size(), 2u);
  EXPECT_EQ(probe.answers[1].cookie, later);
  EXPECT_EQ(probe.answers[1].at.value, nanoseconds(5000).value);
}

// Sectors written one after the other: after the 16 of the cache each evicts one, and the room is for 16 of those.
TEST_F(SystemCacheDeferred, who_evicts_more_than_there_is_room_for_waits_for_the_memory) {
  static_assert(SystemCache::write_back_room == 16 * 1024, "as counted here");
  const auto write_sector = [this](std::uint64_t i) { return send(cpu, true, i * 1024, 1024); };
  memory.script = [](const Memory::Access&, Reply& reply) {
    reply.how = Answers::later;
    reply.last_beat = reply.at = nanoseconds(9000);
  };
  for (std::uint64_t i = 0; i < 32; ++i) write_sector(i);
  EXPECT_EQ(memory.sent.size(), 16u);
  EXPECT_EQ(probe.answers.size(), 32u);
  const std::uint64_t waiting = write_sector(32);
  EXPECT_EQ(probe.answers.size(), 32u);
  run_until(9001);
  ASSERT_EQ(probe.answers.size(), 33u);
  EXPECT_EQ(probe.answers[32].cookie, waiting);
  EXPECT_EQ(probe.answers[32].at.value, nanoseconds(9000).value);
  EXPECT_EQ(probe.answers[32].last_beat.value, nanoseconds(9000).value);
  // Its data went through the port like all before it, 32 ns each.
  EXPECT_EQ(probe.answers[32].first_beat.value, nanoseconds(32 * 32 + 10).value);
  write_sector(33);  // there is room again
  EXPECT_EQ(probe.answers.size(), 34u);
}

TEST_F(SystemCacheDeferred, a_write_that_only_evicts_is_answered_at_once) {
  fill_a_set();
  play({{1900, 2000}});
  send(cpu, true, 4 * 4096, 64);
  EXPECT_EQ(take_log(), Accesses{writes(0, 128)});
  EXPECT_EQ(probe.answers.size(), 1u);
}

TEST_F(SystemCacheDeferred, an_error_of_one_piece_is_the_stretchs) {
  read(cpu, 256, 64);
  for (const Answers how : {Answers::at_once, Answers::inside_the_call, Answers::later}) {
    probe.answers.clear();
    const std::uint64_t start = base::now() / nanoseconds(1) + 1;
    play({{start + 200, start + 300, how, tlm::TLM_GENERIC_ERROR_RESPONSE}, {start + 500, start + 600}});
    send(display, false, 0, 1024);
    run_until(start + 599);
    EXPECT_TRUE(probe.answers.empty());
    run_until(start + 601);
    ASSERT_EQ(probe.answers.size(), 1u);
    EXPECT_EQ(probe.answers[0].status, tlm::TLM_GENERIC_ERROR_RESPONSE);
    EXPECT_EQ(probe.answers[0].last_beat.value, nanoseconds(start + 600).value);
  }
}

TEST_F(SystemCacheDeferred, data_passes_by_in_both_directions) {
  memory.how = Answers::later;
  std::vector<unsigned char> in(3000, 7);
  std::vector<unsigned char> out(in.size());
  access(display, true, 100, in.size(), in.data(), false);
  access(display, false, 100, out.size(), out.data(), false);
  EXPECT_EQ(out, in);
}

}  // namespace
}  // namespace takt::cache::testing
