// What the commands of a program compute, for functional runs: which operators, on which elements, where in the
// scratchpad. A command refers to its function by number; timing does not depend on it.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/compiler/ir.h"
#include "sim/graph/graph.h"

namespace takt::compiler {

// Pixels [first_pixel, + pixels) of a tensor, of each the channels [first_channel, + channels), back to back.
struct Piece {
  std::uint64_t first_pixel = 0, pixels = 0;
  std::uint64_t first_channel = 0, channels = 0;
  std::uint64_t scratchpad = 0;
};

// Where elements of a tensor stand: element e is channel e % channels of pixel e / channels.
struct Whereabouts {
  std::uint64_t channels = 1;
  std::vector<Piece> pieces;  // none: nothing of the tensor is needed
};

// Elements of a tensor in storage order: those of [begin, end) whose number modulo `channels` lies in [first, last).
struct Elements {
  std::uint64_t begin = 0, end = 0;
  std::uint64_t channels = 1, first = 0, last = 1;
};

// One command, or all phases of a transposed convolution's product.
struct Function {
  std::uint32_t layer = 0;
  std::size_t first_stage = 0, last_stage = 0;  // [first, last)
  Elements given;                               // what the stage before first_stage left
  Whereabouts from;
  Elements made;
  Whereabouts to;
  std::vector<Whereabouts> inputs;  // beside the layer's
  std::uint64_t constants = 0;      // of the block, in the scratchpad
  std::uint64_t first_channel = 0, last_channel = 0;
  bool first_tile = false, last_tile = false;  // of the layer
};

// A constant as a block of channels finds it: `bytes` from the start of the block's constants.
struct ConstantPlace {
  std::uint64_t offset = 0, bytes = 0;
};

struct LayerFunction {
  bool reduce = false;              // tiles walk the first input's rows; the last one makes the whole output
  std::uint32_t element_bytes = 1;  // of the output
  std::vector<Stage> stages;
  std::vector<Constant> constants;

  // Of output channels [first, last): beside `constants`; immediate ones have no bytes.
  std::vector<ConstantPlace> places(const graph::Graph& graph, std::uint64_t first, std::uint64_t last) const;
};

struct Functions {
  graph::Graph graph;  // what the stages' operators refer to
  std::vector<LayerFunction> layers;
  std::vector<Function> functions;  // takt_command.function - 1
};

// Where the operand's rows stand: a resident storage at `scratchpad`, or loaded rows alone with their planes back to
// back from there on.
Whereabouts whereabouts(const Storage& storage, const Operand& operand, Range rows, std::uint64_t scratchpad,
                        bool resident);

// Where an operand stands whose rows are those of parts, one behind the other in each image (Operand::continues).
struct PartOfRows {
  const Operand& operand;
  const Whereabouts& where;
};
Whereabouts join_rows(const std::vector<PartOfRows>& parts);

// The bytes behind TAKT_BASE_CONSTANTS.
std::vector<std::uint8_t> constants_image(const Network& network, const graph::Graph& graph);

}  // namespace takt::compiler
