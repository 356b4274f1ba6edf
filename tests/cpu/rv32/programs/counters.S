# mcycle counts what the cycle table says, minstret instructions (docs/reference.md; Privileged Architecture 3.1.10, 3.1.12).
    .include "check.inc"
    .option norvc

    # Cycles between two reads, without those of the second (the first one's own 3 are in it).
    .macro measured number, cycles
    csrr a1, mcycle
    sub a0, a1, a0
    expect \number, a0, \cycles + 3
    .endm

main:
    mv s7, ra
    la s0, word
    csrr a0, mcycle
    measured 1, 0
    csrr a0, mcycle
    add a2, a2, a2
    add a2, a2, a2
    measured 2, 2
    csrr a0, mcycle
    lw a2, 0(s0)                # nobody needs it at once
    add a3, a3, a3
    measured 3, 2
    csrr a0, mcycle
    lw a2, 0(s0)
    add a3, a2, a2
    measured 4, 3
    csrr a0, mcycle
    lw a2, 0(s0)
    sw a2, 0(s0)
    measured 5, 3
    csrr a0, mcycle
    lw a2, 1(s0)                # two pieces
    nop
    measured 6, 3
    csrr a0, mcycle
    mul a2, a2, a2
    measured 7, 3
    csrr a0, mcycle
    divu a2, a2, a2
    measured 8, 33
    csrr a0, mcycle
    beq x0, x0, 1f
1:  measured 9, 3
    csrr a0, mcycle
    bne x0, x0, 1f
1:  measured 10, 1
    csrr a0, mcycle
    j 1f
1:  measured 11, 2
    la a4, 1f
    csrr a0, mcycle
    jr a4
1:  measured 12, 3
    csrr a0, mcycle
    amoadd.w a2, x0, (s0)
    measured 13, 4

    csrr a0, minstret
    nop
    csrr a1, minstret
    sub a0, a1, a0
    expect 14, a0, 2
    # Stopped counters stand; written ones go on from there.
    csrwi mcountinhibit, 5
    csrr a0, mcycle
    csrr a2, minstret
    nop
    csrr a1, mcycle
    csrr a3, minstret
    li gp, 15
    bne a0, a1, fail
    bne a2, a3, fail
    csrwi mcountinhibit, 0
    li t0, -1
    csrw minstret, t0
    csrw minstreth, x0
    nop
    csrr a0, minstreth
    expect 16, a0, 1
    csrr a0, 0xb03
    expect 17, a0, 0
    jr s7
    .data
    .balign 4
word:
    .word 1, 2
