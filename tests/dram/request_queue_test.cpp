// The queue's lists against a plain list of its bursts.
#include "models/dram/request_queue.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "models/units/random.h"

namespace takt::dram::testing {
namespace {

using units::Random;

constexpr unsigned banks = 8;
constexpr unsigned levels = 3;

struct Burst {
  Index segment;
  std::uint32_t place;
  unsigned bank;
  std::uint32_t row;
  unsigned qos;
  std::uint64_t key;
};

class Model {
 public:
  Model(unsigned room, unsigned rotation, std::uint64_t seed)
      : queue_(room, banks, rotation), room_(room), rotation_(rotation), random_(seed) {}

  void step() {
    if (random_.below(2) == 0) {
      admit();
    } else if (!bursts_.empty()) {
      issue();
    }
    check();
  }

 private:
  // Segments of one QoS are filled one after the other, as the controller does.
  void admit() {
    const unsigned room = queue_.room();
    if (room == 0) return;
    const unsigned qos = static_cast<unsigned>(random_.below(levels));
    if (filling_[qos] == none) open(qos);
    const Index number = filling_[qos];
    const Segment& segment = queue_.segment(number);
    const std::uint32_t left = segment.total - segment.admitted;
    const unsigned count = static_cast<unsigned>(random_.below(std::min(room, left)) + 1);
    for (unsigned i = 0; i < count; ++i) {
      const std::uint32_t place = segment.admitted + i;
      bursts_.push_back({number, place, segment.bank(place, rotation_), segment.chunk.row, qos, segment.key + place});
    }
    if (count == left) filling_[qos] = none;
    queue_.admit(number, count, 0, 0);
  }

  void open(unsigned qos) {
    Segment segment;
    segment.chunk.row = static_cast<std::uint32_t>(random_.below(3));
    segment.chunk.bank_base = static_cast<std::uint16_t>(random_.below(banks / rotation_) * rotation_);
    segment.chunk.group_flip = static_cast<std::uint16_t>(random_.below(rotation_));
    segment.chunk.turn = static_cast<std::uint32_t>(random_.below(64));
    segment.total = static_cast<std::uint32_t>(random_.below(40) + 1);
    segment.qos = static_cast<std::uint8_t>(qos);
    segment.key = key_of(qos, sequence_++);
    filling_[qos] = queue_.open(segment);
  }

  void issue() {
    const Burst any = bursts_[random_.below(bursts_.size())];
    const Index share = queue_.find(any.bank, any.row);
    const Share& s = queue_.share(share);
    const Segment& segment = queue_.segment(s.segment);
    if (s.place == segment.issued && in_turn(s.segment) && random_.below(2) == 0) {
      const std::uint32_t count = static_cast<std::uint32_t>(random_.below(segment.admitted - segment.issued) + 1);
      for (std::uint32_t i = 0; i < count; ++i) remove(s.segment, segment.issued + i);
      queue_.issue_in_turn(s.segment, count);
    } else {
      remove(s.segment, s.place);
      queue_.issue(share);
    }
  }

  // Whether the segment's bursts from its first unissued one on are all there.
  bool in_turn(Index number) const {
    const Segment& segment = queue_.segment(number);
    const auto there = std::count_if(bursts_.begin(), bursts_.end(),
                                     [&](const Burst& b) { return b.segment == number && b.place >= segment.issued; });
    return static_cast<std::uint32_t>(there) == segment.admitted - segment.issued;
  }

  void remove(Index segment, std::uint32_t place) {
    const auto found = std::find_if(bursts_.begin(), bursts_.end(),
                                    [&](const Burst& b) { return b.segment == segment && b.place == place; });
    ASSERT_NE(found, bursts_.end());
    bursts_.erase(found);
  }

  const Burst* first(unsigned bank, std::uint32_t row, bool any_row) const {
    const Burst* best = nullptr;
    for (const Burst& b : bursts_) {
      if (b.bank != bank || (!any_row && b.row != row)) continue;
      if (best == nullptr || b.qos > best->qos || (b.qos == best->qos && b.key < best->key)) best = &b;
    }
    return best;
  }

  void expect_share(Index share, const Burst* burst) const {
    if (burst == nullptr) {
      ASSERT_EQ(share, none);
      return;
    }
    ASSERT_NE(share, none);
    ASSERT_EQ(queue_.share(share).segment, burst->segment);
    ASSERT_EQ(queue_.share(share).place, burst->place);
    ASSERT_EQ(queue_.share(share).key, burst->key);
    ASSERT_EQ(queue_.share(share).row, burst->row);
  }

  void check() const {
    ASSERT_EQ(queue_.bursts(), bursts_.size());
    ASSERT_EQ(queue_.room(), room_ - bursts_.size());
    unsigned strongest = 0;
    for (const Burst& b : bursts_) strongest = std::max(strongest, b.qos);
    if (!bursts_.empty()) {
      ASSERT_EQ(queue_.strongest(), strongest);
    }
    for (unsigned bank = 0; bank < banks; ++bank) {
      ASSERT_EQ(queue_.pending() >> bank & 1, first(bank, 0, true) != nullptr);
      expect_share(queue_.first(bank), first(bank, 0, true));
      for (std::uint32_t row = 0; row < 3; ++row) expect_share(queue_.find(bank, row), first(bank, row, false));
    }
  }

  RequestQueue queue_;
  unsigned room_;
  unsigned rotation_;
  Random random_;
  std::vector<Burst> bursts_;
  Index filling_[levels] = {none, none, none};
  std::uint64_t sequence_ = 0;
};

TEST(RequestQueue, lists_the_strongest_and_oldest_burst_of_each_bank_and_row) {
  for (unsigned seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE(seed);
    Model model(1 + seed % 33, 1u << seed % 4, seed);
    for (int i = 0; i < 300; ++i) {
      model.step();
      if (::testing::Test::HasFatalFailure()) return;
    }
  }
}

}  // namespace
}  // namespace takt::dram::testing
