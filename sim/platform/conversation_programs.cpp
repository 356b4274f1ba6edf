// Workload: what a stream of prompts runs, and where its conversations lie.
#include <algorithm>
#include <utility>

#include "firmware/abi/abi.h"
#include "sim/graph/decoder.h"
#include "sim/graph/precision.h"
#include "sim/platform/workload.h"
#include "sim/zoo/decoder.h"

namespace takt::platform {
namespace {

constexpr std::uint64_t page = 4096;
constexpr std::uint32_t default_context = 1024;
constexpr std::uint32_t least_chunk = 32;  // half the rows that a tensor engine's tile has

std::string of(const config::StreamConfig& stream) { return "stream '" + stream.name + "': "; }

// The rest of a prompt, which fills no chunk, goes into the smallest program that holds it: chunks of half the tokens,
// of a quarter and so on. How many tokens go in is no parameter of a program, so what it is larger than the rest is
// computed and thrown away, as on stacks whose graphs have fixed shapes.
std::vector<std::uint32_t> chunks_of(const config::StreamConfig& stream) {
  std::vector<std::uint32_t> chunks = {stream.chunk_tokens};
  while (chunks.back() % 2 == 0 && chunks.back() / 2 >= least_chunk) chunks.push_back(chunks.back() / 2);
  std::reverse(chunks.begin(), chunks.end());
  return chunks;
}

graph::Graph step_of(const graph::Decoder& decoder, const config::StreamConfig& stream, std::uint32_t tokens) {
  const std::uint32_t room = stream.context_tokens == 0 ? default_context : stream.context_tokens;
  graph::Graph step = zoo::decoder_step(decoder, {tokens, std::int64_t{room} - 1});
  graph::set_precision(step, stream.precision);
  if (stream.kv_precision == config::KvPrecision::int8) graph::set_cache_type(step, graph::DataType::int8);
  return step;
}

// Layers with constants, in the order in which these lie in memory.
std::vector<std::pair<std::string, std::uint64_t>> constants_of(const compiler::Program& program) {
  std::vector<std::pair<std::string, std::uint64_t>> result;
  for (const compiler::LayerInfo& layer : program.layers)
    if (layer.constant_bytes != 0) result.emplace_back(layer.name, layer.constant_bytes);
  return result;
}

}  // namespace

std::size_t Workload::compile_decoder(const config::StreamConfig& stream, const compiler::Target& target,
                                      const compiler::Options& options) {
  const graph::Decoder* const decoder = stream.model_path.empty() ? zoo::find_decoder(stream.model) : nullptr;
  if (decoder == nullptr)
    throw graph::GraphError(of(stream) + "found prompt_tokens for '" + stream.model +
                            "', expected a decoder language model of the zoo");
  if (decoder->experts != 0)
    throw graph::GraphError(of(stream) + "found prompt_tokens for '" + stream.model +
                            "', whose tokens meet experts of their own: expected a decoder without experts");
  if (options.functional)
    throw graph::GraphError(of(stream) + "found prompt_tokens: answers are computed of single inferences only");
  std::string source = "decoder:" + stream.model;
  for (const std::uint64_t n : {std::uint64_t{target.cores}, static_cast<std::uint64_t>(stream.precision),
                                static_cast<std::uint64_t>(stream.kv_precision), std::uint64_t{stream.context_tokens},
                                std::uint64_t{stream.chunk_tokens}, std::uint64_t{stream.kv_page_tokens}})
    source += ":" + std::to_string(n);
  if (const auto found = model_by_source_.find(source); found != model_by_source_.end()) return found->second;

  compiler::Options how = options;
  how.page_tokens = stream.kv_page_tokens;
  auto model = std::make_unique<compiler::CompiledModel>(compiler::compile(step_of(*decoder, stream, 1), target, how));
  for (const std::uint32_t tokens : chunks_of(stream)) {
    compiler::CompiledModel chunk = compiler::compile(step_of(*decoder, stream, tokens), target, how);
    if (chunk.programs.size() != 1 || model->programs.empty() || !chunk.cpu.empty() || !model->cpu.empty())
      throw graph::GraphError(of(stream) + "'" + stream.model + "' has operators that the NPU lacks");
    if (constants_of(chunk.programs.front()) != constants_of(model->programs.front()))
      throw graph::GraphError(of(stream) + "programs of '" + stream.model + "' do not share their weights");
    model->programs.push_back(std::move(chunk.programs.front()));
  }
  models_.push_back(std::move(model));
  return model_by_source_[source] = models_.size() - 1;
}

void Workload::place_conversations(PlacedStream& stream, Regions& npu, Regions& system) {
  const config::StreamConfig& config = *stream.config;
  const compiler::Program& step = stream.model->programs.front();
  PlacedConversations placed;
  const std::vector<std::uint32_t> chunks = chunks_of(config);
  for (std::uint32_t i = 0; i < chunks.size(); ++i) placed.chunks.push_back({chunks[i], i + 1});
  placed.page_tokens = step.page_tokens;
  placed.page_bytes = step.page_bytes;
  placed.row_bytes = step.row_bytes;
  const std::uint64_t room = config.context_tokens == 0 ? default_context : config.context_tokens;
  const std::uint64_t of_one = (room + placed.page_tokens - 1) / placed.page_tokens;
  placed.pages = of_one * config.conversations;
  if (config.kv_cache_bytes != 0) placed.pages = std::min(placed.pages, config.kv_cache_bytes / placed.page_bytes);
  if (placed.pages < of_one)
    throw graph::GraphError(of(config) + "found kv_cache_kib = " + std::to_string(config.kv_cache_bytes / 1024) +
                            ", expected at least " + std::to_string(of_one * placed.page_bytes / 1024) +
                            ", which one conversation of context_tokens = " + std::to_string(room) + " takes");
  placed.pool = npu.take(placed.pages * placed.page_bytes, page, "keys and values of stream " + config.name);
  constexpr std::uint64_t line = 64;
  const auto table = [&](std::uint64_t entries) { return (entries * sizeof(std::uint64_t) + line - 1) / line * line; };
  const std::uint64_t new_pages = (config.chunk_tokens + placed.page_tokens - 1) / placed.page_tokens;
  placed.page_table_bytes = table(of_one);
  placed.row_table_bytes = table(new_pages) * placed.row_bytes.size();
  placed.page_tables = system.take(max_in_flight * (placed.page_table_bytes + placed.row_table_bytes), page,
                                   "page tables of stream " + config.name);
  placed.row_tables = placed.page_tables + max_in_flight * placed.page_table_bytes;
  stream.conversations = std::move(placed);
}

}  // namespace takt::platform
