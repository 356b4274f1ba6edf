// The checker itself: a program with one thing wrong is found out.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <utility>

#include "sim/compiler/compiler.h"
#include "tests/compiler/graphs.h"
#include "tests/compiler/list_checker.h"

namespace takt::compiler::test {
namespace {

using testing::HasSubstr;

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
  EXPECT_THAT(check(), HasSubstr("deadlock"));
}

TEST_F(Checker, FindsALiveRangeThatIsMissing) {
  const auto has_live = [](const takt_cut& cut) { return cut.live_count > 0; };
  const auto cut = std::find_if(program_.cuts.begin(), program_.cuts.end(), has_live);
  ASSERT_NE(cut, program_.cuts.end());
  cut->live_bytes -= program_.live_ranges[cut->live_first].bytes;
  ++cut->live_first;
  --cut->live_count;
  EXPECT_THAT(check(), HasSubstr("resumed"));
}

TEST_F(Checker, FindsARefetchThatIsMissing) {
  const auto has_refetch = [](const takt_cut& cut) { return cut.refetch_count > 0; };
  const auto cut = std::find_if(program_.cuts.begin(), program_.cuts.end(), has_refetch);
  ASSERT_NE(cut, program_.cuts.end());
  cut->refetch_count = 0;
  EXPECT_THAT(check(), HasSubstr("resumed"));
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
  EXPECT_THAT(check(), HasSubstr("twice"));
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
  EXPECT_THAT(check(), HasSubstr("accesses differ"));
}

// Two cores that give each other rows of what stays in their scratchpads.
class CheckerOfCores : public testing::Test {
 protected:
  CheckerOfCores() {
    GraphBuilder b;
    const TensorId x = b.conv(b.conv(b.conv(b.input({1, 64, 64, 32}), 32, 3), 32, 3), 32, 3);
    Options options;
    options.min_cut_cycles = 0;
    target_.cores = options.cores = 2;
    program_ = compile(b.finish({x}), target_, options).programs.at(0);
  }
  std::string check() const { return check_program(program_, target_); }
  CorePart& part(std::size_t core) { return core == 0 ? program_ : program_.further[core - 1]; }

  // Calls visit(command, accesses) for the commands of a list of each core that `are` true.
  template <typename Are, typename Visit>
  void each(std::size_t engine, const Are& are, const Visit& visit) {
    std::array<std::size_t, 2> found{};
    for (std::size_t core = 0; core < 2; ++core)
      for (std::size_t i = 0; i < part(core).lists[engine].size(); ++i) {
        takt_command& c = part(core).lists[engine][i];
        if (!are(c)) continue;
        ++found[core];
        SCOPED_TRACE("core " + std::to_string(core) + " command " + std::to_string(i));
        visit(c, part(core).accesses[engine][i]);
      }
    EXPECT_GT(found[0], 0u);
    EXPECT_EQ(found[0], found[1]);
  }

  static bool awaits(const takt_command& c) { return c.opcode == TAKT_OP_NOP; }
  static bool moves_activations(const takt_command& c) {
    return c.opcode == TAKT_OP_DMA && c.body.dma.base == TAKT_BASE_BUFFERS;
  }

  Target target_;
  Program program_;
};

TEST_F(CheckerOfCores, AcceptsWhatTheCompilerMade) { EXPECT_EQ(check(), ""); }

TEST_F(CheckerOfCores, FindsThatACoreDoesNotAwaitTheOther) {
  each(TAKT_ENGINE_DMA_IN, awaits, [&](takt_command& c, const std::vector<Access>&) {
    const takt_wait kept = c.wait[0];
    c.wait[0] = {TAKT_NO_SEMAPHORE, 0, 0};
    EXPECT_NE(check(), "");
    c.wait[0] = kept;
  });
}

TEST_F(CheckerOfCores, FindsThatACoreDoesNotTellTheOther) {
  for (std::size_t core = 0; core < 2; ++core) {
    const auto kept = part(core).lists[TAKT_ENGINE_DMA_OUT];
    for (takt_command& c : part(core).lists[TAKT_ENGINE_DMA_OUT]) c.flags = 0;
    EXPECT_THAT(check(), HasSubstr("deadlock")) << core;
    part(core).lists[TAKT_ENGINE_DMA_OUT] = kept;
  }
}

// The command stays, and posts, but moves nothing.
TEST_F(CheckerOfCores, FindsWhatACoreDoesNotTakeFromTheOther) {
  each(TAKT_ENGINE_DMA_IN, moves_activations, [&](takt_command& c, std::vector<Access>& accesses) {
    const std::vector<Access> kept = std::exchange(accesses, {});
    c.opcode = TAKT_OP_NOP;
    EXPECT_NE(check(), "");
    c.opcode = TAKT_OP_DMA;
    accesses = kept;
  });
}

TEST_F(CheckerOfCores, FindsWhatACoreDoesNotGiveTheOther) {
  each(TAKT_ENGINE_DMA_OUT, moves_activations, [&](takt_command& c, std::vector<Access>& accesses) {
    const std::vector<Access> kept = std::exchange(accesses, {});
    c.opcode = TAKT_OP_NOP;
    EXPECT_THAT(check(), HasSubstr("nothing wrote"));
    c.opcode = TAKT_OP_DMA;
    accesses = kept;
  });
}

TEST_F(CheckerOfCores, FindsACutThatOneLacks) {
  part(1).cuts.pop_back();
  EXPECT_THAT(check(), HasSubstr("different cuts"));
}

TEST_F(CheckerOfCores, FindsACutAtAnotherLayer) {
  ++part(1).cuts[0].layer;
  EXPECT_THAT(check(), HasSubstr("different layers"));
}

TEST_F(CheckerOfCores, FindsACutThatACoreReachesOnlyBehindTheOthers) {
  std::vector<takt_cut>& cuts = part(1).cuts;
  ASSERT_GT(cuts.size(), 1u);
  std::copy(std::begin(cuts[1].position), std::end(cuts[1].position), std::begin(cuts[0].position));
  EXPECT_THAT(check(), HasSubstr("cut 0: resumed"));
}

TEST_F(CheckerOfCores, FindsALiveRangeThatIsMissing) {
  takt_cut& cut = part(1).cuts[0];
  ASSERT_GT(cut.live_count, 0u);
  cut.live_count = cut.live_bytes = 0;
  EXPECT_THAT(check(), HasSubstr("resumed"));
}

TEST_F(CheckerOfCores, FindsASaveThatIsTooSmall) {
  --part(1).save_bytes;
  --program_.max_save_bytes;
  EXPECT_THAT(check(), HasSubstr("largest save"));
}

TEST_F(CheckerOfCores, FindsASaveAreaThatHoldsOne) {
  program_.max_save_bytes = program_.save_bytes;
  EXPECT_THAT(check(), HasSubstr("all saves"));
}

TEST_F(CheckerOfCores, FindsAnOutputThatBothStore) {
  const std::vector<takt_command>& stores = program_.lists[TAKT_ENGINE_DMA_OUT];
  ASSERT_EQ(stores.back().body.dma.base, TAKT_BASE_OUTPUT);
  part(1).lists[TAKT_ENGINE_DMA_OUT].push_back(stores.back());
  part(1).accesses[TAKT_ENGINE_DMA_OUT].push_back(program_.accesses[TAKT_ENGINE_DMA_OUT].back());
  EXPECT_THAT(check(), HasSubstr("output is stored twice"));
}

TEST_F(CheckerOfCores, FindsWorkThatBothDo) {
  program_.useful_macs *= 2;
  EXPECT_THAT(check(), HasSubstr("useful MACs"));
}

}  // namespace
}  // namespace takt::compiler::test
