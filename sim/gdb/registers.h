// The control processor's registers by gdb's names and numbers (GDB manual, appendix F.5.12, RISC-V features).
#pragma once

#include <cstdint>
#include <string>

namespace takt::gdb {

// gdb counts x0 .. x31 and pc from 0, floating-point registers, which there are none of, and control and status
// registers behind them; behind these comes the mode.
inline constexpr unsigned pc_number = 32, general_count = 33, first_csr = 65, csr_count = 4096,
                          mode_number = first_csr + csr_count;

// target.xml.
std::string target_description();

}  // namespace takt::gdb
