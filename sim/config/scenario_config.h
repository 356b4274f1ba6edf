// One scenario: a SoC, the firmware's policy, who asks for what when, and how long it is watched.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "models/peripherals/config.h"
#include "sim/config/fault_config.h"
#include "sim/config/soc_config.h"
#include "sim/graph/precision.h"
#include "sim/offload/guideline.h"

namespace takt::config {

enum class Band : std::uint8_t { idle, normal, focus, realtime };  // numbered as takt_band

// How a job leaves the engines for another one (firmware/abi/scheduling.h). always: at each of its cuts, for tests.
enum class Preemption : std::uint8_t { none, cut, forced, kill, always };

// Whether periodic streams are let in by what they ask for.
enum class Admission : std::uint8_t { none, utilisation };

struct BandConfig {
  std::uint32_t grace_us = 0;
  std::uint32_t process_quantum_us = 0;  // 0: none
  std::uint32_t process_grace_us = 0;
};

// How the firmware chooses the NPU's operating point; numbered as takt_governor.
enum class Governor : std::uint8_t { fixed, race, deadline, bandwidth };

// Numbered as takt_npu_power_state.
enum class SleepState : std::uint8_t { on, retention, off };

struct FirmwareConfig {
  std::string policy;                // a name of the firmware's registry
  std::string elf;                   // as written; empty: takt's own
  std::string elf_path;              // relative paths resolved against the scenario's folder
  std::uint64_t job_timeout_us = 0;  // without progress; 0: never
  std::uint64_t job_limit_us = 0;    // on the engines, whatever its progress; 0: none
  std::uint64_t quantum_us = 0;      // of the policy; 0: none
  std::uint32_t token_budget = 0;    // of the policy chunked-prefill: prompts and answers of an iteration
  Preemption preemption = Preemption::cut;
  std::string partitions;  // cores of each, "2+1+1", as written; empty: one of all cores. See partitions.h
  Admission admission = Admission::none;
  bool bands = false;              // kept by the kernel, before it asks the policy
  std::array<BandConfig, 4> band;  // by Band
  std::uint32_t normal_share_percent = 0;
  // Completions that one interrupt of the host announces, and how long the first waits for the others; 0: at once.
  std::uint64_t coalesce_records = 0;
  std::uint64_t coalesce_us = 0;
  // Work and pause by turns; 0: no pause.
  std::uint64_t duty_active_us = 0;
  std::uint64_t duty_pause_us = 0;
  Governor governor = Governor::fixed;
  std::uint32_t power_level = 0;                // of the fixed one, 0 is the fastest
  std::uint32_t governor_margin_percent = 0;    // of estimates, against deadlines
  std::uint32_t governor_slowdown_percent = 0;  // that jobs without a deadline may suffer
  std::uint32_t governor_least_us = 0;          // no slower point for what is over sooner
  SleepState suspend = SleepState::on;          // of the NPU without work; on: none
  std::uint32_t suspend_us = 0;                 // how long it is without work before
  std::uint64_t scheduling_log = 0;             // records kept in memory; 0: none
  bool metrics = false;                         // metrics_period_us is given
  std::uint64_t metrics_period_us = 0;          // between samples of the metric streamer
  std::uint64_t metrics_samples = 0;            // that its ring holds
};

enum class Arrival : std::uint8_t { periodic, poisson, closed_loop, dependent, trace };
enum class Drop : std::uint8_t { newest, oldest };

// What keys and values of a conversation are kept as, and what happens where there is no more room for them.
enum class KvPrecision : std::uint8_t { activations, int8 };
enum class KvFull : std::uint8_t { evict, refuse };

// What device or cloud needs to know of a stream's prompts. Other streams stay on the device.
struct StreamOffloadConfig {
  std::uint64_t private_share = 0;        // of requests that must not leave the device, in thousandths of a percent
  std::uint32_t quality = 0;              // that answers need, on any scale
  std::uint32_t quality_max = 0;          // what each answer needs is drawn from `quality` to that; 0: all alike
  std::uint32_t device_quality = 0;       // that the stream's model gives; the cloud's is enough for any
  std::uint32_t device_tokens = 0;        // prompt and answer together that the device takes; 0: what there is room for
  std::uint64_t upload_bytes = 0;         // of a request beside its text: pictures, sound
  std::uint32_t cloud_cached_tokens = 0;  // of each prompt, known to the cloud from before
};

// Speculative decoding (Leviathan et al., "Fast Inference from Transformers via Speculative Decoding", ICML 2023): a
// small model proposes tokens one after the other, the stream's model verifies all of them in one step.
struct DraftConfig {
  bool enabled = false;          // the stream names a draft
  std::string model;             // a decoder of the zoo, of the stream's vocabulary
  std::uint32_t tokens = 0;      // proposed in an iteration
  std::uint64_t acceptance = 0;  // of each, if those before it are accepted; in thousandths of a percent
};

// Which experts the tokens of a mixture of experts choose: drawn, or as a trace has it.
struct ExpertsConfig {
  bool enabled = false;    // the stream has such keys
  std::uint64_t skew = 0;  // thousandths: the n-th expert has 1 / n^skew of the first one's chance; 0: all alike
  std::string trace;       // a file, as written; empty: drawn
  std::string trace_path;  // relative paths resolved against the scenario's folder
  // For those that do not lie in the NPU's memory: what they have of it; the others are read from storage when tokens
  // choose them. 0: room for all.
  std::uint64_t memory_bytes = 0;
};

// A source of requests.
struct StreamConfig {
  std::string name;        // unique in the scenario
  std::string model;       // as written: a zoo name, or a file
  std::string model_path;  // the file, relative paths resolved against the scenario's folder; empty: zoo
  graph::Precision precision = graph::Precision::own;  // of a zoo network; a file has its own
  std::string shapes;                // of inputs that the file leaves open: "NAME=1x3x640x640", several with commas
  std::uint32_t batch = 1;           // inferences of a request, at once
  std::uint32_t context_tokens = 0;  // of a decoder of the zoo: room for so many, cached and new; 0: 1024
  std::uint32_t past_tokens = 0;     // cached at the first request; 0: as many as there is room for, at every request
  std::uint32_t past_step = 0;       // more at each request; where there is no more room, again from past_tokens
  // Requests to a decoder of the zoo: a prompt goes in by chunks, the answer comes token by token. 0: single
  // inferences.
  std::uint32_t prompt_tokens = 0;
  std::uint32_t prompt_tokens_max = 0;  // each prompt's length is drawn up to that; 0: all are alike
  std::uint32_t answer_tokens = 0;
  std::uint32_t answer_tokens_max = 0;  // likewise
  std::uint32_t chunk_tokens = 128;     // of a prompt, in a job
  std::uint32_t conversations = 1;      // at once, 1..8
  std::uint32_t turns = 1;              // requests of a conversation; each builds on those before
  KvPrecision kv_precision = KvPrecision::int8;
  std::uint32_t kv_page_tokens = 64;
  std::uint64_t kv_cache_bytes = 0;  // of all conversations; 0: room for all of them
  KvFull kv_full = KvFull::evict;
  DraftConfig draft;
  ExpertsConfig experts;
  bool cold_start = false;  // its model is read from storage first; requests wait for that
  Arrival arrival = Arrival::closed_loop;
  std::uint64_t period_us = 0;        // periodic
  std::uint64_t jitter_us = 0;        // periodic: each arrival is late by up to so much
  std::uint64_t rate_millihertz = 0;  // poisson: requests per 1000 s (key rate_per_s, up to 3 decimals)
  std::uint32_t concurrency = 0;      // closed_loop: requests in flight
  std::string after;                  // dependent: the stream whose completions start requests
  std::uint64_t probability = 0;      // dependent: of each, in thousandths of a percent
  std::uint64_t delay_us = 0;         // dependent: from completion to request
  std::string trace;                  // trace: a file, as written
  std::string trace_path;             // relative paths resolved against the scenario's folder
  std::string trace_stream;           // trace: whose requests of the file; empty: all
  std::uint64_t trace_one_of = 1;     // trace: one request of so many, at random
  bool trace_lengths = false;         // trace: what the file says of prompts and answers holds; else they are drawn
  std::uint64_t start_us = 0;         // first request; where the Poisson process, or the trace, begins
  std::uint64_t requests = 0;         // ends after so many; 0: never
  Band band = Band::normal;
  std::uint32_t level = 0;          // in the realtime band, larger is stronger
  std::uint32_t weight = 0;         // of its share; 0: by its band
  std::uint32_t partition = 0;      // whose cores its jobs run on
  std::uint64_t deadline_us = 0;    // from arrival; 0: none
  std::uint32_t max_in_flight = 8;  // requests submitted to the firmware at once, 1..8
  std::uint32_t max_waiting = 0;    // requests that wait beside those submitted; 0: no bound
  Drop drop = Drop::newest;         // which to drop when one more arrives
  std::uint64_t seed = 0;           // as written; see effective_seed()
  StreamOffloadConfig offload;
};

// Background traffic through one NoC initiator port of its own.
struct TrafficSource {
  std::string port;                    // name in soc.noc.initiators
  peripherals::TrafficConfig traffic;  // traffic.seed is the effective one
};

enum class Drain : std::uint8_t {
  finish,  // no arrivals after the window; what is in flight runs to its end
  stop,    // the run ends with the window; what is in flight is pending
};

// Simulated time: [0, warm_up) is run and not measured, [warm_up, warm_up + measure) is measured, then the drain.
struct RunConfig {
  std::uint64_t warm_up_us = 0;
  std::uint64_t measure_us = 0;   // 0: until every stream has finished its `requests`
  std::uint64_t waveform_us = 0;  // step of power.csv
  Drain drain = Drain::finish;
};

struct LimitsConfig {
  std::uint64_t max_time_us = 0;       // simulated; reaching it is exit code 4
  std::uint64_t max_instructions = 0;  // of the simulated core; the same
  std::uint64_t max_log_bytes = 0;     // of the firmware's traces and console; the same
  std::uint64_t starvation_us = 0;     // a request that waits longer for its start has starved (--check); 0: none has
};

// Resources that cost no time: what if. Programs are those of the SoC as it is.
struct IdealConfig {
  bool memory = false;      // answers at once; no system cache
  bool noc = false;         // no latency, no end to its links and credits, no regulators
  bool scratchpad = false;  // no end to its bandwidth, the tensor engine's feed included
  bool tensor = false;      // no time in the array
  bool vector = false;      // no end to its rates
  bool firmware = false;    // decides at once
};

// Figures of results.json that compare streams with themselves alone.
struct MetricsConfig {
  bool isolated = false;  // also run each stream alone, and give `metrics`
  // A request is served in time within so many thousandths of its stream's latency alone.
  std::uint64_t sla_permille = 0;
};

// What energy costs on the device: a price of electricity.
struct TariffConfig {
  std::uint64_t microdollars_per_kwh = 0;
};

// How things stand around the phone, from a time on.
struct OffloadPhase {
  std::string name;  // unique in the scenario; empty: the first one, at which everything begins
  std::uint64_t from_us = 0;
  bool online = true;
  bool states_charge = false;    // the scenario gives this phase a battery_percent
  std::uint32_t battery = 1000;  // thousandths; where it is not stated, as in the phase before
  bool charging = false;
};

// Device or cloud, for each prompt.
struct OffloadConfig {
  bool enabled = false;  // the scenario names a link
  offload::Link link;
  offload::Cloud cloud;
  std::vector<std::string> curve;  // names of its points, as the sections of the file
  offload::Guideline guideline;
  std::uint64_t device_mw = 0;   // while the device serves a request: for predictions alone
  bool device_measured = false;  // of programs that have run, what their jobs have spent instead
  bool drains = false;           // the scenario gives a battery: its charge is a state
  std::uint64_t battery_mwh = 0, battery_other_mw = 0, charger_mw = 0;
  std::uint64_t cloud_requests = 1;  // that the cloud's engine serves at once
  std::uint32_t minute_of_day = 0;   // UTC, when arrivals begin
  std::uint64_t request_bytes = 0;   // up, beside text and upload
  std::uint64_t prompt_token_bytes = 0, answer_token_bytes = 0;
  std::vector<OffloadPhase> phases = {OffloadPhase()};  // by time; the first begins with the arrivals
};

// How much is simulated: every burst, rows of bursts at once, or some of a language model's steps for all of them.
enum class Fidelity : std::uint8_t { detailed, fast, sampled };

struct ScenarioConfig {
  std::string name;  // key `name`, else the file's stem
  std::string description;
  SocConfig soc;
  FirmwareConfig firmware;
  std::vector<StreamConfig> streams;      // in the order of the file
  std::vector<TrafficSource> traffic;     // in the order of the file
  std::vector<FaultConfig> faults;        // likewise
  std::vector<std::string> module_ports;  // no key: NoC ports that the program's own modules take (platform::Modules)
  RecoveryConfig recovery;
  RunConfig run;
  LimitsConfig limits;
  IdealConfig ideal;
  MetricsConfig metrics;
  TariffConfig tariff;
  OffloadConfig offload;
  Fidelity fidelity = Fidelity::fast;
  std::uint64_t seed = 0;
};

// Seed of the n-th source (streams first, then traffic, then faults): its own where it has one, else drawn from the
// scenario's.
std::uint64_t effective_seed(std::uint64_t scenario_seed, std::uint64_t own_seed, std::uint64_t ordinal);

// Whether a stream of it has its model, or experts of it, from storage.
bool reads_storage(const ScenarioConfig& scenario);

}  // namespace takt::config
