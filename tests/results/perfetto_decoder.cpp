#include "tests/results/perfetto_decoder.h"

#include <algorithm>
#include <protozero/pbf_message.hpp>
#include <set>
#include <stdexcept>

#include "traces/formats/perfetto_fields.h"

namespace takt::traces {
namespace {

namespace pf = perfetto;
using protozero::data_view;
using protozero::pbf_message;

struct TrackInfo {
  std::string name;
  std::uint64_t parent = 0;
  bool counter = false;
  std::string unit;
};

struct Event {
  std::uint64_t at_ns = 0;
  int type = 0;
  std::uint64_t track = 0;
  std::string name;
  double value = 0;
  std::map<std::string, std::string> annotations;
  DecodedFlow flow;
};

class Decoder {
 public:
  DecodedTrace run(std::string_view bytes);

 private:
  void packet(data_view view);
  void descriptor(data_view view);
  void intern(data_view view);
  Event event(data_view view) const;
  std::pair<std::string, std::string> annotation(data_view view) const;
  std::string path(std::uint64_t uuid) const;
  void nest(std::uint64_t uuid, const std::vector<Event>& events);
  void follow_flows() const;

  std::map<std::uint64_t, TrackInfo> tracks_;
  std::vector<std::uint64_t> order_;
  std::map<std::uint64_t, std::string> names_, annotation_names_;
  std::vector<Event> events_;
  bool cleared_ = false;
  DecodedTrace trace_;
};

[[noreturn]] void fault(const std::string& what) { throw std::runtime_error(what); }

std::string resolve(const std::map<std::uint64_t, std::string>& table, std::uint64_t id, const char* what) {
  const auto found = table.find(id);
  if (found == table.end()) fault(std::string("no interned ") + what + " " + std::to_string(id));
  return found->second;
}

void Decoder::packet(data_view view) {
  ++trace_.packets;
  std::uint64_t timestamp = 0, sequence = 0, flags = 0;
  bool has_event = false, first = false;
  data_view event_view;
  for (pbf_message<pf::TracePacket> message(view); message.next();) {
    switch (message.tag()) {
      case pf::TracePacket::timestamp:
        timestamp = message.get_uint64();
        break;
      case pf::TracePacket::trusted_packet_sequence_id:
        sequence = message.get_uint32();
        break;
      case pf::TracePacket::sequence_flags:
        flags = message.get_uint32();
        break;
      case pf::TracePacket::first_packet_on_sequence:
        first = message.get_bool();
        break;
      case pf::TracePacket::interned_data:
        intern(message.get_view());
        break;
      case pf::TracePacket::track_descriptor:
        descriptor(message.get_view());
        break;
      case pf::TracePacket::track_event:
        event_view = message.get_view();
        has_event = true;
        break;
      default:
        fault("an unknown field of TracePacket");
    }
  }
  if (sequence == 0) fault("a packet without a sequence id");
  if (first != (trace_.packets == 1)) fault("first_packet_on_sequence on another packet than the first");
  if ((flags & pf::incremental_state_cleared) != 0) cleared_ = true;
  if (!cleared_) fault("interned ids before the state was cleared");
  if (!has_event) return;
  if ((flags & pf::needs_incremental_state) == 0) fault("an event with interned ids without flag 2");
  Event decoded = event(event_view);
  decoded.at_ns = timestamp;
  events_.push_back(decoded);
}

void Decoder::descriptor(data_view view) {
  TrackInfo info;
  std::uint64_t uuid = 0;
  for (pbf_message<pf::TrackDescriptor> message(view); message.next();) {
    switch (message.tag()) {
      case pf::TrackDescriptor::uuid:
        uuid = message.get_uint64();
        break;
      case pf::TrackDescriptor::name:
        info.name = message.get_string();
        break;
      case pf::TrackDescriptor::parent_uuid:
        info.parent = message.get_uint64();
        break;
      case pf::TrackDescriptor::counter: {
        info.counter = true;
        pbf_message<pf::CounterDescriptor> counter(message.get_view());
        while (counter.next(pf::CounterDescriptor::unit_name)) info.unit = counter.get_string();
        break;
      }
      default:
        message.skip();
    }
  }
  if (uuid == 0 || info.name.empty()) fault("a track without id or name");
  if (info.parent != 0 && tracks_.count(info.parent) == 0) fault("a track declared before its parent");
  if (!tracks_.emplace(uuid, info).second) fault("a track declared twice");
  order_.push_back(uuid);
}

void Decoder::intern(data_view view) {
  for (pbf_message<pf::InternedData> message(view); message.next();) {
    auto& table = message.tag() == pf::InternedData::event_names ? names_ : annotation_names_;
    std::uint64_t id = 0;
    std::string name;
    for (pbf_message<pf::InternedString> entry(message.get_view()); entry.next();) {
      if (entry.tag() == pf::InternedString::iid) {
        id = entry.get_uint64();
      } else {
        name = entry.get_string();
      }
    }
    if (id == 0 || name.empty()) fault("an interned entry without id or text");
    if (!table.emplace(id, name).second) fault("an interned id used twice");
  }
}

std::pair<std::string, std::string> Decoder::annotation(data_view view) const {
  std::string name, value;
  for (pbf_message<pf::DebugAnnotation> message(view); message.next();) {
    switch (message.tag()) {
      case pf::DebugAnnotation::name_iid:
        name = resolve(annotation_names_, message.get_uint64(), "annotation");
        break;
      case pf::DebugAnnotation::uint_value:
        value = std::to_string(message.get_uint64());
        break;
      case pf::DebugAnnotation::string_value:
        value = message.get_string();
        break;
      default:
        fault("an unknown field of DebugAnnotation");
    }
  }
  return {name, value};
}

Event Decoder::event(data_view view) const {
  Event decoded;
  for (pbf_message<pf::TrackEvent> message(view); message.next();) {
    switch (message.tag()) {
      case pf::TrackEvent::type:
        decoded.type = message.get_enum();
        break;
      case pf::TrackEvent::track_uuid:
        decoded.track = message.get_uint64();
        break;
      case pf::TrackEvent::name_iid:
        decoded.name = resolve(names_, message.get_uint64(), "name");
        break;
      case pf::TrackEvent::name:
        decoded.name = message.get_string();
        break;
      case pf::TrackEvent::double_counter_value:
        decoded.value = message.get_double();
        break;
      case pf::TrackEvent::debug_annotations:
        decoded.annotations.insert(annotation(message.get_view()));
        break;
      case pf::TrackEvent::flow_ids:
      case pf::TrackEvent::terminating_flow_ids:
        if (decoded.flow.id != 0) fault("an event of two flows");
        decoded.flow.ends = message.tag() == pf::TrackEvent::terminating_flow_ids;
        decoded.flow.id = message.get_fixed64();
        if (decoded.flow.id == 0) fault("a flow without an id");
        break;
      default:
        fault("an unknown field of TrackEvent");
    }
  }
  const auto track = tracks_.find(decoded.track);
  if (track == tracks_.end()) fault("an event on an undeclared track");
  if (track->second.counter != (decoded.type == pf::type_counter)) fault("a counter and a slice share a track");
  const bool needs_name = decoded.type == pf::type_slice_begin || decoded.type == pf::type_instant;
  if (needs_name && decoded.name.empty()) fault("an event without a name");
  if (!needs_name && decoded.flow.id != 0) fault("a flow at the end of a slice or at a counter");
  return decoded;
}

std::string Decoder::path(std::uint64_t uuid) const {
  const TrackInfo& info = tracks_.at(uuid);
  return info.parent == 0 ? info.name : path(info.parent) + "/" + info.name;
}

// Events of one track in the order in which trace_processor sees them: by time, then by place in the file.
void Decoder::nest(std::uint64_t uuid, const std::vector<Event>& events) {
  std::vector<std::size_t> open;
  for (const Event& e : events) {
    if (e.type == pf::type_slice_begin) {
      open.push_back(trace_.slices.size());
      const auto depth = static_cast<std::uint32_t>(open.size() - 1);
      trace_.slices.push_back({path(uuid), e.name, e.at_ns, 0, depth, e.annotations, e.flow});
    } else if (e.type == pf::type_slice_end) {
      if (open.empty()) fault("an end without a begin on " + path(uuid));
      trace_.slices[open.back()].end_ns = e.at_ns;
      open.pop_back();
    } else if (e.type == pf::type_instant) {
      trace_.instants.push_back({path(uuid), e.name, e.at_ns, 0, e.annotations, e.flow});
    } else {
      trace_.counters.push_back({path(uuid), {}, e.at_ns, e.value, {}, {}});
    }
  }
  if (!open.empty()) fault("a slice never closed on " + path(uuid));
}

// What goes on behind an end would begin another chain.
void Decoder::follow_flows() const {
  std::set<std::uint64_t> ended;
  for (const Event& e : events_) {
    if (e.flow.id == 0) continue;
    if (ended.count(e.flow.id) != 0) fault("a flow goes on behind its end: " + e.name);
    if (e.flow.ends) ended.insert(e.flow.id);
  }
}

DecodedTrace Decoder::run(std::string_view bytes) {
  for (protozero::pbf_reader file(bytes.data(), bytes.size()); file.next();) {
    if (file.tag() != pf::trace_packet) fault("an unknown field of Trace");
    packet(file.get_view());
  }
  std::stable_sort(events_.begin(), events_.end(), [](const Event& a, const Event& b) { return a.at_ns < b.at_ns; });
  follow_flows();
  std::map<std::uint64_t, std::vector<Event>> by_track;
  for (const Event& e : events_) by_track[e.track].push_back(e);
  for (const std::uint64_t uuid : order_) {
    const TrackInfo& info = tracks_.at(uuid);
    if (info.parent == 0) continue;
    trace_.tracks.push_back(path(uuid));
    if (info.counter) trace_.units[path(uuid)] = info.unit;
    nest(uuid, by_track[uuid]);
  }
  return std::move(trace_);
}

}  // namespace

DecodedTrace decode_trace(std::string_view bytes) { return Decoder().run(bytes); }

}  // namespace takt::traces
