#include "firmware/kernel/bandwidth.h"

#include "firmware/abi/noc_registers.h"
#include "firmware/abi/status.h"

namespace takt::firmware {

uint32_t Bandwidth::set(const takt_set_bandwidth_slot& request) {
  if (TAKT_ABI_MINOR(hardware_version_) < 1) return TAKT_STATUS_UNSUPPORTED;
  if (request.initiator >= hal_.read(TAKT_NOC_BASE + TAKT_NOC_PORTS)) return TAKT_STATUS_BAD_SLOT;
  const uint32_t port = TAKT_NOC_BASE + TAKT_NOC_PORT(request.initiator);
  hal_.write(port + TAKT_NOCP_RATE_LO, static_cast<uint32_t>(request.bytes_per_s));
  hal_.write(port + TAKT_NOCP_RATE_HI, static_cast<uint32_t>(request.bytes_per_s >> 32));
  hal_.write(port + TAKT_NOCP_BURST, request.burst_bytes);
  hal_.write(port + TAKT_NOCP_CONTROL, request.control);  // last: it puts the others in force
  return TAKT_STATUS_OK;
}

}  // namespace takt::firmware
