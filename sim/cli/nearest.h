// "Did you mean" for words of the command line.
#pragma once

#include <string>
#include <vector>

namespace takt::cli {

// "a, b or c".
std::string list_of(const std::vector<std::string>& words);

// " (did you mean 'x'?)" where a word is near, else nothing.
std::string hint(const std::string& word, const std::vector<std::string>& words);

}  // namespace takt::cli
