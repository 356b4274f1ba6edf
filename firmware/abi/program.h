/* A compiled program in DRAM (compiler <-> firmware and front end).
 * Header, then tables at the offsets it names (relative to the header's own address). All little-endian. */
#ifndef TAKT_ABI_PROGRAM_H
#define TAKT_ABI_PROGRAM_H

#include "firmware/abi/version.h"

#define TAKT_PROGRAM_MAGIC 0x544b4154u /* "TAKT" */

/* Operand addresses are relative to one of these. The loader fills `bases`. */
enum takt_base {
  TAKT_BASE_ABSOLUTE = 0,
  TAKT_BASE_CONSTANTS = 1,
  TAKT_BASE_BUFFERS = 2, /* intermediate tensors in DRAM */
  TAKT_BASE_INPUT = 3,
  TAKT_BASE_OUTPUT = 4,
  TAKT_BASE_COUNT = 8,
};

#define TAKT_PROGRAM_RESTARTABLE 1u /* running it again from the start gives the same result */

typedef struct takt_program_header {
  uint32_t magic;
  uint32_t version;                          /* TAKT_ABI_PROGRAM of the compiler */
  uint32_t header_bytes;                     /* sizeof(takt_program_header) of the compiler's minor */
  uint32_t flags;
  uint64_t total_bytes;                      /* header, tables and lists */
  uint64_t estimated_cycles;                 /* NPU cycles from start to end, alone, where it was compiled for */
  uint64_t bases[TAKT_BASE_COUNT];
  uint64_t list_offset[TAKT_ENGINE_COUNT];   /* command lists, 128-byte aligned */
  uint32_t list_commands[TAKT_ENGINE_COUNT];
  uint64_t cuts_offset;                      /* takt_cut[cut_count] */
  uint64_t live_ranges_offset;               /* takt_live_range[live_range_count] */
  uint32_t cut_count;
  uint32_t live_range_count;
  uint32_t scratchpad_bytes;                 /* highest scratchpad byte used + 1 */
  uint32_t semaphore_count;                  /* <= TAKT_SEMAPHORES */
  uint32_t max_save_bytes;                   /* largest save of any cut, headers included, all cores */
  uint32_t layer_count;
  uint64_t cost_offset;                      /* takt_cost_table; 0: none. Since 1.3 */
  uint32_t cores;                            /* that it runs on at once; 0 is 1. Since 1.4, as is the next */
  uint32_t reserved0;
  uint64_t cores_offset;                     /* takt_core_part[cores - 1]: what cores 1 .. do */
  uint64_t reserved;
} takt_program_header;
TAKT_STATIC_ASSERT(sizeof(takt_program_header) == 216, "program header");
TAKT_STATIC_ASSERT(offsetof(takt_program_header, bases) == 32, "bases");
TAKT_STATIC_ASSERT(offsetof(takt_program_header, list_offset) == 96, "lists");
TAKT_STATIC_ASSERT(offsetof(takt_program_header, cuts_offset) == 144, "cuts");
TAKT_STATIC_ASSERT(offsetof(takt_program_header, cores_offset) == 200, "cores");

#define TAKT_NPU_MAX_CORES 8u

/* What a further core of a program does; core 0 does what the header says. Each core has its own engines, scratchpad and
 * semaphores; a command that posts at all cores joins them (command.h, TAKT_POST_ALL_CORES). Every core has the header's
 * cut_count cuts; all stand at the same one when the job is preempted. */
typedef struct takt_core_part {
  uint64_t list_offset[TAKT_ENGINE_COUNT];   /* from the header, as in it */
  uint32_t list_commands[TAKT_ENGINE_COUNT];
  uint64_t cuts_offset;
  uint64_t live_ranges_offset;
  uint32_t live_range_count;
  uint32_t save_offset;                      /* of this core's save header in the save area; core 0's is at 0 */
  uint32_t save_bytes;                       /* largest save of any of its cuts, header included */
  uint32_t reserved0;
} takt_core_part;
TAKT_STATIC_ASSERT(sizeof(takt_core_part) == 80, "core part");

/* What differs from job to job: takt_job_slot.parameters points to one of these. */
#define TAKT_PARAMETERS_MAGIC 0x4d524150u /* "PARM" */
#define TAKT_PARAMETERS 16u
#define TAKT_TABLES 8u

typedef struct takt_table {
  uint64_t address;                          /* uint64_t[entries], DRAM addresses; 64-byte aligned */
  uint32_t entries;
  uint32_t reserved0;
} takt_table;
TAKT_STATIC_ASSERT(sizeof(takt_table) == 16, "table");

typedef struct takt_parameters {
  uint32_t magic;
  uint32_t reserved0[3];
  uint32_t value[TAKT_PARAMETERS];
  takt_table table[TAKT_TABLES];
} takt_parameters;
TAKT_STATIC_ASSERT(sizeof(takt_parameters) == 208, "parameters");

/* NPU cycles of a program from start to end, alone, where memory gives it so many bytes per cycle and a parameter is so
 * large. At a clock of f and a bandwidth of b it takes cycles(b / f) / f. Between two ratios the cycles are linear in
 * 1 / ratio, and constant beyond the largest; below the smallest they grow with 1 / ratio. Between two values they are
 * linear in the value. What remains at a cut is in proportion to its remaining_cycles. */
#define TAKT_COST_RATIOS 16u
#define TAKT_COST_VALUES 8u

typedef struct takt_cost_table {
  uint32_t ratios;                           /* 1..TAKT_COST_RATIOS */
  uint32_t values;                           /* 1..TAKT_COST_VALUES; 1: cycles follow no parameter */
  uint32_t parameter;                        /* index into the parameter block, below TAKT_PARAMETERS */
  uint32_t reserved0;
  uint32_t bytes_per_kilocycle[TAKT_COST_RATIOS]; /* ascending */
  uint32_t value[TAKT_COST_VALUES];          /* ascending; a job without parameters is as the last */
  uint64_t cycles[TAKT_COST_VALUES][TAKT_COST_RATIOS];
} takt_cost_table;
TAKT_STATIC_ASSERT(sizeof(takt_cost_table) == 1136, "cost table");
TAKT_STATIC_ASSERT(offsetof(takt_cost_table, cycles) == 112, "cycles");

/* A preemption point, outside all loops: every list stands at `position` (commands before it retired, none behind it
 * started). Live ranges are saved and restored by DMA. The refetch range names DMA-in commands before the cut, of which
 * those that load constants (TAKT_DMA_CONSTANT) do so for use behind it: what they loaded is dropped at a switch, and they run
 * again, without posting, on resume. */
typedef struct takt_cut {
  uint32_t position[TAKT_ENGINE_COUNT];
  uint32_t live_first;
  uint32_t live_count;
  uint32_t refetch_first;
  uint32_t refetch_count;
  uint64_t remaining_cycles;                 /* estimate from here to the end, alone */
  uint32_t layer;                            /* first layer with work behind the cut */
  uint32_t live_bytes;                       /* sum over the live ranges */
} takt_cut;
TAKT_STATIC_ASSERT(sizeof(takt_cut) == 48, "cut");

typedef struct takt_live_range {
  uint32_t offset;                           /* scratchpad */
  uint32_t bytes;
} takt_live_range;
TAKT_STATIC_ASSERT(sizeof(takt_live_range) == 8, "live range");

#define TAKT_SEMAPHORES 64u

/* Head of a save area, written by the front end; the bytes of the live ranges follow.
 * With TAKT_SAVE_MID_COMMAND it is the head of a core's state after a forced stop (TAKT_NPU_PREEMPT_NOW), which the front end
 * alone understands and of which the register NPU.CONTEXT_BYTES states the size; `live_bytes` of the scratchpad from its
 * first byte on follow: scratchpad_bytes of the program, or 0 of a job that had not begun. Cores lie one behind the other,
 * TAKT_FORCED_SAVE_BYTES(1, ...) apart. `cut` is TAKT_NO_CUT then, and loop_index that of the innermost loop. */
#define TAKT_SAVE_MAGIC 0x45564153u /* "SAVE" */
#define TAKT_SAVE_MID_COMMAND 1u
#define TAKT_NO_CUT 0xffffffffu
/* Bytes of a save area that a forced stop needs: cores and scratchpad_bytes as in the program's header. */
#define TAKT_FORCED_SAVE_BYTES(cores, scratchpad_bytes, context_bytes) \
  ((uint64_t)((cores) == 0 ? 1 : (cores)) * ((((uint64_t)(scratchpad_bytes) + 63u) & ~(uint64_t)63u) + (context_bytes)))
typedef struct takt_save_header {
  uint32_t magic;
  uint32_t cut;
  uint32_t position[TAKT_ENGINE_COUNT];
  uint32_t live_bytes;
  uint32_t loop_index[TAKT_ENGINE_COUNT];
  uint32_t flags;                            /* TAKT_SAVE_MID_COMMAND; since hardware version 1.5 */
  uint64_t parameters;
  uint32_t reserved1[2];
  uint32_t semaphore[TAKT_SEMAPHORES];
} takt_save_header;
TAKT_STATIC_ASSERT(sizeof(takt_save_header) == 320, "save header");

#endif
