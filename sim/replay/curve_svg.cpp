#include "sim/replay/curve_svg.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "sim/replay/curve_scales.h"
#include "sim/replay/text.h"
#include "sim/results/figures.h"

namespace takt::replay {
namespace {

// Pixels. A panel is its plot and what stands around it.
constexpr unsigned plot_width = 380, plot_height = 250;
constexpr unsigned left = 62, top = 62, right = 26, bottom = 54;
constexpr unsigned panel_width = left + plot_width + right, panel_height = top + plot_height + bottom;
constexpr unsigned head = 64;
constexpr unsigned tenths = 10;
constexpr unsigned label_gap = 42;  // between the middles of two labels

// No custom properties: not every viewer knows them.
struct Colour {
  const char* light;
  const char* dark;
};
constexpr Colour colours[] = {{"#1b5fc1", "#7ab0ff"}, {"#c2510a", "#ffa366"}, {"#16794a", "#62d6a0"},
                              {"#8038ab", "#d0a2ff"}, {"#b3234b", "#ff90ab"}, {"#4f6072", "#b7c3cf"}};

constexpr const char* shapes = R"(
text { font: 12px system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
.title { font-size: 17px; font-weight: 600; } .name { font-size: 13px; font-weight: 600; }
.end { text-anchor: end; } .mid { text-anchor: middle; } .label { font-weight: 600; }
.peak { stroke-dasharray: 2 3; } .curve { fill: none; stroke-width: 2; }
.wall { stroke-width: 1.5; stroke-dasharray: 5 4; } .lead { stroke-width: 1; }
)";
constexpr const char* light = R"(text { fill: #1c2330; } .soft { fill: #5c6675; } .paper { fill: #ffffff; }
.grid { stroke: #e3e7ec; } .axis, .peak { stroke: #5c6675; }
)";
constexpr const char* dark = R"(text { fill: #e7ebf0; } .soft { fill: #9aa5b3; } .paper { fill: #14181e; }
.grid { stroke: #2c333d; } .axis, .peak { stroke: #9aa5b3; }
)";

std::string colour_rules(const char* Colour::*shade) {
  std::string rules;
  for (std::size_t i = 0; i < std::size(colours); ++i)
    rules += fmt::format(".s{0} {{ stroke: {1}; }} .f{0} {{ fill: {1}; }}\n", i, colours[i].*shade);
  return rules;
}

std::string style() {
  return std::string("<style>") + shapes + light + colour_rules(&Colour::light) +
         "@media (prefers-color-scheme: dark) {\n" + dark + colour_rules(&Colour::dark) + "}\n</style>\n";
}

std::string escaped(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c == '&')
      result += "&amp;";
    else if (c == '<')
      result += "&lt;";
    else
      result += c;
  }
  return result;
}

std::string px(std::uint64_t tenths_of_pixels) { return fixed({tenths_of_pixels, 1}, 1); }

std::string line(const std::string& css, std::uint64_t x1, std::uint64_t y1, std::uint64_t x2, std::uint64_t y2) {
  return fmt::format("<line class=\"{}\" x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\"/>\n", css, px(x1), px(y1), px(x2),
                     px(y2));
}

std::string text(const std::string& css, std::uint64_t x, std::uint64_t y, const std::string& what,
                 const std::string& more = "") {
  return fmt::format("<text class=\"{}\" x=\"{}\" y=\"{}\"{}>{}</text>\n", css, px(x), px(y), more, escaped(what));
}

class Panel {
 public:
  Panel(const CurvesRecord& record, const Pattern* pattern, const LoadScale& loads, const LatencyScale& latencies,
        unsigned x, unsigned y)
      : record_(record),
        pattern_(pattern),
        loads_(loads),
        latencies_(latencies),
        x_((x + left) * tenths),
        y_((y + top) * tenths),
        bottom_(y_ + plot_height * tenths),
        right_(x_ + plot_width * tenths) {}

  std::string svg() const {
    std::string svg =
        text("name", x_, y_ - 44 * tenths, fmt::format("{}: {}", pattern_->name, pattern_->summary)) + axes();
    std::vector<const Curve*> curves;
    for (const Curve& curve : record_.curves)
      if (curve.pattern == pattern_) curves.push_back(&curve);
    for (std::size_t i = 0; i < curves.size(); ++i) svg += curve_of(*curves[i], i);
    return svg + labels(curves);
  }

 private:
  std::uint64_t x(std::uint64_t load) const { return x_ + loads_.at(load); }
  std::uint64_t y(units::Time latency) const { return bottom_ - latencies_.at(latency); }
  // Classes of the curve with this number.
  static std::string stroke(std::size_t i) { return " s" + std::to_string(i % std::size(colours)); }
  static std::string fill(std::size_t i) { return " f" + std::to_string(i % std::size(colours)); }

  std::string axes() const {
    std::string svg;
    for (const units::Time tick : latencies_.ticks()) {
      svg += line("grid", x_, y(tick), right_, y(tick));
      svg += text("soft end", x_ - 8 * tenths, y(tick) + 4 * tenths, results::to_text(results::nanoseconds(tick)));
    }
    for (const std::uint64_t tick : loads_.ticks()) {
      svg += line("grid", x(tick), y_, x(tick), bottom_);
      svg += text("soft mid", x(tick), bottom_ + 17 * tenths, results::to_text({tick, 9}));
    }
    const std::uint64_t peak = dram::peak_bytes_per_second(record_.memory);
    svg += line("peak", x(peak), y_, x(peak), bottom_) + line("axis", x_, bottom_, right_, bottom_) +
           line("axis", x_, y_, x_, bottom_);
    svg += text("soft mid", (x_ + right_) / 2, bottom_ + 37 * tenths, "load in GB/s, peak " + fixed({peak, 9}, 1));
    const std::string turn =
        fmt::format(" transform=\"rotate(-90 {} {})\"", px(x_ - 46 * tenths), px((y_ + bottom_) / 2));
    return svg + text("soft mid", x_ - 46 * tenths, (y_ + bottom_) / 2, "mean latency in ns", turn);
  }

  // Loads the memory follows, and the wall at which it saturates.
  std::string curve_of(const Curve& curve, std::size_t number) const {
    std::string path, marks;
    std::uint64_t last_x = x_, last_y = y(curve.unloaded.latency().mean());
    marks += mark(last_x, last_y, number, true);
    for (const LoadPoint& point : curve.points) {
      last_x = x(point.load.bytes_per_second);
      last_y = y(point.latency().mean());
      path += fmt::format("{}{} {}", path.empty() ? "M" : " L", px(last_x), px(last_y));
      marks += mark(last_x, last_y, number, false);
    }
    const std::uint64_t wall = x(rate_of(curve.saturated));
    if (!path.empty()) path = fmt::format("<path class=\"curve{}\" d=\"{}\"/>\n", stroke(number), path);
    return path + line("wall" + stroke(number), last_x, last_y, wall, y_) + marks;
  }

  static std::string mark(std::uint64_t x, std::uint64_t y, std::size_t number, bool hollow) {
    return fmt::format("<circle class=\"{}{}\" cx=\"{}\" cy=\"{}\" r=\"{}\"/>\n", hollow ? "paper" : "mark",
                       stroke(number) + (hollow ? "" : fill(number)), px(x), px(y), hollow ? "4" : "3");
  }

  // Above the walls, in the order of their loads, pushed apart where they would overlap.
  std::string labels(const std::vector<const Curve*>& curves) const {
    std::vector<std::size_t> order(curves.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return rate_of(curves[a]->saturated) > rate_of(curves[b]->saturated);
    });
    std::string svg;
    std::uint64_t limit = right_ + 12 * tenths;  // the next label's middle, at most
    for (const std::size_t i : order) {
      const std::uint64_t wall = x(rate_of(curves[i]->saturated));
      const std::uint64_t middle = std::min(wall, limit);
      limit = middle > label_gap * tenths ? middle - label_gap * tenths : 0;
      svg += line("lead" + stroke(i), wall, y_, middle, y_ - 9 * tenths);
      svg += text("label mid" + fill(i), middle, y_ - 13 * tenths, fmt::format("{} %", curves[i]->read_percent));
    }
    return svg;
  }

  const CurvesRecord& record_;
  const Pattern* pattern_;
  const LoadScale& loads_;
  const LatencyScale& latencies_;
  std::uint64_t x_, y_, bottom_, right_;  // of the plot
};

}  // namespace

std::string curves_svg(const CurvesRecord& record) {
  const LoadScale loads(dram::peak_bytes_per_second(record.memory), plot_width * tenths);
  const LatencyScale latencies(record.curves, plot_height * tenths);
  const unsigned count = static_cast<unsigned>(record.options.patterns.size());
  const unsigned columns = count > 1 ? 2 : 1;
  const unsigned width = columns * panel_width;
  const unsigned height = head + (count + columns - 1) / columns * panel_height;
  std::string svg = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" height=\"{1}\" role=\"img\">\n",
      width, height);
  svg += fmt::format("<title>{}: latency against load</title>\n", escaped(record.provenance.preset));
  svg += style();
  svg += fmt::format("<rect class=\"paper\" width=\"{}\" height=\"{}\"/>\n", width, height);
  svg += text("title", 20 * tenths, 30 * tenths, record.provenance.preset + ": latency against load");
  svg += text("soft", 20 * tenths, 50 * tenths,
              "percent: share of reads; dots: offered loads; ring: one access at a time; dashed: to where the memory "
              "saturates");
  for (unsigned i = 0; i < count; ++i)
    svg += Panel(record, record.options.patterns[i], loads, latencies, i % columns * panel_width,
                 head + i / columns * panel_height)
               .svg();
  return svg + "</svg>\n";
}

}  // namespace takt::replay
