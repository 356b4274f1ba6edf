#include "sim/sweep/pool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <map>
#include <thread>

#include "sim/sweep/collect.h"
#include "sim/sweep/locks.h"

namespace takt::sweep {
namespace {

namespace fs = std::filesystem;

// A runner in takt's place that notes each start and end and leaves a small result. Point "bad" fails, unless healed.
class SweepPool : public testing::Test {
 protected:
  SweepPool() : folder_(fs::path(testing::TempDir()) / ("takt_sweep_pool_" + std::to_string(getpid()))) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    const fs::path program = folder_ / "runner";
    std::ofstream(program)
        << "#!/bin/sh\n"
           "id=$(basename \"$4\" .part)\n"
           "echo $id >> "
        << (folder_ / "starts").string()
        << "\n"
           "[ $id = p2 ] && [ -e "
        << (folder_ / "victim").string() << " ] && . " << (folder_ / "victim").string()
        << "\n"
           "sleep 0.05\n"
           "if [ $id = bad ] && [ ! -e "
        << (folder_ / "healed").string()
        << " ]; then\n"
           "  echo first >&2; echo 'takt: out of luck' >&2; exit 4\nfi\n"
           "mkdir \"$4\"\n"
           "echo '{\"schema\": \"takt-results/1\", \"power\": {\"energy_mj\": 2.5}}' > \"$4/results.json\"\n"
           "echo $id >> "
        << (folder_ / "ends").string() << "\n";
    fs::permissions(program, fs::perms::owner_all);
    options_.program = program.string();
    options_.folder = folder_ / "out";
    options_.jobs = 2;
  }
  ~SweepPool() override { fs::remove_all(folder_); }

  std::map<std::string, int> lines(const char* name) const {
    std::map<std::string, int> counts;
    std::ifstream in(folder_ / name);
    for (std::string line; std::getline(in, line);) ++counts[line];
    return counts;
  }

  static std::vector<Point> points(int count) {
    std::vector<Point> points;
    for (int i = 0; i < count; ++i) points.push_back({"p" + std::to_string(i), "", {}});
    return points;
  }

  fs::path folder_;
  PoolOptions options_;
};

TEST_F(SweepPool, KilledHalfWayItGoesOnWithoutLosingOrRepeatingAPoint) {
  const std::vector<Point> all = points(12);
  const pid_t child = fork();
  if (child == 0) {
    run_points("single", all, options_);
    _exit(0);
  }
  while (lines("ends").size() < 4) std::this_thread::sleep_for(std::chrono::milliseconds(2));
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  std::map<std::string, int> kept;
  for (const Point& point : all)
    if (fs::exists(options_.folder / "points" / point.id)) ++kept[point.id];
  EXPECT_GE(kept.size(), 2u);
  EXPECT_LT(kept.size(), all.size());
  fs::remove(folder_ / "starts");
  const Outcome outcome = run_points("single", all, options_);
  EXPECT_EQ(outcome.skipped, kept.size());
  std::map<std::string, int> together = lines("starts");
  for (const auto& [id, count] : kept) together[id] += count;
  EXPECT_EQ(together.size(), all.size());
  for (const auto& [id, count] : together) EXPECT_EQ(count, 1) << id;
  for (const fs::directory_entry& entry : fs::directory_iterator(options_.folder / "points"))
    EXPECT_TRUE(fs::exists(entry.path() / "results.json")) << entry.path();
}

// Whatever stood beside a point when its sweep was killed: nothing of it stays, and what was done is not done again.
TEST_F(SweepPool, WhatAKilledSweepLeftBesideAPointGoes) {
  const std::vector<Point> all = points(3);
  const fs::path folder = options_.folder / "points";
  EXPECT_EQ(run_points("single", {all[0]}, options_).ran, 1u);
  fs::create_directories(folder / "p0.part");  // killed between its result and clearing up
  std::ofstream(folder / "p0.part" / "log") << "said\n";
  std::ofstream(folder / "p0.failed.json") << "{}\n";  // of the try before
  fs::create_directories(folder / "p1.part" / "p1");   // killed while it ran
  std::ofstream(folder / "p1.part" / "p1" / "results.json") << "half";
  const Outcome outcome = run_points("single", all, options_);
  EXPECT_EQ(outcome.ran, 2u);
  EXPECT_EQ(outcome.skipped, 1u);
  for (const fs::directory_entry& entry : fs::directory_iterator(folder))
    EXPECT_TRUE(fs::exists(entry.path() / "results.json")) << entry.path();
}

// A run that outlives its killed sweep keeps the next one's run of that point from beginning.
TEST_F(SweepPool, ARunWaitsForAnEarlierRunOfItsPoint) {
  const fs::path locks = options_.folder / "points.lock";
  fs::create_directories(options_.folder);
  const pid_t earlier = fork();
  if (earlier == 0) {
    PointLocks::enter_run(locks, "p0");
    std::ofstream(folder_ / "entered") << "\n";
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    std::ofstream(folder_ / "ends", std::ios::app) << "earlier\n";
    _exit(0);
  }
  while (!fs::exists(folder_ / "entered")) std::this_thread::sleep_for(std::chrono::milliseconds(2));
  const Outcome outcome = run_points("single", points(1), options_);
  EXPECT_EQ(outcome.ran, 1u);
  std::ifstream ends(folder_ / "ends");
  std::string first, second;
  std::getline(ends, first);
  std::getline(ends, second);
  EXPECT_EQ(first, "earlier");
  EXPECT_EQ(second, "p0");
  waitpid(earlier, nullptr, 0);
}

TEST_F(SweepPool, ARunEndedFromOutsideIsNoFailureOfItsPoint) {
  const std::vector<Point> all = points(4);
  for (const int signal : {SIGKILL, SIGTERM}) {
    std::ofstream(folder_ / "victim") << "kill -" << signal << " $$\n";  // the runner of p2 ends itself
    const Outcome outcome = run_points("single", all, options_);
    EXPECT_EQ(outcome.ended, 1u);
    EXPECT_EQ(outcome.failed, 0u);
    EXPECT_FALSE(fs::exists(options_.folder / "points" / "p2.failed.json"));
  }
  fs::remove(folder_ / "victim");
  EXPECT_EQ(run_points("single", all, options_).ran, 1u);
  EXPECT_TRUE(fs::exists(options_.folder / "points" / "p2"));
}

// The kernel counts whom it ends for want of memory before it sends SIGKILL (proc(5): oom_kill).
TEST_F(SweepPool, ARunThatTheSystemEndsForWantOfMemoryFails) {
  Sweep sweep;
  sweep.points = points(4);
  options_.vmstat = folder_ / "vmstat";
  const auto counted = [&](const char* file, int kills) {
    std::ofstream(folder_ / file) << "pgfault 17\noom_kill " << kills << "\nunevictable_pgs_culled 0\n";
  };
  counted("vmstat", 3);
  counted("vmstat.after", 4);
  std::ofstream(folder_ / "victim") << "cp " << (folder_ / "vmstat.after") << " " << options_.vmstat
                                    << "\nkill -9 $$\n";
  const Outcome outcome = run_points("single", sweep.points, options_);
  EXPECT_EQ(outcome.ran, 4u);
  EXPECT_EQ(outcome.failed, 1u);
  EXPECT_EQ(outcome.ended, 0u);
  const Result result = collect(sweep, options_.folder)[2];
  EXPECT_EQ(result.state, State::failed);
  EXPECT_EQ(result.exit_code, 128 + SIGKILL);
  EXPECT_THAT(result.error, testing::MatchesRegex("out of memory: the system ended it when it held [0-9]+ MB .*"));
  EXPECT_EQ(run_points("single", sweep.points, options_).skipped, 4u);
}

TEST_F(SweepPool, TwoCommandsOnOneFolderShareThePoints) {
  const std::vector<Point> all = points(12);
  const pid_t child = fork();
  if (child == 0) _exit(run_points("single", all, options_).failed == 0 ? 0 : 1);
  while (lines("starts").empty()) std::this_thread::sleep_for(std::chrono::milliseconds(2));
  EXPECT_EQ(run_points("single", all, options_).failed, 0u);
  int status = 1;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  const std::map<std::string, int> starts = lines("starts");
  EXPECT_EQ(starts.size(), all.size());
  for (const auto& [id, count] : starts) EXPECT_EQ(count, 1) << id;
  for (const Point& point : all) EXPECT_TRUE(fs::exists(options_.folder / "points" / point.id)) << point.id;
}

TEST_F(SweepPool, ATerminatedSweepSaysSoAndCanGoOn) {
  const std::vector<Point> all = points(12);
  const pid_t child = fork();
  if (child == 0) _exit(run_points("single", all, options_).stopped ? 42 : 0);
  while (lines("ends").size() < 2) std::this_thread::sleep_for(std::chrono::milliseconds(2));
  kill(child, SIGTERM);
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 42);
  const Outcome outcome = run_points("single", all, options_);
  EXPECT_GE(outcome.skipped, 1u);
  EXPECT_EQ(outcome.skipped + outcome.ran, all.size());
  EXPECT_EQ(outcome.failed, 0u);
}

TEST_F(SweepPool, AFailedPointIsRecordedAndRunAgainOnlyWhereAsked) {
  Sweep sweep;
  sweep.points = points(3);
  sweep.points[1].id = "bad";
  sweep.objectives = {{"power.energy_mj", results::Better::lower}};
  EXPECT_EQ(run_points("single", sweep.points, options_).failed, 1u);
  std::vector<Result> results = collect(sweep, options_.folder);
  EXPECT_EQ(results[1].state, State::failed);
  EXPECT_EQ(results[1].exit_code, 4);
  EXPECT_EQ(results[1].error, "takt: out of luck");
  EXPECT_EQ(results[2].metrics.at("power.energy_mj"), "2.5");
  EXPECT_EQ(run_points("single", sweep.points, options_).ran, 0u);
  std::ofstream(folder_ / "healed") << "\n";
  options_.retry_failed = true;
  EXPECT_EQ(run_points("single", sweep.points, options_).ran, 1u);
  EXPECT_EQ(collect(sweep, options_.folder)[1].state, State::done);
}

}  // namespace
}  // namespace takt::sweep
