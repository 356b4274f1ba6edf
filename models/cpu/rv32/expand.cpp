// Compressed instructions (RISC-V Unprivileged Architecture 20191213, chapter 16, tables 16.5 to 16.7, columns RV32).
#include "models/cpu/rv32/decode.h"

namespace takt::rv32 {
namespace {

constexpr std::uint32_t illegal = 0;

constexpr std::uint32_t field(std::uint32_t bits, unsigned low, unsigned width) {
  return bits >> low & ((1u << width) - 1);
}

// The fields' names in the tables: rd or rs1 in full, rs2 in full, and the two of three bits, x8 to x15.
std::uint32_t full(std::uint32_t c) { return field(c, 7, 5); }
std::uint32_t full2(std::uint32_t c) { return field(c, 2, 5); }
std::uint32_t high(std::uint32_t c) { return 8 + field(c, 7, 3); }
std::uint32_t high2(std::uint32_t c) { return 8 + field(c, 2, 3); }

std::uint32_t sign_extended(std::uint32_t value, unsigned width) {
  const std::uint32_t sign = 1u << (width - 1);
  return (value ^ sign) - sign;
}

std::uint32_t imm6(std::uint32_t c) { return sign_extended(field(c, 12, 1) << 5 | field(c, 2, 5), 6); }

std::uint32_t type_i(std::uint32_t opcode, std::uint32_t function, std::uint32_t rd, std::uint32_t rs1,
                     std::uint32_t imm) {
  return imm << 20 | rs1 << 15 | function << 12 | rd << 7 | opcode;
}

std::uint32_t type_r(std::uint32_t function7, std::uint32_t function3, std::uint32_t rd, std::uint32_t rs1,
                     std::uint32_t rs2) {
  return function7 << 25 | rs2 << 20 | rs1 << 15 | function3 << 12 | rd << 7 | 0x33;
}

std::uint32_t addi(std::uint32_t rd, std::uint32_t rs1, std::uint32_t imm) { return type_i(0x13, 0, rd, rs1, imm); }
std::uint32_t lw(std::uint32_t rd, std::uint32_t rs1, std::uint32_t imm) { return type_i(0x03, 2, rd, rs1, imm); }
std::uint32_t jalr(std::uint32_t rd, std::uint32_t rs1) { return type_i(0x67, 0, rd, rs1, 0); }

std::uint32_t sw(std::uint32_t rs1, std::uint32_t rs2, std::uint32_t imm) {
  return field(imm, 5, 7) << 25 | rs2 << 20 | rs1 << 15 | 2u << 12 | field(imm, 0, 5) << 7 | 0x23;
}

std::uint32_t branch(std::uint32_t c, std::uint32_t function) {
  const std::uint32_t offset = sign_extended(
      field(c, 12, 1) << 8 | field(c, 5, 2) << 6 | field(c, 2, 1) << 5 | field(c, 10, 2) << 3 | field(c, 3, 2) << 1, 9);
  return field(offset, 12, 1) << 31 | field(offset, 5, 6) << 25 | high(c) << 15 | function << 12 |
         field(offset, 1, 4) << 8 | field(offset, 11, 1) << 7 | 0x63;
}

std::uint32_t jal(std::uint32_t c, std::uint32_t rd) {
  const std::uint32_t offset =
      sign_extended(field(c, 12, 1) << 11 | field(c, 8, 1) << 10 | field(c, 9, 2) << 8 | field(c, 6, 1) << 7 |
                        field(c, 7, 1) << 6 | field(c, 2, 1) << 5 | field(c, 11, 1) << 4 | field(c, 3, 3) << 1,
                    12);
  return field(offset, 20, 1) << 31 | field(offset, 1, 10) << 21 | field(offset, 11, 1) << 20 |
         field(offset, 12, 8) << 12 | rd << 7 | 0x6f;
}

std::uint32_t quadrant0(std::uint32_t c) {
  const std::uint32_t word_offset = field(c, 5, 1) << 6 | field(c, 10, 3) << 3 | field(c, 6, 1) << 2;
  switch (field(c, 13, 3)) {
    case 0: {
      const std::uint32_t imm = field(c, 7, 4) << 6 | field(c, 11, 2) << 4 | field(c, 5, 1) << 3 | field(c, 6, 1) << 2;
      return imm == 0 ? illegal : addi(high2(c), 2, imm);
    }
    case 2:
      return lw(high2(c), high(c), word_offset);
    case 6:
      return sw(high(c), high2(c), word_offset);
    default:
      return illegal;
  }
}

std::uint32_t addi16sp_or_lui(std::uint32_t c) {
  if (full(c) != 2) return imm6(c) == 0 ? illegal : imm6(c) << 12 | full(c) << 7 | 0x37;
  const std::uint32_t imm = sign_extended(
      field(c, 12, 1) << 9 | field(c, 3, 2) << 7 | field(c, 5, 1) << 6 | field(c, 2, 1) << 5 | field(c, 6, 1) << 4, 10);
  return imm == 0 ? illegal : addi(2, 2, imm);
}

std::uint32_t arithmetic(std::uint32_t c) {
  const std::uint32_t rd = high(c);
  const bool bit12 = field(c, 12, 1) != 0;
  switch (field(c, 10, 2)) {
    case 0:
      return bit12 ? illegal : type_i(0x13, 5, rd, rd, field(c, 2, 5));
    case 1:
      return bit12 ? illegal : type_i(0x13, 5, rd, rd, field(c, 2, 5) | 0x400);
    case 2:
      return type_i(0x13, 7, rd, rd, imm6(c));
    default:
      break;
  }
  if (bit12) return illegal;
  constexpr std::uint32_t function3[] = {0, 4, 6, 7};  // SUB, XOR, OR, AND
  const std::uint32_t which = field(c, 5, 2);
  return type_r(which == 0 ? 0x20 : 0, function3[which], rd, rd, high2(c));
}

std::uint32_t quadrant1(std::uint32_t c) {
  switch (field(c, 13, 3)) {
    case 0:
      return addi(full(c), full(c), imm6(c));
    case 1:
      return jal(c, 1);
    case 2:
      return addi(full(c), 0, imm6(c));
    case 3:
      return addi16sp_or_lui(c);
    case 4:
      return arithmetic(c);
    case 5:
      return jal(c, 0);
    case 6:
      return branch(c, 0);
    default:
      return branch(c, 1);
  }
}

std::uint32_t moves_and_jumps(std::uint32_t c) {
  const std::uint32_t rd = full(c), rs2 = full2(c);
  if (field(c, 12, 1) == 0) {
    if (rs2 != 0) return type_r(0, 0, rd, 0, rs2);
    return rd == 0 ? illegal : jalr(0, rd);
  }
  if (rs2 != 0) return type_r(0, 0, rd, rd, rs2);
  return rd == 0 ? 0x00100073 : jalr(1, rd);
}

std::uint32_t quadrant2(std::uint32_t c) {
  switch (field(c, 13, 3)) {
    case 0:
      return field(c, 12, 1) != 0 ? illegal : type_i(0x13, 1, full(c), full(c), field(c, 2, 5));
    case 2: {
      const std::uint32_t imm = field(c, 2, 2) << 6 | field(c, 12, 1) << 5 | field(c, 4, 3) << 2;
      return full(c) == 0 ? illegal : lw(full(c), 2, imm);
    }
    case 4:
      return moves_and_jumps(c);
    case 6:
      return sw(2, full2(c), field(c, 7, 2) << 6 | field(c, 9, 4) << 2);
    default:
      return illegal;
  }
}

}  // namespace

std::uint32_t expand(std::uint32_t bits) {
  const std::uint32_t c = bits & 0xffff;
  switch (c & 3) {
    case 0:
      return quadrant0(c);
    case 1:
      return quadrant1(c);
    case 2:
      return quadrant2(c);
    default:
      return illegal;
  }
}

}  // namespace takt::rv32
