#include "sim/functional/reals.h"

namespace takt::functional {

using graph::Activation;
using graph::DataType;

Limits limits_of(const Operation& operation) {
  switch (operation.op.activation) {
    case Activation::relu:
      return {0, std::numeric_limits<float>::infinity()};
    case Activation::relu6:
      return {0, 6};
    case Activation::relu_n1_to_1:
      return {-1, 1};
    case Activation::tanh:
      operation.unsupported("a fused tanh");
    default:
      return {};
  }
}

void expect_reals(const Operation& operation) {
  const DataType type = operation.input(0).type, out = operation.output().type;
  if (!is_real(type)) operation.unsupported(std::string("an input of ") + graph::name_of(type));
  if (out != type)
    operation.unsupported(std::string("an output of ") + graph::name_of(out) + " from " + graph::name_of(type));
}

}  // namespace takt::functional
