#include "sim/results/output_folder.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>

namespace takt::results {
namespace {

namespace fs = std::filesystem;

// An absolute path without a trailing slash, symbolic links to the folder itself followed.
fs::path resolved(const fs::path& target) {
  fs::path path = fs::absolute(target).lexically_normal();
  if (!path.has_filename()) path = path.parent_path();
  std::error_code ignored;
  if (fs::is_symlink(path, ignored)) {
    const fs::path real = fs::weakly_canonical(path, ignored);
    if (!ignored) path = real;
  }
  return path;
}

fs::path make_partial(const fs::path& target) {
  for (unsigned n = 0; n < 1000; ++n) {
    fs::path partial = target.parent_path() / ("." + target.filename().string() + ".partial-" +
                                               std::to_string(getpid()) + "-" + std::to_string(n));
    std::error_code error;
    if (fs::create_directory(partial, error)) return partial;
    if (error) throw OutputError(target.string() + ": cannot be created: " + error.message());
  }
  throw OutputError(target.string() + ": too many unfinished folders beside it");
}

// Swaps two folders in one step where the system can; else with a moment in between in which `target` is absent.
void swap_folders(const fs::path& partial, const fs::path& target) {
  if (renameat2(AT_FDCWD, partial.c_str(), AT_FDCWD, target.c_str(), RENAME_EXCHANGE) == 0) return;
  if (errno != EINVAL && errno != ENOSYS)
    throw OutputError(target.string() + ": cannot be replaced: " + std::strerror(errno));
  const fs::path old = partial.string() + ".old";
  fs::rename(target, old);
  try {
    fs::rename(partial, target);
  } catch (...) {
    fs::rename(old, target);
    throw;
  }
  fs::rename(old, partial);
}

}  // namespace

OutputFolder::OutputFolder(const fs::path& target) : target_(resolved(target)) {
  if (!target_.has_filename()) throw OutputError(target.string() + ": is no folder that can be replaced");
  check_target();
  std::error_code error;
  for (fs::path parent = target_.parent_path(); !fs::exists(parent, error) && parent.has_filename();
       parent = parent.parent_path())
    made_.push_back(parent);
  fs::create_directories(target_.parent_path(), error);
  if (error) throw OutputError(target_.parent_path().string() + ": cannot be created: " + error.message());
  partial_ = make_partial(target_);
  try {
    write(marker, "Written by takt, which replaces this folder as a whole.\n");
  } catch (...) {
    discard();
    throw;
  }
}

OutputFolder::~OutputFolder() {
  if (!committed_) discard();
}

// Parents go where they are empty: somebody else may use them by now.
void OutputFolder::discard() const {
  std::error_code ignored;
  fs::remove_all(partial_, ignored);
  for (const fs::path& parent : made_) fs::remove(parent, ignored);
}

void OutputFolder::check_target() const {
  std::error_code error;
  const fs::file_status status = fs::status(target_, error);
  if (!fs::exists(status)) {
    if (error && error != std::errc::no_such_file_or_directory)
      throw OutputError(target_.string() + ": cannot be used as an output folder: " + error.message());
    return;
  }
  if (!fs::is_directory(status)) throw OutputError(target_.string() + ": is a file; expected a folder, or nothing");
  const bool ours = fs::exists(target_ / marker, error);
  if (error) throw OutputError(target_.string() + ": cannot be read: " + error.message());
  if (!ours && !fs::is_empty(target_, error))
    throw OutputError(target_.string() + ": holds files that takt did not write; choose another folder, or remove it");
}

void OutputFolder::write(const std::string& name, const std::string& text) const {
  std::ofstream out(file(name), std::ios::binary | std::ios::trunc);
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
  out.close();
  if (!out) throw OutputError((target_ / name).string() + ": cannot be written: " + std::strerror(errno));
}

void OutputFolder::commit() {
  check_target();  // somebody may have put something there meanwhile
  try {
    if (fs::exists(target_)) {
      swap_folders(partial_, target_);
      committed_ = true;
      std::error_code ignored;
      fs::remove_all(partial_, ignored);
    } else {
      fs::rename(partial_, target_);
      committed_ = true;
    }
  } catch (const fs::filesystem_error& error) {
    throw OutputError(target_.string() + ": cannot be put in place: " + error.code().message());
  }
}

}  // namespace takt::results
