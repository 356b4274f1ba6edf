// The TLM side: answers, errors and contents.
#include "models/dram/dram.h"

#include <gtest/gtest.h>

#include <cstring>
#include <map>

#include "models/base/payload_pool.h"
#include "models/units/random.h"
#include "tests/dram/configs.h"

namespace takt::dram::testing {
namespace {

using units::nanoseconds;
using units::Time;

constexpr std::uint64_t base_address = 0x80000000;
constexpr std::uint64_t capacity = 1 << 24;

struct Bench : sc_core::sc_module {
  explicit Bench(sc_core::sc_module_name name) : sc_module(name), socket("socket") {
    socket.register_nb_transport_bw(this, &Bench::answer);
  }
  tlm::tlm_sync_enum answer(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase, sc_core::sc_time& delay) {
    EXPECT_EQ(phase, tlm::BEGIN_RESP);
    EXPECT_EQ(answered.count(&payload), 0u);
    answered[&payload] = base::now() + base::to_time(delay);
    return tlm::TLM_COMPLETED;
  }
  tlm_utils::simple_initiator_socket<Bench> socket;
  std::map<tlm::tlm_generic_payload*, Time> answered;  // with the end of the answer
};

class DramModule : public ::testing::Test {
 protected:
  DramModule() : dram("dram", round_numbers(), Fidelity::detailed, base_address, ledger), bench("bench") {
    bench.socket.bind(dram.target);
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
  }
  tlm::tlm_generic_payload& send(bool write, std::uint64_t address, std::uint64_t bytes, unsigned char* data,
                                 Time delay = Time(0), tlm::tlm_sync_enum expected = tlm::TLM_ACCEPTED) {
    tlm::tlm_generic_payload& payload = pool.acquire();
    base::set_request(payload, write, address, bytes, data);
    tlm::tlm_phase phase = tlm::BEGIN_REQ;
    sc_core::sc_time annotated = base::to_sc(delay);
    EXPECT_EQ(bench.socket->nb_transport_fw(payload, phase, annotated), expected);
    return payload;
  }
  void run(Time time) { sc_core::sc_start(base::to_sc(time)); }

  base::Ledger ledger;
  base::PayloadPool pool;
  Dram dram;
  Bench bench;
};

TEST_F(DramModule, answers_with_the_times_of_the_data) {
  auto& payload = send(false, base_address, 64, nullptr, nanoseconds(30));
  run(nanoseconds(1000));
  EXPECT_TRUE(payload.is_response_ok());
  const base::Stretch& stretch = base::stretch_of(payload);
  // 2.5 ns of the controller, tRCD 10, RL 9; two bursts of 4.
  EXPECT_EQ(stretch.first_beat, nanoseconds(33 + 10 + 9));
  EXPECT_EQ(stretch.last_beat, nanoseconds(33 + 10 + 9 + 8));
  EXPECT_EQ(bench.answered.at(&payload), stretch.last_beat);
}

TEST_F(DramModule, answers_a_write_before_it_is_in_the_rows) {
  auto& payload = send(true, base_address, 64, nullptr);
  run(nanoseconds(1000));
  EXPECT_LE(bench.answered.at(&payload), nanoseconds(4));
  dram.settle(nanoseconds(1000));
  EXPECT_EQ(dram.statistics().total.bytes_written, 64u);
}

// Nobody's answer is late because somebody else's comes later, and each comes once.
TEST_F(DramModule, answers_each_of_many_in_time) {
  units::Random random(3);
  unsigned sent = 0;
  for (int i = 0; i < 300; ++i) {
    const std::uint64_t bytes = random.below(4) == 0 ? 8192 : 64;
    send(random.below(3) == 0, base_address + random.below(capacity - bytes), bytes, nullptr);
    ++sent;
    run(Time(random.below(200000)));
  }
  run(units::milliseconds(1));
  EXPECT_EQ(bench.answered.size(), sent);
  for (const auto& [payload, end] : bench.answered) {
    const Time last = base::stretch_of(*payload).last_beat;
    EXPECT_LE(end, payload->is_write() ? last + nanoseconds(1) : last);  // a write's is known a clock later
  }
}

TEST_F(DramModule, keeps_what_was_written_and_reads_zeros_elsewhere) {
  std::vector<unsigned char> in(10000);
  for (std::size_t i = 0; i < in.size(); ++i) in[i] = static_cast<unsigned char>(i * 37 + 1);
  send(true, base_address + 5000, in.size(), in.data());
  std::vector<unsigned char> out(in.size() + 20, 0xAA);
  send(false, base_address + 4990, out.size(), out.data());
  run(units::milliseconds(1));
  EXPECT_TRUE(std::equal(in.begin(), in.end(), out.begin() + 10));
  EXPECT_EQ(out[9], 0);
  EXPECT_EQ(out[in.size() + 10], 0);
}

TEST_F(DramModule, the_debug_path_sees_the_same_contents_and_takes_no_time) {
  unsigned char in[4] = {1, 2, 3, 4};
  tlm::tlm_generic_payload payload;
  payload.set_command(tlm::TLM_WRITE_COMMAND);
  payload.set_address(base_address + 4094);
  payload.set_data_ptr(in);
  payload.set_data_length(4);
  EXPECT_EQ(bench.socket->transport_dbg(payload), 4u);
  unsigned char out[4] = {};
  send(false, base_address + 4094, 4, out);
  run(nanoseconds(1000));
  EXPECT_EQ(std::memcmp(in, out, 4), 0);
  payload.set_address(base_address + capacity - 2);
  EXPECT_EQ(bench.socket->transport_dbg(payload), 0u);
}

TEST_F(DramModule, refuses_addresses_outside_its_range_at_once) {
  const std::uint64_t end = base_address + capacity;
  const auto refused = [&](std::uint64_t address, std::uint64_t bytes) {
    return send(false, address, bytes, nullptr, Time(0), tlm::TLM_COMPLETED).get_response_status();
  };
  EXPECT_EQ(refused(base_address - 64, 64), tlm::TLM_ADDRESS_ERROR_RESPONSE);
  EXPECT_EQ(refused(end - 32, 64), tlm::TLM_ADDRESS_ERROR_RESPONSE);
  EXPECT_EQ(refused(base_address, 0), tlm::TLM_BURST_ERROR_RESPONSE);
  auto& last = send(false, end - 64, 64, nullptr);
  run(nanoseconds(1000));
  EXPECT_TRUE(last.is_response_ok());
  EXPECT_EQ(bench.answered.size(), 1u);
}

TEST_F(DramModule, a_two_dimensional_stretch_must_lie_inside_with_its_last_row) {
  tlm::tlm_generic_payload& payload = pool.acquire();
  base::set_request(payload, false, base_address, 64, nullptr);
  base::Stretch& stretch = base::stretch_of(payload);
  stretch.rows = 3;
  stretch.stride = capacity / 2;
  tlm::tlm_phase phase = tlm::BEGIN_REQ;
  sc_core::sc_time delay;
  EXPECT_EQ(bench.socket->nb_transport_fw(payload, phase, delay), tlm::TLM_COMPLETED);
  EXPECT_EQ(payload.get_response_status(), tlm::TLM_ADDRESS_ERROR_RESPONSE);
  stretch.rows = 2;
  EXPECT_EQ(bench.socket->nb_transport_fw(payload, phase, delay), tlm::TLM_ACCEPTED);
  run(nanoseconds(1000));
  EXPECT_TRUE(payload.is_response_ok());
}

}  // namespace
}  // namespace takt::dram::testing
