#include "models/npu/core_switches.h"

namespace takt::npu {

using units::Time;

void CoreSwitches::turn(bool small, bool on, Time at) {
  Kind& kind = kinds_[small];
  if (on) kind.off += at - kind.since;
  kind.on = on;
  kind.since = at;
  if (listener_) listener_(small, on, at);
}

void CoreSwitches::set_wanted(bool small, bool wanted, Time now) {
  Kind& kind = kinds_[small];
  if (wanted == kind.wanted) return;
  kind.wanted = wanted;
  now_ = now;
  if (!wanted) {
    kind.since = now;
  } else if (!kind.on) {
    kind.ready = now + units::nanoseconds(config_.power.off_exit_ns);
    turn(small, true, now);
  }
}

void CoreSwitches::advance(Time now) {
  now_ = now;
  if (!switches()) return;
  for (const bool small : {false, true}) {
    const Kind& kind = kinds_[small];
    if (kind.on && !kind.wanted && due(kind) <= now) turn(small, false, due(kind));
  }
}

Time CoreSwitches::next_time() const {
  Time next = units::never();
  if (!switches()) return next;
  for (const Kind& kind : kinds_) {
    if (kind.on && !kind.wanted) next = units::min(next, due(kind));
    if (kind.wanted && kind.ready > now_) next = units::min(next, kind.ready);
  }
  return next;
}

Time CoreSwitches::off(bool small, Time now) const {
  const Kind& kind = kinds_[small];
  return kind.on ? kind.off : kind.off + (now - kind.since);
}

}  // namespace takt::npu
