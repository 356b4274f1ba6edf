#include "sim/config/keys.h"

namespace takt::config {
namespace {

constexpr Range microseconds{0, 1000000000000};  // up to 11.6 days
constexpr Range seeds{0, 9223372036854775807};   // TOML integers are signed

constexpr Field scenario_rows[] = {
    descriptive(text<&ScenarioConfig::name>("name", "names the output folder; empty: the file's stem", "")),
    descriptive(text<&ScenarioConfig::description>("description", "one line for takt list", "")),
    choice<&ScenarioConfig::fidelity>("fidelity", "detailed|fast|sampled",
                                      "every burst; rows of bursts at once; and some steps of language models for all",
                                      "fast"),
    number<&ScenarioConfig::seed>("seed", one, seeds, "of every source without a seed of its own", "1"),
};

constexpr Field firmware_rows[] = {
    choice<&FirmwareConfig::policy>("policy",
                                    "fcfs|round-robin|fixed-priority|weighted-fair|sjf|edf|k-edf|least-laxity|prema|"
                                    "dream|moca|pairing|chunked-prefill",
                                    "who runs next"),
    text<&FirmwareConfig::elf>("elf",
                               "with `control_cpu.cost = \"iss\"`: an RV32 executable to run (`firmware/abi/boot.h` is "
                               "the contract); empty: takt's own",
                               ""),
    number<&FirmwareConfig::job_timeout_us>("job_timeout_us", one, {0, 4294967295}, "without progress; 0: never",
                                            "2000000"),
    number<&FirmwareConfig::job_limit_us>(
        "job_limit_us", one, {0, 4294967295},
        "on the engines, in all stays of a job, also with progress: it ends as `TIMEOUT`, the engines are reset; 0: no "
        "limit. 60 s in the Linux driver of a published NPU (`drivers/accel/ivpu`)",
        "0"),
    number<&FirmwareConfig::quantum_us>(
        "quantum_us", one, {0, 4294967295},
        "a job's slice, of policies that slice (`round-robin`, `weighted-fair`); 0: whole jobs", "0"),
    number<&FirmwareConfig::token_budget>("token_budget", one, {1, 65535},
                                          "of `chunked-prefill`: tokens of answers and prompts in an iteration", "256"),
    choice<&FirmwareConfig::preemption>("preemption", "none|cut|forced|kill|always",
                                        "how a job leaves the engines for another one", "cut"),
    text<&FirmwareConfig::partitions>(
        "partitions",
        "the NPU's cores divided: cores of each partition, like `\"2+1+1\"`; at most `npu.cores` and `npu.small.cores` "
        "in all and "
        "`npu.hardware_queues` partitions, each of cores of one kind. Empty: a partition of each kind",
        ""),
    choice<&FirmwareConfig::admission>("admission", "none|utilisation",
                                       "which periodic streams are let in: all, or while their partition has time left",
                                       "none"),
    boolean<&FirmwareConfig::bands>("bands", "bands are kept before the policy is asked, with quanta and graces",
                                    "false"),
    number<&FirmwareConfig::normal_share_percent>(
        "normal_share_percent", one, {0, 99}, "with `bands`: of the time that `focus` keeps `normal` waiting", "10"),
    number<&FirmwareConfig::coalesce_records>(
        "coalesce_records", one, {1, 64},
        "completions that one interrupt of the host announces; more than 1 with `coalesce_us`", "1"),
    number<&FirmwareConfig::coalesce_us>("coalesce_us", one, {0, 1000000},
                                         "how long the first of them waits for the others; 0: at once", "0"),
    number<&FirmwareConfig::duty_active_us>("duty_active_us", one, {0, 1000000},
                                            "how long jobs run between pauses, 10 at least; with `duty_pause_us`", "0"),
    number<&FirmwareConfig::duty_pause_us>(
        "duty_pause_us", one, {0, 1000000},
        "10 at least: no job begins or goes on, from the running job's next cut; 0: no duty cycle", "0"),
    choice<&FirmwareConfig::governor>(
        "governor", "fixed|race|deadline|bandwidth",
        "which operating point the NPU has: one; the fastest with work and the slowest without; the slowest that meets "
        "the deadlines of what runs and of what waits at heads of queues, with a margin; the slowest at which what "
        "runs is hardly slower, because memory limits it. Whatever it is, a sensor that is hot takes one point after "
        "the other away",
        "fixed"),
    number<&FirmwareConfig::power_level>("power_level", one, {0, 15},
                                         "of `fixed`; 0 is the fastest point, `npu.clock_hz`", "0"),
    number<&FirmwareConfig::governor_margin_percent>("governor_margin_percent", one, {0, 100},
                                                     "of `deadline`: that jobs may take longer than estimated", "10"),
    number<&FirmwareConfig::governor_slowdown_percent>(
        "governor_slowdown_percent", one, {0, 100},
        "of `deadline` and `bandwidth`: that jobs without a deadline may take longer than at the fastest point", "5"),
    number<&FirmwareConfig::governor_least_us>(
        "governor_least_us", one, {0, 1000000},
        "of `deadline`: no slower point for what is over sooner. A change stops the clock for `npu.power.relock_ns`",
        "300"),
    choice<&FirmwareConfig::suspend>(
        "suspend", "on|retention|off",
        "the NPU's state once it has been without work for `suspend_us`; `on`: it never sleeps", "on"),
    number<&FirmwareConfig::suspend_us>("suspend_us", one, {1, 1000000000},
                                        "without work before that; the next job pays the state's exit", "1000"),
    number<&FirmwareConfig::scheduling_log>(
        "scheduling_log", one, {0, 1048576},
        "newest events that the firmware writes to memory, at the price of its stores; in the timeline, also an ELF's. "
        "Without it the timeline shows the native build's, for nothing",
        "0"),
};

constexpr Field firmware_metrics_rows[] = {
    number<&FirmwareConfig::metrics_period_us>("metrics_period_us", one, {10, 1000000},
                                               "given: how often the firmware writes its counters to memory, at the "
                                               "price of its stores; `firmware_metrics.csv`"),
    number<&FirmwareConfig::metrics_samples>(
        "metrics_samples", one, {1, 1048576},
        "with `metrics_period_us`: newest samples that are kept in memory, where they are read at the run's end",
        "65536"),
};

// The fallbacks are those of a published driver (Linux, drivers/accel/ivpu: priority band setup).
constexpr Field grace(const char* fallback) {
  return number<&BandConfig::grace_us>("grace_us", one, {0, 1000000},
                                       "what a job of a weaker band has left once this one waits", fallback);
}
constexpr Field process_quantum(const char* fallback) {
  return number<&BandConfig::process_quantum_us>("process_quantum_us", one, {0, 1000000},
                                                 "of a stream while others of its band wait; 0: none", fallback);
}
constexpr Field process_grace() {
  return number<&BandConfig::process_grace_us>("process_grace_us", one, {0, 1000000}, "beyond its quantum", "5000");
}
constexpr Field band_rows[][3] = {{grace("0"), process_quantum("16000"), process_grace()},
                                  {grace("5000"), process_quantum("30000"), process_grace()},
                                  {grace("5000"), process_quantum("20000"), process_grace()},
                                  {grace("0"), process_quantum("20000"), process_grace()}};

constexpr Field run_rows[] = {
    number<&RunConfig::warm_up_us>("warm_up_us", one, microseconds, "run and not measured", "0"),
    number<&RunConfig::measure_us>("measure_us", one, microseconds,
                                   "window; 0: until every stream has finished its requests", "0"),
    descriptive(number<&RunConfig::waveform_us>("waveform_us", one, {100, 1000000000},
                                                "step of power.csv, a multiple of 100; changes no figure", "10000")),
    choice<&RunConfig::drain>("drain", "finish|stop", "what becomes of requests in flight at the window's end",
                              "finish"),
};

constexpr Field limits_rows[] = {
    number<&LimitsConfig::max_time_us>("max_time_us", one, {1, 1000000000000}, "simulated time, drain included",
                                       "60000000"),
    descriptive(number<&LimitsConfig::max_instructions>("max_instructions", one, {1, 1000000000000000},
                                                        "that the simulated core executes; `--max-instructions`",
                                                        "100000000000")),
    descriptive(number<&LimitsConfig::max_log_bytes>("max_log_bytes", one, {1, 1000000000000},
                                                     "of the firmware's traces and console together; `--max-log`",
                                                     "100000000")),
    descriptive(number<&LimitsConfig::starvation_us>(
        "starvation_us", one, microseconds,
        "what `run --check` takes for starvation: a request that waits longer for its first start; 0: nothing",
        "1000000")),
};

constexpr Field ideal_rows[] = {
    boolean<&IdealConfig::memory>("memory", "what if the memories answered at once", "false"),
    boolean<&IdealConfig::noc>("noc", "what if the network had no latency and no limits", "false"),
    boolean<&IdealConfig::scratchpad>("scratchpad", "what if the scratchpad's bandwidth had no end", "false"),
    boolean<&IdealConfig::tensor>("tensor", "what if the tensor engine's array took no time", "false"),
    boolean<&IdealConfig::vector>("vector", "what if the vector engine's rates had no end", "false"),
    boolean<&IdealConfig::firmware>("firmware", "what if the firmware decided at once", "false"),
};

constexpr Field metrics_rows[] = {
    descriptive(boolean<&MetricsConfig::isolated>(
        "isolated", "also run each stream alone, for normalised turnaround times and what follows from them", "false")),
    descriptive(number<&MetricsConfig::sla_permille>("sla_factor", in_permille, {1, 1000000},
                                                     "a request is served in time within so many times its stream's "
                                                     "mean latency alone; Dysta's 10 (arXiv 2310.11096)",
                                                     "10")),
};

constexpr Field tariff_rows[] = {
    descriptive(number<&TariffConfig::microdollars_per_kwh>(
        "usd_per_kwh", usd_in_microdollars, {0, 1000},
        "price of electricity, for `cost_per_answer.price_usd`; public: US households, January 2024 (EIA, Electricity "
        "Monthly Update, released 2024-03-26). From the socket: the charger's and the battery's losses are not in it",
        "0.1545")),
};

constexpr Field stream_rows[] = {
    text<&StreamConfig::model>("model", "a network of the zoo, or a file (a path or a name with an extension)"),
    choice<&StreamConfig::precision>("precision", graph::precision_choices,
                                     "of a network of the zoo (its own: w8a8); a file has its own", "own"),
    text<&StreamConfig::shapes>("shapes",
                                "of inputs that an .onnx file leaves open: NAME=1x3x640x640, with commas between", ""),
    number<&StreamConfig::batch>("batch", one, {1, 1024},
                                 "inferences of a request, at once; a decoder's step has no batch", "1"),
    number<&StreamConfig::context_tokens>("context_tokens", one, {0, 1048576},
                                          "of a decoder's step: room for so many, cached and new; 0: 1024", "0"),
    number<&StreamConfig::past_tokens>("past_tokens", one, {0, 1048575},
                                       "cached at the first request; 0: all there is room for, at every request", "0"),
    number<&StreamConfig::past_step>("past_step", one, {0, 1048575},
                                     "more at each request; without room for more again from `past_tokens`", "0"),
    number<&StreamConfig::prompt_tokens>(
        "prompt_tokens", one, {0, 1048576},
        "of a decoder of the zoo: each request is a prompt of so many tokens and its answer; 0: single inferences",
        "0"),
    number<&StreamConfig::prompt_tokens_max>(
        "prompt_tokens_max", one, {0, 1048576},
        "each prompt's length is drawn from `prompt_tokens` to this, uniformly; 0: all alike", "0"),
    number<&StreamConfig::answer_tokens>("answer_tokens", one, {0, 1048576},
                                         "of an answer; more than 0 with `prompt_tokens`", "0"),
    number<&StreamConfig::answer_tokens_max>("answer_tokens_max", one, {0, 1048576},
                                             "each answer's length is drawn from `answer_tokens` to this; 0: all alike",
                                             "0"),
    number<&StreamConfig::chunk_tokens>(
        "chunk_tokens", one, {2, 8192},
        "of a prompt that one job takes in; the rest goes into chunks of half, a quarter, ... of it, 32 at least",
        "128"),
    number<&StreamConfig::conversations>(
        "conversations", one, {1, 8},
        "at once, each with a cache of its own; a request waits until one has none under way", "1"),
    number<&StreamConfig::turns>(
        "turns", one, {1, 65536},
        "requests of a conversation, each behind all that was said before; all of them together fit `context_tokens`",
        "1"),
    choice<&StreamConfig::kv_precision>(
        "kv_precision", "activations|int8",
        "of cached keys and values: that of the activations (`fp16` with `precision = \"fp16\"`), or 8 bits", "int8"),
    number<&StreamConfig::kv_page_tokens>(
        "kv_page_tokens", one, {1, 8192},
        "whose keys and values a page holds; a divisor or a multiple of `chunk_tokens`", "64"),
    number<&StreamConfig::kv_cache_bytes>(
        "kv_cache_kib", kib_in_bytes, {0, 1073741824},
        "bound of all conversations' keys and values, in KiB; room for one at least; 0: room for all", "0"),
    choice<&StreamConfig::kv_full>("kv_full", "evict|refuse",
                                   "without a free page: a conversation loses its cache, and what it said goes in "
                                   "again; or the request fails with status 5",
                                   "evict"),
    boolean<&StreamConfig::cold_start>("cold_start",
                                       "the model's weights are read from storage (`storage.*`) before its first "
                                       "request, which waits for them; models one after the other",
                                       "false"),
    choice<&StreamConfig::arrival>("arrival", "periodic|poisson|closed_loop|dependent|trace", "when requests come"),
    number<&StreamConfig::period_us>("period_us", one, microseconds, "periodic", "0"),
    number<&StreamConfig::jitter_us>(
        "jitter_us", one, microseconds,
        "periodic: each request is late by up to so much, uniformly, and so does not add up; below `period_us`", "0"),
    number<&StreamConfig::rate_millihertz>("rate_per_s", per_s_in_millihertz, {0, 1000000}, "poisson", "0"),
    number<&StreamConfig::concurrency>("concurrency", one, {0, 1024}, "closed_loop: requests in flight", "0"),
    text<&StreamConfig::after>("after", "dependent: the stream whose completed requests start those of this one", ""),
    number<&StreamConfig::probability>("probability_percent", in_permille, {0, 100},
                                       "dependent: of each of them, drawn by this stream's seed", "100"),
    number<&StreamConfig::delay_us>("delay_us", one, microseconds, "dependent: from completion to request", "0"),
    text<&StreamConfig::trace>("trace", "trace: a request trace; relative to the scenario's folder", ""),
    text<&StreamConfig::trace_stream>("trace_stream", "trace: whose requests of the file; empty: all", ""),
    number<&StreamConfig::trace_one_of>("trace_one_of", one, {1, 1000000},
                                        "trace: one request of so many, drawn by this stream's seed", "1"),
    boolean<&StreamConfig::trace_lengths>(
        "trace_lengths",
        "trace, with `prompt_tokens`: prompts and answers are as long as the file says, "
        "which must lie within the stream's bounds; where it says nothing they are drawn",
        "false"),
    number<&StreamConfig::start_us>("start_us", one, microseconds,
                                    "first arrival; where a trace begins; not of dependent streams", "0"),
    number<&StreamConfig::requests>("requests", one, {0, 1000000000000}, "ends after so many; 0: never", "0"),
    choice<&StreamConfig::band>("band", "idle|normal|focus|realtime", "scheduling class", "normal"),
    number<&StreamConfig::level>("level", one, {0, 31}, "of realtime streams: larger goes first; with `firmware.bands`",
                                 "0"),
    number<&StreamConfig::weight>("weight", one, {0, 1000}, "its share, of policies that share; 0: 1, 3, 9, 27 by band",
                                  "0"),
    number<&StreamConfig::partition>("partition", one, {0, 7}, "of `firmware.partitions` that its jobs run in, from 0",
                                     "0"),
    number<&StreamConfig::deadline_us>("deadline_us", one, microseconds, "from arrival; 0: none", "0"),
    number<&StreamConfig::max_in_flight>("max_in_flight", one, {1, 8},
                                         "requests that the driver submits to the firmware at once; further ones wait",
                                         "8"),
    number<&StreamConfig::max_waiting>("max_waiting", one, {0, 1000000}, "waiting requests; 0: no bound", "0"),
    choice<&StreamConfig::drop>("drop", "newest|oldest", "what goes when one more arrives", "newest"),
    number<&StreamConfig::seed>("seed", one, seeds, "of the probability; 0: drawn from the scenario's", "0"),
};

constexpr Field draft_rows[] = {
    text<&DraftConfig::model>(
        "model",
        "a decoder of the zoo with the vocabulary of the stream's: it proposes tokens of answers, "
        "which the stream's model verifies; its precision and that of its cache are the stream's"),
    number<&DraftConfig::tokens>("tokens", one, {1, 31},
                                 "that it proposes in an iteration; fewer before an answer's end", "4"),
    number<&DraftConfig::acceptance>("acceptance_percent", in_permille, {0, 100},
                                     "chance that a proposed token is accepted, if those before it were; drawn by this "
                                     "stream's seed"),
};

constexpr Field experts_rows[] = {
    number<&ExpertsConfig::skew>(
        "skew", in_permille, {0, 10},
        "of a mixture of experts: a token chooses the n-th expert of a layer with 1 / n^skew of "
        "the first one's chance (Zipf), drawn by this stream's seed; 0: all alike",
        "0"),
    text<&ExpertsConfig::trace>("trace", "a trace of experts instead; relative to the scenario's folder", ""),
    number<&ExpertsConfig::memory_bytes>(
        "memory_kib", kib_in_bytes, {0, 1073741824},
        "memory for the experts that do not lie in `npu.memory`; further ones are read from storage "
        "when a token chooses them, in the place of those not used for the longest time. 0: for all",
        "0"),
};

}  // namespace

Fields scenario_fields() { return table(scenario_rows); }
Fields firmware_fields() { return table(firmware_rows); }
Fields firmware_metrics_fields() { return table(firmware_metrics_rows); }
Fields band_fields(Band band) { return table(band_rows[static_cast<std::size_t>(band)]); }
Fields run_fields() { return table(run_rows); }
Fields limits_fields() { return table(limits_rows); }
Fields ideal_fields() { return table(ideal_rows); }
Fields metrics_fields() { return table(metrics_rows); }
Fields tariff_fields() { return table(tariff_rows); }
Fields stream_fields() { return table(stream_rows); }
Fields draft_fields() { return table(draft_rows); }
Fields experts_fields() { return table(experts_rows); }

}  // namespace takt::config
