/* Requests about the firmware itself: host interrupts, engines, telemetry, tests (driver <-> firmware, since version 1.4).
 * The shape follows published NPU job managers: a reset that names who was on the engines, a scheduling log of 32-byte
 * records on a clock that no frequency change touches, a metric streamer, switches for tests. */
#ifndef TAKT_ABI_SERVICE_H
#define TAKT_ABI_SERVICE_H

#include "firmware/abi/log.h"
#include "firmware/abi/version.h"

/* All of them are one slot; what a type does not name is zero. Areas begin at multiples of 8.
 *
 * SET_COALESCING   count, microseconds: the host is interrupted when `count` records (1..4096) wait for it, or
 *                  `microseconds` (0..1000000) after the first. Answers to control requests interrupt at once. At boot: 1, 0.
 * QUERY_ENGINES    values[0]: commands retired by the job on the engines; values[1]: its job_id; flags TAKT_ENGINES_*
 *                  in `fault_command`. An answer is the firmware's own sign of life. value: of which partition; since 1.6.
 * RESET_ENGINES    the job on the engines ends as ABORTED, and none starts before RESUME_ENGINES. address, bytes: who it
 *                  was (takt_reset_report); 0: nobody asks. value: the partition whose job it is; those of the others are
 *                  collateral: they start again, or end as ABORTED where their program may not be run again. Since 1.6.
 * RESUME_ENGINES
 * SET_LOG          address, bytes: scheduling log (takt_telemetry_header, takt_log_record[]); 0: off.
 * SET_METRICS      address, bytes, microseconds: a takt_metric_sample each period (10..1000000) into a ring behind a
 *                  takt_telemetry_header; 0: off.
 * DUMP_STATE       address, bytes: takt_state_dump. NO_SPACE when it does not fit; values[0]: bytes written or wanted.
 * INJECT_FAULT     value: takt_fault; count: how often, 1..65535.
 * SET_TEST_MODE    value: TAKT_TEST_* bits; count: estimates in permille of what the programs say, 1..1000000; 0 is 1000.
 * SET_DUTY_CYCLE   microseconds, pause_us (both 10..1000000): no job begins or goes on in the pause; a running one leaves at
 *                  its next cut. pause_us 0: off.
 * SET_JOB_LIMIT    microseconds: a job that has had the engines for so long, in all its stays, ends as TIMEOUT however it goes
 *                  forward, and the engines are reset; waiting does not count. Of jobs that get the engines from then on. 0: none,
 *                  as at boot. Since 1.8.
 * SET_POWER_LEVEL  value: below NPU.POWER_LEVELS, 0 the fastest; no governor changes it any more. UNSUPPORTED above. */
enum takt_service_type {
  TAKT_SLOT_SET_COALESCING = 24,
  TAKT_SLOT_QUERY_ENGINES = 25,
  TAKT_SLOT_RESET_ENGINES = 26,
  TAKT_SLOT_RESUME_ENGINES = 27,
  TAKT_SLOT_SET_LOG = 28,
  TAKT_SLOT_SET_METRICS = 29,
  TAKT_SLOT_DUMP_STATE = 30,
  TAKT_SLOT_INJECT_FAULT = 31,
  TAKT_SLOT_SET_TEST_MODE = 32,
  TAKT_SLOT_SET_DUTY_CYCLE = 33,
  TAKT_SLOT_SET_POWER_LEVEL = 34,
  TAKT_SLOT_SET_JOB_LIMIT = 38,
};

typedef struct takt_service_slot {
  uint32_t type; /* takt_service_type */
  uint32_t flags;             /* zero */
  uint64_t job_id;
  uint64_t address;           /* DRAM */
  uint32_t bytes;             /* of the area at `address` */
  uint32_t value;
  uint32_t count;
  uint32_t microseconds;
  uint32_t pause_us;
  uint32_t reserved0;
  uint64_t reserved1[2];
} takt_service_slot;
TAKT_STATIC_ASSERT(sizeof(takt_service_slot) == 64, "service slot");
TAKT_STATIC_ASSERT(offsetof(takt_service_slot, microseconds) == 36, "microseconds");

#define TAKT_ENGINES_BUSY 1u    /* a job is on the engines */
#define TAKT_ENGINES_STOPPED 2u /* reset, not yet resumed */

/* RESET_ENGINES: contexts whose jobs were on the engines or waited there, the culprit first. */
#define TAKT_RESET_CULPRIT 0u
#define TAKT_RESET_COLLATERAL 1u
#define TAKT_RESET_JOBS 3u
typedef struct takt_reset_job {
  uint32_t context;
  uint32_t blame;             /* TAKT_RESET_* */
  uint64_t job_id;
} takt_reset_job;
TAKT_STATIC_ASSERT(sizeof(takt_reset_job) == 16, "reset job");

typedef struct takt_reset_report {
  uint32_t count;
  uint32_t reserved;
  takt_reset_job jobs[TAKT_RESET_JOBS];
} takt_reset_report;
TAKT_STATIC_ASSERT(sizeof(takt_reset_report) == 56, "reset report");

/* Heads the scheduling log and the metrics: records follow, the n-th ever written at n % entries. `written` is stored behind
 * the record. A reader that finds more than `entries` new ones has lost the rest. */
#define TAKT_LOG_MAGIC 0x00474f4cu    /* "LOG" */
#define TAKT_METRIC_MAGIC 0x5254454du /* "METR" */
typedef struct takt_telemetry_header {
  uint32_t magic;
  uint32_t record_bytes;
  uint32_t entries;           /* from the area's bytes, at least 1 */
  uint32_t reserved0;
  uint64_t written;           /* records ever */
  uint64_t reserved1;
} takt_telemetry_header;
TAKT_STATIC_ASSERT(sizeof(takt_telemetry_header) == 32, "telemetry header");

/* Counts since boot; they wrap. */
typedef struct takt_metric_sample {
  uint64_t ticks;             /* system timer */
  uint64_t busy_ticks;        /* a job was on the engines */
  uint32_t interrupts;        /* claimed by the firmware */
  uint32_t slots;             /* taken from rings */
  uint32_t rejected;          /* slots and rings refused */
  uint32_t dispatches;        /* starts and resumes */
  uint32_t jobs_finished;
  uint32_t preemptions;
  uint32_t timeouts;
  uint32_t waiting;           /* at this moment: slots that the firmware holds, all queues */
  uint32_t preemption_limited; /* stays that should have ended and could not; since version 1.5, as is the next */
  uint32_t kills;             /* jobs that started again from their beginning */
  uint32_t collateral;        /* jobs on the engines at a reset that another one's job led to; since version 1.6 */
  uint32_t reserved;
} takt_metric_sample;
TAKT_STATIC_ASSERT(sizeof(takt_metric_sample) == 64, "metric sample");

#define TAKT_DUMP_MAGIC 0x504d5544u /* "DUMP" */
typedef struct takt_queue_state {
  uint32_t queue;
  uint32_t band;
  uint32_t context;
  uint32_t flags;             /* TAKT_QUEUE_* */
  uint32_t waiting;           /* slots that the firmware holds */
  uint32_t ring_head;         /* next slot it takes */
  uint64_t job_id;            /* of the slot at the head, 0: none */
} takt_queue_state;
TAKT_STATIC_ASSERT(sizeof(takt_queue_state) == 32, "queue state");

#define TAKT_QUEUE_STOPPED 1u   /* its ring was malformed */
#define TAKT_QUEUE_SUSPENDED 2u
#define TAKT_QUEUE_RUNNING 4u   /* its job is on the engines */

typedef struct takt_state_dump {
  uint32_t magic;
  uint32_t queues;            /* takt_queue_state records behind this, one for each open queue */
  takt_metric_sample now;
} takt_state_dump;
TAKT_STATIC_ASSERT(sizeof(takt_state_dump) == 72, "state dump");

/* What the firmware does wrong on request; the next `count` times it comes to it. */
enum takt_fault {
  TAKT_FAULT_LOSE_HOST_INTERRUPT = 0, /* records are not announced; this request's answer first */
  TAKT_FAULT_LOSE_DOORBELL = 1,       /* acknowledged and forgotten */
  TAKT_FAULT_LOSE_ENGINE_STOP = 2,    /* acknowledged and forgotten */
  TAKT_FAULT_HANG = 3,                /* loops for ever, at once: for the hardware watchdog */
  TAKT_FAULT_COUNT = 4,
};

#define TAKT_TEST_NULL_JOBS 1u     /* jobs end as OK without the engines */
#define TAKT_TEST_NO_TIMEOUTS 2u
#define TAKT_TEST_NO_PREEMPTION 4u
#define TAKT_TEST_PREEMPT_ALWAYS 8u /* at each cut of a job that can be saved there; since version 1.5 */

#endif
