#include "tests/fuzz/contain.h"

#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <exception>
#include <fstream>
#include <system_error>

namespace takt::fuzz {
namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif

// What the child leaves to its parent, in memory that both see.
struct Shared final : Input {
  static constexpr std::size_t capacity = std::size_t{16} << 20;

  void keep(const std::string& bytes) override {
    kept = std::min(bytes.size(), capacity);
    std::memcpy(input, bytes.data(), kept);
  }

  std::uint64_t steps = 0;
  std::size_t kept = 0;
  char fault[1000] = "";
  char input[capacity];
};

[[noreturn]] void system_failure(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

std::uint64_t address_space() {
  std::uint64_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  return pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

// Address sanitizer maps more than any limit leaves: it has a limit of its own.
void limit_memory() {
  if (sanitized) return;
  const rlimit limit = {address_space() + most_bytes, RLIM_INFINITY};
  setrlimit(RLIMIT_AS, &limit);
}

// SIGPROF ends a step that takes longer.
void limit_time(unsigned seconds) {
  itimerval timer = {};
  timer.it_value.tv_sec = sanitized ? 10 * seconds : seconds;
  setitimer(ITIMER_PROF, &timer, nullptr);
}

void note(Shared& shared, const std::string& fault) {
  std::strncpy(shared.fault, fault.c_str(), sizeof shared.fault - 1);
}

int run(const Step& step, unsigned seconds, Shared& shared) {
  limit_memory();
  try {
    for (bool more = true; more; ++shared.steps) {
      limit_time(seconds);
      more = step(shared.steps, shared);
    }
    --shared.steps;  // the one that found nothing left to do
    return 0;
  } catch (const std::exception& e) {
    note(shared, e.what());
  } catch (...) {
    note(shared, "threw what is no std::exception");
  }
  return 1;
}

std::string fault_of(int status, const Shared& shared) {
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return "";
  if (shared.fault[0] != '\0') return shared.fault;
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGPROF) return "took too much processor time";
  if (WIFSIGNALED(status)) return std::string("ended by ") + strsignal(WTERMSIG(status));
  return "exited with " + std::to_string(WEXITSTATUS(status));
}

}  // namespace

Ended contained(const Step& step, unsigned seconds) {
  void* memory = mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) system_failure("mmap");
  Shared& shared = *new (memory) Shared;
  const pid_t child = fork();
  if (child < 0) system_failure("fork");
  if (child == 0) _exit(run(step, seconds, shared));
  int status = 0;
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR) system_failure("waitpid");
  Ended ended{shared.steps, fault_of(status, shared), std::string(shared.input, shared.kept)};
  munmap(memory, sizeof(Shared));
  return ended;
}

}  // namespace takt::fuzz
