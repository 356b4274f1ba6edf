// What the kernel's primitives cost on the control processor, for the native build. All rows are estimates until they
// are fitted from RV32 runs. Accesses to registers and memory are not in here: the bus charges those. Neither is the
// processor's interrupt entry, which is a parameter of the processor.
#pragma once

#include <stdint.h>

#include "firmware/base/cost_point.h"

namespace takt::firmware {

struct CostRow {
  CostPoint point;
  const char* name;
  uint32_t base_cycles;      // a
  uint32_t cycles_per_item;  // b; a charge of n items costs a + b * n cycles
  bool estimated;
  const char* source;
};

inline constexpr CostRow kCostTable[] = {
    {CostPoint::Loop, "loop", 60, 0, true, "counted by hand: about 60 instructions"},
    {CostPoint::Interrupt, "interrupt", 148, 0, true, "Zephyr latency_measure: ISR to interrupted thread, 148 cycles"},
    {CostPoint::RingScan, "ring_scan", 60, 0, true, "counted by hand: eight comparisons of a cached header"},
    {CostPoint::RingSlot, "ring_slot", 0, 300, true, "ring pop and validation, 200..400 cycles per slot"},
    {CostPoint::ControlRequest, "control_request", 300, 0, true, "as one slot's validation"},
    {CostPoint::ProgramCheck, "program_check", 400, 0, true,
     "upper end of a slot's validation: three times the fields"},
    {CostPoint::FencePoll, "fence_poll", 40, 0, true, "counted by hand"},
    {CostPoint::Decision, "decision", 50, 20, true, "decision over n queues, 50 + 20 per queue"},
    {CostPoint::Dispatch, "dispatch", 300, 0, true, "Zephyr latency_measure: ISR to other thread, 304 cycles"},
    {CostPoint::PreemptRequest, "preempt_request", 60, 0, true, "counted by hand"},
    {CostPoint::EngineEvent, "engine_event", 67, 0, true, "Zephyr latency_measure: semaphore give, no waiter"},
    {CostPoint::CompletionRecord, "completion_record", 200, 0, true, "lower end of a slot's handling"},
    {CostPoint::JobWatchdog, "job_watchdog", 40, 0, true, "counted by hand"},
    {CostPoint::EngineReset, "engine_reset", 300, 0, true, "as a dispatch"},
    {CostPoint::JobEstimate, "job_estimate", 200, 0, true,
     "counted by hand: a search and a 64-bit division in software"},
};

namespace cost_table_check {
constexpr bool in_order() {
  for (uint32_t i = 0; i < sizeof(kCostTable) / sizeof(kCostTable[0]); ++i) {
    if (static_cast<uint32_t>(kCostTable[i].point) != i) return false;
  }
  return true;
}
}  // namespace cost_table_check
static_assert(sizeof(kCostTable) / sizeof(kCostTable[0]) == static_cast<uint32_t>(CostPoint::Count), "a row per point");
static_assert(cost_table_check::in_order(), "rows stand in the order of the points");

constexpr const CostRow& cost_row(CostPoint point) { return kCostTable[static_cast<uint32_t>(point)]; }

}  // namespace takt::firmware
