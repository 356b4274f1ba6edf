// Properties of the decoder over all words of a kind.
#include "models/cpu/rv32/decode.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/cpu/rv32/assemble.h"

namespace takt::rv32::test {
namespace {

TEST(Rv32Decode, EveryCompressedInstructionIsTheOneItStandsFor) {
  for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {
    if (length_of(bits) != 2) continue;
    const Instruction compressed = decode(bits), full = decode(expand(bits));
    ASSERT_EQ(compressed.operation, full.operation) << std::hex << bits;
    ASSERT_EQ(compressed.bytes, 2);
    if (compressed.operation == Operation::illegal) continue;
    ASSERT_EQ(full.bytes, 4) << std::hex << bits;
    ASSERT_EQ(compressed.rd, full.rd);
    ASSERT_EQ(compressed.rs1, full.rs1);
    ASSERT_EQ(compressed.rs2, full.rs2);
    ASSERT_EQ(compressed.imm, full.imm);
  }
}

// The unused upper half of what was fetched plays no part.
RC_GTEST_PROP(Rv32Decode, TheUpperHalfOfACompressedInstructionDoesNotCount, (std::uint16_t low, std::uint16_t high)) {
  RC_PRE(length_of(low) == 2);
  RC_ASSERT(decode(low).operation == decode(low | std::uint32_t{high} << 16).operation);
}

RC_GTEST_PROP(Rv32Decode, ImmediatesComeBack, (std::int16_t value, std::uint8_t reg)) {
  const unsigned rd = reg & 31;
  const std::int32_t imm = value >> 4, offset = value & ~1;
  RC_ASSERT(decode(addi(rd, 3, imm)).imm == imm);
  RC_ASSERT(decode(lw(rd, 3, imm)).imm == imm);
  RC_ASSERT(decode(sw(rd, 3, imm)).imm == imm);
  RC_ASSERT(decode(sw(rd, 3, imm)).rs2 == rd);
  RC_ASSERT(decode(beq(rd, 3, offset / 16 * 2)).imm == offset / 16 * 2);
  RC_ASSERT(decode(jal(rd, 16 * offset)).imm == 16 * offset);
}

RC_GTEST_PROP(Rv32Decode, FieldsAreInRange, (std::uint32_t bits)) {
  const Instruction i = decode(bits);
  RC_ASSERT(i.rd < 32 && i.rs1 < 32 && i.rs2 < 32);
  RC_ASSERT(i.bytes == length_of(bits));
}

// Each of these is one bit away from an instruction.
TEST(Rv32Decode, WhatIsNotDefinedIsIllegal) {
  for (const std::uint32_t bits : {0x00000000u, 0xffffffffu, 0x02001013u, 0x40001013u, 0x00003003u, 0x00003023u,
                                   0x00002063u, 0x00001067u, 0x0000302fu, 0x1010202fu, 0x30300073u, 0x10200073u,
                                   0x12000073u, 0x0000200fu, 0x20000033u, 0x40001033u, 0x00004073u})
    EXPECT_EQ(decode(bits).operation, Operation::illegal) << std::hex << bits;
}

}  // namespace
}  // namespace takt::rv32::test
