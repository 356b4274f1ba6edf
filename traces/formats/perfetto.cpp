#include "traces/formats/perfetto.h"

#include <algorithm>
#include <ostream>
#include <protozero/pbf_builder.hpp>
#include <protozero/pbf_writer.hpp>
#include <stdexcept>

#include "traces/formats/perfetto_fields.h"

namespace takt::traces {
namespace {

using protozero::pbf_builder;
namespace pf = perfetto;

constexpr std::uint64_t sequence_id = 1;
constexpr std::size_t flush_bytes = 1 << 16;
constexpr std::size_t interned_names = 4096;  // names beyond are written out each time
constexpr std::uint64_t no_parent = 0;

// Annotations of events. The interned id of each is its place here + 1.
enum AnnotationName : std::uint8_t { note_text, begin_ps, end_ps, at_ps };
constexpr const char* annotation_names[] = {"note", "begin_ps", "end_ps", "at_ps"};

std::uint64_t nanoseconds_of(units::Time t) { return t.value / 1000; }
bool is_rounded(units::Time t) { return t.value % 1000 != 0; }

}  // namespace

struct PerfettoWriter::Annotation {
  AnnotationName name;
  std::uint64_t number = 0;
  std::string_view text = {};  // where not empty, instead of the number
};

PerfettoWriter::PerfettoWriter(std::ostream& out) : out_(&out) {}

PerfettoWriter::PerfettoWriter(const std::filesystem::path& file)
    : file_(std::make_unique<std::ofstream>(file, std::ios::binary | std::ios::trunc)),
      file_name_(file.string()),
      out_(file_.get()) {
  if (!*file_) throw std::runtime_error(file_name_ + ": cannot be created");
}

PerfettoWriter::~PerfettoWriter() {
  try {
    finish();
  } catch (...) {  // a destructor must not throw; callers who care have called finish()
  }
}

PerfettoWriter::Track PerfettoWriter::slice_track(std::string_view group, std::string_view name) {
  return declare(group, name, nullptr);
}

PerfettoWriter::Track PerfettoWriter::counter_track(std::string_view group, std::string_view name,
                                                    std::string_view unit) {
  return declare(group, name, &unit);
}

PerfettoWriter::Track PerfettoWriter::declare(std::string_view group, std::string_view name,
                                              const std::string_view* unit) {
  TrackState state;
  state.parent = group_uuid(group);
  state.rank = children_[state.parent]++;
  state.name = name;
  state.lanes.push_back({next_uuid_++, units::Time(0), {}});
  put_descriptor(state.lanes[0].uuid, state.parent, name, state.rank, unit);
  tracks_.push_back(std::move(state));
  return static_cast<Track>(tracks_.size() - 1);
}

std::uint64_t PerfettoWriter::group_uuid(std::string_view group) {
  const auto found = groups_.find(group);
  if (found != groups_.end()) return found->second;
  const std::uint64_t uuid = next_uuid_++;
  groups_.emplace(group, uuid);
  put_descriptor(uuid, no_parent, group, children_[no_parent]++, nullptr);
  return uuid;
}

void PerfettoWriter::put_descriptor(std::uint64_t uuid, std::uint64_t parent, std::string_view name, std::uint32_t rank,
                                    const std::string_view* unit) {
  std::string packet;
  {
    pbf_builder<pf::TracePacket> builder(packet);
    pbf_builder<pf::TrackDescriptor> track(builder, pf::TracePacket::track_descriptor);
    track.add_uint64(pf::TrackDescriptor::uuid, uuid);
    track.add_string(pf::TrackDescriptor::name, name.data(), name.size());
    if (parent != no_parent) track.add_uint64(pf::TrackDescriptor::parent_uuid, parent);
    if (unit != nullptr) {
      pbf_builder<pf::CounterDescriptor> counter(track, pf::TrackDescriptor::counter);
      counter.add_string(pf::CounterDescriptor::unit_name, unit->data(), unit->size());
    }
    track.add_enum(pf::TrackDescriptor::child_ordering, pf::child_ordering_explicit);
    track.add_int32(pf::TrackDescriptor::sibling_order_rank, static_cast<std::int32_t>(rank));
  }
  put_packet(std::move(packet));
}

// The name's interned id; zero where the table is full, and the caller writes the name itself.
std::uint64_t PerfettoWriter::name_id(std::string_view name) {
  const auto found = names_.find(name);
  if (found != names_.end()) return found->second;
  if (names_.size() >= interned_names) return 0;
  const std::uint64_t id = names_.size() + 1;
  names_.emplace(name, id);
  std::string packet;
  {
    pbf_builder<pf::TracePacket> builder(packet);
    pbf_builder<pf::InternedData> interned(builder, pf::TracePacket::interned_data);
    pbf_builder<pf::InternedString> entry(interned, pf::InternedData::event_names);
    entry.add_uint64(pf::InternedString::iid, id);
    entry.add_string(pf::InternedString::name, name.data(), name.size());
  }
  put_packet(std::move(packet));
  return id;
}

void PerfettoWriter::put_event(int type, std::uint64_t uuid, units::Time at, std::string_view name,
                               const std::vector<Annotation>& annotations, PerfettoFlow flow) {
  const std::uint64_t id = name.empty() ? 0 : name_id(name);
  std::string packet;
  {
    pbf_builder<pf::TracePacket> builder(packet);
    builder.add_uint64(pf::TracePacket::timestamp, nanoseconds_of(at));
    pbf_builder<pf::TrackEvent> event(builder, pf::TracePacket::track_event);
    for (const Annotation& annotation : annotations) {
      pbf_builder<pf::DebugAnnotation> entry(event, pf::TrackEvent::debug_annotations);
      entry.add_uint64(pf::DebugAnnotation::name_iid, std::uint64_t{annotation.name} + 1);
      if (annotation.text.empty()) {
        entry.add_uint64(pf::DebugAnnotation::uint_value, annotation.number);
      } else {
        entry.add_string(pf::DebugAnnotation::string_value, annotation.text.data(), annotation.text.size());
      }
    }
    event.add_enum(pf::TrackEvent::type, type);
    if (id != 0) {
      event.add_uint64(pf::TrackEvent::name_iid, id);
    } else if (!name.empty()) {
      event.add_string(pf::TrackEvent::name, name.data(), name.size());
    }
    event.add_uint64(pf::TrackEvent::track_uuid, uuid);
    if (flow.id != 0)
      event.add_fixed64(flow.ends ? pf::TrackEvent::terminating_flow_ids : pf::TrackEvent::flow_ids, flow.id);
  }
  put_packet(std::move(packet));
}

// Appends what every packet carries. The first one also clears the sequence's state and interns the annotation names.
void PerfettoWriter::put_packet(std::string packet) {
  if (finished_) throw std::logic_error("an event after the trace was finished");
  {
    pbf_builder<pf::TracePacket> builder(packet);
    builder.add_uint32(pf::TracePacket::trusted_packet_sequence_id, sequence_id);
    std::uint32_t flags = pf::needs_incremental_state;
    if (first_packet_) {
      flags = pf::incremental_state_cleared;
      pbf_builder<pf::InternedData> interned(builder, pf::TracePacket::interned_data);
      for (std::size_t i = 0; i < std::size(annotation_names); ++i) {
        pbf_builder<pf::InternedString> entry(interned, pf::InternedData::debug_annotation_names);
        entry.add_uint64(pf::InternedString::iid, i + 1);
        entry.add_string(pf::InternedString::name, annotation_names[i]);
      }
    }
    builder.add_uint32(pf::TracePacket::sequence_flags, flags);
    if (first_packet_) builder.add_bool(pf::TracePacket::first_packet_on_sequence, true);
  }
  first_packet_ = false;
  protozero::pbf_writer(buffer_).add_message(pf::trace_packet, packet);
  if (buffer_.size() >= flush_bytes) flush();
}

void PerfettoWriter::slice(Track track, std::string_view name, units::Time begin, units::Time end,
                           std::string_view note, PerfettoFlow flow) {
  if (end < begin) throw std::logic_error("slice `" + std::string(name) + "` ends before it begins");
  ++slices_;
  keep(track, 0, {begin, end, std::string(name), std::string(note), flow});
}

void PerfettoWriter::instant(Track track, std::string_view name, units::Time at, PerfettoFlow flow) {
  ++instants_;
  std::vector<Annotation> exact;
  if (is_rounded(at)) exact.push_back({at_ps, at.value});
  put_event(pf::type_instant, tracks_.at(track).lanes[0].uuid, at, name, exact, flow);
}

void PerfettoWriter::counter(Track track, units::Time at, double value) {
  ++counters_;
  std::string packet;
  {
    pbf_builder<pf::TracePacket> builder(packet);
    builder.add_uint64(pf::TracePacket::timestamp, nanoseconds_of(at));
    pbf_builder<pf::TrackEvent> event(builder, pf::TracePacket::track_event);
    event.add_enum(pf::TrackEvent::type, pf::type_counter);
    event.add_uint64(pf::TrackEvent::track_uuid, tracks_.at(track).lanes[0].uuid);
    event.add_double(pf::TrackEvent::double_counter_value, value);
  }
  put_packet(std::move(packet));
}

void PerfettoWriter::keep(Track track, std::size_t lane_index, Slice slice) {
  TrackState& state = tracks_.at(track);
  while (lane_index < state.lanes.size() && slice.begin < state.lanes[lane_index].written_until) ++lane_index;
  if (lane_index == state.lanes.size()) {
    state.lanes.push_back({next_uuid_++, units::Time(0), {}});
    put_descriptor(state.lanes.back().uuid, state.parent, state.name + " (" + std::to_string(lane_index + 1) + ")",
                   state.rank, nullptr);
  }
  std::vector<Slice>& kept = state.lanes[lane_index].kept;
  kept_bytes_ += slice.bytes();
  kept.push_back(std::move(slice));
  if (kept.size() < kept_slices) return;

  // Write a prefix, at most half, that no other kept slice reaches into; everything where there is none.
  std::vector<units::Time> earliest_behind(kept.size() + 1, units::never());
  for (std::size_t i = kept.size(); i-- > 0;) earliest_behind[i] = min(kept[i].begin, earliest_behind[i + 1]);
  std::size_t count = 0;
  units::Time latest_end(0);
  for (std::size_t i = 0; i < kept.size() / 2; ++i) {
    latest_end = max(latest_end, kept[i].end);
    if (latest_end <= earliest_behind[i + 1]) count = i + 1;
  }
  write_lane(track, lane_index, count == 0 ? kept.size() : count);
}

void PerfettoWriter::write_lane(Track track, std::size_t lane_index, std::size_t count) {
  Lane& lane = tracks_[track].lanes[lane_index];
  const std::uint64_t uuid = lane.uuid;
  const auto behind = lane.kept.begin() + static_cast<std::ptrdiff_t>(count);
  // The outer slice first: it arrived after those it encloses.
  std::vector<Slice> slices(std::make_move_iterator(lane.kept.begin()), std::make_move_iterator(behind));
  lane.kept.erase(lane.kept.begin(), behind);
  std::reverse(slices.begin(), slices.end());
  std::stable_sort(slices.begin(), slices.end(), [](const Slice& a, const Slice& b) {
    return a.begin != b.begin ? a.begin < b.begin : b.end < a.end;
  });
  for (const Slice& slice : slices) {
    lane.written_until = max(lane.written_until, slice.end);
    kept_bytes_ -= slice.bytes();
  }

  std::vector<const Slice*> open;
  std::vector<Slice> overlapping;
  for (Slice& slice : slices) {
    for (; !open.empty() && open.back()->end <= slice.begin; open.pop_back()) end_slice(uuid, *open.back());
    if (!open.empty() && open.back()->end < slice.end) {
      overlapping.push_back(std::move(slice));
      continue;
    }
    begin_slice(uuid, slice);
    open.push_back(&slice);
  }
  for (; !open.empty(); open.pop_back()) end_slice(uuid, *open.back());
  for (Slice& slice : overlapping) keep(track, lane_index + 1, std::move(slice));
}

void PerfettoWriter::begin_slice(std::uint64_t uuid, const Slice& slice) {
  std::vector<Annotation> annotations;
  if (!slice.note.empty()) annotations.push_back({note_text, 0, slice.note});
  if (is_rounded(slice.begin) || is_rounded(slice.end)) {
    annotations.push_back({begin_ps, slice.begin.value});
    annotations.push_back({end_ps, slice.end.value});
  }
  put_event(pf::type_slice_begin, uuid, slice.begin, slice.name.empty() ? "(unnamed)" : slice.name, annotations,
            slice.flow);
}

void PerfettoWriter::end_slice(std::uint64_t uuid, const Slice& slice) {
  put_event(pf::type_slice_end, uuid, slice.end, {}, {});
}

void PerfettoWriter::flush() {
  out_->write(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
  flushed_ += buffer_.size();
  buffer_.clear();
}

void PerfettoWriter::finish() {
  if (finished_) return;
  for (Track track = 0; track < tracks_.size(); ++track)
    for (std::size_t lane = 0; lane < tracks_[track].lanes.size(); ++lane)
      write_lane(track, lane, tracks_[track].lanes[lane].kept.size());
  flush();
  finished_ = true;
  out_->flush();
  if (!*out_) throw std::runtime_error((file_name_.empty() ? "the trace" : file_name_) + ": writing failed");
}

}  // namespace takt::traces
