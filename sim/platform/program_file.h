// A compiled model as a file (model.takt): programs, operators left to the CPU, their order, layers, and what the
// compiler knew of the SoC. What commands compute and the contents of constants are not in it: it runs for time alone.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "sim/compiler/compiler.h"
#include "traces/formats/packed/packed_file.h"

namespace takt::platform {

constexpr traces::PackedKind program_file_kind = {"\x89TCM\r\n\x1a\n", 3, "a compiled model"};

// What shapes a program, by name: every field of the target and the options.
using TargetFields = std::vector<std::pair<std::string, std::uint64_t>>;
TargetFields target_fields(const compiler::Target& target, const compiler::Options& options);

// The same as text: equal where programs of a model are.
std::string compiled_for(const compiler::Target& target, const compiler::Options& options);

struct ProgramFile {
  compiler::CompiledModel model;
  std::string soc;  // preset that it was compiled for
  TargetFields target;
};

// By extension (.takt) or by what it begins with.
bool is_program_file(const std::string& path);

// Appears under its name only when it is complete. Throws traces::MemoryTraceWriteError.
void write_program_file(const std::string& path, const ProgramFile& file);

// Throws traces::PackedFileError for a file that is damaged or makes no sense.
ProgramFile read_program_file(const std::string& path);

// The model, for an SoC whose compiler target is this one. Throws graph::GraphError naming the first difference, or
// where the answers of the model are asked for (Options::functional).
compiler::CompiledModel model_from(const std::string& path, const compiler::Target& target,
                                   const compiler::Options& options);

}  // namespace takt::platform
