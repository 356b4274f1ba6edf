# Memory protection (Privileged Architecture, section 3.7): user mode, each way of matching, locks.
    .include "check.inc"
    .option norvc

    # Runs the code behind it in user mode; every trap comes back to machine mode at the address in s9.
    .macro user
    li t6, 0x1800
    csrc mstatus, t6
    la t6, 99f
    csrw mepc, t6
    mret
99:
    .endm

main:
    mv s7, ra
    # Without an entry user mode may nothing.
    traps_go_to 1f
    user
    j fail
1:  expect 1, s10, 1
    expect_address 2, s8, 99b

    # Entry 3 gives everything, entry 0 takes a word (NA4) of the data, entry 2 the bytes from `low` to `high` (TOR).
    li t0, -1
    csrw pmpaddr3, t0
    la t0, word
    srli t0, t0, 2
    csrw pmpaddr0, t0
    la t0, low
    srli t0, t0, 2
    csrw pmpaddr1, t0
    la t0, high
    srli t0, t0, 2
    csrw pmpaddr2, t0
    li t0, 0x1f090010           # 3: NAPOT rwx; 2: TOR r; 1: off; 0: NA4 none
    csrw pmpcfg0, t0
    csrr a0, pmpcfg0
    expect 3, a0, 0x1f090010

    la a1, word
    traps_go_to 1f
    user
    lw a0, 4(a1)
    lw a0, -4(a1)
    lw a0, 0(a1)
    j fail
1:  expect 4, s10, 5
    expect_address 5, s11, word
    la a1, low
    traps_go_to 1f
    user
    sw x0, -4(a1)
    lw a0, 0(a1)
    la a2, high
    sw x0, 0(a2)
    sw x0, -4(a2)
    j fail
1:  expect 6, s10, 7
    expect_address 7, s11, high - 4
    traps_go_to 1f
    user
    la a2, low
    jr a2                       # readable, not executable
1:  expect 8, s10, 1
    expect_address 9, s11, low

    # Machine mode may all of that, until the entry is locked.
    la a1, word
    sw x0, 0(a1)
    la a2, high
    sw x0, -4(a2)
    li t0, 0x1f890010
    csrw pmpcfg0, t0
    traps_go_to 1f
    lw a0, -4(a2)
    sw x0, -4(a2)
    j fail
1:  expect 10, s10, 7
    # A locked entry, its address and, of a range, the address below keep their values.
    csrw pmpcfg0, x0
    csrr a0, pmpcfg0
    expect 11, a0, 0x00890000
    csrw pmpaddr1, x0
    csrw pmpaddr2, x0
    csrr a0, pmpaddr1
    la a1, low
    srli a1, a1, 2
    li gp, 12
    bne a0, a1, fail
    csrr a0, pmpaddr2
    la a1, high
    srli a1, a1, 2
    li gp, 13
    bne a0, a1, fail
    # MPRV: data accesses of machine mode by the rules of the mode in MPP (user).
    li t0, 0x1800
    csrc mstatus, t0
    li t0, 0x20000
    csrs mstatus, t0
    la a1, word
    traps_go_to 1f
    lw a0, 0(a1)
    j fail
1:  expect 14, s10, 5
    li t0, 0x20000
    csrc mstatus, t0

    # User mode has no machine registers, no MRET, counters only as far as mcounteren says, WFI unless TW.
    li t0, 0x1f890000
    csrw pmpcfg0, t0
    traps_go_to 1f
    user
    csrr a0, mscratch
1:  expect 15, s10, 2
    traps_go_to 1f
    user
    mret
1:  expect 16, s10, 2
    traps_go_to 1f
    user
    csrr a0, cycle
1:  expect 17, s10, 2
    csrwi mcounteren, 1
    li t0, 0x200000
    csrs mstatus, t0
    traps_go_to 1f
    user
    csrr a0, cycle
98: wfi
1:  expect 18, s10, 2
    expect_address 19, s8, 98b
    traps_go_to 1f
    user
    ecall
1:  expect 20, s10, 8
    jr s7

    .data
    .balign 64
    .word 0
word:
    .word 1, 2
    .balign 64
    .word 0
low:
    .word 0, 0, 0
high:
    .word 0
