// Tables as text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace takt::compiler {

using Row = std::vector<std::string>;

// With commas between thousands.
std::string number(std::uint64_t value);

// Columns as wide as their widest cell; the first `text` columns lean left, the others right.
std::string table(const std::vector<Row>& rows, std::size_t text);

}  // namespace takt::compiler
