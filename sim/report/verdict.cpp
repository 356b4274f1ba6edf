// A run in three sentences: deadlines, energy, bottleneck. A sentence is a list of texts and figures: {"m": path} is
// the figure at that path, {"v": value, "u": unit} one that is computed here.
#include <algorithm>
#include <cmath>

#include "sim/report/csv_rows.h"
#include "sim/report/parts.h"

namespace takt::report {
namespace {

Json figure(const std::string& path) { return {{"m", path}}; }
Json value(double v, const char* unit) { return {{"v", v}, {"u", unit}}; }

struct Sentence {
  const char* topic;
  const char* state;  // good, bad, note
  Json parts = Json::array();

  Sentence& operator<<(Json part) {
    parts.push_back(std::move(part));
    return *this;
  }
  Json json() const { return {{"topic", topic}, {"state", state}, {"parts", parts}}; }
};

Json deadlines(const Run& run) {
  double missed = 0;
  std::vector<std::string> with, late;
  for (const std::string& stream : run.names("streams[", "].")) {
    const std::string path = "streams[" + stream + "].deadline.";
    if (run.text(path + "missed").empty()) continue;
    with.push_back(stream);
    missed += run.number(path + "missed");
    if (run.number(path + "missed") > 0) late.push_back(stream);
  }
  std::vector<std::string> behind;
  for (const std::string& source : run.names("background[", "].")) {
    const std::string kind = run.text("background[" + source + "].kind");
    if ((kind == "display" || kind == "camera") && run.number("background[" + source + "].missed") > 0)
      behind.push_back(source);
  }
  Sentence s{"Deadlines", late.empty() && behind.empty() ? (with.empty() ? "note" : "good") : "bad"};
  if (with.empty())
    s << "No stream has a deadline.";
  else if (late.empty())
    s << "Every deadline was met: ";
  else
    s << "Deadlines were missed: ";
  const std::vector<std::string>& named = late.empty() ? with : late;
  for (std::size_t i = 0; i < named.size(); ++i) {
    const std::string stream = "streams[" + named[i] + "]";
    s << (i == 0 ? "" : "; ") << named[i] + " missed " << figure(stream + ".deadline.missed") << " of "
      << figure(stream + ".requests.submitted");
    if (!run.text(stream + ".latency_us.p99").empty()) s << ", p99 " << figure(stream + ".latency_us.p99");
    const double deadline = run.settings.number("stream." + named[i] + ".deadline_us");
    if (deadline > 0) s << " against " << value(deadline, "us");
  }
  if (!with.empty()) s << ".";
  for (const std::string& source : behind)
    s << " The " + source + " fell behind " << figure("background[" + source + "].missed") << " times.";
  return s.json();
}

Json energy(const Run& run) {
  Sentence s{"Energy", "note"};
  s << figure("power.energy_mj") << " in " << value(static_cast<double>(run.end() - run.begin()) / 1e6, "us") << ": "
    << figure("power.average_mw") << " on average";
  if (!run.text("power.peak_mw").empty())
    s << ", " << figure("power.peak_mw") << " in the busiest " << value(100, "us");
  std::string largest;
  const std::string head = "power.components.";
  for (const auto& [path, each] : run.results.figures)
    if (path.compare(0, head.size(), head) == 0 && (largest.empty() || run.number(path) > run.number(largest)))
      largest = path;
  const double total = run.number("power.energy_mj");
  if (!largest.empty() && total > 0)
    s << ". The largest part, " << value(run.number(largest) / total, "share") << ", is "
      << largest.substr(head.size()) + ": " << figure(largest);
  if (run.number("power.thermal.throttled_ms") > 0)
    s << ". It was too hot for " << figure("power.thermal.throttled_ms");
  s << ".";
  return s.json();
}

// What stands still least, and what the engines' stalls were about.
Json bottleneck(const Run& run) {
  struct Resource {
    std::string name, path;
    double busy;
  };
  std::vector<Resource> resources;
  const auto add = [&](const std::string& name, const std::string& path) {
    if (!run.text(path).empty()) resources.push_back({name, path, run.number(path)});
  };
  add("the tensor engine", "npu.utilization.tensor");
  add("the vector engine", "npu.utilization.vector");
  add("the DMA from memory", "npu.utilization.dma_in");
  add("the DMA to memory", "npu.utilization.dma_out");
  add("the control processor", "cpu.control_busy");
  add("storage", "storage.busy");
  Sentence s{"Bottleneck", "note"};
  if (resources.empty()) {
    s << "Not known: the results have no utilisation.";
    return s.json();
  }
  std::stable_sort(resources.begin(), resources.end(),
                   [](const Resource& a, const Resource& b) { return a.busy > b.busy; });
  if (resources[0].busy == 0) {
    s << "None: nothing ran.";
    return s.json();
  }
  constexpr double saturated = 0.5;
  s << (resources[0].busy < saturated ? "Nothing is busy half of the time; most is " + resources[0].name + ", "
                                      : "It is " + resources[0].name + ": ")
    << figure(resources[0].path) << " busy, before " + resources[1].name + " with " << figure(resources[1].path);
  const std::string memory = run.settings.text("npu.memory");
  if (!run.text("memory.memories." + memory + ".peak_gbps").empty())
    s << "; " + memory + " carried " << figure("memory.memories." + memory + ".bandwidth_gbps.average") << " of "
      << figure("memory.memories." + memory + ".peak_gbps");
  s << ".";
  return s.json();
}

}  // namespace

Json verdict(const Run& run) { return Json::array({deadlines(run), energy(run), bottleneck(run)}); }

}  // namespace takt::report
