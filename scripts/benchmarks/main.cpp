// Google Benchmark inside SystemC: modules are elaborated once, by the first benchmark that needs them.
#include <benchmark/benchmark.h>

#include <cstdlib>

#include "models/base/systemc.h"

// The SystemC library refers to sc_main; the benchmarks call sc_start themselves.
extern "C" int sc_main(int, char**) { return 1; }

int main(int argc, char** argv) {
  setenv("SYSTEMC_DISABLE_COPYRIGHT_MESSAGE", "1", 1);
  sc_core::sc_report_handler::set_actions(sc_core::SC_INFO, sc_core::SC_DO_NOTHING);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
