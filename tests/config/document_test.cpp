// The tree of a TOML file: values, and where they stand.
#include "sim/config/document.h"

#include <gmock/gmock.h>

namespace takt::config {
namespace {

using testing::HasSubstr;

std::string message_of(const std::string& text) {
  try {
    parse_document(text, "t.toml");
  } catch (const ConfigError& e) {
    return e.what();
  }
  return "no error";
}

TEST(Document, KeepsNumbersAsWritten) {
  const Node root = parse_document("a = 0.20\nb = 1_000\nc = 0x10\nd = 1e3\n", "t.toml");
  EXPECT_EQ(root.find("a")->text, "0.20");
  EXPECT_EQ(root.find("b")->text, "1_000");
  EXPECT_EQ(root.find("c")->text, "0x10");
  EXPECT_EQ(root.find("d")->text, "1e3");
  EXPECT_EQ(static_cast<int>(root.find("a")->kind), static_cast<int>(Kind::decimal));
  EXPECT_EQ(static_cast<int>(root.find("c")->kind), static_cast<int>(Kind::integer));
}

TEST(Document, KnowsThePlaceOfKeysAndValues) {
  const Node root = parse_document("# head\n[npu]\n  clock_hz   = 12\n", "t.toml");
  const Member& npu = root.members.at(0);
  const Member& clock = npu.node.members.at(0);
  EXPECT_EQ(clock.place.line, 3u);
  EXPECT_EQ(clock.place.column, 3u);
  EXPECT_EQ(clock.place.width, 8u);
  EXPECT_EQ(clock.node.place.line, 3u);
  EXPECT_EQ(clock.node.place.column, 16u);
  EXPECT_EQ(clock.node.place.text, "  clock_hz   = 12");
  EXPECT_EQ(npu.place.line, 2u);
  EXPECT_EQ(npu.place.column, 2u);
}

TEST(Document, KeepsTheOrderOfTheFile) {
  const Node root = parse_document("z = 1\na = 2\n[m]\ny = 1\nb = 2\n", "t.toml");
  ASSERT_EQ(root.members.size(), 3u);
  EXPECT_EQ(root.members[0].key, "z");
  EXPECT_EQ(root.members[1].key, "a");
  EXPECT_EQ(root.members[2].node.members[0].key, "y");
}

TEST(Document, ReadsStringsWithEscapes) {
  EXPECT_EQ(parse_document("a = \"x\\\"y\\\\\"\n", "t.toml").find("a")->text, "x\"y\\");
}

TEST(Document, ReadsWindowsLineEnds) { EXPECT_EQ(parse_document("a = 1\r\nb = 2\r\n", "t.toml").find("b")->text, "2"); }

TEST(Document, AnEmptyFileIsAnEmptyTable) { EXPECT_TRUE(parse_document("", "t.toml").members.empty()); }

TEST(Document, PointsAtWhatIsNotToml) {
  EXPECT_THAT(message_of("a = 1\nb = \n"), HasSubstr("t.toml:2:"));
  EXPECT_THAT(message_of("a = \"x\n"), HasSubstr("t.toml:1:"));
  EXPECT_THAT(message_of("a = 1\n\na = 2\n"), HasSubstr("t.toml:3:"));
  EXPECT_THAT(message_of("[a\n"), HasSubstr("text that is not TOML"));
}

TEST(Document, BoundsNestingAndSize) {
  EXPECT_THAT(message_of("a = " + std::string(10000, '[')), HasSubstr("characters, expected at most 4000"));
  EXPECT_THAT(message_of("a = " + std::string(100, '[')), HasSubstr("t.toml:1:37: found more than 32 open brackets"));
  std::string dotted = "a";
  for (int i = 0; i < 40; ++i) dotted += ".a";
  EXPECT_THAT(message_of(dotted + " = 1\n"), HasSubstr("a key of more than 32 parts"));
  EXPECT_THAT(message_of(std::string(2u << 20, '\n')), HasSubstr("at most 1 MiB"));
  EXPECT_THAT(message_of(std::string("a = 1\n\0", 7)), HasSubstr("t.toml:2:1: found a control character"));
}

// RFC 3629, section 4: one valid sequence of each length, and the neighbours of the valid ranges.
TEST(Document, TakesUtf8Only) {
  EXPECT_EQ(parse_document("a = '\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80'\n", "t.toml").find("a")->text,
            "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
  for (const char* bytes : {"\x80", "\xc0\x80", "\xc3", "\xe0\x80\x80", "\xed\xa0\x80", "\xf0\x80\x80\x80",
                            "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff"}) {
    EXPECT_THAT(message_of("a = '" + std::string(bytes) + "'\n"),
                HasSubstr("t.toml:1:6: found a byte that is not UTF-8"));
  }
}

}  // namespace
}  // namespace takt::config
