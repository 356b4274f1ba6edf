# Commands for takt's firmware in gdb:
#   gdb-multiarch -x firmware/takt.gdb build/release/firmware/takt-firmware.elf
#   (gdb) takt-connect 4444
#   (gdb) help takt
# They read; none changes a result. What a command shows is the firmware's own state: while it is inside a function it may be on
# its way from one to the next.

# Types are named before the firmware has run; its first file is in assembly language.
set language c++

define takt
  help takt
end
document takt
Commands for takt's firmware, each with a help of its own:
  takt-connect PORT   to takt run --gdb PORT
  takt-job            the job on the engines
  takt-queues         queues that are open
  takt-slots QUEUE    slots that the firmware holds of a queue, the head first
  takt-programs       programs that are registered
  takt-counters       what happened since boot
  takt-engines        hardware queues of the NPU, from their registers
  takt-log [COUNT]    the latest records of the scheduling log, 10 by default
  takt-trap           the last trap, in words
  takt-break-job ID   stop where a job is about to be given to the engines
end

# $takt: the firmware's object. Its memory holds nothing before takt_main has built it.
define takt-object
  set $takt = (takt::firmware::Firmware*)&'(anonymous namespace)::firmware_storage'
  if $takt->info_.magic != 0x544f4f42
    printf "not booted yet: the firmware has not built its state\n"
  end
  set $takt_booted = $takt->info_.magic == 0x544f4f42
end
document takt-object
Sets $takt to the firmware's object and $takt_booted.
end

define takt-connect
  target remote localhost:$arg0
end
document takt-connect
takt-connect PORT: connects to takt run --gdb PORT, which stands before the first instruction.
end

define takt-job
  takt-object
  if $takt_booted
    if $takt->running_jobs_ == 0
      printf "no job is on the engines\n"
    end
    set $p = 0
    while $p < $takt->partition_count_
      set $running = &$takt->partitions_[$p].running
      if $running->queue != 0xffffffff
        set $queue = &$takt->queues_[$running->queue]
        set $entry = &$queue->entries.items_[$queue->entries.first_]
        printf "job %llu of queue %u: program %u, band %u, context %u\n", $entry->slot.job_id, $running->queue, $entry->slot.program, $queue->band, $queue->context
        printf "  accepted at tick %llu, started at tick %llu, on the engines since tick %llu, preempted %u times\n", $entry->accepted_ticks, $entry->started_ticks, $running->dispatched_ticks, $entry->preemptions
        if $running->preempt_requested
          printf "  asked to leave at its next cut\n"
        end
        if $running->abort_requested
          printf "  being aborted\n"
        end
      end
      set $p = $p + 1
    end
  end
end
document takt-job
takt-job: the jobs on the engines, with their queues and times in ticks of the system timer.
end

define takt-queues
  takt-object
  if $takt_booted
    printf "queue  band  context  held  head job  state\n"
    set $i = 0
    while $i < 32
      set $queue = &$takt->queues_[$i]
      if $queue->open
        set $job = 0
        if $queue->entries.size_ != 0
          set $job = $queue->entries.items_[$queue->entries.first_].slot.job_id
        end
        printf "%5u  %4u  %7u  %4u  %8llu  ", $i, $queue->band, $queue->context, $queue->entries.size_, $job
        if $takt->partitions_[$queue->partition].running.queue == $i
          printf "on the engines "
        end
        if $queue->stopped
          printf "stopped "
        end
        if $queue->suspended
          printf "suspended "
        end
        if $queue->closing
          printf "closing "
        end
        printf "\n"
      end
      set $i = $i + 1
    end
  end
end
document takt-queues
takt-queues: queues that are open: how many slots the firmware holds of each, and the job at its head (0: none).
end

define takt-slots
  takt-object
  if $takt_booted
    set $queue = &$takt->queues_[$arg0]
    set $i = 0
    while $i < $queue->entries.size_
      set $entry = &$queue->entries.items_[($queue->entries.first_ + $i) & 15]
      printf "type %u, job %llu, program %u, accepted at tick %llu: ", $entry->slot.type, $entry->slot.job_id, $entry->slot.program, $entry->accepted_ticks
      output $entry->state
      printf "\n"
      set $i = $i + 1
    end
    if $i == 0
      printf "queue %u: the firmware holds no slot of it\n", $arg0
    end
  end
end
document takt-slots
takt-slots QUEUE: slots that the firmware has taken from a queue's ring and not yet answered, the head first.
end

define takt-programs
  takt-object
  if $takt_booted
    printf "program  header         cuts  save bytes\n"
    set $i = 0
    while $i < 128
      set $program = &$takt->programs_.programs_[$i]
      if $program->registered
        printf "%7u  %#-13llx  %4u  %u\n", $i, $program->header.value, $program->cut_count, $program->max_save_bytes
      end
      set $i = $i + 1
    end
  end
end
document takt-programs
takt-programs: registered programs with the DRAM address of their header.
end

define takt-counters
  takt-object
  if $takt_booted
    set $c = &$takt->counters_
    printf "slots %u, rejected %u\n", $c->slots, $c->rejected
    printf "dispatches %u, jobs finished %u, preempt requests %u, preemptions %u, not possible %u\n", $c->dispatches, $c->jobs_finished, $c->preempt_requests, $c->preemptions, $c->preemption_limited
    printf "interrupts %u, spurious %u, lost %u, doorbells of no queue %u, timeouts %u\n", $c->interrupts, $c->spurious_interrupts, $c->lost_interrupts, $c->unknown_doorbells, $c->timeouts
  end
end
document takt-counters
takt-counters: what happened since boot (firmware/kernel/firmware.h, Counters).
end

define takt-engines
  takt-object
  if $takt_booted
    set $i = 0
    while $i < $takt->info_.hardware_queues
      set $registers = (unsigned int*)(0x10000100 + 0x40 * $i)
      printf "hardware queue %u: job tag %u, %u commands retired, ", $i, $registers[8], $registers[14]
      output (takt_npu_state)$registers[11]
      printf "\n"
      set $i = $i + 1
    end
  end
end
document takt-engines
takt-engines: state of the NPU's hardware queues, read from its registers without effect.
end

define takt-log
  set $count = 10
  if $argc == 1
    set $count = $arg0
  end
  set $size = (unsigned int)(sizeof(takt_log.records) / sizeof(takt_log.records[0]))
  set $end = takt_log.header.written
  if $count > $size
    set $count = $size
  end
  if $count > $end
    set $count = $end
  end
  set $i = $end - $count
  while $i != $end
    set $record = &takt_log.records[$i % $size]
    printf "cycle %llu: queue %u, job %llu, ", $record->ticks, $record->queue, $record->job_id
    output (takt::firmware::LogEvent)$record->event
    printf "\n"
    set $i = $i + 1
  end
  printf "%u records in all\n", $end
end
document takt-log
takt-log [COUNT]: the latest records of the scheduling log in the firmware's RAM, 10 by default, the newest last.
end

define takt-trap
  if $mcause == 0 && $mepc == 0
    printf "no trap so far\n"
  else
    printf "mcause %#x, mtval %#x, at ", $mcause, $mtval
    info symbol $mepc
  end
end
document takt-trap
takt-trap: cause and place of the last trap. An exception is a defect: the firmware spins in takt_trap then.
end

define takt-break-job
  break takt::firmware::Engines::start if job.tag == $arg0
end
document takt-break-job
takt-break-job ID: stops where the job is about to be given to the engines, at its start and whenever it is resumed.
end
