#include "sim/observe/backtrace.h"

#include <optional>

#include "models/cpu/rv32/decode.h"

namespace takt::observe {
namespace {

constexpr unsigned ra = 1, sp = 2, s0 = 8;
constexpr std::size_t most_callers = 32;
constexpr std::uint32_t most_stack = 1u << 16;

struct Call {
  std::uint32_t pc = 0;
  std::optional<std::uint32_t> target;  // none: through a register
};

class Walker {
 public:
  Walker(const rv32::Core& core, const SymbolTable& symbols) : core_(core), symbols_(symbols) {}

  std::optional<std::uint32_t> word(std::uint32_t address) const {
    std::uint32_t value = 0;
    if (address % 4 != 0 || !core_.peek(address, &value, 4)) return std::nullopt;
    return value;
  }

  // The call that an address stands behind. It links ra: others are of the compiler's own helpers.
  std::optional<Call> call_before(std::uint32_t address) const {
    for (const std::uint32_t bytes : {4u, 2u}) {
      std::uint32_t bits = 0;
      if (!symbols_.is_code(address - bytes) || !core_.peek(address - bytes, &bits, bytes)) continue;
      if (rv32::length_of(bits) != bytes) continue;
      const rv32::Instruction instruction = rv32::decode(bits);
      if (instruction.rd != ra) continue;
      if (instruction.operation == rv32::Operation::jal)
        return Call{address - bytes, address - bytes + static_cast<std::uint32_t>(instruction.imm)};
      if (instruction.operation == rv32::Operation::jalr)
        return Call{address - bytes, far_target(address, instruction)};
    }
    return std::nullopt;
  }

  // AUIPC in front of a JALR: a direct call too far for JAL.
  std::optional<std::uint32_t> far_target(std::uint32_t behind, const rv32::Instruction& jump) const {
    std::uint32_t bits = 0;
    if (jump.bytes != 4 || !core_.peek(behind - 8, &bits, 4)) return std::nullopt;
    const rv32::Instruction before = rv32::decode(bits);
    if (before.operation != rv32::Operation::auipc || before.rd != jump.rs1) return std::nullopt;
    return behind - 8 + static_cast<std::uint32_t>(before.imm) + static_cast<std::uint32_t>(jump.imm);
  }

  bool leads_to(const Call& call, const Function* function) const {
    return !call.target || function == nullptr || symbols_.function_at(*call.target) == function;
  }

  std::vector<Caller> by_frame_pointers() const;
  std::vector<Caller> by_stack(std::uint32_t pc) const;

 private:
  const rv32::Core& core_;
  const SymbolTable& symbols_;
};

// A frame holds ra below s0, and below that the s0 of its caller (RISC-V ELF psABI, frame pointer convention). A leaf
// keeps its caller in ra alone, and the caller's s0 in ra's place.
std::vector<Caller> Walker::by_frame_pointers() const {
  std::vector<Caller> callers;
  std::uint32_t frame = core_.reg(s0), least = core_.reg(sp);
  const auto top = word(frame - 4);
  if (const std::optional<Call> call = call_before(core_.reg(ra)); call && top && !call_before(*top)) {
    callers.push_back({call->pc, true});
    least = frame;
    frame = *top;
  }
  while (callers.size() < most_callers && frame % 4 == 0 && frame > least && frame - least < most_stack) {
    const auto saved_ra = word(frame - 4), saved_frame = word(frame - 8);
    const std::optional<Call> call = saved_ra ? call_before(*saved_ra) : std::nullopt;
    if (!call) break;
    callers.push_back({call->pc, true});
    least = frame;
    frame = saved_frame.value_or(0);
  }
  return callers;
}

std::vector<Caller> Walker::by_stack(std::uint32_t pc) const {
  std::vector<Caller> callers;
  const Function* callee = symbols_.function_at(pc);
  const auto consider = [&](std::uint32_t value) {
    const std::optional<Call> call = call_before(value);
    if (!call) return;
    const bool certain = leads_to(*call, callee);
    callers.push_back({call->pc, certain});
    if (certain) callee = symbols_.function_at(call->pc);
  };
  const std::uint32_t top = core_.reg(sp);
  // What ra holds is a caller until the function has saved it and called on; then the stack has it too.
  consider(core_.reg(ra));
  if (!callers.empty() && !callers.front().certain) {
    callers.clear();
    callee = symbols_.function_at(pc);
  }
  for (std::uint32_t at = top; at - top < most_stack && callers.size() < most_callers; at += 4) {
    const std::optional<std::uint32_t> value = word(at);
    if (!value) break;
    consider(*value);
  }
  return callers;
}

}  // namespace

Backtrace backtrace(const rv32::Core& core, const SymbolTable& symbols, std::uint32_t pc) {
  const Walker walker(core, symbols);
  std::vector<Caller> chain = walker.by_frame_pointers();
  if (chain.size() >= 2) return {chain, true};
  return {walker.by_stack(pc), false};
}

}  // namespace takt::observe
