// Request traces: what is read of them, and how what cannot be is named.
#include "traces/formats/requests/request_trace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "tests/traces/request_files.h"

namespace takt::traces {
namespace {

using testing::HasSubstr;
using units::microseconds;
using units::Time;

std::vector<TracedRequest> read(const std::string& text, const std::string& stream = {}) {
  return parse_request_trace(std::make_unique<std::istringstream>(text), "t.csv", stream);
}

std::string error_of(const std::string& text, const std::string& stream = {}) {
  try {
    read(text, stream);
  } catch (const MemoryTraceError& e) {
    return e.what();
  }
  return "was read";
}

// The first lines of AzureLLMInferenceTrace_code.csv, which ends lines with CR LF.
const std::string azure =
    "TIMESTAMP,ContextTokens,GeneratedTokens\r\n"
    "2023-11-16 18:17:03.9799600,4808,10\r\n"
    "2023-11-16 18:17:04.0319600,3180,8\r\n"
    "2023-11-16 18:17:04.0781490,110,27";

TEST(RequestTrace, AzuresTimesBeginWithTheFirstRequest) {
  const std::vector<TracedRequest> requests = read(azure);
  ASSERT_EQ(requests.size(), 3u);
  EXPECT_EQ(requests[0].at, Time(0));
  EXPECT_EQ(requests[1].at, microseconds(52000));
  EXPECT_EQ(requests[2].at, units::nanoseconds(98189000));
  EXPECT_EQ(requests[1].prompt_tokens, 3180u);
  EXPECT_EQ(requests[2].answer_tokens, 27u);
}

TEST(RequestTrace, TimesCrossMidnightLeapDaysAndYears) {
  const auto gap = [](const std::string& first, const std::string& second) {
    return read("TIMESTAMP\n" + first + "\n" + second + "\n")[1].at.value / 1000000000000;
  };
  EXPECT_EQ(gap("2023-11-16 23:59:59", "2023-11-17 00:00:01"), 2u);
  EXPECT_EQ(gap("2024-02-28 00:00:00", "2024-03-01 00:00:00"), 2 * 86400u);
  EXPECT_EQ(gap("2023-02-28 00:00:00", "2023-03-01 00:00:00"), 86400u);
  EXPECT_EQ(gap("2099-12-31 23:59:59.5", "2100-01-01 00:00:00.5+00:00"), 1u);
  EXPECT_EQ(gap("2100-02-28 00:00:00", "2100-03-01 00:00:00Z"), 86400u);  // no leap year
}

TEST(RequestTrace, AStreamOfARunKeepsItsPlaceBesideTheOthers) {
  const std::string jobs =
      "stream,request,measured,status,submitted_us,deadline_us\n"
      "camera,0,1,completed,172.543878,\n"
      "camera,1,1,dropped,1172.543878,9\n"
      "reader,0,1,completed,320.878731,\n";
  ASSERT_EQ(read(jobs).size(), 3u);
  EXPECT_EQ(read(jobs, "camera")[1].at, microseconds(1000));
  const std::vector<TracedRequest> reader = read(jobs, "reader");
  ASSERT_EQ(reader.size(), 1u);
  EXPECT_EQ(reader[0].at, Time(148334853));
}

TEST(RequestTrace, LinesMayStandInAnyOrder) {
  const std::vector<TracedRequest> requests = read("answer_tokens,time_us\n1,20.5\n2,10\n\n3,10\n");
  ASSERT_EQ(requests.size(), 3u);
  EXPECT_EQ(requests[0].answer_tokens, 2u);
  EXPECT_EQ(requests[1].answer_tokens, 3u);
  EXPECT_EQ(requests[2].at, units::nanoseconds(10500));
}

TEST(RequestTrace, WhatIsWrongIsNamedWithItsPlace) {
  const struct {
    std::string text;
    const char *place, *found, *expected;
  } rows[] = {
      {"", "t.csv: ", "an empty file", "time_us, submitted_us or TIMESTAMP among them"},
      {"a,b\n1,2\n", "t.csv:1:1: ", "\"a,b\"", "time_us, submitted_us or TIMESTAMP among them"},
      {"time_us,submitted_us\n1,2\n", "t.csv:1:9: ", "\"submitted_us\"", "one of it and time_us"},
      {"time_us\n", "t.csv: ", "no requests", "a line for each"},
      {"time_us,b\n1\n", "t.csv:2: ", "1 fields", "2, as in the first line"},
      {"b,time_us\n1,x\n", "t.csv:2:3: ", "\"x\"", "microseconds, with up to six decimals"},
      {"b,time_us\n1,-4\n", "t.csv:2:3: ", "\"-4\"", "microseconds"},
      {"b,time_us\n1,4.1234567\n", "t.csv:2:3: ", "\"4.1234567\"", "microseconds"},
      {"b,time_us\n1,\n", "t.csv:2:3: ", "nothing", "microseconds"},
      {"time_us\n\"4\"\n", "t.csv:2:1: ", "\"\"4\"\"", "a field without quotes"},
      {"TIMESTAMP\n2023-02-29 00:00:00\n", "t.csv:2:1: ", "\"2023-02-29 00:00:00\"", "a time like 2023-11-16"},
      {"TIMESTAMP\n2023-02-28 24:00:00\n", "t.csv:2:1: ", "\"2023-02-28 24:00:00\"", "a time like"},
      {"TIMESTAMP\n2023-02-28 04:00:00+02:00\n", "t.csv:2:1: ", "\"2023-02-28 04:00:00+02:00\"", "a time like"},
      {"TIMESTAMP,ContextTokens\n2023-02-28 04:00:00,-1\n", "t.csv:2:21: ", "\"-1\"", "a number of tokens, 0 to"},
      {"time_us\n0\n1000000000001\n", "t.csv: ", "requests 1000000 s apart", "less than 1000000 s"},
      {std::string("time_us\n\x01\n"), "t.csv:2:1: ", "the byte \"\\x01\"", "text"},
  };
  for (const auto& row : rows) {
    const std::string error = error_of(row.text);
    EXPECT_EQ(error.find(row.place), 0u) << error;
    EXPECT_THAT(error, HasSubstr(std::string("found ") + row.found));
    EXPECT_THAT(error, HasSubstr(row.expected));
  }
  EXPECT_THAT(error_of("time_us\n1\n", "camera"),
              HasSubstr("t.csv:1:1: found \"time_us\", expected a column 'stream'"));
  EXPECT_THAT(error_of("time_us,stream\n1,a\n", "camera"), HasSubstr("no request of stream 'camera'"));
}

TEST(RequestTrace, CommentsArePassedOver) {
  const std::vector<TracedRequest> requests = read("# whence\ntime_us,prompt_tokens\n5,7\n#6,8\n9,1\n");
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_EQ(requests[0].prompt_tokens, 7u);
  EXPECT_EQ(requests[1].at, microseconds(4));
  EXPECT_THAT(error_of("# whence\ntime_us\nx\n"), HasSubstr("t.csv:3:1"));
}

TEST(RequestTrace, OfTheProgramAreNamed) {
  try {
    read_request_trace("shipped:night.csv");
    FAIL() << "was read";
  } catch (const MemoryTraceError& e) {
    EXPECT_THAT(e.what(), AllOf(HasSubstr("shipped:night.csv"), HasSubstr("shipped:day.csv")));
  }
}

// What traces/requests/README.md says of day.csv.
TEST(RequestTrace, TheShippedDayIsAzuresHourThinned) {
  const char* shared = std::getenv("TAKT_SHARED");
  const std::string file =
      std::string(shared == nullptr ? "" : shared) + "/data/azure_llm/AzureLLMInferenceTrace_conv.csv";
  if (!std::ifstream(file)) GTEST_SKIP() << "no " << file;
  const std::vector<TracedRequest> all = read_request_trace(file);
  const std::vector<TracedRequest> day = read_request_trace("shipped:day.csv");
  std::size_t kept = 0;
  for (std::size_t i = 0; i < all.size(); i += 400) {
    if (all[i].prompt_tokens + all[i].answer_tokens > 4096) continue;
    ASSERT_LT(kept, day.size());
    const units::Time at = all[i].at * 24;
    EXPECT_LE(at < day[kept].at ? day[kept].at - at : at - day[kept].at, microseconds(1));
    EXPECT_EQ(day[kept].prompt_tokens, all[i].prompt_tokens);
    EXPECT_EQ(day[kept].answer_tokens, all[i].answer_tokens);
    ++kept;
  }
  EXPECT_EQ(kept, day.size());
}

// Of the whole files, facts that their publication states.
TEST(RequestTrace, AzuresFilesHaveTheirRequests) {
  const char* shared = std::getenv("TAKT_SHARED");
  const std::string folder = std::string(shared == nullptr ? "" : shared) + "/data/azure_llm/";
  if (!std::ifstream(folder + "AzureLLMInferenceTrace_code.csv")) GTEST_SKIP() << "no " << folder;
  const std::vector<TracedRequest> code = read_request_trace(folder + "AzureLLMInferenceTrace_code.csv");
  const std::vector<TracedRequest> conv = read_request_trace(folder + "AzureLLMInferenceTrace_conv.csv");
  EXPECT_EQ(code.size(), 8819u);
  EXPECT_EQ(conv.size(), 19366u);
  // 2.57 and 5.53 requests a second; the medians of prompt and answer.
  EXPECT_EQ(code.back().at.value / 1000000000000, 3435u);
  EXPECT_EQ(conv.back().at.value / 1000000000000, 3501u);
  const auto median = [](std::vector<TracedRequest> all, std::uint32_t TracedRequest::*tokens) {
    std::nth_element(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2), all.end(),
                     [&](const TracedRequest& a, const TracedRequest& b) { return a.*tokens < b.*tokens; });
    return all[all.size() / 2].*tokens;
  };
  EXPECT_EQ(median(code, &TracedRequest::prompt_tokens), 1469u);
  EXPECT_EQ(median(code, &TracedRequest::answer_tokens), 13u);
  EXPECT_EQ(median(conv, &TracedRequest::prompt_tokens), 1020u);
  EXPECT_EQ(median(conv, &TracedRequest::answer_tokens), 129u);
}

}  // namespace
}  // namespace takt::traces
