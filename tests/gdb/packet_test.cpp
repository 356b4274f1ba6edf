// Frames: GDB manual, appendix E.1 (Overview) and E.11 (Packet Acknowledgment).
#include "sim/gdb/packet.h"

#include <gtest/gtest.h>

#include <vector>

#include "sim/gdb/hex.h"

namespace takt::gdb::test {
namespace {

using Event = PacketReader::Event;

std::vector<Event> events_of(PacketReader& reader, const std::string& bytes) {
  std::vector<Event> events;
  for (const char byte : bytes)
    if (const Event event = reader.take(byte); event != Event::none) events.push_back(event);
  return events;
}

TEST(Packet, HasAChecksumOfItsPayloadModulo256) {
  EXPECT_EQ(framed(""), "$#00");
  EXPECT_EQ(framed("OK"), "$OK#9a");      // 0x4f + 0x4b
  EXPECT_EQ(framed("m0,1"), "$m0,1#fa");  // 0x6d + 0x30 + 0x2c + 0x31
  EXPECT_EQ(framed(std::string(3, '\xff')), "$\xff\xff\xff#fd");
}

TEST(Packet, IsReadByteByByte) {
  PacketReader reader;
  EXPECT_EQ(events_of(reader, "+$m0,1#FA-"), (std::vector<Event>{Event::accepted, Event::packet, Event::refused}));
  EXPECT_EQ(reader.payload(), "m0,1");
}

TEST(Packet, WithAWrongChecksumIsDamaged) {
  PacketReader reader;
  EXPECT_EQ(events_of(reader, "$m0,1#fb"), std::vector<Event>{Event::damaged});
  EXPECT_EQ(events_of(reader, "$m0,1#zz"), std::vector<Event>{Event::damaged});
  EXPECT_EQ(events_of(reader, "$m0,1#fa"), std::vector<Event>{Event::packet});
}

TEST(Packet, ChecksumsMayBeIgnored) {
  PacketReader reader;
  reader.ignore_checksums();
  EXPECT_EQ(events_of(reader, "$m0,1#zz"), std::vector<Event>{Event::packet});
}

TEST(Packet, ThatBeginsWithinAnotherReplacesIt) {
  PacketReader reader;
  EXPECT_EQ(events_of(reader, "$m0$?#3f"), std::vector<Event>{Event::packet});
  EXPECT_EQ(reader.payload(), "?");
  EXPECT_EQ(events_of(reader, "$m0,1#f$?#3f"), std::vector<Event>{Event::packet});
}

TEST(Packet, CtrlCIsOneOnlyBetweenPackets) {
  PacketReader reader;
  EXPECT_EQ(events_of(reader, "\x03$\x03#03\x03"),
            (std::vector<Event>{Event::interrupt, Event::packet, Event::interrupt}));
}

TEST(Packet, NoiseBetweenPacketsIsNothing) {
  PacketReader reader;
  EXPECT_EQ(events_of(reader, "abc#00$?#3f\n"), std::vector<Event>{Event::packet});
}

TEST(Packet, OfMoreThanTheLongestIsNotKept) {
  PacketReader reader;
  const std::string longest(PacketReader::longest, 'a');
  EXPECT_EQ(events_of(reader, framed(longest)), std::vector<Event>{Event::packet});
  EXPECT_EQ(reader.payload(), longest);
  EXPECT_EQ(events_of(reader, framed(longest + "a")), std::vector<Event>{Event::too_long});
  EXPECT_EQ(reader.payload(), "");
  EXPECT_EQ(events_of(reader, "$?#3f"), std::vector<Event>{Event::packet});
}

// "0x7d is transmitted as 0x7d 0x5d", and likewise '#', '$' and, in replies, '*'.
TEST(Packet, BinaryDataIsEscaped) {
  EXPECT_EQ(escaped("a}#$*b"),
            "a}]}\x03}\x04}\x0a"
            "b");
  EXPECT_EQ(unescaped("a}]}\x03}\x04}\x0a"
                      "b"),
            "a}#$*b");
  EXPECT_EQ(unescaped("a}"), std::nullopt);
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  EXPECT_EQ(unescaped(escaped(all)), all);
  EXPECT_EQ(escaped(all).find_first_of("$#*"), std::string::npos);
}

TEST(Hex, WritesRegistersLeastSignificantByteFirst) {
  EXPECT_EQ(hex_of_word(0x12345678), "78563412");
  EXPECT_EQ(word_of("78563412"), 0x12345678u);
  EXPECT_EQ(word_of("785634"), std::nullopt);
  EXPECT_EQ(word_of("7856341g"), std::nullopt);
}

TEST(Hex, TakesNumbersOfOneToEightDigits) {
  std::string_view text = "80000abC,rest";
  EXPECT_EQ(take_number(text), 0x80000abcu);
  EXPECT_EQ(text, ",rest");
  EXPECT_EQ(take_number(text), std::nullopt);
  std::string_view nine = "123456789";
  EXPECT_EQ(take_number(nine), std::nullopt);
  EXPECT_EQ(nine, "123456789");
  EXPECT_EQ(number_of(0), "0");
  EXPECT_EQ(number_of(0x80000abc), "80000abc");
}

}  // namespace
}  // namespace takt::gdb::test
