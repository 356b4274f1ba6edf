/* How the firmware shares the engines (driver <-> firmware, since version 1.5). Fields mean what those of published NPU job
 * managers and of the operating system interface in front of them mean (bands, quantum, grace), in microseconds.
 *
 * With TAKT_BOOT_BANDS the firmware keeps bands before it asks its policy, which chooses inside the strongest band that has
 * work; without it the policy sees all queues at once and bands are no more than a number to it.
 * - A job leaves the engines for a stronger band once that band's grace has passed.
 * - The queues of a context are a process. One that has had the engines for its band's process quantum while others of the
 *   band wait leaves them after the process grace, and has its next turn when all that wait have had theirs. Inside the
 *   realtime band a higher level counts like a stronger band.
 * - Inside a process the strongest in-process priority goes first, and queues of the same priority take turns by their
 *   own quantum.
 * - While FOCUS keeps NORMAL from the engines, NORMAL is owed its share of that time: once it is owed as much as takes a
 *   process quantum to give back, it goes before FOCUS until that is done.
 * A queue that another one waits for at a fence has the stronger band of the two until it has signalled. */
#ifndef TAKT_ABI_SCHEDULING_H
#define TAKT_ABI_SCHEDULING_H

#include "firmware/abi/version.h"

#define TAKT_BOOT_BANDS 1u  /* takt_boot_info.flags */
/* How jobs leave the engines for others: at their next cut, saved, unless one of these says otherwise. */
#define TAKT_BOOT_NO_PREEMPTION 2u
/* What they did is dropped, and they start again, where their program may be run again. A job that has been killed
 * TAKT_KILLS_MOST times leaves as if this were not set: quanta shorter than itself would kill it for ever. */
#define TAKT_BOOT_KILL 4u
#define TAKT_KILLS_MOST 3u
/* Wherever they stand, in the middle of commands, where the hardware (since its version 1.5) and the save area allow it
 * (TAKT_FORCED_SAVE_BYTES, program.h). A job whose last TAKT_FRUITLESS_STAYS_MOST stays ended so and retired no command
 * leaves as if this were not set: stays shorter than a restore would get it nowhere. */
#define TAKT_BOOT_FORCE_PREEMPTION 8u
#define TAKT_FRUITLESS_STAYS_MOST 16u

/* Queues that say how often their jobs come are admitted by SET_SCHEDULING while the estimated times of a partition's over
 * their periods add up to 1 at most; else NOT_ADMITTED, and nothing changes. Since driver version 1.6. */
#define TAKT_BOOT_ADMISSION 16u

/* Bits 16 .. 31 of the flags: tokens of an iteration, of the policy chunked-prefill; 0: 256. Since driver version 1.7. */
#define TAKT_BOOT_TOKENS(flags) ((flags) >> 16)
#define TAKT_TOKENS_MAX 65535u

#define TAKT_BANDS 4u
#define TAKT_REALTIME_LEVELS 32u
#define TAKT_PRIORITY_MOST 7 /* in-process priorities are -7..7 */
#define TAKT_WEIGHT_MAX 1000u

enum takt_scheduling_type {
  TAKT_SLOT_SET_BAND_SETUP = 35, /* takt_band_slot */
  TAKT_SLOT_SET_SCHEDULING = 36, /* takt_scheduling_slot */
};

/* One band. At boot: grace 0, 5000, 5000, 0; quantum 16000, 30000, 20000, 20000; process grace 5000; share 10. */
typedef struct takt_band_slot {
  uint32_t type;
  uint32_t flags;
  uint64_t job_id;
  uint32_t band;               /* takt_band */
  uint32_t grace_us;           /* what a job of a weaker band has left once this one wants the engines; 0..1000000 */
  uint32_t process_quantum_us; /* 0: none; else 10..1000000 */
  uint32_t process_grace_us;   /* 0..1000000 */
  uint32_t share_percent;      /* of NORMAL, 0..99; of others 0 */
  uint32_t reserved0;
  uint64_t reserved1[3];
} takt_band_slot;
TAKT_STATIC_ASSERT(sizeof(takt_band_slot) == 64, "band slot");

/* One queue. At boot of a queue: its band, everything else 0. */
typedef struct takt_scheduling_slot {
  uint32_t type;
  uint32_t flags;
  uint64_t job_id;
  uint32_t queue;
  uint32_t band;               /* takt_band */
  uint32_t level;              /* of REALTIME, 0..31, larger is stronger; of others 0 */
  int32_t priority;            /* in its process, -7..7, larger is stronger */
  uint32_t quantum_us;         /* among queues of its process and priority; 0: none; else 10..1000000 */
  uint32_t grace_same_us;      /* before it takes over from one of its priority; 0..1000000 */
  uint32_t grace_lower_us;     /* before it takes over from one of a lower priority; 0..1000000 */
  uint32_t weight;             /* its share of the engines, for policies that give shares; 0: 1, 3, 9 or 27 by its band */
  uint32_t period_us;          /* at which one job of each of its programs comes; 0: not said. Since version 1.6, as are the next */
  uint32_t program;            /* with period_us: the first of them, registered already */
  uint32_t programs;           /* how many, with ids one after the other; 0 without period_us */
  uint32_t reserved;
} takt_scheduling_slot;
TAKT_STATIC_ASSERT(sizeof(takt_scheduling_slot) == 64, "scheduling slot");

#endif
