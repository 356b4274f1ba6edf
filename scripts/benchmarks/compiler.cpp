// From a network to a program.
#include "sim/compiler/compiler.h"

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "sim/import/tflite/reader.h"
#include "sim/zoo/zoo.h"

namespace takt {
namespace {

// The default target is the Hexagon-like one.
void compile(benchmark::State& state, const char* network) {
  for (auto _ : state) benchmark::DoNotOptimize(compiler::compile(zoo::build(network), compiler::Target()));
}
BENCHMARK_CAPTURE(compile, resnet50, "resnet50")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(compile, mobilenet_v2, "mobilenet_v2")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(compile, edsr, "edsr")->Unit(benchmark::kMillisecond);

// TAKT_BENCH_TFLITE names a file; scripts/bench sets it where it finds one.
void read_tflite(benchmark::State& state) {
  const char* path = std::getenv("TAKT_BENCH_TFLITE");
  if (path == nullptr || !std::filesystem::exists(path)) {
    state.SkipWithError("no file to read");
    return;
  }
  for (auto _ : state) benchmark::DoNotOptimize(tflite::read_tflite(path));
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * std::filesystem::file_size(path)));
}
BENCHMARK(read_tflite)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace takt
