/* Interface versions: (major << 16) | minor. A minor only appends; a major breaks.
 * The boot handshake (boot.h) compares majors; a larger minor on either side is served as the smaller one. */
#ifndef TAKT_ABI_VERSION_H
#define TAKT_ABI_VERSION_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#define TAKT_STATIC_ASSERT static_assert
#else
#define TAKT_STATIC_ASSERT _Static_assert
#endif

#define TAKT_ABI_VERSION(major, minor) (((uint32_t)(major) << 16) | (uint32_t)(minor))
#define TAKT_ABI_MAJOR(version) ((version) >> 16)
#define TAKT_ABI_MINOR(version) ((version)&0xffffu)

#define TAKT_ABI_HARDWARE TAKT_ABI_VERSION(1, 8) /* registers, interrupts, save areas: hardware <-> firmware */
#define TAKT_ABI_DRIVER TAKT_ABI_VERSION(1, 8)   /* rings, slots, completions, boot: driver <-> firmware */
#define TAKT_ABI_PROGRAM TAKT_ABI_VERSION(1, 4)  /* program header and commands: compiler <-> front end */

#define TAKT_ENGINE_DMA_IN 0u  /* DRAM -> scratchpad */
#define TAKT_ENGINE_DMA_OUT 1u /* scratchpad -> DRAM */
#define TAKT_ENGINE_TENSOR 2u
#define TAKT_ENGINE_VECTOR 3u
#define TAKT_ENGINE_COUNT 4u

#endif
