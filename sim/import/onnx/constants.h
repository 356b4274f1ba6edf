// Constants of a file: their types and shapes, and the contents of small ones.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/graph/graph.h"
#include "sim/import/onnx/file.h"
#include "sim/import/onnx/model.h"

namespace takt::onnx {

// Throws graph::GraphError for types that no engine has. bfloat16 counts as float16: same size, same engine. uint4
// counts as int4: weights and zero points of it are read as 8 less.
graph::DataType type_of(std::int64_t type);
constexpr int unsigned_four_bits_zero = 8;

// Every dimension at least 0 (a constant may be empty). Throws graph::GraphError.
graph::Shape shape_of(const TensorData& tensor);
std::uint64_t count_of(const graph::Shape& shape);  // elements, which may be 0

// Throws graph::GraphError where the constant's data have another size than type and shape say. Reads none of them.
void check_data(const TensorData& tensor, const DataFolder& folder);

constexpr std::uint64_t most_numbers = 1 << 16;  // a scale per channel, at most

// The contents, every integer up to 2^53 exact. Throws graph::GraphError where there are more than `most_numbers`.
std::vector<double> numbers_of(const TensorData& tensor, const DataFolder& folder);

// The same, however many there are.
std::vector<double> all_numbers_of(const TensorData& tensor, const DataFolder& folder);

}  // namespace takt::onnx
