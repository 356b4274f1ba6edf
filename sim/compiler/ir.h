// The compiler's own form of a program: layers over storages. One Network becomes one Program.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "firmware/abi/command.h"
#include "sim/graph/graph.h"

namespace takt::compiler {

using StorageId = std::int32_t;
constexpr StorageId no_storage = -1;
constexpr std::int32_t no_layer = -1;

// How a tensor lies in memory: images x height rows of width pixels of channels elements.
struct Geometry {
  std::uint64_t images = 1, height = 1, width = 1, channels = 1;
  std::uint32_t element_bytes = 1;

  std::uint64_t rows() const { return images * height; }
  std::uint64_t row_bytes() const { return width * channels * element_bytes; }
  std::uint64_t bytes() const { return rows() * row_bytes(); }
};

// The last three dimensions are height, width, channels and all before them images; with fewer than four dimensions the
// last is channels and the rest are rows.
Geometry geometry_of(const graph::Tensor& tensor);
Geometry with_flat_rows(Geometry geometry);   // all images as one
Geometry with_pixel_rows(Geometry geometry);  // each pixel a row

struct Range {
  std::uint64_t begin = 0, end = 0;
  std::uint64_t bytes() const { return end - begin; }
};

// Channels [channel, channel + channels) of a storage, contiguous, rows back to back. A storage that several tiles
// write by output channels, or several layers write in place of a concatenation, has several planes.
struct Plane {
  std::uint64_t channel = 0, channels = 0;
  std::uint64_t offset = 0;  // in the storage
};

// An activation. It stands in the scratchpad during layers first .. resident_until and, where it is needed later or at
// the program's edge, in DRAM.
struct Storage {
  std::string name;
  Geometry geometry;
  bool input = false;   // of the program: in DRAM from the start, never resident
  bool output = false;  // of the program: stored as NHWC
  std::uint16_t home_base = TAKT_BASE_BUFFERS;
  std::uint64_t home_offset = 0;                   // of a cache in pages: in each page
  std::int32_t cache = -1;                         // graph::Tensor::cache
  std::uint64_t cache_heads = 0;                   // of it: rows of each token
  std::uint64_t cache_row = 0;                     // and their bytes
  std::uint16_t row_table = 0;                     // of new rows for pages: the table that says where they go
  std::int32_t first = no_layer, last = no_layer;  // layers that write and read it
  std::int32_t resident_until = no_layer;
  std::uint64_t scratchpad = 0;
  bool exchanged = false;        // cores make parts of it and give each other what they need, through DRAM
  std::uint64_t ring_bytes = 0;  // byte b stands at scratchpad + b % ring_bytes while it is needed; 0: all stay
  std::vector<Plane> planes;     // ascending channels; set by tiling

  bool resident_at(std::int32_t layer) const { return !input && layer >= first && layer <= resident_until; }
  bool stored() const { return output || (!input && resident_until < last); }
  std::uint64_t held_bytes() const { return ring_bytes != 0 ? ring_bytes : geometry.bytes(); }
};

// Which rows of an operand an output row needs.
struct RowMap {
  enum class Kind : std::uint8_t { rows, image, all } kind = Kind::rows;
  // rows: output rows [a, b) of an image need floor(a * num / den) + low .. floor((b - 1) * num / den) + high, as far
  // as they exist. image: the operand's whole image. all: the whole operand.
  std::int64_t num = 1, den = 1, low = 0, high = 0;
};

// Channels [channel, channel + channels) of a storage; a tensor of the graph is one.
struct Value {
  StorageId storage = no_storage;
  std::uint64_t channel = 0, channels = 0;
};

// An extent that follows the program's parameter: parameter + extra. What a layer states besides is for its limit.
struct Growth {
  bool present = false;
  std::int64_t extra = 0;

  bool operator==(const Growth& other) const { return present == other.present && extra == other.extra; }
};

// A layer's view of a value.
struct Operand {
  Value value;
  Geometry view;
  RowMap map;
  bool by_vector = false;  // read by the vector engine of a layer that also has tensor work
  bool by_second = false;  // read by the layer's second product
  bool continues = false;  // its rows lie behind those of the operand before it: both are one operand of the operator
  Growth channels;         // of a part of a concatenation
  bool growing = false;    // an image has a row for each of the parameter, in memory from the start
};

// Tensor engine, per pixel of the output. A phase is one product over all rows; transposed convolutions have several.
struct MatrixWork {
  bool present = false;
  std::uint64_t out_width = 1;     // pixels per row of one phase
  std::uint64_t out_channels = 0;  // of one group
  std::uint64_t in_channels = 0;   // of one group
  std::uint64_t groups = 1;
  std::vector<std::uint64_t> taps;  // one entry a phase
  std::uint8_t precision = TAKT_W8A8;
  bool transposed = false;  // of two activations: rows of the second one are output channels, else input channels
  Growth out, in;           // of out_channels, in_channels
};

// Vector engine, bytes per row that the layer walks, channels padded to the granule.
struct VectorWork {
  bool present = false;
  std::uint64_t pass = 0, tap = 0, move = 0;
  std::uint64_t macs = 0;
  std::uint64_t padded_channels = 1;  // channels the bytes above are for
  std::uint16_t kind = TAKT_VECTOR_ELEMENTWISE;
  std::uint8_t element_bytes = 1;
  bool reads_constants = false;  // beside the tensor engine's
  Growth channels;               // of the row that the bytes above are for
};

// A constant operand of a layer.
struct Constant {
  enum class Share : std::uint8_t {
    whole,       // every tile needs all of it
    by_channel,  // elements lie [outer][channels][inner]; a block of output channels needs its own alone
    immediate,   // one number: part of the commands, not loaded
  };
  graph::TensorId tensor = graph::no_tensor;
  Share share = Share::whole;
  std::uint64_t outer = 1, inner = 1;
};

// Where an operator of a layer finds an operand.
struct Source {
  enum class Kind : std::uint8_t {
    none,      // an optional operand that is absent, or one that only describes the operation
    input,     // Layer::inputs[index]
    constant,  // Layer::constants[index]
    previous,  // what the stage before has made
    placed,    // a part of a concatenation that stands in place already
  };
  Kind kind = Kind::none;
  std::size_t index = 0;
};

// One of the operators that a layer does for a tile, one after the other. The elements of what each makes lie in the
// same order; a layer without any copies.
struct Stage {
  std::size_t op = 0;            // of the graph that was lowered
  std::vector<Source> operands;  // beside Op::inputs; of a group norm's statistics the first, behind a norm's they come
};

// How a layer is cut up. Stripes are rows, blocks are output channels (blocks outside, stripes inside).
struct Tiling {
  std::uint64_t stripe_rows = 1;
  std::uint64_t block_channels = 0;  // all groups' output channels of a block
  std::uint32_t blocks = 1;
  std::uint32_t stream_slots = 2;  // buffers per streamed operand
  bool constants_whole = true;
  std::uint32_t constant_slots = 1;  // not whole: ring of blocks
  std::uint64_t constant_slot_bytes = 0;
  std::uint64_t constant_offset = 0;            // scratchpad
  std::int32_t constants_at = no_layer;         // the layer during which they are loaded; itself: not prefetched
  std::vector<std::uint64_t> input_slot_bytes;  // per input; 0: resident
  std::vector<std::uint64_t> input_slot_offset;
  std::uint64_t output_slot_bytes = 0;  // 0: resident
  std::uint64_t output_slot_offset = 0;
  std::uint64_t between_slot_bytes = 0;  // of a layer with a second product
  std::uint64_t between_offset = 0;
};

// How the cores share a layer's tiles.
enum class Division : std::uint8_t {
  none,      // each core that keeps the output in its scratchpad makes all of it; else the first does
  channels,  // each makes some blocks of output channels
  rows,      // each makes some stripes
};

struct Layer {
  std::string name;
  std::string op;
  Division division = Division::none;
  std::vector<Operand> inputs;
  Operand output;               // its view's rows are the tiles' rows
  bool reduce = false;          // tiles walk the rows of input 0, each adds to the whole output
  bool elementwise = false;     // same elements in and out: may be fused into its producer
  bool requantize = false;      // elementwise that an output stage does for nothing
  bool joins_channels = false;  // concatenation along channels
  MatrixWork matrix;
  VectorWork vector;
  // Attention: the rows that the first product and the vector engine make are `between`, and stand in the scratchpad
  // until the second product has made the output's rows of them.
  MatrixWork second;
  Geometry between;
  std::vector<Stage> stages;
  std::size_t tensor_stages = 0;  // of them, from the first: what the (first) product's commands do
  std::size_t second_stages = 0;  // from the last: what the second product's do; the vector engine does the rest
  std::uint32_t left_bytes = 0;   // an element of what the product leaves the vector engine, in the output's place
  std::vector<Constant> constants;
  std::uint64_t constant_bytes = 0;
  std::uint64_t constant_offset = 0;  // in the constants area; of an expert's layer, in the expert
  std::int32_t expert = -1;  // the entry of the experts' table that says where its constants lie; -1: they do not move
  std::uint8_t overhead = TAKT_OVERHEAD_REGULAR;
  bool cut_after = false;  // a preemption point follows
  Tiling tiling;

  // Rows that tiles walk, per image.
  const Geometry& domain() const { return reduce ? inputs[0].view : output.view; }
  // Of the product, all groups; of the output where there is none.
  std::uint64_t channels() const {
    return matrix.present ? matrix.out_channels * matrix.groups : output.value.channels;
  }
};

// Rows [begin, end) of a layer's domain, made in one tile.
struct GroupTile {
  std::int32_t layer = no_layer;
  Range rows;
  bool last = false;       // of a stripe
  bool cut_after = false;  // a preemption point follows
};

// Layers whose tiles are made stripe by stripe, all layers of a stripe before the next, so that what they hand to each
// other stays in the scratchpad, a ring of rows of each.
struct Group {
  std::int32_t first = no_layer, last = no_layer;
  std::uint64_t stripe_rows = 0;  // of the last layer
  bool lagging = false;           // what follows vector work is a stripe behind, so that the engines work side by side
  std::uint64_t cycles = 0;       // estimate
  std::vector<GroupTile> tiles;   // in the order in which they are made
};

struct Network {
  std::vector<Group> groups;  // disjoint, ascending
  std::vector<Layer> layers;
  std::vector<Storage> storages;
  std::vector<StorageId> inputs, outputs;
  std::uint64_t constant_bytes = 0;
  std::vector<std::uint64_t> expert_parts;  // bytes of an expert's layers, each where the one before ends
  std::uint64_t experts = 0;                // entries of the experts' table
  std::int64_t parameter_limit = 0;         // 0: no parameter
  std::uint64_t page_tokens = 0;            // of caches; 0: they lie in one piece, as other inputs and outputs
  std::uint64_t row_tokens = 0;             // whose new rows lie behind an entry of the row tables
  std::uint64_t page_bytes = 0;             // of all caches together
  std::vector<std::uint64_t> row_bytes;     // of caches, by row_table from row_tables on
  std::uint32_t cores = 1;

  bool in_pages(const Storage& storage) const { return page_tokens != 0 && storage.cache >= 0; }
  Storage& storage(StorageId id) { return storages[static_cast<std::size_t>(id)]; }
  const Storage& storage(StorageId id) const { return storages[static_cast<std::size_t>(id)]; }

  const Group* group_of(std::int32_t layer) const;  // nullptr: none
  // The first and the last layer of the layer's group, which run together; itself without a group.
  std::int32_t begin_of(std::int32_t layer) const;
  std::int32_t end_of(std::int32_t layer) const;
};

// Rows of the operand (counted over all its images) that output rows [first, last) of an image need; may be empty.
Range rows_needed(const Operand& operand, std::uint64_t image, std::uint64_t first, std::uint64_t last);

// Where those rows lie in the storage: ascending, disjoint, adjacent ones merged. Requires the storage's planes.
std::vector<Range> ranges_of(const Storage& storage, const Operand& operand, Range rows);
std::uint64_t bytes_of(const std::vector<Range>& ranges);

// The same where the scratchpad holds the storage, from its start.
std::vector<Range> held_ranges(const Storage& storage, const Operand& operand, Range rows);

// Calls visit(offset in the storage, offset where it is held, bytes) for the stretches of [begin, end).
template <typename Visit>
void each_held(const Storage& storage, Range range, const Visit& visit) {
  while (range.begin < range.end) {
    const std::uint64_t at = storage.ring_bytes == 0 ? range.begin : range.begin % storage.ring_bytes;
    const std::uint64_t bytes =
        storage.ring_bytes == 0 ? range.bytes() : std::min(range.bytes(), storage.ring_bytes - at);
    visit(range.begin, at, bytes);
    range.begin += bytes;
  }
}

// Sets first and last of every storage; a group's layers count as one.
void find_lifetimes(Network& network);

}  // namespace takt::compiler
