#include <set>

#include "sim/config/blame.h"
#include "sim/config/check.h"
#include "sim/config/suggest.h"

namespace takt::config {
namespace {

using peripherals::TrafficConfig;

void check_constant(const TrafficConfig& t, const Blame& blame) {
  blame.require(t.constant.working_set_bytes % t.constant.bytes_per_access == 0, "bytes_per_access",
                text(t.constant.bytes_per_access), "a whole part of working_set_kib");
}

void check_display(const TrafficConfig& t, const Blame& blame) {
  const peripherals::DisplayConfig& d = t.display;
  blame.require(layer_line_bytes(d) > 0, "width", text(d.raster.width), "lines of at least one byte");
  blame.require(fetched_buffer_bytes(d) >= display_piece_bytes(d), "buffer_bytes",
                text(d.buffer_bytes) + ", " + text(fetched_buffer_bytes(d)) + " bytes before decompression",
                "room for one access of " + text(display_piece_bytes(d)) + " bytes");
}

void check_camera(const TrafficConfig& t, const Blame& blame) {
  const peripherals::CameraConfig& c = t.camera;
  blame.require(camera_line_bytes(c, c.writes_percent) > 0, "writes_percent", text(c.writes_percent),
                "lines of at least one byte");
  blame.require(c.buffer_bytes >= c.bytes_per_access, "buffer_bytes", text(c.buffer_bytes),
                "room for one access of " + text(c.bytes_per_access) + " bytes");
}

void check_gpu(const TrafficConfig& t, const Blame& blame) {
  const peripherals::GpuConfig& g = t.gpu;
  blame.require(gpu_accesses(g) > 0, "bytes_per_s", text(g.bytes_per_second), "an access per frame");
  blame.require(g.working_set_bytes % g.bytes_per_access == 0, "bytes_per_access", text(g.bytes_per_access),
                "a whole part of working_set_kib");
  blame.require(g.outstanding_bytes >= g.bytes_per_access, "outstanding_bytes", text(g.outstanding_bytes),
                "at least bytes_per_access = " + text(g.bytes_per_access));
}

void check_cpu(const TrafficConfig& t, const Blame& blame) {
  blame.require(t.cpu.working_set_bytes % t.cpu.line_bytes == 0, "line_bytes", text(t.cpu.line_bytes),
                "a whole part of working_set_kib");
}

void check_trace(const TrafficConfig& t, const Blame& blame) {
  blame.require(!t.trace.file.empty(), "file", "nothing", "a memory trace");
  blame.require(!t.trace.own_region || t.trace.base == 0, "base", text(t.trace.base), "none with own_region = true");
}

constexpr struct {
  const char* kind;
  const char* size_key;  // what to make smaller where the memory is too small
  void (*check)(const TrafficConfig&, const Blame&);
} kinds[] = {
    {"constant", "working_set_kib", check_constant},
    {"display", "height", check_display},
    {"camera", "height", check_camera},
    {"gpu", "working_set_kib", check_gpu},
    {"cpu", "working_set_kib", check_cpu},
    {"trace", "file", check_trace},
};

void check_source(const TrafficConfig& t, std::uint64_t capacity, const Blame& blame) {
  for (const auto& kind : kinds) {
    if (t.kind != kind.kind) continue;
    kind.check(t, blame);
    blame.require(region_bytes(t) <= capacity, kind.size_key,
                  text(region_bytes(t)) + " bytes, more than the memory holds,", "at most its capacity");
  }
}

}  // namespace

void check_traffic(const ScenarioConfig& scenario, const Layers& layers) {
  std::set<std::string> used(std::begin(own_ports), std::end(own_ports));
  if (reads_storage(scenario)) {
    used.insert(storage_port);
    if (find_port(scenario.soc, storage_port) == nullptr)
      throw ConfigError(layers.missing_place(Owner::soc, "noc"), "no port 'noc.port.storage'",
                        "one through which what is read from storage comes to memory");
  }
  std::vector<std::string> names;
  for (const noc::InitiatorPort& port : scenario.soc.noc.initiators) names.push_back(port.name);
  for (const TrafficSource& source : scenario.traffic) {
    const Blame blame(layers, "traffic." + source.traffic.name);
    const std::string near = nearest(source.port, names);
    blame.require(find_port(scenario.soc, source.port) != nullptr, "port", "no NoC port \"" + source.port + "\"",
                  "a port of the SoC" + (near.empty() ? "" : " (nearest '" + near + "')"));
    blame.require(used.insert(source.port).second, "port", "port \"" + source.port + "\", in use already",
                  "a port for each source");
    require_memory(scenario.soc, source.traffic.memory, "memory", blame);
    check_source(source.traffic, find_memory(scenario.soc, source.traffic.memory)->dram.capacity_bytes, blame);
  }
}

}  // namespace takt::config
