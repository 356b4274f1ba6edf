// Against objdump -M no-aliases, over compiled programs and one of each instruction.
#include "sim/observe/disassembly.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <regex>
#include <sstream>

#include "models/cpu/rv32/decode.h"
#include "tests/observe/program.h"

namespace takt::observe::test {
namespace {

// Encodings by chapter 24 of the Unprivileged Architecture.
TEST(Disassembly, WritesOneOfEachForm) {
  EXPECT_EQ(disassemble(lui(a0, 0x80000000), 0), "lui a0,0x80000");
  EXPECT_EQ(disassemble(0x00004197, 0), "auipc gp,0x4");
  EXPECT_EQ(disassemble(addi(sp, sp, -16), 0), "addi sp,sp,-16");
  EXPECT_EQ(disassemble(r_type(0x33, 7, 0, a0, a1, t0), 0), "and a0,a1,t0");
  EXPECT_EQ(disassemble(r_type(0x33, 4, 1, a0, a1, t0), 0), "div a0,a1,t0");
  EXPECT_EQ(disassemble(i_type(0x13, 5, a0, a1, 0x41f), 0), "srai a0,a1,0x1f");
  EXPECT_EQ(disassemble(lw(a0, s0, -4), 0), "lw a0,-4(s0)");
  EXPECT_EQ(disassemble(store(0, a1, sp, 12), 0), "sb a1,12(sp)");
  EXPECT_EQ(disassemble(beq(a0, a1, -8), 0x80000010), "beq a0,a1,80000008");
  EXPECT_EQ(disassemble(jal(ra, 0x24), 0x80000010), "jal ra,80000034");
  EXPECT_EQ(disassemble(jalr(0, ra, 0), 0), "jalr zero,0(ra)");
  EXPECT_EQ(disassemble(csrrw(0, 0x305, t0), 0), "csrrw zero,mtvec,t0");
  EXPECT_EQ(disassemble(0x30047073, 0), "csrrci zero,mstatus,8");
  EXPECT_EQ(disassemble(csrrs(a0, 0x7c0, 0), 0), "csrrs a0,0x7c0,zero");
  EXPECT_EQ(disassemble(amo(0, a0, a1, t0) | 1u << 26, 0), "amoadd.w.aq a0,t0,(a1)");
  EXPECT_EQ(disassemble(amo(2, a0, a1, 0), 0), "lr.w a0,(a1)");
  EXPECT_EQ(disassemble(0x0ff0000f, 0), "fence iorw,iorw");
  EXPECT_EQ(disassemble(fence_i, 0), "fence.i");
  EXPECT_EQ(disassemble(wfi, 0), "wfi");
  EXPECT_EQ(disassemble(0x8082, 0), "jalr zero,0(ra)");  // c.ret
  EXPECT_EQ(disassemble(0, 0), "illegal");
  EXPECT_EQ(disassemble(0xffffffff, 0), "illegal");
}

// "80000000 <f>:" and such lines give nothing; of an instruction's line address, word and text without what is behind
// the address of a jump or a comment.
unsigned compare(const std::string& elf) {
  const std::string command = "riscv64-unknown-elf-objdump -d -M no-aliases " + elf + " 2>/dev/null";
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  const std::regex line_of("^ *([0-9a-f]{8}):\t([0-9a-f]{8}) +\t([a-z.]+)\t?([^ <#\n]*).*\n?");
  unsigned compared = 0;
  char buffer[4096];
  while (pipe != nullptr && std::fgets(buffer, sizeof buffer, pipe.get()) != nullptr) {
    std::cmatch match;
    if (!std::regex_match(buffer, match, line_of)) continue;
    const auto pc = static_cast<std::uint32_t>(std::stoul(match[1], nullptr, 16));
    const auto bits = static_cast<std::uint32_t>(std::stoul(match[2], nullptr, 16));
    const std::string text = disassemble(bits, pc);
    if (match[3] == ".word") {
      EXPECT_EQ(text, "illegal") << buffer;
      continue;
    }
    if (text.rfind("csr", 0) == 0 && text.find(",0x") != text.npos) continue;  // a register that the core has not
    const std::string expected = match[3].str() + (match[4].length() != 0 ? " " + match[4].str() : "");
    EXPECT_EQ(text, expected) << buffer;
    ++compared;
  }
  return compared;
}

TEST(Disassembly, AgreesWithObjdump) {
  unsigned compared = 0, files = 0;
  for (const char* name : {"print", "code_changes", "counters", "interrupts", "protection", "traps"}) {
    const std::string elf = std::string(TAKT_RV32_PROGRAMS "/") + name + ".elf";
    if (!std::filesystem::exists(elf)) continue;
    ++files;
    compared += compare(elf);
  }
  if (files == 0) GTEST_SKIP() << "no RV32 compiler when this was built";
  EXPECT_GT(compared, 500u);
}

}  // namespace
}  // namespace takt::observe::test
