#include "sim/compiler/transfers.h"

#include <algorithm>
#include <string>

#include "models/units/quantity.h"
#include "sim/graph/error.h"

namespace takt::compiler {
namespace {

constexpr std::uint64_t most_bytes = 128 << 10;  // of one command: a preemption waits for at most that much

Access::Space space_of(std::uint16_t base) {
  switch (base) {
    case TAKT_BASE_CONSTANTS:
      return Access::Space::constants;
    case TAKT_BASE_INPUT:
      return Access::Space::input;
    case TAKT_BASE_OUTPUT:
      return Access::Space::output;
    default:
      return Access::Space::buffers;
  }
}

}  // namespace

takt_command Transfers::command(std::uint32_t layer, std::uint16_t base, const Piece& piece, std::uint32_t flags) {
  takt_command command{};
  command.opcode = TAKT_OP_DMA;
  command.layer = layer;
  takt_dma_body& body = command.body.dma;
  body.offset = piece.dram;
  body.stride = piece.rows > 1 ? piece.stride : piece.row_bytes;
  body.row_bytes = static_cast<std::uint32_t>(piece.row_bytes);
  body.rows = static_cast<std::uint32_t>(piece.rows);
  body.scratchpad = static_cast<std::uint32_t>(piece.scratchpad);
  body.base = base;
  body.table = piece.expert < 0 ? TAKT_NO_TABLE : expert_table;
  body.entry = static_cast<std::uint32_t>(std::max(piece.expert, 0));
  body.flags = flags;
  return command;
}

void Transfers::push(std::uint32_t engine, std::uint32_t layer, std::uint16_t base, const Piece& piece,
                     std::uint32_t flags) {
  writer_.push(engine, command(layer, base, piece, flags), accesses(engine, base, piece));
}

// Row by row in memory.
std::vector<Access> Transfers::accesses(std::uint32_t engine, std::uint16_t base, const Piece& piece) {
  const bool in = engine == TAKT_ENGINE_DMA_IN;
  std::vector<Access> all;
  all.push_back({Access::Space::scratchpad, in, piece.scratchpad, piece.scratchpad + piece.row_bytes * piece.rows});
  for (std::uint64_t row = 0; row < piece.rows; ++row) {
    const std::uint64_t begin = piece.dram + row * (piece.rows > 1 ? piece.stride : piece.row_bytes);
    all.push_back({space_of(base), !in, begin, begin + piece.row_bytes});
  }
  return all;
}

// Contiguous rows, as many as the parameter says: a loop over as many at a time as a command may move, then the rest. A
// job without parameters runs every turn at its limit, and must not read behind the last row.
// From pages a turn loads what one has.
void Transfers::push_growing(std::uint32_t layer, const Storage& storage, const Piece& piece) {
  const bool paged = network_.in_pages(storage);
  const std::uint64_t most = paged ? network_.page_tokens : std::max<std::uint64_t>(1, most_bytes / piece.row_bytes);
  const std::uint64_t rows = std::min(piece.rows, most);
  const std::uint64_t turns = piece.rows / rows, turn_bytes = rows * piece.row_bytes;
  if (turn_bytes > most_bytes)
    throw graph::GraphError("'" + storage.name + "': a page of " + std::to_string(rows) + " tokens has rows of " +
                            std::to_string(turn_bytes) + " bytes, expected at most " + std::to_string(most_bytes));
  const auto follow = [&](takt_command load, std::uint64_t first, std::uint64_t step) {
    load.parameter = past_parameter;
    load.extent = {
        load.body.dma.rows, -static_cast<std::int32_t>(first), static_cast<std::uint32_t>(step), TAKT_EXTENT_ROWS, {}};
    if (paged) {
      load.body.dma.table = page_table;
      load.body.dma.entry = static_cast<std::uint32_t>(first / network_.page_tokens);
    }
    return load;
  };
  Piece part = piece;
  part.rows = rows;
  takt_command turn = follow(command(layer, storage.home_base, part, flags_of(storage)), 0, rows);
  if (paged)
    turn.body.dma.entry_step = 1;
  else
    turn.body.dma.loop_stride = static_cast<std::int64_t>(turn_bytes);
  turn.body.dma.scratchpad_loop_stride = static_cast<std::int32_t>(turn_bytes);
  takt_loop_body loop{};
  loop.trips = static_cast<std::uint32_t>(turns);
  loop.parameter = past_parameter;
  loop.tile = static_cast<std::uint32_t>(rows);
  std::fill(std::begin(loop.count), std::end(loop.count), takt_loop_count{TAKT_NO_SEMAPHORE, 0});
  const std::uint64_t bytes = turns * turn_bytes;
  writer_.push_loop(TAKT_ENGINE_DMA_IN, loop, turn,
                    {{Access::Space::scratchpad, true, piece.scratchpad, piece.scratchpad + bytes},
                     {space_of(storage.home_base), false, piece.dram, piece.dram + bytes}});
  part = {piece.dram + (paged ? 0 : bytes), piece.row_bytes, piece.rows - turns * rows, piece.stride,
          piece.scratchpad + bytes};
  if (part.rows != 0)
    writer_.push(TAKT_ENGINE_DMA_IN,
                 follow(command(layer, storage.home_base, part, flags_of(storage)), turns * rows, 0),
                 accesses(TAKT_ENGINE_DMA_IN, storage.home_base, part));
}

// New rows, which lie [head][token] in the storage, to pages or from them. A piece is part of each of some rows, or all
// of them, or bytes that begin and end anywhere.
void Transfers::push_new_rows(std::uint32_t engine, std::uint32_t layer, const Storage& storage, const Piece& piece) {
  const std::uint64_t row = storage.cache_row, at = piece.dram - storage.home_offset;
  if (piece.rows > 1 && piece.stride == row && at % row + piece.row_bytes <= row)
    return push_parts(engine, layer, storage, {at, piece.row_bytes, piece.rows, row, piece.scratchpad});
  std::uint64_t scratchpad = piece.scratchpad;
  for (std::uint64_t r = 0; r < std::max<std::uint64_t>(1, piece.rows); ++r)
    for (std::uint64_t from = at + r * piece.stride, end = from + piece.row_bytes; from < end;) {
      const std::uint64_t whole = from % row == 0 ? (end - from) / row : 0;
      const std::uint64_t part = whole != 0 ? row : std::min(end - from, row - from % row);
      push_parts(engine, layer, storage, {from, part, std::max<std::uint64_t>(1, whole), row, scratchpad});
      from += part * std::max<std::uint64_t>(1, whole);
      scratchpad += part * std::max<std::uint64_t>(1, whole);
    }
}

// The same part of each of some rows; `dram` counts from the storage's start.
void Transfers::push_parts(std::uint32_t engine, std::uint32_t layer, const Storage& storage, Piece piece) {
  const std::uint64_t row = storage.cache_row;
  const std::uint64_t tokens = storage.geometry.bytes() / row / storage.cache_heads;
  while (piece.rows != 0) {
    const std::uint64_t token = piece.dram / row % tokens, behind = token % network_.row_tokens;
    const std::uint64_t count = std::min({piece.rows, tokens - token, network_.row_tokens - behind});
    const std::uint64_t head = piece.dram / row / tokens;
    const std::uint64_t place = storage.home_offset + (head * network_.page_tokens + behind) * row + piece.dram % row;
    const Piece part = {place, piece.row_bytes, count, row, piece.scratchpad};
    takt_command c = command(layer, storage.home_base, part, 0);
    c.parameter = tokens_parameter;
    c.extent = {static_cast<std::uint32_t>(count), -static_cast<std::int32_t>(token), 0, TAKT_EXTENT_ROWS, {}};
    c.body.dma.table = storage.row_table;
    c.body.dma.entry = static_cast<std::uint32_t>(token / network_.row_tokens);
    Piece apart = part;  // for hazards, what entries name lies one behind the other
    apart.dram += c.body.dma.entry * network_.page_bytes;
    writer_.push(engine, c, accesses(engine, storage.home_base, apart));
    piece.dram += count * row;
    piece.rows -= count;
    piece.scratchpad += count * piece.row_bytes;
  }
}

// Rows of a storage, wherever it lies.
void Transfers::push_rows(std::uint32_t engine, std::uint32_t layer, const Storage& storage, const Piece& piece) {
  if (!network_.in_pages(storage)) return push_split(engine, layer, storage.home_base, piece, flags_of(storage));
  if (storage.input) throw graph::GraphError("cache '" + storage.name + "' is read in a way that knows no pages");
  push_new_rows(engine, layer, storage, piece);
}

void Transfers::push_split(std::uint32_t engine, std::uint32_t layer, std::uint16_t base, Piece piece,
                           std::uint32_t flags) {
  if (piece.rows > 1 && piece.stride == piece.row_bytes)
    piece = {piece.dram, piece.row_bytes * piece.rows, 1, 0, piece.scratchpad};
  while (piece.rows > 0) {
    Piece part = piece;
    if (piece.rows == 1)
      part.row_bytes = std::min(piece.row_bytes, most_bytes);
    else
      part.rows = std::min(piece.rows, std::max<std::uint64_t>(1, most_bytes / piece.row_bytes));
    push(engine, layer, base, part, flags);
    piece.scratchpad += part.row_bytes * part.rows;
    if (piece.rows == 1) {
      piece.dram += part.row_bytes;
      piece.row_bytes -= part.row_bytes;
      if (piece.row_bytes == 0) return;
    } else {
      piece.dram += part.rows * piece.stride;
      piece.rows -= part.rows;
    }
  }
}

void Transfers::load_constants(std::uint32_t layer, Range range, std::uint64_t scratchpad) {
  if (range.begin >= range.end) return;
  const Layer& owner = network_.layers[layer];
  Piece piece = {owner.constant_offset + range.begin, range.bytes(), 1, 0, scratchpad};
  piece.expert = owner.expert;
  push_split(TAKT_ENGINE_DMA_IN, layer, TAKT_BASE_CONSTANTS, piece, TAKT_DMA_CONSTANT);
}

// `scratchpad` of the pieces is relative to the storage. At the program's output, whose rows hold all channels, a plane
// is a column of pixels.
std::vector<Transfers::Piece> Transfers::pieces_of(const Operand& operand, Range rows) const {
  const Storage& storage = network_.storage(operand.value.storage);
  const Geometry& g = storage.geometry;
  std::vector<Piece> pieces;
  if (!storage.output || storage.planes.size() == 1) {
    for (const Range& range : ranges_of(storage, operand, rows))
      each_held(storage, range, [&](std::uint64_t offset, std::uint64_t at, std::uint64_t bytes) {
        pieces.push_back({storage.home_offset + offset, bytes, 1, 0, at});
      });
    return pieces;
  }
  for (const Plane& plane : storage.planes) {
    Operand part = operand;
    part.value.channel = plane.channel;
    part.value.channels = plane.channels;
    const bool inside =
        plane.channel >= operand.value.channel && plane.channel < operand.value.channel + operand.value.channels;
    for (const Range& range : inside ? ranges_of(storage, part, rows) : std::vector<Range>{}) {
      const std::uint64_t pixel = plane.channels * g.element_bytes;
      const std::uint64_t first = (range.begin - plane.offset) / pixel;
      const std::uint64_t stride = g.channels * g.element_bytes;
      pieces.push_back({storage.home_offset + first * stride + plane.channel * g.element_bytes, pixel,
                        range.bytes() / pixel, stride, range.begin});
    }
  }
  return pieces;
}

// A tensor that the cache cannot hold would evict itself before it is read again.
std::uint32_t Transfers::flags_of(const Storage& storage) const {
  return storage.geometry.bytes() > cache_bytes_ ? TAKT_DMA_STREAM : 0;
}

// Whole images, one after the other.
std::uint64_t Transfers::load_growing(std::uint32_t layer, const Operand& operand, Range rows,
                                      std::uint64_t scratchpad) {
  const Storage& storage = network_.storage(operand.value.storage);
  const std::uint64_t row = operand.view.row_bytes(), image = operand.view.height * row;
  const std::uint64_t apart = network_.in_pages(storage) ? network_.page_tokens * row : image;
  for (std::uint64_t at = rows.begin * row; at < rows.end * row; at += image)
    push_growing(
        layer, storage,
        {storage.home_offset + at / image * apart, row, operand.view.height, row, scratchpad + at - rows.begin * row});
  return rows.bytes() * row;
}

std::uint64_t Transfers::load(std::uint32_t layer, const Operand& operand, Range rows, std::uint64_t scratchpad) {
  if (operand.growing) return load_growing(layer, operand, rows, scratchpad);
  std::uint64_t bytes = 0;
  for (Piece piece : pieces_of(operand, rows)) {
    piece.scratchpad = scratchpad + bytes;
    bytes += piece.row_bytes * piece.rows;
    const Storage& storage = network_.storage(operand.value.storage);
    push_rows(TAKT_ENGINE_DMA_IN, layer, storage, piece);
  }
  return bytes;
}

std::uint64_t Transfers::move(std::uint32_t engine, std::uint32_t layer, StorageId id, Range bytes) {
  const Storage& storage = network_.storage(id);
  push_rows(engine, layer, storage,
            {storage.home_offset + bytes.begin, bytes.bytes(), 1, 0, storage.scratchpad + bytes.begin});
  return bytes.bytes();
}

std::uint64_t Transfers::store(std::uint32_t layer, const Operand& operand, Range rows, std::uint64_t scratchpad,
                               bool resident) {
  std::uint64_t bytes = 0;
  for (Piece piece : pieces_of(operand, rows)) {
    piece.scratchpad = scratchpad + (resident ? piece.scratchpad : bytes);
    bytes += piece.row_bytes * piece.rows;
    const Storage& storage = network_.storage(operand.value.storage);
    push_rows(TAKT_ENGINE_DMA_OUT, layer, storage, piece);
  }
  return bytes;
}

}  // namespace takt::compiler
