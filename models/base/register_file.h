// Registers as data: one table per block, shared with the firmware's header, and one way to access them.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <vector>

#include "models/base/systemc.h"

namespace takt::base {

enum class Access { RO, WO, RW };

struct RegisterSpec {
  const char* name;
  std::uint32_t offset;
  Access access;
  std::uint32_t reset;
  bool sync;         // value depends on time: an initiator that runs ahead synchronises first
  const char* what;  // one line for documentation
};

// Expands a TAKT_*_REGISTERS table into RegisterSpec initializers.
#define TAKT_REGISTER_SPEC(block, name, offset, access, reset, sync, what) \
  ::takt::base::RegisterSpec{#name, offset, ::takt::base::Access::access, reset, sync != 0, what},

// 32-bit registers behind b_transport. Anything but an aligned 4-byte access to a register that exists and allows it
// answers with a TLM error and changes nothing.
class RegisterFile {
 public:
  using Read = std::function<std::uint32_t()>;
  using Write = std::function<void(std::uint32_t)>;

  // Registers at `base` + their own offsets.
  void add(const std::vector<RegisterSpec>& specs, std::uint32_t base = 0);
  // Replaces the stored value on reads, or is called after a write has stored it.
  void on_read(std::uint32_t offset, Read read);
  // The same for a read that changes something, such as a claim.
  void on_take(std::uint32_t offset, Read read);
  void on_write(std::uint32_t offset, Write write);

  std::uint32_t value(std::uint32_t offset) const { return at(offset).value; }
  void set(std::uint32_t offset, std::uint32_t value) { at(offset).value = value; }
  void reset();

  // The access as a transaction; synchronises (waits out `delay`) where the register asks for it.
  void transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  // A debugger's read of whole registers, without time and effect: gives the bytes read from the beginning on, fewer
  // where a register is not there, is write-only or would change. Writes do nothing.
  unsigned debug(tlm::tlm_generic_payload& payload) const;

 private:
  struct Register {
    RegisterSpec spec;
    std::uint32_t value;
    Read read;
    Write write;
    bool takes = false;
  };
  Register& at(std::uint32_t offset);
  const Register& at(std::uint32_t offset) const;
  bool peek(std::uint32_t offset, std::uint32_t& value) const;

  std::map<std::uint32_t, Register> registers_;
};

}  // namespace takt::base
