// Tensors of a graph as .npy arrays.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/graph/graph.h"
#include "traces/formats/npy.h"

namespace takt::cli {

// NumPy's name of the type; "" where it has none (4-bit elements).
std::string npy_type(graph::DataType type);

// "int8 [1x224x224x3]"
std::string described(const graph::Tensor& tensor);

// The elements, where the array has the tensor's type and shape. Throws traces::NpyError naming `file`.
std::vector<std::uint8_t> elements_for(const graph::Tensor& tensor, traces::NpyArray array, const std::string& file);

traces::NpyArray array_of(const graph::Tensor& tensor, std::vector<std::uint8_t> elements);

// The tensor's name with what no file name should hold replaced; `taken` are those given out so far, and gets this one.
std::string file_name(const std::string& tensor, std::vector<std::string>& taken);

}  // namespace takt::cli
