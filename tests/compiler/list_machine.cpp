#include "tests/compiler/list_machine.h"

#include <algorithm>

namespace takt::compiler::test {
namespace {

constexpr std::size_t dma_in_flight = 4;

std::int32_t id_of(std::size_t engine, std::uint32_t index) { return static_cast<std::int32_t>(engine << 24 | index); }

bool is_dma(std::size_t engine) { return engine == TAKT_ENGINE_DMA_IN || engine == TAKT_ENGINE_DMA_OUT; }

}  // namespace

std::string name_of_command(const Program& program, std::size_t engine, std::uint32_t index) {
  static const char* const names[] = {"dma_in", "dma_out", "tensor", "vector"};
  const std::uint32_t layer = program.lists[engine][index].layer;
  return std::string(names[engine]) + "[" + std::to_string(index) + "] of layer " + std::to_string(layer) + " (" +
         program.layers[layer].op + ")";
}

ListMachine::ListMachine(const Program& program, const Segments& segments, std::uint64_t seed)
    : program_(program),
      segments_(segments),
      random_(seed * 2 + 1),
      writer_(segments.count(), nobody),
      readers_(segments.count(), 0),
      writers_(segments.count(), 0) {
  for (std::size_t e = 0; e < reads_.size(); ++e) reads_[e].resize(program.lists[e].size());
}

std::uint64_t ListMachine::next_random() {  // xorshift64*
  random_ ^= random_ >> 12;
  random_ ^= random_ << 25;
  random_ ^= random_ >> 27;
  return random_ * 0x2545f4914f6cdd1dull >> 32;
}

bool ListMachine::waits_hold(const takt_command& command) const {
  return std::all_of(std::begin(command.wait), std::end(command.wait), [&](const takt_wait& wait) {
    return wait.semaphore == TAKT_NO_SEMAPHORE || semaphores_[wait.semaphore] >= wait.value;
  });
}

bool ListMachine::may_start(std::size_t engine, const Positions& limits) const {
  if (next_[engine] >= limits[engine]) return false;
  if (flying_[engine].size() >= (is_dma(engine) ? dma_in_flight : 1)) return false;
  return waits_hold(program_.lists[engine][next_[engine]]);
}

std::string ListMachine::conflict(std::size_t engine, std::uint32_t index) const {
  for (const SegmentAccess& access : segments_.accesses(engine, index))
    for (std::uint32_t s = access.first; s < access.last; ++s) {
      if (writers_[s] != 0 || (access.write && readers_[s] != 0))
        return name_of_command(program_, engine, index) + (access.write ? " writes" : " reads") +
               " bytes that a command in flight uses";
      if (!access.write && segments_.space_of(s) != Access::Space::input &&
          segments_.space_of(s) != Access::Space::constants && writer_[s] == nobody)
        return name_of_command(program_, engine, index) + " reads bytes that nothing wrote";
    }
  return {};
}

std::string ListMachine::start(std::size_t engine) {
  const std::uint32_t index = next_[engine]++;
  if (std::string problem = conflict(engine, index); !problem.empty()) return problem;
  Reads& reads = reads_[engine][index];
  reads.clear();
  for (const SegmentAccess& access : segments_.accesses(engine, index))
    for (std::uint32_t s = access.first; s < access.last; ++s) {
      if (!access.write) reads.emplace_back(s, writer_[s]);
      ++(access.write ? writers_ : readers_)[s];
    }
  if (expected_ != nullptr && reads != (*expected_)[engine][index])
    return name_of_command(program_, engine, index) + " reads other bytes than in another legal order";
  flying_[engine].push_back(index);
  return {};
}

void ListMachine::retire(std::size_t engine) {
  const std::uint32_t index = flying_[engine].front();
  flying_[engine].pop_front();
  for (const SegmentAccess& access : segments_.accesses(engine, index))
    for (std::uint32_t s = access.first; s < access.last; ++s) {
      --(access.write ? writers_ : readers_)[s];
      if (access.write) writer_[s] = id_of(engine, index);
    }
  const takt_command& command = program_.lists[engine][index];
  if (command.post != TAKT_NO_SEMAPHORE) ++semaphores_[command.post];
}

std::string ListMachine::run_to(const Positions& limits) {
  for (;;) {
    std::array<std::size_t, 2 * TAKT_ENGINE_COUNT> choices{};
    std::size_t count = 0;
    for (std::size_t e = 0; e < TAKT_ENGINE_COUNT; ++e) {
      if (may_start(e, limits)) choices[count++] = e;
      if (!flying_[e].empty()) choices[count++] = TAKT_ENGINE_COUNT + e;
    }
    if (count == 0) break;
    const auto end = choices.begin() + static_cast<std::ptrdiff_t>(count);
    const auto eager =
        std::partition(choices.begin(), end, [&](std::size_t c) { return c % TAKT_ENGINE_COUNT != lazy_; });
    if (eager != choices.begin()) count = static_cast<std::size_t>(eager - choices.begin());
    const std::size_t choice = choices[next_random() % count];
    if (choice >= TAKT_ENGINE_COUNT) {
      retire(choice - TAKT_ENGINE_COUNT);
    } else if (std::string problem = start(choice); !problem.empty()) {
      return problem;
    }
  }
  for (std::size_t e = 0; e < TAKT_ENGINE_COUNT; ++e)
    if (next_[e] < limits[e]) return "deadlock: " + name_of_command(program_, e, next_[e]) + " never starts";
  return {};
}

void ListMachine::lose_scratchpad(const takt_cut& cut) {
  std::vector<bool> kept(segments_.count(), false);
  for (std::uint32_t i = 0; i < cut.live_count; ++i) {
    const takt_live_range& range = program_.live_ranges[cut.live_first + i];
    const SegmentAccess live = segments_.scratchpad(range.offset, std::uint64_t{range.offset} + range.bytes);
    std::fill(kept.begin() + live.first, kept.begin() + live.last, true);
  }
  for (std::uint32_t s = 0; s < segments_.count(); ++s)
    if (segments_.space_of(s) == Access::Space::scratchpad && !kept[s]) writer_[s] = nobody;
  for (std::uint32_t i = cut.refetch_first; i < cut.refetch_first + cut.refetch_count; ++i)
    for (const SegmentAccess& access : segments_.accesses(TAKT_ENGINE_DMA_IN, i))
      for (std::uint32_t s = access.first; access.write && s < access.last; ++s)
        writer_[s] = id_of(TAKT_ENGINE_DMA_IN, i);
}

}  // namespace takt::compiler::test
