// Who of those that may go is granted next. Every target port has an arbiter of its own.
#pragma once

#include <cstdint>
#include <memory>

#include "models/noc/config.h"
#include "models/units/quantity.h"

namespace takt::noc {

struct Contender {
  unsigned initiator = 0;
  std::uint8_t qos = 0;
  units::Time waiting_since;  // arrival of its oldest request, or its latest grant
};

class Arbiter {
 public:
  virtual ~Arbiter() = default;
  // Whether `a` goes before `b`. Where neither does, the lower initiator goes.
  virtual bool before(const Contender& a, const Contender& b) const = 0;
  // The initiator was granted so many bytes.
  virtual void granted(unsigned initiator, std::uint64_t bytes) = 0;
};

// The arbiter that the configuration names.
std::unique_ptr<Arbiter> make_arbiter(const Config& config);

}  // namespace takt::noc
