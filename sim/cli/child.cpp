#include "sim/cli/child.h"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <thread>

#include "sim/cli/failure.h"

namespace takt::cli {
namespace {

struct Child {
  std::size_t index = 0;
  pid_t pid = 0;
  int from = -1;  // end of its pipe; first byte: exit code
  std::string said;
};

[[noreturn]] void throw_errno(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

void write_all(int to, const std::string& text) {
  for (std::size_t at = 0; at < text.size();) {
    const ssize_t written = write(to, text.data() + at, text.size() - at);
    if (written < 0 && errno != EINTR) _exit(defect);
    if (written > 0) at += static_cast<std::size_t>(written);
  }
}

// Leaves without the parent's clean-up: nothing of it belongs to the child.
[[noreturn]] void be_child(const std::function<std::string()>& work, int to) {
  std::string result;
  Failure failure;
  try {
    result = work();
  } catch (...) {
    failure = current_failure();
    result = failure.what;
  }
  write_all(to, std::string(1, static_cast<char>(failure.code)) + result);
  _exit(done);
}

Child start(std::size_t index, const std::function<std::string()>& work) {
  int ends[2];
  if (pipe(ends) != 0) throw_errno("pipe");
  const pid_t parent = getpid(), pid = fork();
  if (pid < 0) throw_errno("fork");
  if (pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(defect);
    close(ends[0]);
    be_child(work, ends[1]);
  }
  close(ends[1]);
  return {index, pid, ends[0], {}};
}

// Reads what a child says; false at its end.
bool listen(Child& child) {
  char buffer[65536];
  const ssize_t count = read(child.from, buffer, sizeof buffer);
  if (count < 0) return errno == EINTR || errno == EAGAIN;
  child.said.append(buffer, static_cast<std::size_t>(count));
  return count > 0;
}

std::string result_of(const Child& child, int status) {
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
    throw ChildFailure(simulation_failed,
                       "a child process was ended by SIGKILL, as the system does it for want of memory");
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0 || child.said.empty()) {
    throw ChildFailure(defect, "defect: a child process ended without a result");
  }
  if (child.said.front() != done) throw ChildFailure(child.said.front(), child.said.substr(1));
  return child.said.substr(1);
}

class Children {
 public:
  explicit Children(std::size_t most) : most_(most) {}
  ~Children() {
    for (const Child& child : running_) {
      kill(child.pid, SIGKILL);
      close(child.from);
      waitpid(child.pid, nullptr, 0);
    }
  }
  bool full() const { return running_.size() == most_; }
  bool none() const { return running_.empty(); }
  void add(const Child& child) { running_.push_back(child); }

  // Waits for the end of one.
  void await(std::vector<std::string>& results) {
    for (;;) {
      std::vector<pollfd> ends;
      for (const Child& child : running_) ends.push_back({child.from, POLLIN, 0});
      if (poll(ends.data(), ends.size(), -1) < 0 && errno != EINTR) throw_errno("poll");
      for (std::size_t i = 0; i < ends.size(); ++i) {
        if (ends[i].revents == 0 || listen(running_[i])) continue;
        const Child child = running_[i];
        running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(i));
        close(child.from);
        int status = 0;
        while (waitpid(child.pid, &status, 0) < 0 && errno == EINTR) {
        }
        results[child.index] = result_of(child, status);
        return;
      }
    }
  }

 private:
  std::size_t most_;
  std::vector<Child> running_;
};

}  // namespace

std::vector<std::string> run_in_children(const std::vector<std::function<std::string()>>& work) {
  std::vector<std::string> results(work.size());
  Children children(std::max(1u, std::thread::hardware_concurrency()));
  for (std::size_t i = 0; i < work.size(); ++i) {
    if (children.full()) children.await(results);
    children.add(start(i, work[i]));
  }
  while (!children.none()) children.await(results);
  return results;
}

}  // namespace takt::cli
