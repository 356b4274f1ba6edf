// Programs of exact length.
#include "sim/compiler/busy.h"

#include <gtest/gtest.h>

#include "sim/graph/error.h"

namespace takt::compiler::test {
namespace {

TEST(Busy, NamesSayCommandsAndMicroseconds) {
  const std::optional<Busy> busy = busy_of("busy-8x500us");
  ASSERT_TRUE(busy);
  EXPECT_EQ(busy->commands, 8u);
  EXPECT_EQ(busy->command_us, 500u);
  EXPECT_FALSE(busy_of("resnet50"));
  EXPECT_FALSE(busy_of("busy"));
}

TEST(Busy, OtherNamesThatBeginSoAreRefused) {
  for (const char* name :
       {"busy-", "busy-8", "busy-8x", "busy-8x500", "busy-8x500ms", "busy-0x500us", "busy-8x0us", "busy-08x500us",
        "busy-8x500us ", "busy--8x500us", "busy-4097x1us", "busy-1x1000001us", "busy-99999999999x1us"})
    EXPECT_THROW(busy_of(name), graph::GraphError) << name;
}

// 500 us at 1.2 GHz are 600 000 cycles, of which the dispatch takes 32; the vector engine does 512 bytes in each.
TEST(Busy, EveryCommandTakesItsTimeDispatchIncluded) {
  Target target;
  target.dispatch_cycles = 32;
  const CompiledModel model = compile({8, 500}, target);
  const Program& program = model.programs.at(0);
  ASSERT_EQ(program.lists[TAKT_ENGINE_VECTOR].size(), 8u);
  for (const takt_command& command : program.lists[TAKT_ENGINE_VECTOR])
    EXPECT_EQ(command.body.vector.pass_bytes, (600000u - 32) * 512);
  EXPECT_EQ(program.estimated_cycles, 8 * 600000u);
}

TEST(Busy, ACutStandsBetweenAnyTwoCommands) {
  const CompiledModel model = compile({4, 10}, Target());
  const Program& program = model.programs.at(0);
  ASSERT_EQ(program.cuts.size(), 3u);
  for (std::uint32_t i = 0; i < 3; ++i) {
    EXPECT_EQ(program.cuts[i].position[TAKT_ENGINE_VECTOR], i + 1);
    EXPECT_EQ(program.cuts[i].remaining_cycles, (3 - i) * 12000u);
    EXPECT_EQ(program.cuts[i].live_bytes, 65536u);
  }
  EXPECT_EQ(program.max_save_bytes, sizeof(takt_save_header) + 65536);
}

TEST(Busy, ACommandShorterThanItsDispatchIsRefused) {
  Target target;
  target.dispatch_cycles = 1200;
  EXPECT_THROW(compile({1, 1}, target), graph::GraphError);
}

}  // namespace
}  // namespace takt::compiler::test
