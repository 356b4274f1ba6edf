// Random streams whose events are known because of how they are put together, and bytes that mean nothing.
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "sim/gdb/packet.h"

namespace takt::gdb::test {
namespace {

using Event = PacketReader::Event;

struct Seen {
  Event event;
  std::string payload;  // of packets
  bool operator==(const Seen& other) const { return event == other.event && payload == other.payload; }
};

class Stream {
 public:
  explicit Stream(unsigned seed) : random_(seed) {}

  void add() {
    switch (below(8)) {
      case 0:
        return add('+', Event::accepted);
      case 1:
        return add('-', Event::refused);
      case 2:
        return add('\x03', Event::interrupt);
      case 3:  // noise between packets
        bytes += 'a';
        return;
      case 4:  // cut in the payload, at '#' or after a digit; the next packet's '$' ends it
        bytes += '$' + payload(below(50)) + std::string("#0").substr(0, below(3));
        return add_packet(below(50), 0);
      case 5:
        return add_packet(below(300), 1 + below(255));
      case 6:  // around the longest, and far beyond it
        return add_packet(PacketReader::longest - 2 + (below(4) == 0 ? 100'000 : below(5)), 0);
      default:
        return add_packet(below(300), 0);
    }
  }

  std::string bytes;
  std::vector<Seen> expected;

 private:
  unsigned below(unsigned bound) { return static_cast<unsigned>(random_() % bound); }

  void add(char byte, Event event) {
    bytes += byte;
    expected.push_back({event, {}});
  }

  std::string payload(std::size_t size) {
    std::string text;
    while (text.size() < size)
      if (const char c = static_cast<char>(below(256)); c != '$' && c != '#') text += c;
    return text;
  }

  // `error` is added to the checksum.
  void add_packet(std::size_t size, unsigned error) {
    const std::string text = payload(size);
    unsigned sum = error;
    for (const char c : text) sum += static_cast<unsigned char>(c);
    const char* digits = "0123456789abcdef";
    bytes += '$' + text + '#' + digits[sum / 16 % 16] + digits[sum % 16];
    if (error != 0) return expected.push_back({Event::damaged, {}});
    if (size > PacketReader::longest) return expected.push_back({Event::too_long, {}});
    expected.push_back({Event::packet, text});
  }

  std::mt19937 random_;
};

TEST(PacketFuzz, EveryElementOfAStreamIsAnsweredOnce) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    Stream stream(seed);
    for (int i = 0; i < 40; ++i) stream.add();
    PacketReader reader;
    std::vector<Seen> seen;
    for (const char byte : stream.bytes)
      if (const Event event = reader.take(byte); event != Event::none)
        seen.push_back({event, event == Event::packet ? reader.payload() : ""});
    ASSERT_TRUE(seen == stream.expected) << "seed " << seed;
  }
}

TEST(PacketFuzz, AfterAnyBytesTheNextPacketIsRead) {
  std::mt19937 random(1);
  const std::string likely =
      "$#+-}*\x03"
      "0f";
  for (int round = 0; round < 20'000; ++round) {
    PacketReader reader;
    for (auto left = random() % 200; left > 0; --left) {
      const auto pick = random();
      reader.take(pick % 2 == 0 ? likely[pick / 2 % likely.size()] : static_cast<char>(pick >> 8));
      ASSERT_LE(reader.payload().size(), PacketReader::longest);
    }
    Event last = Event::none;
    for (const char byte : std::string("$m0,1#fa")) last = reader.take(byte);
    ASSERT_EQ(last, Event::packet) << "round " << round;
    ASSERT_EQ(reader.payload(), "m0,1");
  }
}

}  // namespace
}  // namespace takt::gdb::test
