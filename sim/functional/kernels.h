// The makers of kernels by family, each in a file of its name.
#pragma once

#include "sim/functional/operation.h"

namespace takt::functional {

std::unique_ptr<Kernel> make_convolution(const Operation&);  // conv2d, depthwise_conv2d, conv3d
std::unique_ptr<Kernel> make_transposed_convolution(const Operation&);
std::unique_ptr<Kernel> make_product(const Operation&);         // fully_connected
std::unique_ptr<Kernel> make_matrix_product(const Operation&);  // batch_matmul
std::unique_ptr<Kernel> make_pool(const Operation&);
std::unique_ptr<Kernel> make_softmax(const Operation&);
std::unique_ptr<Kernel> make_norm(const Operation&);  // layer_norm, group_norm
std::unique_ptr<Kernel> make_mean(const Operation&);
std::unique_ptr<Reduction> make_pool_reduction(const Operation&);
std::unique_ptr<Reduction> make_mean_reduction(const Operation&);
std::unique_ptr<Reduction> make_statistics(const Operation&);  // of a group_norm

std::unique_ptr<Kernel> make_binary(const Operation&);         // add, sub, mul, minimum, maximum
std::unique_ptr<Kernel> make_unary(const Operation&);          // relu … tanh, quantize, dequantize, reshape, squeeze
std::unique_ptr<Kernel> make_int16_sigmoid(const Operation&);  // logistic, tanh
std::unique_ptr<Kernel> make_int16_softmax(const Operation&);
std::unique_ptr<Kernel> make_onnx_unary(const Operation&);
std::unique_ptr<Kernel> make_onnx_softmax(const Operation&);
std::unique_ptr<Kernel> make_unary_of_reals(const Operation&);       // relu … tanh, gelu
std::unique_ptr<Kernel> make_conversion_of_reals(const Operation&);  // quantize, dequantize of a floating-point input
std::unique_ptr<Kernel> make_binary_of_reals(const Operation&);
std::unique_ptr<Kernel> make_softmax_of_reals(const Operation&);
std::unique_ptr<Kernel> make_gelu(const Operation&);
std::unique_ptr<Kernel> make_gather(const Operation&);
std::unique_ptr<Kernel> make_arg_max(const Operation&);
std::unique_ptr<Kernel> make_movement(
    const Operation&);  // concat, slice, pad, transpose, depth_to_space, space_to_depth
std::unique_ptr<Kernel> make_resize(const Operation&);

}  // namespace takt::functional
