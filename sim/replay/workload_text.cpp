#include "sim/replay/workload_text.h"

#include <algorithm>
#include <iterator>

namespace takt::replay {
namespace {

using traces::Load;
using traces::WorkloadTask;

struct Network {
  const char* published;
  const char* zoo;
};

// The same network, or the zoo's nearest to its task and size: docs/reference.md says how near.
constexpr Network networks[] = {
    {"densenet201-imagenet", "densenet201"},
    {"distilbert", "distilbert"},
    {"inceptionv3-imagenet", "inception_v3"},
    {"mobilenetv1-imagenet", "mobilenet_v1"},
    {"resnet152-imagenet", "resnet152"},
    {"resnet50-imagenet", "resnet50"},
    {"vgg19-imagenet", "vgg19"},
    {"AS_ED_TCN", "squeezenet1_1"},
    {"ASR_EM_24L", "whisper_tiny_encoder"},
    {"D2go_FastRCNN", "yolov8n"},
    {"DE_midas_v21_small", "midas_v2_small"},
    {"DR_RGBd_200", "midas_v2_small"},
    {"ES_RITNet", "quicksrnet_medium"},
    {"GE_FBNet_C", "efficientnet_b0"},
    {"HT_hand_graph_cnn_half", "resnet50"},
    {"KD_res8_narrow", "shufflenet_v2_x0_5"},
    {"OD_D2go_FasterRCNN", "yolov8n"},
    {"PD_Plane_RCNN_Quarter", "resnet101"},
    {"SS_HRViT_b1", "swin_tiny"},
};

// Without a duration in the file: long enough for the rates that such files have.
constexpr std::uint64_t default_window_us = 1000000;
constexpr std::uint64_t margin_us = 1000000;  // for what is under way when the window ends

// As TOML writes it; names come from files.
std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    const bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    result += control ? '?' : c;
  }
  return result + '"';
}

std::string line(const std::string& key, std::uint64_t value) { return key + " = " + std::to_string(value) + '\n'; }

// Of thousandths.
std::string decimal(std::uint64_t value) {
  std::string part = std::to_string(value % 1000);
  part.insert(0, 3 - part.size(), '0');
  return std::to_string(value / 1000) + '.' + part;
}

std::string arrival(const WorkloadTask& task, const std::string& path) {
  switch (task.load) {
    case Load::periodic:
      return "arrival = \"periodic\"\n" + line("period_us", task.period_us);
    case Load::poisson:
      return "arrival = \"poisson\"\nrate_per_s = " + decimal(task.rate_thousandths) + '\n';
    case Load::trace:
      return "arrival = \"trace\"\ntrace = " + quoted(path) + "\ntrace_stream = " + quoted(task.name) + '\n';
    case Load::dependent:
      return "arrival = \"dependent\"\nafter = " + quoted(task.after) +
             "\nprobability_percent = " + decimal(task.probability) + '\n';
    case Load::closed_loop:
      break;
  }
  return "arrival = \"closed_loop\"\nconcurrency = 1\n";
}

std::string stream(const WorkloadTask& task, const std::string& path) {
  constexpr const char* bands[] = {"idle", "normal", "realtime"};
  const std::string model =
      task.network.empty() ? "busy-1x" + std::to_string(task.work_us) + "us" : network_for(task.network);
  std::string text = "[[stream]]\nname = " + quoted(task.name) + "\nmodel = " + quoted(model) + '\n';
  text += arrival(task, path);
  text += "band = \"" + std::string(bands[static_cast<int>(task.urgency)]) + "\"\n";
  if (task.batch != 1) text += line("batch", task.batch);
  if (task.start_us != 0) text += line("start_us", task.start_us);
  if (task.requests != 0) text += line("requests", task.requests);
  if (task.deadline_us != 0) text += line("deadline_us", task.deadline_us);
  if (task.newest_only) text += "max_in_flight = 1\nmax_waiting = 1\ndrop = \"oldest\"\n";
  return text;
}

}  // namespace

std::string network_for(const std::string& name) {
  const auto* found =
      std::find_if(std::begin(networks), std::end(networks), [&](const Network& n) { return name == n.published; });
  return found == std::end(networks) ? name : found->zoo;
}

std::string scenario_text(const traces::Workload& workload, const std::string& name, const std::string& path,
                          const std::string& soc) {
  const std::uint64_t window_us = workload.duration_us != 0 ? workload.duration_us : default_window_us;
  std::string text = "name = " + quoted(name) + "\nsoc = " + quoted(soc) +
                     "\n[firmware]\npolicy = \"fixed-priority\"\n[run]\n" + line("measure_us", window_us) +
                     "drain = \"stop\"\n[limits]\n" + line("max_time_us", window_us + margin_us);
  for (const WorkloadTask& task : workload.tasks) text += stream(task, path);
  return text;
}

}  // namespace takt::replay
