// A memory and its controllers as one TLM target. It answers a stretch once its last beat is certain; one pending
// wake-up serves all channels.
#pragma once

#include "models/base/stretch.h"
#include "models/dram/backing_store.h"
#include "models/dram/memory.h"

namespace takt::dram {

// Sees every request as it is handed to the memory, for recorders.
class RequestObserver {
 public:
  virtual ~RequestObserver() = default;
  virtual void submitted(const Request& request, units::Time arrival) = 0;
};

class Dram final : public sc_core::sc_module {
 public:
  // Takes native stretches (models/base/stretch.h) that arrive at now + delay. Answers with the times at the
  // controller's port, or at once TLM_ADDRESS_ERROR_RESPONSE outside [base_address, base_address + capacity).
  tlm_utils::simple_target_socket<Dram> target;

  // Throws std::invalid_argument where the configuration is impossible.
  Dram(sc_core::sc_module_name name, const Config& config, Fidelity fidelity, std::uint64_t base_address,
       base::Ledger& ledger);

  const Statistics& statistics() const { return memory_.statistics(); }
  // Brings refresh counts and state times up to `now`; call before reading statistics or ledger.
  void settle(units::Time now) { memory_.settle(now); }
  Memory& memory() { return memory_; }
  void observe(RequestObserver* observer) { observer_ = observer; }

 private:
  tlm::tlm_sync_enum transport(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase, sc_core::sc_time& delay);
  unsigned debug(tlm::tlm_generic_payload& payload);
  void copy(tlm::tlm_generic_payload& payload);
  void work();
  void wake_for_next();

  std::uint64_t base_address_;
  Memory memory_;
  BackingStore store_;
  std::vector<tlm::tlm_generic_payload*> open_;  // by the request's cookie; null: free
  std::vector<std::uint64_t> free_;
  std::vector<Answer> answers_;  // in hand
  sc_core::sc_event wake_;
  RequestObserver* observer_ = nullptr;
};

}  // namespace takt::dram
