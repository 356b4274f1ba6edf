#include "sim/compiler/rehearsal.h"

#include <algorithm>
#include <stdexcept>

#include "models/units/quantity.h"
#include "sim/compiler/cost.h"
#include "sim/compiler/program.h"

namespace takt::compiler {
namespace {

constexpr std::uint64_t parts_of_cycle = 1000;

bool is_dma(std::size_t engine) { return engine % TAKT_ENGINE_COUNT <= TAKT_ENGINE_DMA_OUT; }

// Turns that a loop has of those that it may have.
std::uint32_t turns_of(const takt_loop_body& loop, std::uint64_t parameter) {
  if (loop.parameter == TAKT_NO_PARAMETER) return loop.trips;
  const std::int64_t extent = std::max<std::int64_t>(0, static_cast<std::int64_t>(parameter) + loop.offset);
  return static_cast<std::uint32_t>(
      std::min<std::uint64_t>(loop.trips, units::ceil_div(static_cast<std::uint64_t>(extent), loop.tile)));
}

// How much of a command there is in a turn: of its extent's limit.
std::uint64_t extent_of(const takt_command& command, std::uint64_t parameter, std::uint32_t turn) {
  const takt_extent& e = command.extent;
  return static_cast<std::uint64_t>(std::clamp<std::int64_t>(
      static_cast<std::int64_t>(parameter) + e.offset - std::int64_t{e.step} * turn, 0, e.limit));
}

bool wide(const takt_command& c) {
  return c.opcode == TAKT_OP_MATRIX ? c.body.matrix.precision == TAKT_W8A16 || c.body.matrix.precision == TAKT_W4A16
                                    : c.body.vector.element_bytes == 2;
}

std::uint64_t matrix_cycles(takt_matrix_body body, const takt_command& c, std::uint64_t extent, const Target& target) {
  const auto part = static_cast<std::uint32_t>(extent);
  if (c.extent.of == TAKT_EXTENT_OUT_HEIGHT) body.out_height = part;
  if (c.extent.of == TAKT_EXTENT_OUT_CHANNELS) body.out_channels = part;
  if (c.extent.of == TAKT_EXTENT_IN_CHANNELS) body.in_channels = part;
  return matrix_cost(body, target).cycles;
}

std::uint64_t vector_part(takt_vector_body body, std::uint64_t extent, std::uint64_t limit, const Target& target) {
  for (std::uint64_t* bytes : {&body.pass_bytes, &body.tap_bytes, &body.move_bytes})
    *bytes = units::mul_div_ceil(*bytes, extent, limit);
  return vector_cycles(body, target);
}

// Thousandths of a cycle of an engine, or bytes x 10^6 of a DMA list.
std::uint64_t work_of(const takt_command& c, std::uint64_t parameter, std::uint32_t turn, const Target& target) {
  const bool varies = c.parameter == past_parameter;
  const std::uint64_t extent = varies ? extent_of(c, parameter, turn) : 1, limit = varies ? c.extent.limit : 1;
  if (extent == 0 || c.opcode == TAKT_OP_NOP) return 0;
  if (c.opcode == TAKT_OP_DMA) return 1000000ull * c.body.dma.row_bytes * (varies ? extent : c.body.dma.rows);
  const std::uint64_t cycles = c.opcode == TAKT_OP_MATRIX ? matrix_cycles(c.body.matrix, c, extent, target)
                                                          : vector_part(c.body.vector, extent, limit, target);
  return parts_of_cycle * (cycles + target.dispatch_cycles + overhead_cycles(c.overhead, wide(c), target));
}

}  // namespace

Rehearsal::Rehearsal(const Program& program, const Target& target, std::uint64_t parameter) {
  const std::size_t engines = cores_of(program) * TAKT_ENGINE_COUNT;
  steps_.resize(engines);
  begins_.resize(engines);
  started_.resize(engines);
  retired_.resize(engines);
  for (std::size_t e = 0; e < engines; ++e)
    write_out(part_of(program, static_cast<std::uint32_t>(e / TAKT_ENGINE_COUNT)).lists[e % TAKT_ENGINE_COUNT], target,
              e, parameter);
}

// The compiler's loops enclose one DMA command each and lie in no other loop.
void Rehearsal::write_out(const std::vector<takt_command>& list, const Target& target, std::size_t engine,
                          std::uint64_t parameter) {
  std::vector<Step>& steps = steps_[engine];
  const auto add = [&](const takt_command& c, std::uint64_t work, std::uint16_t semaphore, std::uint32_t posts) {
    Step& step = steps.emplace_back();
    std::copy(std::begin(c.wait), std::end(c.wait), std::begin(step.waits));
    step.work = work;
    step.semaphore = semaphore;
    step.posts = posts;
    step.at_all_cores = (c.flags & TAKT_POST_ALL_CORES) != 0;
  };
  for (std::size_t i = 0; i < list.size(); ++i) {
    begins_[engine].push_back(steps.size());
    if (list[i].opcode != TAKT_OP_LOOP_BEGIN) {
      add(list[i], work_of(list[i], parameter, 0, target), list[i].post, 1);
      continue;
    }
    const takt_loop_body& loop = list[i].body.loop;
    const takt_command& inside = list[i + 1];
    const std::uint32_t turns = turns_of(loop, parameter);
    add(list[i], 0, TAKT_NO_SEMAPHORE, 0);
    for (std::uint32_t turn = 0; turn < turns; ++turn)
      add(inside, work_of(inside, parameter, turn, target), inside.post, 1);
    const takt_loop_count& posted = list[i + 2].body.loop.count[0];
    add(list[i + 2], 0, posted.semaphore, posted.count * (loop.trips - turns));
    begins_[engine].insert(begins_[engine].end(), 2, steps.size());
    i += 2;
  }
  begins_[engine].push_back(steps.size());
  started_[engine].resize(steps.size());
  retired_[engine].resize(steps.size());
}

std::uint64_t Rehearsal::run(std::uint64_t bytes_per_kilocycle) {
  bytes_per_kilocycle_ = bytes_per_kilocycle;
  engines_.assign(steps_.size(), {});
  semaphores_.assign(steps_.size() / TAKT_ENGINE_COUNT, {});
  dma_busy_ = 0;
  now_ = 0;
  for (;;) {
    for (bool moved = true; moved;) {
      moved = false;
      for (std::size_t e = 0; e < engines_.size(); ++e) moved = start(e) || moved;
    }
    std::uint64_t step = ~0ull;
    for (std::size_t e = 0; e < engines_.size(); ++e)
      if (engines_[e].busy) step = std::min(step, units::ceil_div(engines_[e].left, rate(e)));
    if (step == ~0ull) break;
    std::vector<std::uint64_t> done(engines_.size());
    for (std::size_t e = 0; e < engines_.size(); ++e)
      if (engines_[e].busy) done[e] = step * rate(e);
    now_ += step;
    for (std::size_t e = 0; e < engines_.size(); ++e) {
      if (!engines_[e].busy) continue;
      engines_[e].left -= std::min(engines_[e].left, done[e]);
      if (engines_[e].left == 0) retire(e);
    }
  }
  for (std::size_t e = 0; e < engines_.size(); ++e)
    if (engines_[e].next != steps_[e].size()) throw std::logic_error("the lists of a program wait for each other");
  return units::ceil_div(now_, parts_of_cycle);
}

// What an engine does in a thousandth of a cycle.
std::uint64_t Rehearsal::rate(std::size_t engine) const {
  return is_dma(engine) ? std::max<std::uint64_t>(1, bytes_per_kilocycle_ / dma_busy_) : 1;
}

bool Rehearsal::holds(std::size_t engine, const Step& step) const {
  const auto& semaphores = semaphores_[engine / TAKT_ENGINE_COUNT];
  return std::all_of(std::begin(step.waits), std::end(step.waits), [&](const takt_wait& wait) {
    return wait.semaphore == TAKT_NO_SEMAPHORE || semaphores[wait.semaphore] >= wait.value;
  });
}

// True: a command started; one without work has retired.
bool Rehearsal::start(std::size_t e) {
  Engine& engine = engines_[e];
  if (engine.busy || engine.next == steps_[e].size() || !holds(e, steps_[e][engine.next])) return false;
  engine.busy = true;
  started_[e][engine.next] = now_;
  dma_busy_ += is_dma(e);
  engine.left = steps_[e][engine.next].work;
  if (engine.left == 0) retire(e);
  return true;
}

void Rehearsal::retire(std::size_t e) {
  Engine& engine = engines_[e];
  const Step& step = steps_[e][engine.next];
  if (step.semaphore != TAKT_NO_SEMAPHORE)
    for (std::size_t core = 0; core < semaphores_.size(); ++core)
      if (step.at_all_cores || core == e / TAKT_ENGINE_COUNT) semaphores_[core][step.semaphore] += step.posts;
  retired_[e][engine.next++] = now_;
  engine.busy = false;
  dma_busy_ -= is_dma(e);
}

std::uint64_t Rehearsal::reached(const takt_cut& cut) const {
  std::uint64_t time = 0;
  for (std::size_t e = 0; e < TAKT_ENGINE_COUNT; ++e) {
    const std::size_t step = begins_[e][cut.position[e]];
    if (step != 0) time = std::max(time, retired_[e][step - 1]);
  }
  return units::ceil_div(time, parts_of_cycle);
}

std::uint64_t Rehearsal::passed(const takt_cut& cut) const {
  std::uint64_t time = never;
  for (std::size_t e = 0; e < TAKT_ENGINE_COUNT; ++e) {
    const std::size_t step = begins_[e][cut.position[e]];
    if (step != started_[e].size()) time = std::min(time, started_[e][step] / parts_of_cycle);
  }
  return time;
}

}  // namespace takt::compiler
