// What the driver has storage read: models before their first request, and experts before the jobs whose tokens chose
// them.
//
// A layer's experts are known once the layers before it have run, and it runs once they are there; so a token's time is
// that of its job and that of its reads, one layer's behind the other's. Here all reads come before the job: the sum is
// the same.
#include "sim/platform/driver.h"
#include "sim/platform/energy_accounts.h"

namespace takt::platform {

using units::Time;

// One after the other, from now on.
void RequestDriver::load_models() {
  const peripherals::StorageConfig& storage = scenario_.soc.storage;
  Time until = origin_ + units::microseconds(storage.latency_us);
  for (std::uint32_t s = 0; s < streams_.size(); ++s) {
    if (!scenario_.streams[s].cold_start) continue;
    const std::uint64_t cookie = next_cookie_++;
    Reading reading;
    reading.stream = s;
    streams_[s].cold_start = ColdStartRecord{0, units::never()};
    streams_[s].loading = true;
    for (const PlacedStream::Weights& area : workload_.streams()[s].weights()) {
      hooks_.read({cookie, area.address, area.bytes, static_cast<base::Owner>(s + 1), 0, true});
      streams_[s].cold_start->bytes += area.bytes;
      ++reading.left;
    }
    until += units::Rate(storage.read_bytes_per_s).duration(streams_[s].cold_start->bytes);
    streams_[s].loads_until = until;
    readings_.emplace(cookie, reading);
  }
}

// Of a job's tokens. False: it waits until they have been read.
bool RequestDriver::choose_experts(const JobRef& job) {
  const PlacedStream& placed = workload_.streams()[job.stream];
  Stream& stream = streams_[job.stream];
  if (!stream.router || job.tokens.of_draft) return true;
  const PlacedExperts& experts = *placed.conversations->experts;
  const std::uint64_t slots = placed.programs[job.program].program->experts / experts.shape.layers;
  ExpertRoute route = stream.router->route(job.tokens.tokens, static_cast<std::uint32_t>(slots));
  stream.experts[job.tokens.conversation] = std::move(route.table);
  if (route.reads.empty()) return true;
  const std::uint64_t cookie = next_cookie_++;
  Reading reading;
  reading.left = static_cast<std::uint32_t>(route.reads.size());
  reading.stream = job.stream;
  reading.job = job;
  reading.account = accounts_ == nullptr ? 0 : accounts_->open(job.stream, job.request);
  reading.since = cpu_->time();
  readings_.emplace(cookie, reading);
  for (const ExpertRoute::Read& read : route.reads)
    hooks_.read({cookie, read.address, experts.weights, static_cast<base::Owner>(placed.queue), reading.account,
                 &read == &route.reads.front() || !read.first_of_layer});
  return false;
}

void RequestDriver::take_storage() {
  for (const std::uint64_t cookie : std::exchange(storage_ended_, {})) {
    const auto found = readings_.find(cookie);
    if (--found->second.left != 0) continue;
    const Reading reading = found->second;
    readings_.erase(found);
    end_reading(reading);
  }
}

void RequestDriver::end_reading(const Reading& reading) {
  Stream& stream = streams_[reading.stream];
  const Time now = cpu_->time();
  if (!reading.job) {
    stream.loading = false;
    stream.cold_start->load = now - origin_;
    if (sink_ != nullptr)
      for (const std::uint32_t request : stream.waiting)
        sink_->on_storage({reading.stream, request}, stream.requests[request].submitted, now);
    return admit(reading.stream);
  }
  if (accounts_ != nullptr) accounts_->close(reading.account);
  stream.waited_for_experts += now - reading.since;
  if (sink_ != nullptr) sink_->on_storage(*reading.job, reading.since, now);
  if (stream.dead) return next_step(*reading.job);
  submit(*reading.job);
}

}  // namespace takt::platform
