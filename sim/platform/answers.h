// Runs that give answers: what the requests' tensors hold, what programs and operators compute of it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "models/npu/functions.h"
#include "sim/functional/executor.h"
#include "sim/functional/kernel.h"
#include "sim/platform/driver.h"
#include "sim/platform/soc.h"
#include "sim/platform/workload.h"

namespace takt::platform {

// Bytes of tensors, dense, little-endian, the last dimension fastest.
using Tensors = std::map<graph::TensorId, std::vector<std::uint8_t>>;

struct AnswerOptions {
  std::vector<Tensors> inputs;  // by stream; what is missing is random: of a seed and the model, whoever runs beside it
                                // numbers of rows that are looked up lie within their table
  // The model's outputs, at the end of each request.
  std::function<void(std::size_t stream, std::uint32_t request, const Tensors& outputs)> on_answer;
};

class Answers final : public npu::Functions, public RequestContents {
 public:
  // Loads the constants. The workload is a functional one. Throws functional::Unsupported for an operator that cannot
  // be computed, on the NPU or the CPU.
  Answers(const Workload& workload, Soc& soc, AnswerOptions options, std::uint64_t seed);

  void run(std::uint64_t program, std::uint32_t function, unsigned char* scratchpad) override;
  void before_program(const JobRef& job) override;
  void after_step(const JobRef& job) override;
  void after_request(const JobRef& job) override;

  const AnswersRecord& record(std::size_t stream) const { return records_[stream]; }

 private:
  using RequestId = std::pair<std::uint32_t, std::uint32_t>;  // stream, number

  void prepare(const PlacedStream& stream);
  void fill_inputs(std::uint64_t seed);
  const graph::Graph& graph(std::uint32_t stream) const;
  const PlacedProgram& program(const JobRef& job) const;
  Tensors& tensors(const JobRef& job);
  void run_operator(const JobRef& job, const compiler::CpuOperator& op);

  const Workload& workload_;
  Soc& soc_;
  AnswerOptions options_;
  std::map<std::uint64_t, std::unique_ptr<functional::Executor>> executors_;  // by the program's address
  std::map<std::pair<std::size_t, std::size_t>, std::unique_ptr<functional::Kernel>> kernels_;  // model, operator
  std::map<RequestId, Tensors> requests_;                                                       // under way
  std::vector<AnswersRecord> records_;                                                          // by stream
};

}  // namespace takt::platform
