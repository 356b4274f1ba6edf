#include "firmware/kernel/bandwidth.h"

#include "firmware/abi/noc_registers.h"
#include "firmware/abi/status.h"

namespace takt::firmware {

namespace {
constexpr uint32_t kBurstBytes = 16384;  // the largest grant of the NoC
}

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

void Bandwidth::limit_cores(uint32_t npu_ports, uint32_t first_core, uint32_t cores, uint64_t bytes_per_s) {
  if (npu_ports == 0) return;
  takt_set_bandwidth_slot request = {};
  request.bytes_per_s = bytes_per_s / cores;
  if (bytes_per_s != 0) {
    request.control = TAKT_NOC_ENABLE;
    request.burst_bytes = kBurstBytes;
    if (request.bytes_per_s == 0) request.bytes_per_s = 1;
  }
  for (uint32_t core = first_core; core < first_core + cores; ++core) {
    const uint32_t dma_in = npu_ports - 1 + (core == 0 ? 0 : 1 + 2 * core);
    for (request.initiator = dma_in; request.initiator <= dma_in + 1; ++request.initiator) set(request);
  }
}

}  // namespace takt::firmware
