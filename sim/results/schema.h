// The JSON Schema of results.json, from the metric table.
#pragma once

#include <string>

namespace takt::results {

// Draft 7, and of it only what draft 4 has too. Keys that the table does not have are refused: it describes this
// version's files.
std::string results_schema();

}  // namespace takt::results
