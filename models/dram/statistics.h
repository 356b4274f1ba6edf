// What a memory counted. Bytes at the pins are whole bursts; requested bytes are what initiators asked for. Both count
// when a request is handed over; rows when a command is issued, latencies when a request is answered.
#pragma once

#include <cstdint>
#include <vector>

#include "models/dram/controller.h"
#include "models/dram/latencies.h"

namespace takt::dram {

struct Traffic {
  std::uint64_t bytes_read = 0;  // at the pins
  std::uint64_t bytes_written = 0;
  std::uint64_t requested_read = 0;
  std::uint64_t requested_written = 0;
  std::uint64_t row_hits = 0;  // bursts
  std::uint64_t row_misses = 0;
  std::uint64_t row_conflicts = 0;
  std::uint64_t activations = 0;
  std::uint64_t turnarounds = 0;  // of the total only
  Latencies read_latency;         // of requests: arrival at the controller's port to the last beat there
  Latencies write_latency;        // arrival to the entry of the last burst into the write queue
};

struct Statistics {
  Traffic total;
  std::vector<Traffic> initiators;       // by initiator id; as long as the largest id seen
  std::uint64_t refreshes_all_bank = 0;  // up to the last settle()
  std::uint64_t refreshes_per_bank = 0;
  StateCycles states;                   // command clocks, of all channels together; up to the last settle()
  std::uint64_t peak_window_bytes = 0;  // most bytes at the pins whose request ended in one window
};

// The window of peak_window_bytes.
constexpr units::Time peak_window = units::microseconds(100);

// Bytes by window of time, keeping the largest. Times may step back by less than a window.
class PeakWindow {
 public:
  void add(units::Time at, std::uint64_t bytes) {
    while (at >= end_) advance(at);
    std::uint64_t& window = at + peak_window >= end_ ? current_ : previous_;
    window += bytes;
    if (window > peak_) peak_ = window;
  }
  std::uint64_t peak() const { return peak_; }

 private:
  void advance(units::Time at) {
    previous_ = at < end_ + peak_window ? current_ : 0;
    current_ = 0;
    end_ = peak_window * (at / peak_window + 1);
  }

  units::Time end_ = peak_window;  // of the current window
  std::uint64_t current_ = 0;
  std::uint64_t previous_ = 0;
  std::uint64_t peak_ = 0;
};

}  // namespace takt::dram
