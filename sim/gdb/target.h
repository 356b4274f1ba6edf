// What a gdb session looks into: registers, memory, the points at which a program is to stop. It stands still
// meanwhile.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace takt::gdb {

// By their numbers in Z and z packets (GDB manual, E.2).
enum class Point : std::uint8_t {
  software_breakpoint = 0,
  hardware_breakpoint = 1,
  write = 2,
  read = 3,
  access = 4,
};

class Target {
 public:
  virtual ~Target() = default;

  // The target description (GDB manual, appendix F): which registers there are, and their numbers.
  virtual std::string description() const = 0;
  // Registers 0 .. general_registers() - 1 are what g and G packets hold; all have 32 bits.
  virtual unsigned general_registers() const = 0;
  virtual unsigned pc() const = 0;  // the program counter's number
  // Empty, false: there is no such register, or it cannot be written.
  virtual std::optional<std::uint32_t> read_register(unsigned number) const = 0;
  virtual bool write_register(unsigned number, std::uint32_t value) = 0;

  // As many bytes from `address` on as can be read, at most `bytes`.
  virtual std::string read_memory(std::uint32_t address, std::uint32_t bytes) = 0;
  // False: not all of it can be written; what can is.
  virtual bool write_memory(std::uint32_t address, std::string_view bytes) = 0;

  // Inserting one that is there, and removing one that is not, do nothing. `bytes` is the length that is watched, of a
  // breakpoint that of the instruction. False: a length of 0, or more points than can be kept.
  virtual bool insert(Point point, std::uint32_t address, std::uint32_t bytes) = 0;
  virtual void remove(Point point, std::uint32_t address, std::uint32_t bytes) = 0;

  // What `monitor COMMAND` prints, in lines.
  virtual std::string monitor(std::string_view command) = 0;
  // One line about the thread, for `info threads`.
  virtual std::string thread_state() const = 0;
};

}  // namespace takt::gdb
