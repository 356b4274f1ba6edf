#include "sim/cli/nearest.h"

#include "sim/config/suggest.h"

namespace takt::cli {

std::string list_of(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i)
    text += (i == 0 ? "" : i + 1 == words.size() ? " or " : ", ") + words[i];
  return text;
}

std::string hint(const std::string& word, const std::vector<std::string>& words) {
  const std::string near = config::nearest(word, words);
  return near.empty() ? "" : " (did you mean '" + near + "'?)";
}

}  // namespace takt::cli
