#include "sim/compiler/transfers.h"

#include <algorithm>

#include "models/units/quantity.h"

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
  body.table = TAKT_NO_TABLE;
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
void Transfers::push_growing(std::uint32_t layer, const Storage& storage, const Piece& piece) {
  const std::uint64_t rows = std::min(piece.rows, std::max<std::uint64_t>(1, most_bytes / piece.row_bytes));
  const std::uint64_t turns = piece.rows / rows, turn_bytes = rows * piece.row_bytes;
  const auto follow = [](takt_command load, std::uint64_t first, std::uint64_t step) {
    load.parameter = 0;
    load.extent = {
        load.body.dma.rows, -static_cast<std::int32_t>(first), static_cast<std::uint32_t>(step), TAKT_EXTENT_ROWS, {}};
    return load;
  };
  Piece part = piece;
  part.rows = rows;
  takt_command turn = follow(command(layer, storage.home_base, part, flags_of(storage)), 0, rows);
  turn.body.dma.loop_stride = static_cast<std::int64_t>(turn_bytes);
  turn.body.dma.scratchpad_loop_stride = static_cast<std::int32_t>(turn_bytes);
  takt_loop_body loop{};
  loop.trips = static_cast<std::uint32_t>(turns);
  loop.parameter = 0;
  loop.tile = static_cast<std::uint32_t>(rows);
  std::fill(std::begin(loop.count), std::end(loop.count), takt_loop_count{TAKT_NO_SEMAPHORE, 0});
  const std::uint64_t bytes = turns * turn_bytes;
  writer_.push_loop(TAKT_ENGINE_DMA_IN, loop, turn,
                    {{Access::Space::scratchpad, true, piece.scratchpad, piece.scratchpad + bytes},
                     {space_of(storage.home_base), false, piece.dram, piece.dram + bytes}});
  part = {piece.dram + bytes, piece.row_bytes, piece.rows - turns * rows, piece.stride, piece.scratchpad + bytes};
  if (part.rows != 0)
    writer_.push(TAKT_ENGINE_DMA_IN,
                 follow(command(layer, storage.home_base, part, flags_of(storage)), turns * rows, 0),
                 accesses(TAKT_ENGINE_DMA_IN, storage.home_base, part));
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
  push_split(TAKT_ENGINE_DMA_IN, layer, TAKT_BASE_CONSTANTS,
             {owner.constant_offset + range.begin, range.bytes(), 1, 0, scratchpad}, TAKT_DMA_CONSTANT);
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
  for (std::uint64_t at = rows.begin * row; at < rows.end * row; at += image)
    push_growing(layer, storage,
                 {storage.home_offset + at, row, operand.view.height, row, scratchpad + at - rows.begin * row});
  return rows.bytes() * row;
}

std::uint64_t Transfers::load(std::uint32_t layer, const Operand& operand, Range rows, std::uint64_t scratchpad) {
  if (operand.growing) return load_growing(layer, operand, rows, scratchpad);
  std::uint64_t bytes = 0;
  for (Piece piece : pieces_of(operand, rows)) {
    piece.scratchpad = scratchpad + bytes;
    bytes += piece.row_bytes * piece.rows;
    const Storage& storage = network_.storage(operand.value.storage);
    push_split(TAKT_ENGINE_DMA_IN, layer, storage.home_base, piece, flags_of(storage));
  }
  return bytes;
}

std::uint64_t Transfers::move(std::uint32_t engine, std::uint32_t layer, StorageId id, Range bytes) {
  const Storage& storage = network_.storage(id);
  push_split(engine, layer, storage.home_base,
             {storage.home_offset + bytes.begin, bytes.bytes(), 1, 0, storage.scratchpad + bytes.begin},
             flags_of(storage));
  return bytes.bytes();
}

std::uint64_t Transfers::store(std::uint32_t layer, const Operand& operand, Range rows, std::uint64_t scratchpad,
                               bool resident) {
  std::uint64_t bytes = 0;
  for (Piece piece : pieces_of(operand, rows)) {
    piece.scratchpad = scratchpad + (resident ? piece.scratchpad : bytes);
    bytes += piece.row_bytes * piece.rows;
    const Storage& storage = network_.storage(operand.value.storage);
    push_split(TAKT_ENGINE_DMA_OUT, layer, storage.home_base, piece, flags_of(storage));
  }
  return bytes;
}

}  // namespace takt::compiler
