// Functions of a program by address, from its ELF file's symbol table.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "traces/formats/elf/elf_image.h"

namespace takt::observe {

struct Function {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;  // behind its last byte
  std::string name;       // demangled
  bool sized = true;      // false: its end is that of the code, or the next symbol
};

struct CodeRange {
  std::uint32_t begin = 0, end = 0;
};

class SymbolTable {
 public:
  explicit SymbolTable(const traces::ElfImage& image);

  // By address, apart from each other. A symbol without a size (labels of assembly code) reaches to the next one.
  const std::vector<Function>& functions() const { return functions_; }
  // Null: none covers it.
  const Function* function_at(std::uint32_t address) const;
  // "name+0x1c", "name" at its first byte; empty where no function covers the address.
  std::string place(std::uint32_t address) const;
  // Executable sections; whole segments where the file names no sections.
  const std::vector<CodeRange>& code() const { return code_; }
  bool is_code(std::uint32_t address) const;

 private:
  void add_code(const std::vector<traces::ElfSection>& sections, const traces::ElfSegment& segment);
  void add_functions(const traces::ElfImage& image);
  void add_labels(const traces::ElfImage& image);
  std::uint32_t end_of_code(std::uint32_t address) const;

  std::vector<CodeRange> code_;
  std::vector<Function> functions_;
};

}  // namespace takt::observe
