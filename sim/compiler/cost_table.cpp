#include "sim/compiler/cost_table.h"

#include <set>

#include "sim/compiler/rehearsal.h"

namespace takt::compiler {
namespace {

// Bytes per cycle from a phone's memory shared among four at full clock to LLW alone at a quarter of it.
constexpr std::uint32_t ratios[] = {2, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512};
static_assert(std::size(ratios) == TAKT_COST_RATIOS);

// A step's cost is linear in the tokens cached but for tiles' edges.
std::set<std::uint64_t> values_of(const Program& program) {
  const std::uint64_t limit = program.parameter_limit;
  std::set<std::uint64_t> values = {limit};
  for (const std::uint64_t value : {std::uint64_t{1}, limit / 8, limit / 4, limit / 2})
    if (value != 0 && value < limit) values.insert(value);
  return values;
}

}  // namespace

void state_cost(Program& program, const Target& target) {
  takt_cost_table& table = program.cost;
  table = {};
  table.ratios = TAKT_COST_RATIOS;
  for (std::uint32_t r = 0; r < TAKT_COST_RATIOS; ++r) table.bytes_per_kilocycle[r] = 1000 * ratios[r];
  for (const std::uint64_t value : values_of(program)) {
    Rehearsal rehearsal(program, target, value);
    table.value[table.values] = static_cast<std::uint32_t>(value);
    for (std::uint32_t r = 0; r < TAKT_COST_RATIOS; ++r)
      table.cycles[table.values][r] = rehearsal.run(table.bytes_per_kilocycle[r]);
    ++table.values;
  }
  Rehearsal nominal(program, target, program.parameter_limit);
  program.estimated_cycles = nominal.run(std::uint64_t{1000} * target.dma_bytes_per_cycle);
  for (std::size_t i = 0; i < program.cuts.size(); ++i) {
    const std::uint64_t remaining = program.estimated_cycles - nominal.reached(program.cuts[i]);
    program.cuts[i].remaining_cycles = remaining;
    for (CorePart& part : program.further) part.cuts[i].remaining_cycles = remaining;
  }
}

}  // namespace takt::compiler
