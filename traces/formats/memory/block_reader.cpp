#include "traces/formats/memory/block_reader.h"

#include <array>
#include <new>
#include <utility>

#include "traces/formats/memory/layout.h"

namespace takt::traces {
namespace {

constexpr std::size_t max_stored_bytes = ZSTD_COMPRESSBOUND(layout::max_payload_bytes);

std::uint32_t u32_at(const char* bytes) {
  std::uint32_t value = 0;
  for (unsigned i = 0; i < 4; ++i) value |= std::uint32_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  return value;
}

}  // namespace

BlockReader::BlockReader(ByteSource source)
    : source_(std::move(source)),
      context_(ZSTD_createDCtx()),
      stored_(new char[max_stored_bytes]),
      payload_(new char[layout::max_payload_bytes]) {
  if (!context_) throw std::bad_alloc();
  std::array<char, layout::magic.size() + 4> head{};
  const std::size_t got = source_.read(head.data(), head.size());
  const std::string_view start(head.data(), std::min(got, layout::magic.size()));
  if (start != layout::magic.substr(0, start.size()) || got == 0)
    fail(0, got == 0 ? "an empty file" : shown(start), "takt's memory trace: " + shown(layout::magic));
  if (got < head.size()) fail(0, "the end of the file after " + std::to_string(got) + " bytes", "magic and version");
  const std::uint32_t version = u32_at(head.data() + layout::magic.size());
  if (version != layout::version)
    fail(0, "version " + std::to_string(version), "version " + std::to_string(layout::version));
}

BlockReader::Block BlockReader::next() {
  offset_ = source_.offset();
  std::array<char, layout::block_header_bytes> header{};
  read_exactly(header.data(), header.size(), "a block");
  Block block;
  block.kind = header[0];
  block.offset = offset_;
  block.accesses = u32_at(header.data() + 9);
  if (block.kind != layout::initiators && block.kind != layout::accesses && block.kind != layout::end)
    fail(0, "the block kind " + shown({header.data(), 1}), R"("I", "A" or "E")");
  if ((block.kind == layout::accesses) != (block.accesses != 0))
    fail(0, std::to_string(block.accesses) + " accesses in a block " + shown({header.data(), 1}),
         R"(at least one in "A", none in others)");
  block.payload = unpack(u32_at(header.data() + 1), u32_at(header.data() + 5));
  return block;
}

std::string_view BlockReader::unpack(std::uint32_t stored, std::uint32_t payload) {
  if (stored > max_stored_bytes || payload > layout::max_payload_bytes)
    fail(0, "a block of " + std::to_string(stored) + " bytes for " + std::to_string(payload),
         "at most " + std::to_string(max_stored_bytes) + " for " + std::to_string(layout::max_payload_bytes));
  read_exactly(stored_.get(), stored, "the rest of a block");
  const std::size_t size =
      ZSTD_decompressDCtx(context_.get(), payload_.get(), layout::max_payload_bytes, stored_.get(), stored);
  if (ZSTD_isError(size) != 0) fail(0, std::string("damaged data (") + ZSTD_getErrorName(size) + ")", "a zstd frame");
  if (size != payload)
    fail(0, "a block of " + std::to_string(size) + " bytes", std::to_string(payload) + " as its header says");
  return {payload_.get(), size};
}

void BlockReader::finish() {
  offset_ = source_.offset();
  char byte = 0;
  if (source_.read(&byte, 1) != 0) fail(0, "further bytes", "the end of the file behind the end block");
}

void BlockReader::read_exactly(char* to, std::size_t n, const char* what) {
  const std::size_t got = source_.read(to, n);
  if (got != n)
    fail(0, "the end of the file at byte " + std::to_string(source_.offset()),
         std::string(what) + ": the file was cut short, its last block is the end block");
}

void BlockReader::fail(std::uint64_t record, const std::string& found, const std::string& expected) const {
  throw MemoryTraceError({source_.name(), 0, 0, true, offset_, record}, found, expected);
}

}  // namespace takt::traces
