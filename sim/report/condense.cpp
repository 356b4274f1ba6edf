#include "sim/report/condense.h"

#include <algorithm>

namespace takt::report {

Buckets::Buckets(std::int64_t begin, std::int64_t end, std::size_t count, std::size_t series)
    : begin_(begin), end_(end), count_(count), cells_(count * series) {}

std::int64_t Buckets::edge(std::size_t bucket) const {
  return begin_ + static_cast<std::int64_t>(static_cast<__int128>(end_ - begin_) * bucket / count_);
}

void Buckets::add(std::int64_t begin, std::int64_t end, std::size_t series, std::int64_t value) {
  begin = std::max(begin, begin_);
  end = std::min(end, end_);
  if (begin >= end) return;
  auto bucket = static_cast<std::size_t>(static_cast<__int128>(begin - begin_) * count_ / (end_ - begin_));
  while (edge(bucket + 1) <= begin) ++bucket;
  for (; bucket < count_ && edge(bucket) < end; ++bucket) {
    Cell& cell = cells_[series * count_ + bucket];
    cell.sum += static_cast<unsigned __int128>(value) *
                static_cast<std::uint64_t>(std::min(end, edge(bucket + 1)) - std::max(begin, edge(bucket)));
    cell.most = std::max(cell.most, value);
  }
}

std::int64_t Buckets::mean(std::size_t series, std::size_t bucket) const {
  const auto length = static_cast<std::uint64_t>(edge(bucket + 1) - edge(bucket));
  return static_cast<std::int64_t>((cell(series, bucket).sum + length / 2) / length);
}

std::int64_t Buckets::most(std::size_t series, std::size_t bucket) const { return cell(series, bucket).most; }

unsigned __int128 Buckets::sum(std::size_t series) const {
  unsigned __int128 sum = 0;
  for (std::size_t bucket = 0; bucket < count_; ++bucket) sum += cell(series, bucket).sum;
  return sum;
}

std::vector<Ranked> ranks_of(const std::vector<std::int64_t>& sorted, std::size_t most) {
  std::vector<Ranked> ranks;
  const std::size_t kept = std::min(most, sorted.size());
  for (std::size_t i = 0; i < kept; ++i) {
    const std::size_t at = kept == 1 ? sorted.size() - 1 : i * (sorted.size() - 1) / (kept - 1);
    ranks.push_back({at + 1, sorted[at]});
  }
  return ranks;
}

}  // namespace takt::report
