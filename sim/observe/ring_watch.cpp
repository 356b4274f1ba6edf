#include "sim/observe/ring_watch.h"

#include <algorithm>
#include <cstring>

namespace takt::observe {
namespace {

constexpr std::uint32_t min_entries = 2, max_entries = 4096;

bool well_formed(const takt_ring_header& header) {
  std::uint32_t reserved = 0;
  for (const std::uint32_t word : header.reserved0) reserved |= word;
  for (const std::uint32_t word : header.reserved1) reserved |= word;
  for (const std::uint32_t word : header.reserved2) reserved |= word;
  return header.magic == TAKT_RING_MAGIC && header.entries >= min_entries && header.entries <= max_entries &&
         header.head < header.entries && header.tail < header.entries && reserved == 0;
}

}  // namespace

void RingWatch::Slot::learn(std::uint32_t offset, const std::uint8_t* data, std::uint32_t count) {
  std::copy_n(data, count, bytes.begin() + offset);
  known |= ~std::uint64_t{0} >> (slot_bytes - count) << offset;
}

template <class T>
T RingWatch::Slot::as() const {
  static_assert(sizeof(T) == slot_bytes, "a slot");
  T value;
  std::memcpy(&value, bytes.data(), sizeof value);
  return value;
}

bool RingWatch::contains(const BusAccess& access) const {
  const std::uint64_t extent = slot_bytes * (1 + std::uint64_t{entries_}), offset = access.address - base_;
  return access.address >= base_ && offset < extent && access.bytes <= extent - offset;
}

std::string RingWatch::at(std::uint64_t address) const {
  if (address < base_) return {};
  const std::uint64_t slot = (address - base_) / slot_bytes;
  if (slot > std::uint64_t{entries_} + 1) return {};
  if (slot == 0) return "the header";
  const std::string name =
      slot == std::uint64_t{entries_} + 1 ? "behind its last slot" : "slot " + std::to_string(slot - 1);
  if (begin_ == end_) return name + ", while there is none to touch";
  return name + ", while those from " + std::to_string(begin_) + " up to " + std::to_string(end_) +
         " (excluded) are the firmware's";
}

RingWatch::Part RingWatch::split(BusAccess& access) const {
  const std::uint64_t offset = access.address - base_;
  Part part;
  part.header = offset < slot_bytes;
  part.slot = part.header ? 0 : static_cast<std::uint32_t>(offset / slot_bytes - 1);
  part.offset = static_cast<std::uint32_t>(offset % slot_bytes);
  part.bytes = std::min(access.bytes, slot_bytes - part.offset);
  part.data = access.data;
  access.address += part.bytes;
  access.bytes -= part.bytes;
  access.data += part.bytes;
  return part;
}

bool RingWatch::learn_header(const Part& part) {
  header_.learn(part.offset, part.data, part.bytes);
  if (open() || !header_.whole()) return false;
  const takt_ring_header read = header();
  if (!well_formed(read)) {
    header_.known = 0;
    return false;
  }
  entries_ = read.entries;
  slots_.resize(entries_);
  return true;
}

bool RingWatch::moves(const BusAccess& access, std::uint32_t offset, std::uint32_t& to) const {
  if (!open() || access.address != base_ + offset || access.bytes != sizeof to) return false;
  std::memcpy(&to, access.data, sizeof to);
  return to < entries_ && distance(begin_, to) <= distance(begin_, end_);
}

bool SubmissionWatch::access(BusAccess access, const Taken& taken) {
  if (access.write) return give_back(access, taken);
  bool allowed = true;
  while (access.bytes != 0) allowed = read(split(access), taken) && allowed;
  return allowed;
}

bool SubmissionWatch::read(const Part& part, const Taken& taken) {
  if (part.header) {
    if (learn_header(part)) {
      begin_ = header().head;
      taken_.resize(entries_);
    }
    // Nothing is to be believed of a header that has changed otherwise than by its producer's index.
    const takt_ring_header now = header();
    const bool good = open() && well_formed(now) && now.entries == entries_ && now.head == begin_;
    end_ = good ? now.tail : begin_;
    return true;
  }
  if (!held(part.slot)) return false;
  slots_[part.slot].learn(part.offset, part.data, part.bytes);
  if (slots_[part.slot].whole()) take(part.slot, taken);
  return true;
}

void SubmissionWatch::take(std::uint32_t slot, const Taken& taken) {
  if (!taken_[slot]) taken(given_back_ + distance(begin_, slot), slots_[slot].as<takt_job_slot>());
  taken_[slot] = true;
}

bool SubmissionWatch::give_back(const BusAccess& access, const Taken& taken) {
  std::uint32_t to = 0;
  if (!moves(access, offsetof(takt_ring_header, head), to)) return false;
  for (; begin_ != to; begin_ = next(begin_), ++given_back_) {
    take(begin_, taken);
    slots_[begin_] = Slot();
    taken_[begin_] = false;
  }
  header_.learn(offsetof(takt_ring_header, head), access.data, access.bytes);
  return true;
}

bool CompletionWatch::access(BusAccess access, const Written& written) {
  if (access.write && access.address < base_ + slot_bytes) return hand_over(access, written);
  bool allowed = true;
  while (access.bytes != 0) {
    const Part part = split(access);
    if (!access.write) {
      allowed = read(part) && allowed;
    } else if (held(part.slot)) {
      slots_[part.slot].learn(part.offset, part.data, part.bytes);
    } else {
      allowed = false;
    }
  }
  return allowed;
}

// Of its records the firmware reads none.
bool CompletionWatch::read(const Part& part) {
  if (!part.header) return false;
  if (learn_header(part)) begin_ = header().tail;
  // A head that makes no sense leaves the last one that did; one slot stays free.
  if (open() && header().head < entries_) end_ = (header().head + entries_ - 1) % entries_;
  return true;
}

bool CompletionWatch::hand_over(const BusAccess& access, const Written& written) {
  std::uint32_t to = 0;
  if (!moves(access, offsetof(takt_ring_header, tail), to)) return false;
  bool whole = true;
  for (; begin_ != to; begin_ = next(begin_)) {
    whole = slots_[begin_].whole() && whole;
    written(slots_[begin_].as<takt_completion>());
    slots_[begin_] = Slot();
  }
  return whole;
}

}  // namespace takt::observe
