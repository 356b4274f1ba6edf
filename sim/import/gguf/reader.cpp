#include "sim/import/gguf/reader.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "sim/graph/error.h"
#include "sim/import/about.h"
#include "sim/import/gguf/metadata.h"
#include "sim/import/gguf/types.h"

namespace takt::gguf {

using import::about;

namespace {

constexpr char magic[4] = {'G', 'G', 'U', 'F'};
constexpr std::uint32_t most_dimensions = 4;  // GGML_MAX_DIMS

std::uint64_t multiplied(const Cursor& cursor, const Tensor& tensor, std::uint64_t a, std::uint64_t b) {
  if (b != 0 && a > std::numeric_limits<std::uint64_t>::max() / b) {
    cursor.refuse("more than 2^64 bytes or elements of tensor '" + tensor.name + "'", "fewer");
  }
  return a * b;
}

Tensor read_tensor(Cursor& cursor) {
  Tensor tensor;
  tensor.name = cursor.text("a tensor's name");
  const std::uint32_t dimensions = cursor.value<std::uint32_t>("a number of dimensions");
  if (dimensions > most_dimensions) {
    cursor.refuse(std::to_string(dimensions) + " dimensions of tensor '" + tensor.name + "'", "at most 4");
  }
  tensor.elements = 1;
  for (std::uint32_t i = 0; i < dimensions; ++i) {
    tensor.shape.push_back(cursor.value<std::uint64_t>("a dimension"));
    tensor.elements = multiplied(cursor, tensor, tensor.elements, tensor.shape.back());
  }
  const std::uint32_t number = cursor.value<std::uint32_t>("a type");
  const Type* type = find_type(number);
  if (type == nullptr)
    cursor.refuse("type " + std::to_string(number) + " of tensor '" + tensor.name + "'", "one of ggml's");
  const std::uint64_t row = tensor.shape.empty() ? 1 : tensor.shape.front();
  if (row % type->elements != 0) {
    cursor.refuse(std::to_string(row) + " elements in a row of tensor '" + tensor.name + "'",
                  "a multiple of " + std::to_string(type->elements) + " for " + type->name);
  }
  tensor.type = type->name;
  tensor.bytes = multiplied(cursor, tensor, tensor.elements / type->elements, type->bytes);
  cursor.skip(8, "an offset");
  return tensor;
}

const Tensor* find(const std::vector<Tensor>& tensors, const std::string& name) {
  const auto found = std::find_if(tensors.begin(), tensors.end(), [&](const Tensor& t) { return t.name == name; });
  return found == tensors.end() ? nullptr : &*found;
}

std::uint32_t vocabulary_of(const Metadata& metadata, const std::string& prefix, const std::vector<Tensor>& tensors) {
  const Tensor* embedding = find(tensors, "token_embd.weight");
  if (embedding == nullptr || embedding->shape.size() < 2) return metadata.required(prefix + "vocab_size");
  if (embedding->shape[1] > UINT32_MAX) throw graph::GraphError("found a vocabulary of more than 2^32 tokens");
  return static_cast<std::uint32_t>(embedding->shape[1]);
}

void read_attention(const Metadata& metadata, const std::string& prefix, graph::Decoder& d) {
  d.heads = metadata.required(prefix + "attention.head_count");
  d.kv_heads = metadata.number(prefix + "attention.head_count_kv", d.heads);
  const std::uint32_t key = metadata.number(prefix + "attention.key_length", d.heads == 0 ? 0 : d.hidden / d.heads);
  d.kv_latent = metadata.number(prefix + "attention.kv_lora_rank", 0);
  if (d.kv_latent == 0) {
    d.head_dim = key;
    return;
  }
  d.q_latent = metadata.number(prefix + "attention.q_lora_rank", 0);
  d.rope_dim = metadata.required(prefix + "rope.dimension_count");
  // Files for absorbed projections state the lengths of the latent; those of a head then have keys of their own.
  const std::uint32_t head = metadata.number(prefix + "attention.key_length_mla", key);
  d.nope_dim = head > d.rope_dim ? head - d.rope_dim : 0;
  d.value_dim = metadata.number(prefix + "attention.value_length_mla",
                                metadata.number(prefix + "attention.value_length", d.nope_dim));
}

void read_experts(const Metadata& metadata, const std::string& prefix, const std::vector<Tensor>& tensors,
                  graph::Decoder& d) {
  d.experts = metadata.number(prefix + "expert_count", 0);
  if (d.experts == 0) return;
  d.experts_per_token = metadata.required(prefix + "expert_used_count");
  d.expert_ffn = metadata.number(prefix + "expert_feed_forward_length", d.ffn);
  d.shared_experts = metadata.number(prefix + "expert_shared_count", 0);
  d.dense_layers = metadata.number(prefix + "leading_dense_block_count", 0);
  d.router_bias = find(tensors, "blk." + std::to_string(d.dense_layers) + ".exp_probs_b.bias") != nullptr;
}

graph::Decoder decoder_of(const Metadata& metadata, const std::vector<Tensor>& tensors) {
  graph::Decoder d;
  d.architecture = metadata.text("general.architecture", "");
  if (d.architecture.empty()) throw graph::GraphError("found no key 'general.architecture', expected a text");
  d.name = metadata.text("general.name", d.architecture);
  const std::string prefix = d.architecture + ".";
  d.layers = metadata.required(prefix + "block_count");
  d.hidden = metadata.required(prefix + "embedding_length");
  d.ffn = metadata.number(prefix + "feed_forward_length", 0);
  d.context = metadata.number(prefix + "context_length", 0);
  d.vocabulary = vocabulary_of(metadata, prefix, tensors);
  d.tied_embeddings = find(tensors, "output.weight") == nullptr;
  d.qkv_bias = find(tensors, "blk.0.attn_q.bias") != nullptr;
  read_attention(metadata, prefix, d);
  read_experts(metadata, prefix, tensors, d);
  graph::validate(d);
  return d;
}

}  // namespace

Model read_gguf(const std::string& path) {
  Cursor cursor(path);
  char found[4];
  for (char& c : found) c = cursor.value<char>("the four letters GGUF");
  if (std::memcmp(found, magic, sizeof magic) != 0) cursor.refuse("other letters", "the four letters GGUF");
  const std::uint32_t version = cursor.value<std::uint32_t>("a version");
  if (version != 2 && version != 3) cursor.refuse("version " + std::to_string(version), "2 or 3, little-endian");
  const std::uint64_t tensors = cursor.value<std::uint64_t>("a number of tensors");
  const std::uint64_t pairs = cursor.value<std::uint64_t>("a number of pairs");
  const Metadata metadata(cursor, pairs);
  constexpr std::uint64_t least = 8 + 4 + 4 + 8;  // bytes of a tensor's entry
  if (tensors > cursor.left() / least)
    cursor.refuse(std::to_string(tensors) + " tensors", "as many as fit into the file");
  Model model;
  for (std::uint64_t i = 0; i < tensors; ++i) model.tensors.push_back(read_tensor(cursor));
  model.decoder = about(path, [&] { return decoder_of(metadata, model.tensors); });
  return model;
}

bool is_gguf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  char found[4] = {};
  return file.read(found, sizeof found) && std::memcmp(found, magic, sizeof magic) == 0;
}

}  // namespace takt::gguf
