// Damage is the same for the same seed, reaches into a format and leaves it readable often enough.
#include "tests/fuzz/mutate.h"

#include <gtest/gtest.h>

#include <set>

namespace takt::fuzz {
namespace {

// Field 1 (varint 5), field 7 (a message of field 1 = 300 and field 2 = "ab").
const std::string message(
    "\x08\x05\x3a\x07\x08\xac\x02\x12\x02"
    "ab");

// Whether the outer field of length still fits what follows, where it is one.
bool lengths_agree(const std::string& bytes) {
  for (std::size_t at = 0; at + 1 < bytes.size();)
    if (bytes[at] == '\x3a') {
      at += 2 + static_cast<unsigned char>(bytes[at + 1]);
      if (at > bytes.size()) return false;
    } else {
      return true;
    }
  return true;
}

TEST(Damage, is_the_same_for_the_same_seed) {
  for (const Edit edit : {edit_bytes, edit_protobuf, edit_flatbuffer, edit_tokens})
    for (std::uint64_t seed = 1; seed < 50; ++seed) {
      Random one(seed), other(seed);
      EXPECT_EQ(damaged({message, "{\"a\": [1, 2]}"}, edit, one), damaged({message, "{\"a\": [1, 2]}"}, edit, other));
    }
}

TEST(Damage, differs_between_seeds) {
  std::set<std::string> results;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    Random random(seed);
    results.insert(damaged({message}, edit_protobuf, random));
  }
  EXPECT_GT(results.size(), 60u);
}

TEST(Damage, keeps_the_lengths_of_protobuf_messages_right) {
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    Random random(seed);
    std::string bytes = message.substr(2);
    edit_protobuf(bytes, {bytes}, random);
    EXPECT_TRUE(lengths_agree(bytes)) << seed;
  }
}

TEST(Damage, takes_any_bytes) {
  for (const Edit edit : {edit_bytes, edit_protobuf, edit_flatbuffer, edit_tokens})
    for (const std::string& odd : {std::string(), std::string("\0", 1), std::string(9, '\xff'), std::string("\"")})
      for (std::uint64_t seed = 0; seed < 200; ++seed) {
        Random random(seed);
        std::string bytes = odd;
        edit(bytes, {message}, random);
      }
}

}  // namespace
}  // namespace takt::fuzz
