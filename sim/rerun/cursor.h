// A firmware trace as the surroundings of a firmware that is to do the same again: reads are answered as they were,
// writes must be those that were recorded.
#pragma once

#include <map>
#include <optional>
#include <stdexcept>
#include <string>

#include "firmware/abi/boot.h"
#include "traces/formats/firmware/firmware_trace.h"

namespace takt::rerun {

// The first access that is another than was recorded.
struct Difference {
  std::uint64_t access = 0;  // how many were the same before
  units::Time at;            // of the recorded one, or of the end
  std::string recorded;
  std::string found;
};

class Cursor {
 public:
  // Thrown where the recorded firmware came to its end: the trace ends, or the firmware starts anew. What runs here is
  // to end too.
  struct Over {};
  // Thrown at the first difference, which difference() then holds.
  struct Differs {};

  struct Answer {
    bool ok = true;  // false: nothing answered
    std::uint32_t value = 0;
  };

  // `trace` outlives the cursor.
  explicit Cursor(const traces::FirmwareTrace& trace);

  // The next start, with what the firmware is told; nothing: the end. Throws PackedFileError, `file` names it, for boot
  // information of another length than takt's.
  std::optional<takt_boot_info> start(const std::string& file);
  // Over what is left until then, which this firmware cannot do.
  void skip_to_start();

  // Each throws Over or Differs.
  Answer read(std::uint32_t address);
  Answer write(std::uint32_t address, std::uint32_t value);
  // One byte of shared memory. In what order a firmware's copy goes over its bytes is its build's affair, as long as it
  // stays one copy.
  Answer load(std::uint64_t address);
  Answer store(std::uint64_t address, std::uint8_t value);

  // It will make no further access: throws Over or Differs.
  [[noreturn]] void stands_still();

  // That were the same.
  std::uint64_t accesses() const { return accesses_; }
  const std::optional<Difference>& difference() const { return difference_; }

 private:
  struct Byte {
    std::uint8_t value;
    bool answered;
  };

  traces::FirmwareAccess take(const traces::FirmwareAccess& asked);
  Answer of_register(const traces::FirmwareAccess& asked);
  Answer of_memory(const traces::FirmwareAccess& asked);
  void finish_copy(const traces::FirmwareAccess& asked);
  bool over() const { return !next_ || next_->action == traces::FirmwareAction::start; }
  [[noreturn]] void differ(const traces::FirmwareAccess& recorded, const std::string& found);

  traces::FirmwareTraceReader reader_;
  std::optional<traces::FirmwareAccess> next_;
  traces::FirmwareAction copying_ = traces::FirmwareAction::load;
  std::multimap<std::uint64_t, Byte> copy_;  // recorded bytes that are not yet asked for
  std::uint64_t accesses_ = 0;
  units::Time at_;
  std::optional<Difference> difference_;
};

}  // namespace takt::rerun
