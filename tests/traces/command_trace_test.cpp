// Command traces: what is written is read; what is damaged or makes no sense is refused, and never read as another.
#include "traces/formats/commands/command_trace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "models/units/random.h"
#include "traces/formats/packed/bytes.h"

namespace takt::traces {
namespace {

using testing::HasSubstr;

CommandTrace sample() {
  CommandTrace trace;
  trace.scenario = "default";
  trace.soc = "exynos-llw-like";
  trace.configuration = "soc = \"exynos-llw-like\"\n";
  trace.hardware_queues = 4;
  trace.memory_base = 0x400000000;
  trace.memory_bytes = 1 << 20;
  trace.end = units::microseconds(50);
  trace.sampled_from = units::nanoseconds(3);
  trace.window_end = units::never();
  trace.contexts = {"", "camera", "assistant"};
  trace.areas = {{AreaKind::constants, 0x400000000, 4096}, {AreaKind::save, 0x400002000, 8192}};
  trace.programs = {{"a", 0x400010000, 70000, std::string(300, '\x7f')}, {"b", 0x400020000, 1, "x"}};
  trace.tables = {{0x400030000, std::string(784, '\x11')}};
  trace.jobs = {{0, 1, 7}, {1, 2, 8}};
  trace.controls = {{units::Time(10), ControlKind::start, 0, 0, 3, 0, 0x400002000, 8192},
                    {units::Time(20), ControlKind::preempt, 0, 0, 0, 0, 0, 0},
                    {units::Time(30), ControlKind::start, 1, 1, 0, 0x400003000, 0x400002000, 4096},
                    {units::Time(40), ControlKind::resume, 0, 0, 3, 0, 0x400002000, 8192},
                    {units::Time(45), ControlKind::abort, 1, 1, 0, 0, 0, 0},
                    {units::Time(45), ControlKind::reset, 0, 0, 0, 0, 0, 0},
                    {units::Time(46), ControlKind::windows, 0, 1, 0, 0x400030000, 0, 0}};
  trace.events = {{units::Time(10), 0, JobStep::started}, {units::Time(45), 1, JobStep::aborted}};
  return trace;
}

class CommandTraceFile : public testing::Test {
 protected:
  CommandTraceFile() {
    std::string name = testing::TempDir() + "takt-commands-XXXXXX";
    folder_ = mkdtemp(name.data());
    file_ = folder_ / "t.takt-commands";
  }
  ~CommandTraceFile() override { std::filesystem::remove_all(folder_); }

  std::string written(const std::string& payload) const {
    PackedFileWriter(file_, command_trace_kind).write(payload);
    std::ifstream in(file_, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  // The message of the refusal; empty where it is read.
  std::string refusal(const std::string& bytes) const {
    std::ofstream(file_, std::ios::binary) << bytes;
    try {
      read_command_trace(file_);
      return {};
    } catch (const PackedFileError& e) {
      EXPECT_THAT(e.what(), testing::AllOf(HasSubstr("t.takt-commands"), HasSubstr(": found "), HasSubstr("expected")));
      return e.what();
    }
  }

  std::filesystem::path folder_, file_;
};

std::string refusal_of(const CommandTrace& trace) {
  try {
    decode_command_trace(encode(trace), "t");
    return {};
  } catch (const PackedFileError& e) {
    return e.what();
  }
}

TEST_F(CommandTraceFile, what_is_written_is_read) {
  written(encode(sample()));
  EXPECT_TRUE(is_command_trace(file_));
  EXPECT_EQ(encode(read_command_trace(file_)), encode(sample()));
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder_)) files += entry.is_regular_file();
  EXPECT_EQ(files, 1u) << "nothing is left beside it";
}

TEST_F(CommandTraceFile, a_writer_that_gives_up_leaves_nothing) {
  { const PackedFileWriter writer(file_, command_trace_kind); }
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
}

TEST_F(CommandTraceFile, is_refused_wherever_it_is_cut_off) {
  const std::string whole = written(encode(sample()));
  for (std::size_t size = 0; size < whole.size(); ++size) EXPECT_NE(refusal(whole.substr(0, size)), "") << size;
  EXPECT_THAT(refusal(whole + "x"), HasSubstr("behind"));
}

TEST_F(CommandTraceFile, no_flipped_bit_gives_another_trace) {
  const std::string whole = written(encode(sample()));
  for (std::size_t i = 0; i < whole.size(); ++i)
    for (int bit = 0; bit < 8; ++bit) {
      std::string damaged = whole;
      damaged[i] = static_cast<char>(damaged[i] ^ 1 << bit);
      if (refusal(damaged).empty()) {
        EXPECT_EQ(encode(read_command_trace(file_)), encode(sample())) << i << " bit " << bit;
      }
    }
}

TEST_F(CommandTraceFile, another_version_is_named) {
  std::string whole = written(encode(sample()));
  whole[8] = 9;
  EXPECT_THAT(refusal(whole), HasSubstr("found version 9, expected version 3"));
}

TEST_F(CommandTraceFile, a_head_that_promises_too_much_is_refused) {
  std::string whole = written(encode(sample()));
  whole[12 + 7] = 1;  // 2^56 bytes more
  EXPECT_THAT(refusal(whole), HasSubstr("at most 1073741824"));
}

TEST(CommandTraceContents, are_refused_wherever_they_are_cut_off) {
  const std::string payload = encode(sample());
  for (std::size_t size = 0; size < payload.size(); ++size)
    EXPECT_THROW(decode_command_trace(std::string_view(payload).substr(0, size), "t"), PackedFileError) << size;
}

// Whatever stands in them: refused or read, and what is read can be played.
TEST(CommandTraceContents, with_replaced_bytes_are_refused_or_in_range) {
  const std::string payload = encode(sample());
  units::Random random(20260101);
  int survivors = 0;
  for (int round = 0; round < 50000; ++round) {
    std::string damaged = payload;
    for (std::uint64_t changes = 1 + random.below(3); changes > 0; --changes)
      damaged[random.below(damaged.size())] = static_cast<char>(random.below(2) == 0 ? 0xff : random.below(256));
    try {
      const CommandTrace trace = decode_command_trace(damaged, "t");
      ++survivors;
      for (const CommandControl& control : trace.controls) {
        ASSERT_LT(control.queue, max_hardware_queues);
        if (is_of_job(control.kind)) {
          ASSERT_LT(control.job, trace.jobs.size());
        }
      }
      for (const CommandJob& job : trace.jobs) {
        ASSERT_LT(job.program, trace.programs.size());
        ASSERT_LT(job.context, trace.contexts.size());
      }
    } catch (const PackedFileError&) {
    }
  }
  EXPECT_GT(survivors, 0);
}

TEST(CommandTraceContents, a_huge_count_is_refused_before_memory_is_asked_for) {
  ByteWriter to;
  for (int i = 0; i < 3; ++i) to.text("");
  to.u32(1);
  for (int i = 0; i < 6; ++i) to.u64(1);
  to.u64(~std::uint64_t{0});  // contexts
  EXPECT_THROW(decode_command_trace(to.bytes(), "t"), PackedFileError);
}

TEST(CommandTraceContents, that_make_no_sense_are_refused) {
  const auto with = [](auto change) {
    CommandTrace trace = sample();
    change(trace);
    return refusal_of(trace);
  };
  EXPECT_THAT(with([](CommandTrace& t) { t.jobs[0].program = 2; }), HasSubstr("program 2"));
  EXPECT_THAT(with([](CommandTrace& t) { t.jobs[0].context = 3; }), HasSubstr("context 3"));
  EXPECT_THAT(with([](CommandTrace& t) { t.controls[1].job = 2; }), HasSubstr("job 2"));
  EXPECT_THAT(with([](CommandTrace& t) { t.controls[1].job = 1; }), HasSubstr("job 1 after 1 starts"));
  EXPECT_THAT(with([](CommandTrace& t) { t.controls[1].queue = 4; }), HasSubstr("hardware queue 4"));
  EXPECT_THAT(with([](CommandTrace& t) { t.controls[0].qos = 8; }), HasSubstr("QoS 8"));
  EXPECT_THAT(with([](CommandTrace& t) { t.controls[1].at = units::Time(5); }), HasSubstr("5 ps"));
  EXPECT_THAT(with([](CommandTrace& t) { t.events[1].at = units::never(); }), HasSubstr("a time from 10"));
  EXPECT_THAT(with([](CommandTrace& t) { t.controls.pop_back(), t.controls.erase(t.controls.begin() + 2); }),
              HasSubstr("job 1 after 1 starts"));
  EXPECT_THAT(with([](CommandTrace& t) { t.areas[0].bytes = 1 << 21; }), HasSubstr("inside the memory"));
  EXPECT_THAT(with([](CommandTrace& t) { t.programs[0].address = 0x3ffffffff; }), HasSubstr("inside the memory"));
  EXPECT_THAT(with([](CommandTrace& t) { t.controls[0].save_area = 0; }), HasSubstr("a save area"));
  EXPECT_THAT(with([](CommandTrace& t) { t.memory_bytes = ~std::uint64_t{0}; }), HasSubstr("64 bits"));
}

}  // namespace
}  // namespace takt::traces
