// SystemC and TLM-2.0, and the one conversion between their time and ours. Precompiled.
#pragma once

#include <tlm_utils/multi_passthrough_target_socket.h>
#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include <systemc>
#include <tlm>

#include "models/units/quantity.h"

namespace takt::base {

// The kernel's resolution stays at its default, one picosecond.
inline sc_core::sc_time to_sc(units::Time t) { return sc_core::sc_time::from_value(t.value); }
inline units::Time to_time(const sc_core::sc_time& t) { return units::Time(t.value()); }
inline units::Time now() { return units::Time(sc_core::sc_time_stamp().value()); }

// Schedules `event` at an absolute time that is not in the past. An earlier pending notification stays.
inline void notify_at(sc_core::sc_event& event, units::Time at) {
  event.notify(to_sc(units::saturating_sub(at, now())));
}

}  // namespace takt::base
