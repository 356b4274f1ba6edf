# Timer and software interrupts, direct and vectored; WFI (Privileged Architecture, sections 3.1.7 to 3.1.9, 3.3.3).
    .include "check.inc"
    .option norvc
    .equ clint, 0x02000000

    .balign 64
vector:
    j fail                      # exceptions
    j fail
    j fail
    j software                  # 3
    j fail
    j fail
    j fail
    j timer                     # 7

software:
    addi s2, s2, 1
    csrr s4, mcause
    li t5, clint
    sw x0, 0(t5)
    mret
timer:
    addi s3, s3, 1
    csrr s4, mcause
    csrr s6, mcycle
    li t5, clint + 0x4000
    li t4, -1
    sw t4, 4(t5)
    mret

main:
    li s0, clint
    la t0, vector + 1
    csrw mtvec, t0
    csrr a0, mtvec
    expect_address 1, a0, vector + 1
    li t0, 0x88
    csrw mie, t0

    # Pending is not enough; MIE opens.
    li t0, 1
    sw t0, 0(s0)
    csrr a0, mip
    expect 2, a0, 8
    expect 3, s2, 0
    csrsi mstatus, 8
    expect 4, s2, 1
    expect 5, s4, 0x80000003
    csrr a0, mip
    expect 6, a0, 0

    # The timer, 1000 cycles from now, ends a wait: at once, not later.
    li s1, clint + 0x4000
    li t1, clint + 0xbff8
    lw a1, 0(t1)
    addi a1, a1, 1000
    sw a1, 0(s1)
    sw x0, 4(s1)
    wfi
    expect 7, s3, 1
    expect 8, s4, 0x80000007
    sub a2, s6, a1              # mtime counts cycles here, as mcycle does
    li gp, 9
    bltz a2, fail
    li t6, 20
    bgt a2, t6, fail

    # With interrupts off a pending one ends the wait without a trap, and a due one does not wait at all.
    csrci mstatus, 8
    li t1, clint + 0xbff8
    lw a1, 0(t1)
    addi a1, a1, 300
    sw a1, 0(s1)
    sw x0, 4(s1)
    wfi
    expect 10, s3, 1
    csrr a0, mip
    expect 11, a0, 0x80
    wfi
    # A loop is interrupted, and goes on as if nothing had been.
    li t0, -1
    sw t0, 4(s1)
    csrsi mstatus, 8
    lw a1, 0(t1)
    addi a1, a1, 500
    sw a1, 0(s1)
    sw x0, 4(s1)
    li a2, 1000
    li a3, 0
1:  addi a3, a3, 3
    addi a2, a2, -1
    bnez a2, 1b
    expect 12, a3, 3000
    expect 13, s3, 2
    csrr a0, mstatus
    andi a0, a0, 0x88
    expect 14, a0, 0x88
    ret
