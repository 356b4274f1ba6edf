#include "sim/platform/answers.h"

#include <algorithm>
#include <cstring>
#include <deque>
#include <random>
#include <utility>

#include "firmware/abi/program.h"
#include "models/units/fnv1a.h"
#include "sim/functional/elements.h"
#include "sim/functional/reals.h"
#include "sim/graph/error.h"
#include "sim/graph/nibbles.h"

namespace takt::platform {

using graph::Tensor;
using graph::TensorId;

namespace {

const Tensor& tensor_of(const graph::Graph& graph, TensorId id) { return graph.tensors[static_cast<std::size_t>(id)]; }

// Of the smallest table in which an input is looked up; 0 where it is not looked up in any.
std::uint64_t table_rows(const graph::Graph& graph, TensorId id) {
  std::uint64_t rows = 0;
  for (const graph::Op& op : graph.ops) {
    if (op.kind != graph::OpKind::gather || op.inputs[1] != id) continue;
    const auto own = static_cast<std::uint64_t>(tensor_of(graph, op.inputs[0]).shape[0]);
    rows = rows == 0 ? own : std::min(rows, own);
  }
  return rows;
}

// visit(index) with each element of an input that numbers rows, little-endian, which it may change.
template <typename Visit>
void each_index(const Tensor& tensor, std::vector<std::uint8_t>& bytes, const Visit& visit) {
  const std::size_t size = graph::bytes_of(tensor.type, 1);
  for (std::size_t i = 0; i < bytes.size(); i += size) {
    std::uint64_t index = 0;
    std::memcpy(&index, bytes.data() + i, size);
    visit(index);
    std::memcpy(bytes.data() + i, &index, size);
  }
}

void keep_within(std::uint64_t rows, const Tensor& tensor, std::vector<std::uint8_t>& bytes) {
  if (rows != 0) each_index(tensor, bytes, [&](std::uint64_t& index) { index %= rows; });
}

void expect_within(std::uint64_t rows, const Tensor& tensor, std::vector<std::uint8_t>& bytes) {
  if (rows == 0) return;
  each_index(tensor, bytes, [&](std::uint64_t index) {
    if (index >= rows)
      throw graph::GraphError("input '" + tensor.name + "': found row " + std::to_string(index) +
                              ", expected one of a table's " + std::to_string(rows));
  });
}

// Any bytes; of floating-point tensors numbers from -1 to 1.
void fill(const Tensor& tensor, std::mt19937_64& random, std::vector<std::uint8_t>& bytes) {
  if (!functional::is_real(tensor.type)) {
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random() >> 32);
    return;
  }
  for (std::uint64_t i = 0; i < tensor.elements(); ++i) {
    const float value = static_cast<float>(static_cast<std::int32_t>((random() >> 32) % 2049) - 1024) / 1024;
    if (tensor.type == graph::DataType::float16)
      functional::put_element(bytes.data(), i, functional::Half(value));
    else
      functional::put_element(bytes.data(), i, value);
  }
}

}  // namespace

Answers::Answers(const Workload& workload, Soc& soc, AnswerOptions options, std::uint64_t seed)
    : workload_(workload), soc_(soc), options_(std::move(options)) {
  for (const PlacedStream& stream : workload_.streams()) prepare(stream);
  fill_inputs(seed);
}

void Answers::prepare(const PlacedStream& stream) {
  for (const PlacedProgram& placed : stream.programs) {
    executors_[placed.header] = std::make_unique<functional::Executor>(*placed.program);
    soc_.load(placed.bases[TAKT_BASE_CONSTANTS], placed.program->constants);
  }
  const graph::Graph& graph = workload_.graph(stream.model_index);
  for (const compiler::CpuOperator& op : stream.model->cpu)
    kernels_[{stream.model_index, op.op}] = functional::make_kernel(graph, graph.ops[op.op]);
}

void Answers::fill_inputs(std::uint64_t seed) {
  options_.inputs.resize(workload_.streams().size());
  records_.resize(workload_.streams().size());
  for (std::uint32_t s = 0; s < options_.inputs.size(); ++s) {
    std::mt19937_64 random(units::fnv1a(seed, graph(s).name));  // its sequence is the standard's
    for (const TensorId id : graph(s).inputs) {
      const Tensor& tensor = tensor_of(graph(s), id);
      const auto [entry, missing] = options_.inputs[s].try_emplace(id, tensor.bytes());
      if (!missing) {
        expect_within(table_rows(graph(s), id), tensor, entry->second);
        continue;
      }
      fill(tensor, random, entry->second);
      keep_within(table_rows(graph(s), id), tensor, entry->second);
    }
  }
}

const graph::Graph& Answers::graph(std::uint32_t stream) const {
  return workload_.graph(workload_.streams()[stream].model_index);
}

const PlacedProgram& Answers::program(const JobRef& job) const {
  const PlacedStream& stream = workload_.streams()[job.stream];
  return stream.programs[job.program];
}

Tensors& Answers::tensors(const JobRef& job) {
  return requests_.try_emplace({job.stream, job.request}, options_.inputs[job.stream]).first->second;
}

void Answers::run(std::uint64_t program, std::uint32_t function, unsigned char* scratchpad) {
  executors_.at(program)->run(function, scratchpad);
}

void Answers::before_program(const JobRef& job) {
  const PlacedProgram& placed = program(job);
  const Tensors& known = tensors(job);
  for (const compiler::Port& port : placed.program->inputs)
    soc_.load(placed.bases[TAKT_BASE_INPUT] + port.offset, known.at(port.tensor));
}

void Answers::after_step(const JobRef& job) {
  const PlacedStream& stream = workload_.streams()[job.stream];
  const compiler::Step& step = stream.model->steps[job.step];
  if (step.kind == compiler::Step::Kind::cpu) return run_operator(job, stream.model->cpu[step.index]);
  const PlacedProgram& placed = program(job);
  for (const compiler::Port& port : placed.program->outputs)
    tensors(job)[port.tensor] = soc_.contents(placed.bases[TAKT_BASE_OUTPUT] + port.offset, port.bytes);
}

void Answers::run_operator(const JobRef& job, const compiler::CpuOperator& fallback) {
  const graph::Graph& g = graph(job.stream);
  const graph::Op& op = g.ops[fallback.op];
  Tensors& known = tensors(job);
  std::vector<functional::Part> inputs;
  std::deque<std::vector<std::uint8_t>> widened;
  for (const TensorId id : op.inputs) {
    if (id == graph::no_tensor) {
      inputs.emplace_back();
      continue;
    }
    const Tensor& tensor = tensor_of(g, id);
    const std::uint8_t* data = tensor.contents != nullptr ? tensor.contents->data() : nullptr;
    if (const auto found = known.find(id); found != known.end()) data = found->second.data();
    graph::DataType type = tensor.type;
    if (type == graph::DataType::int4) {
      widened.emplace_back(tensor.elements());
      graph::widen_nibbles(data, tensor.elements(), widened.back().data());
      type = graph::DataType::int8, data = widened.back().data();
    }
    inputs.push_back({type, {0, tensor.elements(), 1, 0, 1}, data});
  }
  const Tensor& output = tensor_of(g, op.outputs[0]);
  std::vector<std::uint8_t>& made = known[op.outputs[0]];
  made.resize(output.bytes());
  const auto kernel = kernels_.find({workload_.streams()[job.stream].model_index, fallback.op});
  kernel->second->run(inputs, {0, output.elements(), 1, 0, 1}, made.data());
}

void Answers::after_request(const JobRef& job) {
  const Tensors known = std::move(tensors(job));
  requests_.erase({job.stream, job.request});
  Tensors outputs;
  std::uint64_t hash = units::fnv1a_basis;
  for (const TensorId id : graph(job.stream).outputs) {
    const auto found = known.find(id);
    outputs[id] = found != known.end() ? found->second : *tensor_of(graph(job.stream), id).contents;
    hash = units::fnv1a(hash, outputs[id]);
  }
  ++records_[job.stream].requests[hash];
  if (options_.on_answer) options_.on_answer(job.stream, job.request, outputs);
}

}  // namespace takt::platform
