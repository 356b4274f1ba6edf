#pragma once

#include <stdint.h>

namespace takt::firmware {

// Places in the kernel whose instructions take time that the native build does not spend. kernel/cost_table.h has one
// row for each, in this order.
enum class CostPoint : uint32_t {
  Loop,              // one iteration: inputs sampled, n queues looked at
  Interrupt,         // per source: claim, latch, complete
  RingScan,          // per ring: header checks
  RingSlot,          // n slots taken and validated
  ControlRequest,    // a control request other than the program checks
  ProgramCheck,      // a program header validated
  FencePoll,         // a fence compared or signalled
  Decision,          // n candidates gathered, policy asked about them
  Dispatch,          // hardware queue prepared and started
  PreemptRequest,    // running job asked to stop at a cut
  EngineEvent,       // a stopped hardware queue evaluated
  CompletionRecord,  // a record composed and published
  JobWatchdog,       // progress of the running job judged
  EngineReset,       // engines reset after a hang
  JobEstimate,       // a job's cycles read off its program's cost table
  Telemetry,         // a record of the scheduling log or of metrics written
  Govern,            // n jobs looked at for a power level
  Count,
};

}  // namespace takt::firmware
