#include "sim/cli/replay_firmware.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "sim/cli/command.h"
#include "sim/observe/text.h"
#include "sim/platform/firmware_image.h"
#include "sim/rerun/rerun.h"

namespace takt::cli {
namespace {

using rerun::Rerun;

Rerun replay_program(const traces::FirmwareTrace& trace, const std::string& file, const std::string& elf) {
  config::FirmwareConfig firmware;
  if (!elf.empty()) {
    firmware.elf = traces::read_elf_bytes(elf);
    firmware.elf_path = elf;
  }
  const std::string name = elf.empty() ? "rv32" : std::filesystem::path(elf).filename().string();
  return rerun::rerun_elf(trace, file, platform::firmware_image(firmware).image, name);
}

std::vector<Rerun> replay_all(const traces::FirmwareTrace& trace, const FirmwareReplayOptions& options) {
  std::vector<Rerun> all;
  const bool both = options.firmware.empty();
  if (both || options.firmware == "native") all.push_back(rerun::rerun_native(trace, options.trace));
  if (both || options.firmware == "rv32") all.push_back(replay_program(trace, options.trace, ""));
  if (all.empty()) all.push_back(replay_program(trace, options.trace, options.firmware));
  return all;
}

nlohmann::ordered_json document(const traces::FirmwareTrace& trace, const std::vector<Rerun>& all) {
  nlohmann::ordered_json builds = nlohmann::ordered_json::array();
  for (const Rerun& one : all) {
    nlohmann::ordered_json build = {{"build", one.build}, {"identical", one.accesses}, {"difference", nullptr}};
    if (one.difference)
      build["difference"] = {{"at_ns", one.difference->at.value / 1000},
                             {"recorded", one.difference->recorded},
                             {"found", one.difference->found}};
    builds.push_back(std::move(build));
  }
  return {{"scenario", trace.scenario}, {"soc", trace.soc},
          {"recorded", trace.firmware}, {"simulated_ns", trace.end().value / 1000},
          {"starts", trace.starts()},   {"accesses", trace.accesses()},
          {"builds", std::move(builds)}};
}

void print(const traces::FirmwareTrace& trace, const std::vector<Rerun>& all) {
  fmt::print("{} on {}, recorded from {}: {} accesses, {} start{}, {} simulated\n", trace.scenario, trace.soc,
             trace.firmware, trace.accesses(), trace.starts(), trace.starts() == 1 ? "" : "s",
             observe::time_text(trace.end()));
  for (const Rerun& one : all) {
    if (!one.difference) {
      fmt::print("  {:<8} identical\n", one.build);
      continue;
    }
    fmt::print("  {:<8} differs behind {} accesses, at {}: recorded {}, found {}\n", one.build, one.accesses,
               observe::time_text(one.difference->at), one.difference->recorded, one.difference->found);
  }
}

}  // namespace

int replay_firmware_trace(const FirmwareReplayOptions& options) {
  const traces::FirmwareTrace trace = traces::read_firmware_trace(options.trace);
  const std::vector<Rerun> all = replay_all(trace, options);
  if (options.json)
    fmt::print("{}\n", document(trace, all).dump(2));
  else if (!options.quiet)
    print(trace, all);
  const bool differs = std::any_of(all.begin(), all.end(), [](const Rerun& one) { return one.difference.has_value(); });
  return differs ? gate_failed : done;
}

}  // namespace takt::cli
