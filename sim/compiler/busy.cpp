#include "sim/compiler/busy.h"

#include <charconv>

#include "models/units/quantity.h"
#include "sim/compiler/cost_table.h"
#include "sim/graph/error.h"

namespace takt::compiler {
namespace {

const std::string prefix = "busy-";
constexpr std::uint32_t most_commands = 4096;
constexpr std::uint32_t most_us = 1000000;
constexpr std::uint32_t live_bytes = 64 << 10;

// Reads a number of 1..most; null where there is none.
const char* read(const char* at, const char* end, std::uint32_t most, std::uint32_t& number) {
  const auto [next, error] = std::from_chars(at, end, number);
  return error == std::errc() && number >= 1 && number <= most ? next : nullptr;
}

std::string text_of(const Busy& busy) {
  return prefix + std::to_string(busy.commands) + "x" + std::to_string(busy.command_us) + "us";
}

takt_command command(std::uint32_t layer, std::uint64_t work, const Target& target) {
  takt_command c{};
  c.opcode = TAKT_OP_VECTOR;
  c.engine = TAKT_ENGINE_VECTOR;
  c.layer = layer;
  for (takt_wait& wait : c.wait) wait.semaphore = TAKT_NO_SEMAPHORE;
  c.post = TAKT_NO_SEMAPHORE;
  c.parameter = TAKT_NO_PARAMETER;
  c.body.vector.pass_bytes = work * target.pass_bytes_per_cycle;
  c.body.vector.element_bytes = 1;
  return c;
}

takt_cut cut_before(std::uint32_t layer) {
  takt_cut cut{};
  cut.position[TAKT_ENGINE_VECTOR] = layer;
  cut.live_first = 0;
  cut.live_count = 1;
  cut.layer = layer;
  cut.live_bytes = live_bytes;
  return cut;
}

LayerInfo layer(std::uint32_t index, std::uint64_t cycles) {
  LayerInfo info;
  info.name = "busy." + std::to_string(index);
  info.op = "busy";
  info.stripes = info.blocks = 1;
  info.vector_cycles = info.estimated_cycles = cycles;
  info.commands[TAKT_ENGINE_VECTOR] = 1;
  return info;
}

}  // namespace

std::optional<Busy> busy_of(const std::string& model) {
  if (model.compare(0, prefix.size(), prefix) != 0) return std::nullopt;
  Busy busy;
  const char* const end = model.data() + model.size();
  const char* at = read(model.data() + prefix.size(), end, most_commands, busy.commands);
  if (at != nullptr && at != end && *at == 'x') at = read(at + 1, end, most_us, busy.command_us);
  if (at == nullptr || text_of(busy) != model)
    throw graph::GraphError("found model '" + model + "', expected busy-NxTus: N of 1 to " +
                            std::to_string(most_commands) + " commands of T of 1 to " + std::to_string(most_us) +
                            " us each");
  return busy;
}

CompiledModel compile(const Busy& busy, const Target& target) {
  const std::uint64_t cycles = units::mul_div(target.clock_hz, busy.command_us, 1000000);
  if (cycles <= target.dispatch_cycles)
    throw graph::GraphError("found model '" + text_of(busy) + "', expected commands of more than the " +
                            std::to_string(target.dispatch_cycles) + " cycles that their dispatch takes");
  Program program;
  program.scratchpad_bytes = live_bytes;
  program.live_ranges = {{0, live_bytes}};
  for (std::uint32_t i = 0; i < busy.commands; ++i) {
    if (i != 0) program.cuts.push_back(cut_before(i));
    program.lists[TAKT_ENGINE_VECTOR].push_back(command(i, cycles - target.dispatch_cycles, target));
    program.layers.push_back(layer(i, cycles));
  }
  program.accesses[TAKT_ENGINE_VECTOR].resize(busy.commands);
  if (!program.cuts.empty())
    program.max_save_bytes = program.save_bytes = static_cast<std::uint32_t>(sizeof(takt_save_header)) + live_bytes;
  state_cost(program, target);

  CompiledModel model;
  model.name = text_of(busy);
  model.steps = {{Step::Kind::program, 0}};
  model.programs.push_back(std::move(program));
  return model;
}

}  // namespace takt::compiler
