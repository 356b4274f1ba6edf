// A program of a few instructions with symbols, on the bare machine under an observer.
#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include "sim/bare/machine.h"
#include "tests/cpu/rv32/assemble.h"
#include "tests/cpu/rv32/console.h"
#include "tests/cpu/rv32/stream.h"

namespace takt::observe::test {

using namespace rv32::test;  // the encodings

inline constexpr std::uint32_t origin = bare::Machine::ram_base;
inline constexpr unsigned ra = 1, sp = 2, t0 = 5, s0 = 8, a0 = 10, a1 = 11;

struct Named {
  const char* name;
  std::uint32_t offset;  // from the origin
  std::uint32_t bytes;
  traces::ElfSymbol::Kind kind = traces::ElfSymbol::Kind::function;
};

inline traces::ElfImage program(std::initializer_list<std::uint32_t> code, std::initializer_list<Named> names) {
  std::string bytes;
  for (const std::uint32_t word : code) bytes.append(reinterpret_cast<const char*>(&word), 4);
  traces::ElfImage image = traces::parse_elf(elf_of(origin, bytes), "program");
  for (const Named& named : names)
    image.symbols.push_back({named.name, origin + named.offset, named.bytes, named.kind});
  return image;
}

// Runs so many instructions of it, without a host.
struct Execution {
  Execution(const traces::ElfImage& image, std::uint64_t instructions, rv32::Observer* observer)
      : machine(image, "program", options(instructions, observer), console) {
    outcome = machine.run();
  }
  static bare::MachineOptions options(std::uint64_t instructions, rv32::Observer* observer) {
    bare::MachineOptions options;
    options.ram_bytes = 1u << 16;
    options.max_instructions = instructions;
    options.observer = observer;
    return options;
  }

  Console console;
  bare::Machine machine;
  bare::Outcome outcome;
};

}  // namespace takt::observe::test
