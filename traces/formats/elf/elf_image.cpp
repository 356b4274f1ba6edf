#include "traces/formats/elf/elf_image.h"

#include <elf.h>
#include <libelf.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>

namespace takt::traces {
namespace {

const std::string a_program = "a 32-bit RISC-V executable (-march=rv32imac -mabi=ilp32, linked)";

std::string hex(std::uint64_t value) {
  constexpr char digits[] = "0123456789abcdef";
  std::string text;
  do text.insert(text.begin(), digits[value & 15]);
  while ((value >>= 4) != 0);
  return "0x" + text;
}

struct Closer {
  void operator()(Elf* elf) const { elf_end(elf); }
};

// The library hands out pointers into the file as it is, however its tables are aligned.
template <typename T>
T entry_of(const void* table, std::size_t index) {
  T entry;
  std::memcpy(&entry, static_cast<const char*>(table) + index * sizeof(T), sizeof(T));
  return entry;
}

ElfSymbol::Kind kind_of(const Elf32_Sym& symbol) {
  switch (ELF32_ST_TYPE(symbol.st_info)) {
    case STT_FUNC:
      return ElfSymbol::Kind::function;
    case STT_OBJECT:
      return ElfSymbol::Kind::object;
    case STT_NOTYPE:
      return ElfSymbol::Kind::label;
    default:
      return ElfSymbol::Kind::other;
  }
}

class Reader {
 public:
  Reader(const std::string& bytes, const std::string& name) : bytes_(bytes), name_(name) {
    elf_version(EV_CURRENT);
    // elf_memory takes a plain pointer and writes nothing to it.
    elf_.reset(elf_memory(const_cast<char*>(bytes.data()), bytes.size()));
    if (elf_ == nullptr || elf_kind(elf_.get()) != ELF_K_ELF) fail("no ELF file", a_program);
  }

  ElfImage image() {
    const Elf32_Ehdr& header = checked_header();
    ElfImage image;
    read_segments(image);
    image.entry = header.e_entry;
    if (!entry_fits_) fail(entry_text(header.e_entry), "an entry inside a segment");
    read_sections(image);
    return image;
  }

 private:
  [[noreturn]] void fail(const std::string& found, const std::string& expected) const {
    throw ElfError(name_, found, expected);
  }

  static std::string entry_text(std::uint32_t entry) { return entry == 0 ? "no entry" : "entry " + hex(entry); }

  const Elf32_Ehdr& checked_header() {
    const char* identity = elf_getident(elf_.get(), nullptr);
    if (identity[EI_CLASS] == ELFCLASS64) fail("a 64-bit ELF file", a_program);
    if (identity[EI_DATA] != ELFDATA2LSB) fail("a big-endian ELF file", a_program);
    const Elf32_Ehdr* header = elf32_getehdr(elf_.get());
    if (header == nullptr) fail("a header that is cut off", a_program);
    if (header->e_machine != EM_RISCV) fail("a program for machine " + std::to_string(header->e_machine), a_program);
    if (header->e_type == ET_REL) fail("an object file", a_program);
    if (header->e_type != ET_EXEC) fail("an ELF file of type " + std::to_string(header->e_type), a_program);
    entry_ = header->e_entry;
    return *header;
  }

  void read_segments(ElfImage& image) {
    std::size_t count = 0;
    if (elf_getphdrnum(elf_.get(), &count) != 0) count = 0;
    const void* headers = count == 0 ? nullptr : elf32_getphdr(elf_.get());
    if (count != 0 && headers == nullptr) fail("a file that ends inside its program headers", "the whole file");
    for (std::size_t i = 0; i < count; ++i) {
      const auto header = entry_of<Elf32_Phdr>(headers, i);
      if (header.p_type == PT_LOAD && header.p_memsz != 0) read_segment(header, image);
    }
    if (image.segments.empty()) fail("nothing to load", a_program);
    std::sort(image.segments.begin(), image.segments.end(),
              [](const ElfSegment& a, const ElfSegment& b) { return a.address < b.address; });
    for (std::size_t i = 1; i < image.segments.size(); ++i) {
      const ElfSegment& before = image.segments[i - 1];
      if (image.segments[i].address - before.address < before.bytes)
        fail("segments that overlap at " + hex(image.segments[i].address), "segments apart from each other");
    }
  }

  void read_segment(const Elf32_Phdr& header, ElfImage& image) {
    const std::string which = "the segment at " + hex(header.p_paddr);
    if (header.p_filesz > header.p_memsz) fail(which + " with more bytes in the file than in memory", "no more");
    if (std::uint64_t{header.p_offset} + header.p_filesz > bytes_.size())
      fail("a file that ends inside " + which, "the whole file");
    if (std::uint64_t{header.p_paddr} + header.p_memsz > std::uint64_t{1} << 32)
      fail(which + " of " + hex(header.p_memsz) + " bytes", "addresses of 32 bits");
    const auto begin = bytes_.begin() + static_cast<std::ptrdiff_t>(header.p_offset);
    image.segments.push_back(
        {header.p_paddr, header.p_memsz, {begin, begin + static_cast<std::ptrdiff_t>(header.p_filesz)}});
    // Flags say nothing: linker scripts of published test suites leave "executable" out.
    if (entry_ - header.p_vaddr < header.p_memsz) entry_fits_ = true;
  }

  // Sections and symbols are a help: what cannot be read of them is left out.
  void read_sections(ElfImage& image) {
    std::size_t names = 0;
    const bool named = elf_getshdrstrndx(elf_.get(), &names) == 0;
    Elf_Scn* section = nullptr;
    while ((section = elf_nextscn(elf_.get(), section)) != nullptr) {
      const Elf32_Shdr* place = elf32_getshdr(section);
      if (place == nullptr) continue;
      const auto header = entry_of<Elf32_Shdr>(place, 0);
      if (header.sh_type == SHT_SYMTAB) read_symbols(section, header.sh_link, image);
      if ((header.sh_flags & SHF_ALLOC) == 0 || header.sh_size == 0) continue;
      const char* name = named ? elf_strptr(elf_.get(), names, header.sh_name) : nullptr;
      image.sections.push_back({name != nullptr ? name : "", header.sh_addr, header.sh_size,
                                (header.sh_flags & SHF_EXECINSTR) != 0, (header.sh_flags & SHF_WRITE) != 0,
                                header.sh_type != SHT_NOBITS});
    }
  }

  void read_symbols(Elf_Scn* section, std::size_t names, ElfImage& image) {
    const Elf_Data* data = elf_getdata(section, nullptr);
    if (data == nullptr || data->d_buf == nullptr || data->d_type != ELF_T_SYM) return;
    for (std::size_t i = 0; i < data->d_size / sizeof(Elf32_Sym); ++i) {
      const auto symbol = entry_of<Elf32_Sym>(data->d_buf, i);
      const char* name = elf_strptr(elf_.get(), names, symbol.st_name);
      if (name != nullptr && *name != 0 && symbol.st_shndx != SHN_UNDEF)
        image.symbols.push_back({name, symbol.st_value, symbol.st_size, kind_of(symbol)});
    }
  }

  const std::string& bytes_;
  const std::string& name_;
  std::unique_ptr<Elf, Closer> elf_;
  std::uint32_t entry_ = 0;
  bool entry_fits_ = false;
};

}  // namespace

ElfError::ElfError(const std::string& file, const std::string& found, const std::string& expected)
    : std::runtime_error(file + ": found " + found + ", expected " + expected) {}

std::optional<std::uint32_t> ElfImage::value_of(const std::string& symbol) const {
  for (const ElfSymbol& candidate : symbols)
    if (candidate.name == symbol) return candidate.value;
  return std::nullopt;
}

ElfImage parse_elf(const std::string& bytes, const std::string& name) { return Reader(bytes, name).image(); }

std::string read_elf_bytes(const std::string& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) throw ElfError(path, "a folder", a_program);
  std::ifstream file(path, std::ios::binary);
  if (!file) throw ElfError(path, "no file that can be read", a_program);
  return {std::istreambuf_iterator<char>(file), {}};
}

ElfImage read_elf(const std::string& path) { return parse_elf(read_elf_bytes(path), path); }

}  // namespace takt::traces
