// The program as it lies in DRAM: header, cuts, live ranges, command lists.
#include <algorithm>
#include <cstring>

#include "sim/compiler/compiler.h"

namespace takt::compiler {
namespace {

std::uint64_t aligned(std::uint64_t value, std::uint64_t step) { return (value + step - 1) / step * step; }

template <typename Entry>
void put(std::vector<std::uint8_t>& image, std::uint64_t offset, const std::vector<Entry>& entries) {
  if (!entries.empty()) std::memcpy(image.data() + offset, entries.data(), entries.size() * sizeof(Entry));
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
  header.live_range_count = static_cast<std::uint32_t>(program.live_ranges.size());
  header.scratchpad_bytes = static_cast<std::uint32_t>(program.scratchpad_bytes);
  header.semaphore_count = program.semaphores;
  header.max_save_bytes = program.max_save_bytes;
  header.layer_count = static_cast<std::uint32_t>(program.layers.size());
  header.cuts_offset = aligned(sizeof header, 64);
  header.live_ranges_offset = header.cuts_offset + program.cuts.size() * sizeof(takt_cut);
  header.cost_offset = aligned(header.live_ranges_offset + program.live_ranges.size() * sizeof(takt_live_range), 8);
  std::uint64_t end = header.cost_offset + sizeof program.cost;
  for (std::size_t e = 0; e < TAKT_ENGINE_COUNT; ++e) {
    header.list_offset[e] = aligned(end, TAKT_COMMAND_BYTES);
    header.list_commands[e] = static_cast<std::uint32_t>(program.lists[e].size());
    end = header.list_offset[e] + program.lists[e].size() * TAKT_COMMAND_BYTES;
  }
  header.total_bytes = end;

  std::vector<std::uint8_t> image(end, 0);
  std::memcpy(image.data(), &header, sizeof header);
  put(image, header.cuts_offset, program.cuts);
  put(image, header.live_ranges_offset, program.live_ranges);
  std::memcpy(image.data() + header.cost_offset, &program.cost, sizeof program.cost);
  for (std::size_t e = 0; e < TAKT_ENGINE_COUNT; ++e) put(image, header.list_offset[e], program.lists[e]);
  return image;
}

}  // namespace takt::compiler
