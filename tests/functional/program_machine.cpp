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
  scratchpad_.assign(program_.scratchpad_bytes, nobody);
  next_.fill(0);
  semaphores_.fill(0);
  for (const compiler::Port& port : program_.inputs)
    std::copy(tensors.at(port.tensor).begin(), tensors.at(port.tensor).end(),
              inputs_.begin() + static_cast<std::ptrdiff_t>(port.offset));
  std::mt19937_64 random(seed);
  for (const std::size_t cut : cuts) {
    Positions limits;
    std::copy(std::begin(program_.cuts[cut].position), std::end(program_.cuts[cut].position), limits.begin());
    run_to(limits, random);
    preempt(program_.cuts[cut]);
  }
  Positions ends;
  for (std::size_t e = 0; e < ends.size(); ++e) ends[e] = static_cast<std::uint32_t>(program_.lists[e].size());
  run_to(ends, random);
  for (const compiler::Port& port : program_.outputs) {
    const auto begin = outputs_.begin() + static_cast<std::ptrdiff_t>(port.offset);
    tensors[port.tensor] = Bytes(begin, begin + static_cast<std::ptrdiff_t>(port.bytes));
  }
}

void ProgramMachine::run_to(const Positions& limits, std::mt19937_64& random) {
  for (;;) {
    std::vector<std::size_t> ready;
    bool left = false;
    for (std::size_t e = 0; e < TAKT_ENGINE_COUNT; ++e) {
      if (next_[e] >= limits[e]) continue;
      left = true;
      if (waits_hold(program_.lists[e][next_[e]])) ready.push_back(e);
    }
    if (!left) return;
    if (ready.empty()) throw std::logic_error("no list can go on");
    const std::size_t engine = ready[random() % ready.size()];
    const takt_command& command = program_.lists[engine][next_[engine]++];
    execute(command);
    if (command.post != TAKT_NO_SEMAPHORE) ++semaphores_[command.post];
  }
}

bool ProgramMachine::waits_hold(const takt_command& command) const {
  return std::all_of(std::begin(command.wait), std::end(command.wait), [&](const takt_wait& wait) {
    return wait.semaphore == TAKT_NO_SEMAPHORE || semaphores_[wait.semaphore] >= wait.value;
  });
}

void ProgramMachine::execute(const takt_command& command) {
  if (command.opcode == TAKT_OP_DMA) move(command);
  if (command.function != 0) executor_.run(command.function, scratchpad_.data());
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

void ProgramMachine::move(const takt_command& command) {
  const takt_dma_body& body = command.body.dma;
  Bytes& dram = area(body.base);
  for (std::uint64_t row = 0; row < body.rows; ++row) {
    std::uint8_t* const there = dram.data() + body.offset + row * body.stride;
    std::uint8_t* const here = scratchpad_.data() + body.scratchpad + row * body.row_bytes;
    if (body.offset + row * body.stride + body.row_bytes > dram.size()) throw std::logic_error("outside an area");
    if (command.engine == TAKT_ENGINE_DMA_IN)
      std::copy(there, there + body.row_bytes, here);
    else
      std::copy(here, here + body.row_bytes, there);
  }
}

void ProgramMachine::preempt(const takt_cut& cut) {
  Bytes kept(scratchpad_.size(), nobody);
  for (std::uint32_t i = 0; i < cut.live_count; ++i) {
    const takt_live_range& range = program_.live_ranges[cut.live_first + i];
    std::copy_n(scratchpad_.begin() + range.offset, range.bytes, kept.begin() + range.offset);
  }
  scratchpad_ = kept;
  for (std::uint32_t i = 0; i < cut.refetch_count; ++i) {
    const takt_command& command = program_.lists[TAKT_ENGINE_DMA_IN][cut.refetch_first + i];
    if (command.opcode == TAKT_OP_DMA) move(command);
  }
}

}  // namespace takt::functional::test
