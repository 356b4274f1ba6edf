#include "sim/observe/register_names.h"

#include <array>
#include <map>

#include "firmware/abi/noc_registers.h"
#include "firmware/abi/registers.h"
#include "sim/observe/text.h"

namespace takt::observe {
namespace {

struct Row {
  const char* name;
  std::uint32_t offset;
};

#define TAKT_ROW(block, name, offset, access, reset, sync, what) {#name, offset},
constexpr Row clint[] = {TAKT_CLINT_REGISTERS(TAKT_ROW)};
constexpr Row plic[] = {TAKT_PLIC_REGISTERS(TAKT_ROW)};
constexpr Row mailbox[] = {TAKT_MAILBOX_REGISTERS(TAKT_ROW)};
constexpr Row watchdog[] = {TAKT_WATCHDOG_REGISTERS(TAKT_ROW)};
constexpr Row system_rows[] = {TAKT_SYSTEM_REGISTERS(TAKT_ROW)};
constexpr Row npu[] = {TAKT_NPU_REGISTERS(TAKT_ROW)};
constexpr Row npu_queue[] = {TAKT_NPU_QUEUE_REGISTERS(TAKT_ROW)};
constexpr Row npu_windows[] = {TAKT_NPU_WINDOW_REGISTERS(TAKT_ROW)};
constexpr Row noc[] = {TAKT_NOC_REGISTERS(TAKT_ROW)};
constexpr Row noc_port[] = {TAKT_NOC_PORT_REGISTERS(TAKT_ROW)};
#undef TAKT_ROW

using Names = std::map<std::uint32_t, std::string>;

template <std::size_t N>
void add(Names& names, const std::string& block, std::uint32_t base, const Row (&rows)[N]) {
  for (const Row& row : rows) names.emplace(base + row.offset, block + "." + row.name);
}

Names all_names() {
  Names names;
  add(names, "CLINT", TAKT_CLINT_BASE, clint);
  add(names, "PLIC", TAKT_PLIC_BASE, plic);
  add(names, "MAILBOX", TAKT_MAILBOX_BASE, mailbox);
  add(names, "WATCHDOG", TAKT_WATCHDOG_BASE, watchdog);
  add(names, "SYSTEM", TAKT_SYSTEM_BASE, system_rows);
  add(names, "NPU", TAKT_NPU_BASE, npu);
  for (std::uint32_t n = 0; n < TAKT_NPU_MAX_QUEUES; ++n) {
    add(names, "NPU.QUEUE" + std::to_string(n), TAKT_NPU_BASE + TAKT_NPU_QUEUE(n), npu_queue);
    add(names, "NPU.WINDOWS" + std::to_string(n), TAKT_NPU_BASE + TAKT_NPU_WINDOWS(n), npu_windows);
  }
  add(names, "NOC", TAKT_NOC_BASE, noc);
  for (std::uint32_t n = 0; n < TAKT_NOC_MAX_PORTS; ++n)
    add(names, "NOC.PORT" + std::to_string(n), TAKT_NOC_BASE + TAKT_NOC_PORT(n), noc_port);
  return names;
}

}  // namespace

std::string device_register_name(std::uint32_t address) {
  static const Names names = all_names();
  const auto found = names.find(address);
  return found == names.end() ? address_text(address) : found->second;
}

}  // namespace takt::observe
