#include "models/peripherals/traffic/kinds.h"

#include <stdexcept>

#include "models/peripherals/traffic/camera_source.h"
#include "models/peripherals/traffic/constant_source.h"
#include "models/peripherals/traffic/cpu_source.h"
#include "models/peripherals/traffic/display_source.h"
#include "models/peripherals/traffic/gpu_source.h"

namespace takt::peripherals {
namespace {

using Made = std::unique_ptr<Generator>;
using Feed = std::unique_ptr<PlaybackFeed>;

struct Kind {
  const char* name;
  Made (*make)(const TrafficConfig&, Feed);
};

constexpr Kind kinds[] = {
    {"constant",
     [](const TrafficConfig& c, Feed) -> Made { return std::make_unique<ConstantSource>(c.constant, c.seed); }},
    {"display", [](const TrafficConfig& c, Feed) -> Made { return std::make_unique<DisplaySource>(c.display); }},
    {"camera", [](const TrafficConfig& c, Feed) -> Made { return std::make_unique<CameraSource>(c.camera); }},
    {"gpu", [](const TrafficConfig& c, Feed) -> Made { return std::make_unique<GpuSource>(c.gpu, c.seed); }},
    {"cpu", [](const TrafficConfig& c, Feed) -> Made { return std::make_unique<CpuSource>(c.cpu, c.seed); }},
    {"trace",
     [](const TrafficConfig& c, Feed f) -> Made { return std::make_unique<PlaybackSource>(c.trace, std::move(f)); }},
};

}  // namespace

std::unique_ptr<Generator> make_generator(const TrafficConfig& config, Feed feed) {
  for (const Kind& kind : kinds)
    if (config.kind == kind.name) return kind.make(config, std::move(feed));
  throw std::invalid_argument("no traffic of kind " + config.kind);
}

}  // namespace takt::peripherals
