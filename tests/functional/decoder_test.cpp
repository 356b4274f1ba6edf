// A small language model answers: each chunk of its prompt and each step of its answer is compiled and run as command
// lists, with the caches that the ones before have left. An interpreter of the graphs, with caches of its own, says the
// same.
#include "sim/zoo/decoder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <string>

#include "sim/compiler/compiler.h"
#include "sim/functional/synthesize.h"
#include "sim/graph/precision.h"
#include "tests/compiler/unrolled.h"
#include "tests/functional/program_machine.h"
#include "tests/reference/interpreter.h"

namespace takt::functional::test {
namespace {

using Bytes = std::vector<std::uint8_t>;
using graph::Graph;
using graph::Tensor;

struct Model {
  const char* name;
  graph::Decoder decoder;
  graph::Precision precision = graph::Precision::own;
  std::uint32_t scratchpad = 64 << 10;
};

graph::Decoder small() {
  graph::Decoder d;
  d.name = d.architecture = "small";
  d.layers = 2;
  d.hidden = 48;
  d.heads = 4;
  d.kv_heads = 2;
  d.head_dim = 16;
  d.ffn = 80;
  d.vocabulary = 61;
  return d;
}

graph::Decoder small_latent() {
  graph::Decoder d = small();
  d.kv_heads = d.heads;
  d.head_dim = 0;
  d.kv_latent = 32;
  d.rope_dim = 8;
  d.nope_dim = d.value_dim = 16;
  return d;
}

const Tensor& tensor_of(const Graph& graph, graph::TensorId id) { return graph.tensors[static_cast<std::size_t>(id)]; }

// The same numbers for the same position, in 8 bits or in 16 that are as fine.
void put_row(Bytes& bytes, const Tensor& tensor, std::int64_t row, std::uint64_t seed) {
  const auto width = static_cast<std::uint64_t>(tensor.shape.back());
  const std::uint64_t size = graph::bytes_of(tensor.type, 1);
  for (std::uint64_t i = 0; i < width; ++i) {
    const std::uint64_t mixed = (seed * width + i + 1) * 0x9e3779b97f4a7c15ull;
    const auto number = static_cast<std::int16_t>(static_cast<std::int8_t>(mixed >> 56) * (size == 2 ? 256 : 1));
    std::memcpy(bytes.data() + (static_cast<std::uint64_t>(row) * width + i) * size, &number, size);
  }
}

// What one side of the comparison knows of the text: its tokens, and its cached rows.
struct Text {
  std::vector<std::uint64_t> tokens;
  std::vector<Bytes> caches;  // [head][token][channel]
  std::int64_t cached = 0;

  // Behind each head's rows come those that a step has made.
  void append(std::size_t cache, const Tensor& rows, const Bytes& bytes) {
    const auto heads = static_cast<std::size_t>(rows.shape[1]);
    const std::size_t more = bytes.size() / heads, less = caches[cache].size() / heads;
    Bytes longer;
    for (std::size_t head = 0; head < heads; ++head) {
      const auto old = caches[cache].begin() + static_cast<std::ptrdiff_t>(head * less);
      const auto made = bytes.begin() + static_cast<std::ptrdiff_t>(head * more);
      longer.insert(longer.end(), old, old + static_cast<std::ptrdiff_t>(less));
      longer.insert(longer.end(), made, made + static_cast<std::ptrdiff_t>(more));
    }
    caches[cache] = std::move(longer);
  }

  // Greedy: the token of the largest logit of the last row.
  void choose(const Tensor& logits, const Bytes& bytes) {
    const auto width = static_cast<std::size_t>(logits.shape.back());
    const std::size_t size = graph::bytes_of(logits.type, 1), row = bytes.size() - width * size;
    const auto logit = [&](std::size_t i) {
      std::int16_t number = 0;
      std::memcpy(&number, bytes.data() + row + i * size, size);
      return size == 2 ? number : static_cast<std::int8_t>(number);
    };
    std::size_t best = 0;
    for (std::size_t i = 1; i < width; ++i)
      if (logit(i) > logit(best)) best = i;
    tokens.push_back(best);
  }
};

Bytes input_of(const Graph& graph, graph::TensorId id, const Text& text, std::int64_t tokens) {
  const Tensor& tensor = tensor_of(graph, id);
  if (tensor.cache >= 0) return text.caches[static_cast<std::size_t>(tensor.cache)];
  Bytes bytes(tensor.bytes());
  const auto first = static_cast<std::int64_t>(text.tokens.size()) - tokens;
  for (std::int64_t i = 0; i < tokens; ++i) {
    const bool embedding = tensor.name == "embeddings";
    put_row(bytes, tensor, i,
            embedding ? text.tokens[static_cast<std::size_t>(first + i)]
                      : 1000 + static_cast<std::uint64_t>(text.cached + i) + (tensor.name == "sine" ? 1000 : 0));
  }
  return bytes;
}

void take(Text& text, const Graph& graph, const Tensors& made, std::int64_t tokens) {
  for (std::size_t cache = 0; cache + 1 < graph.outputs.size(); ++cache) {
    const graph::TensorId id = graph.outputs[cache + 1];
    text.append(cache, tensor_of(graph, id), made.at(id));
  }
  text.cached += tokens;
  text.choose(tensor_of(graph, graph.outputs[0]), made.at(graph.outputs[0]));
}

Tensors by_lists(const Graph& graph, const Model& model, const Text& text, std::int64_t tokens) {
  compiler::Target target;
  target.scratchpad_bytes = model.scratchpad;
  compiler::Options options;
  options.functional = true;
  const compiler::CompiledModel compiled = compiler::compile(graph, target, options);
  EXPECT_EQ(compiled.programs.size(), 1u);
  const compiler::Program program = compiler::test::unrolled(compiled.programs.at(0));
  Tensors tensors;
  for (const graph::TensorId id : graph.inputs) tensors[id] = input_of(graph, id, text, tokens);
  ProgramMachine(program).run(tensors, static_cast<std::uint64_t>(text.cached));
  return tensors;
}

Tensors by_interpreter(const Graph& graph, const Text& text, std::int64_t tokens) {
  std::map<graph::TensorId, reference::Array> inputs;
  for (const graph::TensorId id : graph.inputs) {
    const Tensor& tensor = tensor_of(graph, id);
    inputs[id] = {tensor.type, tensor.shape, input_of(graph, id, text, tokens)};
  }
  Tensors tensors;
  for (const auto& [id, array] : reference::evaluate(graph, inputs)) tensors[id] = array.bytes;
  return tensors;
}

Graph graph_of(const Model& model, std::int64_t tokens, std::int64_t cached) {
  Graph graph = zoo::decoder_step(model.decoder, {tokens, cached, true});
  graph::set_precision(graph, model.precision);
  synthesize(graph, 7);
  return graph;
}

// Before anything was said, but as if two tokens of a system prompt stood in the caches.
Text prompted(const Model& model) {
  Text text;
  text.tokens = {3, 1, 4, 1, 5, 9, 2, 6};
  text.cached = 2;
  const Graph graph = graph_of(model, 1, text.cached);
  for (const graph::TensorId id : graph.inputs) {
    const Tensor& cache = tensor_of(graph, id);
    if (cache.cache < 0) continue;
    text.caches.emplace_back(cache.bytes());
    for (std::int64_t row = 0; row < text.cached * cache.shape[1]; ++row)
      put_row(text.caches.back(), cache, row, static_cast<std::uint64_t>(5000 + row + 100 * cache.cache));
  }
  return text;
}

class SmallLanguageModel : public ::testing::TestWithParam<Model> {};

TEST_P(SmallLanguageModel, AnswersAsAnInterpreterDoes) {
  const Model& model = GetParam();
  Text lists = prompted(model), interpreter = lists;
  const std::size_t prompt = lists.tokens.size();
  for (const std::int64_t tokens : {8, 1, 1, 1, 1, 1, 1}) {
    const Graph graph = graph_of(model, tokens, lists.cached);
    const Tensors made = by_lists(graph, model, lists, tokens);
    const Tensors expected = by_interpreter(graph, interpreter, tokens);
    for (const graph::TensorId id : graph.outputs)
      ASSERT_EQ(made.at(id), expected.at(id)) << tensor_of(graph, id).name << " behind " << lists.cached;
    take(lists, graph, made, tokens);
    take(interpreter, graph, expected, tokens);
  }
  EXPECT_EQ(lists.tokens, interpreter.tokens);
  EXPECT_EQ(lists.tokens.size(), prompt + 7);
}

TEST_P(SmallLanguageModel, ATokenSeesNoneBehindIt) {
  Text text = prompted(GetParam());
  const auto tokens = static_cast<std::int64_t>(text.tokens.size());
  const Graph graph = graph_of(GetParam(), tokens, text.cached);
  const auto logits = [&] { return by_lists(graph, GetParam(), text, tokens).at(graph.outputs[0]); };
  const Bytes before = logits();
  text.tokens[5] = 53;
  const Bytes after = logits();
  const std::size_t width = before.size() / text.tokens.size();  // bytes of a row
  for (std::size_t row = 0; row < text.tokens.size(); ++row)
    EXPECT_EQ(std::memcmp(&before[row * width], &after[row * width], width) == 0, row < 5) << row;
}

// Sums of integers are the same in any order.
TEST_P(SmallLanguageModel, TakesAPromptInAtOnceAsItDoesTokenByToken) {
  Text at_once = prompted(GetParam()), one_by_one = at_once;
  const auto tokens = static_cast<std::int64_t>(at_once.tokens.size());
  const Graph whole = graph_of(GetParam(), tokens, at_once.cached);
  take(at_once, whole, by_lists(whole, GetParam(), at_once, tokens), tokens);
  const std::vector<std::uint64_t> prompt = one_by_one.tokens;
  for (std::int64_t i = 0; i < tokens; ++i) {
    one_by_one.tokens.assign(prompt.begin(), prompt.begin() + i + 1);
    const Graph step = graph_of(GetParam(), 1, one_by_one.cached);
    take(one_by_one, step, by_lists(step, GetParam(), one_by_one, 1), 1);
  }
  EXPECT_EQ(at_once.tokens, one_by_one.tokens);
  EXPECT_EQ(at_once.caches, one_by_one.caches);
}

INSTANTIATE_TEST_SUITE_P(Models, SmallLanguageModel,
                         ::testing::Values(Model{"w8a8", small()}, Model{"latent", small_latent()},
                                           Model{"w8a16", small(), graph::Precision::w8a16},
                                           Model{"w4a16", small(), graph::Precision::w4a16},
                                           Model{"little_space", small(), graph::Precision::own, 16 << 10}),
                         [](const auto& instance) { return std::string(instance.param.name); });

}  // namespace
}  // namespace takt::functional::test
