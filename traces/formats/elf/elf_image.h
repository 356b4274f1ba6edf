// Programs for the control processor: 32-bit RISC-V executables (ELF 1.2; RISC-V ELF psABI 1.0).
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace takt::traces {

// A part of memory that the file fills. Loaded by physical address.
struct ElfSegment {
  std::uint32_t address = 0;
  std::uint32_t bytes = 0;         // in memory, at least 1; address + bytes is at most 2^32
  std::vector<std::uint8_t> data;  // of the file, at most `bytes`; the rest is zero
};

struct ElfSymbol {
  enum class Kind : std::uint8_t { function, object, label, other };  // STT_FUNC, STT_OBJECT, STT_NOTYPE, the rest
  std::string name;
  std::uint32_t value = 0;
  std::uint32_t bytes = 0;  // 0: unknown
  Kind kind = Kind::other;
};

// A section that occupies memory (SHF_ALLOC).
struct ElfSection {
  std::string name;
  std::uint32_t address = 0;
  std::uint32_t bytes = 0;
  bool code = false;      // SHF_EXECINSTR
  bool writable = false;  // SHF_WRITE
  bool in_file = false;   // false: SHT_NOBITS, zero or left as it is
};

struct ElfImage {
  std::uint32_t entry = 0;           // inside a segment
  std::vector<ElfSegment> segments;  // by address; none overlaps another
  std::vector<ElfSymbol> symbols;    // defined ones, as in the file; empty where it was stripped
  std::vector<ElfSection> sections;  // as in the file; empty where it has no table of them

  std::optional<std::uint32_t> value_of(const std::string& symbol) const;
};

// The text is "<file>: found <found>, expected <expected>".
class ElfError : public std::runtime_error {
 public:
  ElfError(const std::string& file, const std::string& found, const std::string& expected);
};

// Throws ElfError.
ElfImage read_elf(const std::string& path);

// The same from a file's bytes; `name` is for messages.
ElfImage parse_elf(const std::string& bytes, const std::string& name);

// Those bytes. Throws ElfError where they cannot be read.
std::string read_elf_bytes(const std::string& path);

}  // namespace takt::traces
