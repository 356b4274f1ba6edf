#include <gtest/gtest.h>

#include "sim/report/parts.h"
#include "tests/report/run_folder.h"

namespace takt::report {
namespace {

using test::Folder;
using test::run_in;

// A sentence with its figures by their paths.
std::string spoken(const Json& sentence) {
  std::string text = sentence["topic"].get<std::string>() + ", " + sentence["state"].get<std::string>() + ": ";
  for (const Json& part : sentence["parts"])
    text += part.is_string()
                ? part.get<std::string>()
                : "<" + (part.contains("m") ? part["m"].get<std::string>() : part["u"].get<std::string>()) + ">";
  return text;
}

std::string stream(const std::string& missed) {
  return R"("streams": [{"name": "a", "model": "m", "requests": {"submitted": 4}, "deadline": {"missed": )" + missed +
         "}}]";
}

TEST(VerdictTest, SaysWhichDeadlinesWereMissed) {
  const Folder folder;
  folder.write("resolved.toml", "[[stream]]\nname = \"a\"\ndeadline_us = 500\n");
  EXPECT_EQ(spoken(verdict(run_in(folder, stream("1")))[0]),
            "Deadlines, bad: Deadlines were missed: a missed <streams[a].deadline.missed> of "
            "<streams[a].requests.submitted> against <us>.");
  EXPECT_EQ(spoken(verdict(run_in(folder, stream("0")))[0]),
            "Deadlines, good: Every deadline was met: a missed <streams[a].deadline.missed> of "
            "<streams[a].requests.submitted> against <us>.");
  EXPECT_EQ(spoken(verdict(run_in(folder, stream("null")))[0]), "Deadlines, note: No stream has a deadline.");
}

// A display that ran dry is late too, though no stream is.
TEST(VerdictTest, CountsDisplaysAmongTheDeadlines) {
  const Folder folder;
  const auto run = run_in(folder, R"("background": [{"name": "screen", "kind": "display", "missed": 2},
                                                   {"name": "gpu", "kind": "gpu", "missed": 3}])");
  EXPECT_EQ(spoken(verdict(run)[0]),
            "Deadlines, bad: No stream has a deadline. The screen fell behind <background[screen].missed> times.");
}

TEST(VerdictTest, NamesTheBusiestResource) {
  const Folder folder;
  const auto busy = [&](const std::string& tensor, const std::string& dma) {
    return spoken(
        verdict(run_in(folder, R"("npu": {"utilization": {"tensor": )" + tensor + R"(, "dma_in": )" + dma + "}}"))[2]);
  };
  EXPECT_EQ(busy("0.3", "0.9"),
            "Bottleneck, note: It is the DMA from memory: <npu.utilization.dma_in> busy, before the tensor engine with "
            "<npu.utilization.tensor>.");
  EXPECT_EQ(busy("0.3", "0.2"),
            "Bottleneck, note: Nothing is busy half of the time; most is the tensor engine, <npu.utilization.tensor> "
            "busy, before the DMA from memory with <npu.utilization.dma_in>.");
  EXPECT_EQ(busy("0", "0"), "Bottleneck, note: None: nothing ran.");
}

TEST(VerdictTest, NamesTheLargestPartOfTheEnergy) {
  const Folder folder;
  const auto run =
      run_in(folder, R"("power": {"energy_mj": 10, "average_mw": 5, "components": {"dram": 7, "noc": 3}})");
  EXPECT_EQ(spoken(verdict(run)[1]),
            "Energy, note: <power.energy_mj> in <us>: <power.average_mw> on average. The largest part, <share>, is "
            "dram: <power.components.dram>.");
}

}  // namespace
}  // namespace takt::report
