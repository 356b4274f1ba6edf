// The keys of background traffic: what every kind has, and what each has of its own. The fallbacks are figures of a
// phone's chip, with mark and source as in a preset.
#include "sim/config/keys.h"

namespace takt::config {
namespace {

using peripherals::CameraConfig;
using peripherals::ConstantConfig;
using peripherals::CpuConfig;
using peripherals::DisplayConfig;
using peripherals::GpuConfig;
using peripherals::PlaybackConfig;
using peripherals::RasterConfig;
using peripherals::TrafficConfig;

constexpr Range seeds{0, 9223372036854775807};  // TOML integers are signed
constexpr Range percent{0, 100};
constexpr Range picture{1, 16384};   // pixels or lines
constexpr Range blanks{0, 4096};     // pixels or lines
constexpr Range frame_rate{1, 480};  // keeps the pixel clock below 10^12 Hz
constexpr Range access{32, 1048576};
constexpr Range rate{1, 1000000000000};
constexpr Range working_set{1, 16777216};
constexpr Range buffer{64, 67108864};

constexpr auto traffic = &TrafficSource::traffic;
constexpr auto constant = &TrafficConfig::constant;
constexpr auto display = &TrafficConfig::display;
constexpr auto camera = &TrafficConfig::camera;
constexpr auto gpu = &TrafficConfig::gpu;
constexpr auto cpu = &TrafficConfig::cpu;
constexpr auto trace = &TrafficConfig::trace;

constexpr Field common_rows[] = {
    text<&TrafficSource::port>("port", "the NoC port it comes through, its own"),
    choice<traffic, &TrafficConfig::kind>("kind", "constant|display|camera|gpu|cpu|trace",
                                          "what asks; says which of the keys below it has"),
    text<traffic, &TrafficConfig::memory>("memory", "the memory it uses"),
    number<traffic, &TrafficConfig::qos>("qos", one, {0, 7}, "priority; 7 is the highest", "0"),
    number<traffic, &TrafficConfig::seed>("seed", one, seeds, "0: drawn from the scenario's", "0"),
};

constexpr Field constant_rows[] = {
    number<traffic, constant, &ConstantConfig::bytes_per_second>("bytes_per_s", one, rate, "constant rate"),
    number<traffic, constant, &ConstantConfig::bytes_per_access>("bytes_per_access", one, access,
                                                                 "one transaction; a whole part of the working set"),
    number<traffic, constant, &ConstantConfig::buffer_ns>("buffer_ns", one, {0, 1000000000},
                                                          "latency its buffer covers; 0: none counted", "0"),
    number<traffic, constant, &ConstantConfig::working_set_bytes>("working_set_kib", kib_in_bytes, working_set,
                                                                  "addresses wrap here"),
    boolean<traffic, constant, &ConstantConfig::random>("random", "places at random; else in address order", "false"),
    number<traffic, constant, &ConstantConfig::writes_percent>("writes_percent", one, percent,
                                                               "writes, drawn at random", "0"),
};

constexpr Field display_rows[] = {
    known(
        number<traffic, display, &DisplayConfig::raster, &RasterConfig::width>("width", one, picture, "pixels", "1440"),
        "derived", "a QHD+ panel"),
    known(number<traffic, display, &DisplayConfig::raster, &RasterConfig::height>("height", one, picture, "lines",
                                                                                  "3120"),
          "derived", "a QHD+ panel"),
    known(number<traffic, display, &DisplayConfig::raster, &RasterConfig::frames_per_s>("refresh_hz", one, frame_rate,
                                                                                        "frames per second", "120"),
          "derived", "a QHD+ panel at 120 Hz"),
    known(number<traffic, display, &DisplayConfig::raster, &RasterConfig::blank_pixels>(
              "horizontal_blank_pixels", one, blanks, "pixel times without pixels, per line", "40"),
          "estimated", "blank for 3-5 % of a frame, together with the blank lines"),
    known(number<traffic, display, &DisplayConfig::raster, &RasterConfig::blank_lines>(
              "vertical_blank_lines", one, blanks, "line times without lines, per frame: the time to fill the buffer",
              "64"),
          "estimated",
          "blank for 3-5 % of a frame, more than the 35 lines of prefill in Linux drivers/gpu/drm/msm/disp/dpu1 "
          "(SM8550)"),
    known(number<traffic, display, &DisplayConfig::layers>("layers", one, {1, 16}, "each as large as the screen", "3"),
          "estimated", "application, status and navigation bars, one overlay"),
    known(number<traffic, display, &DisplayConfig::bytes_per_pixel>("bytes_per_pixel", one, {1, 16},
                                                                    "before compression", "4"),
          "derived", "RGBA, 8 bits each"),
    known(number<traffic, display, &DisplayConfig::compression_percent>("compression_percent", one, {1, 100},
                                                                        "bytes fetched per 100 bytes of pixels", "60"),
          "estimated", "frame buffer compression of user interfaces"),
    known(number<traffic, display, &DisplayConfig::buffer_bytes>(
              "buffer_bytes", one, buffer, "pixel memory of all layers, behind the decompression", "153600"),
          "recalled", "50 KiB of pixel memory per layer"),
    known(number<traffic, display, &DisplayConfig::bytes_per_access>(
              "bytes_per_access", one, access, "one transaction at most; ends with a layer's line", "4096"),
          "estimated", "16 bursts of 256 B"),
};

constexpr Field camera_rows[] = {
    known(number<traffic, camera, &CameraConfig::raster, &RasterConfig::width>("width", one, picture, "pixels", "3840"),
          "derived", "4K video"),
    known(
        number<traffic, camera, &CameraConfig::raster, &RasterConfig::height>("height", one, picture, "lines", "2160"),
        "derived", "4K video"),
    known(number<traffic, camera, &CameraConfig::raster, &RasterConfig::frames_per_s>("frames_per_s", one, frame_rate,
                                                                                      "of the sensor", "60"),
          "derived", "4K video at 60 frames/s"),
    known(number<traffic, camera, &CameraConfig::raster, &RasterConfig::blank_pixels>(
              "horizontal_blank_pixels", one, blanks, "pixel times without pixels, per line", "160"),
          "estimated", "4 % of a line"),
    known(number<traffic, camera, &CameraConfig::raster, &RasterConfig::blank_lines>(
              "vertical_blank_lines", one, blanks, "line times without lines, per frame", "90"),
          "estimated", "4 % of a frame"),
    known(
        number<traffic, camera, &CameraConfig::bits_per_pixel>("bits_per_pixel", one, {1, 64}, "of one picture", "12"),
        "derived", "4:2:0, 8 bits"),
    known(number<traffic, camera, &CameraConfig::writes_percent>(
              "writes_percent", one, {1, 10000}, "bytes written per 100 bytes of the sensor's picture", "325"),
          "derived", "noise-reduction reference, output and encoder reference written once each, preview a quarter"),
    known(number<traffic, camera, &CameraConfig::readback_percent>(
              "readback_percent", one, {0, 10000}, "bytes read back per 100 bytes of the sensor's picture", "375"),
          "derived",
          "noise-reduction reference and encoder source once, encoder reference 1.5 times, preview a quarter"),
    known(number<traffic, camera, &CameraConfig::buffer_bytes>("buffer_bytes", one, buffer,
                                                               "holds what is to be written", "49152"),
          "estimated", "20 us of 2.4 GB/s"),
    known(number<traffic, camera, &CameraConfig::bytes_per_access>("bytes_per_access", one, access,
                                                                   "one transaction; ends with a frame", "4096"),
          "estimated", "16 bursts of 256 B"),
};

constexpr Field gpu_rows[] = {
    known(number<traffic, gpu, &GpuConfig::frames_per_s>("frames_per_s", one, {1, 1000}, "pace", "60"), "estimated",
          "a casual 3D game"),
    known(number<traffic, gpu, &GpuConfig::bytes_per_second>("bytes_per_s", one, rate, "at that pace", "4000000000"),
          "estimated", "a casual 3D game; heavy ones 10-15 GB/s"),
    known(number<traffic, gpu, &GpuConfig::writes_percent>("writes_percent", one, percent,
                                                           "of the accesses: tiles written out", "30"),
          "estimated", "reads to writes 70 : 30"),
    known(number<traffic, gpu, &GpuConfig::width>("width", one, picture, "pixels", "1440"), "estimated",
          "renders at the panel's resolution"),
    known(number<traffic, gpu, &GpuConfig::height>("height", one, picture, "lines", "3120"), "estimated",
          "renders at the panel's resolution"),
    known(number<traffic, gpu, &GpuConfig::tile_pixels>("tile_pixels", one, {8, 4096}, "edge of a tile", "32"),
          "estimated", "tiles of mobile GPUs have 16 to 64 pixels, binned ones hundreds"),
    known(number<traffic, gpu, &GpuConfig::busy_percent>("busy_percent", one, {1, 100},
                                                         "of the frame time: what the arithmetic takes", "70"),
          "estimated", "bursts over 60-80 % of a frame"),
    known(number<traffic, gpu, &GpuConfig::locality_percent>("locality_percent", one, percent,
                                                             "reads that follow the one before", "75"),
          "estimated", "neighbouring pixels read neighbouring texels"),
    known(number<traffic, gpu, &GpuConfig::working_set_bytes>("working_set_kib", kib_in_bytes, working_set, "textures",
                                                              "65536"),
          "estimated", "textures of a scene"),
    known(number<traffic, gpu, &GpuConfig::outstanding_bytes>("outstanding_bytes", one, {32, 16777216}, "in flight",
                                                              "16384"),
          "estimated", "a GPU keeps enough in flight to saturate memory"),
    known(number<traffic, gpu, &GpuConfig::bytes_per_access>(
              "bytes_per_access", one, access, "one transaction; a whole part of the working set", "1024"),
          "estimated", "misses of a texture cache, joined"),
};

constexpr Field cpu_rows[] = {
    known(number<traffic, cpu, &CpuConfig::misses_per_ms>("misses_per_us", 1000, {1, 1000},
                                                          "of the last cache, while the cores do not wait", "31.25"),
          "estimated", "web browsing, 2 GB/s of lines"),
    known(number<traffic, cpu, &CpuConfig::outstanding>("outstanding", one, {1, 1024},
                                                        "misses in flight: memory-level parallelism", "64"),
          "estimated", "a single core streams 25-30 GB/s at about 140 ns"),
    known(number<traffic, cpu, &CpuConfig::line_bytes>("line_bytes", one, {32, 4096},
                                                       "one miss; a whole part of the working set", "64"),
          "published", "64 B lines (Linux drivers/soc/qcom/llcc-qcom.c)"),
    known(number<traffic, cpu, &CpuConfig::writes_percent>("writes_percent", one, percent,
                                                           "dirty lines evicted per 100 misses", "30"),
          "estimated", "one line in three is dirty"),
    known(number<traffic, cpu, &CpuConfig::streaming_percent>("streaming_percent", one, percent,
                                                              "misses for the next line, as prefetchers see", "50"),
          "estimated", "between pointer chasing and copying"),
    known(number<traffic, cpu, &CpuConfig::working_set_bytes>("working_set_kib", kib_in_bytes, working_set,
                                                              "addresses lie here", "65536"),
          "estimated", "beyond every cache"),
};

constexpr Field trace_rows[] = {
    text<traffic, trace, &PlaybackConfig::file>("file", "a memory trace; relative to the scenario's folder"),
    text<traffic, trace, &PlaybackConfig::format>("format", "as 'takt replay --format'; empty: detected", ""),
    number<traffic, trace, &PlaybackConfig::clock_hz>(
        "clock_hz", one, {0, 1000000000000}, "of its cycles, or instructions per second; 0: the trace needs none", "0"),
    number<traffic, trace, &PlaybackConfig::access_bytes>("access_bytes", one, {0, 1073741824},
                                                          "where it states none; 0: one burst of the memory", "0"),
    boolean<traffic, trace, &PlaybackConfig::late_accesses>(
        "late_accesses", "a time before that of an earlier access is no error", "false"),
    boolean<traffic, trace, &PlaybackConfig::as_fast_as_accepted>("as_fast_as_accepted", "its times are ignored",
                                                                  "false"),
    known(
        number<traffic, trace, &PlaybackConfig::outstanding>("outstanding", one, {1, 4096}, "accesses in flight", "64"),
        "estimated", "more than the multimedia masters' 32 and 40 (vendor drivers)"),
    boolean<traffic, trace, &PlaybackConfig::loop>("loop", "begins again when it is over", "false"),
    number<traffic, trace, &PlaybackConfig::start_us>("start_us", one, {0, 1000000000000}, "of the run: its time 0",
                                                      "0"),
    boolean<traffic, trace, &PlaybackConfig::own_region>(
        "own_region", "its lowest address lies in a region of its own; else its address 0 lies at `base`", "true"),
    number<traffic, trace, &PlaybackConfig::base>("base", one, seeds, "in the memory; only with `own_region = false`",
                                                  "0"),
};

constexpr struct {
  std::string_view name;
  Fields fields;
} kinds[] = {
    {"constant", table(constant_rows)}, {"display", table(display_rows)}, {"camera", table(camera_rows)},
    {"gpu", table(gpu_rows)},           {"cpu", table(cpu_rows)},         {"trace", table(trace_rows)},
};

}  // namespace

Fields traffic_fields() { return table(common_rows); }

std::vector<Fields> traffic_kind_fields(const std::string& kind) {
  std::vector<Fields> all;
  for (const auto& row : kinds) {
    if (row.name == kind) return {row.fields};
    all.push_back(row.fields);
  }
  return all;
}

}  // namespace takt::config
