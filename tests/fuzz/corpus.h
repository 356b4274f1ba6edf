// Files to begin with, made here by the writers of the readers' own tests.
#pragma once

#include <string>

#include "tests/fuzz/mutate.h"
#include "traces/formats/packed/packed_file.h"

namespace takt::fuzz {

Corpus tflite_corpus();
Corpus onnx_corpus();
Corpus gguf_corpus();
Corpus hf_corpus();
Corpus program_corpus();   // payloads
Corpus commands_corpus();  // payloads
Corpus firmware_corpus();  // payloads
Corpus elf_corpus();
Corpus npy_corpus();
Corpus requests_corpus();
Corpus workload_corpus();
Corpus experts_corpus();
Corpus memory_corpus();
Corpus blocks_corpus();  // payloads of blocks of accesses

// A file of that payload.
std::string packed(const std::string& payload, const traces::PackedKind& kind);

// A memory trace of takt's own format with one block of these accesses.
std::string memory_trace_of(const std::string& payload);

}  // namespace takt::fuzz
