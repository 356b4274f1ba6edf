// What a background source asks next, and what becomes of it. A generator knows no SystemC: traffic.h is its clock.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "models/units/quantity.h"

namespace takt::peripherals {

struct Access {
  std::uint64_t address = 0;  // from the begin of the source's region
  std::uint32_t bytes = 0;    // of one row
  std::uint32_t rows = 1;
  std::uint64_t stride = 0;  // bytes between the starts of rows
  bool write = false;
  std::uint8_t qos = 0;   // the source's own counts where it is higher
  std::uint64_t tag = 0;  // the generator's own

  std::uint64_t total_bytes() const { return std::uint64_t{bytes} * rows; }
};

// Accesses in flight of sources that bound them no further.
constexpr std::uint64_t most_in_flight = 64;

// A count that one kind of source has beside those of all.
struct Figure {
  enum Unit : std::uint8_t { count, bytes, time };
  std::string_view name;  // in results.json, without the unit
  std::string_view rate;  // name of the count per second; empty: none
  Unit unit = count;
  bool of_run = false;      // an extreme of the whole run, not a sum that a window can be cut from
  std::uint64_t value = 0;  // a time in picoseconds
};

// The counts that every kind has, with a meaning of its own (docs/reference.md).
struct Misses {
  std::uint64_t missed = 0;   // deadlines
  std::uint64_t skipped = 0;  // accesses given up
};

// `now` never goes backwards. Every access that ended by `now` has landed before due() is called.
class Generator {
 public:
  virtual ~Generator() = default;

  // When the next access is due, as far as it is known now: at or before `now` means now. never(): after another
  // landing at the earliest.
  virtual units::Time due(units::Time now) = 0;
  // Whether a landing can make a time that due() named earlier.
  virtual bool blocked() const { return false; }
  // The access that is due. Precondition: due(now) <= now, called just before.
  virtual Access take(units::Time now) = 0;
  // An access of take() ended: in order of time, those of equal time in order of take().
  virtual void landed(const Access& access, units::Time at) = 0;

  // Accounts what happened before `now`. Changes nothing that due() and take() answer.
  virtual void settle(units::Time) {}
  virtual Misses misses() const { return {}; }
  virtual void report(std::vector<Figure>&) const {}
};

}  // namespace takt::peripherals
