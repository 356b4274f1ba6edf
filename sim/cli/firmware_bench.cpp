#include "sim/cli/firmware_bench.h"

#include <fmt/format.h>

#include <cstdio>

#include "sim/observe/text.h"
#include "sim/platform/firmware_image.h"

namespace takt::cli {

std::unique_ptr<observe::Bench> firmware_bench(const observe::BenchOptions& options,
                                               const config::ScenarioConfig& scenario) {
  observe::BenchOptions wanted = options;
  wanted.max_log = scenario.limits.max_log_bytes;
  wanted.clock_hz = scenario.soc.control_cpu.clock_hz;
  const auto program = [&scenario] {
    const bool native = scenario.soc.control_cpu.cost != "iss";
    return native ? traces::ElfImage() : platform::firmware_image(scenario.firmware).elf;
  };
  const std::string name = scenario.firmware.elf.empty() ? "takt's firmware" : scenario.firmware.elf_path;
  return std::make_unique<observe::Bench>(program, name, wanted);
}

void observe_with(observe::Bench& bench, platform::RunOptions& options) {
  options.observer = bench.observer();
  if (bench.registers() == nullptr) return;
  options.on_register_access = [trace = bench.registers()](const cpu::RegisterAccess& a) {
    trace->access({a.at, a.took, a.write, a.answered, a.address, a.value, a.pc});
  };
}

FirmwareText::FirmwareText(observe::LogBudget& budget, ProgressLine& progress, bool quiet)
    : console_(budget, [this, &progress, quiet](units::Time at, const std::string& line) {
        const std::string text = fmt::format("[{}] {}\n", observe::time_text(at), line);
        text_ += text;
        if (quiet) return;
        progress.clear();
        fmt::print(stderr, "{}", text);
      }) {}

const std::string& FirmwareText::text() {
  console_.flush();
  return text_;
}

}  // namespace takt::cli
