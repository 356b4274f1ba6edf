#include "traces/formats/memory/writer.h"

#include <new>
#include <stdexcept>

#include "traces/formats/memory/layout.h"
#include "traces/formats/memory/names.h"

namespace takt::traces {
namespace {

void append_u32(std::string& out, std::uint32_t value) {
  for (unsigned shift = 0; shift < 32; shift += 8) out += static_cast<char>(value >> shift);
}

}  // namespace

MemoryTraceWriter::MemoryTraceWriter(const std::filesystem::path& file, const std::vector<std::string>& initiators)
    : file_(file),
      context_(ZSTD_createCCtx()),
      history_(initiators.size()),
      packed_(ZSTD_compressBound(layout::max_payload_bytes)) {
  if (!context_) throw std::bad_alloc();
  ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_checksumFlag, 1);
  std::string head(layout::magic);
  append_u32(head, layout::version);
  file_.write(head);
  put_block(layout::initiators, encode_names(initiators), 0);
  payload_.reserve(layout::max_payload_bytes);
}

void MemoryTraceWriter::write(const MemoryAccess& access) {
  check(access);
  encode_access(access, history_, payload_);
  last_time_ = access.time.value;
  ++in_block_;
  ++accesses_;
  if (payload_.size() > layout::max_payload_bytes - layout::max_access_bytes) flush();
}

void MemoryTraceWriter::check(const MemoryAccess& access) const {
  const char* fault = nullptr;
  if (access.time.value < last_time_) fault = "its time is before that of the access before";
  if (access.initiator >= history_.initiators()) fault = "its initiator has no name";
  if (access.bytes == 0 || access.rows == 0) fault = "it has no bytes";
  if (access.qos > MemoryAccess::max_qos) fault = "its QoS is above 7";
  if (fault == nullptr && !fits_address_space(access)) fault = "it ends beyond address 2^64";
  if (fault != nullptr)
    throw std::logic_error("access " + std::to_string(accesses_ + 1) + " cannot stand in a memory trace: " + fault);
}

void MemoryTraceWriter::close() {
  if (in_block_ != 0) flush();
  std::string totals;
  append_varint(totals, accesses_);
  append_varint(totals, blocks_);
  put_block(layout::end, totals, 0);
  file_.commit();
}

void MemoryTraceWriter::flush() {
  put_block(layout::accesses, payload_, in_block_);
  payload_.clear();
  in_block_ = 0;
  ++blocks_;
  history_.restart();
}

void MemoryTraceWriter::put_block(char kind, std::string_view payload, std::uint32_t accesses) {
  const std::size_t size =
      ZSTD_compress2(context_.get(), packed_.data(), packed_.size(), payload.data(), payload.size());
  if (ZSTD_isError(size) != 0) throw std::logic_error(std::string("zstd: ") + ZSTD_getErrorName(size));
  std::string header(1, kind);
  append_u32(header, static_cast<std::uint32_t>(size));
  append_u32(header, static_cast<std::uint32_t>(payload.size()));
  append_u32(header, accesses);
  file_.write(header);
  file_.write({packed_.data(), size});
}

}  // namespace takt::traces
