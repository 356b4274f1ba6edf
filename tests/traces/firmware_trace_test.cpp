// Firmware traces: what is added is read; what is damaged or makes no sense is refused.
#include "traces/formats/firmware/firmware_trace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/units/random.h"
#include "traces/formats/packed/bytes.h"

namespace takt::traces {
namespace {

using testing::HasSubstr;

FirmwareAccess access_of(FirmwareAction action, std::uint64_t at_ps, std::uint64_t address, unsigned bytes,
                         std::uint32_t value, bool answered = true) {
  FirmwareAccess access;
  access.action = action;
  access.at = units::Time(at_ps);
  access.address = address;
  access.bytes = static_cast<std::uint8_t>(bytes);
  access.value = value;
  access.answered = answered;
  return access;
}

FirmwareAccess start_of(std::uint64_t at_ps, std::string_view info) {
  FirmwareAccess start;
  start.action = FirmwareAction::start;
  start.at = units::Time(at_ps);
  start.boot_info = info;
  return start;
}

std::vector<FirmwareAccess> some_accesses() {
  return {start_of(5, "boot information"),
          access_of(FirmwareAction::read, 10, 0x10040008, 4, 0xffffffff),
          access_of(FirmwareAction::write, 10, 0x0200bff8, 4, 0),
          access_of(FirmwareAction::load, 1u << 31, 0xffffffffffffffff, 1, 0xab),
          access_of(FirmwareAction::store, (1u << 31) + 1, 0, 2, 0x1234, false),
          start_of(~std::uint64_t{0} - 1, ""),
          access_of(FirmwareAction::load, ~std::uint64_t{0}, 0x400000000, 4, 0x89abcdef)};
}

FirmwareTrace trace_of(const std::vector<FirmwareAccess>& accesses) {
  FirmwareTrace trace;
  trace.scenario = "default";
  trace.soc = "exynos-llw-like";
  trace.firmware = "rv32";
  for (const FirmwareAccess& access : accesses) trace.add(access);
  return trace;
}

void expect_same(const FirmwareAccess& a, const FirmwareAccess& b) {
  EXPECT_EQ(a.action, b.action);
  EXPECT_EQ(a.at, b.at);
  EXPECT_EQ(a.address, b.address);
  EXPECT_EQ(a.bytes, b.bytes);
  EXPECT_EQ(a.value, b.value);
  EXPECT_EQ(a.answered, b.answered);
  EXPECT_EQ(a.boot_info, b.boot_info);
}

std::string refusal_of(std::string_view accesses) {
  ByteWriter to;
  for (const char* text : {"s", "soc", "native"}) to.text(text);
  to.text(accesses);
  try {
    decode_firmware_trace(to.bytes(), "t.fw");
    return {};
  } catch (const PackedFileError& e) {
    EXPECT_THAT(e.what(),
                testing::AllOf(testing::StartsWith("t.fw: byte "), HasSubstr(": found "), HasSubstr(", expected ")));
    return e.what();
  }
}

TEST(FirmwareTrace, WhatIsAddedIsRead) {
  const FirmwareTrace trace = decode_firmware_trace(encode(trace_of(some_accesses())), "t");
  EXPECT_EQ(trace.scenario, "default");
  EXPECT_EQ(trace.soc, "exynos-llw-like");
  EXPECT_EQ(trace.firmware, "rv32");
  EXPECT_EQ(trace.accesses(), 5u);
  EXPECT_EQ(trace.starts(), 2u);
  EXPECT_EQ(trace.end(), units::Time(~std::uint64_t{0}));
  FirmwareTraceReader reader(trace);
  for (const FirmwareAccess& access : some_accesses()) {
    const std::optional<FirmwareAccess> read = reader.next();
    ASSERT_TRUE(read.has_value());
    expect_same(*read, access);
  }
  EXPECT_FALSE(reader.next().has_value());
}

TEST(FirmwareTrace, ThousandsOfAccessesAreReadInOrder) {
  units::Random draw(7);
  std::vector<FirmwareAccess> accesses = {start_of(0, std::string_view("x"))};
  std::uint64_t at = 0;
  for (int i = 0; i < 5000; ++i) {
    const auto action = static_cast<FirmwareAction>(1 + draw.below(4));
    const bool memory = action == FirmwareAction::load || action == FirmwareAction::store;
    const unsigned bytes = memory ? 1u << draw.below(3) : 4;
    const std::uint64_t address = draw.below(memory ? ~std::uint64_t{0} : 0xffffffff) / bytes * bytes;
    const std::uint64_t mask = bytes == 4 ? 0xffffffff : (1u << 8 * bytes) - 1;
    accesses.push_back(access_of(action, at += draw.below(100000), address, bytes,
                                 static_cast<std::uint32_t>(draw.below(0xffffffff) & mask), draw.below(10) != 0));
  }
  const FirmwareTrace trace = decode_firmware_trace(encode(trace_of(accesses)), "t");
  FirmwareTraceReader reader(trace);
  for (const FirmwareAccess& access : accesses) expect_same(*reader.next(), access);
}

TEST(FirmwareTrace, RefusesWhatMakesNoSense) {
  const std::string start("\0\0\0", 3);
  EXPECT_EQ(refusal_of(start), "");
  EXPECT_THAT(refusal_of(std::string("\x19\0\0\0\0\0\0", 7)), HasSubstr("an access before any start"));
  EXPECT_THAT(refusal_of("\x05"), HasSubstr("an action and a width"));
  EXPECT_THAT(refusal_of("\x40"), HasSubstr("an action and a width"));
  EXPECT_THAT(refusal_of(start + std::string("\x13\0\0\0\0\0", 6)), HasSubstr("3 bytes"));
  EXPECT_THAT(refusal_of(start + std::string("\x01\0\0\0", 4)), HasSubstr("a register of 1 bytes"));
  EXPECT_THAT(refusal_of(start + std::string("\x1b\0\x02\0\0\0\0", 7)), HasSubstr("4 bytes at 1"));
  EXPECT_THAT(refusal_of(start + std::string("\x19\0\x80\x80\x80\x80\x80\x01\0\0\0\0", 12)), HasSubstr("below 2^32"));
  EXPECT_THAT(refusal_of(start + std::string("\x19\0\0\0\0", 5)), HasSubstr("behind access 0 the end of the block"));
  EXPECT_THAT(refusal_of(std::string("\0\0\x05", 3) + "four"), HasSubstr("the end of the block"));
}

TEST(FirmwareTrace, EveryShorterTraceIsRefused) {
  const std::string payload = encode(trace_of(some_accesses()));
  for (std::size_t bytes = 0; bytes < payload.size(); ++bytes)
    EXPECT_THROW(decode_firmware_trace(std::string_view(payload).substr(0, bytes), "t"), PackedFileError) << bytes;
  EXPECT_THROW(decode_firmware_trace(payload + "x", "t"), PackedFileError);
}

}  // namespace
}  // namespace takt::traces
