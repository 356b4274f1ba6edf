// Control and status registers of machine and user mode (RISC-V Privileged Architecture 1.12, chapters 2 and 3).
#pragma once

#include <cstdint>

#include "models/cpu/rv32/pmp.h"

namespace takt::rv32 {

// Numbers and bits that other parts need.
namespace csr {
inline constexpr std::uint32_t mstatus = 0x300, misa = 0x301, mie = 0x304, mtvec = 0x305, mcounteren = 0x306,
                               menvcfg = 0x30a, mstatush = 0x310, menvcfgh = 0x31a, mcountinhibit = 0x320,
                               mhpmevent3 = 0x323, mscratch = 0x340, mepc = 0x341, mcause = 0x342, mtval = 0x343,
                               mip = 0x344, pmpcfg0 = 0x3a0, pmpaddr0 = 0x3b0, tselect = 0x7a0, mcycle = 0xb00,
                               minstret = 0xb02, mhpmcounter3 = 0xb03, cycle = 0xc00, time = 0xc01, instret = 0xc02,
                               mvendorid = 0xf11, mhartid = 0xf14, mconfigptr = 0xf15;
inline constexpr std::uint32_t high_half = 0x80;  // mcycleh is mcycle + 0x80, and so on

inline constexpr std::uint32_t mstatus_mie = 1u << 3, mstatus_mpie = 1u << 7, mstatus_mpp = 3u << 11,
                               mstatus_mprv = 1u << 17, mstatus_tw = 1u << 21;
}  // namespace csr

// Level inputs, as bits of mip and mie (section 3.1.9).
enum class Interrupt : std::uint32_t { software = 1u << 3, timer = 1u << 7, external = 1u << 11 };

// A 64-bit counter that software may set and stop. It does not count itself: it is told how far what it counts has
// come.
class Counter {
 public:
  std::uint64_t value(std::uint64_t now) const { return stopped_ ? held_ : now + offset_; }
  void set(std::uint64_t value, std::uint64_t now) {
    held_ = value;
    offset_ = value - now;
  }
  void stop(bool stopped, std::uint64_t now) {
    set(value(now), now);
    stopped_ = stopped;
  }

 private:
  std::uint64_t offset_ = 0;
  std::uint64_t held_ = 0;
  bool stopped_ = false;
};

// How far the core has come, at the instruction that reads or writes a register.
struct Progress {
  std::uint64_t cycles = 0;
  std::uint64_t instructions = 0;  // retired before it
};

class Csrs {
 public:
  explicit Csrs(std::uint32_t hart) : hart_(hart) {}

  // False: there is none of this number, or this privilege may not.
  bool read(std::uint32_t number, Privilege privilege, const Progress& now, std::uint32_t& value) const;
  // The same for a write, which counts from the next instruction on (section 3.1.10 has it so for the counters).
  bool write(std::uint32_t number, Privilege privilege, const Progress& now, std::uint32_t value);

  // Trap entry and return change these directly.
  std::uint32_t mstatus = csr::mstatus_mpp;
  std::uint32_t mepc = 0;
  std::uint32_t mcause = 0;
  std::uint32_t mtval = 0;
  std::uint32_t mtvec = 0;
  std::uint32_t mie = 0;
  std::uint32_t mip = 0;  // written by the interrupt lines alone
  Pmp pmp;

  // The mode that loads and stores run in (MPRV, section 3.1.6.3).
  Privilege data_privilege(Privilege privilege) const {
    if (privilege == Privilege::user || (mstatus & csr::mstatus_mprv) == 0) return privilege;
    return (mstatus & csr::mstatus_mpp) != 0 ? Privilege::machine : Privilege::user;
  }

 private:
  bool read_machine(std::uint32_t number, std::uint32_t& value) const;
  bool read_counter(std::uint32_t number, const Progress& now, std::uint32_t& value) const;
  bool write_machine(std::uint32_t number, const Progress& now, std::uint32_t value);
  bool write_counter(std::uint32_t number, const Progress& now, std::uint32_t value);
  void set_inhibit(std::uint32_t value, const Progress& now);

  std::uint32_t hart_;
  std::uint32_t mscratch_ = 0;
  std::uint32_t mcounteren_ = 0;
  std::uint32_t mcountinhibit_ = 0;
  Counter cycle_;
  Counter instret_;
};

}  // namespace takt::rv32
