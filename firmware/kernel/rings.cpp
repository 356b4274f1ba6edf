#include "firmware/kernel/rings.h"

#include <string.h>

namespace takt::firmware {
namespace {

constexpr uint32_t kMinEntries = 2;
constexpr uint32_t kMaxEntries = 4096;
constexpr uint32_t kSlotBytes = sizeof(takt_job_slot);
constexpr uint64_t kRingAlignment = 8;  // natural alignment of its widest field

static_assert(sizeof(takt_completion) == kSlotBytes, "one slot size in every ring");

bool reserved_zero(const takt_ring_header& header) {
  uint32_t bits = 0;
  for (uint32_t word : header.reserved0) bits |= word;
  for (uint32_t word : header.reserved1) bits |= word;
  for (uint32_t word : header.reserved2) bits |= word;
  return bits == 0;
}

bool well_formed(const takt_ring_header& header) {
  return header.magic == TAKT_RING_MAGIC && header.entries >= kMinEntries && header.entries <= kMaxEntries &&
         header.head < header.entries && header.tail < header.entries && reserved_zero(header);
}

// The whole ring lies below 2^64.
bool placed(DeviceAddr base, uint32_t entries) {
  const uint64_t bytes = sizeof(takt_ring_header) + static_cast<uint64_t>(entries) * kSlotBytes;
  return base.value != 0 && base.value % kRingAlignment == 0 && base.value <= ~0ull - bytes;
}

bool read_header(Hal& hal, DeviceAddr base, takt_ring_header* header) {
  if (!placed(base, 0)) return false;
  hal.load(base, header, sizeof(*header));
  return well_formed(*header) && placed(base, header->entries);
}

DeviceAddr slot_address(DeviceAddr base, uint32_t index) {
  return base + (sizeof(takt_ring_header) + static_cast<uint64_t>(index) * kSlotBytes);
}

}  // namespace

bool SubmissionRing::open(Hal& hal, DeviceAddr header) {
  takt_ring_header copy;
  if (!read_header(hal, header, &copy)) return false;
  base_ = header;
  entries_ = copy.entries;
  head_ = copy.head;
  waiting_ = 0;
  return true;
}

bool SubmissionRing::refresh(Hal& hal) {
  hal.cost(CostPoint::RingScan);
  takt_ring_header header;
  waiting_ = 0;
  if (!read_header(hal, base_, &header) || header.entries != entries_ || header.head != head_) return false;
  waiting_ = header.tail >= head_ ? header.tail - head_ : header.tail + entries_ - head_;
  return true;
}

uint32_t SubmissionRing::take(Hal& hal, takt_job_slot* slots, uint32_t room) {
  const uint32_t until_wrap = entries_ - head_;
  uint32_t count = waiting_ < room ? waiting_ : room;
  if (count > until_wrap) count = until_wrap;
  if (count == 0) return 0;
  hal.load(slot_address(base_, head_), slots, count * kSlotBytes);
  head_ += count;
  if (head_ == entries_) head_ = 0;
  waiting_ -= count;
  return count;
}

void SubmissionRing::release(Hal& hal) {
  hal.fence();
  hal.store(base_ + offsetof(takt_ring_header, head), &head_, sizeof(head_));
}

bool CompletionRing::open(Hal& hal, DeviceAddr header) {
  takt_ring_header copy;
  if (!read_header(hal, header, &copy)) return false;
  base_ = header;
  entries_ = copy.entries;
  head_ = copy.head;
  tail_ = copy.tail;
  return true;
}

bool CompletionRing::has_room(Hal& hal) {
  const uint32_t next = tail_ + 1 == entries_ ? 0 : tail_ + 1;
  if (next != head_) return true;
  uint32_t head = 0;
  hal.load(base_ + offsetof(takt_ring_header, head), &head, sizeof(head));
  if (head < entries_) head_ = head;
  return next != head_;
}

bool CompletionRing::push(Hal& hal, const takt_completion& record) {
  if (!has_room(hal)) return false;
  hal.cost(CostPoint::CompletionRecord);
  hal.store(slot_address(base_, tail_), &record, sizeof(record));
  hal.fence();
  tail_ = tail_ + 1 == entries_ ? 0 : tail_ + 1;
  hal.store(base_ + offsetof(takt_ring_header, tail), &tail_, sizeof(tail_));
  return true;
}

}  // namespace takt::firmware
