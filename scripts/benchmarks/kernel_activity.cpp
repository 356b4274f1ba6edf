// takt_kernel_activity MODEL SOC REQUESTS: runs the model alone and prints what the SystemC kernel did for it, one
// figure a line: NPU commands, delta cycles, simulated time in ns.
//
// Nobody contends, so a delta cycle holds about one process: delta cycles stand for kernel events.
#include <cstdio>
#include <cstdlib>
#include <exception>

#include "models/base/systemc.h"
#include "sim/config/load.h"
#include "sim/platform/platform.h"

// The SystemC library refers to sc_main; the platform calls sc_start itself.
extern "C" int sc_main(int, char**) { return 1; }

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: takt_kernel_activity MODEL SOC REQUESTS\n");
    return 2;
  }
  setenv("SYSTEMC_DISABLE_COPYRIGHT_MESSAGE", "1", 1);
  try {
    const takt::config::Scenario scenario =
        takt::config::scenario_for_model(argv[1], argv[2], std::strtoull(argv[3], nullptr, 10));
    takt::platform::Platform platform(scenario, {});
    const takt::platform::RunRecord record = platform.run();
    unsigned long long commands = 0;
    for (const takt::platform::EngineRecord& engine : record.npu.engines) commands += engine.commands;
    std::printf("commands %llu\n", commands);
    std::printf("deltas %llu\n", static_cast<unsigned long long>(sc_core::sc_delta_count()));
    std::printf("simulated_ns %llu\n", static_cast<unsigned long long>(record.simulated.value / 1000));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "takt_kernel_activity: %s\n", error.what());
    return 2;
  }
  return 0;
}
