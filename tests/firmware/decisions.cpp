#include "tests/firmware/decisions.h"

namespace takt::firmware::test {
namespace {

class Draw {
 public:
  // 0 .. most.
  uint64_t upto(uint64_t most) {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;  // Knuth, MMIX
    return (state_ >> 33) % (most + 1);
  }

 private:
  uint64_t state_ = 1;
};

class Hash {
 public:
  void add(uint64_t value) {
    for (uint32_t byte = 0; byte < 8; ++byte) hash_ = (hash_ ^ (value >> 8 * byte & 0xff)) * 1099511628211u;
  }
  uint64_t value() const { return hash_; }

 private:
  uint64_t hash_ = 14695981039346656037u;
};

// Small numbers, so that keys are often equal, and now and then large ones.
uint64_t ticks(Draw& draw) { return draw.upto(9) == 0 ? draw.upto(0x7fffffff) << 16 : draw.upto(5000); }

void describe(Draw& draw, uint32_t queue, uint64_t now, uint64_t sequence, Candidate& job) {
  job.queue = queue;
  job.pending = 1 + static_cast<uint32_t>(draw.upto(15));
  job.band = static_cast<uint32_t>(draw.upto(TAKT_BANDS - 1));
  job.level = static_cast<uint32_t>(draw.upto(3));
  job.priority = static_cast<int32_t>(draw.upto(2 * TAKT_PRIORITY_MOST)) - TAKT_PRIORITY_MOST;
  job.process = queue;
  job.weight = 1 + static_cast<uint32_t>(draw.upto(TAKT_WEIGHT_MAX - 1));
  job.period_us = static_cast<uint32_t>(draw.upto(100000));
  job.accepted_ticks = now - draw.upto(now < 5000 ? now : 5000);
  job.sequence = sequence;
  job.estimated_ticks = ticks(draw);
  job.remaining_ticks = draw.upto(job.estimated_ticks < 0x7fffffff ? job.estimated_ticks : 0x7fffffff);
  job.served_ticks = ticks(draw);
  job.deadline_ticks = draw.upto(2) == 0 ? 0 : now + ticks(draw);
  job.bytes_per_s = draw.upto(60) * 1000000000u;
  job.tokens = static_cast<uint32_t>(draw.upto(2) == 0 ? draw.upto(200) : draw.upto(1));
  job.started = draw.upto(3) == 0;
}

// What the other partitions run.
uint32_t beside(Draw& draw, uint64_t now, RunningJob* jobs) {
  const uint32_t count = 2 + static_cast<uint32_t>(draw.upto(TAKT_MAX_PARTITIONS - 2));
  for (uint32_t p = 0; p < count; ++p) {
    jobs[p] = {};
    if (draw.upto(2) != 0) describe(draw, 1 + p, now, p, jobs[p]);
  }
  return count;
}

}  // namespace

uint64_t digest_of_decisions(const PolicyEntry& entry, uint32_t views) {
  alignas(8) unsigned char storage[kPolicyBytes];
  PolicyOptions options;
  options.quantum_ticks = 500;
  options.token_budget = 256;
  Policy& policy = *entry.make(storage, options);
  Draw draw;
  Hash hash;
  Candidate candidates[TAKT_MAX_QUEUES];
  RunningJob jobs[TAKT_MAX_PARTITIONS];
  uint64_t now = 1, sequence = 0;
  for (uint32_t v = 0; v < views; ++v) {
    now += draw.upto(300);
    MemoryView memory = {now, jobs, 0, draw.upto(100) * 1000000000u};
    memory.count = beside(draw, now, jobs);
    const uint32_t partition = static_cast<uint32_t>(draw.upto(memory.count - 1));
    RunningJob& running = jobs[partition];
    running.queue = kNoQueue;
    const uint32_t busy = static_cast<uint32_t>(draw.upto(TAKT_MAX_QUEUES - 1));  // 0: the engines are free
    uint32_t count = 0;
    for (uint32_t queue = 1; queue < TAKT_MAX_QUEUES; ++queue) {
      if (queue == busy || draw.upto(3) == 0)
        describe(draw, queue, now, sequence++, queue == busy ? running : candidates[count++]);
    }
    uint64_t budgets[TAKT_MAX_PARTITIONS] = {};
    policy.share_memory(memory, budgets);
    for (const uint64_t budget : budgets) hash.add(budget);
    if (count == 0) continue;
    running.dispatched_ticks = busy == 0 ? 0 : now - draw.upto(now < 1000 ? now : 1000);
    running.preemptible = draw.upto(4) != 0;
    const Decision decision = policy.decide({now, running, candidates, count, partition, memory});
    hash.add(decision.queue);
    hash.add(decision.preempt_running ? 1 : 0);
    hash.add(decision.next_wakeup_ticks);
    if (busy == 0 && decision.queue < TAKT_MAX_QUEUES) policy.dispatched(decision.queue);
  }
  return hash.value();
}

}  // namespace takt::firmware::test
