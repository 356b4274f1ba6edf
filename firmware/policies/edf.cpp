#include "firmware/policies/edf.h"

#include "firmware/policies/choice.h"

namespace takt::firmware {

Decision Edf::decide(const SchedulerView& view) { return smallest_first(view, deadline_of); }

}  // namespace takt::firmware
