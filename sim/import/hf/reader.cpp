#include "sim/import/hf/reader.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <nlohmann/json.hpp>

#include "sim/graph/error.h"
#include "sim/import/about.h"

namespace takt::hf {
namespace {

using import::about;
using nlohmann::json;

constexpr std::uintmax_t most_bytes = 1 << 20;

[[noreturn]] void refuse(const std::string& path, const std::string& what) {
  throw graph::GraphError(path + ": " + what);
}

std::string read_text(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) refuse(path, "found no such file, expected a config.json");
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (error) refuse(path, "cannot be read");
  if (size > most_bytes) refuse(path, "found " + std::to_string(size) + " bytes, expected at most 1048576");
  std::string text(size, '\0');
  std::ifstream file(path, std::ios::binary);
  if (!file.read(text.data(), static_cast<std::streamsize>(size))) refuse(path, "cannot be read");
  return text;
}

json parse(const std::string& path) {
  const std::string text = read_text(path);
  try {
    return json::parse(text);
  } catch (const json::parse_error& e) {
    const std::size_t at = std::min(text.size(), e.byte == 0 ? 0 : e.byte - 1);
    const auto lines = std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
    throw graph::GraphError(path + ":" + std::to_string(lines + 1) + ": found no JSON, expected a config.json");
  } catch (const json::out_of_range&) {
    refuse(path, "found a number beyond what a double holds, expected a config.json");
  }
}

class Keys {
 public:
  Keys(const json& object, const std::string& path) : object_(object), path_(path) {}

  // Of the first of these keys that is there and not null.
  std::uint32_t number(std::initializer_list<const char*> keys, std::uint32_t fallback) const {
    const json* value = find(keys);
    if (value == nullptr) return fallback;
    if (!value->is_number_unsigned() || value->get<std::uint64_t>() > UINT32_MAX) {
      refuse(path_, "found " + value->dump().substr(0, 40) + " for '" + *keys.begin() + "', expected 0 to 4294967295");
    }
    return value->get<std::uint32_t>();
  }
  std::uint32_t required(std::initializer_list<const char*> keys) const {
    if (find(keys) == nullptr) refuse(path_, std::string("found no key '") + *keys.begin() + "', expected an integer");
    return number(keys, 0);
  }
  bool flag(const char* key, bool fallback) const {
    const json* value = find({key});
    if (value == nullptr) return fallback;
    if (!value->is_boolean()) {
      refuse(path_, "found " + value->dump().substr(0, 40) + " for '" + key + "', expected true or false");
    }
    return value->get<bool>();
  }
  std::string text(const char* key, const std::string& fallback) const {
    const json* value = find({key});
    return value != nullptr && value->is_string() ? value->get<std::string>() : fallback;
  }

 private:
  const json* find(std::initializer_list<const char*> keys) const {
    for (const char* key : keys) {
      const auto found = object_.find(key);
      if (found != object_.end() && !found->is_null()) return &*found;
    }
    return nullptr;
  }

  const json& object_;
  const std::string& path_;
};

void read_experts(const Keys& keys, graph::Decoder& d) {
  d.experts = keys.number({"n_routed_experts", "num_local_experts", "num_experts"}, 0);
  if (d.experts == 0) return;
  d.experts_per_token = keys.required({"num_experts_per_tok"});
  d.expert_ffn = keys.number({"moe_intermediate_size"}, d.ffn);
  d.shared_experts = keys.number({"n_shared_experts"}, 0);
  d.dense_layers = keys.number({"first_k_dense_replace"}, 0);
  d.router_bias = keys.text("topk_method", "") == "noaux_tc";
}

void read_latent(const Keys& keys, graph::Decoder& d) {
  d.kv_latent = keys.number({"kv_lora_rank"}, 0);
  if (d.kv_latent == 0) return;
  d.q_latent = keys.number({"q_lora_rank"}, 0);
  d.rope_dim = keys.required({"qk_rope_head_dim"});
  d.nope_dim = keys.required({"qk_nope_head_dim"});
  d.value_dim = keys.required({"v_head_dim"});
}

graph::Decoder decoder_of(const Keys& keys) {
  graph::Decoder d;
  d.architecture = keys.text("model_type", "unknown");
  d.layers = keys.required({"num_hidden_layers"});
  d.hidden = keys.required({"hidden_size"});
  d.heads = keys.required({"num_attention_heads"});
  d.kv_heads = keys.number({"num_key_value_heads"}, d.heads);
  d.head_dim = keys.number({"head_dim"}, d.heads == 0 ? 0 : d.hidden / d.heads);
  d.ffn = keys.number({"intermediate_size"}, 0);
  d.vocabulary = keys.required({"vocab_size"});
  d.context = keys.number({"max_position_embeddings"}, 0);
  d.tied_embeddings = keys.flag("tie_word_embeddings", false);
  d.qkv_bias = keys.flag("attention_bias", d.architecture == "qwen2");  // Qwen2 has it and no key for it
  read_experts(keys, d);
  read_latent(keys, d);
  return d;
}

}  // namespace

graph::Decoder read_config(const std::string& path) {
  const json config = parse(path);
  if (!config.is_object()) refuse(path, "found no JSON object, expected a config.json");
  graph::Decoder decoder = decoder_of(Keys(config, path));
  const std::string folder = std::filesystem::absolute(path).parent_path().filename().string();
  decoder.name = folder.empty() ? decoder.architecture : folder;
  about(path, [&] { graph::validate(decoder); });
  return decoder;
}

bool is_config(const std::string& path) {
  std::ifstream file(path);
  char first = 0;
  return static_cast<bool>(file >> first) && first == '{';
}

}  // namespace takt::hf
