// Rings in shared memory (firmware/abi/ring.h) as far as the firmware has read and written them: what of a ring it may
// touch next follows from nothing else.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "firmware/abi/ring.h"

namespace takt::observe {

// An access of the firmware to shared memory, once it is done.
struct BusAccess {
  bool write = false;
  std::uint64_t address = 0;
  std::uint32_t bytes = 0;
  const std::uint8_t* data = nullptr;
};

class RingWatch {
 public:
  std::uint64_t base() const { return base_; }
  // Lies wholly inside the ring; before the firmware has opened it, inside its header.
  bool contains(const BusAccess& access) const;
  // "slot 5, which lies outside slots 2 to 3"; empty: the address is not in this ring, nor in the slot behind it.
  std::string at(std::uint64_t address) const;

 protected:
  static constexpr std::uint32_t slot_bytes = sizeof(takt_job_slot);
  static_assert(sizeof(takt_ring_header) == slot_bytes && sizeof(takt_completion) == slot_bytes, "one grid");

  struct Slot {
    std::array<std::uint8_t, slot_bytes> bytes{};
    std::uint64_t known = 0;  // a bit for each byte that has passed by
    void learn(std::uint32_t offset, const std::uint8_t* data, std::uint32_t count);
    bool whole() const { return known == ~std::uint64_t{0}; }
    template <class T>
    T as() const;
  };
  struct Part {  // of an access, inside one slot
    bool header = false;
    std::uint32_t slot = 0;
    std::uint32_t offset = 0;
    std::uint32_t bytes = 0;
    const std::uint8_t* data = nullptr;
  };

  explicit RingWatch(std::uint64_t base) : base_(base) {}

  // Takes the next part off an access that contains() has passed.
  Part split(BusAccess& access) const;
  // Of a header as the firmware reads it. True: it has read it whole for the first time, and it is that of a ring.
  bool learn_header(const Part& part);
  takt_ring_header header() const { return header_.as<takt_ring_header>(); }
  bool open() const { return entries_ != 0; }
  std::uint32_t distance(std::uint32_t from, std::uint32_t to) const {
    return to >= from ? to - from : to + entries_ - from;
  }
  bool held(std::uint32_t slot) const { return distance(begin_, slot) < distance(begin_, end_); }
  // A write of one index at `offset` of the header, no further than the slots held. Anything else: false.
  bool moves(const BusAccess& access, std::uint32_t offset, std::uint32_t& to) const;
  std::uint32_t next(std::uint32_t slot) const { return slot + 1 == entries_ ? 0 : slot + 1; }

  std::uint64_t base_;
  std::uint32_t entries_ = 0;  // 0: the firmware has not opened it
  std::uint32_t begin_ = 0;    // slots that the firmware may touch: [begin_, end_) around the ring
  std::uint32_t end_ = 0;
  Slot header_;
  std::vector<Slot> slots_;
};

// The firmware is its consumer.
class SubmissionWatch : public RingWatch {
 public:
  // `position`: slots of this ring before it, ever; they may be read in any order.
  using Taken = std::function<void(std::uint64_t position, const takt_job_slot&)>;

  explicit SubmissionWatch(std::uint64_t base) : RingWatch(base) {}

  // Of an access inside it: whether the firmware may. `taken` is called for each slot that it has read whole, and for
  // one that it gives back before, whose other bytes are zero then.
  bool access(BusAccess access, const Taken& taken);

 private:
  bool read(const Part& part, const Taken& taken);
  bool give_back(const BusAccess& access, const Taken& taken);
  void take(std::uint32_t slot, const Taken& taken);

  std::vector<bool> taken_;       // beside slots_
  std::uint64_t given_back_ = 0;  // slots ever
};

// The firmware is its producer.
class CompletionWatch : public RingWatch {
 public:
  using Written = std::function<void(const takt_completion&)>;

  explicit CompletionWatch(std::uint64_t base) : RingWatch(base) {}

  // Of an access inside it: whether the firmware may. `written` is called for each record that it hands over.
  bool access(BusAccess access, const Written& written);

 private:
  bool read(const Part& part);
  bool hand_over(const BusAccess& access, const Written& written);
};

}  // namespace takt::observe
