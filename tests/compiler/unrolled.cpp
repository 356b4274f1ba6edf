#include "tests/compiler/unrolled.h"

#include <algorithm>
#include <stdexcept>

namespace takt::compiler::test {
namespace {

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

// The whole of a growing extent is what its turns have together.
std::uint32_t rows_in_turn(const takt_command& c, std::uint32_t turn, const std::vector<Access>& all) {
  std::uint64_t total = 0;
  for (const Access& access : all)
    if (access.space == Access::Space::scratchpad) total += access.end - access.begin;
  const std::uint64_t rows = total / c.body.dma.row_bytes, before = std::uint64_t{c.extent.step} * turn;
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(c.extent.limit, rows - before));
}

class List {
 public:
  List(const CorePart& from, CorePart& to, std::size_t engine) : from_(from), to_(to), engine_(engine) {}

  // Where each command of the list, and its end, has gone.
  std::vector<std::uint32_t> run() {
    const std::vector<takt_command>& list = from_.lists[engine_];
    std::vector<std::uint32_t> at;
    for (std::size_t i = 0; i < list.size(); ++i) {
      at.push_back(static_cast<std::uint32_t>(to_.lists[engine_].size()));
      if (list[i].opcode != TAKT_OP_LOOP_BEGIN) {
        push(list[i], from_.accesses[engine_][i]);
        continue;
      }
      if (i + 2 >= list.size() || list[i + 1].opcode != TAKT_OP_DMA || list[i + 2].opcode != TAKT_OP_LOOP_END)
        throw std::logic_error("a loop over more than one DMA command");
      write_out(list[i], list[i + 1], from_.accesses[engine_][i + 1]);
      at.insert(at.end(), 2, static_cast<std::uint32_t>(to_.lists[engine_].size()));
      i += 2;
    }
    at.push_back(static_cast<std::uint32_t>(to_.lists[engine_].size()));
    return at;
  }

 private:
  void push(const takt_command& command, const std::vector<Access>& accesses) {
    to_.lists[engine_].push_back(command);
    to_.accesses[engine_].push_back(accesses);
  }

  void write_out(const takt_command& begin, const takt_command& inside, const std::vector<Access>& all) {
    for (std::uint32_t turn = 0; turn < begin.body.loop.trips; ++turn) {
      takt_command c = inside;
      for (std::size_t w = 0; w < TAKT_WAITS; ++w) {
        if (c.wait[w].semaphore != TAKT_NO_SEMAPHORE) throw std::logic_error("a wait inside a loop");
        if (turn == 0) c.wait[w] = begin.wait[w];
      }
      takt_dma_body& body = c.body.dma;
      body.offset += static_cast<std::uint64_t>(body.loop_stride) * turn;
      body.scratchpad += static_cast<std::uint32_t>(body.scratchpad_loop_stride) * turn;
      body.rows = rows_in_turn(inside, turn, all);
      push(c, accesses_of(body, engine_ == TAKT_ENGINE_DMA_IN));
    }
  }

  const CorePart& from_;
  CorePart& to_;
  const std::size_t engine_;
};

void unroll(CorePart& part) {
  const CorePart from = part;
  for (std::size_t e = 0; e < TAKT_ENGINE_COUNT; ++e) {
    part.lists[e].clear();
    part.accesses[e].clear();
    const std::vector<std::uint32_t> at = List(from, part, e).run();
    for (takt_cut& cut : part.cuts) {
      cut.position[e] = at[cut.position[e]];
      if (e != TAKT_ENGINE_DMA_IN) continue;
      const std::uint32_t end = at[cut.refetch_first + cut.refetch_count];
      cut.refetch_first = at[cut.refetch_first];
      cut.refetch_count = end - cut.refetch_first;
    }
  }
}

}  // namespace

std::vector<Access> accesses_of(const takt_dma_body& body, bool in) {
  const std::uint64_t bytes = std::uint64_t{body.rows} * body.row_bytes;
  std::vector<Access> accesses = {{Access::Space::scratchpad, in, body.scratchpad, body.scratchpad + bytes}};
  for (std::uint64_t row = 0; row < body.rows; ++row) {
    const std::uint64_t begin = body.offset + row * body.stride;
    accesses.push_back({space_of(body.base), !in, begin, begin + body.row_bytes});
  }
  return accesses;
}

Program unrolled(const Program& program) {
  Program result = program;
  unroll(result);
  for (CorePart& part : result.further) unroll(part);
  return result;
}

}  // namespace takt::compiler::test
