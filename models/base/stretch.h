// What travels on the data path: a stretch, one DMA transfer's piece, as an extension of the TLM generic payload.
//
// Protocol, over nb_transport, two phases:
//   BEGIN_REQ (initiator -> target). The target returns TLM_ACCEPTED and later answers BEGIN_RESP on the backward path
//   with `delay` = last beat - now; the initiator returns TLM_COMPLETED. BEGIN_RESP may come before the last beat, as
//   soon as its time is certain: it is never taken back. A target that need not wait returns TLM_COMPLETED at once with
//   the answer filled in; every target does so with an error.
// The payload's command, address, data pointer and data length are the generic payload's own. `timing_only` stretches
// carry no data and their length is rows x row_bytes; others are contiguous and carry real bytes.
#pragma once

#include <cstdint>

#include "models/base/systemc.h"

namespace takt::base {

using InitiatorId = std::uint16_t;  // index of a NoC initiator port, in the order of the configuration
using Owner = std::uint16_t;        // whom counters are charged to: 0 = the system, n = context n
using Account = std::uint32_t;      // what of an owner's work it is (ledger.h); 0: not accounted for

struct Stretch final : tlm::tlm_extension<Stretch> {
  // Request.
  InitiatorId initiator = 0;
  std::uint8_t qos = 0;  // 0 (weakest) .. 7
  Owner owner = 0;
  Account account = 0;
  bool timing_only = true;
  bool allocate = true;  // worth a place in the system cache, where the initiator's port has one
  std::uint32_t row_bytes = 0;
  std::uint32_t rows = 1;
  std::uint64_t stride = 0;  // bytes between the starts of rows; row_bytes when contiguous
  std::uint64_t cookie = 0;  // the initiator's own

  // Answer.
  units::Time first_beat;  // first data at the answering port
  units::Time mean_first;  // of the memory's channels that had a part of it, the mean of their first data; 0: one way
  units::Time last_beat;   // last data at the answering port

  std::uint64_t bytes() const { return std::uint64_t{row_bytes} * rows; }
  bool contiguous() const { return rows == 1 || stride == row_bytes; }

  tlm_extension_base* clone() const override { return new Stretch(*this); }
  void copy_from(const tlm_extension_base& other) override { *this = static_cast<const Stretch&>(other); }
};

}  // namespace takt::base
