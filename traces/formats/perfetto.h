// Writes a Perfetto trace of TrackEvent packets (protos/perfetto/trace/track_event/*.proto of google/perfetto).
//
// Perfetto's resolution is one nanosecond: timestamps are rounded down, and the exact picoseconds stand in annotations
// (begin_ps, end_ps, at_ps) where they differ. Metrics are never computed from a trace.
//
// Slices of one Perfetto track must nest, and a file states begin and end separately, in that order. Slices arrive
// here when they end, an inner one before the outer one, so a track keeps its latest slices until it can order them.
// A slice that overlaps another without nesting, or that encloses more than the track keeps, goes to a lane of its
// own: a further track "name (2)". Every file is therefore valid, whatever arrives.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iosfwd>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "models/units/quantity.h"

namespace takt::traces {

// A chain of arrows that passes an event, or ends there. id 0: none.
struct PerfettoFlow {
  std::uint64_t id = 0;
  bool ends = false;
};

class PerfettoWriter {
 public:
  using Track = std::uint32_t;

  // `out` must outlive the writer.
  explicit PerfettoWriter(std::ostream& out);
  // Throws std::runtime_error where the file cannot be created.
  explicit PerfettoWriter(const std::filesystem::path& file);
  // Finishes; a failure to write is lost here, so call finish() first.
  ~PerfettoWriter();
  PerfettoWriter(const PerfettoWriter&) = delete;
  PerfettoWriter& operator=(const PerfettoWriter&) = delete;

  // Groups and the tracks inside them are shown in the order in which they are declared.
  Track slice_track(std::string_view group, std::string_view name);
  Track counter_track(std::string_view group, std::string_view name, std::string_view unit);

  // begin <= end. `note` may be empty.
  void slice(Track track, std::string_view name, units::Time begin, units::Time end, std::string_view note = {},
             PerfettoFlow flow = {});
  void instant(Track track, std::string_view name, units::Time at, PerfettoFlow flow = {});
  void counter(Track track, units::Time at, double value);

  // Writes what is still kept. Nothing may follow. Throws std::runtime_error where the stream has failed.
  void finish();

  // Of the file if it were finished now, at most.
  std::uint64_t bytes() const { return flushed_ + buffer_.size() + kept_bytes_; }
  std::uint64_t slices() const { return slices_; }
  std::uint64_t instants() const { return instants_; }
  std::uint64_t counters() const { return counters_; }

  // Slices a lane keeps before it writes them.
  static constexpr std::size_t kept_slices = 4096;

 private:
  struct Slice {
    units::Time begin, end;
    std::string name;
    std::string note;
    PerfettoFlow flow;

    std::size_t bytes() const { return 250 + 2 * name.size() + note.size(); }  // written, at most
  };
  // One Perfetto track. Slices that begin before `written_until` come too late for it.
  struct Lane {
    std::uint64_t uuid = 0;
    units::Time written_until;
    std::vector<Slice> kept;
  };
  struct TrackState {
    std::uint64_t parent = 0;
    std::uint32_t rank = 0;
    std::string name;
    std::vector<Lane> lanes;  // the first is the track itself
  };
  struct Annotation;

  Track declare(std::string_view group, std::string_view name, const std::string_view* unit);
  std::uint64_t group_uuid(std::string_view group);
  void put_descriptor(std::uint64_t uuid, std::uint64_t parent, std::string_view name, std::uint32_t rank,
                      const std::string_view* unit);
  void put_event(int type, std::uint64_t uuid, units::Time at, std::string_view name,
                 const std::vector<Annotation>& annotations, PerfettoFlow flow = {});
  void put_packet(std::string packet);
  std::uint64_t name_id(std::string_view name);
  void keep(Track track, std::size_t lane_index, Slice slice);
  void write_lane(Track track, std::size_t lane_index, std::size_t count);
  void begin_slice(std::uint64_t uuid, const Slice& slice);
  void end_slice(std::uint64_t uuid, const Slice& slice);
  void flush();

  std::unique_ptr<std::ofstream> file_;
  std::string file_name_;
  std::ostream* out_;
  std::string buffer_;
  std::uint64_t flushed_ = 0, kept_bytes_ = 0;
  bool first_packet_ = true;
  bool finished_ = false;
  std::uint64_t next_uuid_ = 1;
  std::map<std::string, std::uint64_t, std::less<>> groups_;
  std::map<std::uint64_t, std::uint32_t> children_;  // of each parent: the rank of the next one
  std::map<std::string, std::uint64_t, std::less<>> names_;
  std::vector<TrackState> tracks_;
  std::uint64_t slices_ = 0, instants_ = 0, counters_ = 0;
};

}  // namespace takt::traces
