// Where blocks tell what happened when. A null sink costs one branch; no result depends on whether one is attached.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "models/units/quantity.h"

namespace takt::base {

// Joins slices and instants of any tracks, in order of their begin, by arrows. Each id is one chain; 0: none.
struct Flow {
  std::uint64_t id = 0;
  bool ends = false;  // here
};

class TimelineSink {
 public:
  using Track = std::uint32_t;
  virtual ~TimelineSink() = default;

  // A track of nested slices, under a group ("npu", "firmware", "streams").
  virtual Track slice_track(std::string_view group, std::string_view name) = 0;
  // A track of samples.
  virtual Track counter_track(std::string_view group, std::string_view name, std::string_view unit) = 0;

  // A slice known when it ends. Slices of one track nest or lie apart, and arrive in order of their end.
  // `note` may be empty; it becomes an annotation of the slice.
  virtual void slice(Track track, std::string_view name, units::Time begin, units::Time end, std::string_view note = {},
                     Flow flow = {}) = 0;
  virtual void instant(Track track, std::string_view name, units::Time at, Flow flow = {}) = 0;
  virtual void counter(Track track, units::Time at, double value) = 0;
};

}  // namespace takt::base
