#include "sim/observe/cause.h"

#include <fmt/format.h>

namespace takt::observe {
namespace {

constexpr std::uint32_t interrupt_bit = 1u << 31;

const char* exception(std::uint32_t code) {
  static const char* const names[] = {"instruction address misaligned",
                                      "instruction access fault",
                                      "illegal instruction",
                                      "breakpoint",
                                      "load address misaligned",
                                      "load access fault",
                                      "store or atomic address misaligned",
                                      "store or atomic access fault",
                                      "environment call from user mode",
                                      "environment call from supervisor mode",
                                      "reserved exception 10",
                                      "environment call from machine mode"};
  return code < std::size(names) ? names[code] : nullptr;
}

const char* interrupt(std::uint32_t code) {
  switch (code) {
    case 3:
      return "machine software interrupt";
    case 7:
      return "machine timer interrupt";
    case 11:
      return "machine external interrupt";
    default:
      return nullptr;
  }
}

}  // namespace

std::string describe_cause(std::uint32_t mcause, std::uint32_t mtval) {
  const std::uint32_t code = mcause & ~interrupt_bit;
  const bool is_interrupt = (mcause & interrupt_bit) != 0;
  const char* const name = is_interrupt ? interrupt(code) : exception(code);
  if (name == nullptr) return fmt::format("{} {}", is_interrupt ? "interrupt" : "exception", code);
  const bool has_address = code <= 7 && code != 2;
  if (is_interrupt || code > 7) return name;
  return has_address ? fmt::format("{} at {:#010x}", name, mtval) : fmt::format("{} {:#06x}", name, mtval);
}

}  // namespace takt::observe
