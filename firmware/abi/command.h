/* Commands of the NPU's engines: 128 bytes each, one list per engine (compiler <-> front end).
 *
 * Semaphores count up from zero during a job. A command starts once every wait holds (semaphore >= value) and adds one
 * to its post semaphore when it retires.
 *
 * LOOP_BEGIN .. LOOP_END enclose commands that run several times, at most TAKT_LOOPS loops within each other. For each
 * turn of the innermost loop a command's waits grow by `step` and its addresses by its own strides; for each turn of a
 * loop around that, waits and addresses grow by what that loop's LOOP_BEGIN states (body.loop). A loop whose turns a
 * parameter says may have none; LOOP_END then adds to the semaphores what the turns left out would have posted, so that
 * no value behind the loop depends on the parameter.
 *
 * A parameter (program.h, takt_parameters) may also say how much of a command there is to do: takt_extent. */
#ifndef TAKT_ABI_COMMAND_H
#define TAKT_ABI_COMMAND_H

#include "firmware/abi/program.h"

enum takt_opcode {
  TAKT_OP_NOP = 0,        /* waits and posts only; any engine */
  TAKT_OP_LOOP_BEGIN = 1, /* any engine; body.loop */
  TAKT_OP_LOOP_END = 2,
  TAKT_OP_DMA = 3,        /* DMA_IN, DMA_OUT */
  TAKT_OP_MATRIX = 4,     /* TENSOR */
  TAKT_OP_VECTOR = 5,     /* VECTOR */
};

#define TAKT_NO_SEMAPHORE 0xffffu
#define TAKT_NO_PARAMETER 0xffffu
#define TAKT_NO_TABLE 0xffffu
#define TAKT_COMMAND_BYTES 128u
#define TAKT_WAITS 3u
#define TAKT_LOOPS 4u

/* Overhead class, charged once before the command: what a deployed software stack spends per operator. */
enum takt_overhead { TAKT_OVERHEAD_NONE = 0, TAKT_OVERHEAD_REGULAR = 1, TAKT_OVERHEAD_IRREGULAR = 2 };

typedef struct takt_wait {
  uint16_t semaphore;
  uint16_t step;  /* growth of `value` per turn of the innermost loop */
  uint32_t value;
} takt_wait;
TAKT_STATIC_ASSERT(sizeof(takt_wait) == 8, "wait");

/* Moves rows x row_bytes between DRAM and the scratchpad. `base` is a takt_base. */
typedef struct takt_dma_body {
  uint64_t offset;               /* DRAM, from base */
  uint64_t stride;               /* DRAM, between rows; row_bytes when contiguous */
  int64_t loop_stride;           /* DRAM, per turn of the innermost loop */
  uint32_t row_bytes;
  uint32_t rows;
  uint32_t scratchpad;           /* byte offset; rows lie back to back */
  int32_t scratchpad_loop_stride;
  uint16_t base;
  uint16_t table;                /* its entry (KV page, expert) replaces the base, 0: no move; TAKT_NO_TABLE: none */
  uint32_t flags;                /* TAKT_DMA_* */
  uint32_t entry;                /* of the table, */
  uint32_t entry_step;           /* and its growth per turn of the innermost loop */
} takt_dma_body;
TAKT_STATIC_ASSERT(sizeof(takt_dma_body) == 56, "dma body");
#define TAKT_DMA_CONSTANT 1u /* loads constants: may be dropped and fetched again */
#define TAKT_DMA_STREAM 2u   /* too large to stay in the system cache: passes by it */

enum takt_precision { TAKT_W8A8 = 0, TAKT_W8A16 = 1, TAKT_W4A16 = 2, TAKT_FP16 = 3, TAKT_W4A8 = 4 };

/* A tile of a convolution or matrix product: out_height x out_width pixels x out_channels, each the sum over
 * taps x in_channels (in_channels and out_channels of one group). A plain product has out_width = 1, taps = 1.
 * Useful MACs = out_height * out_width * out_channels * taps * in_channels * groups - those of recomputed rows. */
typedef struct takt_matrix_body {
  uint32_t out_height;
  uint32_t out_width;
  uint32_t out_channels;
  uint32_t in_channels;
  uint32_t taps;
  uint32_t groups;
  uint32_t recomputed_rows;      /* rows of out_height that an earlier tile computed already */
  uint8_t precision;             /* takt_precision */
  uint8_t reserved0[3];
  uint32_t input;                /* scratchpad byte offsets */
  uint32_t weights;
  uint32_t output;
  int32_t input_loop_stride;
  int32_t weights_loop_stride;
  int32_t output_loop_stride;
  uint32_t reserved1[2];
} takt_matrix_body;
TAKT_STATIC_ASSERT(sizeof(takt_matrix_body) == 64, "matrix body");

/* What the vector engine does, by cost class; one command may combine all three. Counts are bytes after padding
 * channels to the vector's granule.
 * Cycles = pass_bytes / pass rate + tap_bytes / tap rate + move_bytes / move rate. */
typedef struct takt_vector_body {
  uint64_t pass_bytes;           /* elementwise work: passes x elements x bytes per element */
  uint64_t tap_bytes;            /* depthwise and pooling: taps x elements x bytes per element */
  uint64_t move_bytes;           /* layout changes: shuffles, transposes, unaligned concatenation */
  uint64_t macs;                 /* useful multiply-accumulates of depthwise work */
  uint32_t input;                /* scratchpad byte offsets */
  uint32_t input2;
  uint32_t output;
  uint16_t kind;                 /* takt_vector_kind, for reports */
  uint8_t element_bytes;         /* 1, 2 or 4; wider elements run slower */
  uint8_t reserved0;
  uint32_t reserved1[4];
} takt_vector_body;
TAKT_STATIC_ASSERT(sizeof(takt_vector_body) == 64, "vector body");

enum takt_vector_kind {
  TAKT_VECTOR_ELEMENTWISE = 0,
  TAKT_VECTOR_DEPTHWISE = 1,
  TAKT_VECTOR_POOL = 2,
  TAKT_VECTOR_SOFTMAX = 3,
  TAKT_VECTOR_NORM = 4,
  TAKT_VECTOR_RESIZE = 5,
  TAKT_VECTOR_LAYOUT = 6,
  TAKT_VECTOR_LOOKUP = 7,
  TAKT_VECTOR_REDUCE = 8,
};

typedef struct takt_loop_count {
  uint16_t semaphore;            /* TAKT_NO_SEMAPHORE: unused */
  uint16_t count;
} takt_loop_count;

/* Bodies of LOOP_BEGIN, and of LOOP_END, which uses `count` alone. */
typedef struct takt_loop_body {
  uint32_t trips;                /* >= 1; with a parameter the most: min(trips, ceil((parameter + offset) / tile)) */
  uint16_t parameter;            /* index into the parameter block; TAKT_NO_PARAMETER: constant */
  uint16_t reserved0;
  uint32_t tile;                 /* >= 1 with a parameter */
  int32_t offset;
  takt_loop_count count[4];      /* LOOP_BEGIN: growth of waits in loops inside, per turn of this one;
                                    LOOP_END: what this list posts in a turn */
  int64_t base_stride[4];        /* LOOP_BEGIN: growth of TAKT_BASE_CONSTANTS .. TAKT_BASE_OUTPUT in loops inside */
} takt_loop_body;
TAKT_STATIC_ASSERT(sizeof(takt_loop_body) == 64, "loop body");

/* Extent = parameter + offset - step * index of the innermost loop, at least 0 and at most `limit`, which is what the
 * body states. Of extent 0 a command only waits and posts. A job without parameters runs at the limits. */
enum takt_extent_of {
  TAKT_EXTENT_NONE = 0,
  TAKT_EXTENT_ROWS = 1,         /* DMA: rows */
  TAKT_EXTENT_OUT_HEIGHT = 2,   /* MATRIX */
  TAKT_EXTENT_OUT_CHANNELS = 3, /* MATRIX */
  TAKT_EXTENT_IN_CHANNELS = 4,  /* MATRIX */
  TAKT_EXTENT_BYTES = 5,        /* VECTOR: all its counts, in proportion to extent / limit, rounded up */
};

typedef struct takt_extent {
  uint32_t limit;
  int32_t offset;
  uint32_t step;
  uint8_t of;                    /* takt_extent_of */
  uint8_t reserved0[3];
} takt_extent;
TAKT_STATIC_ASSERT(sizeof(takt_extent) == 16, "extent");

#define TAKT_POST_ALL_CORES 1u   /* posts at every core of the program, not at its own alone */

typedef struct takt_command {
  uint8_t opcode;                /* takt_opcode */
  uint8_t engine;                /* TAKT_ENGINE_*, the list it belongs to */
  uint8_t overhead;              /* takt_overhead */
  uint8_t flags;                 /* TAKT_POST_ALL_CORES; since 1.4 */
  uint32_t layer;                /* for attribution */
  takt_wait wait[TAKT_WAITS];    /* unused: semaphore = TAKT_NO_SEMAPHORE */
  uint16_t post;                 /* semaphore, or TAKT_NO_SEMAPHORE */
  uint16_t parameter;            /* that `extent` follows; TAKT_NO_PARAMETER: none */
  uint32_t function;             /* what it computes: 1 + index into the compiler's table; 0: takes time alone */
  takt_extent extent;
  uint64_t reserved2;
  union {
    takt_dma_body dma;
    takt_matrix_body matrix;
    takt_vector_body vector;
    takt_loop_body loop;
    uint8_t bytes[64];
  } body;
} takt_command;
TAKT_STATIC_ASSERT(sizeof(takt_command) == TAKT_COMMAND_BYTES, "command");
TAKT_STATIC_ASSERT(offsetof(takt_command, wait) == 8, "wait");
TAKT_STATIC_ASSERT(offsetof(takt_command, body) == 64, "body");

#endif
