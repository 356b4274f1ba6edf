#include "sim/observe/register_names.h"

#include <array>
#include <map>

#include "firmware/abi/noc_registers.h"
#include "firmware/abi/power.h"
#include "firmware/abi/registers.h"
#include "sim/observe/text.h"

namespace takt::observe {
namespace {

enum Access { RO = 1, WO = 2, RW = 3 };

struct Row {
  const char* name;
  std::uint32_t offset;
  Access access;
};

#define TAKT_ROW(block, name, offset, access, reset, sync, what) {#name, offset, access},
constexpr Row clint[] = {TAKT_CLINT_REGISTERS(TAKT_ROW)};
constexpr Row plic[] = {TAKT_PLIC_REGISTERS(TAKT_ROW)};
constexpr Row mailbox[] = {TAKT_MAILBOX_REGISTERS(TAKT_ROW)};
constexpr Row watchdog[] = {TAKT_WATCHDOG_REGISTERS(TAKT_ROW)};
constexpr Row system_rows[] = {TAKT_SYSTEM_REGISTERS(TAKT_ROW)};
constexpr Row npu[] = {TAKT_NPU_REGISTERS(TAKT_ROW)};
constexpr Row npu_queue[] = {TAKT_NPU_QUEUE_REGISTERS(TAKT_ROW)};
constexpr Row npu_windows[] = {TAKT_NPU_WINDOW_REGISTERS(TAKT_ROW)};
constexpr Row npu_place[] = {TAKT_NPU_PLACE_REGISTERS(TAKT_ROW)};
constexpr Row npu_level[] = {TAKT_NPU_LEVEL_REGISTERS(TAKT_ROW)};
constexpr Row thermal[] = {TAKT_THERMAL_REGISTERS(TAKT_ROW)};
constexpr Row sensor[] = {TAKT_THERMAL_SENSOR_REGISTERS(TAKT_ROW)};
constexpr Row noc[] = {TAKT_NOC_REGISTERS(TAKT_ROW)};
constexpr Row noc_port[] = {TAKT_NOC_PORT_REGISTERS(TAKT_ROW)};
#undef TAKT_ROW

using Registers = std::map<std::uint32_t, DeviceRegister>;

template <std::size_t N>
void add(Registers& all, const std::string& block, std::uint32_t base, const Row (&rows)[N]) {
  for (const Row& row : rows)
    all.emplace(base + row.offset, DeviceRegister{block + "." + row.name, row.access != WO, row.access != RO});
}

Registers all_registers() {
  Registers all;
  add(all, "CLINT", TAKT_CLINT_BASE, clint);
  add(all, "PLIC", TAKT_PLIC_BASE, plic);
  add(all, "MAILBOX", TAKT_MAILBOX_BASE, mailbox);
  add(all, "WATCHDOG", TAKT_WATCHDOG_BASE, watchdog);
  add(all, "SYSTEM", TAKT_SYSTEM_BASE, system_rows);
  add(all, "NPU", TAKT_NPU_BASE, npu);
  for (std::uint32_t n = 0; n < TAKT_NPU_MAX_QUEUES; ++n) {
    add(all, "NPU.QUEUE" + std::to_string(n), TAKT_NPU_BASE + TAKT_NPU_QUEUE(n), npu_queue);
    add(all, "NPU.WINDOWS" + std::to_string(n), TAKT_NPU_BASE + TAKT_NPU_WINDOWS(n), npu_windows);
    add(all, "NPU.PLACE" + std::to_string(n), TAKT_NPU_BASE + TAKT_NPU_PLACE(n), npu_place);
  }
  for (std::uint32_t n = 0; n < TAKT_NPU_MAX_LEVELS; ++n)
    add(all, "NPU.LEVEL" + std::to_string(n), TAKT_NPU_BASE + TAKT_NPU_LEVEL(n), npu_level);
  add(all, "THERMAL", TAKT_THERMAL_BASE, thermal);
  for (std::uint32_t n = 0; n < TAKT_SENSORS; ++n)
    add(all, "THERMAL.SENSOR" + std::to_string(n), TAKT_THERMAL_BASE + TAKT_THERMAL_SENSOR(n), sensor);
  add(all, "NOC", TAKT_NOC_BASE, noc);
  for (std::uint32_t n = 0; n < TAKT_NOC_MAX_PORTS; ++n)
    add(all, "NOC.PORT" + std::to_string(n), TAKT_NOC_BASE + TAKT_NOC_PORT(n), noc_port);
  return all;
}

}  // namespace

const DeviceRegister* device_register(std::uint32_t address) {
  static const Registers all = all_registers();
  const auto found = all.find(address);
  return found == all.end() ? nullptr : &found->second;
}

std::string device_register_name(std::uint32_t address) {
  const DeviceRegister* const found = device_register(address);
  return found == nullptr ? address_text(address) : found->name;
}

}  // namespace takt::observe
