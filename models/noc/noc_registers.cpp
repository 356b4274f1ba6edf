#include "models/noc/noc_registers.h"

#include <algorithm>

#include "firmware/abi/noc_registers.h"

namespace takt::noc {
namespace {

static_assert(TAKT_NOC_BURST_MIN == least_burst_bytes, "one least burst");
static_assert(TAKT_NOC_RATE_MAX == most_bytes_per_s, "one largest rate");

std::uint32_t control_of(const Regulation& regulation) {
  return (regulation.enabled ? TAKT_NOC_ENABLE : 0) | (regulation.qos_override ? TAKT_NOC_QOS_OVERRIDE : 0) |
         std::uint32_t{regulation.qos} << TAKT_NOC_QOS_SHIFT;
}

}  // namespace

NocRegisters::NocRegisters(sc_core::sc_module_name name, Noc& noc)
    : sc_module(name), registers("registers"), noc_(noc) {
  registers.register_b_transport(this, &NocRegisters::b_transport);
  registers.register_transport_dbg(this, &NocRegisters::debug);
  file_.add({TAKT_NOC_REGISTERS(TAKT_REGISTER_SPEC)});
  file_.set(TAKT_NOC_PORTS, static_cast<std::uint32_t>(noc.initiators.size()));
  for (std::size_t i = 0; i < noc.initiators.size(); ++i) add_port(static_cast<base::InitiatorId>(i));
}

void NocRegisters::add_port(base::InitiatorId port) {
  const std::uint32_t base = TAKT_NOC_PORT(std::uint32_t{port});
  const Regulation& reset = noc_.regulation(port);
  file_.add({TAKT_NOC_PORT_REGISTERS(TAKT_REGISTER_SPEC)}, base);
  file_.set(base + TAKT_NOCP_RATE_LO, static_cast<std::uint32_t>(reset.bytes_per_s));
  file_.set(base + TAKT_NOCP_RATE_HI, static_cast<std::uint32_t>(reset.bytes_per_s >> 32));
  file_.set(base + TAKT_NOCP_BURST, static_cast<std::uint32_t>(reset.burst_bytes));
  file_.set(base + TAKT_NOCP_CONTROL, control_of(reset));
  file_.on_write(base + TAKT_NOCP_CONTROL, [this, port](std::uint32_t control) { program(port, control); });
  file_.on_take(base + TAKT_NOCP_GRANTED_LO, [this, port, base] {
    const InitiatorStatistics& statistics = noc_.statistics(port);
    return low(base + TAKT_NOCP_GRANTED_LO, statistics.bytes_read + statistics.bytes_written);
  });
  file_.on_take(base + TAKT_NOCP_THROTTLED_LO, [this, port, base] {
    noc_.account();
    return low(base + TAKT_NOCP_THROTTLED_LO, noc_.statistics(port).throttled / units::nanoseconds(1));
  });
}

void NocRegisters::program(base::InitiatorId port, std::uint32_t control) {
  const std::uint32_t base = TAKT_NOC_PORT(std::uint32_t{port});
  control &= TAKT_NOC_CONTROL_MASK;
  file_.set(base + TAKT_NOCP_CONTROL, control);
  const std::uint64_t rate =
      file_.value(base + TAKT_NOCP_RATE_LO) | std::uint64_t{file_.value(base + TAKT_NOCP_RATE_HI)} << 32;
  Regulation regulation;
  regulation.enabled = (control & TAKT_NOC_ENABLE) != 0;
  regulation.bytes_per_s = std::min(rate, most_bytes_per_s);
  regulation.burst_bytes = std::max<std::uint64_t>(file_.value(base + TAKT_NOCP_BURST), least_burst_bytes);
  regulation.qos_override = (control & TAKT_NOC_QOS_OVERRIDE) != 0;
  regulation.qos = static_cast<std::uint8_t>((control & TAKT_NOC_QOS_MASK) >> TAKT_NOC_QOS_SHIFT);
  noc_.regulate(port, regulation);
}

std::uint32_t NocRegisters::low(std::uint32_t offset, std::uint64_t value) {
  file_.set(offset + 4, static_cast<std::uint32_t>(value >> 32));
  return static_cast<std::uint32_t>(value);
}

}  // namespace takt::noc
