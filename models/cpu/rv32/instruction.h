// Operations of RV32IMAC with Zicsr, Zifencei, WFI and MRET, as data.
#pragma once

#include <cstdint>

namespace takt::rv32 {

// What an operation costs and whether it ends a stretch of straight-line code.
enum class Kind : std::uint8_t {
  alu,
  multiply,
  divide,
  load,
  store,
  atomic,
  fence,
  branch,  // this and the following end a block
  jump,
  jump_register,
  csr,
  mret,
  system,
  trap,
  pseudo,  // no instruction: how the interpreter ends a block
};

// X(operation, kind). The order is that of the table the interpreter jumps through.
// clang-format off
#define TAKT_RV32_OPERATIONS(X)                                                                              \
  X(lui, alu) X(auipc, alu) X(addi, alu) X(slti, alu) X(sltiu, alu) X(xori, alu) X(ori, alu) X(andi, alu)    \
  X(slli, alu) X(srli, alu) X(srai, alu) X(add, alu) X(sub, alu) X(sll, alu) X(slt, alu) X(sltu, alu)        \
  X(xor_, alu) X(srl, alu) X(sra, alu) X(or_, alu) X(and_, alu)                                              \
  X(mul, multiply) X(mulh, multiply) X(mulhsu, multiply) X(mulhu, multiply)                                  \
  X(div, divide) X(divu, divide) X(rem, divide) X(remu, divide)                                              \
  X(lb, load) X(lh, load) X(lw, load) X(lbu, load) X(lhu, load) X(sb, store) X(sh, store) X(sw, store)       \
  X(lr, atomic) X(sc, atomic) X(amoswap, atomic) X(amoadd, atomic) X(amoxor, atomic) X(amoand, atomic)       \
  X(amoor, atomic) X(amomin, atomic) X(amomax, atomic) X(amominu, atomic) X(amomaxu, atomic)                 \
  X(fence, fence) X(beq, branch) X(bne, branch) X(blt, branch) X(bge, branch) X(bltu, branch) X(bgeu, branch)\
  X(jal, jump) X(jalr, jump_register)                                                                        \
  X(csrrw, csr) X(csrrs, csr) X(csrrc, csr) X(csrrwi, csr) X(csrrsi, csr) X(csrrci, csr)                     \
  X(mret, mret) X(fence_i, system) X(wfi, system) X(ebreak, system) X(ecall, trap) X(illegal, trap)          \
  X(fetch_fault, pseudo) X(breakpoint, pseudo) X(end_block, pseudo) X(leave_block, pseudo)
// clang-format on

enum class Operation : std::uint8_t {
#define TAKT_RV32_NAME(name, kind) name,
  TAKT_RV32_OPERATIONS(TAKT_RV32_NAME)
#undef TAKT_RV32_NAME
};

inline constexpr Kind kinds[] = {
#define TAKT_RV32_KIND(name, kind) Kind::kind,
    TAKT_RV32_OPERATIONS(TAKT_RV32_KIND)
#undef TAKT_RV32_KIND
};

constexpr Kind kind_of(Operation operation) { return kinds[static_cast<unsigned>(operation)]; }
constexpr bool accesses_memory(Operation operation) {
  return kind_of(operation) == Kind::load || kind_of(operation) == Kind::store || kind_of(operation) == Kind::atomic;
}
constexpr bool ends_block(Operation operation) { return kind_of(operation) >= Kind::branch; }

// A decoded instruction. Fields an operation has not are 0.
struct Instruction {
  Operation operation = Operation::illegal;
  std::uint8_t rd = 0;
  std::uint8_t rs1 = 0;  // of CSRRWI, CSRRSI, CSRRCI: the immediate
  std::uint8_t rs2 = 0;
  std::uint8_t bytes = 4;  // 2: compressed
  std::int32_t imm = 0;    // of LUI and AUIPC: already shifted; of CSR operations: the register's number
};

}  // namespace takt::rv32
