// Random operators that sum, as networks of one operator.
#pragma once

#include "tests/functional/random.h"
#include "tests/reference/networks.h"

namespace takt::functional::testing {

reference::testing::Network random_convolution(Random& random, graph::DataType type);
reference::testing::Network random_depthwise_convolution(Random& random, graph::DataType type);
reference::testing::Network random_transposed_convolution(Random& random, graph::DataType type);
reference::testing::Network random_product(Random& random, graph::DataType type);
// `covering`: the window covers the height, for a reduction.
reference::testing::Network random_pool(Random& random, graph::DataType type, graph::OpKind kind, bool covering);
reference::testing::Network random_mean(Random& random, graph::DataType type);
reference::testing::Network random_softmax(Random& random, graph::DataType type);

}  // namespace takt::functional::testing
