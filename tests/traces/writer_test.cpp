// The writer's files appear complete or not at all, and senseless accesses are the caller's defect.
#include "traces/formats/memory/writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>

#include "models/units/random.h"
#include "tests/traces/read_trace.h"
#include "traces/formats/memory/layout.h"

namespace takt::traces {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

MemoryAccess access_at(std::uint64_t time, std::uint64_t address = 0) {
  MemoryAccess access;
  access.time = units::Time(time);
  access.address = address;
  access.bytes = 64;
  return access;
}

TEST(Writer, TheFileAppearsWhenItIsComplete) {
  const TemporaryFolder folder;
  MemoryTraceWriter writer(folder.path() / "t.takt-mem", {"npu"});
  writer.write(access_at(1));
  EXPECT_THAT(folder.names(), testing::Not(testing::Contains("t.takt-mem")));
  writer.close();
  EXPECT_THAT(folder.names(), ElementsAre("t.takt-mem"));
  EXPECT_EQ(writer.accesses(), 1u);
  EXPECT_EQ(all_of(*open_memory_trace(folder.path() / "t.takt-mem")).size(), 1u);
}

TEST(Writer, AnUnfinishedTraceLeavesTheOldFileAndNoOther) {
  const TemporaryFolder folder;
  put_bytes(folder.path() / "t.takt-mem", "old");
  {
    MemoryTraceWriter writer(folder.path() / "t.takt-mem", {"npu"});
    writer.write(access_at(1));
  }
  EXPECT_THAT(folder.names(), ElementsAre("t.takt-mem"));
  EXPECT_EQ(bytes_of(folder.path() / "t.takt-mem"), "old");
}

TEST(Writer, ALinkStaysALink) {
  const TemporaryFolder folder;
  put_bytes(folder.path() / "real", "old");
  std::filesystem::create_symlink("real", folder.path() / "link");
  MemoryTraceWriter writer(folder.path() / "link", {"npu"});
  writer.write(access_at(1));
  writer.close();
  EXPECT_TRUE(std::filesystem::is_symlink(folder.path() / "link"));
  EXPECT_NE(bytes_of(folder.path() / "real"), "old");
  EXPECT_THAT(folder.names(), ElementsAre("link", "real"));
}

TEST(Writer, TwoWritersOfOneFileDoNotMix) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "t.takt-mem";
  MemoryTraceWriter first(file, {"a"}), second(file, {"b"});
  first.write(access_at(1));
  second.write(access_at(2));
  second.close();
  first.close();
  EXPECT_THAT(open_memory_trace(file)->initiators(), ElementsAre("a"));
  EXPECT_THAT(folder.names(), ElementsAre("t.takt-mem"));
}

TEST(Writer, PlacesThatCannotBeWrittenAreErrorsWithTheirPath) {
  const TemporaryFolder folder;
  const auto error = [](const std::filesystem::path& file) -> std::string {
    try {
      MemoryTraceWriter writer(file, {"npu"});
    } catch (const MemoryTraceWriteError& e) {
      return e.what();
    }
    return "";
  };
  EXPECT_EQ(error("no-such-folder/t.takt-mem"),
            "no-such-folder/t.takt-mem: cannot be written: No such file or directory");
  EXPECT_THAT(error(folder.path()), HasSubstr("is no regular file"));
  EXPECT_THAT(error("/dev/null"), HasSubstr("/dev/null: is no regular file"));
}

TEST(Writer, AFullDiskIsAnErrorAndLeavesNothing) {
  const TemporaryFolder folder;
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const rlimit full{20000, before.rlim_max};
  std::string error;
  units::Random random(7);
  {
    MemoryTraceWriter writer(folder.path() / "t.takt-mem", {"npu"});
    setrlimit(RLIMIT_FSIZE, &full);
    try {
      for (std::uint64_t i = 0; i < 100000; ++i) writer.write(access_at(i, random.next() >> 1));
      writer.close();
    } catch (const MemoryTraceWriteError& e) {
      error = e.what();
    }
    setrlimit(RLIMIT_FSIZE, &before);
  }
  EXPECT_THAT(error, HasSubstr("t.takt-mem: cannot be written: File too large"));
  EXPECT_THAT(folder.names(), IsEmpty());
}

TEST(Writer, SenselessAccessesAreDefects) {
  const TemporaryFolder folder;
  MemoryTraceWriter writer(folder.path() / "t.takt-mem", {"a", "b"});
  writer.write(access_at(10));
  EXPECT_THROW(writer.write(access_at(9)), std::logic_error);
  MemoryAccess access = access_at(10, ~std::uint64_t{0} - 62);
  EXPECT_THROW(writer.write(access), std::logic_error);
  access = access_at(10);
  access.initiator = 2;
  EXPECT_THROW(writer.write(access), std::logic_error);
  access = access_at(10);
  access.bytes = 0;
  EXPECT_THROW(writer.write(access), std::logic_error);
  access = access_at(10);
  access.rows = 0;
  EXPECT_THROW(writer.write(access), std::logic_error);
  access = access_at(10);
  access.qos = 8;
  EXPECT_THROW(writer.write(access), std::logic_error);
  writer.write(access_at(10));
  writer.close();
  EXPECT_EQ(all_of(*open_memory_trace(folder.path() / "t.takt-mem")).size(), 2u) << "what was refused is not there";
}

TEST(Writer, NamesThatTheFormatCannotHoldAreDefects) {
  const TemporaryFolder folder;
  const auto refused = [&](const std::vector<std::string>& names) {
    try {
      MemoryTraceWriter writer(folder.path() / "t.takt-mem", names);
    } catch (const std::invalid_argument&) {
      return true;
    }
    return false;
  };
  EXPECT_TRUE(refused({}));
  EXPECT_TRUE(refused({""}));
  EXPECT_TRUE(refused({"a", "a"}));
  EXPECT_TRUE(refused({"a\n"}));
  EXPECT_TRUE(refused({std::string(256, 'a')}));
  EXPECT_FALSE(refused({std::string(255, 'a')}));
  std::vector<std::string> many;
  for (unsigned i = 0; i <= layout::max_initiators; ++i) many.push_back("i" + std::to_string(i));
  EXPECT_TRUE(refused(many));
  many.pop_back();
  EXPECT_FALSE(refused(many));
  for (std::string& name : many) name += std::string(40, 'x');
  EXPECT_TRUE(refused(many)) << "longer than a block";
  EXPECT_THAT(folder.names(), IsEmpty());
}

// The most initiators there can be, each heard of once.
TEST(Writer, AsManyInitiatorsAsTheFormatHolds) {
  std::vector<std::string> names;
  std::vector<MemoryAccess> accesses;
  for (std::uint16_t i = 0; i < layout::max_initiators; ++i) {
    names.push_back("i" + std::to_string(i));
    accesses.push_back(access_at(i, i));
    accesses.back().initiator = i;
  }
  EXPECT_TRUE(same_accesses(read_text(written(names, accesses), {}), accesses));
}

TEST(Writer, ATraceWithoutAccessesIsWrittenAndRefusedByTheReader) {
  EXPECT_EQ(error_of(written({"npu"}, {}), {}), "t: found no accesses, expected at least one");
}

}  // namespace
}  // namespace takt::traces
