#include "sim/functional/regions.h"

#include <stdexcept>
#include <string>

namespace takt::functional {

Block block_of(const Region& region, std::uint64_t channels) {
  const bool all = region.channels == 1;
  if ((!all && region.channels != channels) || region.begin % channels != 0 || region.end % channels != 0)
    throw std::invalid_argument("a region of elements [" + std::to_string(region.begin) + ", " +
                                std::to_string(region.end) + ") and " + std::to_string(region.channels) +
                                " channels does not consist of pixels of " + std::to_string(channels));
  return {region.begin / channels, region.end / channels, all ? 0 : region.first, all ? channels : region.last};
}

Places places_of(const Part& part, std::uint64_t element, std::uint64_t pixels, std::uint64_t channels,
                 std::uint64_t needed) {
  // Pixels lie at equal distances where they all begin in the same channel of the part.
  if (channels % part.region.channels != 0) return {part.run(element, (pixels - 1) * channels + needed), channels};
  const std::uint64_t step = channels / part.region.channels * (part.region.last - part.region.first);
  const std::uint64_t begin = part.run(element, needed);
  if (pixels > 1) part.run(element + (pixels - 1) * channels, needed);
  return {begin, step};
}

}  // namespace takt::functional
