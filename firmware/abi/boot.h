/* Boot contract: the firmware starts at TAKT_RAM_BASE with a0 = hart and a1 = address of this record in RAM, and writes
 * MAILBOX.BOOT_VERSION, then BOOT_STATUS = READY, within boot_timeout_us. It refuses (BOOT_STATUS = REFUSED) when a
 * major version differs.
 *
 * Cold boot: power came, the image is loaded, every ring is empty. Warm boot, since version 1.8 of hardware and driver: the
 * driver has held the control processor in reset (MAILBOX.RESET), made every ring empty and let go of it. It starts in the image
 * and the RAM of before, with TAKT_BOOT_WARM among `flags`, and writes RESTORED instead of READY where all that requests had set
 * up before is as it was: queues and their scheduling, programs, bands, governor, coalescing, duty cycle, test modes, the
 * telemetry's areas, behind whose records it goes on. Engines are reset and resumed, what was asked of them is gone and never
 * answered: the driver submits it again, under other job ids. Faults injected before are forgotten, counters begin at 0. A
 * firmware that cannot says REFUSED, and is booted cold; one whose BOOT_VERSION is older is never booted warm. */
#ifndef TAKT_ABI_BOOT_H
#define TAKT_ABI_BOOT_H

#include "firmware/abi/version.h"

#define TAKT_BOOT_MAGIC 0x544f4f42u /* "BOOT" */

#define TAKT_BOOT_WARM 32u /* takt_boot_info.flags; others in scheduling.h */

#define TAKT_MAX_PARTITIONS 8u
#define TAKT_PARTITION_CORES(partitions, p) ((partitions) >> (4u * (p)) & 15u)

enum takt_boot_status {
  TAKT_BOOT_OFF = 0,
  TAKT_BOOT_READY = 1,
  TAKT_BOOT_REFUSED = 2,
  TAKT_BOOT_RESTORED = 3,        /* of a warm boot; since version 1.8 */
};

typedef struct takt_boot_info {
  uint32_t magic;
  uint32_t bytes;                /* sizeof(takt_boot_info) of the writer's minor */
  uint32_t hardware_version;     /* TAKT_ABI_HARDWARE */
  uint32_t driver_version;       /* TAKT_ABI_DRIVER */
  uint32_t program_version;      /* TAKT_ABI_PROGRAM */
  uint32_t timer_hz;             /* of mtime */
  uint64_t control_ring;         /* DRAM address of queue 0's ring header */
  uint64_t completion_ring;      /* DRAM address of the completion ring header */
  uint32_t hardware_queues;
  uint32_t job_timeout_us;       /* without progress; 0: never */
  uint32_t round_robin_quantum_us; /* of the policy, whichever; 0: none */
  uint32_t flags;                /* TAKT_BOOT_*, since driver version 1.5 */
  char policy[32];               /* name in policies/registry.cpp, zero terminated */
  uint32_t watchdog_us;          /* hardware watchdog of the control processor; 0: off */
  uint32_t npu_clock_khz;        /* 0: not known. Since driver version 1.2, as is the next */
  uint64_t npu_bytes_per_s;      /* that memory gives the NPU while it is alone; 0: not known */
  uint64_t async_ring;           /* DRAM address of TAKT_ASYNC_QUEUE's ring header; 0: none. Since driver version 1.4 */
  /* Cores of partition p in bits 4 p .. 4 p + 3, from core 0 on and without gaps; 0 ends. 0: one partition of all cores. More
   * need hardware version 1.6, and a hardware queue each. Since driver version 1.6, as is the next. */
  uint32_t partitions;
  uint32_t npu_ports;            /* number + 1 of the NPU's first NoC port: DMA in, DMA out and the front end of core 0, then
                                  * DMA in and out of each further core; 0: not known */
} takt_boot_info;
TAKT_STATIC_ASSERT(sizeof(takt_boot_info) == 120, "boot info");
TAKT_STATIC_ASSERT(offsetof(takt_boot_info, control_ring) == 24, "control ring");
TAKT_STATIC_ASSERT(offsetof(takt_boot_info, policy) == 56, "policy");
TAKT_STATIC_ASSERT(offsetof(takt_boot_info, partitions) == 112, "partitions");

#endif
