/* Registers of the network on chip (hardware <-> firmware), since hardware version 1.1: one bandwidth regulator per
 * initiator port. Tables as in registers.h.
 *
 * A regulator is a token bucket: it fills with RATE bytes a second up to BURST bytes, and a piece of a transfer leaves
 * the port when the bucket holds all its bytes. RATE and BURST take effect with the next write to CONTROL, for the next
 * piece. */
#ifndef TAKT_ABI_NOC_REGISTERS_H
#define TAKT_ABI_NOC_REGISTERS_H

#include "firmware/abi/version.h"

#define TAKT_NOC_BASE 0x10040000u

#define TAKT_NOC_REGISTERS(X)                                                       \
  X(NOC, PORTS, 0x00u, RO, 0u, 0, "initiator ports")

/* One block per initiator port at TAKT_NOC_PORT(n). The reset values of RATE, BURST and ENABLE are the port's
 * configuration. Reading a low word keeps the high word that belongs to it for the next read. */
#define TAKT_NOC_PORT_REGISTERS(X)                                                             \
  X(NOCP, RATE_LO, 0x00u, RW, 0u, 0, "bytes per second, low word")                             \
  X(NOCP, RATE_HI, 0x04u, RW, 0u, 0, "high word; above TAKT_NOC_RATE_MAX counts as that")      \
  X(NOCP, BURST, 0x08u, RW, 0u, 0, "bytes; below TAKT_NOC_BURST_MIN counts as that")           \
  X(NOCP, CONTROL, 0x0cu, RW, 0u, 1, "TAKT_NOC_ENABLE and so on; other bits read as zero")     \
  X(NOCP, GRANTED_LO, 0x10u, RO, 0u, 1, "bytes granted since reset, low word")                 \
  X(NOCP, GRANTED_HI, 0x14u, RO, 0u, 0, "high word, of the time GRANTED_LO was read")          \
  X(NOCP, THROTTLED_LO, 0x18u, RO, 0u, 1, "nanoseconds that this regulator held it, low word") \
  X(NOCP, THROTTLED_HI, 0x1cu, RO, 0u, 0, "high word, of the time THROTTLED_LO was read")

#define TAKT_NOC_PORT(n) (0x100u + 0x40u * (n))
#define TAKT_NOC_MAX_PORTS 64u

#define TAKT_NOC_RATE_MAX 1000000000000ull /* bytes per second */
#define TAKT_NOC_BURST_MIN 64u

/* CONTROL */
#define TAKT_NOC_ENABLE 0x1u       /* the regulator is at work; switching it on fills the bucket */
#define TAKT_NOC_QOS_OVERRIDE 0x2u /* the port's traffic has the QoS below, whether or not it is enabled */
#define TAKT_NOC_QOS_SHIFT 8u      /* 0..7 */
#define TAKT_NOC_QOS_MASK 0x700u
#define TAKT_NOC_CONTROL_MASK (TAKT_NOC_ENABLE | TAKT_NOC_QOS_OVERRIDE | TAKT_NOC_QOS_MASK)

#define TAKT_REGISTER_OFFSET(block, name, offset, access, reset, sync, what) TAKT_##block##_##name = offset,
enum takt_noc_register_offset {
  TAKT_NOC_REGISTERS(TAKT_REGISTER_OFFSET)
  TAKT_NOC_PORT_REGISTERS(TAKT_REGISTER_OFFSET)
};
#undef TAKT_REGISTER_OFFSET

#endif
