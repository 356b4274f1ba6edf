// Prompts that may be answered in the cloud: where each goes, and what the device still has to do for those it keeps.
#include <algorithm>

#include "firmware/abi/abi.h"
#include "sim/platform/driver.h"
#include "sim/platform/energy_accounts.h"
#include "sim/platform/offloading.h"

namespace takt::platform {

using units::Time;

// What the device has not finished of requests of the same partition, in bands that are not weaker: by cost tables and
// completions, as the firmware's queues stand. With the load of the stream's model, where that is not over.
std::optional<Time> RequestDriver::device_wait(std::uint32_t s) const {
  if (streams_[s].refused) return std::nullopt;
  Time wait = streams_[s].loading ? units::saturating_sub(streams_[s].loads_until, cpu_->time()) : Time();
  const config::StreamConfig& own = scenario_.streams[s];
  for (std::size_t other = 0; other < streams_.size(); ++other) {
    const config::StreamConfig& config = scenario_.streams[other];
    if (config.partition == own.partition && config.band >= own.band) wait += streams_[other].left_all;
  }
  return wait;
}

// Decides for a request that has just come. False: the device has nothing to do with it.
bool RequestDriver::stays(std::uint32_t s, std::uint32_t request) {
  Stream& stream = streams_[s];
  if (!stream.conversations) return true;
  const Time now = cpu_->time();
  Offloading::Prompt prompt = {s, stream.lengths[request], now - origin_, device_wait(s), hooks_.skin_millicelsius()};
  if (scenario_.offload.device_measured && accounts_ != nullptr) prompt.spent = accounts_->jobs(s);
  look_at_battery();
  const PlacementRecord placement = offloading_->decide(prompt);
  stream.requests[request].placement = placement;
  if (placement.place() == offload::Place::device) return true;
  if (!placement.asked_cloud()) {
    finish_outside(s, request, RequestStatus::failed, stream.refused ? TAKT_STATUS_NOT_ADMITTED : TAKT_STATUS_NO_SPACE,
                   now);
    return false;
  }
  const offload::Transfer transfer = offloading_->send(prompt);
  hooks_.radio(now, transfer, s, request);
  in_cloud_.emplace((now + transfer.last_byte).value, InCloud{{s, request, 0}, now + transfer.first_byte});
  if (placement.decision.hedged()) stream.hedged[request];
  return placement.decision.hedged();
}

void RequestDriver::look_at_battery() {
  if (offloading_ != nullptr && offloading_->drains()) offloading_->spend(cpu_->time() - origin_, hooks_.spent());
}

std::optional<std::pair<Attojoules, Attojoules>> RequestDriver::battery() {
  if (offloading_ == nullptr || !offloading_->drains()) return std::nullopt;
  look_at_battery();
  return std::make_pair(offloading_->battery()->charge(), offloading_->battery()->capacity());
}

// The device gives up a request that the cloud has been asked too, or answers it alone. False: it is none.
bool RequestDriver::leave_to_cloud(std::uint32_t s, std::uint32_t request) {
  if (streams_[s].hedged.erase(request) == 0) return false;
  expect_less({s, request, 0}, true);
  return true;
}

bool RequestDriver::left(const JobRef& job) {
  const RequestRecord& request = record(job);
  return request.placement && request.placement->decision.hedged() &&
         (is_over(job) || streams_[job.stream].hedged.count(job.request) == 0);
}

// The device has come to a request's next job, and the request has its answer, or waits for the cloud's alone.
void RequestDriver::leave(const JobRef& job) {
  Stream& stream = streams_[job.stream];
  --stream.in_flight;
  stream.conversations->end(job.tokens.conversation, true);
  go_on(job.stream);
  if (sink_ != nullptr) sink_->on_left(job.stream, job.request);
  admit(job.stream);
}

// What the device will have to do for a request that it keeps.
void RequestDriver::expect(std::uint32_t s, std::uint32_t request) {
  Stream& stream = streams_[s];
  const ServiceEstimate& estimate = offloading_->estimate();
  const Time service = stream.conversations ? offloading_->service(s, stream.lengths[request]) : estimate.inference(s);
  stream.left.resize(stream.requests.size());
  stream.left[request] = service;
  stream.left_all += service;
}

// A job, or what is left of a request that is over.
void RequestDriver::expect_less(const JobRef& job, bool over) {
  Stream& stream = streams_[job.stream];
  if (!over) offloading_->done(job);
  if (job.request >= stream.left.size()) return;
  Time& left = stream.left[job.request];
  const Time done = over ? left : units::min(left, offloading_->estimate().job(job));
  left -= done;
  stream.left_all -= done;
}

void RequestDriver::take_cloud() {
  while (!in_cloud_.empty() && in_cloud_.begin()->first <= cpu_->time().value) {
    const Time last(in_cloud_.begin()->first);
    const InCloud answer = in_cloud_.begin()->second;
    in_cloud_.erase(in_cloud_.begin());
    Stream& stream = streams_[answer.job.stream];
    const bool dead = stream.dead;
    if (is_over(answer.job)) continue;  // the device was faster
    PlacementRecord& placement = *record(answer.job).placement;
    placement.answered = offload::Place::cloud;
    leave_to_cloud(answer.job.stream, answer.job.request);
    const auto waiting = std::find(stream.waiting.begin(), stream.waiting.end(), answer.job.request);
    if (waiting != stream.waiting.end()) stream.waiting.erase(waiting);
    if (!dead) take_tokens(answer, last);
    finish_outside(answer.job.stream, answer.job.request, dead ? RequestStatus::failed : RequestStatus::completed,
                   dead ? TAKT_STATUS_ABORTED : 0, last);
  }
}

// The first token with the first byte, the others evenly until the last one.
void RequestDriver::take_tokens(const InCloud& answer, Time last) {
  Stream& stream = streams_[answer.job.stream];
  RequestRecord& request = record(answer.job);
  request.answer_tokens = stream.lengths[answer.job.request].answer;
  request.first_token = request.answer_tokens == 1 ? last : answer.first;
  const std::uint64_t gaps = request.answer_tokens - 1;
  Time before = units::never();
  for (std::uint64_t i = 0; i <= gaps; ++i) {
    const Time at = gaps == 0 ? last : answer.first + Time(units::mul_div((last - answer.first).value, i, gaps));
    stream.tokens.answers.push_back({at, before == units::never() ? before : at - before});
    before = at;
  }
}

}  // namespace takt::platform
