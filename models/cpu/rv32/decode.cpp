#include "models/cpu/rv32/decode.h"

namespace takt::rv32 {
namespace {

using Op = Operation;

constexpr std::uint32_t field(std::uint32_t bits, unsigned low, unsigned width) {
  return bits >> low & ((1u << width) - 1);
}

constexpr std::int32_t upper_signed(std::uint32_t bits, unsigned low) { return static_cast<std::int32_t>(bits) >> low; }

std::int32_t imm_i(std::uint32_t bits) { return upper_signed(bits, 20); }
std::int32_t imm_s(std::uint32_t bits) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(upper_signed(bits, 25)) << 5 | field(bits, 7, 5));
}
std::int32_t imm_b(std::uint32_t bits) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(upper_signed(bits, 31)) << 12 | field(bits, 7, 1) << 11 |
                                   field(bits, 25, 6) << 5 | field(bits, 8, 4) << 1);
}
std::int32_t imm_j(std::uint32_t bits) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(upper_signed(bits, 31)) << 20 | field(bits, 12, 8) << 12 |
                                   field(bits, 20, 1) << 11 | field(bits, 21, 10) << 1);
}

std::uint8_t rd_of(std::uint32_t bits) { return static_cast<std::uint8_t>(field(bits, 7, 5)); }
std::uint8_t rs1_of(std::uint32_t bits) { return static_cast<std::uint8_t>(field(bits, 15, 5)); }
std::uint8_t rs2_of(std::uint32_t bits) { return static_cast<std::uint8_t>(field(bits, 20, 5)); }

Instruction type_i(Op op, std::uint32_t bits) { return {op, rd_of(bits), rs1_of(bits), 0, 4, imm_i(bits)}; }
Instruction type_r(Op op, std::uint32_t bits) { return {op, rd_of(bits), rs1_of(bits), rs2_of(bits), 4, 0}; }

Instruction load(std::uint32_t bits) {
  constexpr Op by_width[] = {Op::lb, Op::lh, Op::lw, Op::illegal, Op::lbu, Op::lhu, Op::illegal, Op::illegal};
  return type_i(by_width[field(bits, 12, 3)], bits);
}

Instruction store(std::uint32_t bits) {
  constexpr Op by_width[] = {Op::sb, Op::sh, Op::sw, Op::illegal, Op::illegal, Op::illegal, Op::illegal, Op::illegal};
  return {by_width[field(bits, 12, 3)], 0, rs1_of(bits), rs2_of(bits), 4, imm_s(bits)};
}

Instruction branch(std::uint32_t bits) {
  constexpr Op by_condition[] = {Op::beq, Op::bne, Op::illegal, Op::illegal, Op::blt, Op::bge, Op::bltu, Op::bgeu};
  return {by_condition[field(bits, 12, 3)], 0, rs1_of(bits), rs2_of(bits), 4, imm_b(bits)};
}

// On RV32 bit 25 of a shift is part of the function, so a shift by 32 or more is illegal.
Instruction shift_immediate(std::uint32_t bits) {
  const std::uint32_t function = field(bits, 25, 7);
  Op op = Op::illegal;
  if (field(bits, 12, 3) == 1) {
    if (function == 0) op = Op::slli;
  } else if (function == 0) {
    op = Op::srli;
  } else if (function == 0x20) {
    op = Op::srai;
  }
  return {op, rd_of(bits), rs1_of(bits), 0, 4, static_cast<std::int32_t>(field(bits, 20, 5))};
}

Instruction immediate(std::uint32_t bits) {
  constexpr Op by_function[] = {Op::addi, Op::illegal, Op::slti, Op::sltiu, Op::xori, Op::illegal, Op::ori, Op::andi};
  const std::uint32_t function = field(bits, 12, 3);
  return function == 1 || function == 5 ? shift_immediate(bits) : type_i(by_function[function], bits);
}

Instruction register_register(std::uint32_t bits) {
  constexpr Op base[] = {Op::add, Op::sll, Op::slt, Op::sltu, Op::xor_, Op::srl, Op::or_, Op::and_};
  constexpr Op multiply[] = {Op::mul, Op::mulh, Op::mulhsu, Op::mulhu, Op::div, Op::divu, Op::rem, Op::remu};
  const std::uint32_t function = field(bits, 12, 3);
  switch (field(bits, 25, 7)) {
    case 0x00:
      return type_r(base[function], bits);
    case 0x01:
      return type_r(multiply[function], bits);
    case 0x20:
      return type_r(function == 0 ? Op::sub : function == 5 ? Op::sra : Op::illegal, bits);
    default:
      return {};
  }
}

// Ordering bits (aq, rl) mean nothing here: accesses complete in program order.
Instruction atomic(std::uint32_t bits) {
  if (field(bits, 12, 3) != 2) return {};
  switch (field(bits, 27, 5)) {
    case 0x02:
      return rs2_of(bits) == 0 ? type_r(Op::lr, bits) : Instruction{};
    case 0x03:
      return type_r(Op::sc, bits);
    case 0x01:
      return type_r(Op::amoswap, bits);
    case 0x00:
      return type_r(Op::amoadd, bits);
    case 0x04:
      return type_r(Op::amoxor, bits);
    case 0x0c:
      return type_r(Op::amoand, bits);
    case 0x08:
      return type_r(Op::amoor, bits);
    case 0x10:
      return type_r(Op::amomin, bits);
    case 0x14:
      return type_r(Op::amomax, bits);
    case 0x18:
      return type_r(Op::amominu, bits);
    case 0x1c:
      return type_r(Op::amomaxu, bits);
    default:
      return {};
  }
}

Instruction system(std::uint32_t bits) {
  constexpr Op csr[] = {Op::illegal, Op::csrrw, Op::csrrs, Op::csrrc, Op::illegal, Op::csrrwi, Op::csrrsi, Op::csrrci};
  const std::uint32_t function = field(bits, 12, 3);
  if (function != 0)
    return {csr[function], rd_of(bits), rs1_of(bits), 0, 4, static_cast<std::int32_t>(field(bits, 20, 12))};
  switch (bits) {
    case 0x00000073:
      return {Op::ecall};
    case 0x00100073:
      return {Op::ebreak};
    case 0x30200073:
      return {Op::mret};
    case 0x10500073:
      return {Op::wfi};
    default:
      return {};
  }
}

Instruction fence(std::uint32_t bits) {
  constexpr Op by_function[] = {Op::fence,   Op::fence_i, Op::illegal, Op::illegal,
                                Op::illegal, Op::illegal, Op::illegal, Op::illegal};
  return {by_function[field(bits, 12, 3)]};
}

Instruction decode_full(std::uint32_t bits) {
  switch (bits & 0x7f) {
    case 0x37:
      return {Op::lui, rd_of(bits), 0, 0, 4, static_cast<std::int32_t>(bits & 0xfffff000)};
    case 0x17:
      return {Op::auipc, rd_of(bits), 0, 0, 4, static_cast<std::int32_t>(bits & 0xfffff000)};
    case 0x6f:
      return {Op::jal, rd_of(bits), 0, 0, 4, imm_j(bits)};
    case 0x67:
      return field(bits, 12, 3) == 0 ? type_i(Op::jalr, bits) : Instruction{};
    case 0x63:
      return branch(bits);
    case 0x03:
      return load(bits);
    case 0x23:
      return store(bits);
    case 0x13:
      return immediate(bits);
    case 0x33:
      return register_register(bits);
    case 0x2f:
      return atomic(bits);
    case 0x0f:
      return fence(bits);
    case 0x73:
      return system(bits);
    default:
      return {};
  }
}

}  // namespace

Instruction decode(std::uint32_t bits) {
  const unsigned bytes = length_of(bits);
  Instruction instruction = decode_full(bytes == 4 ? bits : expand(bits));
  if (instruction.operation == Op::illegal) instruction = {};
  instruction.bytes = static_cast<std::uint8_t>(bytes);
  return instruction;
}

}  // namespace takt::rv32
