#include "sim/results/streams.h"

#include <gtest/gtest.h>

#include "tests/results/sample_run.h"

namespace takt::results {
namespace {

using platform::RequestRecord;
using platform::RequestStatus;
using platform::RunRecord;
using units::microseconds;
using units::milliseconds;

RequestRecord unfinished(RequestStatus status, std::uint64_t submitted_us, std::uint64_t deadline_us) {
  RequestRecord request;
  request.submitted = microseconds(submitted_us);
  request.deadline = microseconds(deadline_us);
  request.status = status;
  return request;
}

StreamFigures figures_of(const std::vector<RequestRecord>& requests, platform::Interval window, units::Time simulated) {
  RunRecord run;
  run.window = window;
  run.simulated = simulated;
  run.streams.resize(1);
  run.streams[0].requests = requests;
  return stream_figures(run, run.streams[0]);
}

TEST(Streams, EverySubmittedRequestIsInExactlyOneState) {
  const StreamFigures f =
      figures_of({completed(0, 0, 10), unfinished(RequestStatus::failed, 1, 50),
                  unfinished(RequestStatus::dropped, 2, 50), unfinished(RequestStatus::pending, 3, 50)},
                 {units::Time(0), microseconds(100)}, microseconds(100));
  EXPECT_EQ(f.submitted, 4u);
  EXPECT_EQ(f.completed, 1u);
  EXPECT_EQ(f.failed, 1u);
  EXPECT_EQ(f.dropped, 1u);
  EXPECT_EQ(f.pending, 1u);
}

TEST(Streams, ARequestBelongsToTheWindowThatItWasSubmittedIn) {
  // Submitted before, at the begin, inside, at the end.
  const StreamFigures f =
      figures_of({completed(999, 0, 10), completed(1000, 0, 20), completed(1999, 0, 5000), completed(2000, 0, 1)},
                 {milliseconds(1), milliseconds(2)}, milliseconds(10));
  EXPECT_EQ(f.submitted, 2u);
  EXPECT_EQ(f.latency.samples(), 2u);
  EXPECT_EQ(f.latency.max(), microseconds(5000)) << "the drain's completions count";
}

TEST(Streams, ThroughputCountsCompletionsInsideTheWindowAndAtItsEnd) {
  // Finish at 1000 (the begin: before), 1009, 2000 (the end) and 2001.
  const StreamFigures f =
      figures_of({completed(990, 0, 10), completed(999, 0, 10), completed(1500, 0, 500), completed(1500, 0, 501)},
                 {milliseconds(1), milliseconds(2)}, milliseconds(10));
  EXPECT_EQ(f.finished_in_window, 2u);
}

TEST(Streams, ADeadlineIsMissedByLateFailedDroppedAndOverdueRequests) {
  RequestRecord on_time = completed(0, 0, 50), late = completed(0, 0, 51);
  on_time.deadline = late.deadline = microseconds(50);
  const StreamFigures f = figures_of(
      {on_time, late, unfinished(RequestStatus::failed, 0, 5000), unfinished(RequestStatus::dropped, 0, 5000),
       unfinished(RequestStatus::pending, 0, 50), unfinished(RequestStatus::pending, 0, 5000), completed(0, 0, 1)},
      {units::Time(0), milliseconds(1)}, milliseconds(1));
  EXPECT_EQ(f.missed, 4u);
  EXPECT_EQ(f.with_deadline, 5u) << "not the one whose deadline lies behind the run, nor the one without";
}

TEST(Streams, WaitIsSubmissionToStart) {
  const StreamFigures f = figures_of({completed(10, 7, 20)}, {units::Time(0), milliseconds(1)}, milliseconds(1));
  EXPECT_EQ(f.wait.max(), microseconds(7));
  EXPECT_EQ(f.latency.max(), microseconds(20));
}

// A prompt asked at 100 us, its first token at 500, four more until 900; one asked before the window that has one token
// in it.
TEST(Streams, TokensHaveTheTimesThatMlperfDefines) {
  RunRecord run;
  run.window = {microseconds(100), microseconds(1000)};
  run.streams.resize(1);
  platform::StreamRecord& stream = run.streams[0];
  const auto ask = [&](std::uint64_t at, std::uint64_t first, std::uint64_t last, std::uint32_t tokens) {
    RequestRecord request;
    request.submitted = microseconds(at);
    request.first_token = microseconds(first);
    request.finished = microseconds(last);
    request.status = RequestStatus::completed;
    request.prompt_tokens = 30;
    request.answer_tokens = tokens;
    stream.requests.push_back(request);
  };
  ask(50, 90, 300, 2);
  ask(100, 500, 900, 5);
  platform::TokensRecord tokens;
  tokens.answers = {{microseconds(90), units::never()},     {microseconds(300), microseconds(210)},
                    {microseconds(500), units::never()},    {microseconds(600), microseconds(100)},
                    {microseconds(700), microseconds(100)}, {microseconds(800), microseconds(100)},
                    {microseconds(900), microseconds(100)}};
  stream.tokens = tokens;
  const TokenFigures f = token_figures(run, stream);
  EXPECT_EQ(f.first.samples(), 1u);
  EXPECT_EQ(f.first.max(), microseconds(400));
  EXPECT_EQ(f.each.max(), microseconds(100)) << "(800 - 400) / 4";
  EXPECT_EQ(f.between.samples(), 5u);
  EXPECT_EQ(f.between.max(), microseconds(210));
  EXPECT_EQ(f.tokens, 6u);
  EXPECT_EQ(f.prompt_tokens, 30u);
}

}  // namespace
}  // namespace takt::results
