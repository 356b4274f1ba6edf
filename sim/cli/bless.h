// Baselines: what a comparison needs of a run, kept in a folder.
#pragma once

#include <filesystem>
#include <string>

namespace takt::cli {

// Puts the run's results (without what the host measured) and tables in the baseline's place, all at once, and adds the
// reason to its REASONS. A baseline that does not exist yet is made. Throws results::OutputError or ResultsFileError.
void bless(const std::filesystem::path& baseline, const std::filesystem::path& run, const std::string& reason);

}  // namespace takt::cli
