// A firmware trace: all that a firmware read and wrote from its first start on, in order. Given the same answers again,
// the same firmware makes the same accesses: whichever build it is of, and whatever its instructions cost.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "models/units/quantity.h"
#include "traces/formats/packed/packed_file.h"

namespace takt::traces {

constexpr PackedKind firmware_trace_kind = {"\x89TFT\r\n\x1a\n", 1, "a firmware trace"};

enum class FirmwareAction : std::uint8_t { start, read, write, load, store };
constexpr std::uint8_t firmware_actions = 5;

// A register's address is that of the control processor's memory map, shared memory's the device address.
struct FirmwareAccess {
  FirmwareAction action = FirmwareAction::read;
  units::Time at;              // of a start, or when the access had its answer
  std::uint64_t address = 0;   // start: 0
  std::uint8_t bytes = 4;      // registers 4; memory 1, 2 or 4
  std::uint32_t value = 0;     // little-endian; start: 0
  bool answered = true;        // false: nothing is there
  std::string_view boot_info;  // start: as the firmware found it; lives as long as the trace
};

class FirmwareTrace {
 public:
  std::string scenario;
  std::string soc;       // preset as written
  std::string firmware;  // who was recorded: "native", "rv32", or an ELF's name

  std::uint64_t accesses() const { return accesses_; }
  std::uint64_t starts() const { return starts_; }
  units::Time end() const { return end_; }

  // Times do not go backwards; the first is a start.
  void add(const FirmwareAccess& access);
  std::size_t bytes() const { return packed_.size(); }

 private:
  friend class FirmwareTraceReader;
  friend std::string encode(const FirmwareTrace& trace);
  friend FirmwareTrace decode_firmware_trace(std::string_view payload, const std::string& file);

  std::string packed_;
  std::uint64_t accesses_ = 0;  // starts are none
  std::uint64_t starts_ = 0;
  units::Time end_;
  std::uint64_t last_address_ = 0;
};

// One access after the other.
class FirmwareTraceReader {
 public:
  // The trace outlives the reader.
  explicit FirmwareTraceReader(const FirmwareTrace& trace) : rest_(trace.packed_) {}
  // Nothing: the end. Throws PayloadFault (traces/formats/memory/varint.h) for bytes that are no trace: never of one
  // that was decoded or added to.
  std::optional<FirmwareAccess> next();

 private:
  std::string_view rest_;
  units::Time at_;
  std::uint64_t address_ = 0;
};

std::string encode(const FirmwareTrace& trace);
// Throws PackedFileError, `file` names it, for contents that are damaged or make no sense.
FirmwareTrace decode_firmware_trace(std::string_view payload, const std::string& file);

bool is_firmware_trace(const std::filesystem::path& file);
FirmwareTrace read_firmware_trace(const std::filesystem::path& file);

}  // namespace takt::traces
