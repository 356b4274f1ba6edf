#include "sim/compiler/print_passes.h"

#include "sim/compiler/print.h"
#include "sim/compiler/text_table.h"
#include "sim/graph/describe.h"

namespace takt::compiler {
namespace {

const std::string none = "-";

std::string shape_of(const Geometry& g) {
  return std::to_string(g.images) + "x" + std::to_string(g.height) + "x" + std::to_string(g.width) + "x" +
         std::to_string(g.channels) + "x" + std::to_string(g.element_bytes);
}

std::string text_of(const Network& network, const Value& value) {
  const std::string name = "s" + std::to_string(value.storage);
  if (value.channel == 0 && value.channels == network.storage(value.storage).geometry.channels) return name;
  return name + "[" + std::to_string(value.channel) + ".." + std::to_string(value.channel + value.channels) + ")";
}

std::string reads_of(const Network& network, const Layer& layer) {
  std::string text;
  for (const Operand& input : layer.inputs) text += (text.empty() ? "" : " ") + text_of(network, input.value);
  return text.empty() ? none : text;
}

// Rows of a stripe x blocks of channels, once they are chosen.
std::string tiling_of(const Layer& layer) {
  const Tiling& tiling = layer.tiling;
  if (tiling.block_channels == 0) return none;
  return std::to_string(tiling.stripe_rows) + " x " + std::to_string(tiling.blocks);
}

std::string division_of(const Layer& layer) {
  return layer.division == Division::none ? none : layer.division == Division::rows ? "rows" : "channels";
}

std::string constants_of(const Layer& layer) {
  if (layer.constant_bytes == 0) return none;
  const std::int32_t at = layer.tiling.constants_at;
  return number(layer.constant_bytes) + (at == no_layer ? "" : " at " + std::to_string(at));
}

std::string group_of(const Network& network, std::int32_t index) {
  const Group* group = network.group_of(index);
  if (group == nullptr) return none;
  return std::to_string(group->first) + ".." + std::to_string(group->last) + " by " +
         std::to_string(group->stripe_rows);
}

std::string layers_of(const Network& network) {
  std::vector<Row> rows = {
      {"#", "layer", "op", "shape", "reads", "writes", "cores", "tiling", "constants", "group", "cut"}};
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const Layer& layer = network.layers[i];
    rows.push_back({std::to_string(i), layer.name, layer.op, shape_of(layer.output.view), reads_of(network, layer),
                    text_of(network, layer.output.value), division_of(layer), tiling_of(layer), constants_of(layer),
                    group_of(network, static_cast<std::int32_t>(i)), layer.cut_after ? "after" : none});
  }
  return table(rows, rows[0].size());
}

std::string lifetime_of(const Storage& storage) {
  if (storage.first == no_layer) return none;
  return std::to_string(storage.first) + ".." + std::to_string(storage.last);
}

std::string role_of(const Storage& storage) { return storage.input ? "input" : storage.output ? "output" : none; }

Row storage_row(std::size_t index, const Storage& storage) {
  const bool held = storage.first != no_layer && storage.resident_at(storage.first);
  return {"s" + std::to_string(index),
          storage.name,
          role_of(storage),
          shape_of(storage.geometry),
          lifetime_of(storage),
          held ? std::to_string(storage.resident_until) : none,
          storage.ring_bytes == 0 ? none : number(storage.ring_bytes),
          held ? number(storage.scratchpad) : none,
          storage.first != no_layer && storage.stored() ? number(storage.home_offset) : none};
}

std::string storages_of(const Network& network) {
  std::vector<Row> rows = {
      {"storage", "name", "role", "shape", "layers", "resident until", "ring", "scratchpad", "DRAM"}};
  for (std::size_t s = 0; s < network.storages.size(); ++s) rows.push_back(storage_row(s, network.storages[s]));
  return table(rows, 5);
}

std::string ops_of(const graph::Graph& graph) {
  std::vector<Row> rows = {{"#", "operator", "kind", "reads", "makes", "shape"}};
  const auto ids = [](const std::vector<graph::TensorId>& tensors) {
    std::string text;
    for (const graph::TensorId id : tensors)
      text += (text.empty() ? "t" : " t") + (id == graph::no_tensor ? none : std::to_string(id));
    return text;
  };
  for (std::size_t i = 0; i < graph.ops.size(); ++i) {
    const graph::Op& op = graph.ops[i];
    rows.push_back({std::to_string(i), op.name, graph::name_of(op.kind), ids(op.inputs), ids(op.outputs),
                    graph::to_text(graph.tensors[static_cast<std::size_t>(op.outputs.at(0))].shape)});
  }
  return table(rows, rows[0].size());
}

}  // namespace

void PassPrinter::after(std::string_view pass, const graph::Graph& part) {
  if (heading(pass)) text_ += ops_of(part) + "\n";
}

void PassPrinter::after(std::string_view pass, const Network& network) {
  if (heading(pass)) text_ += layers_of(network) + "\n" + storages_of(network) + "\n";
}

void PassPrinter::after(std::string_view pass, const Program& program) {
  if (heading(pass)) text_ += describe(program) + "\n";
}

// Whether the pass is to be printed.
bool PassPrinter::heading(std::string_view pass) {
  programs_ += pass == passes[0];
  if (pass_ != "all" && pass != pass_) return false;
  text_ += "after " + std::string(pass) + ", npu program " + std::to_string(programs_ - 1) + ":\n";
  return true;
}

}  // namespace takt::compiler
