// The initiators' names of takt's memory trace: the payload of block 'I' (layout.h).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace takt::traces {

// Throws std::invalid_argument for names that the format cannot hold: none or more than 4096, two equal ones, an empty
// one, one of more than 255 bytes or with control characters, or all of them of more than 131072 bytes.
std::string encode_names(const std::vector<std::string>& names);

// Throws PayloadFault.
std::vector<std::string> decode_names(std::string_view payload);

}  // namespace takt::traces
