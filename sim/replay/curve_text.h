// Latency against load for the terminal, and as CSV.
#pragma once

#include <string>

#include "sim/replay/load_curve.h"
#include "sim/replay/provenance.h"

namespace takt::replay {

struct CurvesRecord {
  dram::Config memory;
  std::string fidelity;
  CurveOptions options;
  std::vector<Curve> curves;
  Provenance provenance;
};

std::string curves_text(const CurvesRecord& record);

// One row per point: what was offered and served, latencies, row hits, energy.
std::string curves_csv(const CurvesRecord& record);

}  // namespace takt::replay
