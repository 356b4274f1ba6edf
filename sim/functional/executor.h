// Runs the functions of compiled programs on the bytes of a scratchpad, as the engines do when a command retires.
#pragma once

#include <cstdint>
#include <memory>

#include "sim/compiler/program.h"

namespace takt::functional {

class Executor {
 public:
  // Throws Unsupported for an operator that cannot be computed. The program must have functions and outlive this.
  explicit Executor(const compiler::Program& program);
  ~Executor();

  // Function `number` (takt_command.function, from 1) on `scratchpad`, whose first byte is at offset 0. Throws
  // std::out_of_range for a number the program has not.
  void run(std::uint32_t number, std::uint8_t* scratchpad);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace takt::functional
