// takt inspect: the operators of a model, and which of them the NPU runs.
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "sim/cli/command.h"
#include "sim/cli/decoder_text.h"
#include "sim/cli/model_source.h"
#include "sim/compiler/npu_ops.h"
#include "sim/graph/describe.h"

namespace takt::cli {

Registered add_inspect(CLI::App& takt) {
  CLI::App* app = takt.add_subcommand("inspect", "List a model's operators: shapes, MACs, bytes, who runs them");
  const auto file = std::make_shared<std::string>();
  const auto precision = std::make_shared<std::string>(), shapes = std::make_shared<std::string>();
  app->add_option("model", *file, "a zoo name, a .tflite, .onnx or .gguf file, or a config.json")->required();
  add_precision(*app, *precision);
  app->add_option("--shapes", *shapes, shapes_help);
  return {app, [file, precision, shapes] {
            if (describes_decoder(*file)) {
              fmt::print("{}", decoder_text(*file));
              return int{done};
            }
            const graph::Graph graph = load_model(*file, *precision, *shapes);
            fmt::print("{}: {} operators, {} MACs, {} bytes of constants\n\n", graph.name, graph.ops.size(),
                       graph::macs_of(graph), graph::weight_bytes_of(graph));
            fmt::print("{:>4}  {:<18} {:<22} {:<7} {:>14} {:>12}  {}\n", "#", "operator", "output", "type", "MACs",
                       "bytes out", "runs on");
            for (std::size_t i = 0; i < graph.ops.size(); ++i) {
              const graph::Op& op = graph.ops[i];
              const graph::Tensor& out = graph.tensors[static_cast<std::size_t>(op.outputs.front())];
              const std::string reason = compiler::why_not_npu(graph, op, compiler::Target{});
              const std::string what = op.kind == graph::OpKind::custom ? op.custom_code : graph::name_of(op.kind);
              fmt::print("{:>4}  {:<18} {:<22} {:<7} {:>14} {:>12}  {}\n", i, what, graph::to_text(out.shape),
                         graph::name_of(out.type), graph::macs_of(graph, op), out.bytes(),
                         reason.empty() ? "npu" : "cpu: " + reason);
            }
            return int{done};
          }};
}

}  // namespace takt::cli
