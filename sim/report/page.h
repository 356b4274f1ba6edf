// The page that `takt report` writes: one HTML file that holds its style, its program and its data, and loads nothing.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "sim/report/parts.h"

namespace takt::report {

// The names by which a page tells runs apart: the last parts of their paths, as many as it takes.
std::vector<std::string> labels_of(const std::vector<std::filesystem::path>& runs);

// One run, or several side by side; the first one is what the others are compared with. At least one. Throws
// ResultsFileError where a run's file is damaged or none of takt's, with file and line.
Json page_data(const std::vector<Run>& runs, const Bounds& bounds = {});
std::string page(const std::vector<Run>& runs);

// The page that shows these data.
std::string page_of(const Json& data);

// JSON as it may stand in an HTML script element.
std::string script_text(const Json& json);

// Writes a whole file, or leaves what is there. Throws results::OutputError.
void write_page(const std::filesystem::path& file, const std::string& text);

}  // namespace takt::report
