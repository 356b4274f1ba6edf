// Tags of a sectored set-associative cache: one tag per sector, a valid and a dirty bit per line. No SystemC.
#pragma once

#include <cstdint>
#include <vector>

namespace takt::cache {

// Says cheaply that nothing near an address is resident. Never wrong when it says so.
class RegionFilter {
 public:
  RegionFilter() : resident_(entries, 0) {}
  void add(std::uint64_t address) { ++resident_[slot(address >> shift)]; }
  void remove(std::uint64_t address) { --resident_[slot(address >> shift)]; }
  bool may_hold(std::uint64_t address, std::uint64_t bytes) const {
    const std::uint64_t first = address >> shift;
    const std::uint64_t last = (address + bytes - 1) >> shift;
    if (last - first >= entries) return true;
    for (std::uint64_t region = first; region <= last; ++region) {
      if (resident_[slot(region)] != 0) return true;
    }
    return false;
  }

 private:
  static constexpr unsigned shift = 16;  // 64 KiB regions
  static constexpr std::uint64_t entries = 4096;
  static std::uint64_t slot(std::uint64_t region) { return region % entries; }
  std::vector<std::uint32_t> resident_;  // sectors, by region modulo the table
};

struct Sector {
  std::uint64_t valid = 0;  // lines, one bit each
  std::uint64_t dirty = 0;  // never without valid
};

struct Ways {
  unsigned first = 0;
  unsigned count = 0;
};

class Tags {
 public:
  Tags(std::uint64_t sets, unsigned ways)
      : sets_(sets), ways_(ways), tag_(sets * ways, free_tag), used_(sets * ways), sector_(sets * ways) {}

  // The resident sector of that number (address / sector size), now the most recently used; or null.
  Sector* find(std::uint64_t number);

  struct Victim {
    bool evicted = false;  // the place was taken
    std::uint64_t number = 0;
    std::uint64_t dirty = 0;  // lines to write back
  };
  // Takes the place of a free or the least recently used sector among `ways`; the new sector holds no line.
  // Precondition: find(number) is null, ways.count > 0.
  Sector& allocate(std::uint64_t number, Ways ways, Victim& victim);

 private:
  static constexpr std::uint64_t free_tag = ~std::uint64_t{0};
  std::uint64_t sets_;
  unsigned ways_;
  std::vector<std::uint64_t> tag_;  // [set * ways + way]
  std::vector<std::uint64_t> used_;
  std::vector<Sector> sector_;
  std::uint64_t clock_ = 0;  // grows with every use
};

}  // namespace takt::cache
