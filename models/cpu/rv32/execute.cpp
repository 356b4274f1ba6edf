// The interpreter's loop: every operation jumps to the next one's code. It is one function because of that, and its
// counters stay in registers of the host.
#include <cstring>

#include "models/cpu/rv32/area.h"

namespace takt::rv32 {
namespace {

std::int32_t as_signed(std::uint32_t value) { return static_cast<std::int32_t>(value); }

std::uint32_t high_product(std::int64_t a, std::int64_t b) {
  return static_cast<std::uint32_t>(static_cast<std::uint64_t>(a * b) >> 32);
}

// Division by zero and overflow give values instead of traps (Unprivileged Architecture, table 7.1).
std::uint32_t divide(std::uint32_t a, std::uint32_t b) {
  if (b == 0) return ~0u;
  if (a == 0x80000000u && b == ~0u) return a;
  return static_cast<std::uint32_t>(as_signed(a) / as_signed(b));
}

std::uint32_t remainder(std::uint32_t a, std::uint32_t b) {
  if (b == 0) return a;
  if (a == 0x80000000u && b == ~0u) return 0;
  return static_cast<std::uint32_t>(as_signed(a) % as_signed(b));
}

// One comparison for both: a misaligned offset has its low bits rotated to the top and is no element of the window.
template <typename T>
std::uint32_t element(std::uint32_t offset) {
  constexpr unsigned shift = sizeof(T) == 4 ? 2 : sizeof(T) == 2 ? 1 : 0;
  return shift == 0 ? offset : offset >> shift | offset << (32 - shift) % 32;
}

template <typename T>
T loaded(const std::uint8_t* data, std::uint32_t index) {
  T value;
  std::memcpy(&value, data + std::size_t{index} * sizeof(T), sizeof(T));
  return value;
}

template <typename T>
void stored(std::uint8_t* data, std::uint32_t index, std::uint32_t value) {
  const T narrow = static_cast<T>(value);
  std::memcpy(data + std::size_t{index} * sizeof(T), &narrow, sizeof(T));
}

}  // namespace

// Aligned accesses under memory protection, where one was allowed before.
template <typename T>
bool Core::quick_load(std::uint32_t address, T& value) const {
  for (const Range& span : readable_) {
    if (address - span.address >= span.bytes || address % sizeof(T) != 0) continue;
    std::memcpy(&value, fast_data_ + (address - fast_base_), sizeof(T));
    return true;
  }
  return false;
}

template <typename T>
bool Core::quick_store(std::uint32_t address, std::uint32_t value) {
  for (const Range& span : writable_) {
    if (address - span.address >= span.bytes || address % sizeof(T) != 0) continue;
    const std::uint32_t offset = address - fast_base_;
    if (fast_code_[offset >> 4] != 0) return false;
    stored<T>(fast_data_ + offset, 0, value);
    return true;
  }
  return false;
}

#define RUN goto * op->handler
#define NEXT \
  do {       \
    ++op;    \
    RUN;     \
  } while (false)
#define A x[op->rs1]
#define B x[op->rs2]
#define IMM static_cast<std::uint32_t>(op->imm)
#define TO_RD(name, value) \
  name:                    \
  x[op->rd] = (value);     \
  NEXT;
#define LOAD(name, T)                                          \
  name : {                                                     \
    const std::uint32_t at = element<T>(A + IMM - fast_base_); \
    T value;                                                   \
    if (at < fast_bytes_ / sizeof(T))                          \
      value = loaded<T>(fast_data_, at);                       \
    else if (!restricted_ || !quick_load<T>(A + IMM, value))   \
      goto access;                                             \
    x[op->rd] = static_cast<std::uint32_t>(value);             \
    NEXT;                                                      \
  }
#define STORE(name, T)                                                        \
  name : {                                                                    \
    const std::uint32_t at = element<T>(A + IMM - fast_base_);                \
    if (at < fast_bytes_ / sizeof(T) && fast_code_[at * sizeof(T) >> 4] == 0) \
      stored<T>(fast_data_, at, B);                                           \
    else if (!restricted_ || !quick_store<T>(A + IMM, B))                     \
      goto access;                                                            \
    NEXT;                                                                     \
  }
// Into a block that is known: its limit first, as if it were run to its last instruction.
#define ENTER(link, unknown)                                  \
  do {                                                        \
    Block* const to = block->link;                            \
    if (to == nullptr) goto unknown;                          \
    instructions -= to->count;                                \
    cycles -= to->before_last;                                \
    block = to;                                               \
    op = to->ops;                                             \
    if ((instructions | (cycles - 1)) < 0) goto beyond_limit; \
    RUN;                                                      \
  } while (false)
#define BRANCH(name, condition)  \
  name:                          \
  if (condition) {               \
    cycles -= block->cost_taken; \
    ENTER(taken, find_taken);    \
  }                              \
  cycles -= block->cost_next;    \
  ENTER(next, find_next);

void Core::execute(Block* block) {
#define TAKT_RV32_LABEL(name, kind) &&name,
  static const void* const labels[] = {TAKT_RV32_OPERATIONS(TAKT_RV32_LABEL)};
#undef TAKT_RV32_LABEL
  if (block == nullptr) {
    handlers_ = labels;
    return;
  }
  std::uint32_t* const x = x_.data();
  std::int64_t instructions = instructions_left_ - block->count;
  std::int64_t cycles = cycles_left_ - block->before_last;
  const Op* op = block->ops;
  RUN;

  // clang-format off
  TO_RD(lui, IMM)
  TO_RD(auipc, IMM)
  TO_RD(addi, A + IMM)
  TO_RD(slti, as_signed(A) < op->imm)
  TO_RD(sltiu, A < IMM)
  TO_RD(xori, A ^ IMM)
  TO_RD(ori, A | IMM)
  TO_RD(andi, A & IMM)
  TO_RD(slli, A << (IMM & 31))
  TO_RD(srli, A >> (IMM & 31))
  TO_RD(srai, static_cast<std::uint32_t>(as_signed(A) >> (IMM & 31)))
  TO_RD(add, A + B)
  TO_RD(sub, A - B)
  TO_RD(sll, A << (B & 31))
  TO_RD(slt, as_signed(A) < as_signed(B))
  TO_RD(sltu, A < B)
  TO_RD(xor_, A ^ B)
  TO_RD(srl, A >> (B & 31))
  TO_RD(sra, static_cast<std::uint32_t>(as_signed(A) >> (B & 31)))
  TO_RD(or_, A | B)
  TO_RD(and_, A & B)
  TO_RD(mul, A * B)
  TO_RD(mulh, high_product(as_signed(A), as_signed(B)))
  TO_RD(mulhsu, high_product(as_signed(A), B))
  TO_RD(mulhu, static_cast<std::uint32_t>(std::uint64_t{A} * B >> 32))
  TO_RD(div, divide(A, B))
  TO_RD(divu, B == 0 ? ~0u : A / B)
  TO_RD(rem, remainder(A, B))
  TO_RD(remu, B == 0 ? A : A % B)
  LOAD(lb, std::int8_t)
  LOAD(lh, std::int16_t)
  LOAD(lw, std::uint32_t)
  LOAD(lbu, std::uint8_t)
  LOAD(lhu, std::uint16_t)
  STORE(sb, std::uint8_t)
  STORE(sh, std::uint16_t)
  STORE(sw, std::uint32_t)
  BRANCH(beq, A == B)
  BRANCH(bne, A != B)
  BRANCH(blt, as_signed(A) < as_signed(B))
  BRANCH(bge, as_signed(A) >= as_signed(B))
  BRANCH(bltu, A < B)
  BRANCH(bgeu, A >= B)
  // clang-format on
fence:
  NEXT;
jal:
  x[op->rd] = block->next_pc;
  cycles -= block->cost_next;
  ENTER(taken, find_taken);
jalr:
  pc_ = (A + IMM) & ~1u;
  x[op->rd] = block->next_pc;
  cycles -= block->cost_next;
  if (block == &once_) goto leave;
  if (Block* const to = cache_.find(key_of(pc_))) {
    instructions -= to->count;
    cycles -= to->before_last;
    block = to;
    op = to->ops;
    if ((instructions | (cycles - 1)) < 0) goto beyond_limit;
    RUN;
  }
  goto leave;
end_block:
  cycles -= block->cost_next;
  ENTER(next, find_next);
leave_block:
  cycles -= block->cost_next;
  pc_ = block->next_pc;
  goto leave;

csrrw:
csrrs:
csrrc:
csrrwi:
csrrsi:
csrrci:
mret:
fence_i:
wfi:
ebreak:
ecall:
illegal:
fetch_fault:
breakpoint:
  instructions_left_ = instructions;
  cycles_left_ = cycles;
  system(*block, *op);
  return;

lr:
sc:
amoswap:
amoadd:
amoxor:
amoand:
amoor:
amomin:
amomax:
amominu:
amomaxu:
access:
  instructions_left_ = instructions;
  cycles_left_ = cycles;
  if (access(*block, *op) != Next::go_on) return;
  instructions = instructions_left_;
  cycles = cycles_left_;
  NEXT;

find_taken:
  pc_ = block->target_pc;
  if (block == &once_) goto leave;
  if ((block->taken = find_or_translate(pc_)) == nullptr || flush_needed_) goto leave;
  ENTER(taken, leave);
find_next:
  pc_ = block->next_pc;
  if (block == &once_) goto leave;
  if ((block->next = find_or_translate(pc_)) == nullptr || flush_needed_) goto leave;
  ENTER(next, leave);
beyond_limit:  // at the next block's first instruction, which run() looks at
  pc_ = block->pc();
  instructions += block->count;
  cycles += block->before_last;
leave:
  instructions_left_ = instructions;
  cycles_left_ = cycles;
}

}  // namespace takt::rv32
