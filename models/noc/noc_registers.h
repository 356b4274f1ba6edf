// The NoC's registers (firmware/abi/noc_registers.h): programs the regulators of its initiator ports, reads their
// counters.
#pragma once

#include "models/base/register_file.h"
#include "models/noc/noc.h"

namespace takt::noc {

class NocRegisters final : public sc_core::sc_module {
 public:
  tlm_utils::simple_target_socket<NocRegisters> registers;  // b_transport, 32-bit accesses; transport_dbg reads

  // Both live as long as the simulation.
  NocRegisters(sc_core::sc_module_name name, Noc& noc);

 private:
  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) { file_.transport(payload, delay); }
  unsigned debug(tlm::tlm_generic_payload& payload) { return file_.debug(payload); }
  void add_port(base::InitiatorId port);
  void program(base::InitiatorId port, std::uint32_t control);
  // The low word of a 64-bit counter; keeps the high word in the register behind it.
  std::uint32_t low(std::uint32_t offset, std::uint64_t value);

  Noc& noc_;
  base::RegisterFile file_;
};

}  // namespace takt::noc
