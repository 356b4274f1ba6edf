# Entry of the RV32 build: a0 = hart, a1 = boot information (firmware/abi/boot.h). Machine mode, one hart.
    .file "start.S"             # otherwise the symbol table would hold the name of a temporary file
    .section .init, "ax"
    .globl _start
    .type _start, @function
_start:
    csrw mie, zero
    csrci mstatus, 8            # MIE off: interrupts end WFI, they never trap
    la t0, takt_trap
    csrw mtvec, t0

    # Code is executed and read, constants are read, and the words below the stack are nobody's. Locked: until reset.
    la t0, __text_begin
    srli t0, t0, 2
    csrw pmpaddr0, t0
    la t0, __text_end
    srli t0, t0, 2
    csrw pmpaddr1, t0
    la t0, __rodata_end
    srli t0, t0, 2
    csrw pmpaddr2, t0
    la t0, __stack_guard
    srli t0, t0, 2
    ori t0, t0, 3               # 32 bytes
    csrw pmpaddr3, t0
    li t0, 0x98898d80           # NAPOT ---, TOR R--, TOR R-X, where the first begins
    csrw pmpcfg0, t0

    .option push
    .option norelax
    la gp, __global_pointer$
    .option pop
    la sp, __stack_top
    la t0, __bss_start
    la t1, __bss_end
clear:
    bgeu t0, t1, cleared
    sw zero, 0(t0)
    addi t0, t0, 4
    j clear
cleared:
    li t0, 0x880                # MEIE | MTIE
    csrw mie, t0
    call takt_main
    .size _start, . - _start

# An exception is a defect: no handler can mend it. Its cause stays in the CSRs for a debugger. The processor spins
# rather than waits, because the hardware watchdog stands still during WFI and must bite here.
    .globl takt_trap
    .type takt_trap, @function
    .balign 4
takt_trap:
    j takt_trap
    .size takt_trap, . - takt_trap
