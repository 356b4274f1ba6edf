#include "tests/compiler/list_checker.h"

#include <algorithm>
#include <boost/icl/interval_set.hpp>
#include <functional>

#include "tests/compiler/list_machine.h"
#include "tests/compiler/unrolled.h"

namespace takt::compiler::test {
namespace {

using Space = Access::Space;
using Bytes = boost::icl::interval_set<std::uint64_t>;

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
    Positions positions;
    for (std::size_t l = 0; l < lists_of(program_); ++l)
      positions.push_back(static_cast<std::uint32_t>(commands_of(program_, l).size()));
    return positions;
  }

  template <typename Visit>
  void each_command(Visit visit) const {
    for (std::size_t l = 0; l < lists_of(program_); ++l)
      for (std::uint32_t i = 0; i < commands_of(program_, l).size(); ++i)
        visit(l, i, commands_of(program_, l)[i], accesses_of(program_, l)[i]);
  }

  // Fields against accesses ------------------------------------------------------------------------------------------

  std::string check_fields() {
    std::string problem;
    each_command([&](std::size_t l, std::uint32_t i, const takt_command& c, const std::vector<Access>& accesses) {
      const Fail fail = [&](const std::string& what) {
        if (problem.empty()) problem = name_of_command(program_, l, i) + ": " + what;
      };
      if (c.engine != l % TAKT_ENGINE_COUNT) fail("stands in another engine's list");
      for (const Access& a : accesses) {
        if (a.begin >= a.end) fail("empty access");
        if (a.end > limit_of(a.space)) fail("access beyond its area");
      }
      for (const takt_wait& wait : c.wait)
        if (wait.semaphore != TAKT_NO_SEMAPHORE && wait.semaphore >= program_.semaphores) fail("unknown semaphore");
      if (c.post != TAKT_NO_SEMAPHORE && c.post >= program_.semaphores) fail("posts an unknown semaphore");
      if (c.opcode == TAKT_OP_DMA)
        check_dma(c, accesses, fail);
      else if (c.opcode == TAKT_OP_MATRIX)
        check_matrix(c, accesses, fail);
      else if (c.opcode == TAKT_OP_VECTOR)
        check_vector(c, accesses, fail);
      else if (c.opcode != TAKT_OP_NOP || !accesses.empty())
        fail("unexpected opcode");
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

  using Fail = std::function<void(const std::string&)>;

  static void check_dma(const takt_command& c, const std::vector<Access>& accesses, const Fail& fail) {
    const takt_dma_body& body = c.body.dma;
    const bool in = c.engine == TAKT_ENGINE_DMA_IN;
    const std::uint64_t bytes = std::uint64_t{body.rows} * body.row_bytes;
    if (c.engine != TAKT_ENGINE_DMA_IN && c.engine != TAKT_ENGINE_DMA_OUT) fail("DMA in a compute list");
    if (bytes == 0 || bytes > (128u << 10)) fail("moves " + std::to_string(bytes) + " bytes");
    const std::vector<Access> expected = accesses_of(body, in);
    const bool same = std::equal(
        expected.begin(), expected.end(), accesses.begin(), accesses.end(), [](const Access& a, const Access& b) {
          return a.space == b.space && a.write == b.write && a.begin == b.begin && a.end == b.end;
        });
    if (!same) fail("accesses differ from its fields");
    const bool constant = (body.flags & TAKT_DMA_CONSTANT) != 0;
    if (constant != (body.base == TAKT_BASE_CONSTANTS)) fail("constant flag does not fit its base");
    if (!in && (body.base == TAKT_BASE_INPUT || constant)) fail("writes what may not be written");
  }

  // What the fields imply at least: operands begin where they say, the output holds every result.
  static void check_matrix(const takt_command& c, const std::vector<Access>& accesses, const Fail& fail) {
    const takt_matrix_body& b = c.body.matrix;
    if (c.engine != TAKT_ENGINE_TENSOR) fail("matrix work outside the tensor engine");
    // Input 0 that is not read: all of the tile's rows lie in the padding.
    if (b.input != 0 && !touches(accesses, false, b.input)) fail("does not read its input");
    if (!touches(accesses, false, b.weights)) fail("does not read its weights");
    if (!touches(accesses, true, b.output)) fail("does not write its output");
    const std::uint64_t results = std::uint64_t{b.out_height} * b.out_width * b.out_channels * b.groups;
    if (total(accesses, true, Space::scratchpad) < results) fail("output is too small");
  }

  static void check_vector(const takt_command& c, const std::vector<Access>& accesses, const Fail& fail) {
    const takt_vector_body& b = c.body.vector;
    if (c.engine != TAKT_ENGINE_VECTOR) fail("vector work outside the vector engine");
    if (total(accesses, false, Space::scratchpad) != 0 && !touches(accesses, false, b.input))
      fail("does not read its input");
    if (!touches(accesses, true, b.output)) fail("does not write its output");
    if (b.pass_bytes + b.tap_bytes + b.move_bytes == 0) fail("does nothing");
    // An element written takes at least one byte of some class of work; pooling over rows adds to what is there.
    if (b.kind != TAKT_VECTOR_REDUCE && b.kind != TAKT_VECTOR_POOL &&
        b.pass_bytes + b.tap_bytes + b.move_bytes < total(accesses, true, Space::scratchpad))
      fail("works on less than it writes");
  }

  // Conservation -----------------------------------------------------------------------------------------------------

  std::string check_conservation() {
    std::vector<Bytes> constants(cores_of(program_));
    Bytes all_constants, stored, read;
    std::uint64_t layer_constants = 0, useful = 0, vector_macs = 0;
    std::string problem;
    const auto once = [&](Bytes& seen, const Access& a, const char* what) {
      const Bytes::interval_type bytes(a.begin, a.end);
      if (boost::icl::intersects(seen, bytes) && problem.empty())
        problem = std::string(what) + " twice, at " + std::to_string(a.begin);
      seen += bytes;
    };
    each_command([&](std::size_t l, std::uint32_t, const takt_command& c, const std::vector<Access>& accesses) {
      for (const Access& a : accesses) {
        if (a.space == Space::constants) once(constants[core_of(l)], a, "constants are loaded");
        if (a.space == Space::output && a.write) once(stored, a, "output is stored");
        if (a.space == Space::input) read += Bytes::interval_type(a.begin, a.end);
      }
      if (c.opcode == TAKT_OP_MATRIX) {
        const takt_matrix_body& b = c.body.matrix;
        useful += std::uint64_t{b.out_height - b.recomputed_rows} * b.out_width * b.out_channels * b.taps *
                  b.in_channels * b.groups;
      }
      if (c.opcode == TAKT_OP_VECTOR) vector_macs += c.body.vector.macs;
    });
    for (const Bytes& loaded : constants) all_constants += loaded;
    for (const LayerInfo& layer : program_.layers) layer_constants += layer.constant_bytes;
    if (!problem.empty()) return problem;
    if (all_constants.size() != layer_constants)
      return "constants loaded: " + std::to_string(all_constants.size()) + " bytes";
    if (useful + vector_macs != program_.useful_macs) return "useful MACs of the commands are not the program's";
    if (program_.issued_macs < program_.useful_macs) return "fewer MACs issued than useful";
    for (const Port& port : program_.outputs)
      if (covered(stored, port) != port.bytes) return "output stored in part only";
    for (const Port& port : program_.inputs)
      if (covered(read, port) < (options_.whole_inputs ? port.bytes : 1)) return "input read in part only";
    return {};
  }

  static std::uint64_t covered(const Bytes& bytes, const Port& port) {
    return Bytes(bytes & Bytes::interval_type(port.offset, port.offset + port.bytes)).size();
  }

  // Orders -----------------------------------------------------------------------------------------------------------

  std::string check_orders() {
    ListMachine first(program_, segments_, 1);
    if (std::string problem = first.run_to(ends()); !problem.empty()) return problem;
    reads_ = first.reads();
    const int orders = options_.orders + TAKT_ENGINE_COUNT * static_cast<int>(program_.further.size());
    for (int order = 1; order < orders; ++order) {
      ListMachine machine(program_, segments_, static_cast<std::uint64_t>(order) * 7919);
      machine.expect(reads_);
      machine.set_lazy(static_cast<std::size_t>(order - 1) % (lists_of(program_) + 1));
      if (std::string problem = machine.run_to(ends()); !problem.empty()) return problem;
    }
    return {};
  }

  bool depends(std::uint32_t layer, std::uint32_t on) const {
    const std::vector<std::uint32_t>& inputs = program_.layers[layer].inputs;
    return layer == on || std::count(inputs.begin(), inputs.end(), on) != 0;
  }

  static std::size_t list_of(std::int32_t id) { return static_cast<std::size_t>(id >> 24); }
  static std::size_t index_of(std::int32_t id) { return static_cast<std::size_t>(id & index_mask); }
  const takt_command& command(std::int32_t id) const { return commands_of(program_, list_of(id))[index_of(id)]; }

  // What other cores made is loaded for the first layer that needs it, in one row; later ones find it there.
  bool brought_from_other_cores(std::uint32_t layer, std::uint32_t segment, std::int32_t load) const {
    const takt_dma_body& body = command(load).body.dma;
    const auto [first, last] = segments_.bytes_of(segment);
    const std::uint64_t begin = body.offset + first - body.scratchpad, end = body.offset + last - body.scratchpad;
    const Reads& loaded = reads_[list_of(load)][index_of(load)];
    return body.rows == 1 && std::all_of(loaded.begin(), loaded.end(), [&](const auto& read) {
             const auto [from, to] = segments_.bytes_of(read.first);
             const std::int32_t store = read.second;
             const bool elsewhere = to <= begin || from >= end;
             return elsewhere || (store != nobody && core_of(list_of(store)) != core_of(list_of(load)) &&
                                  depends(layer, command(store).layer));
           });
  }

  // Every byte read was written by the reader's own layer or by one that it depends on.
  std::string check_sources() {
    for (std::size_t l = 0; l < reads_.size(); ++l)
      for (std::uint32_t i = 0; i < reads_[l].size(); ++i) {
        const std::uint32_t layer = commands_of(program_, l)[i].layer;
        for (const auto& [segment, writer] : reads_[l][i]) {
          if (writer == nobody) continue;  // inputs and constants
          const takt_command& from = command(writer);
          const bool loaded = from.engine == TAKT_ENGINE_DMA_IN;  // for its own layer only
          const bool right = loaded ? from.layer == layer || brought_from_other_cores(layer, segment, writer)
                                    : depends(layer, from.layer);
          if (!right)
            return name_of_command(program_, l, i) + " reads what layer " + std::to_string(from.layer) + " wrote";
        }
      }
    return {};
  }

  // Cuts -------------------------------------------------------------------------------------------------------------

  std::string check_cut(std::uint32_t core, std::size_t index) const {
    const CorePart& part = part_of(program_, core);
    const takt_cut& cut = part.cuts[index];
    if (cut.layer != program_.cuts[index].layer) return "cores are cut at different layers";
    std::uint64_t live = 0;
    for (std::uint32_t i = 0; i < cut.live_count; ++i) live += part.live_ranges.at(cut.live_first + i).bytes;
    if (live != cut.live_bytes) return "live bytes are not the sum of the live ranges";
    if (sizeof(takt_save_header) + live > part.save_bytes) return "largest save is too small";
    if (cut.refetch_count > 0 && cut.refetch_first + cut.refetch_count > cut.position[TAKT_ENGINE_DMA_IN])
      return "refetch range lies behind the cut";
    for (std::uint32_t i = 0; i < cut.refetch_count; ++i) {
      const takt_command& c = part.lists[TAKT_ENGINE_DMA_IN][cut.refetch_first + i];
      if (c.opcode == TAKT_OP_NOP) continue;
      const bool constant = c.opcode == TAKT_OP_DMA && (c.body.dma.flags & TAKT_DMA_CONSTANT) != 0;
      if (!constant && cores_of(program_) > 1) continue;  // what another core has made: not fetched again
      if (!constant) return "refetch of no constant";
      if (c.layer < cut.layer) return "refetch of constants that are not used behind the cut";
    }
    if (index == 0) return {};
    const takt_cut& before = part.cuts[index - 1];
    for (std::size_t e = 0; e < TAKT_ENGINE_COUNT; ++e)
      if (cut.position[e] < before.position[e]) return "positions do not ascend";
    if (cut.layer < before.layer || cut.remaining_cycles > before.remaining_cycles) return "layers do not ascend";
    return {};
  }

  // One behind another in the save area.
  std::string check_saves() const {
    std::uint64_t end = 0;
    for (std::uint32_t core = 0; core < cores_of(program_); ++core) {
      if (part_of(program_, core).cuts.size() != program_.cuts.size()) return "cores have different cuts";
      if (save_offset(program_, core) < end) return "saves of two cores overlap";
      end = std::uint64_t{save_offset(program_, core)} + part_of(program_, core).save_bytes;
    }
    return end == program_.max_save_bytes ? "" : "all saves together are not the largest save";
  }

  // Where all cores stop at a cut.
  Positions stops(std::size_t cut) const {
    Positions positions;
    for (std::uint32_t core = 0; core < cores_of(program_); ++core) {
      const takt_cut& own = part_of(program_, core).cuts[cut];
      positions.insert(positions.end(), std::begin(own.position), std::end(own.position));
    }
    return positions;
  }

  std::string check_cuts() {
    if (std::string problem = check_saves(); !problem.empty()) return problem;
    ListMachine machine(program_, segments_, 3);
    machine.expect(reads_);
    for (std::size_t i = 0; i < program_.cuts.size(); ++i) {
      const std::string where = "cut " + std::to_string(i) + ": ";
      for (std::uint32_t core = 0; core < cores_of(program_); ++core)
        if (std::string problem = check_cut(core, i); !problem.empty()) return where + problem;
      if (i % options_.cut_step != 0) continue;
      if (std::string problem = machine.run_to(stops(i)); !problem.empty()) return where + "before it, " + problem;
      ListMachine resumed = machine;
      resumed.reseed(i + 11);
      resumed.set_lazy(i % (lists_of(program_) + 1));
      resumed.lose_scratchpads(i);
      if (std::string problem = resumed.run_to(ends()); !problem.empty()) return where + "resumed, " + problem;
    }
    return {};
  }

  const Program& program_;
  const Target& target_;
  const CheckOptions& options_;
  Segments segments_;
  std::vector<std::vector<Reads>> reads_;  // by list and command
};

}  // namespace

std::string check_program(const Program& program, const Target& target, const CheckOptions& options) {
  bool loops = false;
  for (std::size_t l = 0; l < lists_of(program); ++l)
    for (const takt_command& c : commands_of(program, l)) loops |= c.opcode == TAKT_OP_LOOP_BEGIN;
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
