// The scenario's models, compiled and placed in the SoC's memories: what the driver submits and what lies where.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "firmware/abi/ring.h"
#include "firmware/abi/service.h"
#include "firmware/abi/windows.h"
#include "sim/compiler/compiler.h"
#include "sim/config/scenario_config.h"
#include "sim/platform/conversations.h"
#include "sim/platform/regions.h"
#include "sim/platform/trace_extent.h"

namespace takt::graph {
struct Decoder;
}

namespace takt::platform {

struct PlacedProgram {
  const compiler::Program* program = nullptr;
  std::size_t model = 0, index = 0;                    // Workload::models()[model]->programs[index]
  std::uint32_t id = 0;                                // as registered with the firmware
  std::uint64_t header = 0;                            // DRAM address
  std::array<std::uint64_t, TAKT_BASE_COUNT> bases{};  // likewise
  std::array<std::uint64_t, TAKT_BASE_COUNT>
      bytes{};  // behind each; of a decoder's programs, which take turns, the most
  std::vector<std::uint8_t> image;
  std::uint64_t more_constants = 0, more_constants_bytes = 0;  // in another memory: address, how many
};

struct PlacedStream {
  const config::StreamConfig* config = nullptr;
  compiler::Target target;  // its partition
  const compiler::CompiledModel* model = nullptr;
  std::size_t model_index = 0;                     // into Workload::models
  const compiler::CompiledModel* draft = nullptr;  // of a stream of prompts that has one
  std::size_t draft_index = 0;                     // into Workload::models
  std::vector<PlacedProgram> programs;             // beside model->programs, behind them draft->programs
  std::uint32_t queue = 0;                         // firmware queue and context: index + 1
  std::uint64_t ring = 0;
  std::uint64_t save_area = 0;
  std::uint64_t save_bytes = 0;
  std::uint64_t windows = 0;  // takt_window_table: what its jobs may touch
  takt_window_table window_table{};
  std::uint64_t operator_area = 0;                   // operands of operators that run on the CPU
  std::uint64_t parameter_limit = 0;                 // of its jobs; 0: they have no parameters
  std::uint64_t parameter_area = 0;                  // takt_parameters[max_in_flight]
  std::optional<PlacedConversations> conversations;  // of a stream of prompts

  // Where its models' constants lie, experts that memory has room for included.
  struct Weights {
    std::uint64_t address = 0, bytes = 0;
  };
  std::vector<Weights> weights() const;
};

constexpr std::uint32_t ring_entries = 64;
constexpr std::uint32_t completion_entries = 256;
constexpr std::uint32_t state_dump_bytes = sizeof(takt_state_dump) + TAKT_MAX_QUEUES * sizeof(takt_queue_state);
// Requests of one stream that the driver submits before it keeps more waiting: what a camera pipeline's buffers allow.
constexpr std::uint32_t max_in_flight = 8;

inline takt_ring_header empty_ring(std::uint32_t entries) {
  takt_ring_header header{};
  header.magic = TAKT_RING_MAGIC;
  header.entries = entries;
  return header;
}

class Workload {
 public:
  // Throws graph::GraphError for a model that cannot be read or compiled and for a workload that does not fit.
  // `traces`: the extent of each traffic source's trace, where one plays a trace. `functional`: programs carry what
  // they compute, and graphs the contents of their constants.
  explicit Workload(const config::ScenarioConfig& scenario, const std::vector<TraceExtent>& traces = {},
                    bool functional = false);

  const std::vector<std::unique_ptr<compiler::CompiledModel>>& models() const { return models_; }
  const graph::Graph& graph(std::size_t model) const { return *graphs_[model]; }  // of functional workloads
  const std::vector<PlacedStream>& streams() const { return streams_; }
  std::uint64_t control_ring() const { return control_ring_; }
  std::uint64_t completion_ring() const { return completion_ring_; }
  // Where the firmware writes its scheduling log; 0: it does not.
  std::uint64_t scheduling_log() const { return scheduling_log_; }
  std::uint32_t scheduling_log_bytes() const { return scheduling_log_bytes_; }
  // Where it writes its metrics; 0: it does not.
  std::uint64_t metrics() const { return metrics_; }
  std::uint32_t metrics_bytes() const { return metrics_bytes_; }
  // Where it writes its state when asked: state_dump_bytes.
  std::uint64_t state_dump() const { return state_dump_; }
  // Where a background source's addresses begin.
  std::uint64_t traffic_base(std::size_t source) const { return traffic_base_[source]; }

 private:
  // Constants of a program: the first `split` bytes at one address, the others at another.
  struct Area {
    std::uint64_t address = 0, split = 0, second = 0;
  };
  using Constants = std::vector<Area>;  // per program

  Constants place_constants(const compiler::CompiledModel& model, bool shared, const config::SocConfig& soc);

  std::size_t compile(const config::StreamConfig& stream, const compiler::Target& target,
                      const compiler::Options& options);
  // A model's programs behind those that the stream has. `context_bytes`: of a core in a forced save; 0: none is.
  void place(PlacedStream& stream, std::size_t model, const Constants& constants, Regions& npu,
             std::uint32_t& next_program, std::uint64_t context_bytes);
  // Of a stream of prompts: its decoder's step, programs for chunks of prompts, and what drafts need.
  // conversation_programs.cpp
  std::size_t compile_decoder(const config::StreamConfig& stream, const compiler::Target& target,
                              const compiler::Options& options);
  std::size_t compile_draft(const config::StreamConfig& stream, const compiler::Target& target,
                            const compiler::Options& options);
  struct DecoderPrograms;
  std::size_t compile(const DecoderPrograms& decoder, const config::StreamConfig& stream,
                      const compiler::Target& target, const compiler::Options& options);
  PlacedExperts place_experts(const PlacedStream& stream, const graph::Decoder& decoder, const config::SocConfig& soc);
  void place_conversations(PlacedStream& stream, const config::SocConfig& soc);
  void place_windows(PlacedStream& stream, Regions& npu);
  void place_parameters(PlacedStream& stream, Regions& system, bool functional);
  static std::array<std::uint64_t, TAKT_BASE_COUNT> area_bytes(const PlacedStream& stream,
                                                               const compiler::CompiledModel& model,
                                                               std::size_t program);
  void place_traffic(const config::ScenarioConfig& scenario, const std::vector<TraceExtent>& traces);
  Regions& regions(const std::string& memory) { return regions_.at(memory); }

  std::map<std::string, Regions> regions_;
  std::uint64_t weights_left_ = 0;  // of npu.weights_kib
  std::map<std::string, std::size_t> model_by_source_;
  std::vector<std::unique_ptr<compiler::CompiledModel>> models_;
  std::vector<std::unique_ptr<graph::Graph>> graphs_;  // beside models_, or none
  std::vector<PlacedStream> streams_;
  std::vector<std::uint64_t> traffic_base_;
  std::uint64_t control_ring_ = 0;
  std::uint64_t completion_ring_ = 0;
  std::uint64_t scheduling_log_ = 0;
  std::uint32_t scheduling_log_bytes_ = 0;
  std::uint64_t metrics_ = 0;
  std::uint32_t metrics_bytes_ = 0;
  std::uint64_t state_dump_ = 0;
};

// What memory is expected to give the NPU while it is alone.
std::uint64_t expected_bytes_per_s(const config::SocConfig& soc);

// What the compiler needs to know of a SoC's NPU: of its first kind of cores, or of the small ones.
compiler::Target target_of(const config::SocConfig& soc, bool small = false);

// Cuts stand at layer boundaries about 10 us apart: closer ones would shorten a wait that the save itself exceeds, and
// keep constants from being loaded ahead.
compiler::Options options_of(const config::SocConfig& soc);

// The memory of rings and processors: the one behind the system cache, else the first.
const config::MemoryConfig& system_memory(const config::SocConfig& soc);

}  // namespace takt::platform
