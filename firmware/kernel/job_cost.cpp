#include "firmware/kernel/job_cost.h"

#include <stddef.h>

namespace takt::firmware {
namespace {

bool ascending(const uint32_t* numbers, uint32_t count) {
  for (uint32_t i = 1; i < count; ++i) {
    if (numbers[i] <= numbers[i - 1]) return false;
  }
  return true;
}

// First entry that is at least `number`; `count` if none is.
uint32_t lower_bound(const uint32_t* numbers, uint32_t count, uint32_t number) {
  uint32_t i = 0;
  while (i < count && numbers[i] < number) ++i;
  return i;
}

// from + (to - from) * part / whole, in steps of 1/2^20, so that the product stays within 64 bits.
uint64_t between(uint64_t from, uint64_t to, uint64_t part, uint64_t whole) {
  for (; part >> 43 != 0; part >>= 1) whole >>= 1;
  const uint64_t share = (part << 20) / whole;
  const uint64_t rise = to >= from ? to - from : from - to;
  const uint64_t moved = (rise >> 20) * share + ((rise & 0xfffffu) * share >> 20);
  return to >= from ? from + moved : from - moved;
}

}  // namespace

uint32_t bytes_per_kilocycle(uint64_t bytes_per_s, uint32_t clock_khz) {
  if (clock_khz == 0) return 0;
  const uint64_t ratio = bytes_per_s / clock_khz;  // B/s over kHz
  return ratio > 0xffffffffu ? 0xffffffffu : static_cast<uint32_t>(ratio);
}

bool JobCost::load(Hal& hal, DeviceAddr at, uint32_t ratio) {
  takt_cost_table head;
  hal.load(at, &head, offsetof(takt_cost_table, cycles));
  if (head.ratios == 0 || head.ratios > TAKT_COST_RATIOS || head.values == 0 || head.values > TAKT_COST_VALUES ||
      head.parameter >= TAKT_PARAMETERS || head.bytes_per_kilocycle[0] == 0 ||
      !ascending(head.bytes_per_kilocycle, head.ratios) || !ascending(head.value, head.values)) {
    return false;
  }
  const uint32_t above = lower_bound(head.bytes_per_kilocycle, head.ratios, ratio);
  const uint32_t first = above == 0 ? 0 : above - 1;
  const uint32_t count = above == 0 || above == head.ratios ? 1 : 2;
  values_ = head.values;
  parameter_ = head.parameter;
  for (uint32_t v = 0; v < values_; ++v) {
    uint64_t pair[2];
    const uint32_t entry = v * TAKT_COST_RATIOS + first;
    hal.load({at.value + offsetof(takt_cost_table, cycles) + entry * sizeof(uint64_t)}, pair,
             count * static_cast<uint32_t>(sizeof(uint64_t)));
    value_[v] = head.value[v];
    if (count == 2) {
      const uint64_t low = head.bytes_per_kilocycle[first], high = head.bytes_per_kilocycle[above];
      cycles_[v] = between(pair[1], pair[0], low * (high - ratio), ratio * (high - low));
    } else if (above == 0) {
      cycles_[v] = between(0, pair[0], head.bytes_per_kilocycle[0], ratio);
    } else {
      cycles_[v] = pair[0];
    }
  }
  return true;
}

void JobCost::load_traffic(Hal& hal, DeviceAddr at) {
  uint32_t ratio = 0;
  uint64_t cycles = 0;
  hal.load(at + offsetof(takt_cost_table, bytes_per_kilocycle), &ratio, sizeof(ratio));
  const uint64_t entry = (values_ - 1) * uint64_t{TAKT_COST_RATIOS};
  hal.load(at + offsetof(takt_cost_table, cycles) + entry * sizeof(cycles), &cycles, sizeof(cycles));
  traffic_bytes_ = cycles / 1000 * ratio + cycles % 1000 * ratio / 1000;
}

uint64_t JobCost::cycles(Hal& hal, DeviceAddr parameters) const {
  if (values_ == 1 || parameters.value == 0) return cycles_[values_ - 1];
  hal.cost(CostPoint::JobEstimate);
  uint32_t value = 0;
  hal.load({parameters.value + offsetof(takt_parameters, value) + parameter_ * sizeof(value)}, &value, sizeof(value));
  return at(value);
}

uint64_t JobCost::at(uint32_t value) const {
  const uint32_t above = lower_bound(value_, values_, value);
  if (above == values_) return cycles_[values_ - 1];
  if (above == 0) return cycles_[0];
  return between(cycles_[above - 1], cycles_[above], value - value_[above - 1], value_[above] - value_[above - 1]);
}

}  // namespace takt::firmware
