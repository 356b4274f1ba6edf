// DMA commands for constants and for rows of activations.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/compiler/ir.h"
#include "sim/compiler/list_writer.h"

namespace takt::compiler {

class Transfers {
 public:
  // Tensors of more than `cache_bytes` pass by the system cache.
  Transfers(const Network& network, ListWriter& writer, std::uint64_t cache_bytes)
      : network_(network), writer_(writer), cache_bytes_(cache_bytes) {}

  // Loads bytes [range] of a layer's constants to the scratchpad.
  void load_constants(std::uint32_t layer, Range range, std::uint64_t scratchpad);

  // Moves rows of an operand between its storage's place in DRAM and the scratchpad. Loads lay the rows of all planes
  // back to back at `scratchpad`; stores find them so, or, from a resident storage, at their own offsets from it.
  // Bytes moved.
  std::uint64_t load(std::uint32_t layer, const Operand& operand, Range rows, std::uint64_t scratchpad);
  std::uint64_t store(std::uint32_t layer, const Operand& operand, Range rows, std::uint64_t scratchpad, bool resident);

  // Moves bytes of a resident storage from or to its place in DRAM. Bytes moved.
  std::uint64_t load(std::uint32_t layer, StorageId storage, Range bytes) {
    return move(TAKT_ENGINE_DMA_IN, layer, storage, bytes);
  }
  std::uint64_t store(std::uint32_t layer, StorageId storage, Range bytes) {
    return move(TAKT_ENGINE_DMA_OUT, layer, storage, bytes);
  }

 private:
  struct Piece {
    std::uint64_t dram = 0, row_bytes = 0, rows = 1, stride = 0, scratchpad = 0;
    std::int32_t expert = -1;  // whose weights they are: Layer::expert
  };

  std::uint64_t move(std::uint32_t engine, std::uint32_t layer, StorageId storage, Range bytes);
  std::vector<Piece> pieces_of(const Operand& operand, Range rows) const;
  static takt_command command(std::uint32_t layer, std::uint16_t base, const Piece& piece, std::uint32_t flags);
  static std::vector<Access> accesses(std::uint32_t engine, std::uint16_t base, const Piece& piece);
  void push(std::uint32_t engine, std::uint32_t layer, std::uint16_t base, const Piece& piece, std::uint32_t flags);
  void push_growing(std::uint32_t layer, const Storage& storage, const Piece& piece);
  void push_rows(std::uint32_t engine, std::uint32_t layer, const Storage& storage, const Piece& piece);
  void push_new_rows(std::uint32_t engine, std::uint32_t layer, const Storage& storage, const Piece& piece);
  void push_parts(std::uint32_t engine, std::uint32_t layer, const Storage& storage, Piece piece);
  std::uint64_t load_growing(std::uint32_t layer, const Operand& operand, Range rows, std::uint64_t scratchpad);
  void push_split(std::uint32_t engine, std::uint32_t layer, std::uint16_t base, Piece piece, std::uint32_t flags);

  std::uint32_t flags_of(const Storage& storage) const;

  const Network& network_;
  ListWriter& writer_;
  const std::uint64_t cache_bytes_;
};

}  // namespace takt::compiler
