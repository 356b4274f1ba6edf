// What the file calls its values: what each name stands for, and who reads it.
#pragma once

#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sim/import/onnx/draft.h"
#include "sim/import/onnx/model.h"

namespace takt::onnx {

class Names {
 public:
  explicit Names(const Model& model);

  void bind(std::string_view name, const Value& value);  // throws graph::GraphError where the name has a value
  Value find(std::string_view name) const;               // absent where nothing has produced it yet
  Value need(std::string_view name) const;               // throws graph::GraphError

  const std::vector<std::size_t>& users(std::string_view name) const;  // nodes, in their order
  bool is_output(std::string_view name) const { return outputs_.count(name) != 0; }
  std::optional<std::size_t> sole_user(std::string_view name) const;  // none for the graph's outputs

  // What the file says of a value: its type (0: nothing), and its shape where every dimension is known.
  std::int64_t stated_type(std::string_view name) const;
  std::optional<graph::Shape> stated_shape(std::string_view name) const;

  // Sizes of dimensions that the file only names. The first size counts.
  void set_symbol(std::string_view symbol, std::int64_t size) { symbols_.emplace(symbol, size); }
  std::optional<std::int64_t> symbol(std::string_view name) const;

 private:
  std::unordered_map<std::string_view, Value> values_;
  std::unordered_map<std::string_view, std::vector<std::size_t>> users_;
  std::unordered_map<std::string_view, bool> outputs_;
  std::unordered_map<std::string_view, const ValueInfo*> stated_;
  std::unordered_map<std::string_view, std::int64_t> symbols_;  // dimensions by name
};

}  // namespace takt::onnx
