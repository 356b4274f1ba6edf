// Traces of experts: which of them each token has chosen in each layer of a mixture of experts.
//
// Text. A line is "TOKEN LAYER EXPERT ...": tokens from 0, of each all layers from 0, in each layer all its experts,
// which are different ones. '#' begins a comment.
#pragma once

#include <cstdint>
#include <istream>
#include <memory>
#include <string>
#include <vector>

#include "traces/formats/memory/error.h"

namespace takt::traces {

struct ExpertShape {
  std::uint32_t layers = 0;     // that have experts, at least 1
  std::uint32_t experts = 0;    // of a layer, 1 .. 65536
  std::uint32_t per_token = 0;  // 1 .. experts
};

// By token, layer, choice. Throws MemoryTraceError with the line for what does not follow on the line before, an expert
// that the model has not or that a line has twice, and lines with more or fewer; for a last token that lacks layers,
// and for a file without tokens.
std::vector<std::uint16_t> read_expert_trace(const std::string& path, const ExpertShape& shape);

// The same of a text; `file` is named in errors.
std::vector<std::uint16_t> parse_expert_trace(std::unique_ptr<std::istream> text, const std::string& file,
                                              const ExpertShape& shape);

}  // namespace takt::traces
