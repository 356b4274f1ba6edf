#include "models/dram/request_queue.h"

namespace takt::dram {

RequestQueue::RequestQueue(unsigned bursts, unsigned banks, unsigned rotation)
    : capacity_(bursts), rotation_(rotation), all_turns_((1u << rotation) - 1) {
  // A leap lets in as many as it takes out, before it does.
  const unsigned shares = 2 * bursts;
  const unsigned segments = 2 * bursts + 8;
  shares_.resize(shares);
  segments_.resize(segments);
  for (unsigned i = 0; i < shares; ++i) free_shares_.push_back(static_cast<Index>(shares - 1 - i));
  for (unsigned i = 0; i < segments; ++i) free_segments_.push_back(static_cast<Index>(segments - 1 - i));
  for (unsigned i = 0; i < banks; ++i) first_[i] = last_[i] = none;
}

Index RequestQueue::open(const Segment& segment) {
  const Index i = free_segments_.back();
  free_segments_.pop_back();
  segments_[i] = segment;
  return i;
}

void RequestQueue::admit(Index number, unsigned count, Cycle from, Cycle column) {
  Segment& segment = segments_[number];
  this->count(segment.qos, count);
  const std::uint32_t end = segment.admitted + count;
  for (std::uint32_t place = segment.admitted; place < end && segment.linked != all_turns_; ++place, from += column) {
    if ((segment.linked >> segment.turn(place, rotation_) & 1) == 0) link(number, place, from);
  }
  segment.admitted = end;
}

// Modulo 2^32: fewer, where `more` is a negative number.
void RequestQueue::count(unsigned qos, unsigned more) {
  bursts_ += more;
  of_level_[qos] += more;
  levels_ = of_level_[qos] == 0 ? levels_ & ~(1u << qos) : levels_ | 1u << qos;
}

void RequestQueue::link(Index number, std::uint32_t place, Cycle from) {
  Segment& segment = segments_[number];
  const Index i = free_shares_.back();
  free_shares_.pop_back();
  Share& share = shares_[i];
  const unsigned turn = segment.turn(place, rotation_);
  share.segment = number;
  share.bank = static_cast<std::uint8_t>(segment.bank(place, rotation_));
  share.row = segment.chunk.row;
  share.place = place;
  share.key = segment.key + place;
  share.arrival = segment.arrival;
  share.from = from;
  segment.linked |= 1u << turn;
  segment.share[turn] = i;
  Index before = last_[share.bank];
  while (before != none && qos_of(shares_[before].key) < segment.qos) before = shares_[before].older;
  const Index after = before == none ? first_[share.bank] : shares_[before].newer;
  share.older = before;
  share.newer = after;
  (before == none ? first_[share.bank] : shares_[before].newer) = i;
  (after == none ? last_[share.bank] : shares_[after].older) = i;
  pending_ |= std::uint64_t{1} << share.bank;
}

void RequestQueue::unlink(Index i) {
  const Share& share = shares_[i];
  (share.older == none ? first_[share.bank] : shares_[share.older].newer) = share.newer;
  (share.newer == none ? last_[share.bank] : shares_[share.newer].older) = share.older;
  if (first_[share.bank] == none) pending_ &= ~(std::uint64_t{1} << share.bank);
  Segment& segment = segments_[share.segment];
  segment.linked &= ~(1u << segment.turn(share.place, rotation_));
  free_shares_.push_back(i);
}

void RequestQueue::step(Index i, std::uint32_t places) {
  Share& share = shares_[i];
  if (share.place + places >= segments_[share.segment].admitted) {
    unlink(i);
    return;
  }
  share.place += places;
  share.key += places;
}

void RequestQueue::close_if_done(Index number) {
  if (segments_[number].issued == segments_[number].total) free_segments_.push_back(number);
}

void RequestQueue::issue(Index i) {
  const Index number = shares_[i].segment;
  ++segments_[number].issued;
  count(segments_[number].qos, ~0u);
  step(i, rotation_);
  close_if_done(number);
}

void RequestQueue::issue_in_turn(Index number, unsigned count) {
  Segment& segment = segments_[number];
  const std::uint32_t first = segment.issued;
  segment.issued += count;
  this->count(segment.qos, 0 - count);
  const unsigned turns = count < rotation_ ? count : rotation_;
  for (unsigned i = 0; i < turns; ++i) {
    const unsigned turn = segment.turn(first + i, rotation_);
    step(segment.share[turn], (count - i + rotation_ - 1) / rotation_ * rotation_);
  }
  close_if_done(number);
}

}  // namespace takt::dram
