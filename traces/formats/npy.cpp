#include "traces/formats/npy.h"

#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

namespace takt::traces {
namespace {

const std::string magic = "\x93NUMPY";
constexpr std::size_t alignment = 64;
constexpr std::size_t most_dimensions = 32;  // NumPy's own limit
constexpr std::uint64_t most_bytes = std::uint64_t{1} << 40;

struct TypeRow {
  const char* name;
  std::size_t bytes;
};
constexpr TypeRow types[] = {{"|b1", 1}, {"|i1", 1}, {"|u1", 1}, {"<i2", 2}, {"<u2", 2}, {"<i4", 4},
                             {"<u4", 4}, {"<i8", 8}, {"<u8", 8}, {"<f2", 2}, {"<f4", 4}, {"<f8", 8}};

// The header: a Python dictionary of a string, a boolean and a tuple of integers, in any order.
class Header {
 public:
  Header(std::string text, const std::string& file) : text_(std::move(text)), file_(file) {}

  NpyArray parse() {
    expect('{');
    while (peek() != '}') {
      const std::string key = quoted();
      expect(':');
      entry(key);
      if (peek() != '}') expect(',');
    }
    if (seen_ != all) fail("a header without one of descr, fortran_order and shape");
    return array_;
  }

  [[noreturn]] void fail(const std::string& found) const {
    throw NpyError(file_ + ": found " + found + ", expected a .npy file of one array of numbers");
  }

 private:
  void entry(const std::string& key) {
    if (key == "descr") {
      see(1);
      if (peek() != '\'' && peek() != '"') fail("records");
      array_.type = quoted();
      if (npy_element_bytes(array_.type) == 0) fail("elements of type '" + array_.type + "'");
    } else if (key == "fortran_order") {
      see(2);
      if (word() != "False") fail("columns before rows (Fortran order; numpy.ascontiguousarray changes it)");
    } else if (key == "shape") {
      see(4);
      tuple();
    } else {
      fail("'" + key + "' in the header");
    }
  }

  void see(unsigned bit) {
    if (seen_ & bit) fail("an entry twice in the header");
    seen_ |= bit;
  }

  void tuple() {
    expect('(');
    while (peek() != ')') {
      array_.shape.push_back(number());
      if (array_.shape.size() > most_dimensions) fail("more than 32 dimensions");
      if (peek() != ')') expect(',');
    }
    expect(')');
  }

  std::int64_t number() {
    const std::string digits = word();
    if (digits.empty() || digits.size() > 15 || digits.find_first_not_of("0123456789") != std::string::npos)
      fail("'" + digits + "' in the shape");
    return std::stoll(digits);
  }

  std::string word() {
    peek();
    const std::size_t begin = at_;
    while (at_ < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[at_])) || text_[at_] == '_')) ++at_;
    return text_.substr(begin, at_ - begin);
  }

  std::string quoted() {
    const char quote = peek();
    if (quote != '\'' && quote != '"') fail("a header that is no dictionary");
    const std::size_t begin = at_ + 1, end = text_.find(quote, begin);
    if (end == std::string::npos) fail("a header that breaks off");
    at_ = end + 1;
    return text_.substr(begin, end - begin);
  }

  char peek() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) ++at_;
    if (at_ >= text_.size()) fail("a header that breaks off");
    return text_[at_];
  }

  void expect(char c) {
    if (peek() != c) fail("'" + std::string(1, text_[at_]) + "' in the header where '" + c + "' belongs");
    ++at_;
  }

  static constexpr unsigned all = 7;

  const std::string text_;
  const std::string& file_;
  std::size_t at_ = 0;
  unsigned seen_ = 0;
  NpyArray array_;
};

std::uint64_t little(const std::string& bytes, std::size_t at, std::size_t count) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < count; ++i) value |= std::uint64_t{static_cast<unsigned char>(bytes[at + i])} << (8 * i);
  return value;
}

}  // namespace

std::size_t npy_element_bytes(const std::string& type) {
  for (const TypeRow& row : types)
    if (type == row.name) return row.bytes;
  return 0;
}

NpyArray parse_npy(const std::string& bytes, const std::string& name) {
  const Header nothing("", name);
  if (bytes.size() < magic.size() + 4 || bytes.compare(0, magic.size(), magic) != 0) nothing.fail("other contents");
  const unsigned version = static_cast<unsigned char>(bytes[magic.size()]);
  if (version < 1 || version > 3) nothing.fail("version " + std::to_string(version));
  const std::size_t width = version == 1 ? 2 : 4, begin = magic.size() + 2 + width;
  if (bytes.size() < begin) nothing.fail("a header that breaks off");
  const std::uint64_t length = little(bytes, magic.size() + 2, width);
  if (bytes.size() - begin < length) nothing.fail("a header that breaks off");
  NpyArray array = Header(bytes.substr(begin, length), name).parse();
  std::uint64_t expected = npy_element_bytes(array.type);
  for (const std::int64_t extent : array.shape) {
    if (extent != 0 && expected > most_bytes / static_cast<std::uint64_t>(extent)) nothing.fail("more than 2^40 bytes");
    expected *= static_cast<std::uint64_t>(extent);
  }
  const std::uint64_t found = bytes.size() - begin - length;
  if (found != expected)
    throw NpyError(name + ": found " + std::to_string(found) + " bytes of elements, expected " +
                   std::to_string(expected));
  array.bytes.assign(bytes.end() - static_cast<std::ptrdiff_t>(found), bytes.end());
  return array;
}

NpyArray read_npy(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error))
    throw NpyError(path + ": found no such file, expected a .npy file");
  std::ifstream file(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  if (!file) throw NpyError(path + ": cannot be read");
  return parse_npy(bytes, path);
}

std::string npy_bytes(const NpyArray& array) {
  std::string shape;
  for (const std::int64_t extent : array.shape) shape += std::to_string(extent) + ", ";
  if (array.shape.size() > 1) shape.resize(shape.size() - 2);
  if (array.shape.size() == 1) shape.pop_back();
  std::string header = "{'descr': '" + array.type + "', 'fortran_order': False, 'shape': (" + shape + "), }";
  const std::size_t before = magic.size() + 4;
  const std::size_t total = (before + header.size() + 1 + alignment - 1) / alignment * alignment;
  header.append(total - before - header.size() - 1, ' ');
  header += '\n';
  std::string bytes = magic + std::string("\x01\x00", 2);
  bytes += static_cast<char>(header.size() & 0xff);
  bytes += static_cast<char>(header.size() >> 8);
  bytes += header;
  bytes.append(array.bytes.begin(), array.bytes.end());
  return bytes;
}

}  // namespace takt::traces
