// Which numbers an operator works on, floats or quantized ones, and which of the nodes behind it it takes in.
#pragma once

#include <string_view>
#include <vector>

#include "sim/import/onnx/operators.h"

namespace takt::onnx {

class Forms {
 public:
  // `done`: nodes that need no conversion of their own any more.
  Forms(const Model& model, const Names& names, Draft& draft, std::vector<bool>& done)
      : model_(model), names_(names), draft_(draft), done_(done) {}

  // A normalization behind a convolution, a bias behind it or a product, and an activation become part of it, where
  // nothing else reads what is between. `result` moves on to the last one's.
  void take_in(Call& c, std::string_view& result);

  // True where the node begins a GELU written out: its nodes are done, and it is to be converted as one.
  bool take_in_gelu(Call& c, std::string_view& result);

  // Sets the format of the results, and makes the operands fit it.
  void settle(Call& c, const OperatorRow& row);
  void settle_floats(Call& c, std::size_t operands, bool weights);  // `weights`: constants stay as they are

 private:
  struct Operands {
    std::size_t count = 0;
    bool quantized = false;     // an activation is
    bool all_quantized = true;  // or may be: constants that are no weights
    bool alike = true;          // one format for all
  };

  const Node* next_of(std::string_view result) const;
  void advance(Call& c, std::string_view& result);
  bool is_foldable_normalization(const Call& c, const Node& next) const;
  Value bias_in(const Call& c, const Node& next, std::string_view result) const;
  Operands look_at(const Call& c, const OperatorRow& row) const;

  const Model& model_;
  const Names& names_;
  Draft& draft_;
  std::vector<bool>& done_;
};

}  // namespace takt::onnx
