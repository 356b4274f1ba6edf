// The bursts that a controller's scheduler sees, in one direction. Bursts of one run in one row group travel as a
// segment; a segment's bursts in one bank are its share of that bank. Shares of a bank form a list: higher QoS first,
// then older.
#pragma once

#include <cstdint>
#include <vector>

#include "models/dram/address.h"
#include "models/dram/constraints.h"

namespace takt::dram {

using Index = std::uint16_t;
constexpr Index none = 0xffff;
constexpr unsigned max_rotation = 16;

// Who goes first: less is stronger or, of one QoS, older. Bursts of a segment are numbered one by one.
using Key = std::uint64_t;
constexpr Key no_key = ~Key{0};
constexpr unsigned age_bits = 61;    // the rest is the QoS
constexpr unsigned place_bits = 24;  // of an age: the rest numbers segments
constexpr Key key_of(unsigned qos, std::uint64_t segment) { return Key{7 - qos} << age_bits | segment << place_bits; }
constexpr unsigned qos_of(Key key) { return 7 - static_cast<unsigned>(key >> age_bits); }

struct Share {
  Key key = 0;  // of the next burst
  std::uint32_t row = 0;
  std::uint32_t place = 0;  // next burst, counted in the segment
  Index segment = none;
  Index newer = none;  // of the bank's list
  Index older = none;
  std::uint8_t bank = 0;
  Cycle arrival = 0;  // of the run
  Cycle from = 0;     // no command for it before
};

struct Segment {
  Index run = none;
  Chunk chunk;
  std::uint32_t total = 0;     // bursts of the run in this row group
  std::uint32_t admitted = 0;  // of these, seen by the scheduler
  std::uint32_t issued = 0;
  std::uint8_t qos = 0;
  Key key = 0;  // of the first burst
  Cycle arrival = 0;
  std::uint32_t linked = 0;        // shares in a list, one bit for each turn
  Index share[max_rotation] = {};  // by turn; valid where linked

  unsigned turn(std::uint32_t place, unsigned rotation) const { return chunk.turn_of(place, rotation); }
  unsigned bank(std::uint32_t place, unsigned rotation) const { return chunk.bank(place, rotation); }
};

class RequestQueue {
 public:
  RequestQueue(unsigned bursts, unsigned banks, unsigned rotation);

  unsigned room() const { return capacity_ - bursts_; }
  unsigned bursts() const { return bursts_; }
  std::uint64_t pending() const { return pending_; }  // banks with a share, one bit each
  unsigned rotation() const { return rotation_; }
  // QoS of the strongest and of the weakest burst. Precondition: bursts() > 0.
  unsigned strongest() const { return highest(levels_); }
  unsigned weakest() const { return lowest(levels_); }

  const Share& share(Index i) const { return shares_[i]; }
  const Segment& segment(Index i) const { return segments_[i]; }
  Index first(unsigned bank) const { return first_[bank]; }
  // The bank's first share of that row, or none.
  Index find(unsigned bank, std::uint32_t row) const {
    Index i = first_[bank];
    while (i != none && shares_[i].row != row) i = shares_[i].newer;
    return i;
  }

  // A segment without bursts yet.
  Index open(const Segment& segment);
  // Lets the scheduler see `count` more bursts of a segment: it may serve the first from `from` on, the others one by
  // one every `column` clocks later. By then there is room for them.
  void admit(Index segment, unsigned count, Cycle from, Cycle column);
  // Whether more bursts of that segment change nothing but its end: every turn has a share in its list.
  bool settled(Index segment) const { return segments_[segment].linked == all_turns_; }
  // Takes `count` consecutive bursts from the segment, beginning with its oldest. The segment goes when all of its
  // bursts are issued; returns whether it did.
  void issue(Index share);
  void issue_in_turn(Index segment, unsigned count);

 private:
  void link(Index segment, std::uint32_t place, Cycle from);
  void unlink(Index share);
  void step(Index share, std::uint32_t places);
  void close_if_done(Index segment);
  void count(unsigned qos, unsigned more);

  unsigned capacity_;
  unsigned rotation_;
  std::uint32_t all_turns_;
  unsigned bursts_ = 0;
  unsigned of_level_[8] = {};  // bursts by QoS
  unsigned levels_ = 0;        // with bursts, one bit each
  std::uint64_t pending_ = 0;
  std::vector<Share> shares_;
  std::vector<Segment> segments_;
  std::vector<Index> free_shares_;
  std::vector<Index> free_segments_;
  Index first_[max_banks];
  Index last_[max_banks];
};

}  // namespace takt::dram
