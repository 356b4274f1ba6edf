// Answers for jobs whose commands need not be simulated: they keep their cores for a time, and touch neither engines
// nor memory in it.
#pragma once

#include <optional>
#include <vector>

#include "models/npu/job.h"

namespace takt::npu {

class StandIn {
 public:
  // Since the first command.
  struct Cut {
    units::Time passed;   // a list goes on behind it
    units::Time reached;  // all lists stand there, if they are stopped
  };
  struct Share {
    units::Time whole;      // that all its commands take
    units::Time done;       // of it, in earlier stays
    std::vector<Cut> cuts;  // all of the program's
  };

  virtual ~StandIn() = default;
  // A job's lists begin, or go on behind a cut. nullopt: they run. A job that has been answered for once is so to its
  // end.
  virtual std::optional<Share> begins(const Job& job, units::Time at) = 0;
  // They stand at a cut, all engines quiet, or have ended.
  virtual void rests(const Job& job, bool ended, units::Time at) = 0;
  // The job is aborted, or has failed.
  virtual void dropped(const Job& job) = 0;
};

}  // namespace takt::npu
