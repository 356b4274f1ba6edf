// What a ring of telemetry holds (takt_telemetry_header in firmware/abi/service.h).
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <optional>
#include <vector>

#include "firmware/abi/service.h"

namespace takt::platform {

template <class Record>
struct TelemetryRecords {
  std::uint64_t written = 0;    // records ever
  std::uint64_t lost = 0;       // overwritten before they were read
  std::vector<Record> records;  // oldest first
};

// Records behind the `read`-th ever written. Nothing where `area` has no header of such a ring: a firmware may write
// anything.
template <class Record>
std::optional<TelemetryRecords<Record>> read_telemetry(const std::vector<std::uint8_t>& area, std::uint32_t magic,
                                                       std::uint64_t read = 0) {
  takt_telemetry_header header;
  std::memcpy(&header, area.data(), sizeof header);
  const std::uint64_t room = (area.size() - sizeof header) / sizeof(Record);
  if (header.magic != magic || header.record_bytes != sizeof(Record) || header.entries == 0 || header.entries > room ||
      header.written < read)
    return std::nullopt;
  TelemetryRecords<Record> ring;
  ring.written = header.written;
  const std::uint64_t kept = std::min<std::uint64_t>(header.written - read, header.entries);
  ring.lost = header.written - read - kept;
  ring.records.resize(kept);
  for (std::uint64_t n = 0; n < kept; ++n)
    std::memcpy(&ring.records[n],
                area.data() + sizeof header + (header.written - kept + n) % header.entries * sizeof(Record),
                sizeof(Record));
  return ring;
}

}  // namespace takt::platform
