#include "traces/formats/perfetto.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <fstream>
#include <sstream>

#include "tests/results/perfetto_decoder.h"

namespace takt::traces {
namespace {

using testing::ElementsAre;
using units::nanoseconds;
using units::picoseconds;

DecodedTrace written(const std::function<void(PerfettoWriter&)>& events) {
  std::ostringstream out;
  PerfettoWriter writer(out);
  events(writer);
  writer.finish();
  DecodedTrace trace = decode_trace(out.str());
  EXPECT_EQ(trace.slices.size(), writer.slices());
  EXPECT_EQ(trace.instants.size(), writer.instants());
  EXPECT_EQ(trace.counters.size(), writer.counters());
  return trace;
}

TEST(Perfetto, TracksAreThoseDeclaredInTheirOrder) {
  const DecodedTrace trace = written([](PerfettoWriter& w) {
    w.slice_track("npu", "tensor");
    w.counter_track("memory", "bandwidth", "GB/s");
    w.slice_track("npu", "vector");
  });
  EXPECT_THAT(trace.tracks, ElementsAre("npu/tensor", "memory/bandwidth", "npu/vector"));
  EXPECT_EQ(trace.units.at("memory/bandwidth"), "GB/s");
}

TEST(Perfetto, ASliceKeepsNameTimesAndNote) {
  const DecodedTrace trace = written([](PerfettoWriter& w) {
    const auto track = w.slice_track("npu", "tensor");
    w.slice(track, "conv2d", nanoseconds(5), nanoseconds(9), "layer 3");
  });
  ASSERT_EQ(trace.slices.size(), 1u);
  EXPECT_EQ(trace.slices[0].name, "conv2d");
  EXPECT_EQ(trace.slices[0].begin_ns, 5u);
  EXPECT_EQ(trace.slices[0].end_ns, 9u);
  EXPECT_EQ(trace.slices[0].annotations, (std::map<std::string, std::string>{{"note", "layer 3"}}));
}

TEST(Perfetto, PicosecondsStandInAnnotationsWhereNanosecondsRoundThem) {
  const DecodedTrace trace = written([](PerfettoWriter& w) {
    const auto track = w.slice_track("npu", "tensor");
    w.slice(track, "a", picoseconds(1250), picoseconds(3000));
  });
  EXPECT_EQ(trace.slices[0].begin_ns, 1u);
  EXPECT_EQ(trace.slices[0].annotations,
            (std::map<std::string, std::string>{{"begin_ps", "1250"}, {"end_ps", "3000"}}));
}

TEST(Perfetto, AnInnerSliceThatArrivesFirstIsWrittenInsideTheOuterOne) {
  const DecodedTrace trace = written([](PerfettoWriter& w) {
    const auto track = w.slice_track("streams", "camera");
    w.slice(track, "queued", nanoseconds(10), nanoseconds(20));
    w.slice(track, "running", nanoseconds(20), nanoseconds(30));
    w.slice(track, "job", nanoseconds(10), nanoseconds(30));
  });
  ASSERT_EQ(trace.slices.size(), 3u);
  EXPECT_EQ(trace.slices[0].name, "job");
  EXPECT_EQ(trace.slices[0].depth, 0u);
  EXPECT_EQ(trace.slices[1].name, "queued");
  EXPECT_EQ(trace.slices[1].depth, 1u);
  EXPECT_EQ(trace.slices[2].name, "running");
  EXPECT_EQ(trace.slices[2].end_ns, 30u);
}

TEST(Perfetto, SlicesThatTouchDoNotNest) {
  const DecodedTrace trace = written([](PerfettoWriter& w) {
    const auto track = w.slice_track("npu", "tensor");
    w.slice(track, "a", nanoseconds(0), nanoseconds(10));
    w.slice(track, "empty", nanoseconds(10), nanoseconds(10));
    w.slice(track, "b", nanoseconds(10), nanoseconds(20));
  });
  for (const DecodedSlice& slice : trace.slices) EXPECT_EQ(slice.name == "empty" ? 0u : slice.depth, 0u) << slice.name;
}

TEST(Perfetto, SlicesThatOverlapGoToLanesOfTheirOwn) {
  const DecodedTrace trace = written([](PerfettoWriter& w) {
    const auto track = w.slice_track("streams", "camera");
    w.slice(track, "a", nanoseconds(0), nanoseconds(10));
    w.slice(track, "b", nanoseconds(5), nanoseconds(15));
    w.slice(track, "c", nanoseconds(9), nanoseconds(16));
  });
  EXPECT_THAT(trace.tracks, ElementsAre("streams/camera", "streams/camera (2)", "streams/camera (3)"));
}

TEST(Perfetto, CountersAndInstantsKeepTimeAndValue) {
  const DecodedTrace trace = written([](PerfettoWriter& w) {
    const auto power = w.counter_track("power", "total", "mW");
    const auto firmware = w.slice_track("firmware", "kernel");
    w.counter(power, nanoseconds(7), 1234.5);
    w.instant(firmware, "doorbell", nanoseconds(8));
  });
  EXPECT_EQ(trace.counters[0].at_ns, 7u);
  EXPECT_EQ(trace.counters[0].value, 1234.5);
  EXPECT_EQ(trace.instants[0].name, "doorbell");
  EXPECT_EQ(trace.instants[0].at_ns, 8u);
}

TEST(Perfetto, AFlowJoinsSlicesAndInstantsUpToItsEnd) {
  const DecodedTrace trace = written([](PerfettoWriter& w) {
    const auto driver = w.slice_track("cpu", "driver");
    const auto job = w.slice_track("npu", "job");
    w.slice(driver, "submit", nanoseconds(1), nanoseconds(2), {}, {7, false});
    w.slice(job, "job", nanoseconds(3), nanoseconds(9), {}, {~std::uint64_t{0}, false});
    w.instant(driver, "answer", nanoseconds(10), {7, true});
  });
  EXPECT_EQ(trace.slices[0].flow.id, 7u);
  EXPECT_FALSE(trace.slices[0].flow.ends);
  EXPECT_EQ(trace.slices[1].flow.id, ~std::uint64_t{0});
  EXPECT_EQ(trace.instants[0].flow.id, 7u);
  EXPECT_TRUE(trace.instants[0].flow.ends);
}

TEST(Perfetto, TheDecoderRefusesAFlowThatGoesOnBehindItsEnd) {
  EXPECT_ANY_THROW(written([](PerfettoWriter& w) {
    const auto driver = w.slice_track("cpu", "driver");
    w.instant(driver, "answer", nanoseconds(1), {7, true});
    w.instant(driver, "again", nanoseconds(2), {7, false});
  }));
}

TEST(Perfetto, TheFileIsNeverLargerThanWasForeseen) {
  std::ostringstream out;
  PerfettoWriter writer(out);
  const auto track = writer.slice_track("g", "t");
  std::uint64_t foreseen = 0;
  for (std::uint64_t i = 0; i < 10000; ++i) {
    const std::uint64_t at = (std::uint64_t{1} << 62) + i;
    writer.slice(track, "name " + std::to_string(i), picoseconds(at), picoseconds(at + 1), "note", {~at, false});
    foreseen = writer.bytes();
  }
  writer.finish();
  EXPECT_LE(out.str().size(), foreseen);
  EXPECT_EQ(out.str().size(), writer.bytes());
}

TEST(Perfetto, ManySlicesStreamInOneLane) {
  std::ostringstream out;
  PerfettoWriter writer(out);
  const auto track = writer.slice_track("npu", "tensor");
  const std::uint64_t count = 5 * PerfettoWriter::kept_slices;
  for (std::uint64_t i = 0; i < count; ++i) writer.slice(track, "s", nanoseconds(i), nanoseconds(i + 1));
  EXPECT_GT(out.str().size(), 0u) << "nothing was written before the end";
  writer.finish();
  const DecodedTrace trace = decode_trace(out.str());
  EXPECT_EQ(trace.slices.size(), count);
  EXPECT_THAT(trace.tracks, ElementsAre("npu/tensor"));
}

TEST(Perfetto, ASliceThatEnclosesMoreThanIsKeptGetsALane) {
  const DecodedTrace trace = written([](PerfettoWriter& w) {
    const auto track = w.slice_track("npu", "tensor");
    const std::uint64_t count = 2 * PerfettoWriter::kept_slices;
    for (std::uint64_t i = 0; i < count; ++i) w.slice(track, "s", nanoseconds(i), nanoseconds(i + 1));
    w.slice(track, "outer", nanoseconds(0), nanoseconds(count));
  });
  EXPECT_THAT(trace.tracks, ElementsAre("npu/tensor", "npu/tensor (2)"));
}

TEST(Perfetto, MoreNamesThanAreInternedStayReadable) {
  const DecodedTrace trace = written([](PerfettoWriter& w) {
    const auto track = w.slice_track("npu", "tensor");
    for (std::uint64_t i = 0; i < 5000; ++i)
      w.slice(track, "layer " + std::to_string(i), nanoseconds(i), nanoseconds(i + 1));
  });
  for (std::uint64_t i = 0; i < 5000; ++i) EXPECT_EQ(trace.slices[i].name, "layer " + std::to_string(i));
}

TEST(Perfetto, WhateverArrivesTheFileIsValidAndComplete) {
  rc::check("every slice is written once, with its exact times",
            [](const std::vector<std::pair<std::uint8_t, std::uint8_t>>& spans) {
              std::multiset<std::pair<std::uint64_t, std::uint64_t>> wanted, found;
              const DecodedTrace trace = written([&](PerfettoWriter& w) {
                const auto track = w.slice_track("g", "t");
                for (const auto& [begin, length] : spans) {
                  wanted.insert({begin, std::uint64_t{begin} + length});
                  w.slice(track, "s", nanoseconds(begin), nanoseconds(std::uint64_t{begin} + length));
                }
              });
              for (const DecodedSlice& slice : trace.slices) found.insert({slice.begin_ns, slice.end_ns});
              RC_ASSERT(found == wanted);
            });
}

TEST(Perfetto, AFileThatCannotBeCreatedIsAnErrorWithItsPath) {
  try {
    PerfettoWriter writer(std::filesystem::path("no-such-folder/trace.pftrace"));
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("no-such-folder/trace.pftrace"));
  }
}

TEST(Perfetto, AFullDiskIsAnError) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "no /dev/full";
  PerfettoWriter writer(std::filesystem::path("/dev/full"));
  writer.slice_track("npu", "tensor");
  EXPECT_THROW(writer.finish(), std::runtime_error);
}

TEST(Perfetto, TheDecoderRefusesWhatItShould) {
  std::ostringstream out;
  PerfettoWriter writer(out);
  writer.slice(writer.slice_track("npu", "tensor"), "a", nanoseconds(1), nanoseconds(2));
  writer.finish();
  const std::string bytes = out.str();
  EXPECT_NO_THROW(decode_trace(bytes));
  EXPECT_ANY_THROW(decode_trace(std::string_view(bytes).substr(0, bytes.size() - 3))) << "a truncated file";
}

}  // namespace
}  // namespace takt::traces
