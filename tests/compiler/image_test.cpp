// The image is read back as hardware and firmware read it.
#include <gtest/gtest.h>

#include <cstring>

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

}  // namespace
}  // namespace takt::compiler::test
