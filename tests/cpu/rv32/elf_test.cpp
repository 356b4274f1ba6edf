// Unusable executables: what was found and what was expected.
#include <elf.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

#include "models/units/random.h"
#include "sim/bare/machine.h"
#include "tests/cpu/rv32/console.h"
#include "tests/cpu/rv32/stream.h"

namespace takt::rv32::test {
namespace {

using testing::HasSubstr;
using traces::ElfError;

std::string program() { return elf_of(0x80000000, std::string(64, '\0')); }

std::string message_of(const std::string& bytes) {
  try {
    traces::parse_elf(bytes, "x.elf");
  } catch (const ElfError& error) {
    return error.what();
  }
  return "";
}

template <typename T>
std::string with(std::size_t at, T value) {
  std::string bytes = program();
  std::memcpy(&bytes[at], &value, sizeof(value));
  return bytes;
}
constexpr std::size_t first = sizeof(Elf32_Ehdr);

TEST(Elf, AProgramIsItsSegmentsAndItsEntry) {
  const traces::ElfImage image = traces::parse_elf(program(), "x.elf");
  EXPECT_EQ(image.entry, 0x80000000u);
  ASSERT_EQ(image.segments.size(), 1u);
  EXPECT_EQ(image.segments[0].data.size(), 64u);
}

TEST(Elf, SectionsAndSymbolsAreRead) {
  const traces::ElfImage image = traces::parse_elf(
      elf_with_functions(0x80000000, std::string(64, '\0'), {{"main", 0, 0x10}, {"f", 0x10, 0}}), "x.elf");
  ASSERT_EQ(image.sections.size(), 1u);
  EXPECT_EQ(image.sections[0].name, ".text");
  EXPECT_EQ(image.sections[0].address, 0x80000000u);
  EXPECT_EQ(image.sections[0].bytes, 64u);
  EXPECT_TRUE(image.sections[0].code && image.sections[0].in_file && !image.sections[0].writable);
  ASSERT_EQ(image.symbols.size(), 2u);
  EXPECT_EQ(image.symbols[0].name, "main");
  EXPECT_EQ(image.symbols[0].bytes, 0x10u);
  EXPECT_EQ(image.symbols[0].kind, traces::ElfSymbol::Kind::function);
  EXPECT_EQ(image.value_of("f"), 0x80000010u);
}

TEST(Elf, OtherFilesAreNamed) {
  EXPECT_EQ(message_of(""),
            "x.elf: found no ELF file, expected a 32-bit RISC-V executable (-march=rv32imac -mabi=ilp32, linked)");
  EXPECT_THAT(message_of("#!/bin/sh"), HasSubstr("found no ELF file"));
  EXPECT_THAT(message_of(with<std::uint8_t>(EI_CLASS, ELFCLASS64) + std::string(64, '\0')),
              HasSubstr("found a 64-bit ELF file"));
  EXPECT_THAT(message_of(with<std::uint8_t>(EI_DATA, ELFDATA2MSB)), HasSubstr("found a big-endian ELF file"));
  EXPECT_THAT(message_of(with<std::uint16_t>(18, EM_386)), HasSubstr("found a program for machine 3"));
  EXPECT_THAT(message_of(with<std::uint16_t>(16, ET_REL)), HasSubstr("found an object file"));
}

TEST(Elf, BadSegmentsAndEntriesAreNamed) {
  EXPECT_THAT(message_of(with<std::uint32_t>(24, 0)), HasSubstr("found no entry, expected an entry inside a segment"));
  EXPECT_THAT(message_of(with<std::uint32_t>(24, 0x80000040)), HasSubstr("found entry 0x80000040"));
  EXPECT_THAT(message_of(with<std::uint16_t>(44, 0)), HasSubstr("found nothing to load"));
  EXPECT_THAT(message_of(with<std::uint32_t>(first + 16, 65)), HasSubstr("more bytes in the file than in memory"));
  EXPECT_THAT(message_of(program().substr(0, program().size() - 1)),
              HasSubstr("a file that ends inside the segment at 0x80000000"));
  EXPECT_THAT(message_of(with<std::uint32_t>(first + 12, 0xffffffe0)), HasSubstr("expected addresses of 32 bits"));
}

TEST(Elf, OverlappingSegmentsAreNamed) {
  std::string bytes = with<std::uint16_t>(44, 2);
  bytes.insert(first + sizeof(Elf32_Phdr), bytes.substr(first, sizeof(Elf32_Phdr)));
  EXPECT_THAT(message_of(bytes), HasSubstr("found segments that overlap at 0x80000000"));
}

TEST(Elf, ASegmentOutsideTheMemoryIsNamed) {
  Console console;
  bare::MachineOptions options;
  options.ram_bytes = 4096;
  const traces::ElfImage image = traces::parse_elf(elf_of(0x80000ff0, std::string(64, '\0')), "x.elf");
  try {
    bare::Machine machine(image, "x.elf", options, console);
    FAIL();
  } catch (const ElfError& error) {
    EXPECT_STREQ(error.what(),
                 "x.elf: found a segment from 0x80000ff0 to 0x8000102f, expected memory from 0x80000000 to 0x80000fff");
  }
}

// Damage ends in the reader's error or in an image, in nothing else.
TEST(Elf, EveryLengthAndRandomBytesAreReadOrRefused) {
  const std::string whole = program();
  for (std::size_t length = 0; length < whole.size(); ++length) EXPECT_NE(message_of(whole.substr(0, length)), "");
  units::Random random(1);
  for (unsigned i = 0; i < 20000; ++i) {
    std::string bytes = whole;
    for (unsigned n = 0; n < 3; ++n) bytes[random.below(first + sizeof(Elf32_Phdr))] = static_cast<char>(random.next());
    message_of(bytes);
  }
}

}  // namespace
}  // namespace takt::rv32::test
