// A memory's figures as the keys `memory` and `power` of results.json (DESIGN section 7), and what every result of a
// memory alone has besides.
#pragma once

#include <string>
#include <vector>

#include "sim/platform/run_record.h"
#include "sim/replay/memory_figures.h"
#include "sim/replay/provenance.h"
#include "sim/results/value.h"

namespace takt::replay {

// Initiators without traffic are left out. Each may add to `notes`.
results::Value memory_value(const MemoryFigures& figures, const std::string& preset,
                            const std::vector<std::string>& initiators, results::Value& notes);
results::Value power_value(const MemoryFigures& figures, results::Value& notes);

// schema, takt_version, config_hash, fidelity, estimates, host, notes.
results::Value document_head(const Provenance& provenance, const std::string& fidelity,
                             const platform::HostRecord& host);

// Picojoules per bit, 6 decimals; null without bits.
results::Value pj_per_bit(Attojoules energy, std::uint64_t bytes);

}  // namespace takt::replay
