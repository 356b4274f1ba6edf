#include "firmware/kernel/engines.h"

#include "firmware/abi/registers.h"
#include "firmware/abi/status.h"

namespace takt::firmware {

namespace {
constexpr uint32_t kFaultCommandMask = 0xffffffu;  // NPUQ.FAULT: engine << 24 | command
}

void Engines::place(uint32_t hardware_queue, uint32_t first_core) {
  hal_.write(TAKT_NPU_BASE + TAKT_NPU_PLACE(hardware_queue) + TAKT_NPUP_FIRST_CORE, first_core);
}

void Engines::forget_windows() {
  for (DeviceAddr& windows : windows_) windows = {~0ull};
}

void Engines::start(uint32_t hardware_queue, const EngineJob& job, bool resume) {
  hal_.cost(CostPoint::Dispatch);
  set_windows(hardware_queue, job.windows);  // first: the hardware reads them meanwhile
  set_address(hardware_queue, TAKT_NPUQ_PROGRAM_LO, job.program);
  set_address(hardware_queue, TAKT_NPUQ_PARAMETERS_LO, job.parameters);
  set_address(hardware_queue, TAKT_NPUQ_SAVE_LO, job.save_area);
  set(hardware_queue, TAKT_NPUQ_SAVE_BYTES, job.save_bytes);
  set(hardware_queue, TAKT_NPUQ_CONTEXT, job.context);
  set(hardware_queue, TAKT_NPUQ_JOB, job.tag);
  set(hardware_queue, TAKT_NPUQ_QOS, job.qos);
  hal_.fence();
  set(hardware_queue, TAKT_NPUQ_CONTROL, resume ? TAKT_NPU_RESUME : TAKT_NPU_START);
}

void Engines::preempt(uint32_t hardware_queue) {
  hal_.cost(CostPoint::PreemptRequest);
  set(hardware_queue, TAKT_NPUQ_CONTROL, TAKT_NPU_PREEMPT);
}

void Engines::force_preempt(uint32_t hardware_queue) {
  hal_.cost(CostPoint::PreemptRequest);
  set(hardware_queue, TAKT_NPUQ_CONTROL, TAKT_NPU_PREEMPT_NOW);
}

void Engines::abort(uint32_t hardware_queue) {
  hal_.cost(CostPoint::PreemptRequest);
  set(hardware_queue, TAKT_NPUQ_CONTROL, TAKT_NPU_ABORT);
}

uint32_t Engines::progress(uint32_t hardware_queue) { return get(hardware_queue, TAKT_NPUQ_PROGRESS); }

EngineStop Engines::state(uint32_t hardware_queue) {
  EngineStop stop = {get(hardware_queue, TAKT_NPUQ_STATE), TAKT_STATUS_OK, 0};
  if (stop.state == TAKT_NPU_FAULTED) {
    stop.status = get(hardware_queue, TAKT_NPUQ_STATUS);
    // A fault must not read as success, whatever the hardware says about it.
    if (stop.status == TAKT_STATUS_OK) stop.status = TAKT_STATUS_BAD_COMMAND;
    stop.fault_command = get(hardware_queue, TAKT_NPUQ_FAULT) & kFaultCommandMask;
  }
  return stop;
}

bool Engines::reset_works(uint32_t hardware_queues) {
  hal_.write(TAKT_NPU_BASE + TAKT_NPU_RESET, 1);
  for (uint32_t queue = 0; queue < hardware_queues; ++queue) {
    if (get(queue, TAKT_NPUQ_STATE) != TAKT_NPU_IDLE) return false;
  }
  return true;
}

bool Engines::reset(uint32_t hardware_queues) {
  hal_.cost(CostPoint::EngineReset);
  const uint32_t all = (1u << hardware_queues) - 1;
  const bool works = reset_works(hardware_queues) || reset_works(hardware_queues);
  hal_.write(TAKT_NPU_BASE + TAKT_NPU_IRQ_CLEAR, all);
  hal_.write(TAKT_NPU_BASE + TAKT_NPU_IRQ_ENABLE, all);
  return works;
}

uint32_t Engines::power_levels() {
  if (TAKT_ABI_MINOR(hardware_version_) < 4) return 1;
  const uint32_t levels = hal_.read(TAKT_NPU_BASE + TAKT_NPU_POWER_LEVELS);
  return levels < TAKT_NPU_MAX_LEVELS ? levels : TAKT_NPU_MAX_LEVELS;
}

uint32_t Engines::clock_khz(uint32_t level) {
  if (TAKT_ABI_MINOR(hardware_version_) < 7) return 0;
  return hal_.read(TAKT_NPU_BASE + TAKT_NPU_LEVEL(level) + TAKT_NPUL_CLOCK_KHZ);
}

void Engines::sleep(uint32_t state) {
  if (TAKT_ABI_MINOR(hardware_version_) >= 7) hal_.write(TAKT_NPU_BASE + TAKT_NPU_POWER_STATE, state);
}

uint32_t Engines::context_bytes() {
  return TAKT_ABI_MINOR(hardware_version_) < 5 ? 0 : hal_.read(TAKT_NPU_BASE + TAKT_NPU_CONTEXT_BYTES);
}

uint32_t Engines::cores() {
  return TAKT_ABI_MINOR(hardware_version_) < 6 ? 0 : hal_.read(TAKT_NPU_BASE + TAKT_NPU_CORES);
}

// Only where they change: the hardware reads the table again then.
void Engines::set_windows(uint32_t hardware_queue, DeviceAddr windows) {
  if (windows_[hardware_queue].value == windows.value) return;
  windows_[hardware_queue] = windows;
  const uint32_t block = TAKT_NPU_BASE + TAKT_NPU_WINDOWS(hardware_queue);
  hal_.write(block + TAKT_NPUW_TABLE_LO, static_cast<uint32_t>(windows.value));
  hal_.write(block + TAKT_NPUW_TABLE_HI, static_cast<uint32_t>(windows.value >> 32));
}

uint32_t Engines::get(uint32_t hardware_queue, uint32_t offset) {
  return hal_.read(TAKT_NPU_BASE + TAKT_NPU_QUEUE(hardware_queue) + offset);
}

void Engines::set(uint32_t hardware_queue, uint32_t offset, uint32_t value) {
  hal_.write(TAKT_NPU_BASE + TAKT_NPU_QUEUE(hardware_queue) + offset, value);
}

void Engines::set_address(uint32_t hardware_queue, uint32_t low_offset, DeviceAddr address) {
  set(hardware_queue, low_offset, static_cast<uint32_t>(address.value));
  set(hardware_queue, low_offset + 4, static_cast<uint32_t>(address.value >> 32));
}

}  // namespace takt::firmware
