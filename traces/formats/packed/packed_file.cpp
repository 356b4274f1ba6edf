#include "traces/formats/packed/packed_file.h"

#include <zstd.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <new>
#include <sstream>

#include "traces/formats/memory/error.h"
#include "traces/formats/packed/bytes.h"

namespace takt::traces {
namespace {

constexpr std::size_t magic_bytes = 8;
constexpr std::size_t head_bytes = magic_bytes + 4 + 8;

struct FreeDecoder {
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

std::string whole(const std::filesystem::path& file, const PackedKind& kind) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream bytes;
  if (!in || std::filesystem::is_directory(file) || !(bytes << in.rdbuf()))
    throw PackedFileError(file.string(), "nothing that can be read", kind.what);
  return bytes.str();
}

// Memory grows with what the frame really holds, whatever the header says.
std::string unpack(std::string_view frame, std::uint64_t bytes, const std::string& file) {
  const std::unique_ptr<ZSTD_DCtx, FreeDecoder> context(ZSTD_createDCtx());
  if (!context) throw std::bad_alloc();
  ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax, 27);
  std::string payload;
  ZSTD_inBuffer in = {frame.data(), frame.size(), 0};
  std::string piece(ZSTD_DStreamOutSize(), '\0');
  for (std::size_t left = 1; left != 0;) {
    ZSTD_outBuffer out = {piece.data(), piece.size(), 0};
    const std::size_t before = in.pos;
    left = ZSTD_decompressStream(context.get(), &out, &in);
    if (ZSTD_isError(left) != 0)
      throw PackedFileError(file, std::string("damaged data (") + ZSTD_getErrorName(left) + ")", "a zstd frame");
    payload.append(piece, 0, out.pos);
    if (payload.size() > bytes) break;
    if (left != 0 && out.pos == 0 && in.pos == before)
      throw PackedFileError(file, "the end of the file inside its data", "a whole zstd frame: the file was cut short");
  }
  if (payload.size() != bytes)
    throw PackedFileError(file, payload.size() > bytes ? "more" : std::to_string(payload.size()) + " bytes of contents",
                          std::to_string(bytes) + " as its head says");
  if (in.pos != frame.size()) throw PackedFileError(file, "bytes behind its data", "the end of the file");
  return payload;
}

}  // namespace

bool is_packed(const std::filesystem::path& file, const PackedKind& kind) {
  std::ifstream in(file, std::ios::binary);
  std::string start(magic_bytes, '\0');
  return in.read(start.data(), magic_bytes) && start == kind.magic;
}

std::string read_packed(const std::filesystem::path& file, const PackedKind& kind) {
  const std::string name = file.string();
  const std::string bytes = whole(file, kind);
  const std::string_view start = std::string_view(bytes).substr(0, magic_bytes);
  if (bytes.empty()) throw PackedFileError(name, "an empty file", kind.what);
  if (start != kind.magic.substr(0, start.size()))
    throw PackedFileError(name, shown(start), kind.what + std::string(", which begins with ") + shown(kind.magic));
  if (bytes.size() < head_bytes)
    throw PackedFileError(name, "the end of the file after " + std::to_string(bytes.size()) + " bytes",
                          "magic, version and size");
  ByteReader head(std::string_view(bytes).substr(magic_bytes, head_bytes - magic_bytes), name);
  const std::uint32_t version = head.u32();
  if (version != kind.version)
    throw PackedFileError(name, "version " + std::to_string(version), "version " + std::to_string(kind.version));
  const std::uint64_t size = head.u64();
  if (size > max_payload_bytes)
    throw PackedFileError(name, std::to_string(size) + " bytes of contents",
                          "at most " + std::to_string(max_payload_bytes));
  return unpack(std::string_view(bytes).substr(head_bytes), size, name);
}

void PackedFileWriter::write(std::string_view payload) {
  if (payload.size() > max_payload_bytes)
    throw MemoryTraceWriteError(std::string(kind_.what) + " of " + std::to_string(payload.size()) +
                                " bytes cannot be written, at most " + std::to_string(max_payload_bytes) + " can");
  std::string frame(ZSTD_compressBound(payload.size()), '\0');
  const std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context(ZSTD_createCCtx(), &ZSTD_freeCCtx);
  if (!context) throw std::bad_alloc();
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
  const std::size_t size = ZSTD_compress2(context.get(), frame.data(), frame.size(), payload.data(), payload.size());
  if (ZSTD_isError(size) != 0) throw MemoryTraceWriteError(std::string("zstd: ") + ZSTD_getErrorName(size));
  ByteWriter head;
  head.raw(kind_.magic);
  head.u32(kind_.version);
  head.u64(payload.size());
  file_.write(head.bytes());
  file_.write(std::string_view(frame).substr(0, size));
  file_.commit();
}

}  // namespace takt::traces
