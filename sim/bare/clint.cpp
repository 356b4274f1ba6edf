#include "sim/bare/clint.h"

namespace takt::bare {
namespace {

constexpr std::uint32_t msip_offset = 0, mtimecmp_offset = 0x4000, mtime_offset = 0xbff8;

std::uint64_t whole(const std::uint32_t (&words)[2]) { return words[0] | std::uint64_t{words[1]} << 32; }

}  // namespace

std::uint32_t* Clint::word_at(std::uint32_t offset) {
  switch (offset) {
    case msip_offset:
      return &msip_;
    case mtimecmp_offset:
    case mtimecmp_offset + 4:
      return &mtimecmp_[(offset - mtimecmp_offset) / 4];
    case mtime_offset:
    case mtime_offset + 4:
      return &mtime_[(offset - mtime_offset) / 4];
    default:
      return nullptr;
  }
}

rv32::BusResult Clint::read(std::uint32_t address, unsigned width, rv32::Purpose purpose) {
  const std::uint32_t offset = address - base;
  if (purpose == rv32::Purpose::fetch || offset >= bytes) return {};
  const std::uint64_t now = core_->cycles() + mtime_offset_;
  mtime_[0] = static_cast<std::uint32_t>(now);
  mtime_[1] = static_cast<std::uint32_t>(now >> 32);
  const std::uint32_t* word = word_at(offset & ~3u);
  if (word == nullptr) return {};
  const std::uint32_t shifted = *word >> 8 * (offset & 3);
  return {true, width == 4 ? shifted : shifted & ((1u << 8 * width) - 1), access_cycles_};
}

rv32::BusResult Clint::write(std::uint32_t address, unsigned width, std::uint32_t value) {
  const std::uint32_t offset = address - base;
  std::uint32_t* word = offset >= bytes || width != 4 ? nullptr : word_at(offset);
  if (word == nullptr) return {};
  if (offset >= mtime_offset) {
    const std::uint64_t now = core_->cycles() + mtime_offset_;
    mtime_[0] = static_cast<std::uint32_t>(now);
    mtime_[1] = static_cast<std::uint32_t>(now >> 32);
  }
  *word = offset == msip_offset ? value & 1 : value;
  if (offset >= mtime_offset) mtime_offset_ = whole(mtime_) - core_->cycles();
  core_->set_interrupt(rv32::Interrupt::software, msip_ != 0);
  update();
  core_->request_stop();  // whoever runs the core looks again when the timer is due
  return {true, 0, access_cycles_};
}

std::uint64_t Clint::until_timer() const {
  const std::uint64_t at = whole(mtimecmp_), now = core_->cycles() + mtime_offset_;
  return at == never || at <= now ? never : at - now;
}

void Clint::update() {
  core_->set_interrupt(rv32::Interrupt::timer, core_->cycles() + mtime_offset_ >= whole(mtimecmp_));
}

}  // namespace takt::bare
