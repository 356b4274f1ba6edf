// Damaged traces give accesses or a MemoryTraceError, never a crash (which the sanitizers would see).
#include <gtest/gtest.h>

#include <set>

#include "models/units/random.h"
#include "tests/traces/read_trace.h"
#include "tests/traces/trace_bytes.h"

namespace takt::traces {
namespace {

struct Sample {
  std::string format;
  std::string bytes;
};

std::vector<MemoryAccess> some_accesses() {
  std::vector<MemoryAccess> accesses(40);
  for (std::size_t i = 0; i < accesses.size(); ++i) {
    accesses[i].time = units::Time(i * i * 100);
    accesses[i].address = i % 3 == 0 ? i * 100003 : i * 64;
    accesses[i].bytes = i % 5 == 0 ? 4096 : 64;
    accesses[i].rows = i % 7 == 0 ? 8 : 1;
    accesses[i].stride = i % 7 == 0 ? 8192 : 0;
    accesses[i].initiator = static_cast<std::uint16_t>(i % 2);
    accesses[i].qos = static_cast<std::uint8_t>(i % 8);
    accesses[i].write = i % 4 == 0;
  }
  return accesses;
}

const std::vector<Sample>& samples() {
  static const std::vector<Sample> all = {
      {"takt", written({"npu", "cpu"}, some_accesses())},
      {"stl", "# c\n31: read 0x400140\r\n56: write 0x7fff8000 0x0123456789abcdef\n81: (128) read 0x400180\n"},
      {"rstl", "31: read 0x400140\n2: (512) read 0x400160\n23: write 0x7fff8000 0x1234\n10: read 0x400180"},
      {"dramsim3", "0x2000D5C0 READ  30\n0x1FF96FC0 WRITE   160\n2000D600 P_MEM_RD 165\n"},
      {"ramulator2-loadstore", "LD 0x12340\nST 4096\n\n# c\nLD 0X40\n"},
      {"ramulator2-readwrite", "R 0,1,2,100,32\nW 0,0,3,200,16\n"},
      {"ramulator2-simpleo3", "3 20734016\n8 20841280 20841344\n0 0x40\n"},
  };
  return all;
}

// True where the trace was read to its end. Every access that came is one that a replayer can take.
bool survives(const std::string& bytes, const std::string& format) {
  std::unique_ptr<MemoryTraceReader> reader;
  try {
    reader = open_text(bytes, nanosecond_cycles(format));
    MemoryAccess access;
    while (reader->next(access)) {
      EXPECT_TRUE(access.bytes > 0 && access.rows > 0 && fits_address_space(access)) << format;
      EXPECT_LE(access.qos, MemoryAccess::max_qos) << format;
      EXPECT_LT(access.initiator, reader->initiators().size()) << format;
      EXPECT_LE(access.vector.levels, AddressVector::max_levels) << format;
    }
    return true;
  } catch (const MemoryTraceError& error) {
    EXPECT_NE(std::string(error.what()).find(": found "), std::string::npos) << error.what();
    return false;
  }
}

bool survives_everywhere(const std::string& bytes, const std::string& format) {
  survives(bytes, "");
  return survives(bytes, format);
}

TEST(Damage, TheUndamagedSamplesAreRead) {
  for (const Sample& sample : samples()) EXPECT_TRUE(survives_everywhere(sample.bytes, sample.format)) << sample.format;
}

TEST(Damage, TruncationAtEveryByte) {
  for (const Sample& sample : samples())
    for (std::size_t size = 0; size < sample.bytes.size(); ++size) {
      const bool read = survives_everywhere(sample.bytes.substr(0, size), sample.format);
      EXPECT_FALSE(read && (size == 0 || sample.format == "takt")) << sample.format << " cut off at " << size;
    }
}

TEST(Damage, EveryByteReplaced) {
  for (const Sample& sample : samples())
    for (std::size_t i = 0; i < sample.bytes.size(); ++i)
      for (const int value :
           {0x00, 0x01, 0x0a, 0x20, 0x23, 0x2c, 0x30, 0x39, 0x7f, 0x80, 0xff, sample.bytes[i] ^ 0x04}) {
        std::string damaged = sample.bytes;
        damaged[i] = static_cast<char>(value);
        survives_everywhere(damaged, sample.format);
      }
}

// No byte of takt's own format can change and other accesses come out: checksums, totals and ranges cover it.
TEST(Damage, AReplacedByteNeverChangesAnAccessOfTaktsFormat) {
  const std::string& bytes = samples()[0].bytes;
  const std::vector<MemoryAccess> accesses = some_accesses();
  for (std::size_t i = 0; i < bytes.size(); ++i)
    for (unsigned bit = 0; bit < 8; ++bit) {
      std::string damaged = bytes;
      damaged[i] = static_cast<char>(damaged[i] ^ (1 << bit));
      std::vector<MemoryAccess> read;
      try {
        read = read_text(damaged, nanosecond_cycles("takt"));
      } catch (const MemoryTraceError&) {
        continue;
      }
      EXPECT_TRUE(same_accesses(read, accesses)) << "byte " << i << " bit " << bit;
    }
}

TEST(Damage, RandomBytesReplacedInsertedRemoved) {
  units::Random random(20240601);
  int survivors = 0;
  for (int round = 0; round < 10000; ++round) {
    const Sample& sample = samples()[random.below(samples().size())];
    std::string damaged = sample.bytes;
    for (std::uint64_t changes = 1 + random.below(6); changes > 0; --changes) {
      const std::size_t at = random.below(damaged.size());
      const char byte =
          random.below(2) == 0 ? static_cast<char>(random.below(256)) : "0123x:(), \n#RWLD"[random.below(16)];
      switch (random.below(3)) {
        case 0:
          damaged[at] = byte;
          break;
        case 1:
          damaged.insert(at, 1, byte);
          break;
        default:
          damaged.erase(at, 1 + random.below(3));
          break;
      }
      if (damaged.empty()) damaged = "\n";
    }
    survivors += survives_everywhere(damaged, sample.format);
  }
  EXPECT_GT(survivors, 0);  // a changed digit takes no harm
}

// Well-formed frames with senseless contents pass the checksum and reach every rule of the blocks.
TEST(Damage, SenselessContentsInWellFormedBlocks) {
  units::Random random(20240602);
  int survivors = 0;
  for (int round = 0; round < 5000; ++round) {
    std::string payload;
    for (std::uint64_t n = 1 + random.below(40); n > 0; --n) {
      const std::uint64_t kind = random.below(3);
      payload += static_cast<char>(kind == 0   ? random.below(256)
                                   : kind == 1 ? random.below(64)
                                               : 0x80 + random.below(128));
    }
    survivors += survives(trace_of(payload, 1 + static_cast<unsigned>(random.below(12))), "takt");
    survives(head() + block('I', payload), "takt");
    survives(trace_of(raw({8, 0, 1}), 1) + payload, "takt");
  }
  EXPECT_GT(survivors, 0);
}

// Valid accesses with one byte of the unpacked payload changed.
TEST(Damage, EveryByteOfAPayloadReplaced) {
  const std::string payload = raw({62, 1, 0xac, 2, 0x80, 0x40, 64, 4, 0x80, 2, 3, 1, 1, 2, 0, 5, 4, 1, 8, 9, 0, 0});
  for (std::size_t i = 0; i < payload.size(); ++i)
    for (unsigned value = 0; value < 256; ++value) {
      std::string damaged = payload;
      damaged[i] = static_cast<char>(value);
      for (const unsigned count : {2u, 5u}) survives(trace_of(damaged, count), "takt");
    }
}

TEST(Damage, RandomBytesInPlaceOfATrace) {
  units::Random random(20240603);
  for (int round = 0; round < 2000; ++round) {
    std::string bytes(random.below(300), '\0');
    for (char& byte : bytes) byte = static_cast<char>(random.below(256));
    for (const Sample& sample : samples()) survives_everywhere(bytes, sample.format);
    survives(head() + bytes, "");
  }
}

}  // namespace
}  // namespace takt::traces
