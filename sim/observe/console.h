// What a firmware prints, byte by byte, as lines with the time at which they began.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "models/units/quantity.h"
#include "sim/observe/output_file.h"

namespace takt::observe {

class Console {
 public:
  // `sink` is given a line without its end. Lines share the budget; what it does not allow is left out.
  Console(LogBudget& budget, std::function<void(units::Time, const std::string&)> sink)
      : budget_(budget), sink_(std::move(sink)) {}

  // Bytes that are no text (control characters other than tab) are spelled out; a carriage return is left out.
  void put(units::Time at, std::uint8_t byte);
  // A line that was begun, if there is one.
  void flush();

 private:
  static constexpr std::size_t longest = 4096;  // a longer line is cut into several

  LogBudget& budget_;
  const std::function<void(units::Time, const std::string&)> sink_;
  std::string line_;
  bool begun_ = false;
  units::Time begin_;
};

}  // namespace takt::observe
