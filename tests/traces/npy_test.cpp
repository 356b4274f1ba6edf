// .npy files: what NumPy writes is read, what is written is what NumPy writes, all else is refused.
#include "traces/formats/npy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace takt::traces {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A version 1.0 file around a header, padded as NEP 1 says.
std::string file(std::string header, const std::string& data, char major = 1) {
  const std::size_t before = major == 1 ? 10 : 12;
  while ((before + header.size() + 1) % 64 != 0) header += ' ';
  header += '\n';
  std::string bytes = std::string("\x93NUMPY", 6) + major + '\0';
  bytes += static_cast<char>(header.size() & 0xff);
  bytes += static_cast<char>(header.size() >> 8);
  if (major > 1) bytes += std::string(2, '\0');
  return bytes + header + data;
}

std::string error_of(const std::string& bytes) {
  try {
    parse_npy(bytes, "x.npy");
  } catch (const NpyError& error) {
    return error.what();
  }
  return {};
}

TEST(Npy, WritesWhatNumPyWrites) {
  // numpy.save of numpy.array([[1, 2, 3], [-1, 0, 4]], numpy.int8)
  const std::string expected = file("{'descr': '|i1', 'fortran_order': False, 'shape': (2, 3), }",
                                    "\x01\x02\x03\xff" + std::string("\0\x04", 2));
  EXPECT_EQ(npy_bytes({"|i1", {2, 3}, {1, 2, 3, 255, 0, 4}}), expected);
  EXPECT_EQ(npy_bytes({"<i2", {1}, {5, 0}}),
            file("{'descr': '<i2', 'fortran_order': False, 'shape': (1,), }", std::string("\x05\0", 2)));
  EXPECT_EQ(npy_bytes({"|u1", {}, {9}}), file("{'descr': '|u1', 'fortran_order': False, 'shape': (), }", "\x09"));
}

TEST(Npy, ReadsEveryVersionAndOrderOfEntries) {
  for (const char version : {1, 2, 3}) {
    const NpyArray array = parse_npy(
        file("{\"shape\": (2, 1), 'fortran_order': False,\n 'descr': '<f4'}", std::string(8, '\x40'), version), "x");
    EXPECT_EQ(array.type, "<f4");
    EXPECT_THAT(array.shape, ElementsAre(2, 1));
    EXPECT_EQ(array.bytes, std::vector<std::uint8_t>(8, 0x40));
  }
}

TEST(Npy, ReadsWhatItWrites) {
  for (const std::vector<std::int64_t>& shape :
       {std::vector<std::int64_t>{}, {1}, {7}, {3, 4, 5}, {0, 3}, {1, 1, 1, 1}}) {
    NpyArray array{"<i8", shape, {}};
    std::size_t count = 1;
    for (const std::int64_t extent : shape) count *= static_cast<std::size_t>(extent);
    for (std::size_t i = 0; i < 8 * count; ++i) array.bytes.push_back(static_cast<std::uint8_t>(i * 31));
    const NpyArray read = parse_npy(npy_bytes(array), "x");
    EXPECT_EQ(read.type, array.type);
    EXPECT_EQ(read.shape, array.shape);
    EXPECT_EQ(read.bytes, array.bytes);
  }
}

TEST(Npy, SaysWhatItFound) {
  const std::string rest = ", 'fortran_order': False, 'shape': (2,)}";
  EXPECT_THAT(error_of("PK\x03\x04"), HasSubstr("x.npy: found other contents, expected a .npy file"));
  EXPECT_THAT(error_of(file("{'descr': '>i2'" + rest, "1234")), HasSubstr("elements of type '>i2'"));
  EXPECT_THAT(error_of(file("{'descr': '|O'" + rest, "1234")), HasSubstr("elements of type '|O'"));
  EXPECT_THAT(error_of(file("{'descr': [('a', '<i2')]" + rest, "1234")), HasSubstr("records"));
  EXPECT_THAT(error_of(file("{'descr': '<i2', 'fortran_order': True, 'shape': (2,)}", "1234")),
              HasSubstr("Fortran order"));
  EXPECT_THAT(error_of(file("{'descr': '<i2'" + rest, "123")), HasSubstr("found 3 bytes of elements, expected 4"));
  EXPECT_THAT(error_of(file("{'descr': '<i2'" + rest, "12345")), HasSubstr("found 5 bytes of elements, expected 4"));
  EXPECT_THAT(error_of(file("{'descr': '<i2', 'shape': (2,)}", "1234")), HasSubstr("without one of"));
  EXPECT_THAT(error_of(file("{'descr': '<i2', 'descr': '<i2'" + rest, "1234")), HasSubstr("twice"));
  EXPECT_THAT(error_of(file("{'descr': '<i2', 'fortran_order': False, 'shape': (-2,)}", "1234")), HasSubstr("shape"));
  EXPECT_THAT(error_of(file("{'descr': '<i2', 'fortran_order': False, 'shape': (99999999999, 99999999999)}", "")),
              HasSubstr("more than 2^40 bytes"));
  EXPECT_THAT(error_of(file("{'descr': '<i2'" + rest, "1234", 9)), HasSubstr("version 9"));
}

// Each file that is damaged is refused or is another array: nothing else comes of it.
TEST(Npy, SurvivesDamage) {
  const std::string whole = npy_bytes({"<i2", {2, 3}, std::vector<std::uint8_t>(12, 7)});
  for (std::size_t length = 0; length < whole.size(); ++length) EXPECT_FALSE(error_of(whole.substr(0, length)).empty());
  for (std::size_t at = 0; at < whole.size(); ++at)
    for (int bit = 0; bit < 8; ++bit) {
      std::string damaged = whole;
      damaged[at] = static_cast<char>(damaged[at] ^ (1 << bit));
      error_of(damaged);
    }
  EXPECT_THAT(error_of(whole), IsEmpty());
}

}  // namespace
}  // namespace takt::traces
