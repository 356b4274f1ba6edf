#include "models/noc/arbiter.h"

#include <vector>

#include "models/noc/service_tag.h"

namespace takt::noc {
namespace {

// By QoS, then age: among equals the one served longest ago.
class Priority final : public Arbiter {
 public:
  bool before(const Contender& a, const Contender& b) const override {
    return a.qos != b.qos ? a.qos > b.qos : a.waiting_since < b.waiting_since;
  }
  void granted(unsigned, std::uint64_t) override {}
};

// A grant each, in the order of the ports, whatever their QoS.
class RoundRobin final : public Arbiter {
 public:
  explicit RoundRobin(std::size_t initiators) : count_(static_cast<unsigned>(initiators)) {}
  bool before(const Contender& a, const Contender& b) const override { return turn(a.initiator) < turn(b.initiator); }
  void granted(unsigned initiator, std::uint64_t) override { next_ = initiator + 1; }

 private:
  unsigned turn(unsigned initiator) const { return (initiator + count_ - next_) % count_; }

  unsigned count_;
  unsigned next_ = 0;  // whose turn it is; count_: that of the first
};

// Start-time fair queueing (Goyal, Vin, Cheng, SIGCOMM 1996), whatever the QoS: the smallest start tag goes. Over any
// time in which ports i and j always have something to send, bytes granted differ by
// |bytes_i / weight_i - bytes_j / weight_j| <= grant / weight_i + grant / weight_j (theorem 1). A port that does not
// ask saves nothing up.
class Weighted final : public Arbiter {
 public:
  explicit Weighted(const std::vector<InitiatorPort>& ports) {
    for (const InitiatorPort& port : ports) finish_.push_back({0, 0, port.weight});
  }
  bool before(const Contender& a, const Contender& b) const override { return start(a.initiator) < start(b.initiator); }
  void granted(unsigned initiator, std::uint64_t bytes) override {
    now_ = start(initiator);
    finish_[initiator] = now_.after(bytes);
  }

 private:
  ServiceTag start(unsigned initiator) const {
    const ServiceTag& finish = finish_[initiator];
    return finish < now_ ? now_.at_weight(finish.weight) : finish;
  }

  std::vector<ServiceTag> finish_;  // of the initiator's latest grant
  ServiceTag now_;                  // virtual time: the start tag of the latest grant
};

}  // namespace

std::unique_ptr<Arbiter> make_arbiter(const Config& config) {
  switch (config.arbitration) {
    case Arbitration::round_robin:
      return std::make_unique<RoundRobin>(config.initiators.size());
    case Arbitration::weighted:
      return std::make_unique<Weighted>(config.initiators);
    case Arbitration::priority:
      break;
  }
  return std::make_unique<Priority>();
}

}  // namespace takt::noc
