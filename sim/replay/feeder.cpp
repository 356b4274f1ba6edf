#include "sim/replay/feeder.h"

#include <algorithm>

namespace takt::replay {
namespace {

using units::Time;

constexpr std::size_t looked_after = 256;    // open requests after which answers are collected
constexpr std::uint64_t always_allowed = 4;  // requests, however many bytes they are
constexpr std::uint64_t queues_in_flight = 4;

}  // namespace

std::uint64_t queue_bytes(const dram::Config& c) {
  return std::uint64_t{c.policy.read_queue_bursts} * c.burst_bytes * c.channels;
}

Time queue_time(const dram::Config& config) {
  return units::Rate(dram::peak_bytes_per_second(config)).duration(queue_bytes(config));
}

InFlight full_queues(const dram::Config& config) {
  InFlight bound;
  bound.bytes = queues_in_flight * queue_bytes(config);
  return bound;
}

Feeder::Feeder(dram::Memory& memory, InFlight bound, Time step, AnswerObserver* observer)
    : memory_(memory), bound_(bound), step_(step), observer_(observer) {}

Time Feeder::submit(const dram::Request& request, Time at) {
  Time when = units::max(at, handed_over_);
  if (memory_.open_requests() >= looked_after) advance(when);
  const std::uint64_t bytes = request.row_bytes * request.rows;
  const std::uint64_t window = std::max(bound_.bytes, bytes * always_allowed);
  if (!has_room(window)) wait_for_room(window, when);
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(flights_.size()));
    flights_.emplace_back();
  }
  const std::uint32_t slot = free_.back();
  free_.pop_back();
  dram::Request own = request;
  own.cookie = slot;
  flights_[slot] = {request.cookie, bytes};
  ++requests_;
  bytes_ += bytes;
  handed_over_ = when;
  last_slot_ = slot;
  last_answered_ = false;
  memory_.submit(own, when);
  return when;
}

// On return `when` is not before what the memory was advanced to.
void Feeder::wait_for_room(std::uint64_t window, Time& when) {
  land(when);
  if (has_room(window)) return;
  advance(when);
  land(when);
  const Time wide(units::mul_div(step_.value, window, bound_.bytes));
  while (!has_room(window)) {
    // Requests without an answer end after what the memory was advanced to.
    if (!ends_.empty() && ends_.front().time <= advanced_) {
      when = units::max(when, ends_.front().time);
      land(ends_.front().time);
    } else {
      step(ends_.empty() ? units::never() : ends_.front().time, wide);
    }
  }
  when = units::max(when, advanced_);
}

// Ends the flights whose end is known and not after `until`.
void Feeder::land(Time until) {
  const auto later = [](const End& a, const End& b) { return b.time < a.time; };
  while (!ends_.empty() && ends_.front().time <= until) {
    --requests_;
    bytes_ -= ends_.front().bytes;
    std::pop_heap(ends_.begin(), ends_.end(), later);
    ends_.pop_back();
  }
}

// Advances the memory to where it may know more, not beyond `until`.
void Feeder::step(Time until, Time step) {
  if (step != Time(0)) {
    advance(units::min(until, advanced_ + step));
    return;
  }
  memory_.advance(advanced_);  // lets it see what was handed over
  advance(units::min(until, units::max(memory_.next_answer(), advanced_ + Time(1))));
}

void Feeder::advance(Time until) {
  advanced_ = units::max(advanced_, until);
  memory_.advance(advanced_);
  collect();
}

void Feeder::collect() {
  const auto later = [](const End& a, const End& b) { return b.time < a.time; };
  for (const dram::Answer& answer : memory_.answers()) {
    const Flight& flight = flights_[answer.cookie];
    ends_.push_back({answer.last_beat, flight.bytes});
    std::push_heap(ends_.begin(), ends_.end(), later);
    end_ = units::max(end_, answer.last_beat);
    if (answer.cookie == last_slot_) {
      last_answered_ = true;
      last_end_ = answer.last_beat;
    }
    if (observer_ != nullptr) observer_->answered(flight.cookie, answer.arrival, answer.last_beat, flight.bytes);
    free_.push_back(static_cast<std::uint32_t>(answer.cookie));
  }
  memory_.answers().clear();
  land(handed_over_);
}

Time Feeder::finish_last() {
  while (!last_answered_) {
    memory_.advance(advanced_);
    advance(units::max(memory_.next_answer(), advanced_ + Time(1)));
  }
  return last_end_;
}

Time Feeder::finish() {
  memory_.drain();
  collect();
  end_ = units::max(end_, memory_.last_beat());
  advanced_ = units::max(advanced_, end_);
  return end_;
}

}  // namespace takt::replay
