#include "sim/compiler/print.h"

#include <vector>

#include "sim/compiler/text_table.h"

namespace takt::compiler {
namespace {

Row layer_row(std::size_t index, const LayerInfo& layer) {
  Row row = {std::to_string(index), layer.name, layer.op, layer.shape};
  const std::string tiles = std::to_string(layer.stripes) + "x" + std::to_string(layer.blocks);
  row.insert(row.end(), {number(layer.useful_macs), number(layer.issued_macs), number(layer.constant_bytes),
                         number(layer.load_bytes), number(layer.store_bytes), tiles});
  for (const std::uint32_t count : layer.commands) row.push_back(std::to_string(count));
  row.push_back(number(layer.estimated_cycles));
  return row;
}

std::string totals(const Program& program) {
  std::size_t commands = 0;
  for (std::uint32_t core = 0; core < cores_of(program); ++core)
    for (const auto& list : part_of(program, core).lists) commands += list.size();
  return number(program.useful_macs) + " MACs (" + number(program.issued_macs) + " issued), " +
         number(program.constant_bytes) + " B constants, " + number(program.buffer_bytes) + " B buffers, " +
         number(program.scratchpad_bytes) + " B scratchpad, " + number(commands) + " commands" +
         (cores_of(program) == 1 ? "" : " on " + std::to_string(cores_of(program)) + " cores") + ", " +
         number(program.cuts.size()) + " cuts, largest save " + number(program.max_save_bytes) + " B, about " +
         number(program.estimated_cycles) + " cycles\n";
}

// By what memory gives and, where cycles follow a parameter, by how many tokens are cached.
std::string costs(const Program& program) {
  const takt_cost_table& cost = program.cost;
  const bool follows = cost.values > 1;
  std::vector<Row> rows = {{follows ? "cached tokens, B/cycle" : "B/cycle"}};
  for (std::uint32_t r = 0; r < cost.ratios; ++r) rows[0].push_back(std::to_string(cost.bytes_per_kilocycle[r] / 1000));
  for (std::uint32_t v = 0; v < cost.values; ++v) {
    rows.push_back({follows ? number(cost.value[v]) : "cycles"});
    for (std::uint32_t r = 0; r < cost.ratios; ++r) rows.back().push_back(number(cost.cycles[v][r]));
  }
  return cost.values == 0 ? "" : "cycles by bytes per cycle that memory gives:\n" + table(rows, 1);
}

std::string describe_cpu(const CpuOperator& op) {
  return "cpu: " + op.name + " (" + op.what + "): " + op.reason + "; " + number(op.macs) + " MACs, " +
         number(op.bytes_read) + " B read, " + number(op.bytes_written) + " B written\n";
}

}  // namespace

std::string describe(const Program& program) {
  std::vector<Row> rows = {{"#", "layer", "op", "shape", "MACs", "issued", "constants", "loaded", "stored", "tiles",
                            "in", "out", "tensor", "vector", "cycles"}};
  for (std::size_t i = 0; i < program.layers.size(); ++i) rows.push_back(layer_row(i, program.layers[i]));
  return table(rows, 4) + totals(program) + costs(program);
}

std::string describe(const CompiledModel& model) {
  std::string result = model.name + ": " + number(model.graph_macs) + " MACs, " + number(model.weight_bytes) +
                       " B weights, " + std::to_string(model.programs.size()) + " NPU programs, " +
                       std::to_string(model.cpu.size()) + " CPU operators\n";
  for (const Step& step : model.steps)
    result += step.kind == Step::Kind::cpu
                  ? describe_cpu(model.cpu[step.index])
                  : "npu program " + std::to_string(step.index) + ":\n" + describe(model.programs[step.index]);
  return result;
}

}  // namespace takt::compiler
