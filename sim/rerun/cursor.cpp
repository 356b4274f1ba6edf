#include "sim/rerun/cursor.h"

#include <fmt/format.h>

#include <cstring>

#include "sim/observe/register_names.h"

namespace takt::rerun {

using traces::FirmwareAccess;
using traces::FirmwareAction;

namespace {

bool is_copy(FirmwareAction action) { return action == FirmwareAction::load || action == FirmwareAction::store; }

std::string text_of(const FirmwareAccess& access) {
  const std::string memory = fmt::format("{} bytes of memory at {:#x}", access.bytes, access.address);
  switch (access.action) {
    case FirmwareAction::start:
      return "a start";
    case FirmwareAction::read:
      return "a read of " + observe::device_register_name(static_cast<std::uint32_t>(access.address));
    case FirmwareAction::write:
      return fmt::format("{:#x} to {}", access.value,
                         observe::device_register_name(static_cast<std::uint32_t>(access.address)));
    case FirmwareAction::load:
      return "a read of " + memory;
    case FirmwareAction::store:
      break;
  }
  return fmt::format("{:#x} to {}", access.value, memory);
}

FirmwareAccess access_of(FirmwareAction action, std::uint64_t address, std::uint8_t bytes, std::uint32_t value) {
  FirmwareAccess access;
  access.action = action;
  access.address = address;
  access.bytes = bytes;
  access.value = value;
  return access;
}

}  // namespace

Cursor::Cursor(const traces::FirmwareTrace& trace) : reader_(trace), next_(reader_.next()) {}

std::optional<takt_boot_info> Cursor::start(const std::string& file) {
  copy_.clear();
  if (!next_) return std::nullopt;
  takt_boot_info info;
  if (next_->boot_info.size() != sizeof info)
    throw traces::PackedFileError(file, std::to_string(next_->boot_info.size()) + " bytes of boot information",
                                  std::to_string(sizeof info));
  std::memcpy(&info, next_->boot_info.data(), sizeof info);
  at_ = next_->at;
  next_ = reader_.next();
  return info;
}

void Cursor::skip_to_start() {
  while (!over()) next_ = reader_.next();
}

void Cursor::differ(const FirmwareAccess& recorded, const std::string& found) {
  difference_ = {accesses_, next_ ? next_->at : at_, text_of(recorded), found};
  throw Differs();
}

// The recorded firmware went on with the bytes of the copy before.
void Cursor::finish_copy(const FirmwareAccess& asked) {
  if (copy_.empty()) return;
  const auto& [address, byte] = *copy_.begin();
  differ(access_of(copying_, address, 1, byte.value), text_of(asked));
}

// The next one, which must be what is asked for: the same register, or any memory in the same direction.
FirmwareAccess Cursor::take(const FirmwareAccess& asked) {
  if (over()) throw Over();
  if (next_->action != asked.action || (!is_copy(asked.action) && next_->address != asked.address))
    differ(*next_, text_of(asked));
  const FirmwareAccess taken = *next_;
  at_ = taken.at;
  next_ = reader_.next();
  return taken;
}

Cursor::Answer Cursor::of_register(const FirmwareAccess& asked) {
  finish_copy(asked);
  if (!over() && asked.action == FirmwareAction::write && next_->value != asked.value) differ(*next_, text_of(asked));
  const FirmwareAccess recorded = take(asked);
  ++accesses_;
  return {recorded.answered, recorded.value};
}

Cursor::Answer Cursor::of_memory(const FirmwareAccess& asked) {
  if (asked.action != copying_) finish_copy(asked);
  copying_ = asked.action;
  auto found = copy_.find(asked.address);
  while (found == copy_.end()) {
    const FirmwareAccess recorded = take(asked);
    for (unsigned i = 0; i < recorded.bytes; ++i)
      copy_.insert({recorded.address + i, {static_cast<std::uint8_t>(recorded.value >> 8 * i), recorded.answered}});
    ++accesses_;
    found = copy_.find(asked.address);
  }
  const Byte byte = found->second;
  copy_.erase(found);
  if (asked.action == FirmwareAction::store && byte.value != asked.value)
    differ(access_of(asked.action, asked.address, 1, byte.value), text_of(asked));
  return {byte.answered, byte.value};
}

Cursor::Answer Cursor::read(std::uint32_t address) {
  return of_register(access_of(FirmwareAction::read, address, 4, 0));
}

Cursor::Answer Cursor::write(std::uint32_t address, std::uint32_t value) {
  return of_register(access_of(FirmwareAction::write, address, 4, value));
}

Cursor::Answer Cursor::load(std::uint64_t address) { return of_memory(access_of(FirmwareAction::load, address, 1, 0)); }

Cursor::Answer Cursor::store(std::uint64_t address, std::uint8_t value) {
  return of_memory(access_of(FirmwareAction::store, address, 1, value));
}

void Cursor::stands_still() {
  if (over()) throw Over();
  differ(*next_, "no further access");
}

}  // namespace takt::rerun
