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

}  // namespace takt::rv32::test
