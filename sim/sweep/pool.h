// Runs points in child processes. One folder per point, complete or not there, makes a sweep resumable at any moment.
// What a run leaves on its way is in OUT/points/<id>.part.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "sim/sweep/plan.h"

namespace takt::sweep {

struct PoolOptions {
  std::string program;           // called as takt is: PROGRAM run SCENARIO --set K=V ... -o FOLDER --quiet ...
  std::filesystem::path folder;  // OUT: results in OUT/points/<id>, reasons in OUT/points/<id>.failed.json
  unsigned jobs = 1;             // children at a time
  bool retry_failed = false;
  std::filesystem::path vmstat = "/proc/vmstat";  // where the kernel counts whom it ended for want of memory
};

struct Outcome {
  std::size_t ran = 0, failed = 0;  // to their end; of those, recorded as failed
  std::size_t skipped = 0;
  // Ended by somebody's SIGKILL, SIGTERM, SIGINT or SIGHUP: they stay missing. A SIGKILL during whose run the kernel
  // ended a process for want of memory is a failure of the point.
  std::size_t ended = 0;
  std::size_t elsewhere = 0;  // another process was at them
  bool stopped = false;       // by SIGINT or SIGTERM; children are ended, finished points kept
};

// Runs the points that have neither a result nor, unless retry_failed, a recorded failure, and that no other process is
// at: each point is locked while it runs. Throws results::OutputError.
Outcome run_points(const std::string& scenario, const std::vector<Point>& points, const PoolOptions& options);

}  // namespace takt::sweep
