#include "traces/formats/memory/names.h"

#include <algorithm>
#include <set>
#include <stdexcept>

#include "traces/formats/memory/error.h"
#include "traces/formats/memory/layout.h"
#include "traces/formats/memory/varint.h"

namespace takt::traces {
namespace {

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= layout::max_name_bytes && std::none_of(name.begin(), name.end(), is_control);
}

}  // namespace

std::string encode_names(const std::vector<std::string>& names) {
  if (names.empty() || names.size() > layout::max_initiators)
    throw std::invalid_argument("a memory trace of " + std::to_string(names.size()) + " initiators, not 1 .. " +
                                std::to_string(layout::max_initiators));
  std::set<std::string_view> seen;
  std::string payload;
  append_varint(payload, names.size());
  for (const std::string& name : names) {
    if (!is_name(name) || !seen.insert(name).second)
      throw std::invalid_argument("the initiator name " + shown(name) +
                                  " in a memory trace is unusable or there twice");
    append_varint(payload, name.size());
    payload += name;
  }
  if (payload.size() > layout::max_payload_bytes)
    throw std::invalid_argument("initiator names of " + std::to_string(payload.size()) + " bytes, not at most " +
                                std::to_string(layout::max_payload_bytes));
  return payload;
}

std::vector<std::string> decode_names(std::string_view payload) {
  PayloadCursor cursor(payload);
  std::vector<std::string> names(cursor.varint(1, layout::max_initiators, "a number of initiators"));
  std::set<std::string_view> seen;
  for (std::string& name : names) {
    name = cursor.bytes(cursor.varint(1, layout::max_name_bytes, "a name's length"));
    if (!is_name(name) || !seen.insert(name).second)
      throw PayloadFault{"the initiator name " + shown(name), "printable names, none twice"};
  }
  if (!cursor.at_end()) throw PayloadFault{"bytes behind the last initiator's name", "none"};
  return names;
}

}  // namespace takt::traces
