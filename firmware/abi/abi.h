/* The whole interface between driver, firmware, hardware and compiler. C11 and C++17. */
#ifndef TAKT_ABI_ABI_H
#define TAKT_ABI_ABI_H

#include "firmware/abi/boot.h"
#include "firmware/abi/command.h"
#include "firmware/abi/log.h"
#include "firmware/abi/noc_registers.h"
#include "firmware/abi/power.h"
#include "firmware/abi/program.h"
#include "firmware/abi/registers.h"
#include "firmware/abi/ring.h"
#include "firmware/abi/scheduling.h"
#include "firmware/abi/service.h"
#include "firmware/abi/status.h"
#include "firmware/abi/version.h"
#include "firmware/abi/windows.h"

#endif
