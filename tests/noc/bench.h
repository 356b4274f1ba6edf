// A memory and initiators that do what a test tells them.
#pragma once

#include <deque>
#include <functional>
#include <vector>

#include "models/noc/noc.h"
#include "tests/noc/replies.h"

namespace takt::noc::testing {

using units::nanoseconds;
using units::Time;

// Has the first beat a fixed latency after a piece arrived and moves data at a fixed rate, one piece after the other.
class ScriptedTarget : public sc_core::sc_module {
 public:
  struct Piece {
    Time arrival;
    std::uint64_t address;
    std::uint32_t row_bytes;
    std::uint32_t rows;
    std::uint64_t stride;
    bool write;
    base::InitiatorId initiator;
    std::uint8_t qos;
    base::Owner owner;
    std::uint64_t bytes() const { return std::uint64_t{row_bytes} * rows; }
  };

  ScriptedTarget(sc_core::sc_module_name name, Time first_beat_after, std::uint64_t bytes_per_second,
                 Answers how = Answers::at_once)
      : sc_module(name), socket("socket"), latency(first_beat_after), rate(bytes_per_second), how_(how) {
    socket.register_nb_transport_fw(this, &ScriptedTarget::transport);
    socket.register_transport_dbg(this, &ScriptedTarget::debug);
  }

  tlm_utils::simple_target_socket<ScriptedTarget> socket;
  Time latency;
  units::Rate rate;
  tlm::tlm_response_status status = tlm::TLM_OK_RESPONSE;
  std::function<void(const Piece&, Reply&)> script = [](const Piece&, Reply&) {};  // changes a reply
  std::vector<Piece> pieces;
  std::vector<unsigned char> contents;  // from address 0, when a test gives it a size

 private:
  tlm::tlm_sync_enum transport(tlm::tlm_generic_payload& payload, tlm::tlm_phase&, sc_core::sc_time& delay) {
    const base::Stretch& s = base::stretch_of(payload);
    const Time arrival = base::now() + base::to_time(delay);
    pieces.push_back({arrival, payload.get_address(), s.row_bytes, s.rows, s.stride, payload.is_write(), s.initiator,
                      s.qos, s.owner});
    const Time start = units::max(arrival, free_);
    free_ = start + rate.duration(s.bytes());
    Reply reply{how_, start + latency, free_ + latency, free_ + latency, status};
    script(pieces.back(), reply);
    if (!s.timing_only) copy(payload);
    return replies_.give(payload, reply);
  }
  unsigned debug(tlm::tlm_generic_payload& payload) {
    copy(payload);
    return payload.get_data_length();
  }
  void copy(tlm::tlm_generic_payload& payload) {
    unsigned char* here = contents.data() + payload.get_address();
    if (payload.is_write()) {
      std::copy_n(payload.get_data_ptr(), payload.get_data_length(), here);
    } else {
      std::copy_n(here, payload.get_data_length(), payload.get_data_ptr());
    }
  }

  Answers how_;
  Time free_;
  Replies replies_{[this](auto& payload, auto& phase, auto& delay) { socket->nb_transport_bw(payload, phase, delay); }};
};

// Sends stretches and remembers the answers in the order they came.
class ScriptedInitiator : public sc_core::sc_module {
 public:
  struct Answer {
    Time known;
    Time at;  // known + delay
    Time first_beat;
    Time last_beat;
    std::uint64_t cookie;
    tlm::tlm_response_status status;
  };

  explicit ScriptedInitiator(sc_core::sc_module_name name) : sc_module(name), socket("socket") {
    socket.register_nb_transport_bw(this, &ScriptedInitiator::answer);
  }

  void send(bool write, std::uint64_t address, std::uint64_t bytes, unsigned char* data = nullptr) {
    tlm::tlm_generic_payload& payload = pool.acquire();
    base::set_request(payload, write, address, bytes, data);
    send(payload);
  }
  void send(tlm::tlm_generic_payload& payload, sc_core::sc_time delay = sc_core::SC_ZERO_TIME) {
    base::Stretch& stretch = base::stretch_of(payload);
    stretch.qos = qos;
    stretch.owner = owner;
    stretch.cookie = sent++;
    tlm::tlm_phase phase = tlm::BEGIN_REQ;
    if (socket->nb_transport_fw(payload, phase, delay) != tlm::TLM_ACCEPTED) ++refused;
  }

  tlm_utils::simple_initiator_socket<ScriptedInitiator> socket;
  base::PayloadPool pool;
  std::uint8_t qos = 0;
  base::Owner owner = 0;
  std::uint64_t sent = 0;
  unsigned refused = 0;
  std::vector<Answer> answers;
  std::function<void()> on_answer = [] {};

 private:
  tlm::tlm_sync_enum answer(tlm::tlm_generic_payload& payload, tlm::tlm_phase&, sc_core::sc_time& delay) {
    const base::Stretch& s = base::stretch_of(payload);
    answers.push_back({base::now(), base::now() + base::to_time(delay), s.first_beat, s.last_beat, s.cookie,
                       payload.get_response_status()});
    payload.release();
    on_answer();
    return tlm::TLM_COMPLETED;
  }
};

// 1 GHz: request 16 ns, response 12 ns. Targets of 1 GiB each, from 0 on.
inline Config config(unsigned initiators, unsigned targets = 1) {
  Config c;
  c.clock_hz = 1000000000;
  c.request_cycles = 16;
  c.response_cycles = 12;
  c.alone_bytes = 16384;
  c.contended_bytes = 4096;
  for (unsigned i = 0; i < initiators; ++i) c.initiators.push_back({"i" + std::to_string(i), 64, 0, 0});
  for (unsigned i = 0; i < targets; ++i) {
    c.targets.push_back({"t" + std::to_string(i), std::uint64_t{i} << 30, 1u << 30, 64});
  }
  return c;
}

struct Bench {
  Bench(const char* name, const Config& c, Answers how = Answers::at_once, Time latency = nanoseconds(100),
        std::uint64_t bytes_per_second = 64000000000)
      : noc(name, c, ledger) {
    for (std::size_t i = 0; i < c.initiators.size(); ++i) {
      initiators.emplace_back(sc_core::sc_gen_unique_name("initiator"));
      initiators.back().socket.bind(noc.initiators[i]);
    }
    for (std::size_t i = 0; i < c.targets.size(); ++i) {
      targets.emplace_back(sc_core::sc_gen_unique_name("target"), latency, bytes_per_second, how);
      noc.targets[i].bind(targets.back().socket);
    }
  }
  base::Ledger ledger;
  Noc noc;
  std::deque<ScriptedInitiator> initiators;
  std::deque<ScriptedTarget> targets;
};

inline void run(Time t) { sc_core::sc_start(base::to_sc(t)); }

}  // namespace takt::noc::testing
