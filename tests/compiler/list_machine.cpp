#include "tests/compiler/list_machine.h"

#include <algorithm>

namespace takt::compiler::test {
namespace {

constexpr std::size_t dma_in_flight = 4;

std::int32_t id_of(std::size_t list, std::uint32_t index) { return static_cast<std::int32_t>(list << 24 | index); }

std::size_t most_in_flight(std::size_t list) {
  const std::size_t engine = list % TAKT_ENGINE_COUNT;
  return engine == TAKT_ENGINE_DMA_IN || engine == TAKT_ENGINE_DMA_OUT ? dma_in_flight : 1;
}

}  // namespace

std::string name_of_command(const Program& program, std::size_t list, std::uint32_t index) {
  static const char* const names[] = {"dma_in", "dma_out", "tensor", "vector"};
  const std::uint32_t layer = commands_of(program, list)[index].layer;
  const std::string core = cores_of(program) > 1 ? " of core " + std::to_string(core_of(list)) : "";
  return std::string(names[list % TAKT_ENGINE_COUNT]) + "[" + std::to_string(index) + "]" + core + " of layer " +
         std::to_string(layer) + " (" + program.layers[layer].op + ")";
}

ListMachine::ListMachine(const Program& program, const Segments& segments, std::uint64_t seed)
    : program_(program),
      segments_(segments),
      random_(seed * 2 + 1),
      lazy_(lists_of(program)),
      next_(lists_of(program), 0),
      flying_(lists_of(program)),
      semaphores_(cores_of(program)),
      writer_(segments.count(), nobody),
      readers_(segments.count(), 0),
      writers_(segments.count(), 0),
      reads_(lists_of(program)) {
  for (std::size_t l = 0; l < reads_.size(); ++l) reads_[l].resize(commands_of(program, l).size());
}

std::uint64_t ListMachine::next_random() {  // xorshift64*
  random_ ^= random_ >> 12;
  random_ ^= random_ << 25;
  random_ ^= random_ >> 27;
  return random_ * 0x2545f4914f6cdd1dull >> 32;
}

bool ListMachine::waits_hold(std::size_t list) const {
  const takt_command& command = commands_of(program_, list)[next_[list]];
  const auto& semaphores = semaphores_[core_of(list)];
  return std::all_of(std::begin(command.wait), std::end(command.wait), [&](const takt_wait& wait) {
    return wait.semaphore == TAKT_NO_SEMAPHORE || semaphores[wait.semaphore] >= wait.value;
  });
}

bool ListMachine::may_start(std::size_t list, const Positions& limits) const {
  return next_[list] < limits[list] && flying_[list].size() < most_in_flight(list) && waits_hold(list);
}

std::string ListMachine::conflict(std::size_t list, std::uint32_t index) const {
  for (const SegmentAccess& access : segments_.accesses(list, index))
    for (std::uint32_t s = access.first; s < access.last; ++s) {
      if (writers_[s] != 0 || (access.write && readers_[s] != 0))
        return name_of_command(program_, list, index) + (access.write ? " writes" : " reads") +
               " bytes that a command in flight uses";
      if (!access.write && segments_.space_of(s) != Access::Space::input &&
          segments_.space_of(s) != Access::Space::constants && writer_[s] == nobody)
        return name_of_command(program_, list, index) + " reads bytes that nothing wrote";
    }
  return {};
}

std::string ListMachine::start(std::size_t list) {
  const std::uint32_t index = next_[list]++;
  if (std::string problem = conflict(list, index); !problem.empty()) return problem;
  Reads& reads = reads_[list][index];
  reads.clear();
  for (const SegmentAccess& access : segments_.accesses(list, index))
    for (std::uint32_t s = access.first; s < access.last; ++s) {
      if (!access.write) reads.emplace_back(s, writer_[s]);
      ++(access.write ? writers_ : readers_)[s];
    }
  if (expected_ != nullptr && reads != (*expected_)[list][index])
    return name_of_command(program_, list, index) + " reads other bytes than in another legal order";
  flying_[list].push_back(index);
  return {};
}

void ListMachine::retire(std::size_t list) {
  const std::uint32_t index = flying_[list].front();
  flying_[list].pop_front();
  for (const SegmentAccess& access : segments_.accesses(list, index))
    for (std::uint32_t s = access.first; s < access.last; ++s) {
      --(access.write ? writers_ : readers_)[s];
      if (access.write) writer_[s] = id_of(list, index);
    }
  const takt_command& command = commands_of(program_, list)[index];
  if (command.post == TAKT_NO_SEMAPHORE) return;
  const bool at_all = (command.flags & TAKT_POST_ALL_CORES) != 0;
  for (std::uint32_t core = 0; core < semaphores_.size(); ++core)
    if (at_all || core == core_of(list)) ++semaphores_[core][command.post];
}

std::string ListMachine::run_to(const Positions& limits) {
  const std::size_t lists = next_.size();
  for (;;) {
    choices_.clear();
    for (std::size_t l = 0; l < lists; ++l) {
      if (may_start(l, limits)) choices_.push_back(l);
      if (!flying_[l].empty()) choices_.push_back(lists + l);
    }
    if (choices_.empty()) break;
    const auto eager =
        std::partition(choices_.begin(), choices_.end(), [&](std::size_t c) { return c % lists != lazy_; });
    if (eager != choices_.begin()) choices_.erase(eager, choices_.end());
    const std::size_t choice = choices_[next_random() % choices_.size()];
    if (choice >= lists) {
      retire(choice - lists);
    } else if (std::string problem = start(choice); !problem.empty()) {
      return problem;
    }
  }
  for (std::size_t l = 0; l < lists; ++l)
    if (next_[l] < limits[l]) return "deadlock: " + name_of_command(program_, l, next_[l]) + " never starts";
  return {};
}

void ListMachine::lose_scratchpads(std::size_t cut) {
  for (std::uint32_t core = 0; core < cores_of(program_); ++core)
    lose_scratchpad(core, part_of(program_, core).cuts[cut]);
}

void ListMachine::lose_scratchpad(std::uint32_t core, const takt_cut& cut) {
  const SegmentAccess all = segments_.scratchpad(core);
  std::vector<bool> kept(segments_.count(), false);
  for (std::uint32_t i = 0; i < cut.live_count; ++i) {
    const takt_live_range& range = part_of(program_, core).live_ranges[cut.live_first + i];
    const SegmentAccess live = segments_.scratchpad(core, range.offset, std::uint64_t{range.offset} + range.bytes);
    std::fill(kept.begin() + live.first, kept.begin() + live.last, true);
  }
  for (std::uint32_t s = all.first; s < all.last; ++s)
    if (!kept[s]) writer_[s] = nobody;
  const std::size_t loads = std::size_t{core} * TAKT_ENGINE_COUNT + TAKT_ENGINE_DMA_IN;
  for (std::uint32_t i = cut.refetch_first; i < cut.refetch_first + cut.refetch_count; ++i) {
    const takt_command& command = part_of(program_, core).lists[TAKT_ENGINE_DMA_IN][i];
    if (command.opcode != TAKT_OP_DMA || (command.body.dma.flags & TAKT_DMA_CONSTANT) == 0) continue;
    for (const SegmentAccess& access : segments_.accesses(loads, i))
      for (std::uint32_t s = access.first; access.write && s < access.last; ++s) writer_[s] = id_of(loads, i);
  }
}

}  // namespace takt::compiler::test
