#include "sim/import/onnx/gelu.h"

#include <algorithm>

namespace takt::onnx {
namespace {

// Follows a value from its maker to its only reader.
class Chain {
 public:
  Chain(std::string_view value, const std::vector<Node>& nodes, const Names& names)
      : value_(value), nodes_(nodes), names_(names) {}

  bool step(std::string_view type) {
    const std::optional<std::size_t> user = names_.sole_user(value_);
    if (!user || nodes_[*user].op_type != type || nodes_[*user].outputs.empty()) return false;
    found_.push_back(*user);
    before_ = value_;
    value_ = nodes_[*user].outputs[0];
    return true;
  }

  // The other operand of the node just stepped onto.
  std::string_view other() const {
    const Node& node = nodes_[found_.back()];
    if (node.inputs.size() != 2) return {};
    return node.inputs[node.inputs[0] == before_ ? 1 : 0];
  }

  const std::vector<std::size_t>& found() const { return found_; }

 private:
  std::string_view value_, before_;
  const std::vector<Node>& nodes_;
  const Names& names_;
  std::vector<std::size_t> found_;
};

// Made from x by a product with something else.
bool is_half(std::string_view name, std::string_view x, const std::vector<Node>& nodes, const Names& names,
             std::vector<std::size_t>& more) {
  const std::vector<std::size_t>& users = names.users(x);
  constexpr std::size_t most = 16;  // the division and the product are among the first
  for (std::size_t i = 0; i < users.size() && i < most; ++i) {
    const std::size_t user = users[i];
    const Node& node = nodes[user];
    if (node.op_type != "Mul" || node.outputs.empty() || node.outputs[0] != name || !names.sole_user(name)) continue;
    more.push_back(user);
    return true;
  }
  return false;
}

}  // namespace

std::optional<std::vector<std::size_t>> gelu_from(const Node& first, const std::vector<Node>& nodes,
                                                  const Names& names) {
  if ((first.op_type != "Div" && first.op_type != "Mul") || first.inputs.size() != 2 || first.outputs.empty())
    return std::nullopt;
  const std::string_view x = first.inputs[0];
  Chain chain(first.outputs[0], nodes, names);
  if (!chain.step("Erf") || !chain.step("Add") || !chain.step("Mul")) return std::nullopt;
  std::vector<std::size_t> result = chain.found();
  if (chain.other() == x) {
    if (!chain.step("Mul")) return std::nullopt;
    result = chain.found();
  } else if (!is_half(chain.other(), x, nodes, names, result)) {
    return std::nullopt;
  }
  std::sort(result.begin(), result.end());
  return result;
}

}  // namespace takt::onnx
