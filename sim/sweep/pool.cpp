#include "sim/sweep/pool.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "sim/results/output_folder.h"
#include "sim/sweep/held_signals.h"
#include "sim/sweep/locks.h"

namespace takt::sweep {
namespace {

namespace fs = std::filesystem;

std::string last_line(const fs::path& file) {
  std::ifstream in(file);
  std::string line, last;
  while (std::getline(in, line))
    if (line.find("error") != std::string::npos || line.rfind("takt: ", 0) == 0 || last.empty()) last = line;
  return last;
}

// Whether somebody ended the run, rather than the run itself: the point has no result, and nothing is wrong with it.
bool ended_from_outside(int status) {
  if (!WIFSIGNALED(status)) return false;
  const int signal = WTERMSIG(status);
  return signal == SIGKILL || signal == SIGTERM || signal == SIGINT || signal == SIGHUP;
}

// How many processes the kernel has ended for want of memory, of the machine or of a control group: oom_kill in
// /proc/vmstat (Linux 4.13). Counted before the signal is sent. nullopt where it is not said.
std::optional<std::uint64_t> oom_kills(const fs::path& vmstat) {
  std::ifstream in(vmstat);
  std::uint64_t count = 0;
  for (std::string name; in >> name >> count;)
    if (name == "oom_kill") return count;
  return std::nullopt;
}

struct Run {
  Point point;
  std::optional<std::uint64_t> oom_kills;  // before it began
};

class Pool {
 public:
  Pool(const std::string& scenario, const PoolOptions& options)
      : scenario_(scenario), options_(options), points_(options.folder / "points") {
    std::error_code error;
    fs::create_directories(points_, error);
    if (error) throw results::OutputError(points_.string() + ": cannot be made: " + error.message());
    lock_file_ = fs::absolute(options.folder / "points.lock");
    locks_.emplace(lock_file_);
  }

  Outcome run(const std::vector<Point>& points) {
    for (const Point& point : points) {
      while (running_.size() >= options_.jobs && !outcome_.stopped) wait();
      if (outcome_.stopped) break;
      if (!locks_->lock(point.id)) {
        ++outcome_.elsewhere;
        continue;
      }
      if (fs::exists(path(point, "")) || (fs::exists(path(point, ".failed.json")) && !options_.retry_failed)) {
        ++outcome_.skipped;
        leave(point);
        continue;
      }
      start(point);
    }
    while (!running_.empty() && !outcome_.stopped) wait();
    if (outcome_.stopped) end_children();
    return outcome_;
  }

 private:
  fs::path path(const Point& point, const char* suffix) const { return points_ / (point.id + suffix); }
  // All that a run leaves on its way: its output folder, its log, its reason to fail.
  fs::path work(const Point& point, const char* name) const { return path(point, ".part") / name; }

  void start(const Point& point) {
    std::vector<std::string> words = {options_.program, "run", scenario_, "-o", work(point, point.id.c_str()).string()};
    words.insert(words.end(), {"--quiet", "--no-report", "--trace-level", "off"});
    for (const auto& [key, value] : point.params) words.insert(words.end(), {"--set", key + "=" + value});
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    const std::optional<std::uint64_t> kills = oom_kills(options_.vmstat);
    const pid_t parent = getpid(), child = fork();
    if (child < 0) throw std::runtime_error("fork failed");
    if (child == 0) {
      signals_.release();
      setpgid(0, 0);  // Ctrl-C is the sweep's alone
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      if (getppid() != parent) _exit(1);
      if (!PointLocks::enter_run(lock_file_, point.id)) _exit(1);
      std::error_code error;
      fs::remove_all(path(point, ".part"), error);  // of a run that was killed
      fs::create_directory(path(point, ".part"), error);
      const int file = open(work(point, "log").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
      dup2(file, 1);
      dup2(file, 2);
      execv(argv[0], argv.data());
      dprintf(2, "takt: %s: cannot be run: %s\n", argv[0], std::strerror(errno));
      _exit(127);
    }
    running_.emplace(child, Run{point, kills});
  }

  void wait() {
    const int signal = signals_.next(std::nullopt);
    if (signal == SIGINT || signal == SIGTERM) outcome_.stopped = true;
    std::vector<pid_t> ended;
    for (const auto& [child, run] : running_) {
      int status = 0;
      rusage usage{};
      if (wait4(child, &status, WNOHANG, &usage) != child) continue;
      ended.push_back(child);
      finish(run, status, usage);
    }
    for (const pid_t child : ended) running_.erase(child);
  }

  // What is seen from outside changes in one step, which is the last but for the clearing up; a process that is killed
  // in between leaves that to the next one at the point.
  void finish(const Run& run, int status, const rusage& usage) {
    const Point& point = run.point;
    const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    if (out_of_memory(run, status)) {
      ++outcome_.ran;
      ++outcome_.failed;
      record(point, code,
             fmt::format("out of memory: the system ended it when it held {} MB (runs at a time: {})",
                         usage.ru_maxrss * 1024 / 1000000, running_.size()));
    } else if (ended_from_outside(status)) {
      ++outcome_.ended;
    } else if (code == 0 && fs::exists(work(point, point.id.c_str()))) {
      ++outcome_.ran;
      fs::rename(work(point, point.id.c_str()), path(point, ""));
    } else {
      ++outcome_.ran;
      ++outcome_.failed;
      record(point, code, last_line(work(point, "log")));
    }
    leave(point);
  }

  bool out_of_memory(const Run& run, int status) const {
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL && run.oom_kills &&
           oom_kills(options_.vmstat) > run.oom_kills;
  }

  void record(const Point& point, int code, const std::string& error) const {
    const nlohmann::ordered_json reason = {{"exit_code", code}, {"error", error}};
    const fs::path partial = work(point, "failed.json");
    std::ofstream out(partial);
    out << reason.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
    out.close();
    if (!out) throw results::OutputError(partial.string() + ": cannot be written");
    fs::rename(partial, path(point, ".failed.json"));
  }

  // Clears up behind a point at which nothing runs, and leaves it.
  void leave(const Point& point) const {
    fs::remove_all(path(point, ".part"));
    if (fs::exists(path(point, ""))) fs::remove(path(point, ".failed.json"));  // of an earlier try
    locks_->unlock(point.id);
  }

  void end_children() {
    for (const auto& [child, run] : running_) kill(child, SIGTERM);
    for (const auto& [child, run] : running_) {
      int status = 0;
      rusage usage{};
      wait4(child, &status, 0, &usage);
      if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        finish(run, status, usage);
      else
        leave(run.point);
    }
    running_.clear();
  }

  const std::string& scenario_;
  const PoolOptions& options_;
  fs::path points_, lock_file_;
  HeldSignals signals_{SIGCHLD, SIGINT, SIGTERM};
  std::optional<PointLocks> locks_;
  std::map<pid_t, Run> running_;
  Outcome outcome_;
};

}  // namespace

Outcome run_points(const std::string& scenario, const std::vector<Point>& points, const PoolOptions& options) {
  return Pool(scenario, options).run(points);
}

}  // namespace takt::sweep
