// What the regulators of the initiator ports do to grants.
#include "models/noc/noc.h"

namespace takt::noc {

using units::max;
using units::min;
using units::Time;

void Noc::Regulations::write(unsigned initiator, const Regulation& regulation) {
  written_.emplace_back(initiator, regulation);
  request_update();
}

void Noc::Regulations::update() {
  for (const auto& [initiator, regulation] : written_) noc_.apply(initiator, regulation);
  written_.clear();
}

void Noc::regulate(base::InitiatorId initiator, const Regulation& regulation) {
  regulations_.write(initiator, regulation);
}

void Noc::apply(unsigned initiator, const Regulation& regulation) {
  Initiator& port = initiators_[initiator];
  count_throttled(port);
  port.counted = base::now();
  port.regulator.set(regulation, base::now());
  if (!port.queue.empty()) wake_for_next(targets_[requests_[port.queue.front()].target]);
}

// When the regulator lets the initiator's oldest request go on. It does not hold what no target takes.
Time Noc::released(const Initiator& port) const {
  if (!port.regulator.enabled()) return Time(0);
  const Request& head = requests_[port.queue.front()];
  if (head.target == targets.size()) return Time(0);
  return port.regulator.ready(head.next_bytes(regulated_limit(port)));
}

void Noc::count_throttled(Initiator& port) {
  if (port.queue.empty()) return;
  const Time begin = max(unregulated_ready(port), port.counted);
  const Time end = min(released(port), base::now());
  if (begin < end) port.statistics.throttled += end - begin;
  port.counted = base::now();
}

void Noc::account() {
  for (Initiator& port : initiators_) count_throttled(port);
}

}  // namespace takt::noc
