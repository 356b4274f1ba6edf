# Registers, CSRs, memory and what monitor adds.
info registers ra pc
print/x $mtvec == (unsigned)&takt_trap
# I, M, A, C and user mode.
print/x $misa & 0x3ffffff
print/x $mhartid
print $priv
print/x $mstatus & 8
set $mscratch = 0x1234
print/x $mscratch
set $s11 = 0x55aa
print/x $s11
print/x $x0
monitor instructions
monitor time
monitor help
monitor nonsense
monitor until x
# Simulated time ends the next run, wherever the program is; the one after goes on to the breakpoint.
monitor until 1
tbreak takt_main
continue
monitor time
continue
print/x $mtvec == (unsigned)&takt_trap
print info->magic == 0x544f4f42
set var info->job_timeout_us = 12345
print info->job_timeout_us
set {int}0x8007e000 = 0x11223344
x/4xb 0x8007e000
# A register is read without effect: SYSTEM.VERSION's major part; what is pending at the interrupt controller.
print/x *(unsigned*)0x10030000 >> 16
print *(unsigned*)0x0c001000
monitor state
info threads
# Memory protection, locked: code, constants, the guard below the stack. A stack that comes to its end is a trap.
print/x $pmpcfg0 >> 8
print $pmpaddr2 * 4 == (unsigned)&__rodata_end
tbreak *takt_trap
set $sp = (unsigned)&__stack_guard + 64
continue
print $mcause
print $mtval - (unsigned)&__stack_guard < 32
kill
