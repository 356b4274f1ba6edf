# Exceptions are precise: cause, address and value, and nothing written (Privileged Architecture, sections 3.1.14 to 3.1.16).
    .include "check.inc"
    .option norvc
main:
    traps_go_to 1f
    li a0, 77
    li a1, 0x40
10: lw a0, 0(a1)                # nobody is there
    j fail
1:  expect 1, s10, 5
    expect 2, s11, 0x40
    expect_address 3, s8, 10b
    expect 4, a0, 77

    traps_go_to 1f
11: sw a0, 0(a1)
    j fail
1:  expect 5, s10, 7
    expect_address 6, s8, 11b

    traps_go_to 1f
    li a1, 0x02004001           # a register
12: lw a0, 0(a1)
    j fail
1:  expect 7, s10, 4
    expect 8, s11, 0x02004001
    expect 9, a0, 77

    traps_go_to 1f
    la a2, word
    addi a2, a2, 1
13: amoadd.w a0, a0, (a2)
    j fail
1:  expect 10, s10, 6
    lw a3, -1(a2)
    expect 11, a3, 0x11223344

    lw a3, 1(a2)                # memory takes it: bytes 44 33 22 11 88 77 66 55, from the third on
    expect 12, a3, 0x77881122
    sh a0, 2(a2)                # 4d 00 in place of 11 88
    lw a3, 0(a2)
    expect 13, a3, 0x004d2233
    traps_go_to 1f
14: .word 0xffffffff
    j fail
1:  expect 14, s10, 2
    expect 15, s11, 0xffffffff
    expect_address 16, s8, 14b

    traps_go_to 1f
    li a0, 0x1000
15: jalr ra, 0(a0)
    j fail
1:  expect 17, s10, 1
    expect 18, s11, 0x1000
    expect 19, s8, 0x1000
    expect_address 20, ra, 15b + 4

    traps_go_to 1f
16: ecall
    j fail
1:  expect 21, s10, 11
    expect_address 22, s8, 16b
    traps_go_to 1f
17: ebreak
    j fail
1:  expect 23, s10, 3
    traps_go_to 1f
    csrw mhartid, x0            # read-only
    j fail
1:  expect 24, s10, 2
    traps_go_to 1f
    csrr a0, 0x105              # stvec: there is no supervisor mode
    j fail
1:  expect 25, s10, 2
    csrr a0, cycle              # machine mode always may
    la t0, unexpected
    csrw mtvec, t0
    la ra, done
    ret
done:
    li t0, 1
    j leave
    .data
    .balign 4
word:
    .word 0x11223344, 0x55667788
