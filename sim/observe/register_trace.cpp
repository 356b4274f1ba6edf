#include "sim/observe/register_trace.h"

#include <fmt/format.h>

#include "sim/observe/register_names.h"
#include "sim/observe/text.h"

namespace takt::observe {

RegisterTrace::RegisterTrace(const SymbolTable& symbols, BoundedFile& file, units::Time begin, units::Time end)
    : symbols_(symbols), file_(file), begin_(begin), end_(end) {
  file_.line("# us rw register value ns place");
}

void RegisterTrace::access(const DeviceAccess& access) {
  if (access.at < begin_ || access.at >= end_) return;
  std::string place = access.pc ? symbols_.place(*access.pc) : "";
  if (place.empty()) place = access.pc ? address_text(*access.pc) : "-";
  const std::string value = access.answered ? fmt::format("{:08x}", access.value) : "-";
  file_.line(fmt::format("{} {} {:<24} {:<8} {} {}", microseconds_text(access.at), access.write ? 'W' : 'R',
                         device_register_name(access.address), value, nanoseconds_text(access.took), place));
}

}  // namespace takt::observe
