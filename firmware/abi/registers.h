/* Registers and memory map of the control processor (hardware <-> firmware).
 * One table per block: X(BLOCK, NAME, offset, access, reset, sync, what). `access`: RO, WO, RW. `sync`: 1 when the
 * value depends on time, so that an initiator running ahead synchronises first. The models build their register files
 * from these tables; firmware uses the TAKT_<BLOCK>_<NAME> offsets made from them. All registers are 32 bits wide. */
#ifndef TAKT_ABI_REGISTERS_H
#define TAKT_ABI_REGISTERS_H

#include "firmware/abi/version.h"

/* Memory map of the control processor (32 bits). */
#define TAKT_CLINT_BASE 0x02000000u /* ratified CLINT layout */
#define TAKT_PLIC_BASE 0x0c000000u  /* ratified PLIC layout, one context */
#define TAKT_NPU_BASE 0x10000000u
#define TAKT_MAILBOX_BASE 0x10010000u
#define TAKT_WATCHDOG_BASE 0x10020000u
#define TAKT_SYSTEM_BASE 0x10030000u
#define TAKT_WINDOW_BASE 0x40000000u  /* aperture into the 64-bit address space: SYSTEM.WINDOW_{LO,HI} */
#define TAKT_WINDOW_BYTES 0x10000000u
#define TAKT_RAM_BASE 0x80000000u     /* tightly coupled memory */
#define TAKT_RAM_BYTES 0x00080000u

/* Interrupt sources of the PLIC. */
#define TAKT_IRQ_MAILBOX 1u
#define TAKT_IRQ_NPU 2u
#define TAKT_IRQ_WATCHDOG 3u
#define TAKT_IRQ_COUNT 4u   /* they and none, until hardware version 1.6 */
#define TAKT_IRQ_THERMAL 4u /* since hardware version 1.7 */
#define TAKT_IRQ_END 5u

/* CLINT: mtimecmp at 0x4000 (64 bits, hart 0), mtime at 0xbff8 (64 bits). */
#define TAKT_CLINT_REGISTERS(X)                                                     \
  X(CLINT, MTIMECMP_LO, 0x4000u, RW, 0xffffffffu, 1, "timer compare, low word")     \
  X(CLINT, MTIMECMP_HI, 0x4004u, RW, 0xffffffffu, 1, "timer compare, high word")    \
  X(CLINT, MTIME_LO, 0xbff8u, RO, 0u, 1, "system timer, low word")                  \
  X(CLINT, MTIME_HI, 0xbffcu, RO, 0u, 1, "system timer, high word")

/* PLIC, context 0: priority of source n at 4n, pending at 0x1000, enable at 0x2000, threshold and claim at 0x200000. */
#define TAKT_PLIC_REGISTERS(X)                                                      \
  X(PLIC, PRIORITY_1, 0x000004u, RW, 0u, 1, "priority of source 1, 0 = never")      \
  X(PLIC, PRIORITY_2, 0x000008u, RW, 0u, 1, "priority of source 2")                 \
  X(PLIC, PRIORITY_3, 0x00000cu, RW, 0u, 1, "priority of source 3")                 \
  X(PLIC, PRIORITY_4, 0x000010u, RW, 0u, 1, "priority of source 4")                 \
  X(PLIC, PENDING, 0x001000u, RO, 0u, 1, "pending bit per source")                  \
  X(PLIC, ENABLE, 0x002000u, RW, 0u, 1, "enable bit per source")                    \
  X(PLIC, THRESHOLD, 0x200000u, RW, 0u, 1, "sources at or below are masked")        \
  X(PLIC, CLAIM, 0x200004u, RW, 0u, 1, "read: claim; write: complete")

/* Mailbox between application CPU and control processor. Doorbell bit n belongs to queue n. */
#define TAKT_MAILBOX_REGISTERS(X)                                                          \
  X(MAILBOX, DOORBELL_SET, 0x00u, WO, 0u, 1, "application: ring doorbells (bit per queue)")\
  X(MAILBOX, DOORBELL, 0x04u, RO, 0u, 1, "control: rung doorbells")                        \
  X(MAILBOX, DOORBELL_CLEAR, 0x08u, WO, 0u, 1, "control: acknowledge doorbells")           \
  X(MAILBOX, HOST_SET, 0x10u, WO, 0u, 1, "control: raise the application's interrupt")     \
  X(MAILBOX, HOST, 0x14u, RO, 0u, 1, "application: interrupt pending")                     \
  X(MAILBOX, HOST_CLEAR, 0x18u, WO, 0u, 1, "application: acknowledge")                     \
  X(MAILBOX, BOOT_STATUS, 0x20u, RW, 0u, 1, "takt_boot_status, written by the firmware")   \
  X(MAILBOX, BOOT_VERSION, 0x24u, RW, 0u, 1, "TAKT_ABI_DRIVER of the firmware")           \
  X(MAILBOX, RESET, 0x28u, RW, 0u, 1, "application: takt_reset; since hardware version 1.8")

/* HOLD: the control processor stands still, and all of its registers, interrupt controller, timer compare, watchdog, window and
 * this mailbox but RESET are as when power came. NPU, NoC and memories, its own as well, stay as they are. NONE ends it: the
 * processor boots, warm (boot.h). */
enum takt_reset { TAKT_RESET_NONE = 0, TAKT_RESET_HOLD = 1 };

/* Hardware watchdog of the control processor. It stands still while the processor waits for an interrupt. */
#define TAKT_WATCHDOG_REGISTERS(X)                                                  \
  X(WATCHDOG, LOAD_US, 0x00u, RW, 0u, 1, "timeout in microseconds; 0 disables")     \
  X(WATCHDOG, KICK, 0x04u, WO, 0u, 1, "any write restarts the count")               \
  X(WATCHDOG, EXPIRED, 0x08u, RO, 0u, 1, "1 after the first expiry")

#define TAKT_SYSTEM_REGISTERS(X)                                                    \
  X(SYSTEM, VERSION, 0x00u, RO, 0u, 0, "TAKT_ABI_HARDWARE")                         \
  X(SYSTEM, WINDOW_LO, 0x04u, RW, 0u, 1, "device address of the window, low word")  \
  X(SYSTEM, WINDOW_HI, 0x08u, RW, 0u, 1, "device address of the window, high word") \
  X(SYSTEM, TRACE, 0x0cu, WO, 0u, 0, "trace point, for tools: TAKT_TRACE(point, argument)") \
  X(SYSTEM, CONSOLE, 0x10u, WO, 0u, 0, "a byte of text in bits 0..7, for people; since version 1.4")

/* What a tool sees of a trace point. Points are the firmware's own. */
#define TAKT_TRACE(point, argument) ((uint32_t)(point) << 24 | ((uint32_t)(argument)&0xffffffu))

/* NPU: global registers, then one block per hardware queue at TAKT_NPU_QUEUE(n). A job runs on `cores` cores (program.h) from
 * its hardware queue's FIRST_CORE on; jobs that share no core run at once. It has its first core before its program is read,
 * and takes the others in ascending order; of the jobs that wait for a core the one that was started first gets it. */
#define TAKT_NPU_REGISTERS(X)                                                       \
  X(NPU, VERSION, 0x00u, RO, 0u, 0, "TAKT_ABI_PROGRAM that the front end runs")     \
  X(NPU, QUEUES, 0x04u, RO, 0u, 0, "hardware queues")                               \
  X(NPU, IRQ_STATUS, 0x08u, RO, 0u, 1, "bit per queue: it stopped")                 \
  X(NPU, IRQ_CLEAR, 0x0cu, WO, 0u, 1, "write 1 to clear")                           \
  X(NPU, IRQ_ENABLE, 0x10u, RW, 0u, 1, "bit per queue")                             \
  X(NPU, RESET, 0x14u, WO, 0u, 1, "1: stop every engine, drop every queue")         \
  X(NPU, CORES, 0x18u, RO, 0u, 0, "that a program may run on at once")              \
  X(NPU, POWER_LEVELS, 0x1cu, RO, 1u, 0, "levels of clock and voltage; since hardware version 1.4, as is the next")\
  X(NPU, POWER_LEVEL, 0x20u, RW, 0u, 1, "level in force, 0 the fastest")            \
  X(NPU, CONTEXT_BYTES, 0x24u, RO, 0u, 0, "of a core's state in a forced save (program.h); 0: none; since 1.5")\
  X(NPU, POWER_STATE, 0x28u, RW, 0u, 1, "takt_npu_power_state; a sleep is ignored while a queue is busy; since 1.7")

#define TAKT_NPU_QUEUE_REGISTERS(X)                                                 \
  X(NPUQ, PROGRAM_LO, 0x00u, RW, 0u, 0, "program header, DRAM address")             \
  X(NPUQ, PROGRAM_HI, 0x04u, RW, 0u, 0, "")                                         \
  X(NPUQ, PARAMETERS_LO, 0x08u, RW, 0u, 0, "parameter block, DRAM address")         \
  X(NPUQ, PARAMETERS_HI, 0x0cu, RW, 0u, 0, "")                                      \
  X(NPUQ, SAVE_LO, 0x10u, RW, 0u, 0, "save area, DRAM address")                     \
  X(NPUQ, SAVE_HI, 0x14u, RW, 0u, 0, "")                                            \
  X(NPUQ, SAVE_BYTES, 0x18u, RW, 0u, 0, "size of the save area")                    \
  X(NPUQ, CONTEXT, 0x1cu, RW, 0u, 0, "account that counters are charged to")        \
  X(NPUQ, JOB, 0x20u, RW, 0u, 0, "job tag, for traces")                             \
  X(NPUQ, QOS, 0x24u, RW, 0u, 0, "NoC priority of this job's traffic, 0..7")        \
  X(NPUQ, CONTROL, 0x28u, WO, 0u, 1, "takt_npu_control")                            \
  X(NPUQ, STATE, 0x2cu, RO, 0u, 1, "takt_npu_state")                                \
  X(NPUQ, STATUS, 0x30u, RO, 0u, 1, "takt_status of a job that stopped")            \
  X(NPUQ, FAULT, 0x34u, RO, 0u, 1, "core << 28 | engine << 24 | command index of a fault")       \
  X(NPUQ, PROGRESS, 0x38u, RO, 0u, 1, "commands retired since START or RESUME, all engines")  \
  X(NPUQ, CUT, 0x3cu, RO, 0u, 1, "cut at which a preempted job stands, or TAKT_NO_CUT")

/* Beside a hardware queue's block, at TAKT_NPU_WINDOWS(n). A write to TABLE_HI has the table read; a job starts once it is
 * there. */
#define TAKT_NPU_WINDOW_REGISTERS(X)                                                \
  X(NPUW, TABLE_LO, 0x00u, RW, 0u, 0, "takt_window_table, DRAM address; 0: no check")\
  X(NPUW, TABLE_HI, 0x04u, RW, 0u, 0, "")

/* Beside those, at TAKT_NPU_PLACE(n); since hardware version 1.6. Taken over with START and RESUME. */
#define TAKT_NPU_PLACE_REGISTERS(X)                                                 \
  X(NPUP, FIRST_CORE, 0x00u, RW, 0u, 0, "core at which the queue's jobs begin; UNSUPPORTED where it or one behind is not there")

/* Beside those, at TAKT_NPU_LEVEL(n), one of each power level; since hardware version 1.7. */
#define TAKT_NPU_LEVEL_REGISTERS(X)                                                 \
  X(NPUL, CLOCK_KHZ, 0x00u, RO, 0u, 0, "NPU clock of the level; a higher level is slower")

#define TAKT_NPU_QUEUE(n) (0x100u + 0x40u * (n))
#define TAKT_NPU_WINDOWS(n) (0x300u + 0x08u * (n))
#define TAKT_NPU_PLACE(n) (0x340u + 0x04u * (n))
#define TAKT_NPU_LEVEL(n) (0x360u + 0x04u * (n))
#define TAKT_NPU_MAX_QUEUES 8u
#define TAKT_NPU_MAX_LEVELS 16u

/* The clock stands still for a stated time when its level changes, and while the NPU sleeps: nothing starts or goes on
 * then. START and RESUME end a sleep. */
enum takt_npu_power_state { TAKT_NPU_ON = 0, TAKT_NPU_RETENTION = 1, TAKT_NPU_OFF = 2 };

/* PREEMPT: at the next cut; a job behind its last one runs to its end. PREEMPT_NOW, since hardware version 1.5: wherever the
 * job stands, in the middle of commands; overtakes a PREEMPT that has not led to SAVING. Where the save area is smaller than
 * TAKT_FORCED_SAVE_BYTES (program.h) it is ignored, and STATE still reads RUNNING afterwards. A job that is being started
 * or waits for its first core stops once its program has been read; one that is being restored stops at once and leaves its save
 * area as it is. */
enum takt_npu_control {
  TAKT_NPU_START = 1,
  TAKT_NPU_RESUME = 2,
  TAKT_NPU_PREEMPT = 3,
  TAKT_NPU_ABORT = 4,
  TAKT_NPU_PREEMPT_NOW = 5,
};
enum takt_npu_state {
  TAKT_NPU_IDLE = 0,
  TAKT_NPU_WAITING = 1,   /* started; others have its cores */
  TAKT_NPU_RUNNING = 2,
  TAKT_NPU_SAVING = 3,
  TAKT_NPU_DONE = 4,
  TAKT_NPU_PREEMPTED = 5,
  TAKT_NPU_FAULTED = 6,
};

#define TAKT_REGISTER_OFFSET(block, name, offset, access, reset, sync, what) TAKT_##block##_##name = offset,
enum takt_register_offset {
  TAKT_CLINT_REGISTERS(TAKT_REGISTER_OFFSET)
  TAKT_PLIC_REGISTERS(TAKT_REGISTER_OFFSET)
  TAKT_MAILBOX_REGISTERS(TAKT_REGISTER_OFFSET)
  TAKT_WATCHDOG_REGISTERS(TAKT_REGISTER_OFFSET)
  TAKT_SYSTEM_REGISTERS(TAKT_REGISTER_OFFSET)
  TAKT_NPU_REGISTERS(TAKT_REGISTER_OFFSET)
  TAKT_NPU_QUEUE_REGISTERS(TAKT_REGISTER_OFFSET)
  TAKT_NPU_WINDOW_REGISTERS(TAKT_REGISTER_OFFSET)
  TAKT_NPU_PLACE_REGISTERS(TAKT_REGISTER_OFFSET)
  TAKT_NPU_LEVEL_REGISTERS(TAKT_REGISTER_OFFSET)
};
#undef TAKT_REGISTER_OFFSET

#endif
