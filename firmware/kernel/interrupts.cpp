#include "firmware/kernel/interrupts.h"

#include "firmware/abi/power.h"

namespace takt::firmware {
namespace {

// Reads a cause register and acknowledges exactly the bits read.
uint32_t take_bits(Hal& hal, uint32_t status, uint32_t clear) {
  const uint32_t bits = hal.read(status);
  if (bits != 0) hal.write(clear, bits);
  return bits;
}

}  // namespace

void Interrupts::enable(uint32_t hardware_queues) {
  hal_.write(TAKT_NPU_BASE + TAKT_NPU_IRQ_ENABLE, (1u << hardware_queues) - 1);
  hal_.write(TAKT_PLIC_BASE + TAKT_PLIC_PRIORITY_1, 1);
  hal_.write(TAKT_PLIC_BASE + TAKT_PLIC_PRIORITY_2, 1);
  hal_.write(TAKT_PLIC_BASE + TAKT_PLIC_THRESHOLD, 0);
  hal_.write(TAKT_PLIC_BASE + TAKT_PLIC_ENABLE, 1u << TAKT_IRQ_MAILBOX | 1u << TAKT_IRQ_NPU);
}

void Interrupts::enable_sensors() {
  hal_.write(TAKT_PLIC_BASE + TAKT_PLIC_PRIORITY_4, 1);
  hal_.write(TAKT_PLIC_BASE + TAKT_PLIC_ENABLE, 1u << TAKT_IRQ_MAILBOX | 1u << TAKT_IRQ_NPU | 1u << TAKT_IRQ_THERMAL);
}

LatchedInterrupts Interrupts::latch() {
  LatchedInterrupts latched;
  for (uint32_t i = 1; i < TAKT_IRQ_END; ++i) {
    const uint32_t source = hal_.read(TAKT_PLIC_BASE + TAKT_PLIC_CLAIM);
    if (source == 0) break;
    hal_.cost(CostPoint::Interrupt);
    uint32_t bits = 0;
    if (source == TAKT_IRQ_MAILBOX) {
      bits =
          take_bits(hal_, TAKT_MAILBOX_BASE + TAKT_MAILBOX_DOORBELL, TAKT_MAILBOX_BASE + TAKT_MAILBOX_DOORBELL_CLEAR);
      latched.doorbells |= bits;
    } else if (source == TAKT_IRQ_NPU) {
      bits = take_bits(hal_, TAKT_NPU_BASE + TAKT_NPU_IRQ_STATUS, TAKT_NPU_BASE + TAKT_NPU_IRQ_CLEAR);
      latched.engines |= bits;
    } else if (source == TAKT_IRQ_THERMAL) {
      bits = take_bits(hal_, TAKT_THERMAL_BASE + TAKT_THERMAL_PENDING, TAKT_THERMAL_BASE + TAKT_THERMAL_CLEAR);
      latched.sensors |= bits;
    }
    hal_.write(TAKT_PLIC_BASE + TAKT_PLIC_CLAIM, source);
    ++latched.claims;
    if (bits == 0) ++latched.spurious;
  }
  return latched;
}

}  // namespace takt::firmware
