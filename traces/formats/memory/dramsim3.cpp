#include "traces/formats/memory/dramsim3.h"

#include <algorithm>
#include <iterator>

namespace takt::traces {
namespace {

struct Command {
  std::string_view word;
  bool write;
};

constexpr Command commands[] = {
    {"READ", false}, {"read", false}, {"P_MEM_RD", false}, {"P_FETCH", false},
    {"WRITE", true}, {"write", true}, {"P_MEM_WR", true},  {"BOFF", true},
};

bool parse_command(LineTokens& tokens) {
  constexpr std::string_view expected = "READ or WRITE (read, write, P_MEM_RD, P_FETCH, P_MEM_WR or BOFF)";
  const std::string_view token = tokens.take(expected);
  const auto* const found =
      std::find_if(std::begin(commands), std::end(commands), [&](const Command& c) { return c.word == token; });
  if (found == std::end(commands)) tokens.fail(token, expected);
  return found->write;
}

}  // namespace

void Dramsim3Reader::parse(LineTokens& tokens, MemoryAccess& access) {
  access.address = tokens.take_hexadecimal("a hexadecimal address");
  access.write = parse_command(tokens);
  const std::string_view token = tokens.take("a decimal cycle");
  access.time = arrival(tokens.decimal(token, "a decimal cycle"), token, tokens);
}

}  // namespace takt::traces
