// The image is read back as hardware and firmware read it.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <string>

#include "sim/compiler/compiler.h"
#include "tests/compiler/graphs.h"

namespace takt::compiler::test {
namespace {

TEST(Image, HoldsHeaderTablesAndListsWhereTheHeaderSays) {
  GraphBuilder b;
  const TensorId x = b.conv(b.input({1, 32, 32, 3}), 64, 3);
  Options options;
  options.min_cut_cycles = 0;
  const CompiledModel model = compile(b.finish({b.binary(OpKind::add, x, b.conv(x, 64, 3))}), {}, options);
  const Program& program = model.programs.at(0);
  const std::array<std::uint64_t, TAKT_BASE_COUNT> bases = {0, 0x1000, 0x200000, 0x300000, 0x400000, 5, 6, 7};
  const std::vector<std::uint8_t> image = program_image(program, bases);

  takt_program_header header;
  ASSERT_GE(image.size(), sizeof header);
  std::memcpy(&header, image.data(), sizeof header);
  EXPECT_EQ(header.magic, TAKT_PROGRAM_MAGIC);
  EXPECT_EQ(header.version, TAKT_ABI_PROGRAM);
  EXPECT_EQ(header.header_bytes, sizeof header);
  EXPECT_EQ(header.total_bytes, image.size());
  EXPECT_EQ(header.flags, TAKT_PROGRAM_RESTARTABLE);
  EXPECT_TRUE(std::equal(bases.begin(), bases.end(), header.bases));
  EXPECT_EQ(header.cut_count, program.cuts.size());
  EXPECT_EQ(header.live_range_count, program.live_ranges.size());
  EXPECT_EQ(header.scratchpad_bytes, program.scratchpad_bytes);
  EXPECT_EQ(header.max_save_bytes, program.max_save_bytes);
  EXPECT_EQ(header.layer_count, program.layers.size());
  EXPECT_EQ(header.estimated_cycles, program.estimated_cycles);

  ASSERT_GE(header.cuts_offset, sizeof header);
  EXPECT_EQ(
      0, std::memcmp(image.data() + header.cuts_offset, program.cuts.data(), program.cuts.size() * sizeof(takt_cut)));
  ASSERT_GE(header.live_ranges_offset, header.cuts_offset + program.cuts.size() * sizeof(takt_cut));
  EXPECT_EQ(0, std::memcmp(image.data() + header.live_ranges_offset, program.live_ranges.data(),
                           program.live_ranges.size() * sizeof(takt_live_range)));
  std::uint64_t end = header.live_ranges_offset + program.live_ranges.size() * sizeof(takt_live_range);
  ASSERT_GE(header.cost_offset, end);
  EXPECT_EQ(0, std::memcmp(image.data() + header.cost_offset, &program.cost, sizeof program.cost));
  end = header.cost_offset + sizeof program.cost;
  for (std::size_t e = 0; e < TAKT_ENGINE_COUNT; ++e) {
    EXPECT_EQ(header.list_commands[e], program.lists[e].size());
    EXPECT_EQ(header.list_offset[e] % TAKT_COMMAND_BYTES, 0u);
    EXPECT_GE(header.list_offset[e], end);
    end = header.list_offset[e] + program.lists[e].size() * TAKT_COMMAND_BYTES;
    ASSERT_LE(end, image.size());
    EXPECT_EQ(0, std::memcmp(image.data() + header.list_offset[e], program.lists[e].data(),
                             program.lists[e].size() * TAKT_COMMAND_BYTES));
  }
}

template <typename Entry>
std::vector<Entry> read(const std::vector<std::uint8_t>& image, std::uint64_t offset, std::size_t count) {
  std::vector<Entry> entries(count);
  EXPECT_LE(offset + count * sizeof(Entry), image.size());
  if (count != 0 && offset + count * sizeof(Entry) <= image.size())
    std::memcpy(entries.data(), image.data() + offset, count * sizeof(Entry));
  return entries;
}

template <typename Entry>
bool same(const std::vector<Entry>& a, const std::vector<Entry>& b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(Entry)) == 0);
}

class ImageOfCores : public testing::TestWithParam<std::uint32_t> {};

TEST_P(ImageOfCores, HoldsWhatEachDoes) {
  GraphBuilder b;
  const TensorId x = b.conv(b.input({1, 64, 64, 3}), 64, 3);
  Options options;
  options.min_cut_cycles = 0;
  options.cores = GetParam();
  Target target;
  target.cores = GetParam();
  const CompiledModel model = compile(b.finish({b.binary(OpKind::add, x, b.conv(x, 64, 3))}), target, options);
  const Program& program = model.programs.at(0);
  const std::vector<std::uint8_t> image = program_image(program, {});
  const takt_program_header header = read<takt_program_header>(image, 0, 1)[0];
  EXPECT_EQ(header.total_bytes, image.size());
  EXPECT_EQ(header.max_save_bytes, program.max_save_bytes);
  EXPECT_EQ(header.semaphore_count, TAKT_ENGINE_COUNT + GetParam() - 1);
  ASSERT_EQ(std::max(1u, header.cores), GetParam());
  const auto parts = read<takt_core_part>(image, header.cores_offset, GetParam() - 1);
  std::map<std::uint64_t, std::uint64_t> taken = {{0, sizeof header}};
  taken[header.cores_offset] = header.cores_offset + parts.size() * sizeof(takt_core_part);
  const auto take = [&](std::uint64_t offset, std::size_t bytes, std::uint64_t alignment) {
    EXPECT_EQ(offset % alignment, 0u);
    if (bytes != 0) taken[offset] = std::max(taken[offset], offset + bytes);
  };
  std::uint64_t saved = program.save_bytes;
  for (std::size_t core = 1; core < GetParam(); ++core) {
    const takt_core_part& part = parts[core - 1];
    const CorePart& own = program.further[core - 1];
    EXPECT_GE(part.save_offset, saved);
    EXPECT_EQ(part.save_offset % 64, 0u);
    EXPECT_EQ(part.save_bytes, own.save_bytes);
    saved = part.save_offset + part.save_bytes;
    for (std::size_t e = 0; e < TAKT_ENGINE_COUNT; ++e) {
      const auto list = read<takt_command>(image, part.list_offset[e], part.list_commands[e]);
      EXPECT_TRUE(same(list, own.lists[e])) << "core " << core << " engine " << e;
      take(part.list_offset[e], list.size() * sizeof(takt_command), TAKT_COMMAND_BYTES);
      take(header.list_offset[e], header.list_commands[e] * sizeof(takt_command), TAKT_COMMAND_BYTES);
    }
    EXPECT_TRUE(same(read<takt_cut>(image, part.cuts_offset, header.cut_count), own.cuts));
    EXPECT_TRUE(same(read<takt_live_range>(image, part.live_ranges_offset, part.live_range_count), own.live_ranges));
    take(part.cuts_offset, header.cut_count * sizeof(takt_cut), 8);
    take(part.live_ranges_offset, part.live_range_count * sizeof(takt_live_range), 8);
  }
  EXPECT_EQ(header.max_save_bytes, saved);
  std::uint64_t end = 0;
  for (const auto& [from, to] : taken) {
    EXPECT_GE(from, end);
    end = to;
  }
}

INSTANTIATE_TEST_SUITE_P(Cores, ImageOfCores, testing::Values(1, 2, 4),
                         [](const auto& cores) { return std::to_string(cores.param); });

}  // namespace
}  // namespace takt::compiler::test
