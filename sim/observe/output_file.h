// Text files that a run writes beside its results.
#pragma once

#include <cstdint>
#include <fstream>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace takt::observe {

class FileError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class OutputFile {
 public:
  // Throws FileError where it cannot be written. `option` names it in messages.
  OutputFile(const std::string& path, const std::string& option);
  std::ostream& stream() { return out_; }
  // Throws FileError where not all of it was written.
  void close();

 private:
  const std::string what_;
  std::ofstream out_;
};

// What is left of the bytes that a run may log.
class LogBudget {
 public:
  explicit LogBudget(std::uint64_t bytes) : left_(bytes) {}
  // False: not as much is left, and from now on nothing is.
  bool take(std::uint64_t bytes);
  bool exhausted() const { return exhausted_; }
  // Called once, when it is exhausted.
  void on_exhausted(std::function<void()> handler) { on_exhausted_ = std::move(handler); }

 private:
  std::uint64_t left_;
  bool exhausted_ = false;
  std::function<void()> on_exhausted_;
};

// A file of lines, which share a budget with others.
class BoundedFile : public OutputFile {
 public:
  // `budget` outlives it.
  BoundedFile(const std::string& path, const std::string& option, LogBudget& budget)
      : OutputFile(path, option), budget_(budget) {}
  // A whole line or, where the budget does not allow it, nothing.
  void line(std::string_view text) {
    if (budget_.take(text.size() + 1)) stream() << text << '\n';
  }

 private:
  LogBudget& budget_;
};

}  // namespace takt::observe
