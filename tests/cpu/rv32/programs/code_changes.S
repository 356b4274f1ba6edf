# Stores into code: what was run before is run anew, also by the instruction right behind the store.
    .include "check.inc"
    .option norvc
main:
    mv s7, ra
    li s0, 3
    li s1, 0
    la a1, patched
    lw a2, ten
loop:
patched:
    addi s1, s1, 1
    bnez s2, 1f
    sw a2, 0(a1)                # from the second round on: addi s1, s1, 10
    fence.i
1:  addi s0, s0, -1
    bnez s0, loop
    expect 1, s1, 21

    li s1, 0
    lw a3, one
    la a1, next
    lw a2, ten
    sw a2, 0(a1)
next:
    addi s1, s1, 1
    expect 2, s1, 10

    # Half of an instruction.
    la a1, half
    li a2, 0x0014               # the upper half of addi s1, s1, 1: immediate and rs1's top
    sh a2, 2(a1)
    li s1, 0
half:
    addi s1, s1, 5
    expect 3, s1, 1

    # Data beside code are data.
    li a4, 1000
    la a5, beside
2:  sw a4, 0(a5)
    addi a4, a4, -1
    bnez a4, 2b
    lw a0, 0(a5)
    expect 4, a0, 1
    jr s7
beside:
    .word 0
ten:
    addi s1, s1, 10
one:
    addi s1, s1, 1
