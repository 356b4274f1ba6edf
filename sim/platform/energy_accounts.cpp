#include "sim/platform/energy_accounts.h"

#include <algorithm>

namespace takt::platform {

namespace {
constexpr std::size_t rest = 2;  // slots of a stream that stay as they are
}

EnergyAccounts::EnergyAccounts(const Workload& workload, const RequestDriver& driver, base::Ledger& ledger,
                               const std::uint64_t& settled)
    : workload_(workload),
      driver_(driver),
      ledger_(ledger),
      settled_(settled),
      resting_(workload.streams().size()),
      requests_(workload.streams().size()) {
  for (const auto& model : workload.models()) {
    layers_.emplace_back();
    for (const compiler::Program& program : model->programs) layers_.back().emplace_back(program.layers.size());
  }
  for (std::size_t s = 0; s < workload.streams().size(); ++s) {
    const std::size_t programs = workload.streams()[s].programs.size();
    std::size_t most = 0;
    for (std::size_t p = 0; p < programs; ++p) most = std::max(most, layers_of(s, p).size());
    most_layers_.push_back(static_cast<std::uint32_t>(most));
    ended_.emplace_back(programs);
  }
}

std::vector<Attojoules>& EnergyAccounts::layers_of(std::size_t stream, std::size_t program) {
  const PlacedStream& placed = workload_.streams()[stream];
  const std::size_t own = placed.model->programs.size();
  return program < own ? layers_[placed.model_index][program] : layers_[placed.draft_index][program - own];
}

EnergyAccounts::Slot& EnergyAccounts::take(std::uint32_t stream, std::uint32_t request, std::size_t& number) {
  std::deque<std::size_t>& resting = resting_[stream];
  if (resting.size() <= rest || slots_[resting.front()].settled == settled_) {
    number = slots_.size();
    slots_.emplace_back().accounts.own = ledger_.open(1 + most_layers_[stream]);
  } else {
    number = resting.front();
    resting.pop_front();
    collect(slots_[number]);
    end_job(slots_[number]);
  }
  Slot& slot = slots_[number];
  slot.stream = stream;
  slot.request = request;
  slot.accounts.layers = 0;
  slot.job = false;
  return slot;
}

void EnergyAccounts::put_to_rest(std::size_t number) {
  slots_[number].settled = settled_;
  resting_[slots_[number].stream].push_back(number);
}

base::JobAccounts EnergyAccounts::begins(std::uint32_t id) {
  const auto [entry, first] = jobs_.try_emplace(id);
  if (!first) return slots_[entry->second].accounts;
  const JobRef& job = driver_.job(id);
  Slot& slot = take(job.stream, job.request, entry->second);
  slot.program = job.program;
  slot.job = true;
  slot.accounts.layers = static_cast<std::uint32_t>(layers_of(job.stream, job.program).size());
  return slot.accounts;
}

void EnergyAccounts::ends(std::uint32_t id) {
  const auto found = jobs_.find(id);
  if (found == jobs_.end()) return;
  put_to_rest(found->second);
  jobs_.erase(found);
}

base::Account EnergyAccounts::open(std::uint32_t stream, std::uint32_t request) {
  std::size_t number = 0;
  const base::Account account = take(stream, request, number).accounts.own;
  others_[account] = number;
  return account;
}

void EnergyAccounts::close(base::Account account) {
  const auto found = others_.find(account);
  put_to_rest(found->second);
  others_.erase(found);
}

void EnergyAccounts::collect(Slot& slot) {
  Attojoules sum = ledger_.take(slot.accounts.own);
  for (std::uint32_t layer = 0; layer < slot.accounts.layers; ++layer) {
    const Attojoules energy = ledger_.take(slot.accounts.of_layer(layer));
    if (measured_) layers_of(slot.stream, slot.program)[layer] += energy;
    sum += energy;
  }
  std::vector<RequestEnergy>& requests = requests_[slot.stream];
  if (slot.request >= requests.size()) requests.resize(slot.request + 1u);
  slot.taken += sum;
  requests[slot.request].all += sum;
  if (measured_) requests[slot.request].in_window += sum;
}

void EnergyAccounts::collect() {
  for (Slot& slot : slots_) collect(slot);
}

// Its energy so far, of a slot that rests.
void EnergyAccounts::end_job(Slot& slot) {
  if (slot.job) ended_[slot.stream][slot.program] += slot.taken;
  slot.taken = 0;
}

std::vector<Attojoules> EnergyAccounts::jobs(std::size_t stream) {
  for (const std::size_t number : resting_[stream]) {
    if (slots_[number].settled == settled_) break;
    collect(slots_[number]);
    end_job(slots_[number]);
  }
  return ended_[stream];
}

void EnergyAccounts::set_measured(bool measured) {
  collect();
  measured_ = measured;
}

std::vector<RequestEnergy> EnergyAccounts::requests(std::size_t stream, std::size_t requests) const {
  std::vector<RequestEnergy> result = requests_[stream];
  result.resize(requests);
  return result;
}

Attojoules EnergyAccounts::layer(std::size_t model, std::size_t program, std::size_t layer) const {
  return layers_[model][program][layer];
}

}  // namespace takt::platform
