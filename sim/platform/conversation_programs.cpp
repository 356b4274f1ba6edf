// Workload: what a stream of prompts runs, and where its conversations lie.
#include <algorithm>
#include <numeric>
#include <utility>

#include "firmware/abi/abi.h"
#include "sim/graph/decoder.h"
#include "sim/graph/precision.h"
#include "sim/platform/program_file.h"
#include "sim/platform/workload.h"
#include "sim/zoo/decoder.h"

namespace takt::platform {
namespace {

constexpr std::uint64_t page = 4096;
constexpr std::uint64_t expert_alignment = 128;  // of each part: as the compiler has it
constexpr std::uint32_t default_context = 1024;
constexpr std::uint32_t least_chunk = 32;  // half the rows that a tensor engine's tile has
// By a draft, at most, where the model has accepted all that it proposed: its last proposal, and the model's token.
constexpr std::uint32_t unseen_tokens = 2;

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

std::uint32_t room_of(const config::StreamConfig& stream) {
  return stream.context_tokens == 0 ? default_context : stream.context_tokens;
}

graph::Graph step_of(const graph::Decoder& decoder, const config::StreamConfig& stream, std::uint32_t tokens,
                     bool all_logits) {
  graph::Graph step = zoo::decoder_step(decoder, {tokens, std::int64_t{room_of(stream)} - 1, all_logits});
  graph::set_precision(step, stream.precision);
  if (stream.kv_precision == config::KvPrecision::int8) graph::set_cache_type(step, graph::DataType::int8);
  return step;
}

// `key` names it in messages.
const graph::Decoder& decoder_of(const config::StreamConfig& stream, const std::string& name, const char* key) {
  const graph::Decoder* const decoder = zoo::find_decoder(name);
  if (decoder == nullptr)
    throw graph::GraphError(of(stream) + "found " + key + " '" + name +
                            "', expected a decoder language model of the zoo");
  return *decoder;
}

// Layers with constants that all jobs load, in the order in which these lie in memory.
std::vector<std::pair<std::string, std::uint64_t>> constants_of(const compiler::Program& program) {
  std::vector<std::pair<std::string, std::uint64_t>> result;
  for (const compiler::LayerInfo& layer : program.layers)
    if (layer.constant_bytes != 0 && !layer.of_expert) result.emplace_back(layer.name, layer.constant_bytes);
  return result;
}

}  // namespace

// A step, chunks, and a program of a few tokens.
struct Workload::DecoderPrograms {
  const graph::Decoder& decoder;
  std::uint32_t few = 0;    // tokens; 0: no such program
  bool all_logits = false;  // of those, else the last one's
};

std::size_t Workload::compile_decoder(const config::StreamConfig& stream, const compiler::Target& target,
                                      const compiler::Options& options) {
  const graph::Decoder& decoder = decoder_of(stream, stream.model, "prompt_tokens for");
  if (decoder.experts == 0 && stream.experts.enabled)
    throw graph::GraphError(of(stream) + "found experts for '" + stream.model + "', expected a mixture of experts");
  if (!stream.draft.enabled) return compile({decoder}, stream, target, options);
  const graph::Decoder& draft = decoder_of(stream, stream.draft.model, "draft.model");
  if (draft.vocabulary != decoder.vocabulary)
    throw graph::GraphError(of(stream) + "found draft.model '" + stream.draft.model + "' with a vocabulary of " +
                            std::to_string(draft.vocabulary) + " tokens, expected one of " +
                            std::to_string(decoder.vocabulary) + ", as '" + stream.model + "' has");
  return compile({decoder, stream.draft.tokens + 1, true}, stream, target, options);
}

std::size_t Workload::compile_draft(const config::StreamConfig& stream, const compiler::Target& target,
                                    const compiler::Options& options) {
  const graph::Decoder& decoder = decoder_of(stream, stream.draft.model, "draft.model");
  if (decoder.experts != 0)
    throw graph::GraphError(of(stream) + "found draft.model '" + stream.draft.model +
                            "', whose tokens choose experts: expected a decoder without experts");
  return compile({decoder, unseen_tokens}, stream, target, options);
}

std::size_t Workload::compile(const DecoderPrograms& programs, const config::StreamConfig& stream,
                              const compiler::Target& target, const compiler::Options& options) {
  const std::string& name = programs.decoder.name;
  if (options.functional)
    throw graph::GraphError(of(stream) + "found prompt_tokens: answers are computed of single inferences only");
  std::string source = "decoder:" + compiled_for(target, options) + name;
  for (const std::uint64_t n :
       {static_cast<std::uint64_t>(stream.precision), static_cast<std::uint64_t>(stream.kv_precision),
        std::uint64_t{stream.context_tokens}, std::uint64_t{stream.chunk_tokens}, std::uint64_t{stream.kv_page_tokens},
        std::uint64_t{programs.few}, std::uint64_t{programs.all_logits}})
    source += ":" + std::to_string(n);
  if (const auto found = model_by_source_.find(source); found != model_by_source_.end()) return found->second;

  compiler::Options how = options;
  how.page_tokens = stream.kv_page_tokens;
  how.experts_by_table = programs.decoder.experts != 0;
  const auto step = [&](std::uint32_t tokens, bool all_logits) {
    return compiler::compile(step_of(programs.decoder, stream, tokens, all_logits), target, how);
  };
  auto model = std::make_unique<compiler::CompiledModel>(step(1, false));
  const auto add = [&](compiler::CompiledModel more) {
    if (more.programs.size() != 1 || model->programs.empty() || !more.cpu.empty() || !model->cpu.empty())
      throw graph::GraphError(of(stream) + "'" + name + "' has operators that the NPU lacks");
    if (constants_of(more.programs.front()) != constants_of(model->programs.front()) ||
        more.programs.front().expert_parts != model->programs.front().expert_parts)
      throw graph::GraphError(of(stream) + "programs of '" + name + "' do not share their weights");
    model->programs.push_back(std::move(more.programs.front()));
  };
  for (const std::uint32_t tokens : chunks_of(stream)) add(step(tokens, false));
  how.row_tokens = 1;
  if (programs.few != 0) add(step(programs.few, programs.all_logits));
  models_.push_back(std::move(model));
  return model_by_source_[source] = models_.size() - 1;
}

namespace {

// The programs of one decoder, which begin at `first` of the stream's, and what its part of a page has.
PlacedDecoder decoder_at(const PlacedStream& stream, std::size_t first, const std::vector<std::uint32_t>& chunks,
                         std::uint32_t few) {
  const compiler::Program& step = *stream.programs[first].program;
  PlacedDecoder placed;
  placed.step = static_cast<std::uint32_t>(first);
  for (const std::uint32_t tokens : chunks)
    placed.chunks.push_back({tokens, static_cast<std::uint32_t>(first + placed.chunks.size() + 1)});
  if (few != 0) placed.few = {few, placed.chunks.back().index + 1};
  placed.page_bytes = step.page_bytes;
  placed.row_bytes = step.row_bytes;
  return placed;
}

}  // namespace

void Workload::place_conversations(PlacedStream& stream, const config::SocConfig& soc) {
  Regions &npu = regions(soc.npu_memory), &system = regions(system_memory(soc).name);
  const config::StreamConfig& config = *stream.config;
  const std::vector<std::uint32_t> chunks = chunks_of(config);
  const std::uint32_t verified = config.draft.enabled ? config.draft.tokens + 1 : 0;
  PlacedConversations placed;
  placed.model = decoder_at(stream, 0, chunks, verified);
  if (config.draft.enabled) placed.draft = decoder_at(stream, stream.model->programs.size(), chunks, unseen_tokens);
  placed.page_tokens = config.kv_page_tokens;
  const std::uint64_t room = room_of(config);
  const std::uint64_t of_one = (room + placed.page_tokens - 1) / placed.page_tokens;
  placed.pages = of_one * config.conversations;
  if (config.kv_cache_bytes != 0) placed.pages = std::min(placed.pages, config.kv_cache_bytes / placed.page_bytes());
  if (placed.pages < of_one)
    throw graph::GraphError(of(config) + "found kv_cache_kib = " + std::to_string(config.kv_cache_bytes / 1024) +
                            ", expected at least " + std::to_string(of_one * placed.page_bytes() / 1024) +
                            ", which one conversation of context_tokens = " + std::to_string(room) + " takes");
  const auto place_memory = [&](PlacedDecoder& decoder, const std::string& whose) {
    decoder.pool = npu.take(placed.pages * decoder.page_bytes, page, "keys and values of " + whose);
    constexpr std::uint64_t line = 64;
    const auto table = [&](std::uint64_t entries) {
      return (entries * sizeof(std::uint64_t) + line - 1) / line * line;
    };
    const std::uint64_t new_pages = (config.chunk_tokens + placed.page_tokens - 1) / placed.page_tokens;
    decoder.page_table_bytes = table(of_one);
    decoder.row_table_bytes =
        table(std::max<std::uint64_t>(new_pages, decoder.few ? decoder.few->tokens : 0)) * decoder.row_bytes.size();
    decoder.page_tables = system.take(max_in_flight * (decoder.page_table_bytes + decoder.row_table_bytes), page,
                                      "page tables of " + whose);
    decoder.row_tables = decoder.page_tables + max_in_flight * decoder.page_table_bytes;
  };
  place_memory(placed.model, "stream " + config.name);
  if (placed.draft) place_memory(*placed.draft, "stream " + config.name + "'s draft");
  if (const graph::Decoder& decoder = decoder_of(config, config.model, "prompt_tokens for"); decoder.experts != 0)
    placed.experts = place_experts(stream, decoder, soc);
  stream.conversations = std::move(placed);
}

// The most popular ones in the NPU's memory, as many as what is left of npu.weights_kib holds; one of each layer before
// a second one of any. The others in the other memory, or, where that has less room for them, in storage.
PlacedExperts Workload::place_experts(const PlacedStream& stream, const graph::Decoder& decoder,
                                      const config::SocConfig& soc) {
  const compiler::CompiledModel& model = *stream.model;
  PlacedExperts placed;
  placed.shape = {decoder.layers - decoder.dense_layers, decoder.experts, decoder.experts_per_token};
  std::uint64_t most = 0;
  for (const compiler::Program& program : model.programs) most = std::max(most, program.experts);
  placed.table_bytes = (most * sizeof(std::uint64_t) + page - 1) / page * page;
  placed.tables =
      regions(system_memory(soc).name)
          .take(max_in_flight * placed.table_bytes, page, "tables of experts of stream " + stream.config->name);
  for (const std::uint64_t part : model.programs.front().expert_parts) {
    placed.weights += part;
    placed.bytes += (part + expert_alignment - 1) / expert_alignment * expert_alignment;
  }
  const Popularity popularity = ExpertChoices(stream.config->experts, placed.shape, 0).popularity();
  std::vector<std::size_t> order(popularity.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return a % decoder.experts < b % decoder.experts; });
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return popularity[a] > popularity[b]; });
  const bool two = !soc.npu_overflow_memory.empty();
  const std::uint64_t room = stream.config->experts.memory_bytes;
  const std::uint64_t near =
      two || room != 0 ? std::min<std::uint64_t>(order.size(), two ? weights_left_ / placed.bytes : 0) : order.size();
  const std::uint64_t others = order.size() - near;
  const std::uint64_t far = room == 0 ? others : std::min(others, room / placed.bytes);
  if (far < others) {
    const std::uint64_t least = most / placed.shape.layers;
    if (far < least)
      throw graph::GraphError(of(*stream.config) + "found experts.memory_kib = " + std::to_string(room / 1024) +
                              ", expected at least " + std::to_string((least * placed.bytes + 1023) / 1024) +
                              ", which the experts of one layer take that a chunk's tokens may choose");
    placed.stored.assign(order.begin() + static_cast<std::ptrdiff_t>(near), order.end());
    placed.slots = static_cast<std::uint32_t>(far);
  }
  placed.near_bytes = near * placed.bytes;
  placed.far_bytes = far * placed.bytes;
  weights_left_ -= std::min(weights_left_, placed.near_bytes);
  const std::string what = "experts of stream " + stream.config->name;
  placed.near_area = regions(soc.npu_memory).take(placed.near_bytes, page, what);
  if (placed.far_bytes != 0)
    placed.far_area = regions(two ? soc.npu_overflow_memory : soc.npu_memory).take(placed.far_bytes, page, what);
  placed.address.resize(order.size());
  placed.near.resize(order.size());
  for (std::uint64_t i = 0; i < order.size(); ++i) {
    placed.near[order[i]] = i < near || !two;
    if (i < near)
      placed.address[order[i]] = placed.near_area + i * placed.bytes;
    else if (placed.stored.empty())
      placed.address[order[i]] = placed.far_area + (i - near) * placed.bytes;
  }
  return placed;
}

}  // namespace takt::platform
