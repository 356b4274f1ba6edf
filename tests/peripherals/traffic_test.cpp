// A background initiator: what it asks when, and what it counts, against a memory that answers after a fixed time.
#include "models/peripherals/traffic.h"

#include <gtest/gtest.h>

#include <cmath>

namespace takt::peripherals {
namespace {

using base::now;
using units::microseconds;
using units::nanoseconds;
using units::Time;

constexpr std::uint64_t base_address = 0x100000;

// 256 bytes every 100 ns from a working set of 4 KiB.
TrafficConfig config(const std::string& kind) {
  TrafficConfig c;
  c.name = "source";
  c.kind = kind;
  c.bytes_per_second = 2560000000;
  c.bytes_per_access = 256;
  c.working_set_bytes = 4096;
  c.seed = 11;
  c.qos = 4;
  return c;
}

class Memory : public sc_core::sc_module {
 public:
  struct Access {
    Time at;
    std::uint64_t address;
    bool write;
    std::uint8_t qos;
  };
  tlm_utils::simple_target_socket<Memory> socket;
  std::vector<Access> accesses;
  std::size_t most_under_way = 0;

  SC_HAS_PROCESS(Memory);
  Memory(const sc_core::sc_module_name& name, Time latency) : sc_module(name), socket("socket"), latency_(latency) {
    socket.register_nb_transport_fw(this, &Memory::accept);
    SC_METHOD(answer);
    sensitive << due_;
    dont_initialize();
  }

 private:
  tlm::tlm_sync_enum accept(tlm::tlm_generic_payload& payload, tlm::tlm_phase&, sc_core::sc_time&) {
    payload.acquire();
    accesses.push_back({now(), payload.get_address(), payload.is_write(), base::stretch_of(payload).qos});
    waiting_.push_back({&payload, now() + latency_});
    most_under_way = std::max(most_under_way, waiting_.size());
    if (waiting_.size() == 1) base::notify_at(due_, waiting_.front().second);
    return tlm::TLM_ACCEPTED;
  }
  void answer() {
    while (!waiting_.empty() && waiting_.front().second <= now()) {
      tlm::tlm_generic_payload& payload = *waiting_.front().first;
      base::Stretch& stretch = base::stretch_of(payload);
      stretch.first_beat = stretch.last_beat = waiting_.front().second;
      waiting_.pop_front();
      tlm::tlm_phase phase = tlm::BEGIN_RESP;
      sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
      socket->nb_transport_bw(payload, phase, delay);
      payload.release();
    }
    if (!waiting_.empty()) base::notify_at(due_, waiting_.front().second);
  }

  const Time latency_;
  std::deque<std::pair<tlm::tlm_generic_payload*, Time>> waiting_;
  sc_core::sc_event due_{"due"};
};

struct Bench {
  Memory memory;
  Traffic traffic;
  Bench(const TrafficConfig& c, Time latency) : memory("memory", latency), traffic("traffic", c, base_address) {
    traffic.port.bind(memory.socket);
  }
  void run(Time until) { sc_core::sc_start(base::to_sc(until)); }
};

TEST(Traffic, AsksAtAConstantRateFromTheStart) {
  Bench b(config("display"), nanoseconds(10));
  b.run(microseconds(5));
  ASSERT_GE(b.memory.accesses.size(), 50u);
  for (std::uint64_t n = 0; n < 50; ++n) EXPECT_EQ(b.memory.accesses[n].at, nanoseconds(100 * n));
}

TEST(Traffic, APeriodThatIsNoWholePicosecondDoesNotDrift) {
  TrafficConfig c = config("display");
  c.bytes_per_second = 3000000000;  // 256 bytes every 85333 1/3 ps
  Bench b(c, nanoseconds(10));
  b.run(microseconds(100));
  for (std::uint64_t n = 0; n < b.memory.accesses.size(); ++n)
    EXPECT_EQ(b.memory.accesses[n].at, Time((n * 256000 + 2) / 3));
}

TEST(Traffic, OfADisplayReadsInAddressOrderAndWraps) {
  Bench b(config("display"), nanoseconds(10));
  b.run(microseconds(4));
  for (std::size_t n = 0; n < 40; ++n) {
    EXPECT_EQ(b.memory.accesses[n].address, base_address + n % 16 * 256);
    EXPECT_FALSE(b.memory.accesses[n].write);
    EXPECT_EQ(b.memory.accesses[n].qos, 4u);
  }
}

TEST(Traffic, OfACameraWrites) {
  Bench b(config("camera"), nanoseconds(10));
  b.run(microseconds(4));
  for (const Memory::Access& access : b.memory.accesses) EXPECT_TRUE(access.write);
}

TEST(Traffic, OfARandomSourceStaysInItsWorkingSetAndWritesThreeTimesInTen) {
  Bench b(config("random"), nanoseconds(10));
  b.run(microseconds(1000));
  double writes = 0;
  for (const Memory::Access& access : b.memory.accesses) {
    EXPECT_GE(access.address, base_address);
    EXPECT_LE(access.address + 256, base_address + 4096);
    EXPECT_EQ(access.address % 256, 0u);
    writes += access.write ? 1 : 0;
  }
  const auto count = static_cast<double>(b.memory.accesses.size());
  EXPECT_NEAR(writes, 0.3 * count, 3 * std::sqrt(0.3 * 0.7 * count));
}

TEST(Traffic, CountsWhatWasAnswered) {
  Bench b(config("display"), nanoseconds(250));
  b.run(nanoseconds(1040));
  // Asked at 0, 100, ... 1000 ns; answered by 1040 ns: those asked until 790 ns.
  EXPECT_EQ(b.traffic.counters().accesses, 8u);
  EXPECT_EQ(b.traffic.counters().bytes, 8u * 256);
  EXPECT_EQ(b.traffic.counters().worst_latency, nanoseconds(250));
}

TEST(Traffic, MissesWhereAnAnswerComesLaterThanItsBufferCovers) {
  TrafficConfig c = config("display");
  c.buffer_ns = 249;
  Bench b(c, nanoseconds(250));
  b.run(microseconds(10));
  EXPECT_GT(b.traffic.counters().accesses, 0u);
  EXPECT_EQ(b.traffic.counters().missed, b.traffic.counters().accesses);
}

TEST(Traffic, DoesNotMissWhereTheBufferJustCoversIt) {
  TrafficConfig c = config("display");
  c.buffer_ns = 250;
  Bench b(c, nanoseconds(250));
  b.run(microseconds(10));
  EXPECT_EQ(b.traffic.counters().missed, 0u);
}

TEST(Traffic, SkipsWhatWouldExceedSixtyFourUnderWay) {
  Bench b(config("display"), microseconds(100));
  b.run(nanoseconds(9950));
  // A hundred accesses were due, none answered.
  EXPECT_EQ(b.memory.accesses.size(), 64u);
  EXPECT_EQ(b.memory.most_under_way, 64u);
  EXPECT_EQ(b.traffic.counters().skipped, 36u);
}

}  // namespace
}  // namespace takt::peripherals
