// A memory and its controllers as one TLM target. A stretch is committed when it arrives and answered at once.
#pragma once

#include "models/base/stretch.h"
#include "models/dram/backing_store.h"
#include "models/dram/device.h"

namespace takt::dram {

class Dram final : public sc_core::sc_module {
 public:
  // Takes native stretches (models/base/stretch.h) that arrive at now + delay. Answers TLM_COMPLETED with the times at
  // the controller port, or TLM_ADDRESS_ERROR_RESPONSE outside [base_address, base_address + capacity).
  tlm_utils::simple_target_socket<Dram> target;

  // Throws std::invalid_argument where the configuration is impossible.
  Dram(sc_core::sc_module_name name, const Config& config, std::uint64_t base_address, base::Ledger& ledger);

  const Statistics& statistics() const { return device_.statistics(); }
  // Brings refresh counts and state times up to `now`; call before reading statistics or ledger.
  void settle(units::Time now) { device_.settle(now); }
  Device& device() { return device_; }

 private:
  tlm::tlm_sync_enum transport(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase, sc_core::sc_time& delay);
  unsigned debug(tlm::tlm_generic_payload& payload);
  void copy(tlm::tlm_generic_payload& payload);

  std::uint64_t base_address_;
  Device device_;
  BackingStore store_;
};

}  // namespace takt::dram
