// Calls of a program to its host (RISC-V Semihosting 1.0; operations as in Arm's Semihosting for AArch32 and
// AArch64 2.0).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "models/cpu/rv32/core.h"
#include "sim/bare/streams.h"

namespace takt::bare {

// The console alone: ":tt" can be opened, files of the host cannot. An operation it has not returns -1.
class Semihosting {
 public:
  struct Place {
    std::uint32_t heap_begin = 0;  // of SYS_HEAPINFO
    std::uint32_t memory_end = 0;
    std::string command_line;  // of SYS_GET_CMDLINE
  };

  Semihosting(rv32::Core& core, Streams& streams, Place place)
      : core_(core), streams_(streams), place_(std::move(place)) {}

  // The call that the core stands at. A value: the program ended with this code; else the core may go on.
  std::optional<std::uint32_t> call();

 private:
  std::uint32_t result_of(std::uint32_t operation, std::uint32_t block);
  std::uint32_t word(std::uint32_t block, unsigned index) const;
  std::uint32_t open(std::uint32_t block);
  std::uint32_t seek(std::uint32_t block);
  std::uint32_t write(std::uint32_t block);
  std::uint32_t write_string(std::uint32_t address);
  std::uint32_t read(std::uint32_t block);
  std::uint32_t command_line(std::uint32_t block);
  std::uint32_t heap_info(std::uint32_t block);
  std::uint32_t elapsed(std::uint32_t block);
  std::uint32_t exit_code(std::uint32_t operation, std::uint32_t block) const;

  rv32::Core& core_;
  Streams& streams_;
  Place place_;
  std::uint32_t feature_position_ = 0;
};

}  // namespace takt::bare
