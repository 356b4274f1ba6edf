#include "traces/formats/memory/access_codec.h"

#include <algorithm>
#include <limits>

#include "traces/formats/memory/layout.h"

namespace takt::traces {
namespace {

constexpr std::uint64_t most_32 = std::numeric_limits<std::uint32_t>::max();

std::uint8_t flags_of(const MemoryAccess& access, const AccessHistory& history) {
  const AccessHistory::Last& last = history.last(access.initiator);
  unsigned flags = access.write ? layout::write : 0;
  if (access.initiator != history.initiator()) flags |= layout::has_initiator;
  if (access.address != last.end) flags |= layout::has_address;
  if (access.bytes != last.bytes) flags |= layout::has_bytes;
  if (access.rows != last.rows || access.stride != last.stride) flags |= layout::has_rows;
  if (access.qos != last.qos) flags |= layout::has_qos;
  return static_cast<std::uint8_t>(flags);
}

std::uint8_t decode_flags(PayloadCursor& from) {
  const std::uint8_t flags = from.byte();
  if ((flags & layout::reserved) != 0)
    throw PayloadFault{"access flags " + std::to_string(flags), "flags below " + std::to_string(+layout::has_qos * 2)};
  return flags;
}

units::Time decode_time(PayloadCursor& from, const AccessHistory& history) {
  const std::uint64_t passed = from.varint();
  if (passed > units::never().value - history.time())
    throw PayloadFault{std::to_string(passed) + " ps behind " + std::to_string(history.time()) + " ps",
                       "a time below 2^64 ps"};
  return units::Time(history.time() + passed);
}

}  // namespace

void AccessHistory::restart() {
  time_ = 0;
  initiator_ = 0;
  std::fill(last_.begin(), last_.end(), Last());
}

void AccessHistory::remember(const MemoryAccess& access) {
  time_ = access.time.value;
  initiator_ = access.initiator;
  const std::uint64_t end = access.address + (access.rows - std::uint64_t{1}) * access.stride + access.bytes;
  last_[access.initiator] = {end, access.stride, access.bytes, access.rows, access.qos};
}

void encode_access(const MemoryAccess& access, AccessHistory& history, std::string& out) {
  const std::uint8_t flags = flags_of(access, history);
  out += static_cast<char>(flags);
  if ((flags & layout::has_initiator) != 0) append_varint(out, access.initiator);
  append_varint(out, access.time.value - history.time());
  if ((flags & layout::has_address) != 0)
    append_varint(out, zigzag(access.address - history.last(access.initiator).end));
  if ((flags & layout::has_bytes) != 0) append_varint(out, access.bytes);
  if ((flags & layout::has_rows) != 0) {
    append_varint(out, access.rows);
    append_varint(out, access.stride);
  }
  if ((flags & layout::has_qos) != 0) out += static_cast<char>(access.qos);
  history.remember(access);
}

void decode_access(PayloadCursor& from, AccessHistory& history, MemoryAccess& access) {
  const std::uint8_t flags = decode_flags(from);
  access.write = (flags & layout::write) != 0;
  access.initiator = history.initiator();
  if ((flags & layout::has_initiator) != 0)
    access.initiator = static_cast<std::uint16_t>(from.varint(0, history.initiators() - 1, "an initiator"));
  const AccessHistory::Last& last = history.last(access.initiator);
  access.time = decode_time(from, history);
  access.address = last.end;
  if ((flags & layout::has_address) != 0) access.address += unzigzag(from.varint());
  access.bytes = last.bytes;
  if ((flags & layout::has_bytes) != 0)
    access.bytes = static_cast<std::uint32_t>(from.varint(1, most_32, "a length in bytes"));
  access.rows = last.rows;
  access.stride = last.stride;
  if ((flags & layout::has_rows) != 0) {
    access.rows = static_cast<std::uint32_t>(from.varint(1, most_32, "a number of rows"));
    access.stride = from.varint();
  }
  access.qos = last.qos;
  if ((flags & layout::has_qos) != 0)
    access.qos = static_cast<std::uint8_t>(from.varint(0, MemoryAccess::max_qos, "a QoS level"));
  if (access.bytes == 0) throw PayloadFault{"an access without a length", "one with the initiator's first access"};
  if (!fits_address_space(access)) throw PayloadFault{"an access beyond address 2^64", "one that ends below it"};
  history.remember(access);
}

}  // namespace takt::traces
