#include "sim/platform/span_recorder.h"

namespace takt::platform {
namespace {

template <class T>
std::vector<T> difference(const std::vector<T>& to, const std::vector<T>& from) {
  std::vector<T> list(to.size());
  for (std::size_t i = 0; i < to.size(); ++i) list[i] = to[i] - from[i];
  return list;
}

template <class T>
void add(std::vector<T>& to, const std::vector<T>& more) {
  for (std::size_t i = 0; i < to.size(); ++i) to[i] += more[i];
}

}  // namespace

SpanRecorder::Counts SpanRecorder::look(units::Time at) const {
  Counts counts;
  counts.at = at;
  counts.moved = meter_.look();
  counts.components = soc_.power.energies(at);
  return counts;
}

void SpanRecorder::advance(units::Time at) {
  if (!begun() || at == last_.at || ++looks_ < per_span_) return;
  close(at);
  if (spans_.size() == most) halve();
}

void SpanRecorder::end(units::Time at) {
  if (begun() && at != last_.at) close(at);
}

void SpanRecorder::close(units::Time at) {
  looks_ = 0;
  Counts now = look(at);
  spans_.push_back({last_.at, at, difference(now.moved.ports, last_.moved.ports),
                    difference(now.moved.memories, last_.moved.memories),
                    difference(now.components, last_.components)});
  last_ = std::move(now);
}

void SpanRecorder::halve() {
  for (std::size_t i = 0; i < most / 2; ++i) {
    SpanRecord& first = spans_[2 * i];
    const SpanRecord& second = spans_[2 * i + 1];
    first.end = second.end;
    add(first.ports, second.ports);
    add(first.memories, second.memories);
    add(first.components, second.components);
    if (i != 0) spans_[i] = std::move(first);
  }
  spans_.resize(most / 2);
  per_span_ *= 2;
}

SpansRecord SpanRecorder::record() const {
  SpansRecord record;
  for (const noc::InitiatorPort& port : soc_.noc_config.initiators) record.ports.push_back(port.name);
  if (begun()) record.components = soc_.power.names();
  record.spans = spans_;
  return record;
}

}  // namespace takt::platform
