#include <algorithm>

#include "sim/config/check.h"
#include "sim/config/offload_presets.h"

namespace takt::config {
namespace {

void check_stream(const StreamConfig& stream, const Blame& blame) {
  const StreamOffloadConfig& o = stream.offload;
  const bool talks = stream.prompt_tokens != 0;
  const bool given = o.private_share != 0 || o.quality != 0 || o.quality_max != 0 || o.device_quality != 0 ||
                     o.device_tokens != 0 || o.upload_bytes != 0 || o.cloud_cached_tokens != 0;
  blame.require(talks || !given, "prompt_tokens", "nothing, and keys of device or cloud",
                "more than 0: single inferences stay on the device");
  blame.require(o.quality_max == 0 || o.quality_max >= o.quality, "quality_max", text(o.quality_max),
                "0, or at least quality = " + text(o.quality));
  blame.require(!stream.draft.enabled, "draft.model", "a draft",
                "none with [offload], which predicts answers of one token a step");
  blame.require(stream.experts.memory_bytes == 0, "experts.memory_kib", text(stream.experts.memory_bytes / 1024),
                "0 with [offload], which predicts no reads of storage");
  // Neither place knows what was said at the other one.
  blame.require(!talks || stream.turns == 1 || o.private_share == certain, "turns", text(stream.turns),
                "1 where requests may leave the device, or private_percent = 100");
}

}  // namespace

void check_offload(const ScenarioConfig& scenario, const Layers& layers) {
  const OffloadConfig& offload = scenario.offload;
  if (!offload.enabled) return;
  check_link(offload.link, layers, "offload.link");
  check_cloud(offload.cloud, offload.curve, layers, "offload.cloud");
  const Blame blame(layers, "offload");
  blame.require(offload.guideline.deadline.value != 0, "deadline_ms", "0", "more than 0");
  blame.require(offload.guideline.energy_reference != 0, "energy_reference_mj", "0", "more than 0");
  blame.require(offload.guideline.price_reference != 0, "price_reference_usd", "0", "more than 0");
  for (const OffloadPhase& phase : offload.phases)
    for (const OffloadPhase& other : offload.phases)
      Blame(layers, "offload.phase." + phase.name)
          .require(&phase == &other || phase.from_us != other.from_us, "from_us", text(phase.from_us),
                   "another time than that of offload.phase." + other.name);
  for (const StreamConfig& stream : scenario.streams) check_stream(stream, Blame(layers, "stream." + stream.name));
}

}  // namespace takt::config
