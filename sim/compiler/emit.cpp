#include "sim/compiler/emit.h"

#include <algorithm>
#include <deque>
#include <optional>
#include <utility>

#include "models/units/quantity.h"
#include "sim/compiler/cuts.h"
#include "sim/compiler/exchange.h"
#include "sim/compiler/function.h"
#include "sim/compiler/layer_info.h"
#include "sim/compiler/tile.h"
#include "sim/compiler/tiles.h"
#include "sim/compiler/transfers.h"
#include "sim/compiler/work.h"
#include "sim/graph/error.h"

namespace takt::compiler {
namespace {

// By core and storage: retirements of the core's DMA-out list once it has stored what it makes of the storage in the
// layers before this one, or before this group.
using Stores = std::vector<std::vector<std::uint32_t>>;

// Of one core.
class Emitter {
 public:
  Emitter(const Network& network, const Target& target, Program& program, std::uint32_t core, const Stores& stores,
          Exchange& exchange, Functions* functions)
      : network_(network),
        target_(target),
        program_(program),
        part_(core == 0 ? program : program.further[core - 1]),
        core_(core),
        stores_(stores),
        stored_(network.storages.size(), 0),
        exchange_(exchange),
        cuts_(network, part_),
        writer_(program, part_, core, network.cores),
        transfers_(network, writer_, target.system_cache_bytes),
        functions_(functions) {
    states_.resize(network_.layers.size());
  }

  // Layer `index`, or the group that begins there; the last layer emitted.
  std::size_t emit(std::size_t index) {
    index_ = index;
    const Group* group = network_.group_of(static_cast<std::int32_t>(index_));
    if (group != nullptr)
      emit_group(*group);
    else
      emit_layer();
    cuts_.boundary(index_, writer_);
    return index_;
  }

  const std::vector<std::uint32_t>& stored() const { return stored_; }
  void finish() { cuts_.finish(); }

 private:
  using Ranges = std::vector<Range>;

  struct Found {  // rows of an operand
    Ranges ranges;
    Whereabouts where;  // in functional programs
  };

  struct Product {  // what commands of a tile make
    Ranges ranges;
    Elements elements;
    Whereabouts where;
  };

  struct Half {  // a tile whose second product is to come
    Tile tile;
    std::vector<Found> inputs;
    Product between;
  };

  struct Stream {        // a streamed input
    bool taken = false;  // what other cores have made of it, where it is resident
    Range loaded;        // rows in the current slot
    std::uint32_t next = 0;
    Found where;
  };

  struct State {  // of a layer under way
    std::vector<Stream> streams;
    std::uint64_t stores = 0, halves = 0;
    std::uint8_t overhead = TAKT_OVERHEAD_NONE;  // not yet charged
  };

  const Layer& layer() const { return network_.layers[index_]; }
  State& state() { return states_[index_]; }
  bool resident(const Operand& operand) const {
    return network_.storage(operand.value.storage).resident_at(static_cast<std::int32_t>(index_));
  }
  LayerInfo& info() { return program_.layers[index_]; }

  void begin_layer() {
    state().streams.assign(layer().inputs.size(), {});
    state().overhead = layer().overhead;
  }

  // Constants of all layers first, then tile by tile. Leaves off at the last layer.
  void emit_group(const Group& group) {
    const auto loads = [&] { return part_.lists[TAKT_ENGINE_DMA_IN].size(); };
    const std::uint64_t from = loads();
    for (index_ = index_of(group.first); index_ <= index_of(group.last); ++index_) {
      begin_layer();
      load_block(index_, 0);
    }
    const Range constants = {from, loads()};
    for (std::size_t i = 0; i < group.tiles.size(); ++i) {
      const GroupTile& made = group.tiles[i];
      index_ = index_of(made.layer);
      emit_tile(made);
      if (!made.cut_after) continue;
      cuts_.inside(group, constants, writer_);
      for (std::int32_t l = group.first; l <= group.last; ++l)  // what was loaded is lost at a preemption
        for (Stream& stream : states_[index_of(l)].streams) stream.loaded = {};
    }
    index_ = index_of(group.last);
  }

  void emit_tile(const GroupTile& made) {
    const Tile tile = {0, made.rows.begin, made.rows.end, 0, 0, layer().channels()};
    std::vector<Found> inputs;
    for (std::size_t k = 0; k < layer().inputs.size(); ++k) inputs.push_back(input(k, tile));
    compute(tile, inputs);
  }

  static std::size_t index_of(std::int32_t layer) { return static_cast<std::size_t>(layer); }

  // The first core makes all of an undivided layer; what the others make is for themselves.
  bool repeats(const Layer& layer) const { return core_ != 0 && layer.division == Division::none; }

  void emit_layer() {
    const std::vector<Tile> tiles = own_tiles(network_, index_, core_);
    if (tiles.empty()) return load_ahead();
    begin_layer();
    blocks_loaded_ = layer().tiling.constants_at == static_cast<std::int32_t>(index_)
                         ? static_cast<std::uint32_t>(own_blocks(network_, layer(), core_).begin)
                         : first_blocks(layer());
    const std::size_t ahead_after = std::min<std::size_t>(tiles.size() - 1, 1);
    for (std::size_t i = 0; i < tiles.size(); ++i) {
      load_blocks(tiles[i].block);
      std::vector<Found> inputs;
      for (std::size_t k = 0; k < layer().inputs.size(); ++k) inputs.push_back(input(k, tiles[i]));
      if (i == ahead_after) load_ahead();
      first_tile_ = i == 0;
      last_tile_ = i + 1 == tiles.size();
      compute(tiles[i], inputs);
    }
  }

  // Constants -------------------------------------------------------------------------------------------------------

  // The end of the blocks that are loaded before the layer begins.
  std::uint32_t first_blocks(const Layer& layer) const {
    const Range own = own_blocks(network_, layer, core_);
    const std::uint64_t slots = layer.tiling.constants_whole ? own.bytes() : layer.tiling.constant_slots;
    return static_cast<std::uint32_t>(std::min(own.end, own.begin + slots));
  }

  static Range block_constants(const Layer& layer, std::uint32_t block) {
    return constants_of_blocks(layer, layer.tiling, {block, block + 1});
  }

  std::uint64_t block_place(const Layer& layer, std::uint32_t block) const {
    const Tiling& t = layer.tiling;
    if (!t.constants_whole) return t.constant_offset + block % t.constant_slots * t.constant_slot_bytes;
    const Range own = constants_of_blocks(layer, t, own_blocks(network_, layer, core_));
    return t.constant_offset + block_constants(layer, block).begin - own.begin;
  }

  void load_block(std::size_t owner, std::uint32_t block) {
    const Layer& l = network_.layers[owner];
    transfers_.load_constants(static_cast<std::uint32_t>(owner), block_constants(l, block), block_place(l, block));
  }

  // Blocks up to the one a tile needs, and as far ahead as the ring allows.
  void load_blocks(std::uint32_t block) {
    const Tiling& t = layer().tiling;
    const auto last = static_cast<std::uint32_t>(own_blocks(network_, layer(), core_).end);
    const std::uint32_t end = t.constants_whole ? last : std::min(last, block + t.constant_slots);
    for (; blocks_loaded_ < end; ++blocks_loaded_) load_block(index_, blocks_loaded_);
  }

  void load_ahead() {
    for (std::size_t i = index_ + 1; i < network_.layers.size(); ++i) {
      const Layer& next = network_.layers[i];
      if (next.tiling.constants_at != static_cast<std::int32_t>(index_) || !takes_part(network_, i, core_)) continue;
      const std::uint32_t from = static_cast<std::uint32_t>(part_.lists[TAKT_ENGINE_DMA_IN].size());
      for (std::uint64_t block = own_blocks(network_, next, core_).begin; block < first_blocks(next); ++block)
        load_block(i, static_cast<std::uint32_t>(block));
      cuts_.loaded_ahead(i, from, static_cast<std::uint32_t>(part_.lists[TAKT_ENGINE_DMA_IN].size()));
    }
  }

  // Activations -----------------------------------------------------------------------------------------------------

  // Where a tile finds what it needs of an input; streamed rows are loaded.
  Found input(std::size_t k, const Tile& tile) {
    const Operand& operand = layer().inputs[k];
    const Storage& storage = network_.storage(operand.value.storage);
    const Range rows = tile_rows(layer(), operand, tile.image, tile.first, tile.last);
    if (resident(operand)) {
      get_from_others(k);
      Ranges ranges = held_ranges(storage, operand, rows);
      for (Range& range : ranges) range = {range.begin + storage.scratchpad, range.end + storage.scratchpad};
      return {ranges, find(operand, rows, storage.scratchpad, true)};
    }
    Stream& stream = state().streams[k];
    const bool there = stream.loaded.begin == rows.begin && stream.loaded.end == rows.end;
    if (there || rows.begin >= rows.end) return rows.begin >= rows.end ? Found{} : stream.where;
    const Tiling& t = layer().tiling;
    const std::uint32_t slot = stream.next++ % input_slots(layer(), k, t);
    const std::uint64_t at = t.input_slot_offset[k] + slot * t.input_slot_bytes[k];
    await(operand.value.storage);
    const std::uint64_t bytes = transfers_.load(static_cast<std::uint32_t>(index_), operand, rows, at);
    info().load_bytes += bytes;
    stream.loaded = rows;
    stream.where = {{{at, at + bytes}}, find(operand, rows, at, false)};
    return stream.where;
  }

  // What the layer needs of a storage here and other cores have made.
  void get_from_others(std::size_t k) {
    if (std::exchange(state().streams[k].taken, true)) return;
    const StorageId id = layer().inputs[k].value.storage;
    for (const Range& range : exchange_.take_missing(core_, index_, k)) {
      await(id);
      info().load_bytes += transfers_.load(static_cast<std::uint32_t>(index_), id, range);
    }
  }

  // What other cores have stored of it is there.
  void await(StorageId id) {
    for (std::uint32_t core = 0; core < network_.cores; ++core)
      writer_.await_stores(core, stores_[core][static_cast<std::size_t>(id)], static_cast<std::uint32_t>(index_));
  }

  Whereabouts find(const Operand& operand, Range rows, std::uint64_t at, bool resident) const {
    const Storage& storage = network_.storage(operand.value.storage);
    return functions_ == nullptr ? Whereabouts{} : whereabouts(storage, operand, rows, at, resident);
  }

  // Compute ---------------------------------------------------------------------------------------------------------

  struct Place {  // of a tile's output
    Operand operand;
    Range rows;
    Product product;
    std::uint64_t at = 0;  // of the storage where it stays, else of the tile's slot
    bool stays = false;
  };

  Place place_of(const Tile& tile) {
    Place place;
    place.operand = output_of(layer(), tile);
    const Geometry& view = place.operand.view;
    const Storage& storage = network_.storage(place.operand.value.storage);
    place.rows = output_rows(layer(), tile);
    Ranges& ranges = place.product.ranges;
    place.stays = resident(place.operand);
    place.at = storage.scratchpad;
    ranges =
        place.stays ? held_ranges(storage, place.operand, place.rows) : ranges_of(storage, place.operand, place.rows);
    if (place.stays) {
      for (Range& range : ranges) range = {range.begin + place.at, range.end + place.at};
    } else {
      const Tiling& t = layer().tiling;
      place.at = t.output_slot_offset + state().stores % output_slots(layer(), t) * t.output_slot_bytes;
      ranges = {{place.at, place.at + bytes_of(ranges)}};
    }
    place.product.elements = elements_of(view, place.rows);
    if (layer().tiling.blocks > 1) {
      place.product.elements.channels = layer().channels();
      place.product.elements.first = tile.channel;
      place.product.elements.last = tile.channel + tile.channels;
    }
    place.product.where = find(place.operand, place.rows, place.at, place.stays);
    return place;
  }

  static Elements elements_of(const Geometry& view, Range rows) {
    const std::uint64_t row = view.width * view.channels;
    return {rows.begin * row, rows.end * row, 1, 0, 1};
  }

  void store(const Place& place) {
    const Storage& storage = network_.storage(place.operand.value.storage);
    const StorageId id = place.operand.value.storage;
    if (!storage.stored()) {
      for (const Range& range : exchange_.wanted(core_, id, ranges_of(storage, place.operand, place.rows)))
        info().store_bytes += transfers_.store(static_cast<std::uint32_t>(index_), id, range);
    } else if ((!layer().reduce || last_tile_) && !repeats(layer())) {
      info().store_bytes +=
          transfers_.store(static_cast<std::uint32_t>(index_), place.operand, place.rows, place.at, place.stays);
    }
    ++state().stores;
    stored_[static_cast<std::size_t>(id)] = writer_.retirements()[TAKT_ENGINE_DMA_OUT];
  }

  void compute(const Tile& tile, const std::vector<Found>& inputs) {
    if (layer().second.present) return compute_in_two(tile, inputs);
    const Place place = place_of(tile);
    if (layer().matrix.present) push_matrix(tile, inputs, place.product);
    if (layer().vector.present) push_vector(tile, inputs, place.product);
    store(place);
  }

  // The second product of a tile follows the first of the next, which runs beside the vector engine's work; with one
  // slot there is nothing to run beside it.
  void compute_in_two(const Tile& tile, const std::vector<Found>& inputs) {
    const Tiling& t = layer().tiling;
    const Geometry& g = layer().between;
    const std::uint64_t at = t.between_offset + state().halves++ % t.stream_slots * t.between_slot_bytes;
    const Range rows = {tile.image * g.height + tile.first, tile.image * g.height + tile.last};
    Product between = {{{at, at + (tile.last - tile.first) * g.row_bytes()}}, elements_of(g, rows), {}};
    between.where.pieces = {{between.elements.begin, between.elements.end - between.elements.begin, 0, 1, at}};
    push_matrix(tile, inputs, between);
    push_vector(tile, inputs, between);
    finish_half();
    half_ = Half{tile, inputs, between};
    if (last_tile_ || t.stream_slots == 1) finish_half();
  }

  void finish_half() {
    if (!half_) return;
    const Place place = place_of(half_->tile);
    push_second(*half_, place.product);
    store(place);
    half_.reset();
  }

  static void touch(std::vector<Access>& accesses, const Ranges& ranges, bool write) {
    for (const Range& range : ranges) accesses.push_back({Access::Space::scratchpad, write, range.begin, range.end});
  }

  Ranges constants(const Tile& tile) const {
    const std::uint64_t at = block_place(layer(), tile.block);
    const std::uint64_t bytes = block_constants(layer(), tile.block).bytes();
    return bytes == 0 ? Ranges{} : Ranges{{at, at + bytes}};
  }

  takt_command command(std::uint8_t opcode) {
    takt_command result{};
    result.opcode = opcode;
    result.layer = static_cast<std::uint32_t>(index_);
    result.overhead = std::exchange(state().overhead, std::uint8_t{TAKT_OVERHEAD_NONE});
    return result;
  }

  static std::uint32_t start_of(const Ranges& ranges) {
    return ranges.empty() ? 0 : static_cast<std::uint32_t>(ranges.front().begin);
  }

  // Of the layer's inputs; the first of several parts has the whole operand.
  std::vector<Whereabouts> places(const std::vector<Found>& inputs) const {
    std::vector<Whereabouts> result(inputs.size());
    for (std::size_t k = 0; k < inputs.size(); ++k) {
      if (layer().inputs[k].continues) continue;
      std::vector<PartOfRows> parts = {{layer().inputs[k], inputs[k].where}};
      for (std::size_t next = k + 1; next < inputs.size() && layer().inputs[next].continues; ++next)
        parts.push_back({layer().inputs[next], inputs[next].where});
      result[k] = parts.size() == 1 ? inputs[k].where : join_rows(parts);
    }
    return result;
  }

  // The number of a command's function: stages [first, last) of the tile, on what `given` holds.
  std::uint32_t function(const Tile& tile, std::size_t first, std::size_t last, const std::vector<Found>& inputs,
                         const Product& given, const Product& made) {
    if (functions_ == nullptr) return 0;
    Function f;
    f.layer = static_cast<std::uint32_t>(core_ * network_.layers.size() + index_);
    f.first_stage = first;
    f.last_stage = last;
    f.given = given.elements;
    f.from = given.where;
    f.made = made.elements;
    f.to = made.where;
    f.inputs = places(inputs);
    f.constants = block_place(layer(), tile.block);
    f.first_channel = tile.channel;
    f.last_channel = tile.channel + tile.channels;
    f.first_tile = first_tile_;
    f.last_tile = last_tile_;
    functions_->functions.push_back(std::move(f));
    return static_cast<std::uint32_t>(functions_->functions.size());
  }

  void push_matrix(const Tile& tile, const std::vector<Found>& inputs, const Product& out) {
    std::vector<Access> accesses;
    const Ranges weights = constants(tile);
    touch(accesses, weights, false);
    for (std::size_t k = 0; k < inputs.size(); ++k)
      if (!layer().inputs[k].by_vector && !layer().inputs[k].by_second) touch(accesses, inputs[k].ranges, false);
    touch(accesses, out.ranges, true);
    const std::uint32_t done = function(tile, 0, layer().tensor_stages, inputs, {}, out);
    if (const std::vector<Factor> factors = factors_of(inputs, false); !factors.empty())
      return push_factors(layer().matrix, matrix_body(layer(), 0, tile.last - tile.first, tile.channels),
                          inputs[0].ranges, factors, out.ranges, accesses, done);
    const std::size_t phases = layer().matrix.taps.size();
    for (std::size_t phase = 0; phase < phases; ++phase)
      push_product(layer().matrix, matrix_body(layer(), phase, tile.last - tile.first, tile.channels), inputs[0].ranges,
                   weights, out.ranges, accesses, phase + 1 == phases ? done : 0);  // the last does what all have done
  }

  struct Factor {  // the second operand of a product of two activations, or a part of it
    const Operand& operand;
    Ranges ranges;
  };

  std::vector<Factor> factors_of(const std::vector<Found>& inputs, bool second) const {
    std::vector<Factor> result;
    for (std::size_t k = 1; k < inputs.size(); ++k) {
      const Operand& operand = layer().inputs[k];
      if (!operand.by_vector && operand.by_second == second) result.push_back({operand, inputs[k].ranges});
    }
    return result;
  }

  // What each part of the second operand makes: columns of its own, or terms of the same sums.
  void push_factors(MatrixWork work, takt_matrix_body body, const Ranges& input, const std::vector<Factor>& factors,
                    const Ranges& out, const std::vector<Access>& accesses, std::uint32_t function) {
    for (const Factor& factor : factors) {
      if (factors.size() > 1) {
        const Operand& part = factor.operand;
        (work.transposed ? work.out : work.in) = Growth{part.growing, 0};
        (work.transposed ? body.out_channels : body.in_channels) = static_cast<std::uint32_t>(part.view.height);
      }
      push_product(work, body, input, factor.ranges, out, accesses, &factor == &factors.back() ? function : 0);
    }
  }

  void push_second(const Half& half, const Product& out) {
    std::vector<Access> accesses;
    const std::vector<Factor> factors = factors_of(half.inputs, true);
    touch(accesses, half.between.ranges, false);
    for (const Factor& factor : factors) touch(accesses, factor.ranges, false);
    touch(accesses, out.ranges, true);
    const std::size_t stages = layer().stages.size();
    push_factors(layer().second, second_body(layer(), half.tile.last - half.tile.first), half.between.ranges, factors,
                 out.ranges, accesses,
                 function(half.tile, stages - layer().second_stages, stages, half.inputs, half.between, out));
  }

  // How much of a command there is to do; a command follows one extent.
  void grow(takt_command& c, std::uint8_t of, const Growth& growth) const {
    if (!growth.present) return;
    c.parameter = 0;
    c.extent.limit = static_cast<std::uint32_t>(network_.parameter_limit + growth.extra);
    c.extent.offset = static_cast<std::int32_t>(growth.extra);
    c.extent.of = of;
  }

  void push_product(const MatrixWork& work, const takt_matrix_body& body, const Ranges& input, const Ranges& weights,
                    const Ranges& out, const std::vector<Access>& accesses, std::uint32_t function) {
    takt_command c = command(TAKT_OP_MATRIX);
    c.function = function;
    c.body.matrix = body;
    grow(c, TAKT_EXTENT_IN_CHANNELS, work.in);
    grow(c, TAKT_EXTENT_OUT_CHANNELS, work.out);
    c.body.matrix.input = start_of(input);
    c.body.matrix.weights = start_of(weights);
    c.body.matrix.output = start_of(out);
    if (repeats(layer())) c.body.matrix.recomputed_rows = body.out_height;
    const MatrixCost cost = matrix_cost(c.body.matrix, target_);
    info().useful_macs += cost.useful_macs;
    info().issued_macs += cost.issued_macs;
    info().tensor_cycles += cost.cycles + target_.dispatch_cycles;
    writer_.push(TAKT_ENGINE_TENSOR, c, accesses);
  }

  void push_vector(const Tile& tile, const std::vector<Found>& inputs, const Product& out) {
    const bool after_matrix = layer().matrix.present;
    std::vector<Access> accesses;
    std::vector<std::uint32_t> starts;  // of the operands read; a tile may need nothing of one
    const auto read = [&](const Ranges& ranges) {
      touch(accesses, ranges, false);
      if (!ranges.empty()) starts.push_back(start_of(ranges));
    };
    if (after_matrix) read(out.ranges);
    for (std::size_t k = 0; k < inputs.size(); ++k)
      if (!after_matrix || layer().inputs[k].by_vector) read(inputs[k].ranges);
    starts.resize(std::max<std::size_t>(starts.size(), 2), 0);
    if (!after_matrix || layer().vector.reads_constants) touch(accesses, constants(tile), false);
    touch(accesses, out.ranges, true);
    takt_command c = command(TAKT_OP_VECTOR);
    c.function = function(tile, layer().tensor_stages, layer().stages.size() - layer().second_stages, inputs,
                          after_matrix ? out : Product{}, out);
    takt_vector_body& body = c.body.vector;
    body = vector_body(layer(), target_, tile.last - tile.first, tile.channels);
    grow(c, TAKT_EXTENT_BYTES, layer().vector.channels);
    body.input = starts[0];
    body.input2 = starts[1];
    body.output = start_of(out.ranges);
    info().issued_macs += body.macs;
    if (repeats(layer())) body.macs = 0;
    info().useful_macs += body.macs;
    info().vector_cycles += vector_cycles(body, target_) + target_.dispatch_cycles;
    writer_.push(TAKT_ENGINE_VECTOR, c, std::move(accesses));
  }

  const Network& network_;
  const Target& target_;
  Program& program_;
  CorePart& part_;
  const std::uint32_t core_;
  const Stores& stores_;
  std::vector<std::uint32_t> stored_;  // by storage
  Exchange& exchange_;
  Cuts cuts_;
  ListWriter writer_;
  Transfers transfers_;
  Functions* const functions_;
  std::size_t index_ = 0;
  bool first_tile_ = false, last_tile_ = false;
  std::vector<State> states_;  // by layer
  std::optional<Half> half_;
  std::uint32_t blocks_loaded_ = 0;
};

}  // namespace

std::uint32_t save_offset(const Program& program, std::uint32_t core) {
  constexpr std::uint32_t alignment = 64;
  std::uint32_t offset = 0;
  for (std::uint32_t c = 0; c < core; ++c)
    offset += units::ceil_div(part_of(program, c).save_bytes, alignment) * alignment;
  return offset;
}

void emit(const Network& network, const Target& target, Program& program, Functions* functions) {
  program.layers = describe_layers(network);
  program.further.resize(network.cores - 1);
  Stores stores(network.cores, std::vector<std::uint32_t>(network.storages.size(), 0));
  Exchange exchange(network);
  std::deque<Emitter> cores;
  for (std::uint32_t core = 0; core < network.cores; ++core) {
    cores.emplace_back(network, target, program, core, stores, exchange, functions);
    for (const Layer& layer : functions == nullptr ? std::vector<Layer>{} : network.layers)
      functions->layers.push_back({layer.reduce, layer.output.view.element_bytes, layer.stages, layer.constants});
  }
  for (std::size_t index = 0; index < network.layers.size(); ++index) {
    std::size_t last = index;
    for (Emitter& core : cores) last = core.emit(index);
    for (std::size_t core = 0; core < cores.size(); ++core) stores[core] = cores[core].stored();
    index = last;
  }
  for (Emitter& core : cores) core.finish();
  estimate(network, target, program);
  program.max_save_bytes = save_offset(program, network.cores - 1) + part_of(program, network.cores - 1).save_bytes;
}

}  // namespace takt::compiler
