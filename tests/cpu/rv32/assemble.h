// Machine code from the encodings of the Unprivileged Architecture (chapter 24), for tests that need no assembler.
#pragma once

#include <cstdint>

namespace takt::rv32::test {

constexpr std::uint32_t r_type(std::uint32_t opcode, std::uint32_t f3, std::uint32_t f7, unsigned rd, unsigned rs1,
                               unsigned rs2) {
  return f7 << 25 | rs2 << 20 | rs1 << 15 | f3 << 12 | rd << 7 | opcode;
}
constexpr std::uint32_t i_type(std::uint32_t opcode, std::uint32_t f3, unsigned rd, unsigned rs1, std::int32_t imm) {
  return static_cast<std::uint32_t>(imm) << 20 | rs1 << 15 | f3 << 12 | rd << 7 | opcode;
}
constexpr std::uint32_t addi(unsigned rd, unsigned rs1, std::int32_t imm) { return i_type(0x13, 0, rd, rs1, imm); }
constexpr std::uint32_t lui(unsigned rd, std::uint32_t value) { return (value & 0xfffff000u) | rd << 7 | 0x37; }
constexpr std::uint32_t load(unsigned f3, unsigned rd, unsigned rs1, std::int32_t imm) {
  return i_type(0x03, f3, rd, rs1, imm);
}
constexpr std::uint32_t store(unsigned f3, unsigned rs2, unsigned rs1, std::int32_t imm) {
  const auto u = static_cast<std::uint32_t>(imm);
  return (u >> 5 & 0x7f) << 25 | rs2 << 20 | rs1 << 15 | f3 << 12 | (u & 0x1f) << 7 | 0x23;
}
constexpr std::uint32_t lw(unsigned rd, unsigned rs1, std::int32_t imm) { return load(2, rd, rs1, imm); }
constexpr std::uint32_t sw(unsigned rs2, unsigned rs1, std::int32_t imm) { return store(2, rs2, rs1, imm); }
constexpr std::uint32_t branch(unsigned f3, unsigned rs1, unsigned rs2, std::int32_t offset) {
  const auto u = static_cast<std::uint32_t>(offset);
  return (u >> 12 & 1) << 31 | (u >> 5 & 0x3f) << 25 | rs2 << 20 | rs1 << 15 | f3 << 12 | (u >> 1 & 0xf) << 8 |
         (u >> 11 & 1) << 7 | 0x63;
}
constexpr std::uint32_t beq(unsigned rs1, unsigned rs2, std::int32_t offset) { return branch(0, rs1, rs2, offset); }
constexpr std::uint32_t bne(unsigned rs1, unsigned rs2, std::int32_t offset) { return branch(1, rs1, rs2, offset); }
constexpr std::uint32_t jal(unsigned rd, std::int32_t offset) {
  const auto u = static_cast<std::uint32_t>(offset);
  return (u >> 20 & 1) << 31 | (u >> 1 & 0x3ff) << 21 | (u >> 11 & 1) << 20 | (u >> 12 & 0xff) << 12 | rd << 7 | 0x6f;
}
constexpr std::uint32_t jalr(unsigned rd, unsigned rs1, std::int32_t imm) { return i_type(0x67, 0, rd, rs1, imm); }
constexpr std::uint32_t csrrw(unsigned rd, std::uint32_t csr, unsigned rs1) {
  return csr << 20 | rs1 << 15 | 1u << 12 | rd << 7 | 0x73;
}
constexpr std::uint32_t csrrs(unsigned rd, std::uint32_t csr, unsigned rs1) {
  return csr << 20 | rs1 << 15 | 2u << 12 | rd << 7 | 0x73;
}
constexpr std::uint32_t amo(std::uint32_t f5, unsigned rd, unsigned rs1, unsigned rs2) {
  return r_type(0x2f, 2, f5 << 2, rd, rs1, rs2);
}
constexpr std::uint32_t nop = 0x00000013, ecall = 0x00000073, ebreak = 0x00100073, mret = 0x30200073, wfi = 0x10500073,
                        fence_i = 0x0000100f, spin = 0x0000006f;

}  // namespace takt::rv32::test
