// Field numbers and values of ONNX's messages, from onnx/onnx.proto of github.com/onnx/onnx (IR version 10).
#pragma once

#include <cstdint>

namespace takt::onnx::fields {

namespace model {
constexpr std::uint32_t ir_version = 1, graph = 7, opset_import = 8;
}
namespace operator_set {
constexpr std::uint32_t domain = 1, version = 2;
}
namespace graph {
constexpr std::uint32_t node = 1, initializer = 5, input = 11, output = 12, value_info = 13, sparse_initializer = 15;
}
namespace node {
constexpr std::uint32_t input = 1, output = 2, name = 3, op_type = 4, attribute = 5, domain = 7;
}
namespace attribute {
constexpr std::uint32_t name = 1, f = 2, i = 3, s = 4, t = 5, g = 6, floats = 7, ints = 8, graphs = 11,
                        type = 20;  // 1 float, 2 integer, 3 text, 4 tensor, 5 graph, 7 integers
}
namespace tensor {
constexpr std::uint32_t dims = 1, data_type = 2, float_data = 4, int32_data = 5, string_data = 6, int64_data = 7,
                        name = 8, raw_data = 9, double_data = 10, uint64_data = 11, external_data = 13,
                        data_location = 14;
constexpr std::int64_t location_external = 1;
}  // namespace tensor
namespace entry {
constexpr std::uint32_t key = 1, value = 2;
}
namespace value_info {
constexpr std::uint32_t name = 1, type = 2;
}
namespace type {
constexpr std::uint32_t tensor_type = 1, elem_type = 1, shape = 2;
}
namespace shape {
constexpr std::uint32_t dim = 1, dim_value = 1, dim_param = 2;
}

// TensorProto.DataType
enum DataType : std::int64_t {
  FLOAT = 1,
  UINT8 = 2,
  INT8 = 3,
  UINT16 = 4,
  INT16 = 5,
  INT32 = 6,
  INT64 = 7,
  STRING = 8,
  BOOL = 9,
  FLOAT16 = 10,
  DOUBLE = 11,
  UINT32 = 12,
  UINT64 = 13,
  BFLOAT16 = 16,
  UINT4 = 21,
  INT4 = 22,
};

}  // namespace takt::onnx::fields
