// Traps in words (RISC-V Privileged Architecture 1.12, table 3.6 and section 3.1.16).
#pragma once

#include <cstdint>
#include <string>

namespace takt::observe {

// "load access fault at 0x20000000", "illegal instruction 0x0000", "machine timer interrupt"
std::string describe_cause(std::uint32_t mcause, std::uint32_t mtval);

}  // namespace takt::observe
