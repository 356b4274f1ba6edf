// The graph under construction: values as the file has them, and the tensors that store them.
//
// A value is a view of a storage: its dimensions may be a permutation of the storage's (a Transpose emits nothing), and
// it may be the float reading of quantized numbers (a DequantizeLinear emits nothing). Only who asks for a tensor in an
// order, or as floats, causes an operator.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/graph/graph.h"
#include "sim/import/onnx/constants.h"
#include "sim/import/onnx/contents.h"
#include "sim/import/onnx/order.h"

namespace takt::onnx {

struct Storage {
  std::string name;
  graph::Shape shape;
  Format format;
  bool constant = false;
  const TensorData* source = nullptr;  // where a constant's contents are
  std::vector<double> numbers;         // the contents, where already known
  bool known = false;
  graph::Contents bytes;                     // the contents as they are stored, where a constant was made from others
  std::map<Order, graph::TensorId> tensors;  // by the order they store it in
  Order made_in;                             // the first of them
  std::ptrdiff_t floats = -1;                // the storage of its dequantized copy
};

struct Value {
  std::ptrdiff_t storage = -1;  // -1: absent
  Order axes;                   // dimension i is the storage's dimension axes[i]
  bool dequantized = false;     // floats in the file

  explicit operator bool() const { return storage >= 0; }
};

// What an operator makes: an output of the file's node.
struct Output {
  std::string name;
  Order order;  // in which it is stored
  Format format;
  bool dequantized = false;
};

class Draft {
 public:
  Draft(const DataFolder& folder, graph::WithContents contents) : folder_(folder), with_contents_(contents) {}

  bool with_contents() const { return with_contents_ == graph::WithContents::yes; }

  // Values that nothing computes.
  Value input(const std::string& name, graph::Shape shape, graph::DataType type, const Order& order);
  Value constant(const std::string& name, graph::Shape shape, const Format& format, graph::Contents contents = nullptr);
  Value numbers(const std::string& name, graph::Shape shape, graph::DataType type, std::vector<double> contents);
  Value initializer(const TensorData& tensor);  // keeps a pointer to it

  graph::Shape shape_of(const Value& value) const;
  const Format& format_of(const Value& value) const { return at(value).format; }
  bool is_constant(const Value& value) const { return at(value).constant; }
  const std::string& name_of(const Value& value) const { return at(value).name; }
  std::uint64_t stored_bytes(const Value& value) const;
  std::int64_t type_in_file(const Value& value) const;  // of an initializer, as a TensorProto has it; 0: of others
  bool is_quantized(const Value& value) const;          // stored as integers of at most 16 bits
  Order order_of(const Value& value) const;             // of the tensor that was made first
  // Contents of a constant of at most `most_numbers` elements, else nullptr.
  const std::vector<double>* contents(const Value& value);
  // All contents of a constant, in its own order of elements, where the graph is to have them and they are known; else
  // null.
  graph::Contents bytes(const Value& value) const;

  // Other views of the same elements. These emit an operator only where bytes must move.
  Value transposed(const Value& value, const Order& permutation) const;
  Value reshaped(const std::string& name, const Value& value, const graph::Shape& shape);
  Value as_floats(const Value& value);
  // `axis`: the dimension that several scales belong to.
  Value quantized(const std::string& name, const Value& value, const Format& format, std::size_t axis = 0);
  Value dequantized(const Value& value, const Format& format);

  // The tensor that stores the value in an order.
  graph::TensorId tensor(const Value& value, const Order& order);

  // Adds an operator, whose kind has a shape rule. One that reads constants only makes constants and is not added.
  std::vector<Value> emit(graph::Op op, const std::vector<Output>& outputs);
  Value emit(graph::Op op, const Output& output) { return emit(std::move(op), std::vector<Output>{output}).front(); }
  // One whose output shapes (as stored) are given.
  std::vector<Value> emit(graph::Op op, const std::vector<Output>& outputs, const std::vector<graph::Shape>& shapes);

  graph::Graph& graph() { return graph_; }

  // Counts numbers that are copied: one constant of a small file can be read any number of times. Throws
  // graph::GraphError where no real model would get to.
  void spend(std::size_t numbers);

 private:
  Storage& at(const Value& value) { return storages_[static_cast<std::size_t>(value.storage)]; }
  const Storage& at(const Value& value) const { return storages_[static_cast<std::size_t>(value.storage)]; }
  Value add(Storage storage);
  graph::TensorId add_tensor(const std::string& name, graph::Shape shape, const Format& format, bool constant);
  graph::TensorId reordered(Storage& storage, const Order& order);
  graph::Contents stored_bytes_of(const Storage& storage) const;

  const DataFolder& folder_;
  graph::WithContents with_contents_;
  graph::Graph graph_;
  std::vector<Storage> storages_;
  std::size_t numbers_left_ = 1 << 25;
};

}  // namespace takt::onnx
