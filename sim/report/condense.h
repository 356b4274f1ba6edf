// Long series made short enough for a page, without losing sums or extremes.
#pragma once

#include <cstdint>
#include <vector>

namespace takt::report {

// Means over spans of time, of several series at once, condensed into equal spans.
class Buckets {
 public:
  // Of [begin, end) in picoseconds, begin < end. `count` and `series`: at least 1; no more buckets than picoseconds.
  Buckets(std::int64_t begin, std::int64_t end, std::size_t count, std::size_t series);

  // A value, 0 or more, that holds over [begin, end); what lies outside is left out. A span across an edge counts on
  // both sides by its length there.
  void add(std::int64_t begin, std::int64_t end, std::size_t series, std::int64_t value);

  std::size_t count() const { return count_; }
  std::int64_t edge(std::size_t bucket) const;  // where it begins; of count(): the end
  // Sum of value x length / length of the bucket, a half rounded up: where nothing was added it counts as 0.
  std::int64_t mean(std::size_t series, std::size_t bucket) const;
  // The largest value that was added; 0 where none was.
  std::int64_t most(std::size_t series, std::size_t bucket) const;
  // Of all buckets: value x length, exact.
  unsigned __int128 sum(std::size_t series) const;

 private:
  struct Cell {
    unsigned __int128 sum = 0;
    std::int64_t most = 0;
  };
  const Cell& cell(std::size_t series, std::size_t bucket) const { return cells_[series * count_ + bucket]; }

  std::int64_t begin_, end_;
  std::size_t count_;
  std::vector<Cell> cells_;
};

// A sorted sample cut down to at most `most` of its values with their ranks: the first and the last always, the others
// evenly between.
struct Ranked {
  std::size_t rank;  // from 1
  std::int64_t value;
};
std::vector<Ranked> ranks_of(const std::vector<std::int64_t>& sorted, std::size_t most);

}  // namespace takt::report
