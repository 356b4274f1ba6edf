// A firmware that somebody else might write: C11, and of takt nothing but the ABI's header. One job at a time, the
// queues in turn, no preemption. Everything it knows comes from the boot information and the rings.
#include "firmware/abi/abi.h"

#ifndef DRIVER_VERSION
#define DRIVER_VERSION TAKT_ABI_DRIVER
#endif

// Start-up: a0 = hart, a1 = boot information.
__attribute__((naked, section(".text.start"), used)) void _start(void) {
  __asm__ volatile(
      "la sp, stack_top\n"
      "mv a0, a1\n"
      "li t0, 0x800\n"  // MEIE: a pending interrupt ends WFI; mstatus.MIE stays 0, so it never traps
      "csrw mie, t0\n"
      "call serve\n");
}

typedef struct {
  uint64_t ring;
  uint32_t entries, head;
  uint64_t context;
  int open;
} queue_t;

static queue_t queues[TAKT_MAX_QUEUES];
static uint64_t programs[TAKT_MAX_PROGRAMS];
static uint64_t completion_ring;
static uint32_t completion_entries, completion_tail;
static takt_completion job;  // on the engines; queue 0: none

typedef uint32_t __attribute__((may_alias)) word_t;  // of any object

static uint32_t get(uint32_t address) { return *(volatile uint32_t*)address; }
static void set(uint32_t address, uint32_t value) { *(volatile uint32_t*)address = value; }

// Shared memory shows through the window, by words.
static volatile uint32_t* show(uint64_t address) {
  set(TAKT_SYSTEM_BASE + TAKT_SYSTEM_WINDOW_LO, (uint32_t)address & ~(TAKT_WINDOW_BYTES - 1));
  set(TAKT_SYSTEM_BASE + TAKT_SYSTEM_WINDOW_HI, (uint32_t)(address >> 32));
  return (volatile uint32_t*)(TAKT_WINDOW_BASE + ((uint32_t)address & (TAKT_WINDOW_BYTES - 1)));
}

static void load(uint64_t from, void* to, uint32_t bytes) {
  volatile uint32_t* source = show(from);
  for (uint32_t i = 0; i < bytes / 4; ++i) ((word_t*)to)[i] = source[i];
}

static void store(uint64_t to, const void* from, uint32_t bytes) {
  volatile uint32_t* target = show(to);
  for (uint32_t i = 0; i < bytes / 4; ++i) target[i] = ((const word_t*)from)[i];
}

static uint64_t now(void) {
  uint32_t high, low;
  do {
    high = get(TAKT_CLINT_BASE + TAKT_CLINT_MTIME_HI);
    low = get(TAKT_CLINT_BASE + TAKT_CLINT_MTIME_LO);
  } while (get(TAKT_CLINT_BASE + TAKT_CLINT_MTIME_HI) != high);
  return (uint64_t)high << 32 | low;
}

static uint64_t slot_address(uint64_t ring, uint32_t index) {
  return ring + sizeof(takt_ring_header) + (uint64_t)index * sizeof(takt_job_slot);
}

static void complete(takt_completion* record, uint32_t status) {
  record->status = status;
  record->finished_ticks = now();
  store(slot_address(completion_ring, completion_tail), record, sizeof *record);
  completion_tail = (completion_tail + 1) % completion_entries;
  store(completion_ring + offsetof(takt_ring_header, tail), &completion_tail, 4);
  set(TAKT_MAILBOX_BASE + TAKT_MAILBOX_HOST_SET, 1);
}

static void open_queue(uint32_t id, uint64_t ring) {
  takt_ring_header header;
  load(ring, &header, sizeof header);
  queues[id].ring = ring;
  queues[id].entries = header.entries;
  queues[id].head = header.head;
  queues[id].open = 1;
}

// All slots have one size and begin with type, flags and job_id.
typedef union {
  takt_job_slot job;
  takt_create_queue_slot create_queue;
  takt_register_program_slot register_program;
} slot_t;

static uint32_t control(const slot_t* slot) {
  if (slot->job.type == TAKT_SLOT_CREATE_QUEUE) {
    const takt_create_queue_slot* request = &slot->create_queue;
    if (request->queue == 0 || request->queue >= TAKT_MAX_QUEUES) return TAKT_STATUS_BAD_QUEUE;
    open_queue(request->queue, request->ring);
    queues[request->queue].context = request->context;
    return TAKT_STATUS_OK;
  }
  if (slot->job.type == TAKT_SLOT_REGISTER_PROGRAM) {
    const takt_register_program_slot* request = &slot->register_program;
    if (request->program >= TAKT_MAX_PROGRAMS) return TAKT_STATUS_NO_SPACE;
    programs[request->program] = request->header;
    return TAKT_STATUS_OK;
  }
  return TAKT_STATUS_UNSUPPORTED;
}

static void start(const takt_job_slot* slot) {
  const uint32_t queue = TAKT_NPU_BASE + TAKT_NPU_QUEUE(0);
  const uint64_t program = programs[slot->program % TAKT_MAX_PROGRAMS];
  set(queue + TAKT_NPUQ_PROGRAM_LO, (uint32_t)program);
  set(queue + TAKT_NPUQ_PROGRAM_HI, (uint32_t)(program >> 32));
  set(queue + TAKT_NPUQ_PARAMETERS_LO, (uint32_t)slot->parameters);
  set(queue + TAKT_NPUQ_PARAMETERS_HI, (uint32_t)(slot->parameters >> 32));
  set(queue + TAKT_NPUQ_SAVE_BYTES, 0);
  set(queue + TAKT_NPUQ_CONTEXT, (uint32_t)queues[job.queue].context);
  set(queue + TAKT_NPUQ_JOB, (uint32_t)slot->job_id);
  set(queue + TAKT_NPUQ_QOS, 0);
  set(queue + TAKT_NPUQ_CONTROL, TAKT_NPU_START);
}

// The next slot of a queue, if the engines can take what it is. 1: something was done.
static int serve_queue(uint32_t id) {
  queue_t* queue = &queues[id];
  uint32_t tail;
  if (!queue->open || (id != TAKT_CONTROL_QUEUE && job.queue != 0)) return 0;
  load(queue->ring + offsetof(takt_ring_header, tail), &tail, 4);
  if (tail == queue->head) return 0;
  slot_t slot;
  load(slot_address(queue->ring, queue->head), &slot, sizeof slot);
#ifdef READS_BEHIND_THE_RING
  load(slot_address(queue->ring, queue->entries), &tail, 4);
#endif
  queue->head = (queue->head + 1) % queue->entries;
  store(queue->ring + offsetof(takt_ring_header, head), &queue->head, 4);
  takt_completion record = {.job_id = slot.job.job_id, .queue = id, .accepted_ticks = now(), .started_ticks = now()};
  if (id == TAKT_CONTROL_QUEUE) {
    complete(&record, control(&slot));
  } else if (slot.job.type == TAKT_SLOT_JOB) {
    job = record;
    start(&slot.job);
  } else {
    complete(&record, TAKT_STATUS_UNSUPPORTED);
  }
  return 1;
}

static void take_interrupts(void) {
  for (uint32_t source; (source = get(TAKT_PLIC_BASE + TAKT_PLIC_CLAIM)) != 0;) {
    if (source == TAKT_IRQ_MAILBOX) {
      set(TAKT_MAILBOX_BASE + TAKT_MAILBOX_DOORBELL_CLEAR, get(TAKT_MAILBOX_BASE + TAKT_MAILBOX_DOORBELL));
    } else if (source == TAKT_IRQ_NPU) {
      set(TAKT_NPU_BASE + TAKT_NPU_IRQ_CLEAR, get(TAKT_NPU_BASE + TAKT_NPU_IRQ_STATUS));
      const uint32_t queue = TAKT_NPU_BASE + TAKT_NPU_QUEUE(0);
      const uint32_t state = get(queue + TAKT_NPUQ_STATE);
      if (job.queue != 0) complete(&job, state == TAKT_NPU_DONE ? TAKT_STATUS_OK : get(queue + TAKT_NPUQ_STATUS));
      job.queue = 0;
    }
    set(TAKT_PLIC_BASE + TAKT_PLIC_CLAIM, source);
  }
}

__attribute__((used)) void serve(const takt_boot_info* info) {
  takt_ring_header header;
  set(TAKT_MAILBOX_BASE + TAKT_MAILBOX_BOOT_VERSION, DRIVER_VERSION);
  if ((info->flags & TAKT_BOOT_WARM) != 0) {  // it keeps nothing over a restart
    set(TAKT_MAILBOX_BASE + TAKT_MAILBOX_BOOT_STATUS, TAKT_BOOT_REFUSED);
    for (;;) __asm__ volatile("wfi");
  }
  completion_ring = info->completion_ring;
  load(completion_ring, &header, sizeof header);
  completion_entries = header.entries;
  open_queue(TAKT_CONTROL_QUEUE, info->control_ring);
  set(TAKT_NPU_BASE + TAKT_NPU_IRQ_ENABLE, 1);
  set(TAKT_PLIC_BASE + TAKT_PLIC_PRIORITY_1, 1);
  set(TAKT_PLIC_BASE + TAKT_PLIC_PRIORITY_2, 1);
  set(TAKT_PLIC_BASE + TAKT_PLIC_ENABLE, 1u << TAKT_IRQ_MAILBOX | 1u << TAKT_IRQ_NPU);
  set(TAKT_MAILBOX_BASE + TAKT_MAILBOX_BOOT_STATUS, TAKT_BOOT_READY);
  uint32_t turn = 0;
  for (;;) {
    take_interrupts();
    int worked = serve_queue(TAKT_CONTROL_QUEUE);
    for (uint32_t i = 1; i < TAKT_MAX_QUEUES; ++i) {
      turn = turn % (TAKT_MAX_QUEUES - 1) + 1;
      if (serve_queue(turn)) {
        worked = 1;
        break;
      }
    }
    if (!worked) __asm__ volatile("wfi" ::: "memory");
  }
}
