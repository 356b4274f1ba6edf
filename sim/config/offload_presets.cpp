#include "sim/config/offload_presets.h"

#include <algorithm>

#include "sim/config/bind.h"
#include "sim/config/blame.h"
#include "sim/config/preset_files.h"

namespace takt::config {
namespace {

using offload::Cloud;
using offload::Link;
using offload::LoadPoint;
using offload::Price;
using units::Time;

constexpr std::uint64_t mbps_in_kbps = 1000;
constexpr std::uint64_t usd_per_million_in_picodollars = 1000000;
constexpr Range milliseconds{0, 3600000};
constexpr Range milliwatts{0, 100000};
constexpr Range minutes{0, 1439};
constexpr Range dollars{0, 100000};

constexpr Field link_rows[] = {
    number<&Link::up_kbps>("up_mbps", mbps_in_kbps, {0, 1000000}, "more than 0"),
    number<&Link::down_kbps>("down_mbps", mbps_in_kbps, {0, 1000000}, "more than 0"),
    number<&Link::round_trip, &Time::value>("round_trip_ms", ms_in_ps, milliseconds, "to the cloud and back"),
    number<&Link::promotion, &Time::value>("promotion_ms", ms_in_ps, milliseconds, "an idle radio to a connected one"),
    number<&Link::promotion_mw>("promotion_mw", one, milliwatts, "meanwhile"),
    number<&Link::up_uw_per_mbps>("up_mw_per_mbps", mw_in_uw, milliwatts, "for each Mb/s that goes up"),
    number<&Link::down_uw_per_mbps>("down_mw_per_mbps", mw_in_uw, milliwatts, "for each Mb/s that comes down"),
    number<&Link::base_mw>("base_mw", one, milliwatts, "connected"),
    number<&Link::tail, &Time::value>("tail_ms", ms_in_ps, milliseconds, "that it stays up behind the last byte"),
    number<&Link::tail_mw>("tail_mw", one, milliwatts, "meanwhile"),
};

constexpr Field cloud_rows[] = {
    number<&Cloud::overhead, &Time::value>("overhead_ms", ms_in_ps, milliseconds, "of the service, to the first token"),
    number<&Cloud::off_peak_begin>("off_peak.begin_minute", one, minutes, "of the day, UTC"),
    number<&Cloud::off_peak_end>("off_peak.end_minute", one, minutes, "not one of them; equal to the first: never"),
};

constexpr Field price_rows[] = {
    number<&Price::prompt>("prompt_usd_per_million", usd_per_million_in_picodollars, dollars, "tokens"),
    number<&Price::cached>("cached_usd_per_million", usd_per_million_in_picodollars, dollars, "tokens known before"),
    number<&Price::answer>("answer_usd_per_million", usd_per_million_in_picodollars, dollars, "tokens"),
};

constexpr Field point_rows[] = {
    number<&LoadPoint::requests>("requests", one, {1, 1000000}, "at once"),
    number<&LoadPoint::first_token, &Time::value>("first_token_ms", ms_in_ps, milliseconds, "of the engine"),
    number<&LoadPoint::per_token, &Time::value>("token_ms", ms_in_ps, milliseconds, "from one to the next"),
};

Layers layers_of(FileKind kind, const std::string& what, const std::string& name, const Overrides& overrides) {
  Place where;
  where.file = what + " " + name;
  const ConfigFile file = open_config(kind, name, {}, where);
  Layers layers;
  layers.add_preset(parse_document(file.text, file.file), Owner::software, "");
  for (const std::string& assignment : overrides) layers.add_override(assignment);
  return layers;
}

void fill(const Layers& layers, const std::vector<Section>& sections) {
  refuse_unknown(layers, sections, {});
  bind(layers, sections);
}

std::string below(const std::string& prefix, const std::string& table) {
  return prefix.empty() ? table : prefix + "." + table;
}

}  // namespace

std::vector<Section> link_sections(const std::string& prefix, Link& link) {
  return {{prefix, table(link_rows), &link, Owner::software}};
}

std::vector<Section> cloud_sections(const std::string& prefix, Cloud& cloud, const std::vector<std::string>& curve) {
  cloud.curve.resize(curve.size());
  std::vector<Section> sections = {{prefix, table(cloud_rows), &cloud, Owner::software},
                                   {below(prefix, "off_peak"), table(price_rows), &cloud.off_peak, Owner::software},
                                   {below(prefix, "peak"), table(price_rows), &cloud.peak, Owner::software}};
  for (std::size_t i = 0; i < curve.size(); ++i)
    sections.push_back({below(prefix, "curve." + curve[i]), table(point_rows), &cloud.curve[i], Owner::software});
  return sections;
}

void check_link(const Link& link, const Layers& layers, const std::string& prefix) {
  const Blame blame(layers, prefix);
  blame.require(link.up_kbps != 0, "up_mbps", "0", "more than 0");
  blame.require(link.down_kbps != 0, "down_mbps", "0", "more than 0");
}

void check_cloud(const Cloud& cloud, const std::vector<std::string>& curve, const Layers& layers,
                 const std::string& prefix) {
  for (std::size_t i = 0; i < curve.size(); ++i)
    for (std::size_t other = 0; other < i; ++other)
      Blame(layers, below(prefix, "curve." + curve[i]))
          .require(cloud.curve[i].requests != cloud.curve[other].requests, "requests", text(cloud.curve[i].requests),
                   "another load than that of curve." + curve[other]);
}

void sort_curve(Cloud& cloud) {
  std::sort(cloud.curve.begin(), cloud.curve.end(),
            [](const LoadPoint& a, const LoadPoint& b) { return a.requests < b.requests; });
}

Link load_link(const std::string& name_or_path, const Overrides& overrides) {
  const Layers layers = layers_of(FileKind::link, "link", name_or_path, overrides);
  Link link;
  fill(layers, link_sections("", link));
  check_link(link, layers, "");
  return link;
}

Cloud load_cloud(const std::string& name_or_path, const Overrides& overrides) {
  const Layers layers = layers_of(FileKind::cloud, "cloud", name_or_path, overrides);
  Cloud cloud;
  const std::vector<std::string> curve = layers.names("curve");
  if (curve.empty())
    throw ConfigError(layers.missing_place(Owner::software, ""), "no [curve.<name>]", "a point of load at least");
  fill(layers, cloud_sections("", cloud, curve));
  check_cloud(cloud, curve, layers, "");
  sort_curve(cloud);
  return cloud;
}

std::vector<PresetName> list_links() { return list(FileKind::link); }
std::vector<PresetName> list_clouds() { return list(FileKind::cloud); }

}  // namespace takt::config
