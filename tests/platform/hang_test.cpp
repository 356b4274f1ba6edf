// One stream's damaged program is that stream's trouble: its requests fail, with the reason, and the others go on.
#include <gtest/gtest.h>

#include "tests/platform/board.h"
#include "tests/platform/simulate.h"

namespace takt::platform::test {
namespace {

using units::microseconds;

constexpr std::uint64_t timeout_us = 2000;

config::Scenario two_streams() {
  return scenario(R"(
soc = "exynos-llw-like"
[firmware]
policy = "round-robin"
job_timeout_us = 2000
[limits]
max_time_us = 1000000
[[stream]]
name = "sick"
model = "squeezenet1_1"
arrival = "closed_loop"
concurrency = 1
requests = 2
[[stream]]
name = "sound"
model = "mobilenet_v2"
arrival = "closed_loop"
concurrency = 1
requests = 4
)");
}

void expect_the_sound_stream_is_served(const Board& board) {
  ASSERT_EQ(board.requests(1).size(), 4u);
  for (const RequestRecord& request : board.requests(1))
    EXPECT_EQ(static_cast<int>(request.status), static_cast<int>(RequestStatus::completed));
}

void expect_the_sick_stream_fails_with(const Board& board, std::uint32_t status) {
  ASSERT_EQ(board.requests(0).size(), 2u);
  for (const RequestRecord& request : board.requests(0)) {
    EXPECT_EQ(static_cast<int>(request.status), static_cast<int>(RequestStatus::failed));
    EXPECT_EQ(request.fault, status);
  }
}

void run_damaged(const std::function<void(std::vector<std::uint8_t>&)>& damage, std::uint32_t status) {
  const config::Scenario s = two_streams();
  Board board(s, [&](const std::string& stream, std::vector<std::uint8_t>& image) {
    if (stream == "sick") damage(image);
  });
  board.run();
  expect_the_sick_stream_fails_with(board, status);
  expect_the_sound_stream_is_served(board);
}

// A command in the middle that waits for a count nobody reaches.
void wait_forever(std::vector<std::uint8_t>& image) {
  const std::uint32_t middle = header_of(image).list_commands[TAKT_ENGINE_TENSOR] / 2;
  command_of(image, TAKT_ENGINE_TENSOR, middle).wait[0] = {0, 0, 1000000};
}

TEST(Hang, AJobThatWaitsForeverIsEndedByTheFirmwaresWatchdog) { run_damaged(wait_forever, TAKT_STATUS_TIMEOUT); }

TEST(Hang, IsFoundBetweenOneAndOneAndAQuarterTimeoutsAfterTheLastProgress) {
  const config::Scenario s = two_streams();
  Board board(s, [](const std::string& stream, std::vector<std::uint8_t>& image) {
    if (stream == "sick") wait_forever(image);
  });
  board.run();
  for (const RequestRecord& request : board.requests(0)) {
    EXPECT_GE(request.finished - request.started, microseconds(timeout_us));
    // What it did before it hung, and the way of the answer, take less than 200 us.
    EXPECT_LE(request.finished - request.started, microseconds(timeout_us + timeout_us / 4 + 200));
  }
}

TEST(Fault, AnUnknownOpcodeFailsTheJob) {
  run_damaged([](std::vector<std::uint8_t>& image) { command_of(image, TAKT_ENGINE_TENSOR, 1).opcode = 77; },
              TAKT_STATUS_BAD_COMMAND);
}

TEST(Fault, ATransferOutsideItsWindowsFailsTheJob) {
  run_damaged(
      [](std::vector<std::uint8_t>& image) {
        takt_dma_body& dma = command_of(image, TAKT_ENGINE_DMA_IN, 1).body.dma;
        dma.base = TAKT_BASE_ABSOLUTE;
        dma.offset = 0x1000;
      },
      TAKT_STATUS_ACCESS);
}

// The second stream's areas follow the first one's in memory.
TEST(Fault, ATransferFromAnotherStreamsAreasFailsTheJob) {
  run_damaged(
      [](std::vector<std::uint8_t>& image) {
        command_of(image, TAKT_ENGINE_DMA_IN, 1).body.dma.base = TAKT_BASE_OUTPUT;
        command_of(image, TAKT_ENGINE_DMA_IN, 1).body.dma.offset = 4 << 20;
      },
      TAKT_STATUS_ACCESS);
}

TEST(Fault, AStoreIntoItsInputFailsTheJob) {
  run_damaged(
      [](std::vector<std::uint8_t>& image) {
        command_of(image, TAKT_ENGINE_DMA_OUT, 0).body.dma.base = TAKT_BASE_INPUT;
      },
      TAKT_STATUS_ACCESS);
}

TEST(Fault, AnEncodingForALaterFrontEndIsRefusedAsUnsupported) {
  run_damaged(
      [](std::vector<std::uint8_t>& image) {
        command_of(image, TAKT_ENGINE_TENSOR, 0).body.matrix.precision = TAKT_W4A8 + 1;
      },
      TAKT_STATUS_UNSUPPORTED);
}

TEST(Fault, AProgramThatIsNoneStopsTheSetUp) {
  const config::Scenario s = two_streams();
  Board board(s, [](const std::string& stream, std::vector<std::uint8_t>& image) {
    if (stream == "sick") header_of(image).magic = 0;
  });
  try {
    board.run();
    FAIL() << "the firmware registered it";
  } catch (const std::runtime_error& e) {
    EXPECT_NE(std::string(e.what()).find("status " + std::to_string(TAKT_STATUS_BAD_PROGRAM)), std::string::npos)
        << e.what();
  }
}

}  // namespace
}  // namespace takt::platform::test
