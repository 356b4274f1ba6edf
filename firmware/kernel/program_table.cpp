#include "firmware/kernel/program_table.h"

#include "firmware/abi/command.h"
#include "firmware/abi/status.h"

namespace takt::firmware {
namespace {

constexpr uint64_t kHeaderAlignment = 8;  // natural alignment of its widest field

// [offset, offset + count * item) lies behind the header and inside the program. An empty table may lie anywhere.
bool inside(const takt_program_header& header, uint64_t offset, uint32_t count, uint32_t item, uint32_t alignment) {
  if (count == 0) return true;
  const uint64_t bytes = static_cast<uint64_t>(count) * item;
  return offset >= header.header_bytes && (offset & (alignment - 1)) == 0 && offset <= header.total_bytes &&
         bytes <= header.total_bytes - offset;
}

bool tables_inside(const takt_program_header& header) {
  for (uint32_t engine = 0; engine < TAKT_ENGINE_COUNT; ++engine) {
    if (!inside(header, header.list_offset[engine], header.list_commands[engine], TAKT_COMMAND_BYTES,
                TAKT_COMMAND_BYTES)) {
      return false;
    }
  }
  return inside(header, header.cuts_offset, header.cut_count, sizeof(takt_cut), 8) &&
         inside(header, header.live_ranges_offset, header.live_range_count, sizeof(takt_live_range), 4) &&
         inside(header, header.cost_offset, header.cost_offset == 0 ? 0 : 1, sizeof(takt_cost_table), 8) &&
         inside(header, header.cores_offset, header.cores <= 1 ? 0 : header.cores - 1, sizeof(takt_core_part), 8);
}

bool sizes_agree(const takt_program_header& header, DeviceAddr at) {
  return at.value != 0 && at.value % kHeaderAlignment == 0 && header.header_bytes >= sizeof(takt_program_header) &&
         header.total_bytes >= header.header_bytes && header.total_bytes <= ~0ull - at.value &&
         header.semaphore_count <= TAKT_SEMAPHORES && header.cores <= TAKT_NPU_MAX_CORES &&
         (header.cut_count == 0 || header.max_save_bytes >= sizeof(takt_save_header));
}

}  // namespace

uint64_t Program::corrected(uint64_t ticks) const {
  return (ticks / kExact) * correction_ + (ticks % kExact) * correction_ / kExact;
}

// A quarter of each job's error: one that other traffic held up does not decide alone.
void Program::observe(uint64_t estimated, uint64_t observed) {
  while ((estimated | observed) >> 20 != 0) {  // the quotient stays within 32 bits
    estimated >>= 1;
    observed >>= 1;
  }
  if (estimated == 0) return;
  uint32_t ratio = static_cast<uint32_t>(observed) * kExact / static_cast<uint32_t>(estimated);
  if (ratio > 16 * kExact) ratio = 16 * kExact;
  if (ratio < kExact / 16) ratio = kExact / 16;
  correction_ = correction_ - correction_ / 4 + ratio / 4;
}

uint32_t check_program(const takt_program_header& header, DeviceAddr at) {
  if (header.magic != TAKT_PROGRAM_MAGIC) return TAKT_STATUS_BAD_PROGRAM;
  if (TAKT_ABI_MAJOR(header.version) != TAKT_ABI_MAJOR(TAKT_ABI_PROGRAM)) return TAKT_STATUS_BAD_VERSION;
  return sizes_agree(header, at) && tables_inside(header) ? TAKT_STATUS_OK : TAKT_STATUS_BAD_PROGRAM;
}

void ProgramTable::set_levels(const uint32_t* clock_khz, uint32_t levels) {
  levels_ = levels;
  for (uint32_t level = 0; level < levels; ++level) clock_khz_[level] = clock_khz[level];
}

// By the clocks where the program has no table. `table`: its address, or 0.
Slowdown ProgramTable::slowdown_of(Hal& hal, const JobCost& cost, DeviceAddr table) const {
  Slowdown slowdown;
  for (uint32_t level = 0; level < levels_; ++level) {
    slowdown.at[level] = kSlowdownOne;
    if (level == 0 || clock_khz_[level] == 0) continue;
    uint64_t here = cost.most_cycles(), there = here;
    JobCost other;
    if (table.value != 0 && other.load(hal, table, bytes_per_kilocycle(bytes_per_s_, clock_khz_[level])))
      there = other.most_cycles();
    while ((here | there) >> 24 != 0)
      here >>= 1, there >>= 1;  // the product stays within 64 bits: clocks are below 2^24
    const uint64_t whole = here * clock_khz_[level];
    const uint64_t ratio = whole == 0 ? kSlowdownOne : (there * clock_khz_[0] * kSlowdownOne + whole - 1) / whole;
    slowdown.at[level] = static_cast<uint16_t>(ratio > 0xffff ? 0xffff : ratio < kSlowdownOne ? kSlowdownOne : ratio);
  }
  return slowdown;
}

uint32_t ProgramTable::add(Hal& hal, uint32_t id, DeviceAddr at) {
  if (id >= TAKT_MAX_PROGRAMS) return TAKT_STATUS_NO_SPACE;
  if (programs_[id].registered || at.value == 0 || at.value % kHeaderAlignment != 0) return TAKT_STATUS_BAD_PROGRAM;
  hal.cost(CostPoint::ProgramCheck);
  takt_program_header header;
  hal.load(at, &header, sizeof(header));
  const uint32_t status = check_program(header, at);
  if (status != TAKT_STATUS_OK) return status;
  JobCost cost(header.estimated_cycles);
  if (header.cost_offset != 0 && bytes_per_kilocycle_ != 0 &&
      !cost.load(hal, at + header.cost_offset, bytes_per_kilocycle_)) {
    return TAKT_STATUS_BAD_PROGRAM;
  }
  if (with_traffic_ && header.cost_offset != 0 && bytes_per_kilocycle_ != 0)
    cost.load_traffic(hal, at + header.cost_offset);
  Program& program = programs_[id];
  program.header = at;
  program.cost = cost;
  const bool has_table = header.cost_offset != 0 && bytes_per_kilocycle_ != 0;
  program.slowdown = slowdown_of(hal, cost, has_table ? at + header.cost_offset : DeviceAddr{0});
  program.cut_count = header.cut_count;
  program.max_save_bytes = header.max_save_bytes;
  program.cores = header.cores;
  program.scratchpad_bytes = header.scratchpad_bytes;
  program.restartable = (header.flags & TAKT_PROGRAM_RESTARTABLE) != 0;
  program.registered = true;
  return TAKT_STATUS_OK;
}

Program* ProgramTable::find(uint32_t id) {
  return id < TAKT_MAX_PROGRAMS && programs_[id].registered ? &programs_[id] : nullptr;
}

}  // namespace takt::firmware
