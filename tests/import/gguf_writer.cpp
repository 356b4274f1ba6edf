#include "tests/import/gguf_writer.h"

namespace takt::gguf::testing {

Writer llama() {
  Writer w;
  w.pair("general.architecture", std::string("llama")).pair("general.name", std::string("Llama 3.2 1B"));
  w.pair("llama.block_count", 16).pair("llama.embedding_length", 2048).pair("llama.feed_forward_length", 8192);
  w.pair("llama.attention.head_count", 32).array("llama.attention.head_count_kv", std::vector<std::uint32_t>(16, 8));
  w.pair("llama.attention.key_length", 64).pair("llama.context_length", 131072);
  w.words("tokenizer.ggml.tokens", 1000);
  w.tensor("token_embd.weight", {2048, 128256}, ggml_q6_k).tensor("blk.0.attn_q.weight", {2048, 2048}, ggml_q4_k);
  return w;
}

Writer latent_with_experts() {
  Writer w;
  w.pair("general.architecture", std::string("deepseek2")).pair("deepseek2.block_count", 27);
  w.pair("deepseek2.embedding_length", 2048).pair("deepseek2.feed_forward_length", 10944);
  w.pair("deepseek2.attention.head_count", 16).pair("deepseek2.attention.head_count_kv", 16);
  w.pair("deepseek2.attention.kv_lora_rank", 512).pair("deepseek2.attention.key_length", 192);
  w.pair("deepseek2.attention.value_length", 128).pair("deepseek2.rope.dimension_count", 64);
  w.pair("deepseek2.expert_count", 64).pair("deepseek2.expert_used_count", 6);
  w.pair("deepseek2.expert_feed_forward_length", 1408).pair("deepseek2.expert_shared_count", 2);
  w.pair("deepseek2.leading_dense_block_count", 1).pair("deepseek2.vocab_size", 102400);
  w.tensor("output.weight", {2048, 102400}, ggml_q6_k);
  return w;
}

}  // namespace takt::gguf::testing
