// What the kernel's primitives cost on the control processor, for the native build. Rows of what
// scripts/fit-cost-table's scenarios do are fitted to the instructions of the RV32 build, together: iterations of the
// loop come out right, a row alone may stand for its neighbours too. The others are estimates. Accesses to registers
// and memory are not in here: the bus charges those. Neither is the processor's interrupt entry, which is a parameter
// of the processor.
//
// Fit: 6727 iterations of 3919 cycles in 15 runs, mean distance from the rows 3.8 %.
// Firmware: b0830e1835c753ae (first half of the SHA-256 of its image with trace points).
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
    {CostPoint::Loop, "loop", 431, 94, false, "fitted to the RV32 build (scripts/fit-cost-table)"},
    {CostPoint::Interrupt, "interrupt", 179, 0, false, "fitted to the RV32 build (scripts/fit-cost-table)"},
    {CostPoint::RingScan, "ring_scan", 385, 0, false, "fitted to the RV32 build (scripts/fit-cost-table)"},
    {CostPoint::RingSlot, "ring_slot", 133, 855, false, "fitted to the RV32 build (scripts/fit-cost-table)"},
    {CostPoint::ControlRequest, "control_request", 1081, 0, false, "fitted to the RV32 build (scripts/fit-cost-table)"},
    {CostPoint::ProgramCheck, "program_check", 11631, 0, false, "fitted to the RV32 build (scripts/fit-cost-table)"},
    {CostPoint::FencePoll, "fence_poll", 40, 0, true, "counted by hand"},
    {CostPoint::Decision, "decision", 698, 281, false, "fitted to the RV32 build (scripts/fit-cost-table)"},
    {CostPoint::Dispatch, "dispatch", 87, 0, false, "fitted to the RV32 build (scripts/fit-cost-table)"},
    {CostPoint::PreemptRequest, "preempt_request", 338, 0, false, "fitted to the RV32 build (scripts/fit-cost-table)"},
    {CostPoint::EngineEvent, "engine_event", 268, 0, false, "fitted to the RV32 build (scripts/fit-cost-table)"},
    {CostPoint::CompletionRecord, "completion_record", 631, 0, false,
     "fitted to the RV32 build (scripts/fit-cost-table)"},
    {CostPoint::JobWatchdog, "job_watchdog", 0, 0, false, "fitted to the RV32 build (scripts/fit-cost-table)"},
    {CostPoint::EngineReset, "engine_reset", 300, 0, true, "as a dispatch"},
    {CostPoint::JobEstimate, "job_estimate", 452, 0, false, "fitted to the RV32 build (scripts/fit-cost-table)"},
    {CostPoint::Telemetry, "telemetry", 326, 0, false, "fitted to the RV32 build (scripts/fit-cost-table)"},
    {CostPoint::Govern, "govern", 260, 272, false, "fitted to the RV32 build (scripts/fit-cost-table)"},
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
