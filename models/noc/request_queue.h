// The stretches that an initiator has under way, and how far each has come.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "models/base/stretch.h"

namespace takt::noc {

// A part of a stretch that one grant carries: rows of row_bytes, stride apart.
struct Piece {
  std::uint64_t address = 0;
  std::uint64_t offset = 0;  // in the bytes of the stretch
  std::uint32_t row_bytes = 0;
  std::uint32_t rows = 1;
  std::uint64_t stride = 0;
  std::uint64_t bytes() const { return std::uint64_t{row_bytes} * rows; }
};

struct Request {
  tlm::tlm_generic_payload* payload = nullptr;
  base::Stretch* stretch = nullptr;
  bool write = false;
  unsigned target = 0;
  std::uint8_t qos = 0;
  units::Time arrival;
  units::Time first_beat = units::never();  // earliest so far
  units::Time last_beat;                    // latest so far
  unsigned in_flight = 0;                   // pieces granted and not answered
  tlm::tlm_response_status status = tlm::TLM_OK_RESPONSE;

  // Contiguous stretches are one row.
  std::uint64_t address = 0;
  std::uint64_t row_bytes = 0;
  std::uint64_t rows = 1;
  std::uint64_t stride = 0;
  std::uint64_t row = 0;     // progress
  std::uint64_t column = 0;  // bytes of that row

  Request() = default;
  Request(tlm::tlm_generic_payload& p, base::Stretch& s, units::Time at)
      : payload(&p), stretch(&s), write(p.is_write()), arrival(at), address(p.get_address()) {
    const bool linear = s.contiguous();
    row_bytes = linear ? s.bytes() : s.row_bytes;
    rows = linear ? 1 : s.rows;
    stride = linear ? row_bytes : s.stride;
  }

  // Whether every piece has been cut.
  bool done() const { return row == rows; }
  void stop() { row = rows; }

  // Bytes of the piece that cut(limit) would give.
  std::uint64_t next_bytes(std::uint64_t limit) const {
    Request copy = *this;
    return copy.cut(limit).bytes();
  }

  // Cuts the next piece of at most `limit` bytes (a power of two) and steps over it. Linear pieces end at multiples of
  // the limit, so that a stretch falls into the same row groups wherever it starts; short rows stay whole.
  Piece cut(std::uint64_t limit) {
    Piece piece;
    piece.address = address + row * stride + column;
    piece.offset = row * row_bytes + column;
    piece.stride = stride;
    if (column == 0 && row_bytes <= limit && rows > 1) {
      const std::uint64_t fit = limit / row_bytes;
      piece.rows = static_cast<std::uint32_t>(fit < rows - row ? fit : rows - row);
      piece.row_bytes = static_cast<std::uint32_t>(row_bytes);
      row += piece.rows;
      return piece;
    }
    const std::uint64_t room = limit - (piece.address & (limit - 1));
    const std::uint64_t left = row_bytes - column;
    piece.row_bytes = static_cast<std::uint32_t>(room < left ? room : left);
    piece.stride = piece.row_bytes;
    column += piece.row_bytes;
    if (column == row_bytes) {
      column = 0;
      ++row;
    }
    return piece;
  }
};

// Objects that stay where they are and are used again: no allocation per transaction.
template <class T>
class Pool {
 public:
  // The number of a fresh object.
  std::uint32_t take() {
    if (free_.empty()) {
      free_.push_back(static_cast<std::uint32_t>(all_.size()));
      all_.emplace_back();
    }
    const std::uint32_t number = free_.back();
    free_.pop_back();
    all_[number] = T{};
    return number;
  }
  void release(std::uint32_t number) { free_.push_back(number); }
  T& operator[](std::uint32_t number) { return all_[number]; }
  const T& operator[](std::uint32_t number) const { return all_[number]; }

 private:
  std::deque<T> all_;
  std::vector<std::uint32_t> free_;
};

}  // namespace takt::noc
