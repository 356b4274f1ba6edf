// The points of a sweep as a job array of Slurm, whose tasks are parts of the sweep (takt sweep --shard). What is kept
// is Slurm's queue and the points: an array of the folder that is still there is waited for, and no second one
// submitted.
#pragma once

#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "sim/sweep/plan.h"

namespace takt::sweep {

struct SlurmOptions {
  std::string program;              // takt, as the nodes find it
  std::filesystem::path file;       // the sweep's, as the nodes find it
  std::filesystem::path folder;     // OUT; script and logs in OUT/slurm
  unsigned chunk = 0;               // points of a task; 0: as many as make at most 256 tasks
  unsigned jobs = 1;                // points that a task runs at a time, and its --cpus-per-task
  std::vector<std::string> sbatch;  // more options of sbatch, without their dashes: "partition=long"
  bool retry_failed = false;
};

// Slurm is not there, or refuses. The message names the program and what it said.
class SlurmError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Array {
  std::string job;        // its number; empty: there is nothing to run
  std::size_t tasks = 0;  // of a new one; 0: it was there already
};

// Tasks in the queue.
struct Queue {
  std::string job;  // empty: none
  std::size_t waiting = 0, running = 0;
};

// Submits the points that have neither a result nor, unless retry_failed, a recorded failure; or finds the array that
// is at this folder. Throws SlurmError, results::OutputError.
Array submit(const Sweep& sweep, const SlurmOptions& options);

// Waits until no task of the folder's array is left, asking after a tenth of the time waited so far, 1 to 30 s. false:
// SIGINT or SIGTERM came first; the array goes on. Throws SlurmError where the queue cannot be seen for a minute.
bool wait_for_array(const SlurmOptions& options, const std::function<void(const Queue&)>& progress);

// Points with neither a result nor a recorded failure.
std::size_t missing(const Sweep& sweep, const std::filesystem::path& folder);

// What sbatch is given: tasks `chosen` (1...) of `tasks`, each a part of the sweep.
std::string batch_script(const SlurmOptions& options, const std::vector<std::size_t>& chosen, std::size_t tasks);

// Ascending numbers as Slurm writes them: 1-4,7.
std::string ranges(const std::vector<std::size_t>& numbers);

}  // namespace takt::sweep
