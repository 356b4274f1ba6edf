// A replay as the tables of the terminal.
#pragma once

#include <string>

#include "sim/replay/replay_record.h"

namespace takt::replay {

std::string replay_text(const ReplayRecord& replay);

}  // namespace takt::replay
