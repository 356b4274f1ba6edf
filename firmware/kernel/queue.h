#pragma once

#include <stdint.h>

#include "firmware/abi/ring.h"
#include "firmware/abi/scheduling.h"
#include "firmware/base/device_addr.h"
#include "firmware/base/fixed_fifo.h"
#include "firmware/kernel/program_table.h"
#include "firmware/kernel/rings.h"

namespace takt::firmware {

// Of a partition, for its queues.
inline constexpr uint32_t kAllTime = 1u << 20;

// Slots the firmware holds per queue; the rest stays in the ring.
inline constexpr uint32_t kQueueDepth = 16;

enum class EntryState : uint8_t {
  Waiting,    // accepted; acts when it reaches the head
  Running,    // a job on the engines
  Preempted,  // a job at a cut, its state in the save area
  Finished,   // its record waits for room in the completion ring
};

// One slot on its way through the firmware.
struct Entry {
  takt_job_slot slot = {};
  Program* program = nullptr;    // of a job
  uint64_t table_ticks = 0;      // of a job, start to end, alone, by its program's cost table
  uint64_t estimated_ticks = 0;  // that, corrected
  uint64_t run_ticks = 0;        // on the engines so far, as if at power level 0
  uint64_t engine_ticks = 0;     // that at whatever level, also what was dropped
  uint64_t sequence = 0;         // order of acceptance over all queues
  uint64_t accepted_ticks = 0;
  uint64_t started_ticks = 0;
  uint64_t finished_ticks = 0;
  uint32_t status = 0;
  uint32_t preemptions = 0;
  uint32_t kills = 0;            // of these, without a save
  uint32_t fruitless_stays = 0;  // the last ones that were ended and retired no command
  uint32_t fault_command = 0;
  uint64_t values[2] = {};  // of a control request's answer
  EntryState state = EntryState::Waiting;
};

// A client's queue. Entries run strictly in order, so only the head is ever on the engines.
struct Queue {
  bool open = false;
  bool scan = false;     // its ring may hold slots
  bool stopped = false;  // its ring is malformed and is not read any more
  bool suspended = false;
  bool closing = false;  // being destroyed: nothing of it is read or started
  uint32_t band = 0;
  uint32_t level = 0;
  int32_t priority = 0;
  uint32_t weight = 0;  // 0: by the band
  uint32_t context = 0;
  uint32_t process = 0;  // the number of its context
  uint32_t partition = 0;
  uint64_t served_ticks = 0;
  uint32_t load = 0;  // that it was admitted with, in 1/kAllTime of its partition's time
  DeviceAddr save_area;
  uint32_t save_bytes = 0;
  DeviceAddr windows;
  SubmissionRing ring;
  FixedFifo<Entry, kQueueDepth> entries;

  uint32_t share() const {
    constexpr uint32_t kByBand[TAKT_BANDS] = {1, 3, 9, 27};
    return weight == 0 ? kByBand[band] : weight;
  }
  bool waits_at_fence() const {
    return !suspended && !closing && !entries.empty() && entries.front().slot.type == TAKT_SLOT_FENCE_WAIT;
  }
  bool has_ready_job() const {
    if (suspended || closing || entries.empty() || entries.front().slot.type != TAKT_SLOT_JOB) return false;
    return entries.front().state == EntryState::Waiting || entries.front().state == EntryState::Preempted;
  }
  bool can_save_at_cut(const Program& program) const {
    return save_area.value != 0 && program.cut_count != 0 && save_bytes >= program.max_save_bytes;
  }
  bool can_save_anywhere(const Program& program, uint32_t context_bytes) const {
    return save_area.value != 0 && context_bytes != 0 &&
           save_bytes >= TAKT_FORCED_SAVE_BYTES(program.cores, program.scratchpad_bytes, context_bytes);
  }
};

}  // namespace takt::firmware
