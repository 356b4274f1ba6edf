#include "sim/sweep/pool.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "sim/results/output_folder.h"

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

// SIGCHLD, SIGINT and SIGTERM wait for sigwaitinfo() while this lives.
class HeldSignals {
 public:
  HeldSignals() {
    sigemptyset(&set_);
    for (const int number : {SIGCHLD, SIGINT, SIGTERM}) sigaddset(&set_, number);
    sigprocmask(SIG_BLOCK, &set_, &before_);
  }
  ~HeldSignals() { release(); }
  HeldSignals(const HeldSignals&) = delete;
  HeldSignals& operator=(const HeldSignals&) = delete;
  void release() const { sigprocmask(SIG_SETMASK, &before_, nullptr); }
  int next() const { return sigwaitinfo(&set_, nullptr); }

 private:
  sigset_t set_, before_;
};

// One byte of a file for each point, locked by who runs it; the system unlocks what a killed process held. Two points
// whose bytes coincide only wait for each other's process.
class PointLocks {
 public:
  explicit PointLocks(const fs::path& file) : file_(open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644)) {
    if (file_ < 0) throw results::OutputError(file.string() + ": cannot be opened");
  }
  ~PointLocks() { close(file_); }
  PointLocks(const PointLocks&) = delete;
  PointLocks& operator=(const PointLocks&) = delete;

  bool lock(const Point& point) const { return set(point, F_WRLCK); }
  void unlock(const Point& point) const { set(point, F_UNLCK); }

 private:
  bool set(const Point& point, short type) const {
    struct flock range {};
    range.l_type = type;
    range.l_whence = SEEK_SET;
    range.l_start = static_cast<off_t>(std::hash<std::string>()(point.id) >> 2);
    range.l_len = 1;
    return fcntl(file_, F_OFD_SETLK, &range) == 0;
  }

  int file_;
};

class Pool {
 public:
  Pool(const std::string& scenario, const PoolOptions& options)
      : scenario_(scenario), options_(options), points_(options.folder / "points") {
    std::error_code error;
    fs::create_directories(points_, error);
    if (error) throw results::OutputError(points_.string() + ": cannot be made: " + error.message());
    locks_.emplace(options.folder / "points.lock");
  }

  Outcome run(const std::vector<Point>& points) {
    for (const Point& point : points) {
      while (running_.size() >= options_.jobs && !outcome_.stopped) wait();
      if (outcome_.stopped) break;
      if (!locks_->lock(point)) {
        ++outcome_.elsewhere;
        continue;
      }
      if (fs::exists(path(point, "")) || (fs::exists(path(point, ".failed.json")) && !options_.retry_failed)) {
        ++outcome_.skipped;
        locks_->unlock(point);
        continue;
      }
      remove_leftovers(point);
      start(point);
    }
    while (!running_.empty() && !outcome_.stopped) wait();
    if (outcome_.stopped) end_children();
    return outcome_;
  }

 private:
  fs::path path(const Point& point, const char* suffix) const { return points_ / (point.id + suffix); }

  // The folder a killed run was writing lies beside its target under a hidden name with the target's name in it.
  void remove_leftovers(const Point& point) const {
    std::vector<fs::path> left;
    for (const fs::directory_entry& entry : fs::directory_iterator(points_))
      if (entry.path().filename().string().find(point.id + ".part") != std::string::npos) left.push_back(entry.path());
    for (const fs::path& folder : left) fs::remove_all(folder);
  }

  void start(const Point& point) {
    std::vector<std::string> words = {options_.program, "run", scenario_, "-o", path(point, ".part").string()};
    words.insert(words.end(), {"--quiet", "--no-report", "--trace-level", "off"});
    for (const auto& [key, value] : point.params) words.insert(words.end(), {"--set", key + "=" + value});
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    const std::string log = path(point, ".log").string();
    const pid_t parent = getpid(), child = fork();
    if (child < 0) throw std::runtime_error("fork failed");
    if (child == 0) {
      signals_.release();
      setpgid(0, 0);  // Ctrl-C is the sweep's alone
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      if (getppid() != parent) _exit(1);
      const int file = open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
      dup2(file, 1);
      dup2(file, 2);
      execv(argv[0], argv.data());
      _exit(127);
    }
    running_.emplace(child, point);
  }

  void wait() {
    const int signal = signals_.next();
    if (signal == SIGINT || signal == SIGTERM) outcome_.stopped = true;
    std::vector<pid_t> ended;
    for (const auto& [child, point] : running_) {
      int status = 0;
      if (waitpid(child, &status, WNOHANG) != child) continue;
      ended.push_back(child);
      finish(point, WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    }
    for (const pid_t child : ended) running_.erase(child);
  }

  void finish(const Point& point, int code) {
    ++outcome_.ran;
    if (code == 0 && fs::exists(path(point, ".part"))) {
      fs::remove(path(point, ".failed.json"));
      fs::rename(path(point, ".part"), path(point, ""));
    } else {
      ++outcome_.failed;
      const nlohmann::ordered_json reason = {{"exit_code", code}, {"error", last_line(path(point, ".log"))}};
      const fs::path partial = path(point, ".part.json");
      std::ofstream(partial) << reason.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
      fs::rename(partial, path(point, ".failed.json"));
    }
    remove(point);
  }

  void remove(const Point& point) const {
    remove_leftovers(point);
    fs::remove(path(point, ".log"));
    locks_->unlock(point);
  }

  void end_children() {
    for (const auto& [child, point] : running_) kill(child, SIGTERM);
    for (const auto& [child, point] : running_) {
      waitpid(child, nullptr, 0);
      remove(point);
    }
    running_.clear();
  }

  const std::string& scenario_;
  const PoolOptions& options_;
  fs::path points_;
  HeldSignals signals_;
  std::optional<PointLocks> locks_;
  std::map<pid_t, Point> running_;
  Outcome outcome_;
};

}  // namespace

Outcome run_points(const std::string& scenario, const std::vector<Point>& points, const PoolOptions& options) {
  return Pool(scenario, options).run(points);
}

}  // namespace takt::sweep
