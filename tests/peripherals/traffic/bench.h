// A background initiator against a memory that answers each access after a time of the test's choice.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <vector>

#include "models/peripherals/traffic/kinds.h"
#include "models/peripherals/traffic/traffic.h"

namespace takt::peripherals::test {

using units::microseconds;
using units::nanoseconds;
using units::Time;

constexpr std::uint64_t base_address = 0x100000;

struct Request {
  Time at;
  std::uint64_t address = 0;  // from base_address
  std::uint64_t bytes = 0;
  bool write = false;
  std::uint8_t qos = 0;
};

class Memory : public sc_core::sc_module {
 public:
  using Latency = std::function<Time(const Request&)>;

  tlm_utils::simple_target_socket<Memory> socket;
  std::vector<Request> requests;
  std::size_t most_in_flight = 0;

  SC_HAS_PROCESS(Memory);
  Memory(const sc_core::sc_module_name& name, Latency latency)
      : sc_module(name), socket("socket"), latency_(std::move(latency)) {
    socket.register_nb_transport_fw(this, &Memory::accept);
    SC_METHOD(answer);
    sensitive << due_;
    dont_initialize();
  }

 private:
  tlm::tlm_sync_enum accept(tlm::tlm_generic_payload& payload, tlm::tlm_phase&, sc_core::sc_time&) {
    payload.acquire();
    requests.push_back({base::now(), payload.get_address() - base_address, payload.get_data_length(),
                        payload.is_write(), base::stretch_of(payload).qos});
    waiting_.emplace(base::now() + latency_(requests.back()), &payload);
    most_in_flight = std::max(most_in_flight, waiting_.size());
    base::notify_at(due_, waiting_.begin()->first);
    return tlm::TLM_ACCEPTED;
  }
  void answer() {
    while (!waiting_.empty() && waiting_.begin()->first <= base::now()) {
      tlm::tlm_generic_payload& payload = *waiting_.begin()->second;
      waiting_.erase(waiting_.begin());
      payload.set_response_status(tlm::TLM_OK_RESPONSE);
      base::stretch_of(payload).first_beat = base::stretch_of(payload).last_beat = base::now();
      tlm::tlm_phase phase = tlm::BEGIN_RESP;
      sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
      socket->nb_transport_bw(payload, phase, delay);
      payload.release();
    }
    if (!waiting_.empty()) base::notify_at(due_, waiting_.begin()->first);
  }

  const Latency latency_;
  std::multimap<Time, tlm::tlm_generic_payload*> waiting_;
  sc_core::sc_event due_{"due"};
};

struct Bench {
  Memory memory;
  Traffic traffic;

  Bench(const TrafficConfig& config, Memory::Latency latency, std::unique_ptr<PlaybackFeed> feed = nullptr)
      : memory("memory", std::move(latency)),
        traffic("traffic", config, make_generator(config, std::move(feed)), base_address) {
    traffic.port.bind(memory.socket);
  }
  Bench(const TrafficConfig& config, Time latency, std::unique_ptr<PlaybackFeed> feed = nullptr)
      : Bench(
            config, [latency](const Request&) { return latency; }, std::move(feed)) {}

  // Up to this time; what happens at it does not yet.
  void run(Time until) {
    sc_core::sc_start(base::to_sc(until) - sc_core::sc_time_stamp());
    traffic.settle();
  }
  const Traffic::Counters& counters() const { return traffic.counters(); }
  Misses misses() const { return traffic.generator().misses(); }
  // What its kind counts under that name. ~0 where it counts nothing of that name.
  std::uint64_t figure(std::string_view name) const {
    std::vector<Figure> figures;
    traffic.generator().report(figures);
    for (const Figure& each : figures)
      if (each.name == name) return each.value;
    return ~std::uint64_t{0};
  }
};

}  // namespace takt::peripherals::test
