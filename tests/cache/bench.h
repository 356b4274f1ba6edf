// A system cache between a probe and a memory that keeps a log.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "models/cache/system_cache.h"

namespace takt::cache::testing {

using units::nanoseconds;
using units::Time;

// 16 KiB: 4 sets of 4 ways of 1 KiB sectors. 1 GHz, 32 B per cycle, hits after 10 cycles.
inline Config config() {
  Config c;
  c.capacity_bytes = 16384;
  c.ways = 4;
  c.clock_hz = 1000000000;
  c.bytes_per_cycle = 32;
  c.hit_cycles = 10;
  c.npu_ways = 2;
  c.cpu_ways = 4;
  return c;
}

// First beat 100 ns after arrival, 64 B/ns, everything in parallel.
class Memory : public sc_core::sc_module {
 public:
  struct Access {
    std::uint64_t address;
    std::uint64_t bytes;
    bool write;
    Time arrival;
    base::InitiatorId initiator;
    base::Owner owner;
    friend bool operator==(const Access& a, const Access& b) {
      return a.address == b.address && a.bytes == b.bytes && a.write == b.write;
    }
  };
  explicit Memory(sc_core::sc_module_name name) : sc_module(name), socket("socket"), contents(1 << 20) {
    socket.register_nb_transport_fw(this, &Memory::transport);
    socket.register_transport_dbg(this, &Memory::debug);
  }
  tlm_utils::simple_target_socket<Memory> socket;
  std::vector<Access> log;
  std::vector<unsigned char> contents;
  tlm::tlm_response_status status = tlm::TLM_OK_RESPONSE;

 private:
  tlm::tlm_sync_enum transport(tlm::tlm_generic_payload& payload, tlm::tlm_phase&, sc_core::sc_time& delay) {
    base::Stretch& s = base::stretch_of(payload);
    const Time arrival = base::now() + base::to_time(delay);
    for (std::uint32_t row = 0; row < s.rows; ++row) {
      log.push_back(
          {payload.get_address() + row * s.stride, s.row_bytes, payload.is_write(), arrival, s.initiator, s.owner});
    }
    s.first_beat = arrival + nanoseconds(100);
    s.last_beat = s.first_beat + Time(s.bytes() * 1000 / 64);
    s.next_accept = arrival + Time(s.bytes() * 1000 / 64);
    if (!s.timing_only) debug(payload);
    payload.set_response_status(status);
    return tlm::TLM_COMPLETED;
  }
  unsigned debug(tlm::tlm_generic_payload& payload) {
    unsigned char* here = contents.data() + payload.get_address();
    if (payload.is_write()) {
      std::copy_n(payload.get_data_ptr(), payload.get_data_length(), here);
    } else {
      std::copy_n(here, payload.get_data_length(), payload.get_data_ptr());
    }
    return payload.get_data_length();
  }
};

class Probe : public sc_core::sc_module {
 public:
  explicit Probe(sc_core::sc_module_name name) : sc_module(name), socket("socket") {}
  tlm_utils::simple_initiator_socket<Probe> socket;
};

constexpr base::InitiatorId npu = 0;
constexpr base::InitiatorId cpu = 1;
constexpr base::InitiatorId display = 2;

class SystemCacheBench : public ::testing::Test {
 protected:
  explicit SystemCacheBench(const Config& c = config()) : memory("memory"), cache("cache", c, ledger), probe("probe") {
    probe.socket.bind(cache.target);
    cache.initiator.bind(memory.socket);
    cache.set_class(npu, Class::npu);
    cache.set_class(cpu, Class::cpu);
    sc_core::sc_start(sc_core::SC_ZERO_TIME);
  }
  base::Stretch access(base::InitiatorId who, bool write, std::uint64_t address, std::uint64_t bytes,
                       unsigned char* data = nullptr, bool allocate = true, std::uint32_t rows = 1,
                       std::uint64_t stride = 0) {
    tlm::tlm_generic_payload& payload = pool.acquire();
    base::set_request(payload, write, address, bytes, data);
    base::Stretch& stretch = base::stretch_of(payload);
    stretch.initiator = who;
    stretch.owner = static_cast<base::Owner>(who + 1);
    stretch.allocate = allocate;
    stretch.rows = rows;
    if (rows > 1) stretch.stride = stride;
    tlm::tlm_phase phase = tlm::BEGIN_REQ;
    sc_core::sc_time delay;
    EXPECT_EQ(probe.socket->nb_transport_fw(payload, phase, delay), tlm::TLM_COMPLETED);
    status = payload.get_response_status();
    const base::Stretch answer = stretch;
    payload.release();
    return answer;
  }
  base::Stretch read(base::InitiatorId who, std::uint64_t address, std::uint64_t bytes, bool allocate = true) {
    return access(who, false, address, bytes, nullptr, allocate);
  }
  base::Stretch write(base::InitiatorId who, std::uint64_t address, std::uint64_t bytes, bool allocate = true) {
    return access(who, true, address, bytes, nullptr, allocate);
  }
  std::vector<Memory::Access> take_log() {
    std::vector<Memory::Access> log;
    log.swap(memory.log);
    return log;
  }
  static Memory::Access reads(std::uint64_t address, std::uint64_t bytes) { return {address, bytes, false, {}, 0, 0}; }
  static Memory::Access writes(std::uint64_t address, std::uint64_t bytes) { return {address, bytes, true, {}, 0, 0}; }

  base::Ledger ledger;
  base::PayloadPool pool;
  Memory memory;
  SystemCache cache;
  Probe probe;
  tlm::tlm_response_status status = tlm::TLM_INCOMPLETE_RESPONSE;
};

using Accesses = std::vector<Memory::Access>;

}  // namespace takt::cache::testing
