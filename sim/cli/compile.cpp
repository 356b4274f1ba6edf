// takt compile: what the compiler makes of a model for an SoC.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "sim/cli/command.h"
#include "sim/cli/model_source.h"
#include "sim/compiler/busy.h"
#include "sim/compiler/compiler.h"
#include "sim/compiler/print.h"
#include "sim/compiler/print_passes.h"
#include "sim/config/load.h"
#include "sim/platform/program_file.h"
#include "sim/platform/workload.h"

namespace takt::cli {
namespace {

platform::ProgramFile compile(const ModelAndSoc& source, compiler::PassObserver* observer) {
  const config::SocConfig soc = config::load_soc(source.soc, source.set);
  const compiler::Target target = target_of(source, soc);
  compiler::Options options = platform::options_of(soc);
  options.cores = std::min(options.cores, target.cores);
  const auto busy = config::is_model_file(source.model) ? std::nullopt : compiler::busy_of(source.model);
  return {busy ? compiler::compile(*busy, target)
               : compiler::compile(load_model(source.model, source.options), target, options, observer),
          soc.name, platform::target_fields(target, options)};
}

std::vector<std::string> pass_names() {
  std::vector<std::string> names(std::begin(compiler::passes), std::end(compiler::passes));
  names.emplace_back("all");
  return names;
}

// Empty, or what is wrong with the name.
std::string ends_in_takt(const std::string& file) {
  return std::filesystem::path(file).extension() == ".takt" ? "" : file + " does not end in .takt";
}

}  // namespace

Registered add_compile(CLI::App& takt) {
  CLI::App* app = takt.add_subcommand("compile", "Compile a model for an SoC and list its layers");
  const auto options = std::make_shared<ModelAndSoc>();
  add_model_and_soc(*app, *options, "a .tflite or .onnx file, or a zoo name");
  add_kind_of_cores(*app, *options);
  const auto output = std::make_shared<std::string>();
  app->add_option("-o,--output", *output, "also write the programs to FILE.takt, for run, scenarios and inspect")
      ->type_name("FILE")
      ->check(CLI::Validator(ends_in_takt, "FILE.takt"));
  const auto pass = std::make_shared<std::string>();
  app->add_option("--print-after", *pass,
                  "print what this pass leaves instead: layers, operands, storages, tilings, places")
      ->check(CLI::IsMember(pass_names()));
  return {app, [options, output, pass] {
            compiler::PassPrinter printer(*pass);
            const platform::ProgramFile file = compile(*options, &printer);
            if (!output->empty()) platform::write_program_file(*output, file);
            fmt::print("{}", pass->empty() ? compiler::describe(file.model) : printer.text());
            return int{done};
          }};
}

}  // namespace takt::cli
