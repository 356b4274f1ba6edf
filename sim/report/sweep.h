// The page of a sweep: the sweep.json that `takt sweep` leaves in its folder.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "sim/report/run.h"

namespace takt::report {

constexpr std::size_t most_sweep_points = 2000;  // in a page, beside those on the Pareto front; the others are counted

// Whether this is a sweep's folder, and no run's.
bool is_sweep(const std::filesystem::path& folder);

// Throws ResultsFileError where the file is none of `takt sweep`.
Json sweep_data(const std::filesystem::path& folder, std::size_t most = most_sweep_points);
std::string sweep_page(const std::filesystem::path& folder);

}  // namespace takt::report
