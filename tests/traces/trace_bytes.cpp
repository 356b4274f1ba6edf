#include "tests/traces/trace_bytes.h"

#include <zstd.h>

namespace takt::traces {
namespace {

std::string u32(std::uint32_t value) { return raw({value & 255, value >> 8 & 255, value >> 16 & 255, value >> 24}); }

}  // namespace

std::string raw(std::initializer_list<unsigned> bytes) {
  std::string text;
  for (const unsigned byte : bytes) text += static_cast<char>(byte);
  return text;
}

std::string head(std::uint32_t version) { return raw({0x89, 'T', 'M', 'T', '\r', '\n', 0x1a, '\n'}) + u32(version); }

std::string block_header(char kind, std::uint32_t stored, std::uint32_t payload, std::uint32_t accesses) {
  return kind + u32(stored) + u32(payload) + u32(accesses);
}

std::string block(char kind, const std::string& payload, std::uint32_t accesses) {
  std::string frame(ZSTD_compressBound(payload.size()), '\0');
  frame.resize(ZSTD_compress(frame.data(), frame.size(), payload.data(), payload.size(), 1));
  return block_header(kind, static_cast<std::uint32_t>(frame.size()), static_cast<std::uint32_t>(payload.size()),
                      accesses) +
         frame;
}

std::string trace_of(const std::string& accesses, unsigned count) {
  return head() + block('I', raw({2, 1, 'a', 1, 'b'})) + block('A', accesses, count) + block('E', raw({count, 1}));
}

std::string unpacked(const std::string& frame) {
  std::string payload(131072, '\0');
  const std::size_t size = ZSTD_decompress(payload.data(), payload.size(), frame.data(), frame.size());
  payload.resize(ZSTD_isError(size) != 0 ? 0 : size);
  return payload;
}

}  // namespace takt::traces
