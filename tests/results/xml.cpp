#include "tests/results/xml.h"

#include <algorithm>
#include <stdexcept>

namespace takt::results {
namespace {

// Productions of Extensible Markup Language (XML) 1.0, fifth edition, in brackets.
class Reader {
 public:
  explicit Reader(const std::string& document) : text_(document) {}

  XmlElement document() {
    take("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");  // [23]
    blanks();
    XmlElement root = element();
    blanks();
    if (at_ != text_.size()) fail("nothing after the root");
    return root;
  }

 private:
  [[noreturn]] void fail(const std::string& expected) const {
    throw std::runtime_error("byte " + std::to_string(at_) + ": expected " + expected);
  }
  bool next(const std::string& word) const { return text_.compare(at_, word.size(), word) == 0; }
  void take(const std::string& word) {
    if (!next(word)) fail(word);
    at_ += word.size();
  }
  bool blank() const { return at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n'); }
  void blanks() {
    while (blank()) ++at_;
  }

  std::string name() {  // [5], of ASCII
    const std::size_t begin = at_;
    const auto part = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_'; };
    while (at_ < text_.size() && part(text_[at_])) ++at_;
    if (begin == at_ || std::isalpha(static_cast<unsigned char>(text_[begin])) == 0) fail("a name");
    return text_.substr(begin, at_ - begin);
  }

  // [2], [66], [68]: a character or one of the entities that need no declaration.
  std::string character() {
    if (text_[at_] == '<') fail("&lt;");
    if (text_[at_] == '&') {
      for (const auto& [entity, meaning] : {std::pair{"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}})
        if (next(entity)) return take(entity), meaning;
      fail("an entity");
    }
    const auto byte = static_cast<unsigned char>(text_[at_]);
    if (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') fail("a character that XML has");
    const std::size_t length = byte < 0x80   ? 1
                               : byte < 0xC2 ? 0
                               : byte < 0xE0 ? 2
                               : byte < 0xF0 ? 3
                               : byte < 0xF5 ? 4
                                             : 0;
    if (length == 0 || at_ + length > text_.size()) fail("UTF-8");
    const std::string bytes = text_.substr(at_, length);
    for (std::size_t i = 1; i < length; ++i)
      if ((static_cast<unsigned char>(bytes[i]) & 0xC0) != 0x80) fail("UTF-8");
    if (bytes == "\xEF\xBF\xBE" || bytes == "\xEF\xBF\xBF") fail("a character that XML has");
    at_ += length;
    return bytes;
  }

  void attribute(XmlElement& element) {  // [41]
    const std::string key = name();
    if (element.attribute(key) != nullptr) fail("each attribute once");
    take("=\"");
    std::string value;
    while (!next("\"")) {
      if (at_ >= text_.size()) fail("\"");
      value += character();
    }
    take("\"");
    element.attributes.emplace_back(key, value);
  }

  XmlElement element() {  // [39]
    XmlElement result;
    take("<");
    result.name = name();
    while (blank()) {
      blanks();
      if (!next("/") && !next(">")) attribute(result);
    }
    if (next("/>")) return take("/>"), result;
    take(">");
    while (!next("</")) {
      if (at_ >= text_.size()) fail("</" + result.name + ">");
      if (next("<"))
        result.children.push_back(element());
      else
        result.text += character();
    }
    take("</" + result.name + ">");
    return result;
  }

  const std::string& text_;
  std::size_t at_ = 0;
};

}  // namespace

const std::string* XmlElement::attribute(const std::string& wanted) const {
  const auto found =
      std::find_if(attributes.begin(), attributes.end(), [&](const auto& a) { return a.first == wanted; });
  return found == attributes.end() ? nullptr : &found->second;
}

XmlElement parse_xml(const std::string& document) { return Reader(document).document(); }

}  // namespace takt::results
