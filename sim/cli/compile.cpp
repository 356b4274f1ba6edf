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
  struct Options {
    std::string model, precision, shapes;
    std::string soc = "snapdragon-8-gen-2-like";
    std::vector<std::string> set;
  };
  CLI::App* app = takt.add_subcommand("compile", "Compile a model for an SoC and list its layers");
  const auto options = std::make_shared<Options>();
  app->add_option("model", options->model, "a .tflite or .onnx file, or a zoo name")->required();
  add_precision(*app, options->precision);
  app->add_option("--shapes", options->shapes, shapes_help);
  app->add_option("--soc", options->soc, "SoC preset")->capture_default_str();
  app->add_option("--set", options->set, "override a key of the SoC: --set key=value")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  return {app, [options] {
            const config::SocConfig soc = config::load_soc(options->soc, options->set);
            fmt::print("{}", compiler::describe(
                                 compiler::compile(load_model(options->model, options->precision, options->shapes),
                                                   platform::target_of(soc), platform::options_of(soc))));
            return int{done};
          }};
}

}  // namespace takt::cli
