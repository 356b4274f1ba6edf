// The TLM side: answers, errors and contents.
#include "models/dram/dram.h"

#include <gtest/gtest.h>

#include <cstring>

#include "models/base/payload_pool.h"
#include "tests/dram/configs.h"

namespace takt::dram::testing {
namespace {

using units::nanoseconds;

constexpr std::uint64_t base_address = 0x80000000;

struct Bench : sc_core::sc_module {
  explicit Bench(sc_core::sc_module_name name) : sc_module(name), socket("socket") {}
  tlm_utils::simple_initiator_socket<Bench> socket;
};

class DramModule : public ::testing::Test {
 protected:
  DramModule() : dram("dram", round_numbers(), base_address, ledger), bench("bench") {
    bench.socket.bind(dram.target);
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
  }
  tlm::tlm_generic_payload& send(bool write, std::uint64_t address, std::uint64_t bytes, unsigned char* data,
                                 sc_core::sc_time delay = sc_core::SC_ZERO_TIME) {
    tlm::tlm_generic_payload& payload = pool.acquire();
    base::set_request(payload, write, address, bytes, data);
    tlm::tlm_phase phase = tlm::BEGIN_REQ;
    EXPECT_EQ(bench.socket->nb_transport_fw(payload, phase, delay), tlm::TLM_COMPLETED);
    return payload;
  }
  base::Ledger ledger;
  base::PayloadPool pool;
  Dram dram;
  Bench bench;
};

TEST_F(DramModule, answers_at_once_with_the_times_of_the_data) {
  auto& payload = send(false, base_address, 64, nullptr, sc_core::sc_time(30, sc_core::SC_NS));
  EXPECT_TRUE(payload.is_response_ok());
  const base::Stretch& stretch = base::stretch_of(payload);
  EXPECT_EQ(stretch.first_beat.value, nanoseconds(30 + 2 + 10 + 7).value);
  EXPECT_EQ(stretch.last_beat.value, nanoseconds(30 + 2 + 10 + 7 + 16).value);
  EXPECT_EQ(stretch.next_accept.value, nanoseconds(30).value);
}

TEST_F(DramModule, keeps_what_was_written_and_reads_zeros_elsewhere) {
  std::vector<unsigned char> in(10000);
  for (std::size_t i = 0; i < in.size(); ++i) in[i] = static_cast<unsigned char>(i * 37 + 1);
  send(true, base_address + 5000, in.size(), in.data());
  std::vector<unsigned char> out(in.size() + 20, 0xAA);
  send(false, base_address + 4990, out.size(), out.data());
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
  EXPECT_EQ(std::memcmp(in, out, 4), 0);
  payload.set_address(base_address + (64u << 20) - 2);
  EXPECT_EQ(bench.socket->transport_dbg(payload), 0u);
}

TEST_F(DramModule, refuses_addresses_outside_its_range) {
  const std::uint64_t end = base_address + (64u << 20);
  EXPECT_EQ(send(false, base_address - 64, 64, nullptr).get_response_status(), tlm::TLM_ADDRESS_ERROR_RESPONSE);
  EXPECT_EQ(send(false, end - 32, 64, nullptr).get_response_status(), tlm::TLM_ADDRESS_ERROR_RESPONSE);
  EXPECT_TRUE(send(false, end - 64, 64, nullptr).is_response_ok());
  EXPECT_EQ(send(false, base_address, 0, nullptr).get_response_status(), tlm::TLM_BURST_ERROR_RESPONSE);
  EXPECT_EQ(dram.statistics().total.requests, 1u);
}

TEST_F(DramModule, a_two_dimensional_stretch_must_lie_inside_with_its_last_row) {
  tlm::tlm_generic_payload& payload = pool.acquire();
  base::set_request(payload, false, base_address, 64, nullptr);
  base::Stretch& stretch = base::stretch_of(payload);
  stretch.rows = 3;
  stretch.stride = 32u << 20;
  tlm::tlm_phase phase = tlm::BEGIN_REQ;
  sc_core::sc_time delay;
  bench.socket->nb_transport_fw(payload, phase, delay);
  EXPECT_EQ(payload.get_response_status(), tlm::TLM_ADDRESS_ERROR_RESPONSE);
  stretch.rows = 2;
  bench.socket->nb_transport_fw(payload, phase, delay);
  EXPECT_TRUE(payload.is_response_ok());
}

}  // namespace
}  // namespace takt::dram::testing
