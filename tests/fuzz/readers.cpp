#include "tests/fuzz/readers.h"

#include <sstream>

#include "sim/compiler/compiler.h"
#include "sim/graph/error.h"
#include "sim/import/gguf/reader.h"
#include "sim/import/hf/reader.h"
#include "sim/import/onnx/reader.h"
#include "sim/import/tflite/reader.h"
#include "sim/observe/symbol_table.h"
#include "sim/platform/program_file.h"
#include "tests/fuzz/corpus.h"
#include "tests/fuzz/memory_file.h"
#include "traces/formats/commands/command_trace.h"
#include "traces/formats/elf/elf_image.h"
#include "traces/formats/experts/expert_trace.h"
#include "traces/formats/firmware/firmware_trace.h"
#include "traces/formats/memory/reader.h"
#include "traces/formats/npy.h"
#include "traces/formats/requests/request_trace.h"
#include "traces/formats/requests/workload.h"

namespace takt::fuzz {
namespace {

template <class InputError, class Step>
void refused_or_done(Step step) {
  try {
    step();
  } catch (const InputError&) {
  }
}

compiler::Target small_target() {
  compiler::Target target;
  target.scratchpad_bytes = 512u << 10;
  return target;
}

// What a reader gives is valid; anything valid compiles or is refused.
void check(const graph::Graph& graph) {
  try {
    graph::validate(graph);
    graph::macs_of(graph);
    graph::weight_bytes_of(graph);
  } catch (const graph::GraphError& e) {
    throw std::logic_error(std::string("a reader's graph is not valid: ") + e.what());
  }
  refused_or_done<graph::GraphError>([&] { compiler::compile(graph, small_target()); });
}

void check(const graph::Decoder& decoder) {
  try {
    graph::validate(decoder);
    graph::parameters_of(decoder);
    graph::active_parameters_of(decoder);
    graph::kv_elements_of(decoder);
  } catch (const graph::GraphError& e) {
    throw std::logic_error(std::string("a reader's decoder is not valid: ") + e.what());
  }
}

const std::uint8_t* data_of(const std::string& bytes) { return reinterpret_cast<const std::uint8_t*>(bytes.data()); }

template <class Read>
void read_graph(Read read) {
  graph::Graph graph;
  bool made = false;
  refused_or_done<graph::GraphError>([&] {
    graph = read();
    made = true;
  });
  if (made) check(graph);
}

template <class Read>
void read_decoder(Read read) {
  graph::Decoder decoder;
  bool made = false;
  refused_or_done<graph::GraphError>([&] {
    decoder = read();
    made = true;
  });
  if (made) check(decoder);
}

void read_tflite(const std::string& bytes) {
  read_graph([&] { return tflite::parse_tflite(data_of(bytes), bytes.size(), "fuzz", graph::WithContents::yes); });
}

void read_onnx(const std::string& bytes) {
  read_graph([&] { return onnx::parse_onnx(data_of(bytes), bytes.size(), "fuzz", "", {}, graph::WithContents::yes); });
}

void read_gguf(const std::string& bytes) {
  read_decoder([&] { return gguf::read_gguf(MemoryFile(bytes).path()).decoder; });
}

void read_hf(const std::string& bytes) {
  read_decoder([&] { return hf::read_config(MemoryFile(bytes).path()); });
}

void read_program(const std::string& payload) {
  const MemoryFile file(packed(payload, platform::program_file_kind));
  refused_or_done<traces::PackedFileError>([&] { platform::read_program_file(file.path()); });
}

void read_commands(const std::string& payload) {
  refused_or_done<traces::PackedFileError>([&] { traces::decode_command_trace(payload, "fuzz"); });
}

void read_firmware(const std::string& payload) {
  refused_or_done<traces::PackedFileError>([&] {
    const traces::FirmwareTrace trace = traces::decode_firmware_trace(payload, "fuzz");
    traces::FirmwareTraceReader reader(trace);
    units::Time before;
    while (const std::optional<traces::FirmwareAccess> access = reader.next()) {
      if (access->at < before) throw std::logic_error("accesses are not in order of their times");
      before = access->at;
    }
  });
}

void read_elf(const std::string& bytes) {
  refused_or_done<traces::ElfError>([&] {
    const traces::ElfImage image = traces::parse_elf(bytes, "fuzz");
    std::uint64_t end = 0;
    for (const traces::ElfSegment& segment : image.segments) {
      if (segment.address < end || segment.data.size() > segment.bytes)
        throw std::logic_error("an executable's segments overlap or are larger than their memory");
      end = std::uint64_t{segment.address} + segment.bytes;
    }
    const observe::SymbolTable symbols(image);
    std::uint32_t behind = 0;
    for (const observe::Function& function : symbols.functions()) {
      if (function.begin < behind || function.end < function.begin)
        throw std::logic_error("functions of an executable overlap");
      behind = function.end;
      symbols.place(function.begin);
    }
  });
}

void read_npy(const std::string& bytes) {
  refused_or_done<traces::NpyError>([&] { traces::parse_npy(bytes, "fuzz"); });
}

void read_requests(const std::string& bytes) {
  for (const char* stream : {"", "camera"})
    refused_or_done<traces::MemoryTraceError>([&] {
      units::Time before;
      for (const traces::TracedRequest& request :
           traces::parse_request_trace(std::make_unique<std::istringstream>(bytes), "fuzz", stream)) {
        if (request.at < before) throw std::logic_error("requests are not in order of their times");
        before = request.at;
      }
    });
}

void read_experts(const std::string& bytes) {
  refused_or_done<traces::MemoryTraceError>([&] {
    const auto chosen = traces::parse_expert_trace(std::make_unique<std::istringstream>(bytes), "fuzz", {2, 8, 2});
    if (chosen.empty() || chosen.size() % 4 != 0) throw std::logic_error("a token lacks experts");
    for (std::size_t i = 0; i < chosen.size(); i += 2)
      if (chosen[i] >= 8 || chosen[i + 1] >= 8 || chosen[i] == chosen[i + 1])
        throw std::logic_error("a token has an expert that there is not, or one twice");
  });
}

void read_workload(const std::string& bytes) {
  refused_or_done<traces::MemoryTraceError>([&] {
    for (const traces::WorkloadTask& task : traces::parse_workload(bytes, "fuzz").tasks)
      if (task.name.empty() || (task.network.empty() && task.work_us == 0))
        throw std::logic_error("a task has no name, or nothing to do");
  });
}

void play(const std::string& bytes, const std::string& format) {
  traces::MemoryTraceOptions options;
  options.format = format;
  options.clock_hz = 1000000000;
  refused_or_done<traces::MemoryTraceError>([&] {
    const auto reader = traces::open_memory_trace(std::make_unique<std::istringstream>(bytes), "fuzz", options);
    traces::MemoryAccess access;
    while (reader->next(access)) {
      if (!fits_address_space(access)) throw std::logic_error("an access leaves the address space");
    }
  });
}

// As each format: the first that takes a text as a rule takes it all.
void read_memory(const std::string& bytes) {
  play(bytes, "");
  for (const traces::MemoryTraceFormat& format : traces::memory_trace_formats) play(bytes, std::string(format.name));
}

void read_blocks(const std::string& payload) { play(memory_trace_of(payload), "takt"); }

}  // namespace

const std::vector<Reader>& readers() {
  static const std::vector<Reader> table = {
      {"tflite", edit_flatbuffer, tflite_corpus, ".tflite", read_tflite},
      {"onnx", edit_protobuf, onnx_corpus, ".onnx", read_onnx},
      {"gguf", edit_bytes, gguf_corpus, "", read_gguf},
      {"hf", edit_tokens, hf_corpus, "", read_hf},
      {"program", edit_bytes, program_corpus, "", read_program},
      {"commands", edit_bytes, commands_corpus, "", read_commands},
      {"firmware", edit_bytes, firmware_corpus, "", read_firmware},
      {"elf", edit_bytes, elf_corpus, "", read_elf},
      {"npy", edit_tokens, npy_corpus, "", read_npy},
      {"requests", edit_tokens, requests_corpus, "", read_requests},
      {"experts", edit_tokens, experts_corpus, "", read_experts},
      {"workload", edit_tokens, workload_corpus, "", read_workload},
      {"memory", edit_tokens, memory_corpus, "", read_memory},
      {"blocks", edit_bytes, blocks_corpus, "", read_blocks},
  };
  return table;
}

}  // namespace takt::fuzz
