// The program as it lies in DRAM: header, cuts, live ranges, command lists, those of further cores.
#include <algorithm>
#include <cstring>

#include "sim/compiler/compiler.h"

namespace takt::compiler {
namespace {

std::uint64_t aligned(std::uint64_t value, std::uint64_t step) { return (value + step - 1) / step * step; }

// Behind what is there; where it stands.
template <typename Entry>
std::uint64_t append(std::vector<std::uint8_t>& image, std::uint64_t alignment, const std::vector<Entry>& entries) {
  const std::uint64_t offset = aligned(image.size(), alignment);
  image.resize(offset + entries.size() * sizeof(Entry));
  if (!entries.empty()) std::memcpy(image.data() + offset, entries.data(), entries.size() * sizeof(Entry));
  return offset;
}

// `Part`: takt_program_header or takt_core_part.
template <typename Part>
void append_tables(std::vector<std::uint8_t>& image, const CorePart& core, Part& part) {
  part.cuts_offset = append(image, 64, core.cuts);
  part.live_ranges_offset = append(image, 8, core.live_ranges);
  part.live_range_count = static_cast<std::uint32_t>(core.live_ranges.size());
}

template <typename Part>
void append_lists(std::vector<std::uint8_t>& image, const CorePart& core, Part& part) {
  for (std::size_t e = 0; e < TAKT_ENGINE_COUNT; ++e) {
    part.list_offset[e] = append(image, TAKT_COMMAND_BYTES, core.lists[e]);
    part.list_commands[e] = static_cast<std::uint32_t>(core.lists[e].size());
  }
}

}  // namespace

std::vector<std::uint8_t> program_image(const Program& program,
                                        const std::array<std::uint64_t, TAKT_BASE_COUNT>& bases) {
  takt_program_header header{};
  header.magic = TAKT_PROGRAM_MAGIC;
  header.version = TAKT_ABI_PROGRAM;
  header.header_bytes = sizeof header;
  header.flags = TAKT_PROGRAM_RESTARTABLE;  // inputs and constants are never written
  header.estimated_cycles = program.estimated_cycles;
  std::copy(bases.begin(), bases.end(), header.bases);
  header.cut_count = static_cast<std::uint32_t>(program.cuts.size());
  header.scratchpad_bytes = static_cast<std::uint32_t>(program.scratchpad_bytes);
  header.semaphore_count = program.semaphores;
  header.max_save_bytes = program.max_save_bytes;
  header.layer_count = static_cast<std::uint32_t>(program.layers.size());

  std::vector<std::uint8_t> image(sizeof header, 0);
  append_tables(image, program, header);
  header.cost_offset = append(image, 8, std::vector<takt_cost_table>{program.cost});
  append_lists(image, program, header);
  if (!program.further.empty()) {
    std::vector<takt_core_part> parts(program.further.size());
    for (std::uint32_t core = 1; core < cores_of(program); ++core) {
      takt_core_part& part = parts[core - 1];
      append_tables(image, part_of(program, core), part);
      append_lists(image, part_of(program, core), part);
      part.save_offset = save_offset(program, core);
      part.save_bytes = part_of(program, core).save_bytes;
    }
    header.cores = cores_of(program);
    header.cores_offset = append(image, 8, parts);
  }
  header.total_bytes = image.size();
  std::memcpy(image.data(), &header, sizeof header);
  return image;
}

}  // namespace takt::compiler
