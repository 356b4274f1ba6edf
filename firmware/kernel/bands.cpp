#include "firmware/kernel/bands.h"

namespace takt::firmware {
namespace {

// Values at boot, in microseconds: those that a published driver sets (Linux drivers/accel/ivpu, priority band setup).
constexpr uint32_t kGrace[TAKT_BANDS] = {0, 5000, 5000, 0};
constexpr uint32_t kProcessQuantum[TAKT_BANDS] = {16000, 30000, 20000, 20000};
constexpr uint32_t kProcessGrace = 5000;
constexpr uint32_t kSharePercent = 10;
constexpr uint64_t kShareWithoutQuantum = 1000;  // that NORMAL takes at once where it has no process quantum

constexpr uint32_t kMicrosecondsPerSecond = 1000000;

uint64_t least(uint64_t a, uint64_t b) { return a < b ? a : b; }

// Moves the candidates that `wanted` holds for to the front; returns how many.
template <typename Wanted>
uint32_t keep(Candidate* candidates, uint32_t count, const Wanted& wanted) {
  uint32_t kept = 0;
  for (uint32_t i = 0; i < count; ++i) {
    if (wanted(candidates[i])) candidates[kept++] = candidates[i];
  }
  return kept;
}

template <typename Wanted>
bool any(const Candidate* candidates, uint32_t count, const Wanted& wanted) {
  for (uint32_t i = 0; i < count; ++i) {
    if (wanted(candidates[i])) return true;
  }
  return false;
}

}  // namespace

Bands::Bands(uint32_t timer_hz) : share_(kSharePercent) {
  const auto ticks = [timer_hz](uint32_t us) { return static_cast<uint64_t>(us) * timer_hz / kMicrosecondsPerSecond; };
  for (uint32_t band = 0; band < TAKT_BANDS; ++band)
    bands_[band] = {ticks(kGrace[band]), ticks(kProcessQuantum[band]), ticks(kProcessGrace)};
}

void Bands::forget_queue(uint32_t queue) {
  turns_[queue] = {};
  queue_used_[queue] = 0;
}

void Bands::dispatched(uint32_t queue, uint32_t process, uint32_t band, uint64_t now) {
  charge(now);
  queue_ = queue;
  process_ = process;
  band_ = band;
}

void Bands::released(uint64_t now) {
  charge(now);
  queue_ = kNoQueue;
  claim_ = Claim::None;
}

void Bands::charge(uint64_t now) {
  const uint64_t passed = now > charged_until_ ? now - charged_until_ : 0;
  charged_until_ += passed;
  if (queue_ == kNoQueue) return;
  queue_used_[queue_] += passed;
  process_used_[process_] += passed;
  if (band_ == TAKT_BAND_FOCUS && normal_waits_) owed_ += static_cast<int64_t>(passed * share_);
  if (band_ == TAKT_BAND_NORMAL) {
    owed_ -= static_cast<int64_t>(passed * (100 - share_));
    if (!focus_waits_ && owed_ < 0) owed_ = 0;  // nobody was kept waiting for it
  }
}

uint32_t Bands::rank(const Candidate& job) const {
  switch (job.band) {
    case TAKT_BAND_REALTIME:
      return 4 + job.level;
    case TAKT_BAND_FOCUS:
      return normal_first_ ? 1 : 3;
    case TAKT_BAND_NORMAL:
      return 2;
    default:
      return 0;
  }
}

Ruling Bands::rule(uint64_t now, const RunningJob& running, Candidate* candidates, uint32_t count) {
  charge(now);
  follow_share(running, candidates, count);
  Ruling ruling;
  ruling.wakeup = share_turns_at(now, running);
  const Candidate* strongest = nullptr;
  for (uint32_t i = 0; i < count; ++i) {
    if (strongest == nullptr || rank(candidates[i]) > rank(*strongest)) strongest = &candidates[i];
  }
  if (strongest == nullptr) {
    claim_ = Claim::None;
    return ruling;
  }
  const uint32_t top = rank(*strongest);
  if (running.queue != kNoQueue && rank(running) != top) {
    if (rank(running) < top) return claim(Claim::Band, bands_[strongest->band].grace, now, ruling);
    claim_ = Claim::None;
    return ruling;
  }
  ruling.count = keep(candidates, count, [&](const Candidate& c) { return rank(c) == top; });
  return take_turns(now, running, candidates, ruling);
}

// Among the processes of a band.
Ruling Bands::take_turns(uint64_t now, const RunningJob& running, Candidate* candidates, Ruling ruling) {
  begin_round_if_due(running, candidates, ruling.count);
  const bool others = running.queue != kNoQueue &&
                      any(candidates, ruling.count, [&](const Candidate& c) { return c.process != running.process; });
  ruling.count = keep(candidates, ruling.count, [&](const Candidate& c) { return !process_spent(c); });
  if (others) {
    const BandSetup& band = bands_[running.band];
    if (process_spent(running)) return claim(Claim::Process, band.process_grace, now, ruling);
    if (band.process_quantum != 0)
      ruling.wakeup = least(ruling.wakeup, now + band.process_quantum - process_used_[running.process]);
  }
  return take_turns_inside(now, running, candidates, ruling);
}

// Among the queues of a process.
Ruling Bands::take_turns_inside(uint64_t now, const RunningJob& running, Candidate* candidates, Ruling ruling) {
  const uint32_t count = ruling.count;
  const auto rivals = [&](const Candidate& a, const Candidate& b) {
    return a.process == b.process && a.priority == b.priority;
  };
  if (running.queue != kNoQueue) {
    const Candidate* rival = nullptr;  // the strongest queue of the running one's process
    for (uint32_t i = 0; i < count; ++i) {
      const Candidate& c = candidates[i];
      if (c.process != running.process || c.priority < running.priority) continue;
      if (rival == nullptr || c.priority > rival->priority) rival = &c;
    }
    if (rival != nullptr && rival->priority > running.priority)
      return claim(Claim::Priority, turns_[rival->queue].grace_lower, now, ruling);
    if (rival != nullptr && turns_[running.queue].quantum != 0) {
      if (queue_spent(running)) return claim(Claim::Turn, turns_[rival->queue].grace_same, now, ruling);
      ruling.wakeup = least(ruling.wakeup, now + turns_[running.queue].quantum - queue_used_[running.queue]);
    }
    claim_ = Claim::None;
  }
  // A queue stands back for a stronger one of its process, and while its turn is over for one whose turn is not.
  bool stands_back[TAKT_MAX_QUEUES];
  for (uint32_t i = 0; i < count; ++i) {
    const Candidate& c = candidates[i];
    const auto before = [&](const Candidate& other) {
      return other.process == c.process && other.queue != c.queue &&
             (other.priority > c.priority || (rivals(other, c) && queue_spent(c) && !queue_spent(other)));
    };
    stands_back[i] = any(candidates, count, before) || (running.queue != kNoQueue && before(running));
  }
  uint32_t at = 0;
  ruling.count = keep(candidates, count, [&](const Candidate&) { return !stands_back[at++]; });
  return ruling;
}

// A round ends when all that wait have had their turns; the running one has had it in the new one too.
void Bands::begin_round_if_due(const RunningJob& running, const Candidate* candidates, uint32_t count) {
  const bool busy = running.queue != kNoQueue;
  const auto open = [&](const Candidate& c) { return !process_spent(c); };
  if (!(busy && open(running)) && !any(candidates, count, open)) {
    for (uint32_t i = 0; i < count; ++i) {
      if (!busy || candidates[i].process != running.process) process_used_[candidates[i].process] = 0;
    }
  }
  for (uint32_t i = 0; i < count; ++i) {
    const Candidate& c = candidates[i];
    const auto fresh = [&](const Candidate& other) {
      return other.process == c.process && other.priority == c.priority && !queue_spent(other);
    };
    if (queue_spent(c) && !any(candidates, count, fresh) && !(busy && fresh(running))) {
      for (uint32_t j = 0; j < count; ++j) {
        if (candidates[j].process == c.process && candidates[j].priority == c.priority)
          queue_used_[candidates[j].queue] = 0;
      }
    }
  }
}

bool Bands::process_spent(const Candidate& job) const {
  const uint64_t quantum = bands_[job.band].process_quantum;
  return quantum != 0 && process_used_[job.process] >= quantum;
}

bool Bands::queue_spent(const Candidate& job) const {
  const uint64_t quantum = turns_[job.queue].quantum;
  return quantum != 0 && queue_used_[job.queue] >= quantum;
}

// The running job has to go; it has a grace from when that became so.
Ruling Bands::claim(Claim reason, uint64_t grace, uint64_t now, Ruling ruling) {
  if (claim_ != reason) {
    claim_ = reason;
    claimed_since_ = now;
  }
  ruling.count = 0;
  ruling.preempt = now - claimed_since_ >= grace;
  if (!ruling.preempt) ruling.wakeup = least(ruling.wakeup, claimed_since_ + grace);
  return ruling;
}

void Bands::follow_share(const RunningJob& running, const Candidate* candidates, uint32_t count) {
  normal_waits_ = any(candidates, count, [](const Candidate& c) { return c.band == TAKT_BAND_NORMAL; });
  focus_waits_ = any(candidates, count, [](const Candidate& c) { return c.band == TAKT_BAND_FOCUS; });
  const bool runs = running.queue != kNoQueue && running.band == TAKT_BAND_NORMAL;
  if (!normal_waits_ && !runs) owed_ = 0;
  if (owed_ <= 0) normal_first_ = false;
  if (share_ != 0 && owed_ >= share_threshold()) normal_first_ = true;
}

// As much as a process quantum of NORMAL gives back.
int64_t Bands::share_threshold() const {
  const uint64_t quantum = bands_[TAKT_BAND_NORMAL].process_quantum;
  return static_cast<int64_t>((quantum == 0 ? kShareWithoutQuantum : quantum) * (100 - share_));
}

// When who goes first of NORMAL and FOCUS changes, if all stays as it is.
uint64_t Bands::share_turns_at(uint64_t now, const RunningJob& running) const {
  if (running.queue == kNoQueue || share_ == 0) return kNever;
  if (running.band == TAKT_BAND_FOCUS && normal_waits_ && !normal_first_)
    return now + (static_cast<uint64_t>(share_threshold() - owed_) + share_ - 1) / share_;
  if (running.band == TAKT_BAND_NORMAL && normal_first_)
    return now + (static_cast<uint64_t>(owed_) + 99 - share_) / (100 - share_);
  return kNever;
}

}  // namespace takt::firmware
