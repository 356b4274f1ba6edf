// Blocking accesses of processors on the data path: request 16 ns, memory 100 ns, response 12 ns (bench.h).
#include "models/noc/bridge.h"

#include <gtest/gtest.h>

#include "tests/noc/bench.h"

namespace takt::noc::testing {
namespace {

class Caller;
using Story = std::function<void(Caller&)>;

// Threads that call one after the other through one socket.
class Caller : public sc_core::sc_module {
 public:
  Caller(sc_core::sc_module_name name, std::vector<Story> stories)
      : sc_module(name), socket("socket"), stories_(std::move(stories)) {
    for (const Story& story : stories_) sc_core::sc_spawn([this, &story] { story(*this); });
  }
  tlm::tlm_response_status access(tlm::tlm_generic_payload& payload, bool write, std::uint64_t address,
                                  std::uint64_t bytes, unsigned char* data, sc_core::sc_time delay = {}) {
    payload.set_command(write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
    payload.set_address(address);
    payload.set_data_ptr(data);
    payload.set_data_length(static_cast<unsigned>(bytes));
    if (payload.get_streaming_width() == 0) payload.set_streaming_width(static_cast<unsigned>(bytes));
    socket->b_transport(payload, delay);
    EXPECT_EQ(delay, sc_core::SC_ZERO_TIME);
    return payload.get_response_status();
  }
  tlm::tlm_response_status access(bool write, std::uint64_t address, std::uint64_t bytes, unsigned char* data,
                                  sc_core::sc_time delay = {}) {
    tlm::tlm_generic_payload payload;
    return access(payload, write, address, bytes, data, delay);
  }
  tlm_utils::simple_initiator_socket<Caller> socket;

 private:
  std::vector<Story> stories_;
};

class NocBridge : public ::testing::TestWithParam<Answers> {};

struct BridgeBench {
  BridgeBench(Answers how, std::vector<Story> stories)
      : noc("noc", config(1), ledger),
        target("target", nanoseconds(100), 64000000000, how),
        bridge("bridge", 0, {3, 2, true}),
        caller("caller", std::move(stories)) {
    target.contents.resize(4096);
    bridge.initiator.bind(noc.initiators[0]);
    noc.targets[0].bind(target.socket);
    caller.socket.bind(bridge.target);
  }
  base::Ledger ledger;
  Noc noc;
  ScriptedTarget target;
  Bridge bridge;
  Caller caller;
};

TEST_P(NocBridge, a_caller_waits_for_the_last_beat_and_gets_its_data) {
  Time done;
  unsigned char word[64] = {};
  BridgeBench bench(GetParam(), {[&](Caller& caller) {
                      EXPECT_EQ(caller.access(false, 128, 64, word), tlm::TLM_OK_RESPONSE);
                      done = base::now();
                    }});
  bench.target.contents[130] = 7;
  run(nanoseconds(1000));
  EXPECT_EQ(done.value, nanoseconds(16 + 100 + 1 + 12).value);
  EXPECT_EQ(word[2], 7);
  EXPECT_EQ(bench.target.pieces.at(0).qos, 3);
  EXPECT_EQ(bench.target.pieces.at(0).owner, 2);
}

TEST_P(NocBridge, an_access_without_data_takes_its_time_and_moves_nothing) {
  bool done = false;
  BridgeBench bench(GetParam(), {[&](Caller& caller) {
                      EXPECT_EQ(caller.access(false, 0, 640, nullptr), tlm::TLM_OK_RESPONSE);
                      EXPECT_EQ(base::now(), nanoseconds(16 + 100 + 10 + 12));  // 640 bytes at 64 GB/s
                      done = true;
                    }});
  run(nanoseconds(1000));
  EXPECT_TRUE(done);
}

TEST_P(NocBridge, a_caller_that_runs_ahead_waits_first) {
  unsigned char byte = 9;
  BridgeBench bench(GetParam(),
                    {[&](Caller& caller) { caller.access(true, 5, 1, &byte, sc_core::sc_time(300, sc_core::SC_NS)); }});
  run(nanoseconds(1000));
  EXPECT_EQ(bench.target.pieces.at(0).arrival.value, nanoseconds(300 + 16).value);
  EXPECT_EQ(bench.target.contents[5], 9);
}

TEST_P(NocBridge, two_threads_wait_each_for_its_own_answer) {
  std::vector<std::pair<int, Time>> done;
  unsigned char data[2][64];
  const auto story = [&](int who) {
    return [&done, &data, who](Caller& caller) {
      for (int i = 0; i < 3; ++i) caller.access(false, static_cast<std::uint64_t>(who) * 1024, 64, data[who]);
      done.push_back({who, base::now()});
    };
  };
  BridgeBench bench(GetParam(), {story(0), story(1)});
  run(nanoseconds(2000));
  ASSERT_EQ(done.size(), 2u);
  // Both are under way at once: three round trips of 129 ns, not six. The port takes one 64 byte piece per ns.
  EXPECT_LE(done[1].second.value, nanoseconds(3 * (129 + 2)).value);
  EXPECT_EQ(bench.target.pieces.size(), 6u);
}

// A reset unwinds the processor's thread while its access is still under way.
TEST_P(NocBridge, an_access_whose_caller_is_unwound_ends_by_itself) {
  sc_core::sc_process_handle thread;
  int rounds = 0;
  const Story access = [&](Caller& caller) {
    thread = sc_core::sc_get_current_process_handle();
    ++rounds;
    std::vector<unsigned char> data(256, 0xAB);
    caller.access(true, 512, data.size(), data.data());
  };
  const Story unwind = [&](Caller&) {
    sc_core::wait(base::to_sc(Time(1)));  // granted, not answered
    thread.reset();
    thread.kill();  // the second round's request still stands at the NoC
  };
  BridgeBench bench(GetParam(), {access, unwind});
  run(nanoseconds(1000));
  EXPECT_EQ(rounds, 2);
  EXPECT_EQ(bench.target.pieces.size(), 2u);
  EXPECT_EQ(bench.target.contents[512], 0xAB);
}

TEST_P(NocBridge, errors_come_back) {
  unsigned char byte = 0;
  std::vector<tlm::tlm_response_status> seen;
  BridgeBench bench(GetParam(), {[&](Caller& caller) {
                      seen.push_back(caller.access(false, 7ull << 30, 1, &byte));
                      tlm::tlm_generic_payload enabled;
                      enabled.set_byte_enable_ptr(&byte);
                      seen.push_back(caller.access(enabled, false, 0, 1, &byte));
                      tlm::tlm_generic_payload streaming;
                      streaming.set_streaming_width(4);
                      seen.push_back(caller.access(streaming, false, 0, 8, &byte));
                      seen.push_back(caller.access(false, 0, 0, &byte));
                    }});
  run(nanoseconds(2000));
  ASSERT_EQ(seen.size(), 4u);
  EXPECT_EQ(seen[0], tlm::TLM_ADDRESS_ERROR_RESPONSE);
  EXPECT_EQ(seen[1], tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
  EXPECT_EQ(seen[2], tlm::TLM_BURST_ERROR_RESPONSE);
  EXPECT_EQ(seen[3], tlm::TLM_BURST_ERROR_RESPONSE);
  EXPECT_TRUE(bench.target.pieces.empty());
}

TEST_P(NocBridge, an_access_that_carries_a_stretch_keeps_its_marks) {
  unsigned char byte = 0;
  BridgeBench bench(GetParam(), {[&](Caller& caller) {
                      tlm::tlm_generic_payload payload;
                      base::Stretch marks;
                      marks.qos = 6;
                      marks.owner = 11;
                      payload.set_extension(&marks);
                      caller.access(payload, false, 0, 1, &byte);
                      payload.clear_extension(&marks);
                    }});
  run(nanoseconds(1000));
  EXPECT_EQ(bench.target.pieces.at(0).qos, 6);
  EXPECT_EQ(bench.target.pieces.at(0).owner, 11);
}

INSTANTIATE_TEST_SUITE_P(Noc, NocBridge, every_answer, answers_name);

}  // namespace
}  // namespace takt::noc::testing
