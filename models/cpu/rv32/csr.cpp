#include "models/cpu/rv32/csr.h"

namespace takt::rv32 {
namespace {

// 32 bits, extensions A, C, I, M and user mode. Read-only here.
constexpr std::uint32_t misa_value = 1u << 30 | 1u << 0 | 1u << 2 | 1u << 8 | 1u << 12 | 1u << 20;
constexpr std::uint32_t mie_bits = static_cast<std::uint32_t>(Interrupt::software) |
                                   static_cast<std::uint32_t>(Interrupt::timer) |
                                   static_cast<std::uint32_t>(Interrupt::external);
constexpr std::uint32_t mstatus_bits =
    csr::mstatus_mie | csr::mstatus_mpie | csr::mstatus_mpp | csr::mstatus_mprv | csr::mstatus_tw;
constexpr std::uint32_t counter_bits = 1u << 0 | 1u << 2;  // cycle and instret; there is no time register

constexpr bool within(std::uint32_t number, std::uint32_t first, std::uint32_t count) { return number - first < count; }

// mhpmcounter3..31, their upper halves, mhpmevent3..31, tselect and tdata1..3 (no trigger): there, and always 0.
constexpr bool always_zero(std::uint32_t number) {
  return within(number, csr::mhpmcounter3, 29) || within(number, csr::mhpmcounter3 + csr::high_half, 29) ||
         within(number, csr::mhpmevent3, 29) || within(number, csr::tselect, 4) || number == csr::mstatush ||
         number == csr::menvcfg || number == csr::menvcfgh;
}

constexpr bool read_only(std::uint32_t number) { return number >> 10 == 3; }
constexpr bool may(std::uint32_t number, Privilege privilege) {
  return (number >> 8 & 3) <= static_cast<std::uint32_t>(privilege);
}

std::uint32_t legal_mstatus(std::uint32_t value) {
  // MPP holds user or machine; the two reserved or absent modes leave it as user.
  if ((value & csr::mstatus_mpp) != csr::mstatus_mpp) value &= ~csr::mstatus_mpp;
  return value & mstatus_bits;
}

std::uint64_t with_half(std::uint64_t whole, bool high, std::uint32_t value) {
  return high ? (whole & 0xffffffffu) | std::uint64_t{value} << 32 : (whole >> 32 << 32) | value;
}

}  // namespace

bool Csrs::read(std::uint32_t number, Privilege privilege, const Progress& now, std::uint32_t& value) const {
  if (!may(number, privilege)) return false;
  if (within(number, csr::cycle, 32) || within(number, csr::cycle + csr::high_half, 32)) {
    const std::uint32_t index = number & 0x1f;
    if (privilege == Privilege::user && (mcounteren_ >> index & 1) == 0) return false;
    value = 0;
    return index == 1 ? false : index > 2 || read_counter(number - csr::cycle + csr::mcycle, now, value);
  }
  return read_machine(number, value) || read_counter(number, now, value);
}

bool Csrs::read_machine(std::uint32_t number, std::uint32_t& value) const {
  switch (number) {
    case csr::mstatus:
      value = mstatus;
      return true;
    case csr::misa:
      value = misa_value;
      return true;
    case csr::mie:
      value = mie;
      return true;
    case csr::mtvec:
      value = mtvec;
      return true;
    case csr::mcounteren:
      value = mcounteren_;
      return true;
    case csr::mcountinhibit:
      value = mcountinhibit_;
      return true;
    case csr::mscratch:
      value = mscratch_;
      return true;
    case csr::mepc:
      value = mepc;
      return true;
    case csr::mcause:
      value = mcause;
      return true;
    case csr::mtval:
      value = mtval;
      return true;
    case csr::mip:
      value = mip;
      return true;
    case csr::mhartid:
      value = hart_;
      return true;
    default:
      break;
  }
  value = 0;
  if (within(number, csr::pmpcfg0, 4))
    value = pmp.config(number - csr::pmpcfg0);
  else if (within(number, csr::pmpaddr0, Pmp::registers))
    value = pmp.address(number - csr::pmpaddr0);
  else
    return always_zero(number) || within(number, csr::mvendorid, 3) || number == csr::mconfigptr;
  return true;
}

bool Csrs::read_counter(std::uint32_t number, const Progress& now, std::uint32_t& value) const {
  const bool high = (number & csr::high_half) != 0;
  std::uint64_t whole;
  switch (number & ~csr::high_half) {
    case csr::mcycle:
      whole = cycle_.value(now.cycles);
      break;
    case csr::minstret:
      whole = instret_.value(now.instructions);
      break;
    default:
      return false;
  }
  value = static_cast<std::uint32_t>(high ? whole >> 32 : whole);
  return true;
}

bool Csrs::write(std::uint32_t number, Privilege privilege, const Progress& now, std::uint32_t value) {
  if (!may(number, privilege) || read_only(number)) return false;
  return write_machine(number, now, value) || write_counter(number, now, value);
}

bool Csrs::write_machine(std::uint32_t number, const Progress& now, std::uint32_t value) {
  switch (number) {
    case csr::mstatus:
      mstatus = legal_mstatus(value);
      return true;
    case csr::mie:
      mie = value & mie_bits;
      return true;
    case csr::mtvec:
      mtvec = value & ~2u;
      return true;
    case csr::mcounteren:
      mcounteren_ = value & counter_bits;
      return true;
    case csr::mcountinhibit:
      set_inhibit(value & counter_bits, now);
      return true;
    case csr::mscratch:
      mscratch_ = value;
      return true;
    case csr::mepc:
      mepc = value & ~1u;
      return true;
    case csr::mcause:
      mcause = value;
      return true;
    case csr::mtval:
      mtval = value;
      return true;
    case csr::misa:
    case csr::mip:
      return true;
    default:
      break;
  }
  if (within(number, csr::pmpcfg0, 4))
    pmp.set_config(number - csr::pmpcfg0, value);
  else if (within(number, csr::pmpaddr0, Pmp::registers))
    pmp.set_address(number - csr::pmpaddr0, value);
  else
    return always_zero(number);
  return true;
}

bool Csrs::write_counter(std::uint32_t number, const Progress& now, std::uint32_t value) {
  const bool high = (number & csr::high_half) != 0;
  switch (number & ~csr::high_half) {
    case csr::mcycle:
      cycle_.set(with_half(cycle_.value(now.cycles), high, value), now.cycles);
      return true;
    case csr::minstret:
      // The writing instruction retires after its write: without the 1 the next one would read one too many.
      instret_.set(with_half(instret_.value(now.instructions), high, value), now.instructions + 1);
      return true;
    default:
      return false;
  }
}

void Csrs::set_inhibit(std::uint32_t value, const Progress& now) {
  mcountinhibit_ = value;
  cycle_.stop((value & 1) != 0, now.cycles);
  instret_.stop((value & 4) != 0, now.instructions);
}

}  // namespace takt::rv32
