/* The scheduling log of a firmware. A ring of its newest records lies where the driver asks for it (SET_LOG in service.h), and
 * in the firmware's RAM, for tools, as the object `takt_log` of the ELF's symbol table: whoever has no such object has no log
 * there. Since version 1.4 of driver and hardware. */
#ifndef TAKT_ABI_LOG_H
#define TAKT_ABI_LOG_H

#include "firmware/abi/version.h"

enum takt_log_event {
  TAKT_LOG_ACCEPTED = 0,           /* slot taken from the ring */
  TAKT_LOG_REJECTED = 1,           /* slot or ring refused; the completion record says why */
  TAKT_LOG_DISPATCHED = 2,         /* started on the engines */
  TAKT_LOG_PREEMPT_REQUESTED = 3,
  TAKT_LOG_PREEMPTED = 4,          /* stands at a cut, state saved */
  TAKT_LOG_RESUMED = 5,
  TAKT_LOG_COMPLETED = 6,          /* stopped for good, whatever its status */
  TAKT_LOG_TIMEOUT = 7,            /* no progress; engines reset */
  TAKT_LOG_PREEMPTION_LIMITED = 8, /* the policy asked to preempt a job that cannot be */
  TAKT_LOG_KILLED = 9,             /* off the engines, what it did is dropped: it starts again from its beginning. Since 1.5 */
  TAKT_LOG_RESTORED = 10,          /* warm boot: jobs before it are no more; queue and job 0. Since 1.8 */
};

typedef struct takt_log_record {
  uint64_t ticks;  /* of the system timer; in RAM cycles: mcycle */
  uint64_t job_id; /* 0: none */
  uint32_t event;  /* takt_log_event; others are the firmware's own */
  uint32_t queue;
  uint64_t reserved;
} takt_log_record;
TAKT_STATIC_ASSERT(sizeof(takt_log_record) == 32, "as published scheduling logs have it");

/* In RAM. Of this many records the object's size tells: sizeof(takt_log_header) + n * sizeof(takt_log_record). */
typedef struct takt_log_header {
  uint32_t written; /* records ever written, modulo 2^32; the newest is record (written - 1) % n */
  uint32_t reserved;
} takt_log_header;
TAKT_STATIC_ASSERT(sizeof(takt_log_header) == 8, "records are aligned");

#endif
