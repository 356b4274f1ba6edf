#include "sim/observe/instruction_trace.h"

#include <fmt/format.h>

#include "models/cpu/rv32/decode.h"
#include "sim/observe/cause.h"
#include "sim/observe/disassembly.h"
#include "sim/observe/text.h"

namespace takt::observe {
namespace {

std::string effect_of(const rv32::Executed& i) {
  std::string text;
  if (i.rd < 32) text = fmt::format("{}={:08x}", register_name(i.rd), i.result);
  const rv32::Kind kind = kind_of(i.operation);
  if (!accesses_memory(i.operation)) return text.empty() ? "-" : text;
  if (!text.empty()) text += ',';
  text += fmt::format("[{:08x}]", i.address);
  if (kind == rv32::Kind::store) {
    const std::uint32_t mask = i.operation == rv32::Operation::sb   ? 0xff
                               : i.operation == rv32::Operation::sh ? 0xffff
                                                                    : ~0u;
    text += fmt::format("={:x}", i.operand & mask);
  }
  return text;
}

}  // namespace

InstructionTrace::InstructionTrace(const SymbolTable& symbols, BoundedFile& file, const CycleWindow& window)
    : symbols_(symbols), file_(file), window_(window) {
  file_.line("# cycle pc word instruction effect place");
}

std::string InstructionTrace::place(std::uint32_t pc) const {
  const std::string text = symbols_.place(pc);
  return text.empty() ? "-" : text;
}

void InstructionTrace::executed(const rv32::Executed& i) {
  if (!inside(i.cycle)) return;
  const std::string word = fmt::format("{:0{}x}", i.bits, 2 * rv32::length_of(i.bits));
  file_.line(fmt::format("{} {:08x} {:<8} {:<24} {:<24} {}", i.cycle, i.pc, word, disassemble(i.bits, i.pc),
                         effect_of(i), place(i.pc)));
}

void InstructionTrace::trapped(const rv32::Trapped& trap) {
  if (!inside(trap.cycle)) return;
  file_.line(fmt::format("{} {:08x} {:<8} {:<24} {:<24} {}: {}", trap.cycle, trap.pc, "-", "trap",
                         fmt::format("->{:08x}", trap.handler), place(trap.pc),
                         describe_cause(trap.cause, trap.value)));
}

}  // namespace takt::observe
