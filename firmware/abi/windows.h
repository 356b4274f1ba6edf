/* What a context's jobs may touch (driver -> NPU). The NPU's DMA engines check every address against it; firmware only
 * hands the table on. A transfer must lie inside one window. */
#ifndef TAKT_ABI_WINDOWS_H
#define TAKT_ABI_WINDOWS_H

#include "firmware/abi/version.h"

#define TAKT_WINDOWS_MAGIC 0x444e4957u /* "WIND" */
#define TAKT_WINDOWS 32u

#define TAKT_WINDOW_READ 1u
#define TAKT_WINDOW_WRITE 2u

typedef struct takt_window {
  uint64_t base;                             /* DRAM address */
  uint64_t bytes;                            /* >= 1 */
  uint32_t access;                           /* TAKT_WINDOW_READ | TAKT_WINDOW_WRITE */
  uint32_t reserved0;
} takt_window;
TAKT_STATIC_ASSERT(sizeof(takt_window) == 24, "window");

typedef struct takt_window_table {
  uint32_t magic;
  uint32_t count;                            /* <= TAKT_WINDOWS */
  uint64_t reserved0;
  takt_window window[TAKT_WINDOWS];
} takt_window_table;
TAKT_STATIC_ASSERT(sizeof(takt_window_table) == 784, "window table");
TAKT_STATIC_ASSERT(offsetof(takt_window_table, window) == 16, "windows");

#endif
