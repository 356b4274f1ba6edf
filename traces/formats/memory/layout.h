// Byte layout of takt's memory trace, version 1. Integers of fixed width are little-endian.
//
//   file     magic (8 bytes), version (u32), then blocks: 'I', any number of 'A', 'E'; nothing behind 'E'
//   block    kind (u8), stored bytes (u32), payload bytes (u32), accesses (u32; 0 in 'I' and 'E'), then a zstd frame of
//            `stored bytes`, with checksum, that unpacks to `payload bytes` <= 131072
//   'I'      initiators: count (varint, 1 .. 4096), then for each: length (varint, 1 .. 255), name (no control
//   characters);
//            no name twice
//   'A'      accesses, one behind another
//   'E'      all accesses (varint), all 'A' blocks (varint): a file without this block was cut short
//   varint   LEB128: 7 bits a byte, the lowest first, bit 7 set where another follows; at most 64 bits
//
//   access   flags (u8): bit 0 write; which fields follow: bit 1 initiator, 2 address, 3 bytes, 4 rows and stride, 5
//   qos;
//            bits 6 and 7 are 0
//            initiator (varint)                 absent: that of the access before
//            time (varint)                      ps since the access before; always there
//            address (zigzag varint)            distance modulo 2^64 from the byte behind the last row of this
//            initiator's
//                                               previous access; absent: 0
//            bytes (varint, 1 .. 2^32-1)        of one row;      absent: that of this initiator's previous access
//            rows (varint, 1 .. 2^32-1), stride (varint)         likewise
//            qos (u8, 0 .. 7)                                    likewise
//
// Every block stands alone: at its begin the time is 0, the initiator is 0, and each initiator's previous access ended
// at address 0 with bytes 0, rows 1, stride 0, qos 0.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace takt::traces::layout {

// A byte that no text begins with, and line ends that a transfer as text would damage (as PNG, RFC 2083 section 12.11).
constexpr std::string_view magic = "\x89TMT\r\n\x1a\n";
constexpr std::uint32_t version = 1;

constexpr std::size_t block_header_bytes = 13;
constexpr std::size_t max_payload_bytes = 131072;  // zstd's own largest block
constexpr std::size_t max_access_bytes = 55;       // 1 + 3 + 10 + 10 + 5 + 5 + 10 + 1, rounded up
constexpr std::size_t max_initiators = 4096;
constexpr std::size_t max_name_bytes = 255;

enum Kind : char { initiators = 'I', accesses = 'A', end = 'E' };

enum Flag : std::uint8_t {
  write = 1,
  has_initiator = 2,
  has_address = 4,
  has_bytes = 8,
  has_rows = 16,
  has_qos = 32,
  reserved = 64 + 128,
};

}  // namespace takt::traces::layout
