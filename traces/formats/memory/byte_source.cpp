#include "traces/formats/memory/byte_source.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "traces/formats/memory/error.h"

namespace takt::traces {

ByteSource::ByteSource(std::unique_ptr<std::istream> in, std::string name)
    : in_(std::move(in)), name_(std::move(name)), buffer_(new char[capacity]) {}

bool ByteSource::more() {
  if (begin_ > 0) {
    std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (end_ == capacity || !in_->good()) return false;
  in_->read(buffer_.get() + end_, static_cast<std::streamsize>(capacity - end_));
  if (in_->bad()) throw MemoryTraceError({name_}, "a file that the system cannot read", "a memory trace");
  const auto got = static_cast<std::size_t>(in_->gcount());
  end_ += got;
  return got > 0;
}

void ByteSource::consume(std::size_t n) {
  begin_ += n;
  offset_ += n;
}

std::size_t ByteSource::read(char* to, std::size_t n) {
  std::size_t done = 0;
  while (done < n) {
    if (begin_ == end_ && !more()) break;
    const std::size_t piece = std::min(n - done, end_ - begin_);
    std::memcpy(to + done, buffer_.get() + begin_, piece);
    consume(piece);
    done += piece;
  }
  return done;
}

}  // namespace takt::traces
