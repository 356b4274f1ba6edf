#include "sim/cli/decoder_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "sim/import/gguf/reader.h"
#include "sim/import/hf/reader.h"

namespace takt::cli {
namespace {

using graph::Decoder;

std::string attention_line(const Decoder& d) {
  if (d.kv_latent != 0) {
    return fmt::format("{} heads; latent of {} for keys and values{}; of a head {} + {} rotary, values {}", d.heads,
                       d.kv_latent, d.q_latent == 0 ? "" : fmt::format(", of {} for queries", d.q_latent), d.nope_dim,
                       d.rope_dim, d.value_dim);
  }
  return fmt::format("{} heads of {}, {} for keys and values{}", d.heads, d.head_dim, d.kv_heads,
                     d.qkv_bias ? ", with bias" : "");
}

std::string feed_forward_line(const Decoder& d) {
  if (d.experts == 0) return fmt::format("{}, gated", d.ffn);
  std::string text = fmt::format("{} experts of {}, {} a token", d.experts, d.expert_ffn, d.experts_per_token);
  if (d.shared_experts != 0) text += fmt::format(", {} shared", d.shared_experts);
  if (d.dense_layers != 0) text += fmt::format("; {} in the first {} layers", d.ffn, d.dense_layers);
  return text;
}

std::string describe(const Decoder& d) {
  std::string text = fmt::format("{}: {}, {} layers of {}, vocabulary {}{}", d.name, d.architecture, d.layers, d.hidden,
                                 d.vocabulary, d.tied_embeddings ? " (tied)" : "");
  if (d.context != 0) text += fmt::format(", context {}", d.context);
  text += fmt::format("\n\nattention     {}\nfeed-forward  {}\n", attention_line(d), feed_forward_line(d));
  text += fmt::format("parameters    {}, {} a token\n", parameters_of(d), active_parameters_of(d));
  text += fmt::format("kv cache      {} elements a token: {:.1f} KiB of 16 bits\n", kv_elements_of(d),
                      static_cast<double>(kv_elements_of(d)) * 2 / 1024);
  return text;
}

// Bytes by how elements are stored, most first.
std::string storage(const std::vector<gguf::Tensor>& tensors) {
  struct Sum {
    std::uint64_t tensors = 0, elements = 0, bytes = 0;
  };
  std::map<std::string, Sum> sums;
  for (const gguf::Tensor& tensor : tensors) {
    Sum& sum = sums[tensor.type];
    ++sum.tensors;
    sum.elements += tensor.elements;
    sum.bytes += tensor.bytes;
  }
  std::vector<std::pair<std::string, Sum>> rows(sums.begin(), sums.end());
  std::stable_sort(rows.begin(), rows.end(),
                   [](const auto& a, const auto& b) { return a.second.bytes > b.second.bytes; });
  std::string text =
      fmt::format("\n{:<8} {:>8} {:>15} {:>15}  {}\n", "stored", "tensors", "elements", "bytes", "bits each");
  for (const auto& [type, sum] : rows) {
    text +=
        fmt::format("{:<8} {:>8} {:>15} {:>15}  {:.2f}\n", type, sum.tensors, sum.elements, sum.bytes,
                    sum.elements == 0 ? 0 : 8.0 * static_cast<double>(sum.bytes) / static_cast<double>(sum.elements));
  }
  return text;
}

}  // namespace

bool describes_decoder(const std::string& path) { return gguf::is_gguf(path) || hf::is_config(path); }

std::string decoder_text(const std::string& path) {
  if (!gguf::is_gguf(path)) return describe(hf::read_config(path));
  const gguf::Model model = gguf::read_gguf(path);
  return describe(model.decoder) + storage(model.tensors);
}

}  // namespace takt::cli
