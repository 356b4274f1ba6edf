// Parameters of timer, watchdog, storage and background traffic.
#pragma once

#include <cstdint>
#include <string>

namespace takt::peripherals {

struct TimerConfig {
  std::uint64_t clock_hz = 0;            // of mtime; no DVFS
};

// Hot from the trip until `hysteresis_k` below it.
struct SensorConfig {
  std::uint32_t trip_c = 0;
  std::uint32_t hysteresis_k = 0;        // at most trip_c
  std::uint32_t period_us = 0;           // from sample to sample
};

// Flash, and the host controller before it.
struct StorageConfig {
  std::uint64_t read_bytes_per_s = 0;    // above 0
  std::uint64_t latency_us = 0;          // of a read, until its first byte
  std::uint64_t read_byte_aj = 0;        // attojoules, of both
};

// Ranges are inclusive and those of the keys (sim/config/traffic_keys.cpp), which also have the fallbacks and their
// sources.

// Lines of pixels at a constant rate; blanks are times without data.
struct RasterConfig {
  std::uint32_t width = 0;               // pixels, 1 .. 16384
  std::uint32_t height = 0;              // lines, 1 .. 16384
  std::uint32_t blank_pixels = 0;        // pixel times behind each line, 0 .. 4096
  std::uint32_t blank_lines = 0;         // line times before the first line of a frame, 0 .. 4096
  std::uint32_t frames_per_s = 0;        // 1 .. 480
};

// Equal accesses at a constant rate, whatever the memory does.
struct ConstantConfig {
  std::uint64_t bytes_per_second = 0;    // 1 .. 10^12
  std::uint32_t bytes_per_access = 0;    // 32 .. 2^20, divides working_set_bytes
  std::uint64_t buffer_ns = 0;           // tolerated latency, 0 .. 10^9; 0: none counted
  std::uint64_t working_set_bytes = 0;   // addresses wrap here; 1 KiB .. 16 TiB
  bool random = false;                   // places; else in address order
  std::uint32_t writes_percent = 0;      // of the accesses, 0 .. 100
};

struct DisplayConfig {
  RasterConfig raster;
  std::uint32_t layers = 0;              // each as large as the screen; 1 .. 16
  std::uint32_t bytes_per_pixel = 0;     // 1 .. 16
  std::uint32_t compression_percent = 0; // bytes fetched per 100 bytes of pixels, 1 .. 100
  std::uint64_t buffer_bytes = 0;        // of pixels, as shown: behind the decompression; of all layers; 64 .. 2^26
  std::uint32_t bytes_per_access = 0;    // at most; 32 .. 2^20
};

struct CameraConfig {
  RasterConfig raster;
  std::uint32_t bits_per_pixel = 0;      // 1 .. 64
  std::uint32_t writes_percent = 0;      // of the sensor's bytes: every picture that the pipeline writes; 1 .. 10^4
  std::uint32_t readback_percent = 0;    // of the sensor's bytes: what pipeline and encoder read; 0 .. 10^4
  std::uint64_t buffer_bytes = 0;        // of written bytes that no write has taken away yet; 64 .. 2^26
  std::uint32_t bytes_per_access = 0;    // at most; 32 .. 2^20 and buffer_bytes
};

struct GpuConfig {
  std::uint32_t frames_per_s = 0;        // 1 .. 1000
  std::uint64_t bytes_per_second = 0;    // at that frame rate, 1 .. 10^12; a frame has whole accesses, rounded down
  std::uint32_t writes_percent = 0;      // of the accesses: tiles written out; 0 .. 100
  std::uint32_t width = 0;               // pixels, 1 .. 16384
  std::uint32_t height = 0;              // pixels, 1 .. 16384
  std::uint32_t tile_pixels = 0;         // edge of a tile, 8 .. 4096
  std::uint32_t busy_percent = 0;        // of the frame time, 1 .. 100; the least that a frame takes
  std::uint32_t locality_percent = 0;    // of the reads: next to the one before; 0 .. 100
  std::uint64_t working_set_bytes = 0;   // textures; 1 KiB .. 16 TiB
  std::uint64_t outstanding_bytes = 0;   // in flight, bytes_per_access .. 2^24
  std::uint32_t bytes_per_access = 0;    // 32 .. 2^20, divides working_set_bytes
};

struct CpuConfig {
  std::uint64_t misses_per_ms = 0;       // while the cores do not wait; 1000 .. 10^6
  std::uint32_t outstanding = 0;         // misses in flight, 1 .. 1024
  std::uint32_t line_bytes = 0;          // 32 .. 4096, divides working_set_bytes
  std::uint32_t writes_percent = 0;      // dirty lines evicted per 100 misses, 0 .. 100
  std::uint32_t streaming_percent = 0;   // of the misses: the next line of a stream, else any line; 0 .. 100
  std::uint64_t working_set_bytes = 0;   // 1 KiB .. 16 TiB
};

struct PlaybackConfig {
  std::string file;                      // as written
  std::string path;                      // relative ones resolved against the scenario's folder
  std::string format;                    // empty: detected
  std::uint64_t clock_hz = 0;            // of the trace's cycles, or instructions a second; 0: none given; .. 10^12
  std::uint32_t access_bytes = 0;        // where the trace states none; 0: a burst of the memory; .. 2^30
  bool late_accesses = false;            // an earlier cycle behind a later one is no error
  bool as_fast_as_accepted = false;      // times are ignored
  std::uint32_t outstanding = 0;         // accesses in flight, 1 .. 4096
  bool loop = false;
  std::uint64_t start_us = 0;            // of the run: the trace's time 0; .. 10^12
  bool own_region = true;                // else at `base`
  std::uint64_t base = 0;                // where the trace's address 0 lies, from the memory's first byte
};

// A background initiator. `kind` chooses which of the parameters below count.
struct TrafficConfig {
  std::string name;
  std::string kind;                      // "constant", "display", "camera", "gpu", "cpu", "trace"
  std::string memory;                    // name of the SoC's memory it uses
  std::uint8_t qos = 0;                  // 0 (weakest) .. 7
  std::uint64_t seed = 0;
  ConstantConfig constant;
  DisplayConfig display;
  CameraConfig camera;
  GpuConfig gpu;
  CpuConfig cpu;
  PlaybackConfig trace;
};

// What follows from the parameters.

// Fetched of a layer for one line. Lines lie `display_pitch` apart.
constexpr std::uint64_t layer_line_bytes(const DisplayConfig& c) {
  return std::uint64_t{c.raster.width} * c.bytes_per_pixel * c.compression_percent / 100;
}
constexpr std::uint64_t display_pitch(const DisplayConfig& c) { return (layer_line_bytes(c) + 255) / 256 * 256; }
// The pixel buffer in fetched bytes.
constexpr std::uint64_t fetched_buffer_bytes(const DisplayConfig& c) {
  return c.buffer_bytes * c.compression_percent / 100;
}
// The largest access: a piece of one layer's line.
constexpr std::uint64_t display_piece_bytes(const DisplayConfig& c) {
  return layer_line_bytes(c) < c.bytes_per_access ? layer_line_bytes(c) : c.bytes_per_access;
}

constexpr std::uint64_t camera_line_bytes(const CameraConfig& c, std::uint32_t percent) {
  return std::uint64_t{c.raster.width} * c.bits_per_pixel * percent / 800;
}
constexpr std::uint64_t camera_write_bytes(const CameraConfig& c) {  // of a frame
  return camera_line_bytes(c, c.writes_percent) * c.raster.height;
}
constexpr std::uint64_t camera_read_bytes(const CameraConfig& c) {  // of a frame
  return camera_line_bytes(c, c.readback_percent) * c.raster.height;
}

constexpr std::uint64_t gpu_accesses(const GpuConfig& c) {  // of a frame
  return c.bytes_per_second / c.frames_per_s / c.bytes_per_access;
}
constexpr std::uint64_t gpu_writes(const GpuConfig& c) { return gpu_accesses(c) * c.writes_percent / 100; }

// Addresses that a source uses; 0 for a trace, whose file says it.
inline std::uint64_t region_bytes(const TrafficConfig& c) {
  if (c.kind == "constant") return c.constant.working_set_bytes;
  if (c.kind == "display") return display_pitch(c.display) * c.display.raster.height * c.display.layers;
  if (c.kind == "camera") return camera_write_bytes(c.camera) + camera_read_bytes(c.camera);
  if (c.kind == "gpu") return c.gpu.working_set_bytes + gpu_writes(c.gpu) * c.gpu.bytes_per_access;
  if (c.kind == "cpu") return c.cpu.working_set_bytes;
  return 0;
}

}  // namespace takt::peripherals
