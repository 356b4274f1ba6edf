#include "sim/cli/host_record.h"

#include <sys/resource.h>

namespace takt::cli {

platform::HostRecord host_record(std::chrono::steady_clock::time_point begin) {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  platform::HostRecord host;
  host.wall_ns = static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now() - begin).count());
  host.peak_rss_bytes = static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
  return host;
}

}  // namespace takt::cli
