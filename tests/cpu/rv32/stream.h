// Random programs that any RV32IMAC machine with RAM at 0x80000000 and semihosting can run to an end.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace takt::rv32::test {

// A program drawn from a seed: straight code, loops, forward jumps, loads and stores at all alignments, atomics, CSRs
// and traps (their causes, addresses and values are logged), half of the programs in user mode and behind memory
// protection. It ends by writing its registers, its data and its log to standard output as bytes, and exits with 0.
// Nothing in it depends on what the architecture leaves open.
struct Stream {
  static constexpr std::uint32_t registers_bytes = 128, data_bytes = 4096, log_bytes = 16384;
  static constexpr std::uint32_t output_bytes = registers_bytes + data_bytes + log_bytes;

  std::string elf;               // an executable file
  std::uint32_t code_bytes = 0;  // from 0x80000000 on
};

Stream random_stream(std::uint64_t seed, unsigned units);

// An ELF file of one segment at `address`, entered at its first byte.
std::string elf_of(std::uint32_t address, const std::string& bytes);

// The same with a section `.text` of all its bytes and functions of these names and sizes, from offsets on.
struct FunctionSymbol {
  std::string name;
  std::uint32_t offset;
  std::uint32_t bytes;
};
std::string elf_with_functions(std::uint32_t address, const std::string& bytes,
                               const std::vector<FunctionSymbol>& functions);

}  // namespace takt::rv32::test
