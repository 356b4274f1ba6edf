// A processor's way into the data path: a blocking access becomes one stretch, and the caller waits for its last beat.
#pragma once

#include <memory>
#include <vector>

#include "models/base/payload_pool.h"

namespace takt::noc {

class Bridge final : public sc_core::sc_module {
 public:
  // How accesses that carry no stretch of their own are marked. An access that carries one keeps its QoS, owner,
  // account and allocate.
  struct Marks {
    std::uint8_t qos = 0;
    base::Owner owner = 0;
    bool allocate = true;
  };

  // b_transport from an SC_THREAD; an access without a data pointer is timing only. Waits out `delay`, then until the
  // last beat, and returns with delay zero. Several threads may call at once. Byte enables and wrapping (streaming)
  // accesses are answered with a TLM error.
  tlm_utils::simple_target_socket<Bridge> target;
  tlm_utils::simple_initiator_socket<Bridge> initiator;

  Bridge(sc_core::sc_module_name name, base::InitiatorId id, Marks marks);

 private:
  // One access under way. It owns what the data path still holds when the caller's thread is unwound (a reset).
  struct Call {
    sc_core::sc_event answered;
    tlm::tlm_generic_payload* payload = nullptr;  // null: free
    std::vector<unsigned char> data;
    bool done = false;
    bool abandoned = false;
  };
  class Waiting;

  void transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  unsigned debug(tlm::tlm_generic_payload& payload) { return initiator->transport_dbg(payload); }
  tlm::tlm_sync_enum answer(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase, sc_core::sc_time& delay);
  Call& begin(const tlm::tlm_generic_payload& payload);
  static void end(Call& call);

  base::InitiatorId id_;
  Marks marks_;
  base::PayloadPool pool_;
  std::vector<std::unique_ptr<Call>> calls_;  // as many as ever waited at once; a stretch's cookie is the index
};

}  // namespace takt::noc
