# External interrupts (RISC-V PLIC 1.0.0): priorities, threshold, claim and completion, level-triggered gateways.
    .include "check.inc"
    .option norvc
    .equ plic, 0x0c000000

    .balign 64
vector:
    j fail                      # exceptions
    .rept 10
    j fail
    .endr
    j external                  # 11

# Claims into s2, s3, s4, ... by count in s1; drops the line of what was claimed, and completes it.
external:
    addi s1, s1, 1
    csrr s5, mcause
    lw t5, 4(s10)
    slli s6, s6, 8
    or s6, s6, t5               # the order in which they were claimed, a byte each
    lw t4, 0(s11)
    li t3, 1
    sll t3, t3, t5
    not t3, t3
    and t4, t4, t3
    sw t4, 0(s11)
    sw t5, 4(s10)
    mret

main:
    li s0, plic
    li s10, plic + 0x200000     # threshold, claim
    li s11, plic + 0x3ffffc     # lines
    li s7, plic + 0x1000        # pending
    li s8, plic + 0x2000        # enable
    la t0, vector + 1
    csrw mtvec, t0
    li t0, 0x800
    csrw mie, t0

    # Nothing is pending, and a claim says so.
    lw a0, 4(s10)
    expect 1, a0, 0
    # Priorities hold 0 to 7; source 0 has none.
    li t0, 9
    sw t0, 4(s0)
    lw a0, 4(s0)
    expect 2, a0, 7
    sw t0, 0(s0)
    lw a0, 0(s0)
    expect 3, a0, 0

    # A line makes its source pending, whether it is enabled or not; the processor sees those that are.
    li t0, 2
    sw t0, 0(s11)
    lw a0, 0(s7)
    expect 4, a0, 2
    csrr a0, mip
    expect 5, a0, 0
    sw t0, 0(s8)
    csrr a0, mip
    expect 6, a0, 0x800
    # A threshold of its priority masks it; a claim takes it none the less.
    li t0, 7
    sw t0, 0(s10)
    csrr a0, mip
    expect 7, a0, 0
    lw a0, 4(s10)
    expect 8, a0, 1
    # Claimed: no longer pending, though its line is still up, until it is completed.
    lw a0, 0(s7)
    expect 9, a0, 0
    li t0, 1
    sw t0, 4(s10)
    lw a0, 0(s7)
    expect 10, a0, 2
    # A request stays though its line falls.
    sw x0, 0(s11)
    lw a0, 0(s7)
    expect 11, a0, 2
    lw a0, 4(s10)
    expect 12, a0, 1
    # A completion of a source that is not enabled is ignored.
    sw x0, 0(s8)
    sw a0, 4(s10)
    li t0, 2
    sw t0, 0(s11)
    lw a0, 0(s7)
    expect 13, a0, 0
    sw t0, 0(s8)
    li t0, 1
    sw t0, 4(s10)
    lw a0, 0(s7)
    expect 14, a0, 2
    sw x0, 0(s11)
    lw a0, 4(s10)
    sw a0, 4(s10)

    # Four at once: the highest priority first, of equal ones the lowest number; one that has none never.
    sw x0, 0(s10)
    li t0, 3
    sw t0, 4*3(s0)
    sw t0, 4*31(s0)
    li t0, 5
    sw t0, 4*9(s0)
    sw x0, 4*4(s0)
    li t0, 0x80000218
    sw t0, 0(s8)
    sw t0, 0(s11)
    csrsi mstatus, 8
    nop
    csrci mstatus, 8
    expect 15, s6, 0x0009031f
    expect 16, s1, 3
    expect 17, s5, 0x8000000b
    lw a0, 0(s7)
    expect 18, a0, 16

    # A pending one ends a wait.
    li t0, 8
    sw t0, 0(s11)
    wfi
    csrr a0, mip
    expect 19, a0, 0x800
    # What the layout reserves is no register.
    li gp, 20
    li t1, 20
    traps_go_to reserved
    sw x0, 0x100(s0)
    j fail
reserved:
    expect 21, s10, 7
    ret
