/* Submission rings, completion ring and control requests, in shared DRAM (driver <-> firmware).
 * Shape after published NPU job managers: 64-byte header, 64-byte slots, full when (tail + 1) % entries == head.
 * The producer writes slots, then `tail`, then rings the doorbell; the consumer writes `head`. */
#ifndef TAKT_ABI_RING_H
#define TAKT_ABI_RING_H

#include "firmware/abi/version.h"

#define TAKT_RING_MAGIC 0x474e4952u /* "RING" */
#define TAKT_CONTROL_QUEUE 0u       /* queue 0 carries control requests */
#define TAKT_ASYNC_QUEUE 31u        /* with takt_boot_info.async_ring: control requests that pass those of queue 0. Since 1.4 */

typedef struct takt_ring_header {
  uint32_t magic;
  uint32_t entries;      /* slots behind this header, 2..4096 */
  uint32_t reserved0[6];
  uint32_t tail;         /* producer; byte 32 */
  uint32_t reserved1[3];
  uint32_t head;         /* consumer; byte 48 */
  uint32_t reserved2[3];
} takt_ring_header;
TAKT_STATIC_ASSERT(sizeof(takt_ring_header) == 64, "ring header");
TAKT_STATIC_ASSERT(offsetof(takt_ring_header, tail) == 32, "tail");
TAKT_STATIC_ASSERT(offsetof(takt_ring_header, head) == 48, "head");

enum takt_slot_type {
  TAKT_SLOT_NOP = 0,
  TAKT_SLOT_JOB = 1,
  TAKT_SLOT_FENCE_WAIT = 2,   /* later slots of this queue wait until *fence_address >= fence_value */
  TAKT_SLOT_FENCE_SIGNAL = 3, /* writes fence_value to fence_address once earlier slots of this queue are done */
  TAKT_SLOT_CREATE_QUEUE = 16,     /* queue 0 and TAKT_ASYNC_QUEUE only from here on */
  TAKT_SLOT_REGISTER_PROGRAM = 17,
  TAKT_SLOT_SET_BANDWIDTH = 18, /* since driver version 1.1 */
  TAKT_SLOT_DESTROY_QUEUE = 19, /* since driver version 1.3, as are the next: takt_queue_slot */
  TAKT_SLOT_SUSPEND_QUEUE = 20,
  TAKT_SLOT_RESUME_QUEUE = 21,
  TAKT_SLOT_SET_BAND = 22,
  TAKT_SLOT_RELEASE_CONTEXT = 23,
  /* 24..34: service.h, since driver version 1.4; 35, 36: scheduling.h, since 1.5; 37: power.h, since 1.7 */
};

typedef struct takt_job_slot {
  uint32_t type; /* takt_slot_type */
  uint32_t flags;             /* zero */
  uint64_t job_id;            /* chosen by the driver, returned in the completion record */
  uint32_t program;           /* registered program id */
  uint32_t period_us;         /* 0: not periodic */
  uint64_t deadline_ticks;    /* system timer; 0: none */
  uint64_t parameters;        /* DRAM address of the parameter block; 0: none */
  uint64_t fence_address;
  uint64_t fence_value;
  uint32_t tokens;            /* of a language model that the job takes in, 1 for a step; 0: another job. Since version 1.7 */
  uint32_t reserved;
} takt_job_slot;
TAKT_STATIC_ASSERT(sizeof(takt_job_slot) == 64, "job slot");
TAKT_STATIC_ASSERT(offsetof(takt_job_slot, deadline_ticks) == 24, "deadline");

/* CREATE_QUEUE. Completion status says whether it worked; the completion's job_id is the request's. */
typedef struct takt_create_queue_slot {
  uint32_t type;
  uint32_t flags;
  uint64_t job_id;
  uint32_t queue;             /* 1..TAKT_MAX_QUEUES-1 */
  uint32_t band;              /* takt_band */
  uint64_t ring;              /* DRAM address of the ring header */
  uint64_t save_area;         /* DRAM address; 0: jobs of this queue cannot be preempted */
  uint64_t save_area_bytes;
  uint32_t context;           /* account that hardware counters are charged to */
  uint32_t partition;         /* that its jobs run in, below the number at boot. Since version 1.6 */
  uint64_t windows;           /* DRAM address of a takt_window_table; 0: jobs may touch everything. Since version 1.3 */
} takt_create_queue_slot;
TAKT_STATIC_ASSERT(sizeof(takt_create_queue_slot) == 64, "create queue slot");

/* REGISTER_PROGRAM: the firmware reads and validates the program header once. */
typedef struct takt_register_program_slot {
  uint32_t type;
  uint32_t flags;
  uint64_t job_id;
  uint32_t program;           /* id, 0..TAKT_MAX_PROGRAMS-1 */
  uint32_t reserved0;
  uint64_t header;            /* DRAM address of takt_program_header */
  uint64_t reserved1[4];
} takt_register_program_slot;
TAKT_STATIC_ASSERT(sizeof(takt_register_program_slot) == 64, "register program slot");

/* SET_BANDWIDTH: programs the bandwidth regulator of a NoC initiator port (noc_registers.h). In force once the
 * completion record is written. BAD_SLOT for values out of range, UNSUPPORTED on hardware without regulators. */
typedef struct takt_set_bandwidth_slot {
  uint32_t type;
  uint32_t flags;
  uint64_t job_id;
  uint32_t initiator;         /* below NOC.PORTS */
  uint32_t control;           /* as NOC CONTROL; QoS bits only with TAKT_NOC_QOS_OVERRIDE */
  uint64_t bytes_per_s;       /* 1..TAKT_NOC_RATE_MAX with TAKT_NOC_ENABLE, else 0 */
  uint32_t burst_bytes;       /* TAKT_NOC_BURST_MIN.. with TAKT_NOC_ENABLE, else 0 */
  uint32_t reserved0;
  uint64_t reserved1[3];
} takt_set_bandwidth_slot;
TAKT_STATIC_ASSERT(sizeof(takt_set_bandwidth_slot) == 64, "set bandwidth slot");
TAKT_STATIC_ASSERT(offsetof(takt_set_bandwidth_slot, bytes_per_s) == 24, "rate");

/* What becomes of queues. Answered when it has happened; what a type does not name is zero.
 * DESTROY_QUEUE: its job on the engines is aborted, jobs that the firmware holds end as ABORTED, slots still in the ring are
 * not read; the number may be used again. RELEASE_CONTEXT: likewise all queues of a context. SUSPEND_QUEUE: its job leaves the
 * engines at the next cut, or at its end without one; no other starts until RESUME_QUEUE. SET_BAND: from the next decision on.
 * BAD_QUEUE: no such queue, or a context without any. */
typedef struct takt_queue_slot {
  uint32_t type;
  uint32_t flags;
  uint64_t job_id;
  uint32_t queue;             /* 1..TAKT_MAX_QUEUES-1; of RELEASE_CONTEXT none */
  uint32_t context;           /* of RELEASE_CONTEXT */
  uint32_t band;              /* takt_band, of SET_BAND */
  uint32_t reserved0;
  uint64_t reserved1[4];
} takt_queue_slot;
TAKT_STATIC_ASSERT(sizeof(takt_queue_slot) == 64, "queue slot");

enum takt_band { TAKT_BAND_IDLE = 0, TAKT_BAND_NORMAL = 1, TAKT_BAND_FOCUS = 2, TAKT_BAND_REALTIME = 3 };

/* One record of the completion ring (firmware -> driver), behind a takt_ring_header of its own. */
typedef struct takt_completion {
  uint64_t job_id;
  uint32_t queue;
  uint32_t status;            /* takt_status */
  uint64_t accepted_ticks;    /* slot read by the firmware */
  uint64_t started_ticks;     /* first dispatch to the engines */
  uint64_t finished_ticks;    /* completion interrupt taken */
  uint32_t preemptions;
  uint32_t fault_command;     /* index in its list, for BAD_COMMAND and UNSUPPORTED */
  uint64_t values[2];         /* of requests that answer more than a status (service.h), else zero. Since version 1.4 */
} takt_completion;
TAKT_STATIC_ASSERT(sizeof(takt_completion) == 64, "completion");

#define TAKT_MAX_QUEUES 32u
#define TAKT_MAX_PROGRAMS 128u

#endif
