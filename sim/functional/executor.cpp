#include "sim/functional/executor.h"

#include <algorithm>
#include <cstring>
#include <deque>
#include <stdexcept>
#include <string>
#include <vector>

#include "sim/compiler/function.h"
#include "sim/functional/kernel.h"
#include "sim/graph/nibbles.h"

namespace takt::functional {

using compiler::Constant;
using compiler::Function;
using compiler::LayerFunction;
using compiler::Piece;
using compiler::Source;
using compiler::Whereabouts;
using graph::DataType;
using graph::Tensor;

namespace {

using Bytes = std::vector<std::uint8_t>;

Region region_of(const compiler::Elements& e) { return {e.begin, e.end, e.channels, e.first, e.last}; }

// Elements [begin, end) between the pieces of a tensor and a dense buffer. Throws where pieces miss some of them.
template <typename Move>
void each_run(const Whereabouts& where, std::uint64_t begin, std::uint64_t end, const Move& move) {
  std::uint64_t moved = 0;
  for (const Piece& piece : where.pieces) {
    const std::uint64_t first = std::max(piece.first_pixel, begin / where.channels);
    const std::uint64_t last = std::min(piece.first_pixel + piece.pixels, end / where.channels);
    if (first >= last) continue;
    const bool whole = piece.channels == where.channels;
    const std::uint64_t pixels = whole ? last - first : 1;
    for (std::uint64_t pixel = first; pixel < last; pixel += pixels) {
      const std::uint64_t from = (pixel - piece.first_pixel) * piece.channels;
      move(piece, from, pixel * where.channels + piece.first_channel - begin, pixels * piece.channels);
    }
    moved += (last - first) * piece.channels;
  }
  if (moved != end - begin)
    throw std::logic_error("a command finds places for " + std::to_string(moved) + " elements, expected " +
                           std::to_string(end - begin));
}

bool aligned(const std::uint8_t* data, std::uint64_t element_bytes) {
  return reinterpret_cast<std::uintptr_t>(data) % element_bytes == 0;
}

constexpr DataType statistics_type = DataType::float32;  // of a group norm

struct StageState {
  graph::Op op;  // without parts of a concatenation that stand in place
  std::vector<Source> operands;
  DataType type = DataType::int8;  // of what it makes
  std::unique_ptr<Kernel> kernel;
};

struct LayerState {
  std::vector<std::unique_ptr<StageState>> stages;
  std::unique_ptr<Reduction> reduction;  // does the first stage
};

std::unique_ptr<StageState> prepare(const graph::Graph& graph, const compiler::Stage& stage) {
  auto state = std::make_unique<StageState>();
  state->op = graph.ops[stage.op];
  state->type = graph.tensors[static_cast<std::size_t>(state->op.outputs[0])].type;
  std::vector<graph::TensorId> inputs;
  for (std::size_t i = 0; i < stage.operands.size(); ++i) {
    if (stage.operands[i].kind == Source::Kind::placed) continue;
    if (i < state->op.inputs.size()) inputs.push_back(state->op.inputs[i]);
    state->operands.push_back(stage.operands[i]);
  }
  state->op.inputs = std::move(inputs);
  return state;
}

}  // namespace

class Executor::Impl {
 public:
  explicit Impl(const compiler::Functions& functions) : functions_(functions), graph_(functions.graph) {
    for (const LayerFunction& layer : functions.layers) {
      LayerState state;
      for (const compiler::Stage& stage : layer.stages) {
        state.stages.push_back(prepare(graph_, stage));
        StageState& made = *state.stages.back();
        if (layer.reduce && state.stages.size() == 1) {
          state.reduction = make_reduction(graph_, made.op);
          if (made.op.kind == graph::OpKind::group_norm) made.type = statistics_type;
        } else {
          made.kernel = make_kernel(graph_, made.op);
        }
      }
      layers_.push_back(std::move(state));
    }
  }

  void run(std::uint32_t number, std::uint8_t* scratchpad) {
    const Function& function = functions_.functions.at(number - 1);
    scratchpad_ = scratchpad;
    buffers_.clear();
    LayerState& layer = layers_[function.layer];
    if (layer.stages.empty()) return copy(function);
    Part left;
    std::size_t stage = function.first_stage;
    if (layer.reduction != nullptr) {
      if (!reduce(function, layer, left)) return;
      ++stage;
    } else if (stage > 0) {
      left = given(function, layer.stages[stage - 1]->type);
    }
    for (; stage < function.last_stage; ++stage) left = run_stage(function, *layer.stages[stage], left);
    leave(function, left);
  }

 private:
  Bytes& buffer(std::uint64_t bytes) {
    buffers_.emplace_back(bytes);
    return buffers_.back();
  }

  // A part of all that stands somewhere of a tensor: in place where that is one stretch.
  Part find(const Whereabouts& where, DataType type) {
    Part part;
    part.type = type;
    if (where.pieces.empty()) return part;
    std::uint64_t first = ~std::uint64_t{0}, last = 0;
    for (const Piece& piece : where.pieces) {
      first = std::min(first, piece.first_pixel);
      last = std::max(last, piece.first_pixel + piece.pixels);
    }
    part.region = {first * where.channels, last * where.channels, 1, 0, 1};
    part.data = gather(where, part.region.begin, part.region.end, graph::bytes_of(type, 1));
    return part;
  }

  const std::uint8_t* gather(const Whereabouts& where, std::uint64_t begin, std::uint64_t end, std::uint64_t bytes) {
    const Piece& piece = where.pieces.front();
    const bool one = where.pieces.size() == 1 && piece.channels == where.channels;
    if (one && piece.first_pixel * where.channels == begin && aligned(scratchpad_ + piece.scratchpad, bytes))
      return scratchpad_ + piece.scratchpad;
    Bytes& to = buffer((end - begin) * bytes);
    each_run(where, begin, end, [&](const Piece& p, std::uint64_t from, std::uint64_t at, std::uint64_t count) {
      std::memcpy(to.data() + at * bytes, scratchpad_ + p.scratchpad + from * bytes, count * bytes);
    });
    return to.data();
  }

  // Where the elements of a region begin among those that its block of channels has.
  static std::uint64_t begin_of(const Region& region) {
    return region.begin / region.channels * (region.last - region.first);
  }

  Part given(const Function& function, DataType type) {
    Part part{type, region_of(function.given), nullptr};
    const std::uint64_t begin = begin_of(part.region);
    part.data = gather(function.from, begin, begin + part.region.elements(), graph::bytes_of(type, 1));
    return part;
  }

  void leave(const Function& function, const Part& part) {
    const std::uint64_t bytes = graph::bytes_of(part.type, 1), begin = begin_of(part.region);
    each_run(function.to, begin, begin + part.region.elements(),
             [&](const Piece& p, std::uint64_t to, std::uint64_t at, std::uint64_t count) {
               std::memcpy(scratchpad_ + p.scratchpad + to * bytes, part.data + at * bytes, count * bytes);
             });
  }

  void copy(const Function& function) {
    static constexpr DataType types[] = {DataType::int8, DataType::int8, DataType::int16, DataType::int8,
                                         DataType::int32};
    const DataType type = types[functions_.layers[function.layer].element_bytes];
    Part part = find(function.inputs[0], type);
    part.data += (begin_of(region_of(function.made)) - part.region.begin) * graph::bytes_of(type, 1);
    part.region = region_of(function.made);
    leave(function, part);
  }

  // False until the last tile has been added.
  bool reduce(const Function& function, LayerState& layer, Part& left) {
    const StageState& stage = *layer.stages.front();
    if (function.first_tile) layer.reduction->clear();
    layer.reduction->add(operand(function, stage, 0, {}));
    if (!function.last_tile) return false;
    Bytes& to = result(function, stage);
    layer.reduction->finish(to.data());
    left = {stage.type, region_of(function.made), to.data()};
    return true;
  }

  Bytes& result(const Function& function, const StageState& stage) {
    return buffer(graph::bytes_of(stage.type, region_of(function.made).elements()));
  }

  Part run_stage(const Function& function, const StageState& stage, const Part& left) {
    std::vector<Part> inputs;
    for (std::size_t i = 0; i < stage.operands.size(); ++i) inputs.push_back(operand(function, stage, i, left));
    Bytes& to = result(function, stage);
    stage.kernel->run(inputs, region_of(function.made), to.data());
    return {stage.type, region_of(function.made), to.data()};
  }

  Part operand(const Function& function, const StageState& stage, std::size_t i, const Part& left) {
    if (i >= stage.op.inputs.size()) return find(function.inputs[stage.operands[i].index], statistics_type);
    const graph::TensorId id = stage.op.inputs[i];
    if (id == graph::no_tensor) return {};
    const Tensor& tensor = graph_.tensors[static_cast<std::size_t>(id)];
    const Source& source = stage.operands[i];
    switch (source.kind) {
      case Source::Kind::input:
        return find(function.inputs[source.index], tensor.type);
      case Source::Kind::constant:
        return constant(function, source.index, tensor);
      case Source::Kind::previous:
        return left;
      default:
        return immediate(tensor);
    }
  }

  Part immediate(const Tensor& tensor) {
    const std::uint8_t* data = tensor.contents ? tensor.contents->data() : nullptr;
    return widened({tensor.type, {0, tensor.elements(), 1, 0, 1}, data}, tensor.elements());
  }

  // Elements of four bits, `count` of them, as kernels want them; others as they are.
  Part widened(Part part, std::uint64_t count) {
    if (part.type != DataType::int4 || part.data == nullptr) return part;
    Bytes& to = buffer(count);
    graph::widen_nibbles(part.data, count, to.data());
    part.type = DataType::int8;
    part.data = to.data();
    return part;
  }

  Part constant(const Function& function, std::size_t index, const Tensor& tensor) {
    const LayerFunction& layer = functions_.layers[function.layer];
    const Constant& constant = layer.constants[index];
    if (constant.share == Constant::Share::immediate) return immediate(tensor);
    const std::uint64_t first = function.first_channel, last = function.last_channel;
    const compiler::ConstantPlace place = layer.places(graph_, first, last)[index];
    const std::uint64_t inner = constant.inner, outer = constant.outer;
    const bool by_channel = constant.share == Constant::Share::by_channel;
    const std::uint64_t elements = by_channel ? (last - first) * outer * inner : tensor.elements();
    const std::uint8_t* stored = scratchpad_ + function.constants + place.offset;
    Part part = widened({tensor.type, {0, tensor.elements(), 1, 0, 1}, stored}, elements);
    if (by_channel) {
      if (outer != 1) return unpacked(part, constant, first, last);
      part.region = {first * inner, last * inner, 1, 0, 1};
    }
    if (!aligned(part.data, graph::bytes_of(part.type, 1))) {
      Bytes& copied = buffer(place.bytes);
      std::copy(stored, stored + place.bytes, copied.begin());
      part.data = copied.data();
    }
    return part;
  }

  // [channels][outer][inner] to [outer][channels][inner], of channels [first, last).
  Part unpacked(Part part, const Constant& constant, std::uint64_t first, std::uint64_t last) {
    const std::uint64_t run = graph::bytes_of(part.type, constant.inner), count = last - first;
    Bytes& to = buffer(run * constant.outer * count);
    for (std::uint64_t channel = 0; channel < count; ++channel)
      for (std::uint64_t outer = 0; outer < constant.outer; ++outer)
        std::memcpy(to.data() + (outer * count + channel) * run, part.data + (channel * constant.outer + outer) * run,
                    run);
    part.region.channels = part.region.end / constant.outer;
    part.region.first = first * constant.inner;
    part.region.last = last * constant.inner;
    part.data = to.data();
    return part;
  }

  const compiler::Functions& functions_;
  const graph::Graph& graph_;
  std::vector<LayerState> layers_;
  std::uint8_t* scratchpad_ = nullptr;  // of the command under way
  std::deque<Bytes> buffers_;           // of the command under way
};

Executor::Executor(const compiler::Program& program) : impl_(std::make_unique<Impl>(*program.functions)) {}
Executor::~Executor() = default;
void Executor::run(std::uint32_t number, std::uint8_t* scratchpad) { impl_->run(number, scratchpad); }

}  // namespace takt::functional
