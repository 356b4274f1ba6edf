// The wire format of Protocol Buffers as a tree of fields (protobuf.dev, "Encoding").
#include <algorithm>
#include <optional>

#include "tests/fuzz/mutate.h"

namespace takt::fuzz {
namespace {

enum : unsigned { wire_varint = 0, wire_64 = 1, wire_bytes = 2, wire_32 = 5 };

struct Field {
  std::uint64_t number = 0;
  unsigned wire = wire_varint;
  std::uint64_t value = 0;
  std::string bytes;
  std::vector<Field> fields;  // of a message in place of bytes
};
using Message = std::vector<Field>;

class Parser {
 public:
  explicit Parser(const std::string& bytes) : bytes_(bytes) {}

  // Nothing where the bytes are no message. What looks like one is taken for one.
  std::optional<Message> message() {
    Message fields;
    while (at_ < bytes_.size()) {
      const std::optional<std::uint64_t> tag = varint();
      if (!tag || *tag >> 3 == 0 || *tag >> 3 > 4096) return std::nullopt;
      Field field;
      field.number = *tag >> 3;
      field.wire = *tag & 7;
      if (!contents(field)) return std::nullopt;
      fields.push_back(std::move(field));
    }
    return fields;
  }

 private:
  std::optional<std::uint64_t> varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && at_ < bytes_.size(); shift += 7) {
      const auto byte = static_cast<unsigned char>(bytes_[at_++]);
      value |= std::uint64_t{byte & 0x7fu} << shift;
      if (byte < 0x80) return value;
    }
    return std::nullopt;
  }

  bool contents(Field& field) {
    if (field.wire == wire_varint) {
      const std::optional<std::uint64_t> value = varint();
      field.value = value.value_or(0);
      return value.has_value();
    }
    std::uint64_t length = field.wire == wire_64 ? 8 : 4;
    if (field.wire == wire_bytes) length = varint().value_or(~0ull);
    if (field.wire != wire_64 && field.wire != wire_32 && field.wire != wire_bytes) return false;
    if (length > bytes_.size() - at_) return false;
    field.bytes = bytes_.substr(at_, length);
    at_ += length;
    if (field.wire == wire_bytes && length > 1)
      if (std::optional<Message> fields = Parser(field.bytes).message()) field.fields = std::move(*fields);
    return true;
  }

  const std::string& bytes_;
  std::size_t at_ = 0;
};

void put_varint(std::string& to, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) to += static_cast<char>(value | 0x80);
  to += static_cast<char>(value);
}

std::string written(const Message& message) {
  std::string to;
  for (const Field& field : message) {
    put_varint(to, field.number << 3 | field.wire);
    if (field.wire == wire_varint) put_varint(to, field.value);
    const std::string bytes = field.fields.empty() ? field.bytes : written(field.fields);
    if (field.wire == wire_bytes) put_varint(to, bytes.size());
    to += bytes;
  }
  return to;
}

// The message itself and every one inside.
void collect(Message& message, std::vector<Message*>& all) {
  all.push_back(&message);
  for (Field& field : message)
    if (!field.fields.empty()) collect(field.fields, all);
}

Message& any_message(Message& root, Random& random) {
  std::vector<Message*> all;
  collect(root, all);
  return *one_of(all, random);
}

void edit_field(Message& message, std::size_t at, const Corpus& corpus, Random& random) {
  Field& field = message[at];
  switch (random.below(6)) {
    case 0:
      message.erase(message.begin() + static_cast<std::ptrdiff_t>(at));
      break;
    case 1:
      message.push_back(Field(field));
      break;
    case 2:
      std::swap(field, message[random.below(message.size())]);
      break;
    case 3:
      field.number = random.below(4) == 0 ? 1 + random.below(30) : one_of(message, random).number;
      break;
    default:
      field.value = random.below(3) == 0 ? field.value + random.below(3) - 1 : senseless_number(random);
      if (field.wire != wire_varint && field.fields.empty()) edit_bytes(field.bytes, corpus, random);
  }
}

// A field of another file in the place of one with its number, or beside the others.
void splice(Message& message, const Corpus& corpus, Random& random) {
  std::optional<Message> other = Parser(one_of(corpus, random)).message();
  if (!other || other->empty()) return;
  const Message& from = any_message(*other, random);
  if (from.empty()) return;
  const Field& taken = one_of(from, random);
  const auto same =
      std::find_if(message.begin(), message.end(), [&](const Field& f) { return f.number == taken.number; });
  if (same != message.end() && random.below(2) == 0)
    *same = taken;
  else
    message.push_back(taken);
}

}  // namespace

void edit_protobuf(std::string& bytes, const Corpus& corpus, Random& random) {
  std::optional<Message> root = Parser(bytes).message();
  if (!root || root->empty()) return edit_bytes(bytes, corpus, random);
  Message& message = any_message(*root, random);
  if (message.empty() || random.below(8) == 0)
    splice(message, corpus, random);
  else
    edit_field(message, random.below(message.size()), corpus, random);
  bytes = written(*root);
}

}  // namespace takt::fuzz
