// Accesses as the bytes of an 'A' block (layout.h): what equals the initiator's previous access takes no space.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "traces/formats/memory/access.h"
#include "traces/formats/memory/varint.h"

namespace takt::traces {

// What the next access is compared with.
class AccessHistory {
 public:
  struct Last {
    std::uint64_t end = 0;  // the byte behind the last row, modulo 2^64
    std::uint64_t stride = 0;
    std::uint32_t bytes = 0;
    std::uint32_t rows = 1;
    std::uint8_t qos = 0;
  };

  explicit AccessHistory(std::size_t initiators) : last_(initiators) {}

  void restart();
  void remember(const MemoryAccess& access);

  std::size_t initiators() const { return last_.size(); }
  std::uint64_t time() const { return time_; }
  std::uint16_t initiator() const { return initiator_; }
  const Last& last(std::uint16_t initiator) const { return last_[initiator]; }

 private:
  std::uint64_t time_ = 0;
  std::uint16_t initiator_ = 0;
  std::vector<Last> last_;
};

// Appends at most layout::max_access_bytes. The access is valid and its time is not before the history's.
void encode_access(const MemoryAccess& access, AccessHistory& history, std::string& out);

// Fills in the fields that the format has. Throws PayloadFault.
void decode_access(PayloadCursor& from, AccessHistory& history, MemoryAccess& access);

}  // namespace takt::traces
