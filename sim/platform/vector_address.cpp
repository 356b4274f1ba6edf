#include "sim/platform/vector_address.h"

#include <array>
#include <string>

namespace takt::platform {
namespace {

enum Level : unsigned { channel, rank, group, bank, row, column, levels };

struct LevelRange {
  const char* name;
  std::uint64_t count;
};

std::array<LevelRange, levels> ranges(const dram::Config& c) {
  const std::uint64_t row_bytes =
      std::uint64_t{c.page_bytes} * c.banks_per_group * c.bank_groups * c.ranks * c.channels;  // of all banks
  return {{{"channel", c.channels},
           {"rank", c.ranks},
           {"bank group", c.bank_groups},
           {"bank", c.banks_per_group},
           {"row", c.capacity_bytes / row_bytes},
           {"column", c.page_bytes / c.burst_bytes}}};
}

std::string text_of(const traces::AddressVector& vector) {
  std::string text = "address vector ";
  for (unsigned i = 0; i < vector.levels; ++i) text += (i == 0 ? "" : ",") + std::to_string(vector.level[i]);
  return text;
}

}  // namespace

std::uint64_t address_of_vector(const dram::Memory& memory, const traces::MemoryTraceReader& reader,
                                const traces::MemoryAccess& access) {
  const dram::Config& config = memory.config();
  const std::array<LevelRange, levels> all = ranges(config);
  const bool without_group = config.bank_groups == 1 && access.vector.levels == levels - 1;
  if (access.vector.levels != levels && !without_group) {
    throw reader.error(access, text_of(access.vector),
                       std::string("channel, rank, ") + (config.bank_groups > 1 ? "bank group, " : "") +
                           "bank, row, column of " + config.name);
  }
  if (config.ecc != dram::Ecc::none) {
    throw reader.error(access, text_of(access.vector) + " into a memory with inline ECC",
                       "linear addresses: the ECC's bursts have no place in a vector");
  }
  std::array<std::uint32_t, levels> at{};
  unsigned next = 0;
  for (unsigned level = 0; level < levels; ++level) {
    if (level == group && without_group) continue;
    at[level] = access.vector.level[next++];
    if (at[level] < all[level].count) continue;
    throw reader.error(access, std::string(all[level].name) + " " + std::to_string(at[level]),
                       "0 .. " + std::to_string(all[level].count - 1) + " in " + config.name);
  }
  const std::uint64_t burst =
      memory.channel(at[channel]).map().burst_at(at[rank], at[group], at[bank], at[row], at[column]);
  return memory.address_of(at[channel], burst);
}

}  // namespace takt::platform
