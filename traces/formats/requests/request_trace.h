// Request traces: when requests came, and of language models how many tokens prompt and answer had.
//
// CSV without quotes, its first line the names of the columns; lines that begin with # are comments. These columns are
// known, others are left alone:
//   time     `time_us`, `submitted_us` (microseconds, decimals) or `TIMESTAMP` (2023-11-16 18:17:03.9799600, UTC)
//   tokens   `prompt_tokens` or `ContextTokens`; `answer_tokens` or `GeneratedTokens`
//   stream   `stream`
// So a table of one's own, the jobs.csv of a run and the Azure LLM inference traces (Azure/AzurePublicDataset, 2023 and
// 2024) are read alike. A file that begins with a brace is a DISB workload: the times of the task that `stream` names.
#pragma once

#include <cstdint>
#include <istream>
#include <memory>
#include <string>
#include <vector>

#include "models/units/quantity.h"
#include "traces/formats/memory/error.h"

namespace takt::traces {

struct TracedRequest {
  units::Time at;                   // behind the earliest of the file
  std::uint32_t prompt_tokens = 0;  // 0: the file does not say
  std::uint32_t answer_tokens = 0;  // likewise
};

constexpr std::uint32_t most_traced_tokens = 1u << 30;

// In the order of their times, those of one time in that of the file. `stream`: only what the file says is of that
// stream; empty: all. Throws MemoryTraceError with line and column: no such column, a field that is no time or number
// of tokens, two columns of one meaning; and for a file without requests, or without those of the stream.
// `shipped:NAME` is one of traces/requests, from the program itself.
std::vector<TracedRequest> read_request_trace(const std::string& path, const std::string& stream = {});

// The same of a text; `file` is named in errors.
std::vector<TracedRequest> parse_request_trace(std::unique_ptr<std::istream> text, const std::string& file,
                                               const std::string& stream = {});

}  // namespace takt::traces
