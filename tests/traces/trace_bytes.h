// Puts takt's memory trace together from payloads given byte by byte, apart from the writer: what layout.h says.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>

namespace takt::traces {

std::string raw(std::initializer_list<unsigned> bytes);

// Magic and version.
std::string head(std::uint32_t version = 1);
std::string block(char kind, const std::string& payload, std::uint32_t accesses = 0);
// The header of a block in front of bytes that need not fit it.
std::string block_header(char kind, std::uint32_t stored, std::uint32_t payload, std::uint32_t accesses);
// head(), initiators "a" and "b", a block of accesses, an end block that states them.
std::string trace_of(const std::string& accesses, unsigned count);

// What a block's frame holds.
std::string unpacked(const std::string& frame);

}  // namespace takt::traces
