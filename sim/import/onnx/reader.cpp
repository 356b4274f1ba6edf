#include "sim/import/onnx/reader.h"

#include <algorithm>
#include <deque>
#include <filesystem>

#include "sim/graph/describe.h"
#include "sim/graph/error.h"
#include "sim/import/about.h"
#include "sim/import/onnx/fields.h"
#include "sim/import/onnx/file.h"
#include "sim/import/onnx/fold.h"
#include "sim/import/onnx/forms.h"
#include "sim/import/onnx/operators.h"
#include "sim/import/onnx/tidy.h"

namespace takt::onnx {

using graph::GraphError;
using import::about;

namespace {

std::string text(std::string_view name) { return graph::shown(std::string(name.substr(0, 256))); }

std::string describe(const Node& node, std::size_t index) {
  const std::string_view name = !node.name.empty() || node.outputs.empty() ? node.name : node.outputs[0];
  return "node " + std::to_string(index) + " (" + text(node.op_type) + ", '" + text(name) + "')";
}

class Reader {
 public:
  Reader(const Model& model, const DataFolder& folder, const import::InputShapes& shapes, graph::WithContents contents)
      : model_(model),
        shapes_(shapes),
        names_(model),
        draft_(folder, contents),
        done_(model.nodes.size(), false),
        forms_(model, names_, draft_, done_) {}

  graph::Graph read(const std::string& name) {
    check_version();
    check_given();
    for (const TensorData& tensor : model_.initializers)
      about("constant '" + text(tensor.name) + "'", [&] { names_.bind(tensor.name, draft_.initializer(tensor)); });
    for (std::size_t i = 0; i < model_.nodes.size(); ++i)
      if (model_.nodes[i].op_type == "Constant") about_node(i, [&] { read_constant(i); });
    for (const ValueInfo& input : model_.inputs) about("input '" + text(input.name) + "'", [&] { read_input(input); });
    for (std::size_t i = 0; i < model_.nodes.size(); ++i)
      if (!done_[i]) about_node(i, [&] { read_node(i); });
    for (const ValueInfo& output : model_.outputs)
      about("output '" + text(output.name) + "'", [&] { read_output(output); });
    graph::Graph graph = std::move(draft_.graph());
    tidy(graph);
    graph.name = name;
    graph.arithmetic = graph::Arithmetic::onnx;
    graph::validate(graph);
    return graph;
  }

 private:
  template <typename Step>
  void about_node(std::size_t index, Step step) {
    about(describe(model_.nodes[index], index), step);
  }

  void check_version() const {
    constexpr std::int64_t oldest = 9, newest = 21;
    if (model_.opset < oldest || model_.opset > newest)
      throw GraphError("found operator set " + std::to_string(model_.opset) + ", expected " + std::to_string(oldest) +
                       " to " + std::to_string(newest));
  }

  void read_constant(std::size_t index) {
    const Node& node = model_.nodes[index];
    done_[index] = true;
    if (node.outputs.empty()) throw GraphError("found no output");
    const std::string_view name = node.outputs[0];
    if (const Attribute* value = node.attribute("value")) {
      constants_.push_back(parse_tensor(value->tensor));
      constants_.back().name = name;
      return names_.bind(name, draft_.initializer(constants_.back()));
    }
    const auto bind = [&](graph::Shape shape, graph::DataType type, std::vector<double> numbers) {
      names_.bind(name, draft_.numbers(std::string(name.substr(0, 256)), std::move(shape), type, std::move(numbers)));
    };
    const auto count = [](const auto& list) { return graph::Shape{static_cast<std::int64_t>(list.size())}; };
    if (const Attribute* one = node.attribute("value_int"))
      bind({}, graph::DataType::int64, {static_cast<double>(one->i)});
    else if (const Attribute* real = node.attribute("value_float"))
      bind({}, graph::DataType::float32, {real->f});
    else if (const Attribute* list = node.attribute("value_ints"))
      bind(count(list->ints), graph::DataType::int64, {list->ints.begin(), list->ints.end()});
    else if (const Attribute* reals = node.attribute("value_floats"))
      bind(count(reals->floats), graph::DataType::float32, {reals->floats.begin(), reals->floats.end()});
    else
      throw GraphError("found no numbers");
  }

  // Older files list their constants among the inputs.
  void read_input(const ValueInfo& input) {
    if (names_.find(input.name)) return;
    if (draft_.with_contents() && input.type == fields::BFLOAT16)
      throw GraphError("input '" + graph::shown(std::string(input.name.substr(0, 256))) +
                       "': found bfloat16, which cannot be computed; expected float16 or float32");
    const graph::Shape shape = shape_of_input(input);
    const Order order =
        wants_channels_last(input.name, shape.size()) ? channels_last(shape.size()) : identity(shape.size());
    names_.bind(input.name, draft_.input(std::string(input.name.substr(0, 256)), shape, type_of(input.type), order));
  }

  graph::Shape shape_of_input(const ValueInfo& input) {
    if (const auto given = shapes_.find(std::string(input.name)); given != shapes_.end()) return given->second;
    if (!input.has_shape) throw GraphError("found no shape; expected one, in the file or given");
    graph::Shape shape;
    for (std::size_t i = 0; i < input.dims.size(); ++i) shape.push_back(size_of(input.dims[i], i == 0));
    return shape;
  }

  std::int64_t size_of(const Dimension& dimension, bool batch) {
    if (dimension.value > 0) return dimension.value;
    const std::optional<std::int64_t> named = names_.symbol(dimension.symbol);
    if (!named && !batch)
      throw GraphError(
          "found " +
          (dimension.symbol.empty() ? "an unknown dimension" : "dimension '" + text(dimension.symbol) + "'") +
          ", which is known only at run time; expected fixed dimensions after the batch, in the file or given");
    if (!named && !dimension.symbol.empty()) names_.set_symbol(dimension.symbol, 1);
    return named.value_or(1);
  }

  // Shapes given from outside fill in what the file leaves open, also in other inputs by the names of dimensions.
  void check_given() {
    for (const auto& [name, shape] : shapes_) {
      const auto same = [&given = name](const ValueInfo& input) { return input.name == given; };
      const auto input = std::find_if(model_.inputs.begin(), model_.inputs.end(), same);
      if (input == model_.inputs.end())
        throw GraphError("was given a shape for '" + graph::shown(name) + "', expected one of its inputs: " + inputs());
      about("input '" + text(name) + "'", [&, &given = shape] { check_fit(*input, given); });
    }
  }

  void check_fit(const ValueInfo& input, const graph::Shape& given) {
    bool fits = !input.has_shape || input.dims.size() == given.size();
    for (std::size_t i = 0; fits && i < input.dims.size(); ++i) {
      const Dimension& dimension = input.dims[i];
      if (dimension.value <= 0 && !dimension.symbol.empty()) names_.set_symbol(dimension.symbol, given[i]);
      fits = dimension.value <= 0 || dimension.value == given[i];
    }
    if (!fits) throw GraphError("was given the shape " + graph::to_text(given) + ", which does not fit the file's");
  }

  std::string inputs() const {
    std::string list;
    for (const ValueInfo& input : model_.inputs)
      if (list.size() < 256) list += (list.empty() ? "'" : ", '") + text(input.name) + "'";
    return list;
  }

  // Whether a convolution or pool is the first to care about the input's layout.
  bool wants_channels_last(std::string_view name, std::size_t rank) const {
    constexpr std::size_t most_steps = 16;
    for (std::size_t step = 0; rank > 2 && step < most_steps; ++step) {
      const std::vector<std::size_t>& users = names_.users(name);
      if (users.empty()) return false;
      const Node& node = model_.nodes[users[0]];
      const QuantizedRow* quantized = quantized_row(node.op_type);
      const Layout layout = layout_of(quantized != nullptr ? quantized->means : node.op_type);
      if (layout == Layout::channels_last) return node.integer("channels_last", 0) == 0;
      if (layout != Layout::any || node.outputs.empty()) return false;
      name = node.outputs[0];
    }
    return false;
  }

  void read_node(std::size_t index) {
    const Node& node = model_.nodes[index];
    for (const Attribute& attribute : node.attributes)
      if (attribute.graph) throw GraphError("runs another graph; expected no control flow");
    Call c{draft_, names_, node, model_.opset, {}, std::string(), std::string()};
    for (const std::string_view input : node.inputs) c.inputs.push_back(input.empty() ? Value{} : names_.need(input));
    if (node.outputs.empty()) throw GraphError("found no output");
    c.output = std::string(node.outputs[0].substr(0, 256));
    c.name = node.name.empty() ? c.output : std::string(node.name.substr(0, 256));
    std::string_view result = node.outputs[0];
    if (!fold(c)) convert(c, result);
    for (std::size_t i = 0; i < c.results.size() && i < node.outputs.size(); ++i)
      if (c.results[i]) names_.bind(i == 0 ? result : node.outputs[i], c.results[i]);
  }

  // `result`: the name of the first result, which moves on with what the operator takes in.
  void convert(Call& c, std::string_view& result) {
    const QuantizedRow* quantized = quantized_row(c.node.op_type);
    if (quantized != nullptr) unpack(c, *quantized);
    const OperatorRow* row = operator_row(quantized != nullptr ? quantized->means : c.node.op_type);
    if (row == nullptr) {
      forms_.settle_floats(c, c.inputs.size(), false);
      return convert_custom(c);
    }
    if (quantized == nullptr && forms_.take_in_gelu(c, result)) row = operator_row("Gelu");
    if (quantized == nullptr) {
      if (row->fuses) forms_.take_in(c, result);
      forms_.settle(c, *row);
    }
    if (quantized != nullptr && c.node.integer("channels_last", 0) != 0) return convert_channels_last(c, *row);
    row->convert(c);
  }

  // ONNX Runtime's pools may have channels last in the file.
  static void convert_channels_last(Call& c, const OperatorRow& row) {
    const std::size_t rank = c.shape(0).size();
    c.inputs[0] = c.draft.transposed(c.inputs[0], inverse(channels_last(rank)));
    row.convert(c);
    c.results[0] = c.draft.transposed(c.results[0], channels_last(rank));
  }

  void read_output(const ValueInfo& output) {
    const Value value = draft_.as_floats(names_.need(output.name));
    if (draft_.is_constant(value) && count_of(draft_.shape_of(value)) == 0) return;
    draft_.graph().outputs.push_back(draft_.tensor(value, draft_.order_of(value)));
  }

  const Model& model_;
  const import::InputShapes& shapes_;
  Names names_;
  Draft draft_;
  std::vector<bool> done_;  // constants, and what an operator took in
  Forms forms_;
  std::deque<TensorData> constants_;  // of Constant nodes; the draft points to them
};

void check_kind(std::string_view bytes) {
  constexpr std::string_view lfs = "version https://git-lfs";
  if (bytes.substr(0, lfs.size()) == lfs)
    throw GraphError("found a git-lfs pointer, expected the model itself (`git lfs pull` fetches it)");
  if (bytes.empty()) throw GraphError("found 0 bytes, expected an .onnx model");
}

graph::Graph parse(std::string_view bytes, const std::string& name, const std::string& folder,
                   const import::InputShapes& shapes, graph::WithContents contents) {
  check_kind(bytes);
  const Model model = parse_model(bytes);
  const DataFolder data(folder);
  return Reader(model, data, shapes, contents).read(name);
}

}  // namespace

graph::Graph read_onnx(const std::string& path, const import::InputShapes& shapes, graph::WithContents contents) {
  return about(path, [&] {
    const MappedFile file(path);
    const std::filesystem::path parent = std::filesystem::path(path).parent_path();
    return parse(file.bytes(), std::filesystem::path(path).stem().string(), parent.empty() ? "." : parent.string(),
                 shapes, contents);
  });
}

graph::Graph parse_onnx(const std::uint8_t* bytes, std::size_t size, const std::string& name, const std::string& folder,
                        const import::InputShapes& shapes, graph::WithContents contents) {
  return about(name, [&] {
    return parse({reinterpret_cast<const char*>(bytes), size}, name, folder, shapes, contents);
  });
}

}  // namespace takt::onnx
