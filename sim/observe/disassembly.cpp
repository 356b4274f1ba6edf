#include "sim/observe/disassembly.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "models/cpu/rv32/csr.h"
#include "models/cpu/rv32/decode.h"
#include "sim/observe/text.h"

namespace takt::observe {
namespace {

using rv32::Instruction;
using rv32::Kind;
using rv32::Operation;

constexpr const char* names[] = {
#define TAKT_RV32_NAME(name, kind) #name,
    TAKT_RV32_OPERATIONS(TAKT_RV32_NAME)
#undef TAKT_RV32_NAME
};

// Registers that the core has not are numbers.
std::string csr_name(std::uint32_t number) {
  namespace csr = rv32::csr;
  static constexpr std::pair<std::uint32_t, const char*> known[] = {{csr::mstatus, "mstatus"},
                                                                    {csr::misa, "misa"},
                                                                    {csr::mie, "mie"},
                                                                    {csr::mtvec, "mtvec"},
                                                                    {csr::mcounteren, "mcounteren"},
                                                                    {csr::mcountinhibit, "mcountinhibit"},
                                                                    {csr::mscratch, "mscratch"},
                                                                    {csr::mepc, "mepc"},
                                                                    {csr::mcause, "mcause"},
                                                                    {csr::mtval, "mtval"},
                                                                    {csr::mip, "mip"},
                                                                    {csr::mcycle, "mcycle"},
                                                                    {csr::mcycle + csr::high_half, "mcycleh"},
                                                                    {csr::minstret, "minstret"},
                                                                    {csr::minstret + csr::high_half, "minstreth"},
                                                                    {csr::mhartid, "mhartid"},
                                                                    {csr::mvendorid, "mvendorid"},
                                                                    {csr::cycle, "cycle"},
                                                                    {csr::cycle + csr::high_half, "cycleh"},
                                                                    {csr::instret, "instret"},
                                                                    {csr::instret + csr::high_half, "instreth"}};
  const auto found = std::find_if(std::begin(known), std::end(known), [&](const auto& k) { return k.first == number; });
  if (found != std::end(known)) return found->second;
  if (number - csr::pmpcfg0 < 4) return "pmpcfg" + std::to_string(number - csr::pmpcfg0);
  if (number - csr::pmpaddr0 < 16) return "pmpaddr" + std::to_string(number - csr::pmpaddr0);
  return hex(number);
}

// Names that C++ reserves end with an underscore; FENCE.I and the atomics' widths have a point.
std::string mnemonic(const Instruction& instruction, std::uint32_t bits) {
  std::string name = names[static_cast<unsigned>(instruction.operation)];
  if (name.back() == '_') name.pop_back();
  std::replace(name.begin(), name.end(), '_', '.');
  if (kind_of(instruction.operation) != Kind::atomic) return name;
  static const char* const orders[] = {"", ".rl", ".aq", ".aqrl"};
  return name + ".w" + orders[bits >> 25 & 3];
}

// Which accesses a FENCE keeps apart: input, output, reads, writes.
std::string fence_set(std::uint32_t set) {
  std::string text;
  for (unsigned i = 0; i < 4; ++i)
    if ((set >> (3 - i) & 1) != 0) text += "iorw"[i];
  return text.empty() ? "unknown" : text;
}

// On a block's worth of cases: what stands behind the name.
std::string operands(const Instruction& i, std::uint32_t bits, std::uint32_t pc) {
  const char *const rd = register_name(i.rd), *const rs1 = register_name(i.rs1), *const rs2 = register_name(i.rs2);
  const auto imm = static_cast<std::uint32_t>(i.imm);
  const bool shift = i.operation >= Operation::slli && i.operation <= Operation::srai;
  switch (kind_of(i.operation)) {
    case Kind::load:
    case Kind::jump_register:
      return fmt::format("{},{}({})", rd, i.imm, rs1);
    case Kind::store:
      return fmt::format("{},{}({})", rs2, i.imm, rs1);
    case Kind::atomic:
      if (i.operation == Operation::lr) return fmt::format("{},({})", rd, rs1);
      return fmt::format("{},{},({})", rd, rs2, rs1);
    case Kind::branch:
      return fmt::format("{},{},{:x}", rs1, rs2, pc + imm);
    case Kind::jump:
      return fmt::format("{},{:x}", rd, pc + imm);
    case Kind::csr:
      if (i.operation >= Operation::csrrwi) return fmt::format("{},{},{}", rd, csr_name(imm), i.rs1);
      return fmt::format("{},{},{}", rd, csr_name(imm), rs1);
    case Kind::multiply:
    case Kind::divide:
      return fmt::format("{},{},{}", rd, rs1, rs2);
    case Kind::fence:
      return fence_set(bits >> 24 & 15) + "," + fence_set(bits >> 20 & 15);
    case Kind::alu:
      if (i.operation == Operation::lui || i.operation == Operation::auipc)
        return fmt::format("{},{:#x}", rd, imm >> 12);
      if (i.operation >= Operation::add) return fmt::format("{},{},{}", rd, rs1, rs2);
      return shift ? fmt::format("{},{},{:#x}", rd, rs1, imm) : fmt::format("{},{},{}", rd, rs1, i.imm);
    default:
      return "";
  }
}

}  // namespace

std::string disassemble(std::uint32_t bits, std::uint32_t pc) {
  if (rv32::length_of(bits) == 2) bits = rv32::expand(bits & 0xffff);
  const Instruction instruction = rv32::decode(bits);
  const std::string behind = operands(instruction, bits, pc);
  return mnemonic(instruction, bits) + (behind.empty() ? "" : " " + behind);
}

}  // namespace takt::observe
