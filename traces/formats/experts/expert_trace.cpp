#include "traces/formats/experts/expert_trace.h"

#include <algorithm>
#include <fstream>

#include "traces/formats/memory/text_lines.h"

namespace takt::traces {

std::vector<std::uint16_t> parse_expert_trace(std::unique_ptr<std::istream> text, const std::string& file,
                                              const ExpertShape& shape) {
  LineReader lines(ByteSource(std::move(text), file));
  std::vector<std::uint16_t> chosen;
  std::uint64_t token = 0, layer = 0;
  TextLine line;
  const auto fail = [&](const std::string& found, const std::string& expected) {
    throw MemoryTraceError({file, line.number}, found, expected);
  };
  while (lines.next(line)) {
    LineTokens tokens(line, file);
    if (tokens.at_end()) continue;
    const std::uint64_t of_token = tokens.take_decimal("a token's number"), of_layer = tokens.take_decimal("a layer");
    if (of_token != token || of_layer != layer)
      fail("token " + std::to_string(of_token) + ", layer " + std::to_string(of_layer),
           "token " + std::to_string(token) + ", layer " + std::to_string(layer));
    const auto own = static_cast<std::ptrdiff_t>(chosen.size());
    for (std::uint32_t i = 0; i < shape.per_token; ++i) {
      const std::uint64_t expert = tokens.take_decimal(std::to_string(shape.per_token) + " experts");
      if (expert >= shape.experts)
        fail("expert " + std::to_string(expert), "one of 0 to " + std::to_string(shape.experts - 1));
      if (std::find(chosen.begin() + own, chosen.end(), expert) != chosen.end())
        fail("expert " + std::to_string(expert) + " twice", "different experts");
      chosen.push_back(static_cast<std::uint16_t>(expert));
    }
    if (!tokens.at_end()) fail("more experts", std::to_string(shape.per_token));
    if (++layer == shape.layers) ++token, layer = 0;
  }
  if (layer != 0)
    fail("the end of the file", "layer " + std::to_string(layer) + " of token " + std::to_string(token) +
                                    ", as the model has " + std::to_string(shape.layers) + " layers with experts");
  if (token == 0) throw MemoryTraceError({file}, "no tokens", "a line for each layer of each");
  return chosen;
}

std::vector<std::uint16_t> read_expert_trace(const std::string& path, const ExpertShape& shape) {
  auto file = std::make_unique<std::ifstream>(path, std::ios::binary);
  if (!*file) throw MemoryTraceError({path}, "no such file, or none that can be read", "a trace of experts");
  return parse_expert_trace(std::move(file), path, shape);
}

}  // namespace takt::traces
