// A free list of generic payloads, each with a Stretch that stays attached: no allocation per transaction.
#pragma once

#include <memory>
#include <vector>

#include "models/base/stretch.h"

namespace takt::base {

// Payloads return to the pool when their last holder releases them. The pool must outlive them.
class PayloadPool final : public tlm::tlm_mm_interface {
 public:
  PayloadPool() = default;
  PayloadPool(const PayloadPool&) = delete;
  PayloadPool& operator=(const PayloadPool&) = delete;

  // A payload with all attributes reset and one reference held by the caller.
  tlm::tlm_generic_payload& acquire();
  void free(tlm::tlm_generic_payload* payload) override;

  std::size_t created() const { return all_.size(); }
  std::size_t idle() const { return free_.size(); }

 private:
  std::vector<std::unique_ptr<tlm::tlm_generic_payload>> all_;
  std::vector<tlm::tlm_generic_payload*> free_;
};

// The stretch of a payload; a payload without one is a defect of the caller (native blocks require it).
Stretch& stretch_of(tlm::tlm_generic_payload& payload);

// Fills a payload for a timing-only or data-carrying (data != nullptr, contiguous) stretch.
void set_request(tlm::tlm_generic_payload& payload, bool write, std::uint64_t address, std::uint64_t bytes,
                 unsigned char* data);

}  // namespace takt::base
