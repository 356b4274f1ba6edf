#include "sim/platform/firmware_recorder.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "firmware/abi/registers.h"

namespace takt::platform {

using traces::FirmwareAccess;
using traces::FirmwareAction;

namespace {

// How an RV32 build reaches shared memory, and what it tells people: no part of what a firmware does.
bool of_build(std::uint32_t address) {
  for (const std::uint32_t offset :
       {TAKT_SYSTEM_WINDOW_LO, TAKT_SYSTEM_WINDOW_HI, TAKT_SYSTEM_TRACE, TAKT_SYSTEM_CONSOLE})
    if (address == TAKT_SYSTEM_BASE + offset) return true;
  return false;
}

std::string name_of(const config::Scenario& scenario) {
  if (scenario.config.soc.control_cpu.cost != "iss") return "native";
  if (scenario.config.firmware.elf.empty()) return "rv32";
  return std::filesystem::path(scenario.config.firmware.elf_path).filename().string();
}

}  // namespace

FirmwareRecorder::FirmwareRecorder(const std::filesystem::path& file, const config::Scenario& scenario,
                                   cpu::ControlCpu& cpu, std::function<void()> full)
    : file_(file, traces::firmware_trace_kind),
      most_bytes_(std::min(scenario.config.limits.max_log_bytes, traces::max_payload_bytes / 2)),
      full_(std::move(full)) {
  trace_.scenario = scenario.config.name;
  trace_.soc = scenario.soc;
  trace_.firmware = name_of(scenario);
  cpu.on_start([this](const takt_boot_info& info) {
    FirmwareAccess start;
    start.action = FirmwareAction::start;
    start.at = base::now();
    start.boot_info = {reinterpret_cast<const char*>(&info), sizeof info};
    add(start);
  });
  cpu.on_register_access([this](const cpu::RegisterAccess& a) {
    if (of_build(a.address)) return;
    FirmwareAccess access;
    access.action = a.write ? FirmwareAction::write : FirmwareAction::read;
    access.at = a.at + a.took;
    access.address = a.address;
    access.value = a.value;
    access.answered = a.answered;
    add(access);
  });
  cpu.on_memory_access([this](const cpu::MemoryAccess& a) {
    FirmwareAccess access;
    access.action = a.write ? FirmwareAction::store : FirmwareAction::load;
    access.at = base::now();
    access.address = a.address;
    access.bytes = static_cast<std::uint8_t>(a.bytes);
    std::memcpy(&access.value, a.data, a.bytes);
    access.answered = a.answered;
    add(access);
  });
}

void FirmwareRecorder::add(FirmwareAccess access) {
  if (cut_) return;
  trace_.add(access);
  if (trace_.bytes() < most_bytes_) return;
  cut_ = true;
  full_();
}

void FirmwareRecorder::close() { file_.write(encode(trace_)); }

}  // namespace takt::platform
