// Hands requests to a memory in their order, as an initiator would that bears only so many in flight: a request that
// exceeds the bound waits for an answer. In flight is from the hand-over to the last beat (write: to the entry of the
// last burst into the write queue).
#pragma once

#include <vector>

#include "models/dram/memory.h"

namespace takt::replay {

// A request is handed over when fewer than `requests` and fewer than `bytes` are in flight; four requests of its own
// size may be, however large they are.
struct InFlight {
  std::uint64_t requests = ~std::uint64_t{0};
  std::uint64_t bytes = ~std::uint64_t{0};
};

// What the read queues of all channels hold, and how long that takes at the peak rate.
std::uint64_t queue_bytes(const dram::Config& config);
units::Time queue_time(const dram::Config& config);
// Requests as fast as the memory accepts them: so much in flight, looking for room once per queue_time(), that its
// queues never run empty.
InFlight full_queues(const dram::Config& config);

class AnswerObserver {
 public:
  virtual ~AnswerObserver() = default;
  // `cookie` is the request's. In the order in which the memory knows its answers.
  virtual void answered(std::uint64_t cookie, units::Time arrival, units::Time end, std::uint64_t bytes) = 0;
};

class Feeder {
 public:
  // `step`: how far the memory is advanced at a time while a request waits. 0: a request is handed over the moment an
  // answer makes room; more: at most that much later, and cheaper. Grows with the bytes that may be in flight.
  Feeder(dram::Memory& memory, InFlight bound, units::Time step = units::Time(0), AnswerObserver* observer = nullptr);

  // Hands the request over at `at`, at the latest hand-over so far, or when there is room, whichever is last; returns
  // when. Precondition: memory.contains(request), not empty.
  units::Time submit(const dram::Request& request, units::Time at);

  // Serves the request submitted last; the end of its flight.
  units::Time finish_last();
  // Serves everything, down to the last posted write; the end of the last flight, or of the last data.
  units::Time finish();
  // As far as every answer is known that comes before `until`, which is not before the latest hand-over.
  void advance(units::Time until);

 private:
  struct Flight {
    std::uint64_t cookie = 0;
    std::uint64_t bytes = 0;
  };
  struct End {
    units::Time time;
    std::uint64_t bytes;
  };

  bool has_room(std::uint64_t window) const { return requests_ < bound_.requests && bytes_ < window; }
  void wait_for_room(std::uint64_t window, units::Time& when);
  void land(units::Time until);
  void step(units::Time until, units::Time step);
  void collect();

  dram::Memory& memory_;
  InFlight bound_;
  units::Time step_;
  AnswerObserver* observer_;

  std::vector<Flight> flights_;      // by slot: the memory's cookie
  std::vector<std::uint32_t> free_;  // slots
  std::vector<End> ends_;            // of answered requests still in flight: a heap, the earliest first
  std::uint64_t requests_ = 0;       // in flight, answered or not
  std::uint64_t bytes_ = 0;          // of these
  units::Time handed_over_;          // the latest
  units::Time advanced_;             // the memory
  units::Time end_;                  // of the last flight
  std::uint64_t last_slot_ = 0;      // of the request submitted last
  bool last_answered_ = true;
  units::Time last_end_;
};

}  // namespace takt::replay
