// Words that every form of a sweep's results shares.
#pragma once

#include "sim/sweep/collect.h"

namespace takt::sweep {

inline const char* name_of(State state) {
  return state == State::done ? "done" : state == State::failed ? "failed" : "missing";
}

}  // namespace takt::sweep
