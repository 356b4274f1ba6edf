// What cores that share layers give each other of the activations that stay in their scratchpads. A storage lies in
// DRAM as it does in each scratchpad; who makes bytes that another core needs stores them there, and that core loads
// them.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "sim/compiler/ir.h"

namespace takt::compiler {

class Exchange {
 public:
  // `network` must have been placed.
  explicit Exchange(const Network& network);
  ~Exchange();

  // Of `made`, bytes of a storage that a core has made: what others need. Ascending, disjoint.
  std::vector<Range> wanted(std::uint32_t core, StorageId storage, const std::vector<Range>& made) const;

  // Bytes of input `input` of a layer that the core needs for it, others have made and it has not taken yet.
  std::vector<Range> take_missing(std::uint32_t core, std::size_t layer, std::size_t input);

 private:
  struct Sets;
  const Network& network_;
  std::unique_ptr<Sets> sets_;
};

}  // namespace takt::compiler
