// takt compile: what the compiler makes of a model for an SoC.
#include <fmt/format.h>

#include <memory>

#include "sim/cli/command.h"
#include "sim/cli/model_source.h"
#include "sim/compiler/compiler.h"
#include "sim/compiler/print.h"
#include "sim/config/load.h"
#include "sim/platform/workload.h"

namespace takt::cli {

Registered add_compile(CLI::App& takt) {
  CLI::App* app = takt.add_subcommand("compile", "Compile a model for an SoC and list its layers");
  const auto options = std::make_shared<ModelAndSoc>();
  add_model_and_soc(*app, *options, "a .tflite or .onnx file, or a zoo name");
  return {app, [options] {
            const config::SocConfig soc = config::load_soc(options->soc, options->set);
            fmt::print("{}", compiler::describe(
                                 compiler::compile(load_model(options->model, options->precision, options->shapes),
                                                   platform::target_of(soc), platform::options_of(soc))));
            return int{done};
          }};
}

}  // namespace takt::cli
