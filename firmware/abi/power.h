/* Clock, voltage, sleep and heat of the NPU, since hardware version 1.7 and driver version 1.7. */
#ifndef TAKT_ABI_POWER_H
#define TAKT_ABI_POWER_H

#include "firmware/abi/registers.h"

/* Which power level the firmware gives the NPU. Whatever the governor, sensors that are hot take one level after the other
 * away, and give them back once they are not.
 * FIXED     takt_governor_slot.level, or what SET_POWER_LEVEL said last, which makes any other governor this one.
 * RACE      the fastest while a job runs, the slowest while none does.
 * DEADLINE  the slowest at which the jobs that run and those at the heads of queues meet their deadlines, with a margin;
 *           jobs without a deadline as with BANDWIDTH.
 * BANDWIDTH the slowest at which what runs takes little longer than at the fastest, because memory limits it. */
enum takt_governor {
  TAKT_GOVERNOR_FIXED = 0,
  TAKT_GOVERNOR_RACE = 1,
  TAKT_GOVERNOR_DEADLINE = 2,
  TAKT_GOVERNOR_BANDWIDTH = 3,
  TAKT_GOVERNOR_COUNT = 4,
};

enum takt_power_type { TAKT_SLOT_SET_GOVERNOR = 37 }; /* takt_governor_slot */

/* A control request; UNSUPPORTED where there is no such level. At boot: FIXED at level 0, no sleep. */
typedef struct takt_governor_slot {
  uint32_t type;
  uint32_t flags;
  uint64_t job_id;
  uint32_t governor;         /* takt_governor */
  uint32_t level;            /* of FIXED; of others 0 */
  uint32_t margin_percent;   /* of DEADLINE: jobs may take so much longer than estimated, 0..100 */
  uint32_t slowdown_percent; /* of DEADLINE and BANDWIDTH: little longer is so much, 0..100 */
  uint32_t least_us;         /* of DEADLINE: no slower level for what is over sooner, 0..1000000 */
  uint32_t suspend_us;       /* without a job until the NPU sleeps, 0..1000000000; 0: never */
  uint32_t suspend_state;    /* takt_npu_power_state; not ON with suspend_us, else ON */
  uint32_t reserved0;
  uint64_t reserved1[2];
} takt_governor_slot;
TAKT_STATIC_ASSERT(sizeof(takt_governor_slot) == 64, "governor slot");

/* Temperature sensors (hardware <-> firmware). A sensor is sampled at its own period; it is hot from TRIP until CLEAR. The
 * interrupt is raised by a sample that is hot, or by any sample while KEEP is 1, and says in PENDING whose. */
#define TAKT_THERMAL_BASE 0x10050000u
#define TAKT_SENSOR_NPU 0u
#define TAKT_SENSOR_SKIN 1u
#define TAKT_SENSORS 2u

#define TAKT_THERMAL_REGISTERS(X)                                                   \
  X(THERMAL, HOT, 0x00u, RO, 0u, 1, "bit per sensor")                               \
  X(THERMAL, PENDING, 0x04u, RO, 0u, 1, "bit per sensor: it was sampled")           \
  X(THERMAL, CLEAR, 0x08u, WO, 0u, 1, "write 1 to clear PENDING")                   \
  X(THERMAL, KEEP, 0x0cu, RW, 0u, 1, "1: every sample raises the interrupt")

/* One block per sensor at TAKT_THERMAL_SENSOR(n). Temperatures in thousandths of a degree Celsius. */
#define TAKT_THERMAL_SENSOR_REGISTERS(X)                                            \
  X(SENSOR, VALUE, 0x00u, RO, 0u, 1, "of the last sample")                          \
  X(SENSOR, TRIP, 0x04u, RO, 0u, 0, "hot from here")                                \
  X(SENSOR, COOL, 0x08u, RO, 0u, 0, "until below here")                             \
  X(SENSOR, PERIOD_US, 0x0cu, RO, 0u, 0, "from sample to sample")

#define TAKT_THERMAL_SENSOR(n) (0x100u + 0x10u * (n))

#define TAKT_REGISTER_OFFSET(block, name, offset, access, reset, sync, what) TAKT_##block##_##name = offset,
enum takt_thermal_register_offset {
  TAKT_THERMAL_REGISTERS(TAKT_REGISTER_OFFSET)
  TAKT_THERMAL_SENSOR_REGISTERS(TAKT_REGISTER_OFFSET)
};
#undef TAKT_REGISTER_OFFSET

#endif
