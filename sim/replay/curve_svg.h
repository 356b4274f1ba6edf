// Latency against load as one SVG file: a panel per pattern, a curve per read share, readable on light and dark.
#pragma once

#include <string>

#include "sim/replay/curve_text.h"

namespace takt::replay {

// Integers throughout: equal curves give equal bytes.
std::string curves_svg(const CurvesRecord& record);

}  // namespace takt::replay
