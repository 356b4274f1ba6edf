#include <elf.h>

#include <algorithm>
#include <iterator>

#include "tests/cpu/rv32/stream.h"

namespace takt::rv32::test {

std::string elf_of(std::uint32_t address, const std::string& bytes) {
  Elf32_Ehdr header{};
  const char identity[] = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS32, ELFDATA2LSB, EV_CURRENT};
  std::copy(std::begin(identity), std::end(identity), header.e_ident);
  header.e_type = ET_EXEC;
  header.e_machine = EM_RISCV;
  header.e_version = EV_CURRENT;
  header.e_entry = address;
  header.e_phoff = sizeof(Elf32_Ehdr);
  header.e_ehsize = sizeof(Elf32_Ehdr);
  header.e_phentsize = sizeof(Elf32_Phdr);
  header.e_phnum = 1;
  Elf32_Phdr segment{};
  segment.p_type = PT_LOAD;
  segment.p_offset = sizeof(header) + sizeof(segment);
  segment.p_vaddr = segment.p_paddr = address;
  segment.p_filesz = segment.p_memsz = static_cast<Elf32_Word>(bytes.size());
  segment.p_flags = PF_R | PF_W | PF_X;
  segment.p_align = 4;
  return std::string(reinterpret_cast<const char*>(&header), sizeof(header)) +
         std::string(reinterpret_cast<const char*>(&segment), sizeof(segment)) + bytes;
}

namespace {

template <typename T>
void append(std::string& bytes, const T& entry) {
  bytes.append(reinterpret_cast<const char*>(&entry), sizeof entry);
}

// A name's place in a table of strings, which begins with an empty one.
Elf32_Word named(std::string& table, const std::string& name) {
  const auto place = static_cast<Elf32_Word>(table.size());
  table += name + '\0';
  return place;
}

}  // namespace

// Sections: none, .text, .symtab, .strtab (of symbols and of sections).
std::string elf_with_functions(std::uint32_t address, const std::string& bytes,
                               const std::vector<FunctionSymbol>& functions) {
  std::string file = elf_of(address, bytes), strings(1, '\0'), symbols;
  append(symbols, Elf32_Sym());
  for (const FunctionSymbol& function : functions) {
    Elf32_Sym symbol{};
    symbol.st_name = named(strings, function.name);
    symbol.st_value = address + function.offset;
    symbol.st_size = function.bytes;
    symbol.st_info = ELF32_ST_INFO(STB_GLOBAL, STT_FUNC);
    symbol.st_shndx = 1;
    append(symbols, symbol);
  }
  const Elf32_Word text_name = named(strings, ".text"), symbols_name = named(strings, ".symtab"),
                   strings_name = named(strings, ".strtab");
  const auto text_at = static_cast<Elf32_Off>(file.size() - bytes.size());
  const auto symbols_at = static_cast<Elf32_Off>(file.size());
  file += symbols;
  const auto strings_at = static_cast<Elf32_Off>(file.size());
  file += strings;
  Elf32_Ehdr header;
  std::copy_n(file.data(), sizeof header, reinterpret_cast<char*>(&header));
  header.e_shoff = static_cast<Elf32_Off>(file.size());
  header.e_shentsize = sizeof(Elf32_Shdr);
  header.e_shnum = 4;
  header.e_shstrndx = 3;
  std::copy_n(reinterpret_cast<const char*>(&header), sizeof header, file.data());
  const auto size_of = [](const std::string& part) { return static_cast<Elf32_Word>(part.size()); };
  append(file, Elf32_Shdr());
  append(file,
         Elf32_Shdr{text_name, SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, address, text_at, size_of(bytes), 0, 0, 4, 0});
  append(file, Elf32_Shdr{symbols_name, SHT_SYMTAB, 0, 0, symbols_at, size_of(symbols), 3, 1, 4, sizeof(Elf32_Sym)});
  append(file, Elf32_Shdr{strings_name, SHT_STRTAB, 0, 0, strings_at, size_of(strings), 0, 0, 1, 0});
  return file;
}

}  // namespace takt::rv32::test
