// takt inspect: the operators of a model, which of them the NPU runs, and what share of the time that makes.
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "sim/cli/command.h"
#include "sim/cli/decoder_text.h"
#include "sim/cli/model_source.h"
#include "sim/compiler/compiler.h"
#include "sim/compiler/npu_ops.h"
#include "sim/compiler/print.h"
#include "sim/config/load.h"
#include "sim/graph/describe.h"
#include "sim/platform/program_file.h"
#include "sim/platform/time_share.h"
#include "sim/platform/workload.h"

namespace takt::cli {
namespace {

void print_operators(const graph::Graph& graph, const compiler::Target& target) {
  fmt::print("{}: {} operators, {} MACs, {} bytes of constants\n\n", graph.name, graph.ops.size(),
             graph::macs_of(graph), graph::weight_bytes_of(graph));
  fmt::print("{:>4}  {:<18} {:<22} {:<7} {:>14} {:>12}  {}\n", "#", "operator", "output", "type", "MACs", "bytes out",
             "runs on");
  for (std::size_t i = 0; i < graph.ops.size(); ++i) {
    const graph::Op& op = graph.ops[i];
    const graph::Tensor& out = graph.tensors[static_cast<std::size_t>(op.outputs.front())];
    const std::string reason = compiler::why_not_npu(graph, op, target);
    const std::string what = op.kind == graph::OpKind::custom ? op.custom_code : graph::name_of(op.kind);
    fmt::print("{:>4}  {:<18} {:<22} {:<7} {:>14} {:>12}  {}\n", i, what, graph::to_text(out.shape),
               graph::name_of(out.type), graph::macs_of(graph, op), out.bytes(),
               reason.empty() ? "npu" : "cpu: " + reason);
  }
}

void print_share(const char* side, units::Time time, const platform::TimeShare& all, const std::string& what) {
  const double share =
      all.total.value == 0 ? 0 : 100.0 * static_cast<double>(time.value) / static_cast<double>(all.total.value);
  fmt::print("  {}  {:>10.1f} us  {:>5.1f} %  {}\n", side, static_cast<double>(time.value) / 1e6, share, what);
}

void print_shares(const compiler::CompiledModel& model, const config::SocConfig& soc) {
  const platform::TimeShare all = platform::time_share(model, soc);
  fmt::print("\nestimate for {}, every operator alone (takt run measures):\n", soc.name);
  print_share("npu", all.npu, all, fmt::format("{} layers in {} programs", all.layers, model.programs.size()));
  for (const platform::CpuShare& share : all.cpu)
    print_share("cpu", share.time, all, fmt::format("{} x {}: {}", share.operators, share.what, share.reason));
}

}  // namespace

Registered add_inspect(CLI::App& takt) {
  CLI::App* app =
      takt.add_subcommand("inspect", "List a model's operators: shapes, MACs, bytes, who runs them for how long");
  const auto options = std::make_shared<ModelAndSoc>();
  add_model_and_soc(*app, *options, "a zoo name, a .tflite, .onnx or .gguf file, a config.json, or a model.takt");
  add_kind_of_cores(*app, *options);
  return {app, [options] {
            if (platform::is_program_file(options->model)) {
              fmt::print("{}", compiler::describe(platform::read_program_file(options->model).model));
              return int{done};
            }
            if (describes_decoder(options->model)) {
              fmt::print("{}", decoder_text(options->model));
              return int{done};
            }
            const config::SocConfig soc = config::load_soc(options->soc, options->set);
            const compiler::Target target = target_of(*options, soc);
            const graph::Graph graph = load_model(options->model, options->options);
            print_operators(graph, target);
            compiler::Options how = platform::options_of(soc);
            how.cores = std::min(how.cores, target.cores);
            print_shares(compiler::compile(graph, target, how), soc);
            return int{done};
          }};
}

}  // namespace takt::cli
