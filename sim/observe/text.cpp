#include "sim/observe/text.h"

#include <fmt/format.h>

namespace takt::observe {

std::string hex(std::uint32_t value) { return fmt::format("{:#x}", value); }

std::string address_text(std::uint32_t address) { return fmt::format("{:#010x}", address); }

std::string microseconds_text(units::Time time) {
  constexpr std::uint64_t us = 1000000;
  return fmt::format("{}.{:06}", time.value / us, time.value % us);
}

std::string nanoseconds_text(units::Time time) { return fmt::format("{}.{:03}", time.value / 1000, time.value % 1000); }

std::string time_text(units::Time time) { return microseconds_text(time) + " us"; }

const char* register_name(unsigned index) {
  static const char* const names[] = {"zero", "ra", "sp", "gp", "tp",  "t0",  "t1", "t2", "s0", "s1", "a0",
                                      "a1",   "a2", "a3", "a4", "a5",  "a6",  "a7", "s2", "s3", "s4", "s5",
                                      "s6",   "s7", "s8", "s9", "s10", "s11", "t3", "t4", "t5", "t6"};
  return names[index];
}

}  // namespace takt::observe
