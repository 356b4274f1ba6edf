// Whose energy it is, below the stream: each request's, and each layer's of a program. What the ledger charges to a
// job's accounts is theirs; so requests add up to their stream, to the attojoule. It changes no timing.
//
// A job has accounts while it lives. They rest for a few jobs more, and until the blocks have settled what they count
// lazily: posted writes reach the DRAM after a job's end. What comes later still is the next one's. Nothing is settled
// for their sake: that would be seen at the memory.
#pragma once

#include <deque>
#include <map>
#include <vector>

#include "models/base/ledger.h"
#include "sim/platform/driver.h"
#include "sim/platform/run_record.h"

namespace takt::platform {

class EnergyAccounts final : public base::Accountant {
 public:
  // `settled`: how often blocks have brought to the ledger what they count lazily. The arguments outlive it.
  EnergyAccounts(const Workload& workload, const RequestDriver& driver, base::Ledger& ledger,
                 const std::uint64_t& settled);

  base::JobAccounts begins(std::uint32_t job) override;
  void ends(std::uint32_t job) override;
  // For work of a request that is no job's: operators on the CPU, an exchange over the radio.
  base::Account open(std::uint32_t stream, std::uint32_t request);
  void close(base::Account account);

  // Of a stream's jobs that are over, by program; as far as it has been settled.
  std::vector<Attojoules> jobs(std::size_t stream);

  // Likewise. From now on charges are inside the measurement window, or are not.
  void set_measured(bool measured);
  // Takes what is on accounts; the blocks have just settled.
  void collect();

  // By request; as long as `requests`.
  std::vector<RequestEnergy> requests(std::size_t stream, std::size_t requests) const;
  // Inside the window: of the commands of a layer and their transfers.
  Attojoules layer(std::size_t model, std::size_t program, std::size_t layer) const;

 private:
  struct Slot {
    std::uint32_t stream = 0, request = 0, program = 0;
    base::JobAccounts accounts;
    bool job = false;
    std::uint64_t settled = 0;  // when it came to rest
    Attojoules taken = 0;       // and not yet in jobs_
  };
  // Of a stream's program: its model's, or behind those its draft's.
  std::vector<Attojoules>& layers_of(std::size_t stream, std::size_t program);
  Slot& take(std::uint32_t stream, std::uint32_t request, std::size_t& number);
  void collect(Slot& slot);
  void end_job(Slot& slot);
  void put_to_rest(std::size_t number);

  const Workload& workload_;
  const RequestDriver& driver_;
  base::Ledger& ledger_;
  const std::uint64_t& settled_;
  bool measured_ = false;
  std::vector<Slot> slots_;
  std::vector<std::deque<std::size_t>> resting_;  // [stream]: slots, that which rests longest first
  std::vector<std::uint32_t> most_layers_;        // [stream]
  std::map<std::uint32_t, std::size_t> jobs_;     // that live
  std::map<base::Account, std::size_t> others_;
  std::vector<std::vector<RequestEnergy>> requests_;          // [stream]
  std::vector<std::vector<std::vector<Attojoules>>> layers_;  // [model][program][layer]
  std::vector<std::vector<Attojoules>> ended_;                // [stream][program]: of jobs that are over
};

}  // namespace takt::platform
