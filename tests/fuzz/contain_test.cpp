// What the fuzzer calls a fault: planted ones are found, and the bytes that caused them kept.
#include "tests/fuzz/contain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>

#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <vector>

namespace takt::fuzz {
namespace {

using testing::HasSubstr;

// Five steps; the fourth does something wrong.
template <class Wrong>
Ended fourth(Wrong wrong) {
  return contained(
      [&](std::uint64_t index, Input& input) {
        input.keep("step " + std::to_string(index));
        if (index == 3) wrong();
        return index < 5;
      },
      1);
}

void expect_fault(const Ended& ended, const std::string& fault) {
  EXPECT_EQ(ended.steps, 3u);
  EXPECT_EQ(ended.bytes, "step 3");
  EXPECT_THAT(ended.fault, HasSubstr(fault));
}

TEST(Contained, nothing_wrong_is_no_fault) {
  const Ended ended = fourth([] {});
  EXPECT_EQ(ended.steps, 5u);
  EXPECT_EQ(ended.fault, "");
}

TEST(Contained, an_exception_is_a_fault) {
  expect_fault(fourth([] { throw std::out_of_range("far out"); }), "far out");
}

TEST(Contained, an_end_by_a_signal_is_a_fault) {
  expect_fault(fourth([] { std::raise(SIGKILL); }), "ended by");
}

TEST(Contained, a_hang_is_a_fault) {
  expect_fault(fourth([] {
                 for (volatile bool ever = true; ever;) {
                 }
               }),
               "processor time");
}

TEST(Contained, more_memory_than_allowed_is_a_fault) {
#if defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "the sanitizer has a limit of its own, an option of the program";
#endif
  const auto eat = [] {
    const std::vector<char> much(most_bytes + 1, 1);
    if (much.back() == 0) std::abort();
  };
  const Ended ended = fourth(eat);
  EXPECT_EQ(ended.steps, 3u);
  EXPECT_NE(ended.fault, "");
}

}  // namespace
}  // namespace takt::fuzz
