#include "models/dram/backing_store.h"

#include <algorithm>
#include <cstring>

namespace takt::dram {

void BackingStore::read(std::uint64_t address, unsigned char* to, std::uint64_t bytes) const {
  while (bytes > 0) {
    const std::uint64_t offset = address % page_bytes;
    const std::uint64_t n = std::min(bytes, page_bytes - offset);
    const auto page = pages_.find(address / page_bytes);
    if (page == pages_.end()) {
      std::memset(to, 0, n);
    } else {
      std::memcpy(to, page->second->data() + offset, n);
    }
    address += n;
    to += n;
    bytes -= n;
  }
}

void BackingStore::write(std::uint64_t address, const unsigned char* from, std::uint64_t bytes) {
  while (bytes > 0) {
    const std::uint64_t offset = address % page_bytes;
    const std::uint64_t n = std::min(bytes, page_bytes - offset);
    std::unique_ptr<Page>& page = pages_[address / page_bytes];
    if (page == nullptr) page = std::make_unique<Page>();
    std::memcpy(page->data() + offset, from, n);
    address += n;
    from += n;
    bytes -= n;
  }
}

}  // namespace takt::dram
