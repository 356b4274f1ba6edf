// Whether a command trace can be played on an SoC, and where its addresses lie there.
#pragma once

#include <cstdint>
#include <string>

#include "sim/config/scenario_config.h"
#include "traces/formats/commands/command_trace.h"

namespace takt::replay {

// What to add to every address of the trace, modulo 2^64: places inside the memory stay, the memory is the one that
// holds the NPU's buffers. Throws traces::PackedFileError where the NPU or the memory is too small for the trace.
std::uint64_t fit(const traces::CommandTrace& trace, const std::string& file, const config::SocConfig& soc);

// The program as it lies in memory after the move. Throws traces::PackedFileError where the image is no program.
std::string moved_image(const traces::CommandProgram& program, const std::string& file, std::uint64_t moved);
// A window table, likewise.
std::string moved_image(const traces::CommandTable& table, const std::string& file, std::uint64_t moved);

}  // namespace takt::replay
