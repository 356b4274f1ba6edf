// What the parts of a sweep file have in common: nodes of the right kind, or a ConfigError with their place.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/config/document.h"

namespace takt::sweep {

[[noreturn]] void refuse(const config::Node& node, const std::string& expected);

// A table with no other keys.
void expect_keys(const config::Node& table, const std::vector<std::string>& keys);

const config::Node& required(const config::Node& table, const char* key, config::Kind kind);

std::int64_t integer(const config::Node& node, std::int64_t low, std::int64_t high);
std::int64_t integer_or(const config::Node& table, const char* key, std::int64_t low, std::int64_t high,
                        std::int64_t other);

// A number, a boolean or a string as TOML.
std::string toml_of(const config::Node& node);

// " (nearest 'WORD')", or nothing.
std::string hint(const std::string& word, const std::vector<std::string>& words);

}  // namespace takt::sweep
