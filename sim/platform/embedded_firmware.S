// takt's firmware as an RV32 ELF, compiled in; empty where it was not built.
    .section .rodata
    .globl takt_embedded_firmware
    .globl takt_embedded_firmware_end
    .balign 16
takt_embedded_firmware:
#ifdef TAKT_RV32_ELF
    .incbin TAKT_RV32_ELF
#endif
takt_embedded_firmware_end:
    .byte 0
    .section .note.GNU-stack, "", %progbits
