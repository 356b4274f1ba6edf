// The stretches an initiator has outstanding before their last grant, oldest first, and how far each has come.
#pragma once

#include <cstdint>
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
  units::Time first_beat;  // of the first piece
  units::Time last_beat;   // latest so far

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

  bool done() const { return row == rows; }

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

// A ring that grows when it must and never shrinks: no allocation per transaction.
class RequestQueue {
 public:
  bool empty() const { return size_ == 0; }
  Request& front() { return ring_[head_]; }
  const Request& front() const { return ring_[head_]; }
  void push(const Request& request) {
    if (size_ == ring_.size()) grow();
    ring_[(head_ + size_++) & (ring_.size() - 1)] = request;
  }
  void pop() {
    head_ = (head_ + 1) & (ring_.size() - 1);
    --size_;
  }

 private:
  void grow() {
    std::vector<Request> larger(ring_.empty() ? 4 : 2 * ring_.size());
    for (std::size_t i = 0; i < size_; ++i) larger[i] = ring_[(head_ + i) & (ring_.size() - 1)];
    ring_.swap(larger);
    head_ = 0;
  }

  std::vector<Request> ring_;
  std::size_t head_ = 0;
  std::size_t size_ = 0;
};

}  // namespace takt::noc
