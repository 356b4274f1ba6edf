#include "sim/platform/trace_feed.h"

#include <algorithm>

#include "sim/platform/vector_address.h"
#include "traces/formats/memory/reader.h"

namespace takt::platform {
namespace {

using peripherals::Access;
using traces::MemoryAccess;
using traces::TraceTiming;
using units::Time;

constexpr Time too_late(std::uint64_t{1} << 63);
constexpr std::uint64_t page = 4096;

std::unique_ptr<traces::MemoryTraceReader> open(const peripherals::PlaybackConfig& trace, const dram::Config& memory) {
  traces::MemoryTraceOptions options;
  options.format = trace.format;
  options.clock_hz = trace.clock_hz;
  options.memory_clock_hz = memory.clock_hz;
  options.late_accesses = trace.late_accesses;
  options.access_bytes = trace.access_bytes == 0 ? memory.burst_bytes : trace.access_bytes;
  return traces::open_memory_trace(trace.path, options);
}

// Behind the last byte.
std::uint64_t end_of(const MemoryAccess& access, std::uint64_t address) {
  return address + (access.rows - 1) * (access.rows > 1 ? access.stride : 0) + access.bytes;
}

}  // namespace

class TraceFeed::Reader {
 public:
  Reader(const config::TrafficSource& source, const config::SocConfig& soc)
      : config_(source.traffic.trace),
        memory_config_(config::find_memory(soc, source.traffic.memory)->dram),
        reader_(open(config_, memory_config_)),
        timing_(config_.as_fast_as_accepted ? TraceTiming::as_accepted : reader_->timing()) {
    if (timing_ == TraceTiming::after_instructions && config_.clock_hz == 0)
      throw traces::MemoryTraceError({reader_->file()}, "times as counts of instructions and no rate of them",
                                     "how many a second the core executes (clock_hz), or as_fast_as_accepted");
  }

  TraceTiming timing() const { return timing_; }
  bool next(MemoryAccess& access, Time& time);
  // Throws where the access does not lie in the memory, its addresses beginning at `base`.
  void require_room(const MemoryAccess& access, std::uint64_t base);
  void require_inside(const MemoryAccess& access, const TraceExtent& extent) const;

 private:
  // Addresses of vectors and ECC are the memory's matter; most traces need none.
  const dram::Memory& memory() {
    if (memory_ == nullptr) memory_ = std::make_unique<dram::Memory>(memory_config_, dram::Fidelity::fast, ledger_);
    return *memory_;
  }
  Time after_instructions(std::uint64_t instructions);

  const peripherals::PlaybackConfig config_;
  const dram::Config memory_config_;
  const std::unique_ptr<traces::MemoryTraceReader> reader_;
  const TraceTiming timing_;
  base::Ledger ledger_;
  std::unique_ptr<dram::Memory> memory_;
  std::uint64_t carry_ = 0;  // of the division by the rate, so that rounding does not drift
};

Time TraceFeed::Reader::after_instructions(std::uint64_t instructions) {
  const unsigned __int128 scaled =
      static_cast<unsigned __int128>(instructions) * units::picoseconds_per_second + carry_;
  carry_ = static_cast<std::uint64_t>(scaled % config_.clock_hz);
  const unsigned __int128 ps = scaled / config_.clock_hz;
  return ps >= too_late.value ? too_late : Time(static_cast<std::uint64_t>(ps));
}

bool TraceFeed::Reader::next(MemoryAccess& access, Time& time) {
  if (!reader_->next(access)) return false;
  if (access.vector.levels != 0) access.address = address_of_vector(memory(), *reader_, access);
  time = timing_ == TraceTiming::after_instructions ? after_instructions(access.instructions) : access.time;
  if (timing_ == TraceTiming::as_accepted) time = Time(0);
  if (time >= too_late) throw reader_->error(access, "a time of more than 106 days", "a time below 2^63 ps");
  return true;
}

void TraceFeed::Reader::require_room(const MemoryAccess& access, std::uint64_t base) {
  const std::uint64_t room =
      memory_config_.ecc == dram::Ecc::none ? memory_config_.capacity_bytes : memory().usable_bytes();
  const std::uint64_t last = end_of(access, access.address) - 1;
  if (base < room && last < room - base) return;
  throw reader_->error(access, "a last byte at address " + std::to_string(last),
                       "addresses below " + std::to_string(base < room ? room - base : 0) + ": " + memory_config_.name +
                           " holds " + std::to_string(room) + " bytes and the trace begins at " + std::to_string(base));
}

void TraceFeed::Reader::require_inside(const MemoryAccess& access, const TraceExtent& extent) const {
  if (access.address >= extent.begin && end_of(access, access.address) <= extent.end) return;
  throw reader_->error(access, "an address that was not there before the run",
                       "a file that does not change while it is played");
}

TraceExtent TraceFeed::scan(const config::TrafficSource& source, const config::SocConfig& soc) {
  Reader reader(source, soc);
  const peripherals::PlaybackConfig& config = source.traffic.trace;
  TraceExtent extent{~std::uint64_t{0}, 0};
  MemoryAccess access;
  Time time;
  while (reader.next(access, time)) {
    if (!config.own_region) reader.require_room(access, config.base);
    extent.begin = std::min(extent.begin, access.address);
    extent.end = std::max(extent.end, end_of(access, access.address));
  }
  extent.begin -= extent.begin % page;
  return extent;
}

std::vector<TraceExtent> scan_traces(const config::ScenarioConfig& scenario) {
  std::vector<TraceExtent> extents;
  for (const config::TrafficSource& source : scenario.traffic)
    extents.push_back(source.traffic.kind == "trace" ? TraceFeed::scan(source, scenario.soc) : TraceExtent());
  return extents;
}

TraceFeed::TraceFeed(const config::TrafficSource& source, const config::SocConfig& soc, TraceExtent extent,
                     std::function<void()> on_fault)
    : source_(source),
      soc_(soc),
      extent_(extent),
      origin_(source.traffic.trace.own_region ? extent.begin : 0),
      on_fault_(std::move(on_fault)),
      reader_(std::make_unique<Reader>(source, soc)) {}
TraceFeed::~TraceFeed() = default;

TraceFeed::Timing TraceFeed::timing() const {
  switch (reader_->timing()) {
    case TraceTiming::absolute:
      return Timing::absolute;
    case TraceTiming::after_previous:
      return Timing::after_end;
    case TraceTiming::after_instructions:
      return Timing::after_previous;
    case TraceTiming::as_accepted:
      break;
  }
  return Timing::as_accepted;
}

// Processes of the simulation must not throw: the fault is kept, and the list ends.
template <class Work>
bool TraceFeed::guarded(const Work& work) {
  if (fault_ != nullptr) return false;
  try {
    return work();
  } catch (...) {
    fault_ = std::current_exception();
    on_fault_();
    return false;
  }
}

bool TraceFeed::next(Access& access, Time& time) {
  return guarded([&] {
    MemoryAccess read;
    if (!reader_->next(read, time)) return false;
    reader_->require_inside(read, extent_);
    access = {};
    access.address = read.address - origin_;
    access.bytes = read.bytes;
    access.rows = read.rows;
    access.stride = read.stride;
    access.write = read.write;
    access.qos = read.qos;
    return true;
  });
}

bool TraceFeed::rewind() {
  return guarded([&] {
    reader_ = std::make_unique<Reader>(source_, soc_);
    return true;
  });
}

void TraceFeed::rethrow() const {
  if (fault_ != nullptr) std::rethrow_exception(fault_);
}

}  // namespace takt::platform
