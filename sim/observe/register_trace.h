// A line for each access of the firmware to a register.
#pragma once

#include <cstdint>
#include <optional>

#include "models/units/quantity.h"
#include "sim/observe/output_file.h"
#include "sim/observe/symbol_table.h"

namespace takt::observe {

struct DeviceAccess {
  units::Time at;    // begin
  units::Time took;  // until its answer
  bool write = false;
  bool answered = false;
  std::uint32_t address = 0;
  std::uint32_t value = 0;
  std::optional<std::uint32_t> pc;  // none: native firmware
};

// "us R|W register value ns place": value in hexadecimal, `-` where nothing answered.
class RegisterTrace {
 public:
  // Of what begins in [begin, end).
  RegisterTrace(const SymbolTable& symbols, BoundedFile& file, units::Time begin, units::Time end);
  void access(const DeviceAccess& access);

 private:
  const SymbolTable& symbols_;
  BoundedFile& file_;
  const units::Time begin_, end_;
};

}  // namespace takt::observe
