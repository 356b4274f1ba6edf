// How addresses, registers and times are printed.
#pragma once

#include <cstdint>
#include <string>

#include "models/units/quantity.h"

namespace takt::observe {

// "0x1c"
std::string hex(std::uint32_t value);
// "0x8000001c"
std::string address_text(std::uint32_t address);
// "12.345678", "12.345"; to the picosecond
std::string microseconds_text(units::Time time);
std::string nanoseconds_text(units::Time time);
// "12.345678 us"
std::string time_text(units::Time time);
// Of the ilp32 calling convention: "zero", "ra", "sp", ... index below 32
const char* register_name(unsigned index);

}  // namespace takt::observe
