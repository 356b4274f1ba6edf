// Which banks are used how much, for a terminal: one line per rank of a channel, one character per bank.
#pragma once

#include <string>

#include "sim/replay/memory_figures.h"

namespace takt::replay {

// Two maps side by side, column commands and activations, each scaled to its largest bank. Groups of banks are parted.
std::string bank_picture(const MemoryFigures& figures);

// One row per bank: channel,rank,bank_group,bank,reads,writes,activations,conflicts.
std::string banks_csv(const MemoryFigures& figures);

}  // namespace takt::replay
