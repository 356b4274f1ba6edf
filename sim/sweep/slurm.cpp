#include "sim/sweep/slurm.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <set>
#include <sstream>

#include "models/units/fnv1a.h"
#include "sim/results/output_folder.h"
#include "sim/sweep/captured.h"
#include "sim/sweep/held_signals.h"

namespace takt::sweep {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t most_tasks = 256;

// One word of a shell, and of an #SBATCH line, whose quotes are the shell's.
std::string quoted(const std::string& text) {
  std::string word = "'";
  for (const char c : text) word += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return word + "'";
}

std::string said_by(const std::vector<std::string>& command) {
  const Captured captured = capture(command);
  if (captured.missing)
    throw SlurmError("no program '" + command[0] + "' on PATH; expected the commands of Slurm's clients");
  if (captured.code != 0)
    throw SlurmError(fmt::format("{} failed (exit code {}): {}", command[0], captured.code,
                                 captured.err.empty() ? captured.out : captured.err));
  return captured.out;
}

// By it the folder's array is found again in the queue.
std::string job_name(const SlurmOptions& options) {
  return fmt::format("takt-{:016x}", units::fnv1a(units::fnv1a_basis, fs::weakly_canonical(options.folder).string()));
}

Queue queue_of(const SlurmOptions& options) {
  std::istringstream lines(said_by({"squeue", "--noheader", "--array", "--user=" + std::to_string(getuid()),
                                    "--name=" + job_name(options), "--format=%F %t"}));
  Queue queue;
  for (std::string job, state; lines >> job >> state;) {
    queue.job = job;
    ++(state == "PD" ? queue.waiting : queue.running);
  }
  return queue;
}

// The greatest number of a task is one less.
std::size_t max_array_size() {
  std::istringstream words(said_by({"scontrol", "show", "config"}));
  std::size_t size = 0;
  for (std::string word; words >> word;)
    if (word == "MaxArraySize" && words >> word >> size) break;
  if (size < 2) throw SlurmError("scontrol show config names no MaxArraySize of 2 or more: no job arrays here");
  return size;
}

std::size_t tasks_for(std::size_t points, const SlurmOptions& options) {
  const std::size_t most = max_array_size() - 1;
  const auto tasks = [&](std::size_t chunk) { return (points + chunk - 1) / chunk; };
  const std::size_t needed = tasks(most);  // points of a task, were there as many tasks as possible
  if (options.chunk == 0) return tasks(std::max(needed, tasks(most_tasks)));
  if (tasks(options.chunk) > most)
    throw SlurmError(
        fmt::format("--chunk {} makes {} tasks of {} points; MaxArraySize is {}, expected --chunk {} or more",
                    options.chunk, tasks(options.chunk), points, most + 1, needed));
  return tasks(options.chunk);
}

bool pending(const Point& point, const fs::path& folder, bool retry_failed) {
  const fs::path result = folder / "points" / point.id;
  return !fs::exists(result) && (retry_failed || !fs::exists(result.string() + ".failed.json"));
}

void check(const SlurmOptions& options) {
  for (const std::string& text : {options.program, options.file.string(), options.folder.string()})
    if (text.find('\n') != text.npos) throw SlurmError("'" + text + "': a line feed, which no batch script can name");
  for (const std::string& option : options.sbatch) {
    const std::string name = option.substr(0, option.find('='));
    if (name.empty() || name.find_first_not_of("abcdefghijklmnopqrstuvwxyz-") != name.npos || name[0] == '-' ||
        option.find('\n') != option.npos)
      throw SlurmError("--sbatch: found '" + option + "', expected an option of sbatch without its dashes: NAME=VALUE");
    if (name == "array" || name == "job-name")
      throw SlurmError("--sbatch: found '" + option + "', which takt itself chooses");
  }
}

// Between looking for the folder's array and submitting it.
class SubmissionLock {
 public:
  explicit SubmissionLock(const fs::path& file) : file_(open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644)) {
    if (file_ < 0 || flock(file_, LOCK_EX) != 0) throw results::OutputError(file.string() + ": cannot be locked");
  }
  ~SubmissionLock() { close(file_); }
  SubmissionLock(const SubmissionLock&) = delete;
  SubmissionLock& operator=(const SubmissionLock&) = delete;

 private:
  int file_;
};

}  // namespace

std::string ranges(const std::vector<std::size_t>& numbers) {
  std::string text;
  for (std::size_t i = 0, last = 0; i < numbers.size(); i = last + 1) {
    for (last = i; last + 1 < numbers.size() && numbers[last + 1] == numbers[last] + 1;) ++last;
    text += fmt::format("{}{}", text.empty() ? "" : ",", numbers[i]);
    if (last > i) text += fmt::format("-{}", numbers[last]);
  }
  return text;
}

std::string batch_script(const SlurmOptions& options, const std::vector<std::size_t>& chosen, std::size_t tasks) {
  std::string logs = (options.folder / "slurm").string();
  for (std::size_t at = 0; (at = logs.find('%', at)) != logs.npos; at += 2) logs.insert(at, "%");
  std::string script = "#!/bin/sh\n# Parts of a sweep as a job array, by takt sweep --slurm.\n";
  script += fmt::format("#SBATCH --job-name={}\n#SBATCH --array={}\n#SBATCH --cpus-per-task={}\n#SBATCH --output={}\n",
                        job_name(options), ranges(chosen), options.jobs, quoted(logs + "/%A_%a.log"));
  for (const std::string& option : options.sbatch) {
    const std::size_t value = option.find('=');
    script += "#SBATCH --" + option.substr(0, value);
    if (value != option.npos) script += "=" + quoted(option.substr(value + 1));
    script += "\n";
  }
  return script + fmt::format("exec {} sweep {} -o {} --jobs {} --shard $SLURM_ARRAY_TASK_ID/{}{}\n",
                              quoted(options.program), quoted(options.file.string()), quoted(options.folder.string()),
                              options.jobs, tasks, options.retry_failed ? " --retry-failed" : "");
}

std::size_t missing(const Sweep& sweep, const fs::path& folder) {
  return static_cast<std::size_t>(std::count_if(sweep.points.begin(), sweep.points.end(),
                                                [&](const Point& point) { return pending(point, folder, false); }));
}

Array submit(const Sweep& sweep, const SlurmOptions& options) {
  check(options);
  const fs::path folder = options.folder / "slurm";
  said_by({"sbatch", "--version"});  // where there is no Slurm, this is the name to look for
  if (const Queue queue = queue_of(options); !queue.job.empty()) return {queue.job, 0};
  const std::size_t tasks = tasks_for(sweep.points.size(), options);
  std::set<std::size_t> chosen;
  for (std::size_t i = 0; i < sweep.points.size(); ++i)
    if (pending(sweep.points[i], options.folder, options.retry_failed)) chosen.insert(i % tasks + 1);
  if (chosen.empty()) return {};
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) throw results::OutputError(folder.string() + ": cannot be made: " + error.message());
  const SubmissionLock lock(folder / "lock");
  if (const Queue queue = queue_of(options); !queue.job.empty()) return {queue.job, 0};
  const fs::path script = folder / "array.sh";
  std::ofstream out(script);
  out << batch_script(options, {chosen.begin(), chosen.end()}, tasks);
  out.close();
  if (!out) throw results::OutputError(script.string() + ": cannot be written");
  const std::string said = said_by({"sbatch", "--parsable", script.string()});  // NUMBER or NUMBER;CLUSTER
  const std::string job = said.substr(0, said.find_first_not_of("0123456789"));
  if (job.empty()) throw SlurmError("sbatch said '" + said + "', expected the number of a job");
  return {job, chosen.size()};
}

bool wait_for_array(const SlurmOptions& options, const std::function<void(const Queue&)>& progress) {
  using Clock = std::chrono::steady_clock;
  const HeldSignals signals{SIGINT, SIGTERM};
  const Clock::time_point begin = Clock::now();
  Clock::time_point seen = begin;
  for (;;) {
    try {
      const Queue queue = queue_of(options);
      seen = Clock::now();
      if (queue.job.empty()) return true;
      progress(queue);
    } catch (const SlurmError&) {  // the controller may be starting anew
      if (Clock::now() - seen > seconds(60)) throw;
    }
    const auto waited = std::chrono::duration_cast<milliseconds>(Clock::now() - begin);
    const int signal = signals.next(std::clamp<milliseconds>(waited / 10, seconds(1), seconds(30)));
    if (signal == SIGINT || signal == SIGTERM) return false;
  }
}

}  // namespace takt::sweep
