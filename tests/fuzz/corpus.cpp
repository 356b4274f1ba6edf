#include "tests/fuzz/corpus.h"

#include <zstd.h>

#include <memory>
#include <stdexcept>

#include "sim/platform/program_file.h"
#include "tests/compiler/random_graph.h"
#include "tests/cpu/rv32/stream.h"
#include "tests/functional/golden.h"
#include "tests/import/gguf_writer.h"
#include "tests/import/hf_configs.h"
#include "tests/import/onnx_writer.h"
#include "tests/import/tflite_writer.h"
#include "tests/platform/models.h"
#include "tests/traces/request_files.h"
#include "tests/traces/trace_bytes.h"
#include "traces/formats/commands/command_trace.h"
#include "traces/formats/firmware/firmware_trace.h"
#include "traces/formats/npy.h"
#include "traces/formats/packed/bytes.h"

namespace takt::fuzz {
namespace {

std::string text_of(const std::vector<std::uint8_t>& bytes) { return {bytes.begin(), bytes.end()}; }

std::string quantized_convolution() {
  onnx::testing::Writer w;
  w.input("x", {-1, 3, 8, 8});
  const std::string x = w.qdq("x"), filter = w.weights("w", {4, 3, 3, 3});
  w.node("Conv", {x, filter, w.bias("b", 4)}, "c", {onnx::testing::integers("strides", {2, 2})});
  w.output(w.qdq(w.node("Relu", {"c"}, "r")));
  return text_of(w.bytes());
}

traces::CommandTrace two_jobs() {
  traces::CommandTrace trace;
  trace.scenario = "default";
  trace.soc = "exynos-llw-like";
  trace.configuration = "soc = \"exynos-llw-like\"\n";
  trace.hardware_queues = 4;
  trace.memory_base = 0x400000000;
  trace.memory_bytes = 1 << 20;
  trace.end = units::microseconds(50);
  trace.contexts = {"", "camera"};
  trace.areas = {{traces::AreaKind::constants, 0x400000000, 4096}, {traces::AreaKind::save, 0x400002000, 8192}};
  trace.programs = {{"a", 0x400010000, 70000, std::string(40, '\x7f')}, {"b", 0x400020000, 1, "x"}};
  trace.jobs = {{0, 1, 7}, {1, 1, 8}};
  trace.controls = {{units::Time(10), traces::ControlKind::start, 0, 0, 3, 0, 0x400002000, 8192},
                    {units::Time(30), traces::ControlKind::start, 1, 1, 0, 0x400003000, 0x400002000, 4096}};
  trace.events = {{units::Time(10), 0, traces::JobStep::started}, {units::Time(45), 1, traces::JobStep::done}};
  return trace;
}

}  // namespace

Corpus tflite_corpus() {
  return {text_of(tflite::testing::one_convolution().bytes()), text_of(tflite::testing::many_operators().bytes())};
}

// Those that functional mode is tested with hold every operator and form of it.
Corpus onnx_corpus() {
  Corpus corpus = {quantized_convolution()};
  for (const char* family : {"binary", "convolution", "four_bits", "movement", "networks", "pool", "product", "softmax",
                             "transposed", "unary"})
    for (const functional::test::Golden& golden : functional::test::read_golden(family))
      corpus.push_back(text_of(golden.model));
  return corpus;
}

Corpus gguf_corpus() { return {gguf::testing::llama().file(), gguf::testing::latent_with_experts().file()}; }

Corpus hf_corpus() {
  return {hf::configs::deepseek_v3,
          R"({"model_type": "qwen2", "hidden_size": 3584, "intermediate_size": 18944, "num_hidden_layers": 28,
              "num_attention_heads": 28, "num_key_value_heads": 4, "vocab_size": 152064, "q_lora_rank": null})"};
}

Corpus program_corpus() {
  const platform::test::Folder folder;
  const std::string path = (folder / "m.takt").string();
  Corpus corpus;
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    const compiler::Target target = compiler::test::random_target(seed);
    const compiler::Options options;
    platform::write_program_file(path, {compiler::compile(compiler::test::random_graph(seed), target, options), "soc",
                                        platform::target_fields(target, options)});
    corpus.push_back(traces::read_packed(path, platform::program_file_kind));
  }
  return corpus;
}

Corpus commands_corpus() { return {traces::encode(two_jobs())}; }

Corpus firmware_corpus() {
  traces::FirmwareTrace trace;
  trace.scenario = "default";
  traces::FirmwareAccess access;
  access.action = traces::FirmwareAction::start;
  access.boot_info = "boot information";
  trace.add(access);
  for (std::uint64_t n = 0; n < 20; ++n) {
    access.action = static_cast<traces::FirmwareAction>(1 + n % 4);
    access.at = units::Time(1000 * n * n);
    access.address = 0x10040000 + 16 * n;
    access.value = static_cast<std::uint32_t>(n * n * n);
    trace.add(access);
  }
  return {traces::encode(trace)};
}

Corpus elf_corpus() {
  const std::string code(64, '\x01');  // compressed NOPs
  return {rv32::test::elf_of(0x80000000, code),
          rv32::test::elf_with_functions(0x80000000, code, {{"_start", 0, 8}, {"_Z1fv", 8, 0x20}, {"g", 0x20, 0}})};
}

Corpus npy_corpus() {
  return {traces::npy_bytes({"<f4", {2, 3}, std::vector<std::uint8_t>(24)}), traces::npy_bytes({"|i1", {}, {7}})};
}

// The examples of each format's documentation, cut short.
Corpus memory_corpus() {
  return {"# comment\n31: read 0x400140\n33: write 0x7fff8000 0x123456789abcdef\n81: (128) read 0x400180\n",
          "0x2000D5C0 READ  30\n0x1FF96FC0 WRITE   160\n",
          "LD 0x12340\nST 4096\n",
          "R 0,1,2,100,32\nW 0,0,3,200,16\n",
          "3 20734016\n8 20841280 20841344\n0 0x40\n",
          memory_trace_of(blocks_corpus().front())};
}

Corpus requests_corpus() {
  return {
      "TIMESTAMP,ContextTokens,GeneratedTokens\r\n2023-11-16 18:17:03.9799600,4808,10\r\n"
      "2023-11-16 18:17:04.0319600,3180,8\r\n",
      "stream,request,status,submitted_us\ncamera,0,completed,172.543878\nreader,0,dropped,20\n",
      "time_us,prompt_tokens\n0,1\n20.5,7\n"};
}

Corpus experts_corpus() { return {"0 0 1 3\n0 1 0 7\n", "# two layers\n0 0 6 2\n0 1 4 5\n1 0 0 1\n1 1 2 3"}; }

Corpus workload_corpus() { return {traces::disb_file, traces::rt_app_file, traces::xrbench_file}; }

// Flags, then the fields that they announce: layout.h.
Corpus blocks_corpus() {
  using traces::raw;
  return {raw({3}) + raw({14, 5, 0x80, 2, 64}) + raw({1, 9}) + raw({63, 1, 7, 0x81, 1, 32, 4, 0x80, 1, 3}),
          raw({2}) + raw({12, 0, 64, 2, 0}) + raw({0, 0xff, 0xff, 3})};
}

std::string packed(const std::string& payload, const traces::PackedKind& kind) {
  std::string frame(ZSTD_compressBound(payload.size()), '\0');
  frame.resize(ZSTD_compress(frame.data(), frame.size(), payload.data(), payload.size(), 1));
  traces::ByteWriter file;
  file.raw(kind.magic);
  file.u32(kind.version);
  file.u64(payload.size());
  return file.bytes() + frame;
}

// The payload's first byte is the number of accesses.
std::string memory_trace_of(const std::string& payload) {
  if (payload.empty()) return {};
  return traces::trace_of(payload.substr(1), static_cast<unsigned char>(payload[0]) & 0x7fu);
}

}  // namespace takt::fuzz
