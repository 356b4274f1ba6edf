// Traces of experts: what is read of them, and how what cannot be is named.
#include "traces/formats/experts/expert_trace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <numeric>
#include <sstream>

namespace takt::traces {
namespace {

using testing::HasSubstr;

constexpr ExpertShape shape{2, 8, 2};

std::vector<std::uint16_t> read(const std::string& text, const ExpertShape& of = shape) {
  return parse_expert_trace(std::make_unique<std::istringstream>(text), "t.txt", of);
}

std::string error_of(const std::string& text) {
  try {
    read(text);
  } catch (const MemoryTraceError& e) {
    return e.what();
  }
  return "was read";
}

TEST(ExpertTrace, HasTheExpertsOfEachLayerOfEachToken) {
  EXPECT_EQ(read("# of a model of two layers\n0 0 1 3\n0 1 7 0  # the last one too\n\n1 0 5 4\r\n1 1 2 3"),
            (std::vector<std::uint16_t>{1, 3, 7, 0, 5, 4, 2, 3}));
}

TEST(ExpertTrace, WhatCannotBeIsNamedWithItsLine) {
  EXPECT_THAT(error_of("0 0 1 3\n0 1 8 0\n"), AllOf(HasSubstr("t.txt:2"), HasSubstr("expert 8"), HasSubstr("0 to 7")));
  EXPECT_THAT(error_of("0 0 1 1\n"), AllOf(HasSubstr("t.txt:1"), HasSubstr("twice")));
  EXPECT_THAT(error_of("0 0 1\n"), AllOf(HasSubstr("t.txt:1"), HasSubstr("2 experts")));
  EXPECT_THAT(error_of("0 0 1 2 3\n"), AllOf(HasSubstr("t.txt:1"), HasSubstr("more experts")));
  EXPECT_THAT(error_of("0 0 1 2\n1 0 1 2\n"), AllOf(HasSubstr("t.txt:2"), HasSubstr("token 0, layer 1")));
  EXPECT_THAT(error_of("0 0 1 2\n0 2 1 2\n"), AllOf(HasSubstr("t.txt:2"), HasSubstr("layer 2")));
  EXPECT_THAT(error_of("1 0 1 2\n"), AllOf(HasSubstr("t.txt:1"), HasSubstr("token 0, layer 0")));
  EXPECT_THAT(error_of("0 0 1 2\n"), AllOf(HasSubstr("end of the file"), HasSubstr("layer 1 of token 0")));
  EXPECT_THAT(error_of("0 0 one two\n"), AllOf(HasSubstr("t.txt:1:5"), HasSubstr("\"one\"")));
  EXPECT_THAT(error_of("0 0 -1 2\n"), HasSubstr("t.txt:1:5"));
  EXPECT_THAT(error_of("# nothing\n"), HasSubstr("no tokens"));
  EXPECT_THROW(read_expert_trace("/nowhere/t.txt", shape), MemoryTraceError);
}

RC_GTEST_PROP(ExpertTrace, IsReadAsItWasWritten, ()) {
  ExpertShape of;
  of.layers = *rc::gen::inRange(1u, 5u);
  of.experts = *rc::gen::inRange(1u, 70u);
  of.per_token = *rc::gen::inRange(1u, of.experts + 1);
  const auto tokens = *rc::gen::inRange(1u, 6u);
  std::vector<std::uint16_t> chosen;
  std::string text;
  for (std::uint32_t line = 0; line < tokens * of.layers; ++line) {
    std::vector<std::uint16_t> all(of.experts);
    std::iota(all.begin(), all.end(), std::uint16_t{0});
    for (std::size_t i = 0; i < all.size(); ++i) std::swap(all[i], all[*rc::gen::inRange<std::size_t>(i, all.size())]);
    all.resize(of.per_token);
    text += std::to_string(line / of.layers) + " " + std::to_string(line % of.layers);
    for (const std::uint16_t expert : all) text += " " + std::to_string(expert);
    text += "\n";
    chosen.insert(chosen.end(), all.begin(), all.end());
  }
  RC_ASSERT(read(text, of) == chosen);
}

}  // namespace
}  // namespace takt::traces
