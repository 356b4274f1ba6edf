#include "sim/platform/path_recorder.h"

#include <algorithm>

#include "firmware/abi/command.h"
#include "sim/config/partitions.h"

namespace takt::platform {

using npu::JobEvent;
using units::Time;

namespace {

using Intervals = std::vector<Interval>;

// Intervals come in the order of their ends.
void add(Intervals& list, Time begin, Time end) {
  if (begin >= end) return;
  while (!list.empty() && list.back().end >= begin) {
    begin = units::min(begin, list.back().begin);
    list.pop_back();
  }
  list.push_back({begin, end});
}

Intervals united(const Intervals& a, const Intervals& b) {
  Intervals all(a.size() + b.size());
  std::merge(a.begin(), a.end(), b.begin(), b.end(), all.begin(),
             [](const Interval& x, const Interval& y) { return x.begin < y.begin; });
  Intervals list;
  for (const Interval& each : all)
    if (!list.empty() && list.back().end >= each.begin)
      list.back().end = units::max(list.back().end, each.end);
    else
      list.push_back(each);
  return list;
}

// Of the time within [from, to).
Time length(const Intervals& list, Time from, Time to) {
  Time sum;
  for (const Interval& each : list)
    sum += units::saturating_sub(units::min(each.end, to), units::max(each.begin, from));
  return sum;
}

}  // namespace

PathRecorder::PathRecorder(const config::ScenarioConfig& scenario)
    : scenario_(scenario),
      active_(scenario.streams.size()),
      holder_(config::partitions_of(scenario).size(), nobody),
      paths_(scenario.streams.size()) {}

PathRecorder::Active& PathRecorder::active(const JobRef& job, Time asked) {
  const auto [found, fresh] = active_[job.stream].try_emplace(job.request);
  if (fresh) found->second.since = asked;
  return found->second;
}

void PathRecorder::decide(const char* what, const JobRef& job, Time at) {
  decisions_.push_back({at, what, job.stream, job.request, job.step});
}

void PathRecorder::settle(std::uint32_t stream, Active& active, Time at) {
  if (active.state == State::running) return settle_stay(active, at);
  const Time length = units::saturating_sub(at, active.since);
  active.since = units::max(at, active.since);
  PathRecord& path = active.path;
  switch (active.state) {
    case State::driver:
      path[PathPart::driver] += length;
      break;
    case State::queued: {
      const std::uint32_t holder = holder_[scenario_.streams[stream].partition];
      path[holder == nobody ? PathPart::firmware : holder == stream ? PathPart::own : PathPart::others] += length;
      if (holder != nobody && holder != stream && length.value != 0) path.blockers[holder] += length;
      break;
    }
    case State::fetching:
      path[PathPart::front_end] += length;
      break;
    case State::saving:
    case State::restoring:
      path[PathPart::change] += length;
      break;
    default:
      path[PathPart::answer] += length;
  }
}

void PathRecorder::settle_stay(Active& active, Time at) {
  constexpr PathPart parts[doings] = {PathPart::tensor, PathPart::vector, PathPart::overhead, PathPart::dma_in,
                                      PathPart::dma_out};
  const auto earlier = [](const Interval& a, const Interval& b) { return a.begin < b.begin; };
  std::sort(active.stay[overhead].begin(), active.stay[overhead].end(), earlier);
  Intervals covered;
  Time before;
  for (std::size_t i = 0; i < doings; ++i) {
    covered = united(covered, active.stay[i]);
    active.stay[i].clear();
    const Time now = length(covered, active.since, at);
    active.path[parts[i]] += now - before;
    before = now;
  }
  active.path[PathPart::front_end] += units::saturating_sub(at, active.since) - before;
  active.since = units::max(at, active.since);
}

void PathRecorder::settle_waiting(std::uint32_t partition, Time at) {
  for (std::uint32_t s = 0; s < active_.size(); ++s) {
    if (scenario_.streams[s].partition != partition) continue;
    for (auto& [request, active] : active_[s])
      if (active.state == State::queued) settle(s, active, at);
  }
}

void PathRecorder::on_submit(const JobRef& job, Time asked, Time at) {
  Active& request = active(job, asked);
  settle(job.stream, request, at);
  request.state = State::queued;
}

void PathRecorder::on_operator(const JobRef& job, Time asked, Time begin, Time end) {
  Active& request = active(job, asked);
  settle(job.stream, request, begin);
  request.path[PathPart::operators] += units::saturating_sub(end, request.since);
  request.since = units::max(end, request.since);
  request.state = State::answering;
}

void PathRecorder::on_storage(const JobRef& job, Time asked, Time begin, Time end) {
  Active& request = active(job, asked);
  settle(job.stream, request, begin);
  request.path[PathPart::storage] += units::saturating_sub(end, request.since);
  request.since = units::max(end, request.since);
}

void PathRecorder::on_command(const JobRef& job, const npu::CommandRecord& record) {
  const auto found = active_[job.stream].find(job.request);
  if (found == active_[job.stream].end()) return;
  constexpr Doing of_engine[TAKT_ENGINE_COUNT] = {dma_in, dma_out, tensor, vector};
  std::array<Intervals, doings>& stay = found->second.stay;
  add(stay[of_engine[record.engine]], record.work, record.end);
  // Told when the work is over, so not in the order of their ends.
  if (record.work != record.begin) stay[overhead].push_back({record.begin, record.work});
}

void PathRecorder::on_job(const JobRef& job, JobEvent event, Time at) {
  const std::uint32_t partition = scenario_.streams[job.stream].partition;
  const auto found = active_[job.stream].find(job.request);
  if (found == active_[job.stream].end()) return;
  Active& request = found->second;
  const auto enter = [&](State state) {
    settle(job.stream, request, at);
    request.state = state;
  };
  const auto give = [&](std::uint32_t holder) {
    settle_waiting(partition, at);
    holder_[partition] = holder;
  };
  switch (event) {
    case JobEvent::started:
      decide(request.preempted ? "resume" : "start", job, at);
      give(job.stream);
      enter(request.preempted ? State::restoring : State::fetching);
      request.preempted = false;
      break;
    case JobEvent::first_command:
      if (request.state == State::fetching) enter(State::running);
      break;
    case JobEvent::resumed:
      enter(State::running);
      break;
    case JobEvent::preempt_requested:
      decide("preempt", job, at);
      break;
    case JobEvent::quiesced:
      enter(State::saving);
      break;
    case JobEvent::preempted:
      enter(State::queued);
      request.preempted = true;
      give(nobody);
      break;
    case JobEvent::aborted:  // it may begin again
      decide("abort", job, at);
      enter(State::queued);
      give(nobody);
      break;
    case JobEvent::done:
    case JobEvent::faulted:
      enter(State::answering);
      give(nobody);
      break;
  }
}

void PathRecorder::on_request(std::uint32_t stream, std::uint32_t request, const RequestRecord& record) {
  if (record.finished == units::never() || record.offloaded()) return;
  const JobRef job{stream, request, 0};
  Active& ended = active(job, record.submitted);
  if (ended.state == State::queued) ended.state = State::answering;
  settle(stream, ended, record.finished);
  std::vector<PathRecord>& paths = paths_[stream];
  if (request >= paths.size()) paths.resize(request + 1);
  paths[request] = std::move(ended.path);
  active_[stream].erase(request);
}

std::vector<PathRecord> PathRecorder::paths(std::size_t stream, std::size_t requests) const {
  std::vector<PathRecord> paths = paths_[stream];
  paths.resize(requests);
  return paths;
}

}  // namespace takt::platform
