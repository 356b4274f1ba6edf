#include "tests/compiler/list_checker.h"

#include <algorithm>
#include <functional>
#include <map>

#include "tests/compiler/list_machine.h"
#include "tests/compiler/unrolled.h"

namespace takt::compiler::test {
namespace {

using Space = Access::Space;

constexpr std::int32_t index_mask = 0xffffff;

std::uint64_t total(const std::vector<Access>& accesses, bool write, Space space) {
  std::uint64_t bytes = 0;
  for (const Access& a : accesses)
    if (a.write == write && a.space == space) bytes += a.end - a.begin;
  return bytes;
}

bool touches(const std::vector<Access>& accesses, bool write, std::uint64_t at) {
  return std::any_of(accesses.begin(), accesses.end(), [&](const Access& a) {
    return a.space == Space::scratchpad && a.write == write && a.begin <= at && at < a.end;
  });
}

class Checker {
 public:
  Checker(const Program& program, const Target& target, const CheckOptions& options)
      : program_(program), target_(target), options_(options), segments_(program) {}

  std::string run() {
    using Check = std::string (Checker::*)();
    for (const Check check : {&Checker::check_fields, &Checker::check_conservation, &Checker::check_orders,
                              &Checker::check_sources, &Checker::check_cuts})
      if (std::string problem = (this->*check)(); !problem.empty()) return problem;
    return {};
  }

 private:
  Positions ends() const {
    Positions positions{};
    for (std::size_t e = 0; e < positions.size(); ++e)
      positions[e] = static_cast<std::uint32_t>(program_.lists[e].size());
    return positions;
  }

  template <typename Visit>
  void each_command(Visit visit) const {
    for (std::size_t e = 0; e < TAKT_ENGINE_COUNT; ++e)
      for (std::uint32_t i = 0; i < program_.lists[e].size(); ++i)
        visit(e, i, program_.lists[e][i], program_.accesses[e][i]);
  }

  // Fields against accesses ------------------------------------------------------------------------------------------

  std::string check_fields() {
    std::string problem;
    const auto fail = [&](std::size_t e, std::uint32_t i, const std::string& what) {
      if (problem.empty()) problem = name_of_command(program_, e, i) + ": " + what;
    };
    each_command([&](std::size_t e, std::uint32_t i, const takt_command& c, const std::vector<Access>& accesses) {
      if (c.engine != e) fail(e, i, "stands in another engine's list");
      for (const Access& a : accesses) {
        if (a.begin >= a.end) fail(e, i, "empty access");
        if (a.end > limit_of(a.space)) fail(e, i, "access beyond its area");
      }
      for (const takt_wait& wait : c.wait)
        if (wait.semaphore != TAKT_NO_SEMAPHORE && wait.semaphore >= program_.semaphores)
          fail(e, i, "unknown semaphore");
      if (c.opcode == TAKT_OP_DMA)
        check_dma(e, i, c, accesses, fail);
      else if (c.opcode == TAKT_OP_MATRIX)
        check_matrix(e, i, c, accesses, fail);
      else if (c.opcode == TAKT_OP_VECTOR)
        check_vector(e, i, c, accesses, fail);
      else if (c.opcode != TAKT_OP_NOP || !accesses.empty())
        fail(e, i, "unexpected opcode");
    });
    return problem;
  }

  std::uint64_t limit_of(Space space) const {
    switch (space) {
      case Space::scratchpad:
        return std::min<std::uint64_t>(program_.scratchpad_bytes, target_.scratchpad_bytes);
      case Space::constants:
        return program_.constant_bytes;
      case Space::buffers:
        return program_.buffer_bytes;
      case Space::input:
        return program_.input_bytes;
      default:
        return program_.output_bytes;
    }
  }

  using Fail = std::function<void(std::size_t, std::uint32_t, const std::string&)>;

  static void check_dma(std::size_t e, std::uint32_t i, const takt_command& c, const std::vector<Access>& accesses,
                        const Fail& fail) {
    const takt_dma_body& body = c.body.dma;
    const bool in = e == TAKT_ENGINE_DMA_IN;
    const std::uint64_t bytes = std::uint64_t{body.rows} * body.row_bytes;
    if (e != TAKT_ENGINE_DMA_IN && e != TAKT_ENGINE_DMA_OUT) fail(e, i, "DMA in a compute list");
    if (bytes == 0 || bytes > (128u << 10)) fail(e, i, "moves " + std::to_string(bytes) + " bytes");
    const std::vector<Access> expected = accesses_of(body, in);
    const bool same = std::equal(
        expected.begin(), expected.end(), accesses.begin(), accesses.end(), [](const Access& a, const Access& b) {
          return a.space == b.space && a.write == b.write && a.begin == b.begin && a.end == b.end;
        });
    if (!same) fail(e, i, "accesses differ from its fields");
    const bool constant = (body.flags & TAKT_DMA_CONSTANT) != 0;
    if (constant != (body.base == TAKT_BASE_CONSTANTS)) fail(e, i, "constant flag does not fit its base");
    if (!in && (body.base == TAKT_BASE_INPUT || constant)) fail(e, i, "writes what may not be written");
  }

  // What the fields imply at least: operands begin where they say, the output holds every result.
  static void check_matrix(std::size_t e, std::uint32_t i, const takt_command& c, const std::vector<Access>& accesses,
                           const Fail& fail) {
    const takt_matrix_body& b = c.body.matrix;
    if (e != TAKT_ENGINE_TENSOR) fail(e, i, "matrix work outside the tensor engine");
    // Input 0 that is not read: all of the tile's rows lie in the padding.
    if (b.input != 0 && !touches(accesses, false, b.input)) fail(e, i, "does not read its input");
    if (!touches(accesses, false, b.weights)) fail(e, i, "does not read its weights");
    if (!touches(accesses, true, b.output)) fail(e, i, "does not write its output");
    const std::uint64_t results = std::uint64_t{b.out_height} * b.out_width * b.out_channels * b.groups;
    if (total(accesses, true, Space::scratchpad) < results) fail(e, i, "output is too small");
  }

  static void check_vector(std::size_t e, std::uint32_t i, const takt_command& c, const std::vector<Access>& accesses,
                           const Fail& fail) {
    const takt_vector_body& b = c.body.vector;
    if (e != TAKT_ENGINE_VECTOR) fail(e, i, "vector work outside the vector engine");
    if (total(accesses, false, Space::scratchpad) != 0 && !touches(accesses, false, b.input))
      fail(e, i, "does not read its input");
    if (!touches(accesses, true, b.output)) fail(e, i, "does not write its output");
    if (b.pass_bytes + b.tap_bytes + b.move_bytes == 0) fail(e, i, "does nothing");
    // An element written takes at least one byte of some class of work; pooling over rows adds to what is there.
    if (b.kind != TAKT_VECTOR_REDUCE && b.kind != TAKT_VECTOR_POOL &&
        b.pass_bytes + b.tap_bytes + b.move_bytes < total(accesses, true, Space::scratchpad))
      fail(e, i, "works on less than it writes");
  }

  // Conservation -----------------------------------------------------------------------------------------------------

  std::string check_conservation() {
    std::map<std::uint64_t, std::uint64_t> constants, stored, read;
    std::uint64_t constant_bytes = 0, layer_constants = 0, useful = 0, vector_macs = 0;
    std::string problem;
    const auto once = [&](std::map<std::uint64_t, std::uint64_t>& seen, const Access& a, const char* what) {
      const auto next = seen.lower_bound(a.begin);
      const bool clash =
          (next != seen.end() && next->first < a.end) || (next != seen.begin() && std::prev(next)->second > a.begin);
      if (clash && problem.empty()) problem = std::string(what) + " twice, at " + std::to_string(a.begin);
      seen[a.begin] = a.end;
    };
    each_command([&](std::size_t, std::uint32_t, const takt_command& c, const std::vector<Access>& accesses) {
      for (const Access& a : accesses) {
        if (a.space == Space::constants) once(constants, a, "constants are loaded"), constant_bytes += a.end - a.begin;
        if (a.space == Space::output && a.write) once(stored, a, "output is stored");
        if (a.space == Space::input) read[a.begin] = std::max(read[a.begin], a.end);
      }
      if (c.opcode == TAKT_OP_MATRIX) {
        const takt_matrix_body& b = c.body.matrix;
        useful += std::uint64_t{b.out_height - b.recomputed_rows} * b.out_width * b.out_channels * b.taps *
                  b.in_channels * b.groups;
      }
      if (c.opcode == TAKT_OP_VECTOR) vector_macs += c.body.vector.macs;
    });
    for (const LayerInfo& layer : program_.layers) layer_constants += layer.constant_bytes;
    if (!problem.empty()) return problem;
    if (constant_bytes != layer_constants) return "constants loaded: " + std::to_string(constant_bytes);
    if (useful + vector_macs != program_.useful_macs) return "useful MACs of the commands are not the program's";
    if (program_.issued_macs < program_.useful_macs) return "fewer MACs issued than useful";
    for (const Port& port : program_.outputs)
      if (covered(stored, port) != port.bytes) return "output stored in part only";
    for (const Port& port : program_.inputs)
      if (covered(read, port) < (options_.whole_inputs ? port.bytes : 1)) return "input read in part only";
    return {};
  }

  static std::uint64_t covered(const std::map<std::uint64_t, std::uint64_t>& ranges, const Port& port) {
    std::uint64_t at = port.offset, bytes = 0;
    for (const auto& [begin, end] : ranges) {
      const std::uint64_t from = std::max(begin, at), to = std::min(end, port.offset + port.bytes);
      if (from < to) bytes += to - from, at = to;
    }
    return bytes;
  }

  // Orders -----------------------------------------------------------------------------------------------------------

  std::string check_orders() {
    ListMachine first(program_, segments_, 1);
    if (std::string problem = first.run_to(ends()); !problem.empty()) return problem;
    reads_ = first.reads();
    for (int order = 1; order < options_.orders; ++order) {
      ListMachine machine(program_, segments_, static_cast<std::uint64_t>(order) * 7919);
      machine.expect(reads_);
      machine.set_lazy(static_cast<std::size_t>(order - 1) % (TAKT_ENGINE_COUNT + 1));
      if (std::string problem = machine.run_to(ends()); !problem.empty()) return problem;
    }
    return {};
  }

  // Every byte read was written by the reader's own layer or by one that it depends on.
  std::string check_sources() {
    for (std::size_t e = 0; e < TAKT_ENGINE_COUNT; ++e)
      for (std::uint32_t i = 0; i < reads_[e].size(); ++i) {
        const std::uint32_t layer = program_.lists[e][i].layer;
        const LayerInfo& info = program_.layers[layer];
        for (const auto& [segment, writer] : reads_[e][i]) {
          if (writer == nobody) continue;  // inputs and constants
          const std::size_t from = static_cast<std::size_t>(writer >> 24);
          const std::uint32_t made_by = program_.lists[from][static_cast<std::size_t>(writer & index_mask)].layer;
          const bool related = std::count(info.inputs.begin(), info.inputs.end(), made_by) != 0;
          const bool loaded = from == TAKT_ENGINE_DMA_IN;  // for its own layer only
          if (made_by != layer && (loaded || !related))
            return name_of_command(program_, e, i) + " reads what layer " + std::to_string(made_by) + " wrote";
        }
      }
    return {};
  }

  // Cuts -------------------------------------------------------------------------------------------------------------

  std::string check_cut(std::size_t index) const {
    const takt_cut& cut = program_.cuts[index];
    std::uint64_t live = 0;
    for (std::uint32_t i = 0; i < cut.live_count; ++i) live += program_.live_ranges.at(cut.live_first + i).bytes;
    if (live != cut.live_bytes) return "live bytes are not the sum of the live ranges";
    if (sizeof(takt_save_header) + live > program_.max_save_bytes) return "largest save is too small";
    if (cut.refetch_count > 0 && cut.refetch_first + cut.refetch_count > cut.position[TAKT_ENGINE_DMA_IN])
      return "refetch range lies behind the cut";
    for (std::uint32_t i = 0; i < cut.refetch_count; ++i) {
      const takt_command& c = program_.lists[TAKT_ENGINE_DMA_IN][cut.refetch_first + i];
      if (c.opcode == TAKT_OP_NOP) continue;
      if (c.opcode != TAKT_OP_DMA || (c.body.dma.flags & TAKT_DMA_CONSTANT) == 0) return "refetch of no constant";
      if (c.layer < cut.layer) return "refetch of constants that are not used behind the cut";
    }
    if (index == 0) return {};
    const takt_cut& before = program_.cuts[index - 1];
    for (std::size_t e = 0; e < TAKT_ENGINE_COUNT; ++e)
      if (cut.position[e] < before.position[e]) return "positions do not ascend";
    if (cut.layer < before.layer || cut.remaining_cycles > before.remaining_cycles) return "layers do not ascend";
    return {};
  }

  std::string check_cuts() {
    ListMachine machine(program_, segments_, 3);
    machine.expect(reads_);
    for (std::size_t i = 0; i < program_.cuts.size(); ++i) {
      const takt_cut& cut = program_.cuts[i];
      const std::string where = "cut " + std::to_string(i) + ": ";
      if (std::string problem = check_cut(i); !problem.empty()) return where + problem;
      if (i % options_.cut_step != 0) continue;
      Positions stop{};
      std::copy(std::begin(cut.position), std::end(cut.position), stop.begin());
      if (std::string problem = machine.run_to(stop); !problem.empty()) return where + "before it, " + problem;
      ListMachine resumed = machine;
      resumed.reseed(i + 11);
      resumed.set_lazy(i % (TAKT_ENGINE_COUNT + 1));
      resumed.lose_scratchpad(cut);
      if (std::string problem = resumed.run_to(ends()); !problem.empty()) return where + "resumed, " + problem;
    }
    return {};
  }

  const Program& program_;
  const Target& target_;
  const CheckOptions& options_;
  Segments segments_;
  std::array<std::vector<Reads>, TAKT_ENGINE_COUNT> reads_;
};

}  // namespace

std::string check_program(const Program& program, const Target& target, const CheckOptions& options) {
  const bool loops = std::any_of(program.lists.begin(), program.lists.end(), [](const std::vector<takt_command>& list) {
    return std::any_of(list.begin(), list.end(), [](const takt_command& c) { return c.opcode == TAKT_OP_LOOP_BEGIN; });
  });
  return Checker(loops ? unrolled(program) : program, target, options).run();
}

std::string check_model(const graph::Graph& graph, const CompiledModel& model, const Target& target,
                        const CheckOptions& options) {
  std::uint64_t macs = 0, cpu = 0;
  for (const CpuOperator& op : model.cpu) cpu += op.macs;
  for (std::size_t i = 0; i < model.programs.size(); ++i) {
    macs += model.programs[i].useful_macs;
    if (std::string problem = check_program(model.programs[i], target, options); !problem.empty())
      return "program " + std::to_string(i) + ": " + problem;
  }
  if (macs + cpu != graph::macs_of(graph)) return "useful MACs are not the graph's";
  if (model.steps.size() != model.programs.size() + model.cpu.size()) return "steps are not programs and operators";
  return {};
}

}  // namespace takt::compiler::test
