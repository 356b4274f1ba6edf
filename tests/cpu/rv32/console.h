// A program's console as strings.
#pragma once

#include <string>

#include "sim/bare/streams.h"

namespace takt::rv32::test {

class Console : public bare::Streams {
 public:
  void write(bool error, const std::string& text) override { (error ? err : out) += text; }
  std::string read(std::uint32_t) override { return ""; }

  std::string out, err;
};

}  // namespace takt::rv32::test
