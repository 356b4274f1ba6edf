// Who is at which point of a folder, between processes, and between machines that share its file system with locks.
#pragma once

#include <filesystem>
#include <string>

namespace takt::sweep {

// One file, a byte of it for each point and one for each point's run, at hashes of the id (62 bits). Where the bytes of
// two points coincide, of which the chance among 100,000 is 1 in 10^9, another process takes the one for the other and
// leaves it; a process that is at both opens both when it is done with one. The system unlocks what a process held when
// it ends.
class PointLocks {
 public:
  // Throws results::OutputError.
  explicit PointLocks(const std::filesystem::path& file);
  ~PointLocks();
  PointLocks(const PointLocks&) = delete;
  PointLocks& operator=(const PointLocks&) = delete;

  // Whether no other process is at the point; this one is now. Throws results::OutputError where the file system knows
  // no locks.
  bool lock(const std::string& id) const;
  void unlock(const std::string& id) const;

  // In a child that is about to run the point: waits until no process of an earlier run of it lives, and holds the
  // run's byte until the last process of this one has ended. Children die with a pool that is killed, but after its
  // locks. Whether that succeeded.
  static bool enter_run(const std::filesystem::path& file, const std::string& id);

 private:
  std::filesystem::path path_;
  int file_;
};

}  // namespace takt::sweep
