#include "sim/import/tflite/reader.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <vector>

#include "sim/graph/describe.h"
#include "sim/graph/error.h"
#include "sim/graph/infer_shapes.h"
#include "sim/import/about.h"
#include "sim/import/tflite/file.h"
#include "sim/import/tflite/operators.h"
#include "sim/import/tflite/tensors.h"

namespace takt::tflite {

using graph::GraphError;
using import::about;

namespace {

class Reader {
 public:
  Reader(const std::uint8_t* bytes, std::size_t size, graph::WithContents contents)
      : source_{*schema::GetModel(bytes), bytes, size, contents == graph::WithContents::yes},
        budget_(16 * std::uint64_t{size} + 65536) {}  // each vector is stored once and copied a few times

  graph::Graph read(const std::string& name) {
    graph_.name = name;
    check_model();
    read_tensors();
    read_ids(subgraph_->inputs(), graph_.inputs, "the graph's inputs");
    read_ids(subgraph_->outputs(), graph_.outputs, "the graph's outputs");
    read_operators();
    graph::validate_dataflow(graph_);
    graph::infer_input_shapes(graph_);
    for (std::size_t i = 0; i < graph_.ops.size(); ++i) convert(i);
    graph::validate(graph_);
    return std::move(graph_);
  }

 private:
  void check_model() {
    const schema::Model& model = source_.model;
    if (model.version() != 3)
      throw GraphError("found schema version " + std::to_string(model.version()) + ", expected 3");
    if (model.subgraphs() == nullptr || model.subgraphs()->size() == 0) throw GraphError("found no subgraph");
    subgraph_ = model.subgraphs()->Get(0);
  }

  void read_tensors() {
    if (subgraph_->tensors() == nullptr) return;
    for (std::uint32_t i = 0; i < subgraph_->tensors()->size(); ++i)
      about("tensor " + std::to_string(i), [&] {
        const schema::Tensor& tensor = *subgraph_->tensors()->Get(i);
        graph_.tensors.push_back(read_tensor(source_, tensor, budget_));
        has_rank_.push_back(tensor.has_rank());
      });
  }

  void read_ids(const flatbuffers::Vector<std::int32_t>* ids, std::vector<graph::TensorId>& result, const char* what) {
    if (ids == nullptr) return;
    budget_.take(ids->size() * sizeof(graph::TensorId));
    const auto count = static_cast<std::int64_t>(graph_.tensors.size());
    for (const std::int32_t id : *ids) {
      if (id < -1 || id >= count)
        throw GraphError("found tensor " + std::to_string(id) + " among " + what + ", expected less than " +
                         std::to_string(count));
      result.push_back(id);
    }
  }

  void read_operators() {
    if (subgraph_->operators() == nullptr) return;
    for (std::uint32_t i = 0; i < subgraph_->operators()->size(); ++i)
      about("operator " + std::to_string(i), [&] { read_operator(*subgraph_->operators()->Get(i)); });
  }

  void read_operator(const schema::Operator& source) {
    const auto* codes = source_.model.operator_codes();
    if (codes == nullptr || source.opcode_index() >= codes->size())
      throw GraphError("found operator code " + std::to_string(source.opcode_index()) + " of " +
                       std::to_string(codes == nullptr ? 0 : codes->size()));
    graph::Op op;
    set_kind(*codes->Get(source.opcode_index()), op);
    read_ids(source.inputs(), op.inputs, "the inputs");
    read_ids(source.outputs(), op.outputs, "the outputs");
    mark_variables(source, op);
    if (!op.outputs.empty() && op.outputs[0] >= 0) {
      const std::string& full = graph_.tensors[static_cast<std::size_t>(op.outputs[0])].name;
      op.name = full.substr(0, full.find(';'));  // converters join the names of all operators fused into one
    }
    budget_.take(op.name.size() + op.custom_code.size());
    graph_.ops.push_back(std::move(op));
  }

  void set_kind(const schema::OperatorCode& code, graph::Op& op) {
    const std::int64_t number = code_of(code);
    if (is_control_flow(number))
      throw GraphError("found " + operator_name(number) + ", which runs another subgraph; expected none of these");
    const OperatorRow* row = operator_row(number);
    op.kind = row == nullptr ? graph::OpKind::custom : row->kind;
    if (row == nullptr || row->kind == graph::OpKind::variable) op.custom_code = operator_name(number);
    if (number != schema::BuiltinOperator_CUSTOM) return;
    if (code.custom_code() == nullptr) throw GraphError("found a custom operator without a name");
    op.custom_code = code.custom_code()->str();
  }

  // Older files have the number in a byte of its own; where both are set the larger one counts (TensorFlow's
  // GetBuiltinCode).
  static std::int64_t code_of(const schema::OperatorCode& code) {
    return std::max<std::int64_t>(code.deprecated_builtin_code(), code.builtin_code());
  }

  // Older files mark state at the operator that keeps it, not at the tensor.
  void mark_variables(const schema::Operator& source, const graph::Op& op) {
    const auto* mutated = source.mutating_variable_inputs();
    if (mutated == nullptr) return;
    for (std::uint32_t i = 0; i < std::min<std::size_t>(mutated->size(), op.inputs.size()); ++i)
      if (mutated->Get(i) != 0 && op.inputs[i] != graph::no_tensor)
        graph_.tensors[static_cast<std::size_t>(op.inputs[i])].variable = true;
  }

  void convert(std::size_t index) {
    graph::Op& op = graph_.ops[index];
    const schema::Operator& source = *subgraph_->operators()->Get(static_cast<std::uint32_t>(index));
    const std::int64_t number = code_of(*source_.model.operator_codes()->Get(source.opcode_index()));
    if (const OperatorRow* row = operator_row(number)) {
      Conversion conversion{graph_, op, source};
      about(graph::describe(graph_, index), [&] { row->convert(conversion); });
    }
    if (op.kind == graph::OpKind::custom && outputs_are_known(op)) return;
    graph::infer_op_shapes(graph_, index);
  }

  // A custom operator's scalar can be told from a shape left out only where the file says that the rank is known.
  bool outputs_are_known(const graph::Op& op) const {
    return std::all_of(op.outputs.begin(), op.outputs.end(), [&](graph::TensorId id) {
      const graph::Shape& shape = graph_.tensors[static_cast<std::size_t>(id)].shape;
      return has_rank_[static_cast<std::size_t>(id)] && std::find(shape.begin(), shape.end(), -1) == shape.end();
    });
  }

  Source source_;
  Budget budget_;
  const schema::SubGraph* subgraph_ = nullptr;
  graph::Graph graph_;
  std::vector<bool> has_rank_;
};

void check_identifier(const std::uint8_t* bytes, std::size_t size) {
  constexpr char lfs[] = "version https://git-lfs";
  if (size >= sizeof lfs - 1 && std::memcmp(bytes, lfs, sizeof lfs - 1) == 0)
    throw GraphError("found a git-lfs pointer, expected the model itself (`git lfs pull` fetches it)");
  if (size < 8) throw GraphError("found " + std::to_string(size) + " bytes, expected a .tflite model");
  if (std::memcmp(bytes + 4, schema::ModelIdentifier(), 4) != 0)
    throw GraphError(std::string("found no identifier '") + schema::ModelIdentifier() +
                     "' at byte 4, expected a .tflite model");
}

graph::Graph parse(const std::uint8_t* bytes, std::size_t size, const std::string& name, graph::WithContents contents) {
  check_identifier(bytes, size);
  if (size >= FLATBUFFERS_MAX_BUFFER_SIZE)
    throw GraphError("found " + std::to_string(size) + " bytes, expected less than 2 GiB");
  flatbuffers::Verifier verifier(bytes, size);
  if (!schema::VerifyModelBuffer(verifier))
    throw GraphError("found " + std::to_string(size) + " bytes that are no whole FlatBuffer: truncated or corrupt");
  return Reader(bytes, size, contents).read(name);
}

}  // namespace

graph::Graph read_tflite(const std::string& path, graph::WithContents contents) {
  return about(path, [&] {
    const std::vector<std::uint8_t> bytes = read_file(path);
    return parse(bytes.data(), bytes.size(), std::filesystem::path(path).stem().string(), contents);
  });
}

graph::Graph parse_tflite(const std::uint8_t* bytes, std::size_t size, const std::string& name,
                          graph::WithContents contents) {
  return about(name, [&] {
    if (reinterpret_cast<std::uintptr_t>(bytes) % 16 == 0) return parse(bytes, size, name, contents);
    const std::vector<std::uint8_t> aligned(bytes, bytes + size);  // FlatBuffers reads scalars in place
    return parse(aligned.data(), aligned.size(), name, contents);
  });
}

}  // namespace takt::tflite
