// Texts as tokens: a quoted string, a run of letters and digits, or one other character.
#include <cctype>
#include <iterator>

#include "tests/fuzz/mutate.h"

namespace takt::fuzz {
namespace {

std::vector<std::string> tokens_of(const std::string& text) {
  const auto is_word = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '_'; };
  std::vector<std::string> tokens;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at + 1;
    if (text[at] == '"' || text[at] == '\'') {
      const std::size_t close = text.find(text[at], end);
      end = close == std::string::npos ? text.size() : close + 1;
    } else if (is_word(text[at])) {
      while (end < text.size() && is_word(text[end])) ++end;
    }
    tokens.push_back(text.substr(at, end - at));
    at = end;
  }
  return tokens;
}

std::string senseless_token(Random& random) {
  static const char* const tokens[] = {
      "null", "true", "-1",   "0",  "1e400", "-0.0", "1.5", "\"\"", "[]", "{}",
      "[",    "{",    "\xff", "\n", "\\",    ":",    ",",   "0x",   "(",  "99999999999999999999"};
  switch (random.below(8)) {
    case 0:
      return std::string(1 + random.below(2000), random.below(2) == 0 ? '[' : '9');
    case 1:
    case 2:
    case 3:
      return std::to_string(senseless_number(random));
    default:
      return tokens[random.below(std::size(tokens))];
  }
}

}  // namespace

void edit_tokens(std::string& bytes, const Corpus& corpus, Random& random) {
  std::vector<std::string> tokens = tokens_of(bytes);
  if (tokens.empty()) return edit_bytes(bytes, corpus, random);
  const std::size_t at = random.below(tokens.size());
  const auto place = tokens.begin() + static_cast<std::ptrdiff_t>(at);
  switch (random.below(6)) {
    case 0:
      tokens.erase(place);
      break;
    case 1:
      tokens.insert(place, std::string(tokens[random.below(tokens.size())]));
      break;
    case 2:
      tokens[at] = one_of(tokens_of(one_of(corpus, random)), random);
      break;
    case 3:
      std::swap(tokens[at], tokens[random.below(tokens.size())]);
      break;
    default:
      tokens[at] = senseless_token(random);
  }
  bytes.clear();
  for (const std::string& token : tokens) bytes += token;
}

}  // namespace takt::fuzz
