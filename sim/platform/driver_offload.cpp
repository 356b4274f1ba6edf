// Prompts that may be answered in the cloud: where each goes, and what the device still has to do for those it keeps.
#include "firmware/abi/abi.h"
#include "sim/platform/driver.h"
#include "sim/platform/offloading.h"

namespace takt::platform {

using units::Time;

// What the device has not finished of requests of the same partition, in bands that are not weaker: by cost tables and
// completions, as the firmware's queues stand. With the load of the stream's model, where that is not over.
std::optional<Time> RequestDriver::device_wait(std::uint32_t s) const {
  if (streams_[s].refused) return std::nullopt;
  Time wait = units::saturating_sub(loaded(streams_[s]), cpu_->time());
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
  const Offloading::Prompt prompt = {s, stream.lengths[request], now - origin_, device_wait(s),
                                     hooks_.skin_millicelsius()};
  const PlacementRecord placement = offloading_->decide(prompt);
  stream.requests[request].placement = placement;
  if (placement.decision.place == offload::Place::device) return true;
  if (placement.decision.place == offload::Place::nowhere) {
    finish_outside(s, request, RequestStatus::failed, stream.refused ? TAKT_STATUS_NOT_ADMITTED : TAKT_STATUS_NO_SPACE,
                   now);
    return false;
  }
  const offload::Transfer transfer = offloading_->send(prompt);
  hooks_.radio(now, transfer, s, request);
  in_cloud_.emplace((now + transfer.last_byte).value, InCloud{{s, request, 0}, now + transfer.first_byte});
  return false;
}

// What the device will have to do for a request that it keeps.
void RequestDriver::expect(std::uint32_t s, std::uint32_t request) {
  Stream& stream = streams_[s];
  const ServiceEstimate& estimate = offloading_->estimate();
  const Time service = stream.conversations ? estimate.prompt(s, stream.lengths[request]) : estimate.inference(s);
  stream.left.resize(stream.requests.size());
  stream.left[request] = service;
  stream.left_all += service;
}

// A job, or what is left of a request that is over.
void RequestDriver::expect_less(const JobRef& job, bool over) {
  Stream& stream = streams_[job.stream];
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
    const bool dead = streams_[answer.job.stream].dead;
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
