// Programs of exact length, for questions to a scheduler: so many commands of so long each, one after the other on the
// vector engine, with a cut between any two. They move no data and compute nothing; a cut saves 64 KiB.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sim/compiler/program.h"
#include "sim/compiler/target.h"

namespace takt::compiler {

struct Busy {
  std::uint32_t commands = 0;    // 1..4096
  std::uint32_t command_us = 0;  // 1..1000000 each, dispatch included
};

// Of a model's name: "busy-8x500us" is 8 commands of 500 us. Null: the name does not begin with "busy-". Throws
// graph::GraphError for one that does and says nothing else that could be meant.
std::optional<Busy> busy_of(const std::string& model);

// Throws graph::GraphError where a dispatch alone takes longer than a command is to take.
CompiledModel compile(const Busy& busy, const Target& target);

}  // namespace takt::compiler
