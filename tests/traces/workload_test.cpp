// Workload files of other tools: what of them becomes streams, and how what cannot be is named.
#include "traces/formats/requests/workload.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/traces/request_files.h"

namespace takt::traces {
namespace {

using testing::HasSubstr;

std::string error_of(const std::string& text) {
  try {
    parse_workload(text, "w.json");
  } catch (const MemoryTraceError& e) {
    return e.what();
  }
  return "was read";
}

std::string with(std::string text, const std::string& what, const std::string& in_its_place) {
  const std::size_t at = text.find(what);
  if (at == std::string::npos) throw std::logic_error("no " + what);
  return text.replace(at, what.size(), in_its_place);
}

TEST(Disb, LoadsAreArrivals) {
  const Workload workload = parse_workload(disb_file, "w.json");
  EXPECT_EQ(workload.format, "disb");
  EXPECT_EQ(workload.duration_us, 60000000u);
  ASSERT_EQ(workload.tasks.size(), 5u);
  const WorkloadTask &periodic = workload.tasks[0], &continuous = workload.tasks[1], &poisson = workload.tasks[2],
                     &trace = workload.tasks[3], &dependent = workload.tasks[4];
  EXPECT_EQ(periodic.name, "vgg19_rt");
  EXPECT_EQ(periodic.network, "vgg19-imagenet");
  EXPECT_EQ(periodic.load, Load::periodic);
  EXPECT_EQ(periodic.period_us, 10000u);
  EXPECT_EQ(periodic.urgency, Urgency::realtime);
  EXPECT_TRUE(periodic.newest_only);
  EXPECT_EQ(continuous.load, Load::closed_loop);
  EXPECT_EQ(continuous.urgency, Urgency::normal);
  EXPECT_EQ(continuous.batch, 2u);
  EXPECT_EQ(poisson.load, Load::poisson);
  EXPECT_EQ(poisson.rate_thousandths, 2500u);
  EXPECT_EQ(trace.load, Load::trace);
  EXPECT_EQ(trace.times.back(), units::milliseconds(258));
  EXPECT_EQ(dependent.after, "real_rt");
  EXPECT_EQ(dependent.network, "mobilenetv1-imagenet");
}

TEST(RtApp, ThreadsAreStreamsOfTheirWork) {
  const Workload workload = parse_workload(rt_app_file, "w.json");
  EXPECT_EQ(workload.format, "rt-app");
  EXPECT_EQ(workload.duration_us, 2000000u);
  ASSERT_EQ(workload.tasks.size(), 5u);
  const WorkloadTask &first = workload.tasks[0], &second = workload.tasks[1], &waker = workload.tasks[2],
                     &woken = workload.tasks[3], &hog = workload.tasks[4];
  EXPECT_EQ(first.name, "thread0-0");
  EXPECT_EQ(second.name, "thread0-1");
  EXPECT_EQ(first.work_us, 10000u);
  EXPECT_EQ(first.period_us, 100000u);
  EXPECT_EQ(first.deadline_us, 100000u);  // dl-deadline is dl-period where it is not given
  EXPECT_EQ(first.urgency, Urgency::realtime);
  EXPECT_EQ(first.requests, 0u);
  EXPECT_EQ(waker.work_us, 400u);
  EXPECT_EQ(waker.period_us, 1100u);
  EXPECT_EQ(waker.requests, 6u);  // three times two
  EXPECT_EQ(waker.start_us, 5000u);
  EXPECT_EQ(waker.deadline_us, 0u);
  EXPECT_EQ(woken.load, Load::dependent);
  EXPECT_EQ(woken.after, "waker");
  EXPECT_EQ(woken.urgency, Urgency::background);
  EXPECT_EQ(hog.load, Load::closed_loop);
  EXPECT_EQ(hog.work_us, 2000u);
}

TEST(XrBench, RatesDependenciesAndProbabilities) {
  const Workload workload = parse_workload(xrbench_file, "vr.m");
  EXPECT_EQ(workload.format, "xrbench");
  ASSERT_EQ(workload.tasks.size(), 2u);
  EXPECT_EQ(workload.tasks[0].network, "ES_RITNet");
  EXPECT_EQ(workload.tasks[0].period_us, 16667u);  // 60 a second, to the microsecond
  EXPECT_EQ(workload.tasks[1].load, Load::dependent);
  EXPECT_EQ(workload.tasks[1].after, "ES_RITNet");
  EXPECT_EQ(workload.tasks[1].probability, 50000u);
}

TEST(Workload, WhatIsWrongIsNamedWithItsPlace) {
  const struct {
    std::string text;
    const char *place, *found, *expected;
  } rows[] = {
      {"", "w.json: ", "no tasks", "one at least"},
      {"{}", "w.json:1:1: ", "no 'tasks'", "a DISB or rt-app file"},
      {"{ \"tasks\": [] }", "w.json: ", "no tasks", "one at least"},
      {"{ \"tasks\": 3 }", "w.json:1:12: ", "3 for 'tasks'", "an object"},
      {"{ \"tasks\": [ ", "w.json:1:14: ", "the end of the file", "a value"},
      {"{ \"tasks\" [] }", "w.json:1:11: ", "\"[]\"", "':'"},
      {"{ tasks: [] }", "w.json:1:3: ", "\"tasks:\"", "a key in quotes, or '}'"},
      {"{ \"tasks\": [] } x", "w.json:1:17: ", "\"x\"", "the end of the file"},
      {with(disb_file, "\"periodic\"", "\"sometimes\""), "w.json:7:31: ", "\"sometimes\" for 'type'",
       "periodic, poisson, continuous, trace or dependent"},
      {with(disb_file, "\"frequency\": 100", "\"frequency\": 0"), "w.json:7:71: ", "0 for 'frequency'", "more than 0"},
      {with(disb_file, "\"frequency\": 100", "\"frequency\": \"a\""), "w.json:7:71: ", "\"a\" for 'frequency'",
       "a number with up to three decimals"},
      {with(disb_file, ", \"frequency\": 100", ""), "w.json:7:21: ", "no 'frequency'", "one in each load of this type"},
      {with(disb_file, "150, 258", "150, 120"), "w.json:23:", "120 for a time in milliseconds", "an integer, 150 to"},
      {with(disb_file, "[ \"real_rt\" ]", "[ \"gone\" ]"), "w.json:26:9: ", "task 'follower' after 'gone'",
       "a task of the file"},
      {with(disb_file, "\"resnet152_be\"", "\"vgg19_rt\""), "w.json:11:9: ", "a second task 'vgg19_rt'",
       "names of their own"},
      {with(rt_app_file, "\"suspend\" : \"woken\"", "\"lock\" : \"m\""), "w.json:22:", "the event \"lock\"",
       "run, runtime, sleep, timer, suspend or resume"},
      {with(rt_app_file, "\"resume\" : \"woken\", ", ""), "w.json:22:3: ", "thread 'woken' that suspends itself",
       "a thread that resumes it"},
      {with(rt_app_file, "\"run\" : 50", "\"sleep1\" : 50"), "w.json:22:3: ", "0 us of work", "1 to 1000000"},
      {with(rt_app_file, "SCHED_FIFO", "SCHED_MAGIC"), "w.json:15:15: ", "\"SCHED_MAGIC\" for 'policy'", "SCHED_OTHER"},
      {with(rt_app_file, "} }\n\t\t},", "}, \"p2\" : { \"run\" : 1 } }\n\t\t},"), "w.json:20:15: ", "2 phases", "one"},
      {with(xrbench_file, "FPS: 60", "FPS: fast"), "w.json:3:6: ", "fast for 'FPS'", "a number with up to three"},
      {with(xrbench_file, "FPS: 60\n\nLayer", "Layer"), "w.json:1:9: ", "network 'ES_RITNet' without FPS",
       "a rate for each network"},
      {with(xrbench_file, "Probability: 0.5", "Probability: 1.5"), "w.json:17:14: ", "1.5 for 'Probability'", "0 to 1"},
      {with(xrbench_file, "\tES_RITNet\n", "\tnobody\n"), "w.json:12:9: ", "task 'GE_FBNet_C' after 'nobody'",
       "a task of the file"},
      {"Nitwork a { }", "w.json:1:1: ", "\"Nitwork\"", "'Network', as XRBench's files begin"},
      {"Network a { FPS: 3", "w.json:1:19: ", "the end of the file", "Layer, FPS, Probability, Dependency or '}'"},
  };
  for (const auto& row : rows) {
    const std::string error = error_of(row.text);
    EXPECT_EQ(error.find(row.place), 0u) << error;
    EXPECT_THAT(error, HasSubstr(std::string("found ") + row.found));
    EXPECT_THAT(error, HasSubstr(row.expected));
  }
}

TEST(Workload, NestingEnds) {
  EXPECT_THAT(error_of("{ \"tasks\": " + std::string(200, '[')), HasSubstr("at most 64 levels of nesting"));
}

// The seven usage scenarios have the rates and probabilities of their publication (MLSys 2023, table 3).
TEST(XrBench, TheSharedFilesAreRead) {
  const char* shared = std::getenv("TAKT_SHARED");
  const std::string folder = std::string(shared == nullptr ? "" : shared) + "/data/xrbench/";
  if (!std::ifstream(folder + "VR_gaming.m")) GTEST_SKIP() << "no " << folder;
  const std::pair<const char*, std::size_t> files[] = {
      {"AR_Assistant", 6},       {"AR_gaming", 3},           {"VR_gaming", 3},          {"outdoor_activity_A", 4},
      {"outdoor_activity_B", 3}, {"social_interactionA", 4}, {"social_interactionB", 3}};
  for (const auto& [name, tasks] : files) EXPECT_EQ(read_workload(folder + name + ".m").tasks.size(), tasks) << name;
  const Workload assistant = read_workload(folder + "AR_Assistant.m");
  EXPECT_EQ(assistant.tasks[0].period_us, 333333u);
  EXPECT_EQ(assistant.tasks[1].after, "KD_res8_narrow");
  EXPECT_EQ(assistant.tasks[1].probability, 50000u);
}

}  // namespace
}  // namespace takt::traces
