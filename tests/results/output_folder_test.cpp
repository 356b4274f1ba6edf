#include "sim/results/output_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace takt::results {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class OutputFolderTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    root_ = fs::path(testing::TempDir()) / ("takt_output_" + std::string(info->name()));
    fs::remove_all(root_);
    fs::create_directories(root_);
  }
  void TearDown() override { fs::remove_all(root_); }

  // Names in the root, hidden ones included.
  std::vector<std::string> entries() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(root_)) names.push_back(entry.path().filename().string());
    return names;
  }
  std::string content(const std::string& path) const {
    std::ifstream in(root_ / path);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }
  void put(const std::string& path, const std::string& text) const { std::ofstream(root_ / path) << text; }
  std::string refusal(const fs::path& target) const {
    try {
      OutputFolder folder(target);
    } catch (const OutputError& error) {
      return error.what();
    }
    return "accepted";
  }

  fs::path root_;
};

TEST_F(OutputFolderTest, NothingIsThereBeforeTheCommitAndEverythingAfter) {
  {
    OutputFolder folder(root_ / "out");
    folder.write("results.json", "{}");
    EXPECT_FALSE(fs::exists(root_ / "out"));
    folder.commit();
  }
  EXPECT_EQ(content("out/results.json"), "{}");
  EXPECT_THAT(entries(), testing::ElementsAre("out"));
}

TEST_F(OutputFolderTest, WithoutACommitNothingRemains) {
  {
    OutputFolder folder(root_ / "out");
    folder.write("results.json", "{}");
  }
  EXPECT_THAT(entries(), testing::IsEmpty());
}

TEST_F(OutputFolderTest, WhatTaktWroteIsReplacedAsAWhole) {
  for (const char* name : {"first", "second"}) {
    OutputFolder folder(root_ / "out");
    folder.write(name, name);
    folder.commit();
  }
  EXPECT_FALSE(fs::exists(root_ / "out/first"));
  EXPECT_EQ(content("out/second"), "second");
  EXPECT_THAT(entries(), testing::ElementsAre("out"));
}

TEST_F(OutputFolderTest, AFailedRunLeavesTheOldResults) {
  {
    OutputFolder folder(root_ / "out");
    folder.write("results.json", "old");
    folder.commit();
  }
  {
    OutputFolder folder(root_ / "out");
    folder.write("results.json", "new");
  }
  EXPECT_EQ(content("out/results.json"), "old");
}

TEST_F(OutputFolderTest, AFolderThatTaktDidNotWriteIsRefused) {
  fs::create_directory(root_ / "photos");
  put("photos/cat.jpg", "cat");
  EXPECT_THAT(refusal(root_ / "photos"), HasSubstr("photos: holds files that takt did not write"));
  EXPECT_EQ(content("photos/cat.jpg"), "cat");
  EXPECT_THAT(entries(), testing::ElementsAre("photos"));
}

TEST_F(OutputFolderTest, AFolderThatFillsUpDuringTheRunIsRefusedAtTheCommit) {
  OutputFolder folder(root_ / "out");
  fs::create_directory(root_ / "out");
  put("out/cat.jpg", "cat");
  EXPECT_THROW(folder.commit(), OutputError);
  EXPECT_EQ(content("out/cat.jpg"), "cat");
}

TEST_F(OutputFolderTest, AFileIsRefused) {
  put("file", "text");
  EXPECT_THAT(refusal(root_ / "file"), HasSubstr("is a file; expected a folder"));
  EXPECT_THAT(refusal(root_ / "file/below"), HasSubstr("file"));
}

TEST_F(OutputFolderTest, AnEmptyFolderIsTaken) {
  fs::create_directory(root_ / "out");
  OutputFolder folder(root_ / "out/");
  folder.write("a", "b");
  folder.commit();
  EXPECT_EQ(content("out/a"), "b");
}

TEST_F(OutputFolderTest, ParentsAreMade) {
  OutputFolder folder(root_ / "a/b/out");
  folder.commit();
  EXPECT_TRUE(fs::exists(root_ / "a/b/out" / OutputFolder::marker));
}

TEST_F(OutputFolderTest, ALinkedFolderIsReplacedWhereItIs) {
  {
    OutputFolder folder(root_ / "real");
    folder.commit();
  }
  fs::create_directory_symlink(root_ / "real", root_ / "link");
  OutputFolder folder(root_ / "link");
  folder.write("a", "b");
  folder.commit();
  EXPECT_EQ(content("real/a"), "b");
  EXPECT_TRUE(fs::is_symlink(root_ / "link"));
}

TEST_F(OutputFolderTest, TheRootIsNoOutputFolder) { EXPECT_NE(refusal("/"), "accepted"); }

}  // namespace
}  // namespace takt::results
