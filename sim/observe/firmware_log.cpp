#include "sim/observe/firmware_log.h"

#include <algorithm>
#include <iterator>

#include "firmware/base/log_event.h"

namespace takt::observe {

FirmwareLog firmware_log(const rv32::Core& core, const traces::ElfImage& image) {
  FirmwareLog log;
  const auto found = std::find_if(image.symbols.begin(), image.symbols.end(), [](const traces::ElfSymbol& symbol) {
    return symbol.name == "takt_log" && symbol.kind == traces::ElfSymbol::Kind::object;
  });
  takt_log_header header{};
  if (found == image.symbols.end() || found->bytes < sizeof header + sizeof(takt_log_record) ||
      !core.peek(found->value, &header, sizeof header))
    return log;
  const std::uint32_t room = (found->bytes - static_cast<std::uint32_t>(sizeof header)) / sizeof(takt_log_record);
  const std::uint32_t kept = std::min(header.written, room);
  for (std::uint32_t i = header.written - kept; i != header.written; ++i) {
    takt_log_record record{};
    if (!core.peek(found->value + sizeof header + i % room * sizeof record, &record, sizeof record)) return {};
    log.records.push_back(record);
  }
  log.written = header.written;
  return log;
}

std::string log_event_name(std::uint32_t event) {
  return event < std::size(firmware::kLogEventNames) ? firmware::kLogEventNames[event]
                                                     : "event " + std::to_string(event);
}

}  // namespace takt::observe
