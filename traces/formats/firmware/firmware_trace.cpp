#include "traces/formats/firmware/firmware_trace.h"

#include "traces/formats/memory/varint.h"
#include "traces/formats/packed/bytes.h"

namespace takt::traces {
namespace {

// Of an entry's first byte.
constexpr unsigned width_shift = 3;  // bytes of the value, less one
constexpr std::uint8_t action_mask = 7, width_mask = 3, unanswered = 1 << 5;

constexpr std::uint64_t most_boot_info = 4096;

bool is_of_register(FirmwareAction action) { return action == FirmwareAction::read || action == FirmwareAction::write; }

void check(const FirmwareAccess& access) {
  const std::string width = std::to_string(access.bytes) + " bytes";
  if (access.bytes == 3) throw PayloadFault{"an access of " + width, "1, 2 or 4"};
  if (is_of_register(access.action) && access.bytes != 4) throw PayloadFault{"a register of " + width, "4"};
  if (is_of_register(access.action) && access.address >> 32 != 0)
    throw PayloadFault{"a register at " + std::to_string(access.address), "one below 2^32"};
  if (access.address % access.bytes != 0)
    throw PayloadFault{width + " at " + std::to_string(access.address), "an aligned access"};
}

}  // namespace

// An entry: a byte of action and width, the time since the entry before in picoseconds (varint), then the address as a
// distance from the last one (zigzag varint) and the value, or of a start the boot information behind its length.
void FirmwareTrace::add(const FirmwareAccess& access) {
  packed_ += static_cast<char>(static_cast<std::uint8_t>(access.action) | (access.bytes - 1u) << width_shift |
                               (access.answered ? 0 : unanswered));
  append_varint(packed_, (access.at - end_).value);
  end_ = access.at;
  if (access.action == FirmwareAction::start) {
    append_varint(packed_, access.boot_info.size());
    packed_ += access.boot_info;
    ++starts_;
    return;
  }
  append_varint(packed_, zigzag(access.address - last_address_));
  last_address_ = access.address;
  for (unsigned byte = 0; byte < access.bytes; ++byte) packed_ += static_cast<char>(access.value >> 8 * byte);
  ++accesses_;
}

std::optional<FirmwareAccess> FirmwareTraceReader::next() {
  if (rest_.empty()) return std::nullopt;
  PayloadCursor from(rest_);
  FirmwareAccess access;
  const std::uint8_t head = from.byte();
  const std::uint8_t action = head & action_mask;
  if (action >= firmware_actions || head >> 6 != 0)
    throw PayloadFault{"an entry that begins with " + std::to_string(head), "an action and a width"};
  access.action = static_cast<FirmwareAction>(action);
  access.bytes = static_cast<std::uint8_t>((head >> width_shift & width_mask) + 1);
  access.answered = (head & unanswered) == 0;
  at_ += units::Time(from.varint(0, ~std::uint64_t{0} - at_.value, "time in ps"));
  access.at = at_;
  if (access.action == FirmwareAction::start) {
    access.boot_info = from.bytes(from.varint(0, most_boot_info, "bytes of boot information"));
  } else {
    address_ += unzigzag(from.varint());
    access.address = address_;
    for (unsigned byte = 0; byte < access.bytes; ++byte) access.value |= std::uint32_t{from.byte()} << 8 * byte;
    check(access);
  }
  rest_ = from.rest();
  return access;
}

std::string encode(const FirmwareTrace& trace) {
  ByteWriter to;
  to.text(trace.scenario);
  to.text(trace.soc);
  to.text(trace.firmware);
  to.text(trace.packed_);
  return to.bytes();
}

FirmwareTrace decode_firmware_trace(std::string_view payload, const std::string& file) {
  ByteReader from(payload, file);
  FirmwareTrace trace;
  trace.scenario = from.text();
  trace.soc = from.text();
  trace.firmware = from.text();
  trace.packed_ = from.text();
  from.end();
  FirmwareTraceReader reader(trace);
  try {
    while (const std::optional<FirmwareAccess> access = reader.next()) {
      const bool start = access->action == FirmwareAction::start;
      if (!start && trace.starts_ == 0) from.fail("an access before any start", "a start first");
      ++(start ? trace.starts_ : trace.accesses_);
      trace.end_ = access->at;
    }
  } catch (const PayloadFault& fault) {
    from.fail("behind access " + std::to_string(trace.accesses_) + " " + fault.found, fault.expected);
  }
  return trace;
}

bool is_firmware_trace(const std::filesystem::path& file) { return is_packed(file, firmware_trace_kind); }

FirmwareTrace read_firmware_trace(const std::filesystem::path& file) {
  return decode_firmware_trace(read_packed(file, firmware_trace_kind), file.string());
}

}  // namespace takt::traces
