// The streams that the peers were measured with: 32-byte bursts in 1 GiB.
#pragma once

#include <cstdint>
#include <string>

namespace takt::dram::testing {

struct Access {
  std::uint64_t address;
  bool write;
};

// "seq": ascending reads. "rnd": reads anywhere. "mixseq", "mixrnd": the same addresses, three in ten write. "dmaK":
// reads of blocks of K KiB, each at a multiple of its size. Random numbers: xorshift64 (13, 7, 17).
class Stream {
 public:
  explicit Stream(const std::string& name)
      : ascending_(name == "seq" || name == "mixseq"),
        mixed_(name.substr(0, 3) == "mix"),
        block_(name.substr(0, 3) == "dma" ? std::stoull(name.substr(3)) * 1024 / burst : 0) {}

  Access next() {
    std::uint64_t number = count_ % bursts;
    if (block_ != 0) {
      if (count_ % block_ == 0) base_ = random() % (bursts / block_) * block_;
      number = base_ + count_ % block_;
    } else if (!ascending_) {
      number = random() % bursts;
    }
    ++count_;
    return {number * burst, mixed_ && xorshift() % 10 < 3};
  }

 private:
  static constexpr std::uint64_t burst = 32;
  static constexpr std::uint64_t bursts = (std::uint64_t{1} << 30) / burst;

  std::uint64_t xorshift() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return state_;
  }
  std::uint64_t random() { return xorshift() >> 20; }

  bool ascending_;
  bool mixed_;
  std::uint64_t block_;
  std::uint64_t count_ = 0;
  std::uint64_t base_ = 0;
  std::uint64_t state_ = 88172645463325252ull;
};

}  // namespace takt::dram::testing
