#include "tests/functional/program_machine.h"

#include <algorithm>
#include <stdexcept>

namespace takt::functional::test {

namespace {
constexpr std::uint8_t nobody = 0xa5;
}  // namespace

ProgramMachine::ProgramMachine(const compiler::Program& program) : program_(program), executor_(program) {}

void ProgramMachine::run(Tensors& tensors, std::uint64_t seed, const std::vector<std::size_t>& cuts) {
  constants_ = program_.constants;
  buffers_.assign(program_.buffer_bytes, nobody);
  inputs_.assign(program_.input_bytes, nobody);
  outputs_.assign(program_.output_bytes, nobody);
  cores_.assign(cores_of(program_), {});
  for (std::uint32_t c = 0; c < cores_.size(); ++c) {
    cores_[c].part = &part_of(program_, c);
    cores_[c].scratchpad.assign(program_.scratchpad_bytes, nobody);
  }
  for (const compiler::Port& port : program_.inputs)
    std::copy(tensors.at(port.tensor).begin(), tensors.at(port.tensor).end(),
              inputs_.begin() + static_cast<std::ptrdiff_t>(port.offset));
  std::mt19937_64 random(seed);
  for (const std::size_t cut : cuts) {
    for (Core& core : cores_) {
      const takt_cut& at = core.part->cuts.at(cut);
      std::copy(std::begin(at.position), std::end(at.position), core.limits.begin());
    }
    run_to_limits(random);
    for (Core& core : cores_) preempt(core, core.part->cuts[cut]);
  }
  for (Core& core : cores_)
    for (std::size_t e = 0; e < TAKT_ENGINE_COUNT; ++e)
      core.limits[e] = static_cast<std::uint32_t>(core.part->lists[e].size());
  run_to_limits(random);
  for (const compiler::Port& port : program_.outputs) {
    const auto begin = outputs_.begin() + static_cast<std::ptrdiff_t>(port.offset);
    tensors[port.tensor] = Bytes(begin, begin + static_cast<std::ptrdiff_t>(port.bytes));
  }
}

void ProgramMachine::run_to_limits(std::mt19937_64& random) {
  for (;;) {
    std::vector<std::pair<Core*, std::size_t>> ready;
    bool left = false;
    for (Core& core : cores_)
      for (std::size_t e = 0; e < TAKT_ENGINE_COUNT; ++e) {
        if (core.next[e] >= core.limits[e]) continue;
        left = true;
        if (waits_hold(core, core.part->lists[e][core.next[e]])) ready.emplace_back(&core, e);
      }
    if (!left) return;
    if (ready.empty()) throw std::logic_error("no list can go on");
    const auto [core, engine] = ready[random() % ready.size()];
    const takt_command& command = core->part->lists[engine][core->next[engine]++];
    execute(*core, command);
    if (command.post != TAKT_NO_SEMAPHORE) post(*core, command);
  }
}

bool ProgramMachine::waits_hold(const Core& core, const takt_command& command) {
  return std::all_of(std::begin(command.wait), std::end(command.wait), [&](const takt_wait& wait) {
    return wait.semaphore == TAKT_NO_SEMAPHORE || core.semaphores[wait.semaphore] >= wait.value;
  });
}

void ProgramMachine::post(Core& core, const takt_command& command) {
  for (Core& other : cores_)
    if (&other == &core || (command.flags & TAKT_POST_ALL_CORES) != 0) ++other.semaphores[command.post];
}

void ProgramMachine::execute(Core& core, const takt_command& command) {
  if (command.opcode == TAKT_OP_DMA) move(core, command);
  if (command.function != 0) executor_.run(command.function, core.scratchpad.data());
}

ProgramMachine::Bytes& ProgramMachine::area(std::uint16_t base) {
  switch (base) {
    case TAKT_BASE_CONSTANTS:
      return constants_;
    case TAKT_BASE_INPUT:
      return inputs_;
    case TAKT_BASE_OUTPUT:
      return outputs_;
    default:
      return buffers_;
  }
}

void ProgramMachine::move(Core& core, const takt_command& command) {
  const takt_dma_body& body = command.body.dma;
  Bytes& dram = area(body.base);
  for (std::uint64_t row = 0; row < body.rows; ++row) {
    std::uint8_t* const there = dram.data() + body.offset + row * body.stride;
    std::uint8_t* const here = core.scratchpad.data() + body.scratchpad + row * body.row_bytes;
    if (body.offset + row * body.stride + body.row_bytes > dram.size()) throw std::logic_error("outside an area");
    if (command.engine == TAKT_ENGINE_DMA_IN)
      std::copy(there, there + body.row_bytes, here);
    else
      std::copy(here, here + body.row_bytes, there);
  }
}

void ProgramMachine::preempt(Core& core, const takt_cut& cut) {
  Bytes kept(core.scratchpad.size(), nobody);
  for (std::uint32_t i = 0; i < cut.live_count; ++i) {
    const takt_live_range& range = core.part->live_ranges[cut.live_first + i];
    std::copy_n(core.scratchpad.begin() + range.offset, range.bytes, kept.begin() + range.offset);
  }
  core.scratchpad = kept;
  for (std::uint32_t i = 0; i < cut.refetch_count; ++i) {
    const takt_command& command = core.part->lists[TAKT_ENGINE_DMA_IN][cut.refetch_first + i];
    if (command.opcode == TAKT_OP_DMA && (command.body.dma.flags & TAKT_DMA_CONSTANT) != 0) move(core, command);
  }
}

}  // namespace takt::functional::test
