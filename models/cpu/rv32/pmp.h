// Physical memory protection (RISC-V Privileged Architecture 1.12, section 3.7): four entries, granularity 4 bytes.
#pragma once

#include <array>
#include <cstdint>

namespace takt::rv32 {

enum class Privilege : std::uint8_t { user = 0, machine = 3 };

enum class Right : std::uint8_t { read = 1, write = 2, execute = 4 };

class Pmp {
 public:
  static constexpr unsigned entries = 4;
  static constexpr unsigned registers = 16;  // pmpaddr0..15 and pmpcfg0..3 exist; those without an entry read 0

  std::uint32_t config(unsigned word) const;    // pmpcfg<word>, word below 4
  std::uint32_t address(unsigned index) const;  // pmpaddr<index>, index below 16
  // What a locked entry forbids is ignored.
  void set_config(unsigned word, std::uint32_t value);
  void set_address(unsigned index, std::uint32_t value);

  // Whether all of [address, address + bytes) may be accessed; the first entry that matches a byte of it decides.
  bool allows(std::uint32_t address, unsigned bytes, Right right, Privilege privilege) const;

  // The largest range around an address that no edge of an entry cuts: all of it is allowed, or none.
  struct Range {
    std::uint64_t first;
    std::uint64_t last;
  };
  Range uniform_around(std::uint32_t address) const;

  // Whether machine mode is restricted anywhere.
  bool restricts_machine() const { return locked_ != 0; }

 private:
  // Region [first, last] of an entry; none: first is the largest number. 34-bit addresses.
  struct Region {
    std::uint64_t first = ~std::uint64_t{0};
    std::uint64_t last = 0;
  };

  bool locked(unsigned index) const { return (config_[index] & 0x80) != 0; }
  Region region_of(unsigned index) const;
  void update();

  std::array<std::uint8_t, entries> config_{};
  std::array<std::uint32_t, entries> address_{};
  std::array<Region, entries> region_{};
  unsigned locked_ = 0;
};

}  // namespace takt::rv32
