// What each pass leaves can be printed, in the order in which passes run, and looking changes nothing.
#include "sim/compiler/passes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "sim/compiler/compiler.h"
#include "sim/compiler/print.h"
#include "sim/compiler/print_passes.h"
#include "sim/zoo/zoo.h"
#include "tests/compiler/graphs.h"

namespace takt::compiler::test {
namespace {

using testing::ElementsAreArray;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string printed(const graph::Graph& graph, const std::string& pass) {
  PassPrinter printer(pass);
  compile(graph, {}, {}, &printer);
  return printer.text();
}

// The passes that the text names, one behind another.
std::vector<std::string> headings(const std::string& text) {
  std::vector<std::string> names;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);)
    if (line.rfind("after ", 0) == 0) names.push_back(line.substr(6, line.find(',') - 6));
  return names;
}

TEST(Passes, all_are_printed_in_the_order_of_their_table) {
  for (const char* network : {"squeezenet1_1", "edsr"})
    EXPECT_THAT(headings(printed(zoo::build(network), "all")), ElementsAreArray(passes)) << network;
}

TEST(Passes, each_is_printed_alone_as_among_all) {
  const graph::Graph graph = zoo::build("mobilenet_v2");
  const std::string all = printed(graph, "all");
  for (const std::string_view pass : passes) {
    const std::string alone = printed(graph, std::string(pass));
    EXPECT_THAT(alone, StartsWith("after " + std::string(pass) + ", npu program 0:\n"));
    EXPECT_GT(alone.size(), 1000u);
    EXPECT_THAT(all, HasSubstr(alone));
  }
}

TEST(Passes, show_what_they_did) {
  GraphBuilder b;
  const TensorId x = b.input({1, 8, 8, 32});
  const graph::Graph graph = b.finish({b.unary(OpKind::relu, b.conv(x, 32))});
  EXPECT_THAT(printed(graph, "lower"), HasSubstr("relu"));
  EXPECT_THAT(printed(graph, "fuse"), HasSubstr("conv2d+relu"));
  EXPECT_THAT(printed(graph, "fuse"), Not(HasSubstr("8 x 1")));
  EXPECT_THAT(printed(graph, "scratchpad"), HasSubstr("8 x 1"));  // rows of a stripe, blocks
}

TEST(Passes, of_every_program_are_printed) {
  GraphBuilder b;
  const TensorId x = b.conv(b.input({1, 8, 8, 32}), 32);
  const graph::Graph graph = b.finish({b.conv(b.custom(x, "Wobble"), 32)});
  EXPECT_THAT(printed(graph, "emit"), HasSubstr("npu program 0:"));
  EXPECT_THAT(printed(graph, "emit"), HasSubstr("npu program 1:"));
}

TEST(Passes, are_not_changed_by_being_looked_at) {
  const graph::Graph graph = zoo::build("squeezenet1_1");
  PassPrinter printer("all");
  EXPECT_EQ(describe(compile(graph, {}, {}, &printer)), describe(compile(graph, {})));
}

}  // namespace
}  // namespace takt::compiler::test
