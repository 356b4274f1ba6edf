#include "sim/results/document.h"

#include <fmt/format.h>

#include "sim/results/background.h"
#include "sim/results/faults.h"
#include "sim/results/figures.h"
#include "sim/results/metrics.h"
#include "sim/results/streams.h"

namespace takt::results {
namespace {

using platform::RunRecord;
using platform::StreamRecord;

Value cost_value(const RunRecord& run, const StreamRecord& stream, const StreamFigures& figures,
                 const std::string& path, Value& notes) {
  const AnswerCost cost = answer_cost(run, stream, figures);
  const char* no_answer = "no request finished inside the window";
  Value value;
  const auto set = [&](const char* key, const auto& figure, const char* why, const auto& shown) {
    value[key] = nullptr;
    if (figure)
      value[key] = shown(*figure);
    else
      notes[path + "." + key] = why;
  };
  const bool none = figures.finished_in_window == 0;
  const char* why_no_energy = none ? no_answer : "energy is not attributed to streams in this run";
  set("energy_mj", cost.energy, why_no_energy, millijoules);
  set("dram_bytes", cost.dram_bytes, none ? no_answer : "DRAM bytes are not attributed to streams in this run",
      [](std::uint64_t bytes) { return Value(bytes); });
  set("latency_us", cost.latency, "no request completed", microseconds);
  set("price_usd", cost.price, why_no_energy, [](Decimal price) { return price; });
  return value;
}

// Divides one stream's energy among the requests it finished.
Value energy_per_request(const StreamRecord& stream, std::uint64_t finished, const std::string& path, Value& notes) {
  const char* why = !stream.energy  ? "energy is not attributed to streams in this run"
                    : finished == 0 ? "no request finished inside the window"
                                    : nullptr;
  if (why == nullptr) return millijoules(quotient(*stream.energy, finished, 0).digits);
  notes[path + ".energy_mj_per_request"] = why;
  return nullptr;
}

Value deadline_value(const StreamFigures& figures, const std::string& path, Value& notes) {
  Value value;
  if (figures.has_deadline) {
    value["missed"] = figures.missed;
    value["miss_rate"] = share(figures.missed, figures.with_deadline);
    if (figures.with_deadline == 0) notes[path + ".deadline.miss_rate"] = "no deadline fell inside the run";
  } else {
    value["missed"] = nullptr;
    value["miss_rate"] = nullptr;
    notes[path + ".deadline"] = "no deadline";
  }
  return value;
}

Value answers_value(const platform::AnswersRecord& answers, const std::string& path, Value& notes) {
  Value value;
  std::uint64_t requests = 0;
  for (const auto& [hash, count] : answers.requests) requests += count;
  value["requests"] = requests;
  value["distinct"] = std::uint64_t{answers.requests.size()};
  value["hash"] = nullptr;
  if (answers.requests.size() == 1)
    value["hash"] = fmt::format("{:016x}", answers.requests.begin()->first);
  else
    notes[path + ".answers.hash"] = requests == 0 ? "no request was answered" : "the answers differ";
  return value;
}

// Each iteration makes one token beside those accepted.
Value draft_value(const platform::TokensRecord::Draft& draft, const std::string& path, Value& notes) {
  Value value;
  value["model"] = draft.model;
  value["iterations"] = draft.iterations;
  value["proposed_tokens"] = draft.proposed;
  value["accepted_tokens"] = draft.accepted;
  value["tokens_per_iteration"] = nullptr;
  if (draft.iterations != 0)
    value["tokens_per_iteration"] = quotient(draft.accepted + draft.iterations, draft.iterations, 6);
  else
    notes[path + ".tokens_per_iteration"] = "no proposal was verified";
  return value;
}

Value experts_value(const platform::TokensRecord::Experts& experts, const std::string& path, Value& notes) {
  Value value;
  value["chosen"] = experts.chosen;
  value["loaded"] = experts.loaded;
  const auto rate = [&](const char* key, std::uint64_t near, std::uint64_t all) {
    value[key] = nullptr;
    if (all != 0)
      value[key] = quotient(near, all, 6);
    else
      notes[path + "." + key] = "no token chose an expert";
  };
  rate("chosen_hit_rate", experts.chosen_near, experts.chosen);
  rate("loaded_hit_rate", experts.loaded_near, experts.loaded);
  if (experts.storage) {
    Value& storage = value["storage"];
    storage["memory_bytes"] = experts.storage->memory_bytes;
    storage["read"] = experts.storage->read;
    storage["bytes"] = experts.storage->bytes;
    storage["waited_us"] = microseconds(experts.storage->waited);
  }
  return value;
}

Value tokens_value(const RunRecord& run, const StreamRecord& stream, const std::string& path, Value& notes) {
  const TokenFigures figures = token_figures(run, stream);
  Value value;
  value["ttft_us"] = distribution_us(figures.first, path + ".ttft_us", notes);
  value["tpot_us"] = distribution_us(figures.each, path + ".tpot_us", notes);
  value["between_tokens_us"] = distribution_us(figures.between, path + ".between_tokens_us", notes);
  value["tokens"] = figures.tokens;
  value["prompt_tokens"] = figures.prompt_tokens;
  value["tokens_per_s"] = per_second(figures.tokens, run.window.length());
  value["energy_mj_per_token"] = nullptr;
  if (figures.tokens != 0 && stream.energy)
    value["energy_mj_per_token"] = millijoules(quotient(*stream.energy, figures.tokens, 0).digits);
  else
    notes[path + ".energy_mj_per_token"] = "no token came inside the window";
  Value& cache = value["kv_cache"];
  cache["bytes"] = stream.tokens->cache_bytes;
  cache["most_bytes"] = stream.tokens->most_cache_bytes;
  cache["evictions"] = stream.tokens->evictions;
  cache["recomputed_tokens"] = stream.tokens->recomputed;
  cache["refused_requests"] = stream.tokens->refused;
  if (stream.tokens->experts) value["experts"] = experts_value(*stream.tokens->experts, path + ".experts", notes);
  if (stream.tokens->draft) value["draft"] = draft_value(*stream.tokens->draft, path + ".draft", notes);
  return value;
}

// The first request's latency has in it what it waited for the model.
Value cold_start_value(const StreamRecord& stream, const std::string& path, Value& notes) {
  Value value;
  value["bytes"] = stream.cold_start->bytes;
  value["load_us"] = nullptr;
  if (stream.cold_start->load != units::never())
    value["load_us"] = microseconds(stream.cold_start->load);
  else
    notes[path + ".cold_start.load_us"] = "the run ended before";
  value["first_latency_us"] = nullptr;
  if (!stream.requests.empty() && stream.requests.front().status == platform::RequestStatus::completed)
    value["first_latency_us"] = microseconds(stream.requests.front().finished - stream.requests.front().submitted);
  else
    notes[path + ".cold_start.first_latency_us"] = "the first request was not answered";
  return value;
}

Value offload_value(const StreamFigures& figures) {
  Value value;
  for (std::size_t r = 0; r < offload::reasons; ++r)
    value["reasons"][offload::name_of(static_cast<offload::Reason>(r))] = figures.reasons[r];
  value["private_requests"] = figures.private_requests;
  value["cloud_price_usd"] = Decimal{figures.cloud_price, 12};
  return value;
}

Value stream_value(const RunRecord& run, const StreamRecord& stream, Value& notes) {
  const StreamFigures figures = stream_figures(run, stream);
  const std::string path = "streams[" + stream.name + "]";
  Value value;
  value["name"] = stream.name;
  value["model"] = stream.model;
  value["band"] = stream.band;
  Value& requests = value["requests"];
  requests["submitted"] = figures.submitted;
  requests["completed"] = figures.completed;
  requests["failed"] = figures.failed;
  requests["dropped"] = figures.dropped;
  requests["pending"] = figures.pending;
  if (stream.decides) requests["offloaded"] = figures.offloaded;
  if (stream.refused) notes[path + ".requests.failed"] = "its partition has no time left for the stream: not admitted";
  value["deadline"] = deadline_value(figures, path, notes);
  value["latency_us"] = distribution_us(figures.latency, path + ".latency_us", notes);
  value["wait_us"] = distribution_us(figures.wait, path + ".wait_us", notes);
  value["throughput_per_s"] = per_second(figures.finished_in_window, run.window.length());
  value["energy_mj_per_request"] = energy_per_request(stream, figures.finished_in_window, path, notes);
  value["cost_per_answer"] = cost_value(run, stream, figures, path + ".cost_per_answer", notes);
  value["software_us_per_request"] = microseconds(stream.software_per_request);
  if (stream.cold_start) value["cold_start"] = cold_start_value(stream, path, notes);
  if (stream.decides) value["offload"] = offload_value(figures);
  if (stream.tokens) value["llm"] = tokens_value(run, stream, path + ".llm", notes);
  if (stream.answers) value["answers"] = answers_value(*stream.answers, path, notes);
  return value;
}

Value preemptions_value(const platform::NpuRecord& npu, Value& notes) {
  Value value;
  value["count"] = npu.preemptions;
  const auto times = [&](const char* key, const std::vector<units::Time>& samples) {
    value[key] = distribution_us(Distribution(samples), std::string("preemptions.") + key, notes);
  };
  times("latency_us", npu.preemption_latencies);
  times("stop_us", npu.preemption_stops);
  times("save_us", npu.preemption_saves);
  times("restore_us", npu.restores);
  return value;
}

Value host_value(const RunRecord& run, const platform::HostRecord& host) {
  Value value;
  value["wall_s"] = Decimal{host.wall_ns, 9};
  value["real_time_factor"] =
      host.wall_ns == 0 ? Value()
                        : Value(quotient(run.simulated.value, static_cast<unsigned __int128>(host.wall_ns) * 1000, 3));
  value["peak_rss_mb"] = quotient(host.peak_rss_bytes, 1000000, 1);
  return value;
}

// Null members where the ELF does not say where its stack is.
Value firmware_memory_value(const platform::FirmwareMemoryRecord& memory, Value& notes) {
  Value value;
  value["text_bytes"] = memory.text_bytes;
  value["data_bytes"] = memory.data_bytes;
  value["bss_bytes"] = memory.bss_bytes;
  value["limit_bytes"] = memory.limit_bytes;
  value["stack"]["used_bytes"] = memory.stack_used_bytes ? Value(*memory.stack_used_bytes) : Value();
  value["stack"]["limit_bytes"] = memory.stack_used_bytes ? Value(memory.stack_limit_bytes) : Value();
  if (!memory.stack_used_bytes) notes["firmware.memory.stack"] = "the ELF has no symbols __stack_top and __stack_bytes";
  return value;
}

}  // namespace

Value results_document(const RunRecord& run, const platform::HostRecord& host) {
  Value document;
  Value& notes = document["notes"] = Value(Value::Object{});
  for (const auto& [path, note] : run.notes) notes[path] = note;

  document["schema"] = schema;
  document["takt_version"] = TAKT_VERSION;
  document["config_hash"] = run.config_hash;
  document["scenario"]["name"] = run.scenario;
  document["scenario"]["hash"] = run.scenario_hash;
  document["soc"] = run.soc;
  document["firmware"]["build"] = run.firmware_build;
  if (!run.firmware_hash.empty()) document["firmware"]["elf_hash"] = run.firmware_hash;
  if (run.firmware_memory) document["firmware"]["memory"] = firmware_memory_value(*run.firmware_memory, notes);
  document["firmware"]["policy"] = run.firmware_policy;
  document["fidelity"] = run.fidelity;
  if (run.sampled) document["sampled_share"] = share(run.sampled->replayed.value, run.sampled->steps.value);
  document["seed"] = run.seed;
  document["simulated_ns"] = nanoseconds(run.simulated);
  document["window_ns"]["begin"] = nanoseconds(run.window.begin);
  document["window_ns"]["end"] = nanoseconds(run.window.end);

  Value::Array streams;
  for (const StreamRecord& stream : run.streams) streams.push_back(stream_value(run, stream, notes));
  document["streams"] = std::move(streams);
  if (run.isolation) document["metrics"] = metrics_value(run, notes);
  document["preemptions"] = preemptions_value(run.npu, notes);
  document["npu"] = npu_value(run);
  document["cpu"] = cpu_value(run, notes);
  document["memory"] = memory_value(run, notes);
  if (run.storage) {
    document["storage"]["reads"] = run.storage->reads;
    document["storage"]["bytes"] = run.storage->bytes;
    document["storage"]["busy"] = share(run.storage->busy.value, run.window.length().value);
  }
  if (run.memory.has_cache) document["cache"] = cache_value(run.memory, notes);
  document["power"] = power_value(run, notes);
  document["background"] = background_value(run, notes);
  if (!run.faults.empty()) document["faults"] = faults_value(run, notes);
  if (run.recovery) document["recovery"] = recovery_value(*run.recovery);
  Value::Array estimates(run.estimates.begin(), run.estimates.end());
  document["estimates"] = std::move(estimates);
  document["host"] = host_value(run, host);
  return document;
}

}  // namespace takt::results
