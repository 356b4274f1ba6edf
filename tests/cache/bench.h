// A system cache between a probe and a memory that keeps a log.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <vector>

#include "models/cache/system_cache.h"
#include "tests/noc/replies.h"

namespace takt::cache::testing {

using noc::testing::Answers;
using noc::testing::Reply;
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
  c.ports = {{"npu", Allocate::read_write, 0, 2}, {"cpu", Allocate::read_write, 0, 4}};
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
  struct Sent {  // one for each stretch
    bool write;
    std::uint64_t address;
    std::uint64_t bytes;
    Reply reply;
  };

  explicit Memory(sc_core::sc_module_name name) : sc_module(name), socket("socket"), contents(1 << 20) {
    socket.register_nb_transport_fw(this, &Memory::transport);
    socket.register_transport_dbg(this, &Memory::debug);
  }
  tlm_utils::simple_target_socket<Memory> socket;
  std::vector<Access> log;
  std::vector<unsigned char> contents;
  Answers how = Answers::at_once;
  tlm::tlm_response_status status = tlm::TLM_OK_RESPONSE;
  std::function<void(const Access&, Reply&)> script = [](const Access&, Reply&) {};  // changes a reply
  std::vector<Sent> sent;

 private:
  tlm::tlm_sync_enum transport(tlm::tlm_generic_payload& payload, tlm::tlm_phase&, sc_core::sc_time& delay) {
    const base::Stretch& s = base::stretch_of(payload);
    const Time arrival = base::now() + base::to_time(delay);
    for (std::uint32_t row = 0; row < s.rows; ++row) {
      log.push_back(
          {payload.get_address() + row * s.stride, s.row_bytes, payload.is_write(), arrival, s.initiator, s.owner});
    }
    const Time first = arrival + nanoseconds(100);
    const Time last = first + Time(s.bytes() * 1000 / 64);
    Reply reply{how, first, last, last, status};
    script(log.back(), reply);
    sent.push_back({payload.is_write(), payload.get_address(), s.bytes(), reply});
    if (!s.timing_only) debug(payload);
    return sender_.give(payload, reply);
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

  noc::testing::Replies sender_{
      [this](auto& payload, auto& phase, auto& delay) { socket->nb_transport_bw(payload, phase, delay); }};
};

class Probe : public sc_core::sc_module {
 public:
  struct Answer {
    std::uint64_t cookie;
    Time at;  // when it came
    Time first_beat;
    Time last_beat;
    tlm::tlm_response_status status;
  };

  explicit Probe(sc_core::sc_module_name name) : sc_module(name), socket("socket") {
    socket.register_nb_transport_bw(this, &Probe::answered);
  }
  // Takes the payload over; returns its cookie.
  std::uint64_t send(tlm::tlm_generic_payload& payload) {
    const std::uint64_t cookie = base::stretch_of(payload).cookie = sent++;
    tlm::tlm_phase phase = tlm::BEGIN_REQ;
    sc_core::sc_time delay;
    if (socket->nb_transport_fw(payload, phase, delay) == tlm::TLM_COMPLETED) keep(payload);
    return cookie;
  }

  tlm_utils::simple_initiator_socket<Probe> socket;
  std::uint64_t sent = 0;
  std::vector<Answer> answers;

 private:
  tlm::tlm_sync_enum answered(tlm::tlm_generic_payload& payload, tlm::tlm_phase&, sc_core::sc_time&) {
    keep(payload);
    return tlm::TLM_COMPLETED;
  }
  void keep(tlm::tlm_generic_payload& payload) {
    const base::Stretch& s = base::stretch_of(payload);
    answers.push_back({s.cookie, base::now(), s.first_beat, s.last_beat, payload.get_response_status()});
    payload.release();
  }
};

constexpr base::InitiatorId npu = 0;
constexpr base::InitiatorId cpu = 1;
constexpr base::InitiatorId display = 2;

struct Bench {
  explicit Bench(const Config& c = config())
      : memory(sc_core::sc_gen_unique_name("memory")),
        cache(sc_core::sc_gen_unique_name("cache"), c, ledger),
        probe(sc_core::sc_gen_unique_name("probe")) {
    probe.socket.bind(cache.target);
    cache.initiator.bind(memory.socket);
  }
  std::uint64_t send(base::InitiatorId who, bool write, std::uint64_t address, std::uint64_t bytes,
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
    return probe.send(payload);
  }
  // Sends and waits for the answer, for which time passes only where it comes later.
  Probe::Answer access(base::InitiatorId who, bool write, std::uint64_t address, std::uint64_t bytes,
                       unsigned char* data = nullptr, bool allocate = true, std::uint32_t rows = 1,
                       std::uint64_t stride = 0) {
    const std::size_t before = probe.answers.size();
    const std::uint64_t cookie = send(who, write, address, bytes, data, allocate, rows, stride);
    while (probe.answers.size() == before) sc_core::sc_start(100, sc_core::SC_NS);
    EXPECT_EQ(probe.answers.size(), before + 1);
    EXPECT_EQ(probe.answers.back().cookie, cookie);
    return probe.answers.back();
  }
  Probe::Answer read(base::InitiatorId who, std::uint64_t address, std::uint64_t bytes, bool allocate = true) {
    return access(who, false, address, bytes, nullptr, allocate);
  }
  Probe::Answer write(base::InitiatorId who, std::uint64_t address, std::uint64_t bytes, bool allocate = true) {
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
};

class SystemCacheBench : public ::testing::Test, protected Bench {
 protected:
  explicit SystemCacheBench(const Config& c = config()) : Bench(c) { sc_core::sc_start(sc_core::SC_ZERO_TIME); }
};

using Accesses = std::vector<Memory::Access>;

}  // namespace takt::cache::testing
