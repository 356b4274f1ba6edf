// The checker itself: a program with one thing wrong is found out.
#include <gtest/gtest.h>

#include "sim/compiler/compiler.h"
#include "tests/compiler/graphs.h"
#include "tests/compiler/list_checker.h"

namespace takt::compiler::test {
namespace {

class Checker : public testing::Test {
 protected:
  Checker() {
    GraphBuilder b;
    const TensorId x = b.conv(b.input({1, 64, 64, 32}), 32);
    const TensorId y = b.conv(b.conv(x, 32, 3), 32, 3);
    Options options;
    options.min_cut_cycles = 0;
    target_.scratchpad_bytes = 352 << 10;  // some of it streamed
    program_ = compile(b.finish({b.binary(OpKind::add, x, y)}), target_, options).programs.at(0);
  }
  std::string check() const { return check_program(program_, target_, checks_); }
  static void clear(takt_wait& wait) { wait = {TAKT_NO_SEMAPHORE, 0, 0}; }

  Target target_;
  Program program_;
  CheckOptions checks_;
};

TEST_F(Checker, AcceptsWhatTheCompilerMade) { EXPECT_EQ(check(), ""); }

TEST_F(Checker, FindsEveryWaitThatIsMissing) {
  for (std::size_t e = 0; e < TAKT_ENGINE_COUNT; ++e)
    for (std::size_t i = 0; i < program_.lists[e].size(); ++i)
      for (takt_wait& wait : program_.lists[e][i].wait) {
        if (wait.semaphore == TAKT_NO_SEMAPHORE) continue;
        // A DMA-in command also waits to stay near the engines: losing that wait alone races with nothing.
        if (e == TAKT_ENGINE_DMA_IN) continue;
        const takt_wait kept = wait;
        clear(wait);
        EXPECT_NE(check(), "") << "engine " << e << " command " << i;
        wait = kept;
      }
}

TEST_F(Checker, FindsAWaitThatNeverHolds) {
  program_.lists[TAKT_ENGINE_TENSOR][0].wait[0] = {TAKT_ENGINE_DMA_OUT, 0, 1000};
  EXPECT_NE(check().find("deadlock"), std::string::npos);
}

TEST_F(Checker, FindsALiveRangeThatIsMissing) {
  const auto has_live = [](const takt_cut& cut) { return cut.live_count > 0; };
  const auto cut = std::find_if(program_.cuts.begin(), program_.cuts.end(), has_live);
  ASSERT_NE(cut, program_.cuts.end());
  cut->live_bytes -= program_.live_ranges[cut->live_first].bytes;
  ++cut->live_first;
  --cut->live_count;
  EXPECT_NE(check().find("resumed"), std::string::npos);
}

TEST_F(Checker, FindsARefetchThatIsMissing) {
  const auto has_refetch = [](const takt_cut& cut) { return cut.refetch_count > 0; };
  const auto cut = std::find_if(program_.cuts.begin(), program_.cuts.end(), has_refetch);
  ASSERT_NE(cut, program_.cuts.end());
  cut->refetch_count = 0;
  EXPECT_NE(check().find("resumed"), std::string::npos);
}

TEST_F(Checker, FindsConstantsLoadedTwice) {
  auto& list = program_.lists[TAKT_ENGINE_DMA_IN];
  auto& accesses = program_.accesses[TAKT_ENGINE_DMA_IN];
  for (std::size_t i = 0; i < list.size(); ++i) {
    if ((list[i].body.dma.flags & TAKT_DMA_CONSTANT) == 0) continue;
    list.push_back(list[i]);
    accesses.push_back(accesses[i]);
    break;
  }
  EXPECT_NE(check().find("twice"), std::string::npos);
}

TEST_F(Checker, FindsAnOutputStoredInPart) {
  auto& list = program_.lists[TAKT_ENGINE_DMA_OUT];
  ASSERT_FALSE(list.empty());
  list.pop_back();
  program_.accesses[TAKT_ENGINE_DMA_OUT].pop_back();
  EXPECT_NE(check(), "");
}

TEST_F(Checker, FindsFieldsThatAreNotTheAccesses) {
  program_.lists[TAKT_ENGINE_DMA_IN][0].body.dma.scratchpad += 128;
  EXPECT_NE(check().find("accesses differ"), std::string::npos);
}

}  // namespace
}  // namespace takt::compiler::test
