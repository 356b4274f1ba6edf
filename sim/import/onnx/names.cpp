#include "sim/import/onnx/names.h"

#include <string>

#include "sim/graph/describe.h"
#include "sim/graph/error.h"

namespace takt::onnx {

using graph::GraphError;

namespace {
std::string quoted(std::string_view name) { return "'" + graph::shown(std::string(name.substr(0, 256))) + "'"; }
}  // namespace

Names::Names(const Model& model) {
  for (std::size_t i = 0; i < model.nodes.size(); ++i)
    for (const std::string_view input : model.nodes[i].inputs)
      if (!input.empty()) users_[input].push_back(i);
  for (const ValueInfo& output : model.outputs) outputs_[output.name] = true;
  for (const auto* list : {&model.infos, &model.outputs, &model.inputs})
    for (const ValueInfo& info : *list) stated_[info.name] = &info;
}

void Names::bind(std::string_view name, const Value& value) {
  if (name.empty()) return;
  if (!values_.emplace(name, value).second) throw GraphError("found " + quoted(name) + " made twice, expected once");
}

Value Names::find(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? Value{} : found->second;
}

Value Names::need(std::string_view name) const {
  const Value value = find(name);
  if (!value) throw GraphError("reads " + quoted(name) + ", which nothing before it produces");
  return value;
}

const std::vector<std::size_t>& Names::users(std::string_view name) const {
  static const std::vector<std::size_t> none;
  const auto found = users_.find(name);
  return found == users_.end() ? none : found->second;
}

std::optional<std::size_t> Names::sole_user(std::string_view name) const {
  const std::vector<std::size_t>& all = users(name);
  if (all.size() != 1 || is_output(name)) return std::nullopt;
  return all[0];
}

std::int64_t Names::stated_type(std::string_view name) const {
  const auto found = stated_.find(name);
  return found == stated_.end() ? 0 : found->second->type;
}

std::optional<std::int64_t> Names::symbol(std::string_view name) const {
  const auto found = symbols_.find(name);
  return found == symbols_.end() || name.empty() ? std::nullopt : std::optional<std::int64_t>(found->second);
}

std::optional<graph::Shape> Names::stated_shape(std::string_view name) const {
  const auto found = stated_.find(name);
  if (found == stated_.end() || !found->second->has_shape) return std::nullopt;
  graph::Shape shape;
  for (const Dimension& dimension : found->second->dims) {
    shape.push_back(symbol(dimension.symbol).value_or(dimension.value));
    if (shape.back() < 1) return std::nullopt;
  }
  return shape;
}

}  // namespace takt::onnx
