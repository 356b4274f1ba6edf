#include "traces/formats/memory/takt_reader.h"

#include <string>
#include <utility>

#include "traces/formats/memory/layout.h"
#include "traces/formats/memory/names.h"

namespace takt::traces {
namespace {

void check_total(std::uint64_t stated, std::uint64_t seen, const char* what) {
  if (stated != seen)
    throw PayloadFault{"an end block that states " + std::to_string(stated) + what,
                       std::to_string(seen) + " as there are"};
}

}  // namespace

TaktTraceReader::TaktTraceReader(ByteSource source, const MemoryTraceFormat& format, const MemoryTraceOptions&)
    : MemoryTraceReader(format, source.name()), blocks_(std::move(source)) {
  read_initiators();
  history_.emplace(initiators_.size());
}

void TaktTraceReader::read_initiators() {
  const BlockReader::Block block = blocks_.next();
  if (block.kind != layout::initiators)
    blocks_.fail(0, "a block " + shown({&block.kind, 1}), R"(the initiators' block "I" first)");
  try {
    initiators_ = decode_names(block.payload);
  } catch (const PayloadFault& fault) {
    blocks_.fail(0, fault.found, fault.expected);
  }
}

bool TaktTraceReader::next(MemoryAccess& access) {
  if (left_ == 0 && !next_block()) return false;
  access = MemoryAccess();
  access.record = records_ + 1;
  access.position = block_.offset;
  try {
    decode_access(cursor_, *history_, access);
    --left_;
    if (left_ == 0 && !cursor_.at_end()) throw PayloadFault{"bytes behind a block's last access", "none"};
  } catch (const PayloadFault& fault) {
    left_ = 0;
    blocks_.fail(access.record, fault.found, fault.expected);
  }
  if (access.time.value < last_time_)
    throw error(access, std::to_string(access.time.value) + " ps",
                std::to_string(last_time_) + " ps or later: time does not go backwards");
  last_time_ = access.time.value;
  ++records_;
  return true;
}

// False at the end of the trace.
bool TaktTraceReader::next_block() {
  if (ended_) return false;
  block_ = blocks_.next();
  if (block_.kind == layout::initiators) blocks_.fail(0, R"(a second block "I")", R"("A" or "E")");
  cursor_ = PayloadCursor(block_.payload);
  if (block_.kind == layout::end) {
    ended_ = true;
    check_totals();
    return false;
  }
  history_->restart();
  left_ = block_.accesses;
  ++access_blocks_;
  return true;
}

void TaktTraceReader::check_totals() {
  try {
    check_total(cursor_.varint(), records_, " accesses");
    check_total(cursor_.varint(), access_blocks_, " blocks of accesses");
    if (!cursor_.at_end()) throw PayloadFault{"further bytes in the end block", "none"};
  } catch (const PayloadFault& fault) {
    blocks_.fail(0, fault.found, fault.expected);
  }
  blocks_.finish();
  if (records_ == 0) throw MemoryTraceError({file_}, "no accesses", "at least one");
}

}  // namespace takt::traces
