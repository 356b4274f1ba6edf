// Bands, quanta and graces: what the kernel decides before it asks a policy. Rules: firmware/abi/scheduling.h.
#pragma once

#include <stdint.h>

#include "firmware/abi/ring.h"
#include "firmware/abi/scheduling.h"
#include "firmware/kernel/policy.h"

namespace takt::firmware {

// Times in ticks.
struct BandSetup {
  uint64_t grace;
  uint64_t process_quantum;  // 0: none
  uint64_t process_grace;
};

struct TurnSetup {       // of a queue in its process
  uint64_t quantum = 0;  // 0: none
  uint64_t grace_same = 0;
  uint64_t grace_lower = 0;
};

// What the kernel leaves to the policy.
struct Ruling {
  uint32_t count = 0;        // candidates it may choose from, moved to the front; none: it is not asked
  bool preempt = false;      // the running job has to go, whatever a policy thinks
  uint64_t wakeup = kNever;  // rule again then, at the latest
};

class Bands {
 public:
  // With the setup at boot.
  explicit Bands(uint32_t timer_hz);

  void set_band(uint32_t band, const BandSetup& setup) { bands_[band] = setup; }
  void set_share(uint32_t percent) { share_ = percent; }
  void set_turn(uint32_t queue, const TurnSetup& setup) { turns_[queue] = setup; }
  void forget_queue(uint32_t queue);
  void forget_process(uint32_t process) { process_used_[process] = 0; }

  // The engines were given to a job, or taken from it.
  void dispatched(uint32_t queue, uint32_t process, uint32_t band, uint64_t now);
  void released(uint64_t now);

  Ruling rule(uint64_t now, const RunningJob& running, Candidate* candidates, uint32_t count);

 private:
  enum class Claim : uint8_t { None, Band, Process, Priority, Turn };

  void charge(uint64_t now);
  void follow_share(const RunningJob& running, const Candidate* candidates, uint32_t count);
  uint64_t share_turns_at(uint64_t now, const RunningJob& running) const;
  int64_t share_threshold() const;
  uint32_t rank(const Candidate& job) const;
  Ruling claim(Claim reason, uint64_t grace, uint64_t now, Ruling ruling);
  Ruling take_turns(uint64_t now, const RunningJob& running, Candidate* candidates, Ruling ruling);
  Ruling take_turns_inside(uint64_t now, const RunningJob& running, Candidate* candidates, Ruling ruling);
  void begin_round_if_due(const RunningJob& running, const Candidate* candidates, uint32_t count);
  bool process_spent(const Candidate& job) const;
  bool queue_spent(const Candidate& job) const;

  BandSetup bands_[TAKT_BANDS];
  TurnSetup turns_[TAKT_MAX_QUEUES];
  uint64_t process_used_[TAKT_MAX_QUEUES] = {};  // of its turn
  uint64_t queue_used_[TAKT_MAX_QUEUES] = {};

  // Who has the engines, and since when that is charged.
  uint32_t queue_ = kNoQueue;
  uint32_t process_ = 0;
  uint32_t band_ = 0;
  uint64_t charged_until_ = 0;

  // Why the running job has to go, and since when.
  Claim claim_ = Claim::None;
  uint64_t claimed_since_ = 0;

  // What NORMAL is owed while FOCUS keeps it waiting, in ticks times percent.
  uint32_t share_;
  int64_t owed_ = 0;
  bool normal_waits_ = false;
  bool focus_waits_ = false;
  bool normal_first_ = false;
};

}  // namespace takt::firmware
