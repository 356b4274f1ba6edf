#include "sim/sweep/locks.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "models/units/fnv1a.h"
#include "sim/results/output_folder.h"

namespace takt::sweep {
namespace {

constexpr off_t runs = off_t{1} << 62;  // where their bytes begin

bool set(int file, off_t area, const std::string& id, short type, int command) {
  struct flock range {};
  range.l_type = type;
  range.l_whence = SEEK_SET;
  range.l_start = area + static_cast<off_t>(units::fnv1a(units::fnv1a_basis, id) >> 2);
  range.l_len = 1;
  int result = 0;
  do result = fcntl(file, command, &range);
  while (result != 0 && errno == EINTR);
  return result == 0;
}

int opened(const std::filesystem::path& file, int more) { return open(file.c_str(), O_RDWR | O_CREAT | more, 0644); }

}  // namespace

PointLocks::PointLocks(const std::filesystem::path& file) : path_(file), file_(opened(file, O_CLOEXEC)) {
  if (file_ < 0) throw results::OutputError(file.string() + ": cannot be opened: " + std::strerror(errno));
}

PointLocks::~PointLocks() { close(file_); }

bool PointLocks::lock(const std::string& id) const {
  if (set(file_, 0, id, F_WRLCK, F_OFD_SETLK)) return true;
  if (errno == EAGAIN || errno == EACCES) return false;
  throw results::OutputError(path_.string() + ": cannot be locked: " + std::strerror(errno));
}

void PointLocks::unlock(const std::string& id) const { set(file_, 0, id, F_UNLCK, F_OFD_SETLK); }

bool PointLocks::enter_run(const std::filesystem::path& file, const std::string& id) {
  const int mine = opened(file, 0);  // stays open through exec
  return mine >= 0 && set(mine, runs, id, F_WRLCK, F_OFD_SETLKW);
}

}  // namespace takt::sweep
