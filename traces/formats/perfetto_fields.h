// Field numbers and values of Perfetto's messages, from protos/perfetto/trace/ of google/perfetto:
// trace_packet.proto, track_event/{track_event,track_descriptor,counter_descriptor,debug_annotation}.proto,
// interned_data/interned_data.proto.
#pragma once

#include <cstdint>
#include <protozero/types.hpp>

namespace takt::traces::perfetto {

constexpr protozero::pbf_tag_type trace_packet = 1;  // Trace.packet

enum class TracePacket : protozero::pbf_tag_type {
  timestamp = 8,
  trusted_packet_sequence_id = 10,
  track_event = 11,
  interned_data = 12,
  sequence_flags = 13,
  track_descriptor = 60,
  first_packet_on_sequence = 87,
};

enum class TrackDescriptor : protozero::pbf_tag_type {
  uuid = 1,
  name = 2,
  parent_uuid = 5,
  counter = 8,
  child_ordering = 11,
  sibling_order_rank = 12,
};

enum class CounterDescriptor : protozero::pbf_tag_type { unit_name = 6 };

enum class TrackEvent : protozero::pbf_tag_type {
  debug_annotations = 4,
  type = 9,
  name_iid = 10,
  track_uuid = 11,
  name = 23,
  double_counter_value = 44,
  flow_ids = 47,
  terminating_flow_ids = 48,
};

enum class DebugAnnotation : protozero::pbf_tag_type { name_iid = 1, uint_value = 3, string_value = 6 };

enum class InternedData : protozero::pbf_tag_type { event_names = 2, debug_annotation_names = 3 };

enum class InternedString : protozero::pbf_tag_type { iid = 1, name = 2 };

// TracePacket.SequenceFlags
constexpr std::uint32_t incremental_state_cleared = 1;
constexpr std::uint32_t needs_incremental_state = 2;

// TrackEvent.Type
constexpr int type_slice_begin = 1;
constexpr int type_slice_end = 2;
constexpr int type_instant = 3;
constexpr int type_counter = 4;

// TrackDescriptor.ChildTracksOrdering
constexpr int child_ordering_explicit = 3;

}  // namespace takt::traces::perfetto
