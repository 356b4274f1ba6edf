// The contents of a memory, where somebody wrote them: 4 KiB pages that exist from their first write on.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <unordered_map>

namespace takt::dram {

class BackingStore {
 public:
  void read(std::uint64_t address, unsigned char* to, std::uint64_t bytes) const;  // zeros where nobody wrote
  void write(std::uint64_t address, const unsigned char* from, std::uint64_t bytes);
  std::uint64_t pages() const { return pages_.size(); }

 private:
  static constexpr std::uint64_t page_bytes = 4096;
  using Page = std::array<unsigned char, page_bytes>;
  // Looked up by key only: iteration order would not be reproducible.
  std::unordered_map<std::uint64_t, std::unique_ptr<Page>> pages_;
};

}  // namespace takt::dram
