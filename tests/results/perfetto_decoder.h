// A small reader of Perfetto traces that refuses what trace_processor would drop or misread without a word: packets
// without a sequence, names that no interned entry resolves, events on undeclared tracks, slices that do not nest or
// never close, fields that it does not know, a chain of flows that goes on behind its end.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace takt::traces {

struct DecodedFlow {
  std::uint64_t id = 0;  // 0: none
  bool ends = false;
};

struct DecodedSlice {
  std::string track;  // "group/name"
  std::string name;
  std::uint64_t begin_ns = 0, end_ns = 0;
  std::uint32_t depth = 0;
  std::map<std::string, std::string> annotations;
  DecodedFlow flow;
};

struct DecodedPoint {
  std::string track;
  std::string name;  // of an instant
  std::uint64_t at_ns = 0;
  double value = 0;  // of a counter
  std::map<std::string, std::string> annotations;
  DecodedFlow flow;
};

struct DecodedTrace {
  std::vector<std::string> tracks;  // "group/name" in the order of declaration; groups themselves excluded
  std::map<std::string, std::string> units;
  std::vector<DecodedSlice> slices;  // by track, then begin, outer first
  std::vector<DecodedPoint> instants, counters;
  std::uint64_t packets = 0;
};

// Throws std::runtime_error naming the first fault.
DecodedTrace decode_trace(std::string_view bytes);

}  // namespace takt::traces
