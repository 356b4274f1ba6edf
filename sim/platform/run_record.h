// What a finished run leaves behind: plain data, filled by the platform, read by results. Nothing here is derived.
//
// Requests are listed for the whole run. Every counter, busy time, byte count and energy covers `window` only: the
// platform takes its counters at the window's begin and end and records the difference.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/units/quantity.h"
#include "sim/offload/guideline.h"
#include "sim/platform/rails.h"

namespace takt::platform {

using Attojoules = unsigned __int128;  // 1 mJ = 10^15 aJ

struct Interval {
  units::Time begin, end;  // [begin, end), begin < end
  units::Time length() const { return end - begin; }
};

enum class RequestStatus : std::uint8_t { completed, failed, dropped, pending };

// Device or cloud for one prompt: what was asked when it came, and the answer.
struct PlacementRecord {
  bool is_private = false;
  std::uint32_t quality = 0;  // that its answer needs
  std::optional<offload::Prediction> device;
  offload::Prediction cloud;
  offload::Decision decision;
  offload::Place answered = offload::Place::nowhere;  // of a hedged one, once it is

  offload::Place place() const { return decision.hedged() ? answered : decision.place; }
  // The cloud was asked, and is paid.
  bool asked_cloud() const { return decision.hedged() || decision.place == offload::Place::cloud; }
};

// What a request was charged with: in the whole run, and of it inside the window.
struct RequestEnergy {
  Attojoules all = 0, in_window = 0;
};

// Times are units::never() where the request did not come so far.
struct RequestRecord {
  units::Time submitted;                     // the user asked
  units::Time accepted = units::never();     // the firmware read its first slot
  units::Time started = units::never();      // first dispatch to the engines, or first operator on the CPU
  units::Time finished = units::never();     // the user has the answer; for a failed one, the failure
  units::Time deadline = units::never();     // absolute; never(): none
  units::Time first_token = units::never();  // of the answer to a prompt
  std::uint32_t prompt_tokens = 0;           // 0: an inference
  std::uint32_t answer_tokens = 0;           // that came
  std::uint32_t preemptions = 0;
  std::uint32_t fault = 0;  // takt_status of a failed one
  RequestStatus status = RequestStatus::pending;
  std::optional<PlacementRecord> placement = {};  // nothing: on the device, and nobody asked

  bool offloaded() const { return placement && placement->place() == offload::Place::cloud; }
};

// What a request waits for or is served by; every instant of its latency belongs to one of them.
enum class PathPart : std::uint8_t {
  driver,     // application CPU, until its first job is in the ring: driver, software stack, waiting for room
  firmware,   // its job is in the ring, and the engines are free
  own,        // the engines are held by another request of its stream
  others,     // by other streams
  change,     // saving and restoring its preempted job
  front_end,  // on the engines, and nothing moves or computes: programs and commands are fetched
  tensor,     // the tensor engine computes
  vector,     // the vector engine does, and the tensor engine does not
  overhead,   // per-operator cost of the software stack alone
  dma_in,     // transfers from memory alone
  dma_out,    // transfers to memory alone
  operators,  // on the application CPU
  answer,     // a job or operator is over: record, interrupt, driver, software stack; up to the next one, or the caller
  storage,    // storage is read: its model before its first job, or experts before one of them
};
constexpr std::size_t path_parts = 14;

struct PathRecord {
  std::array<units::Time, path_parts> parts;
  std::map<std::uint32_t, units::Time> blockers;  // of `others`, by stream

  units::Time& operator[](PathPart part) { return parts[static_cast<std::size_t>(part)]; }
};

// The firmware gave or took the engines, when the NPU did it.
struct DecisionRecord {
  units::Time at;
  const char* what = "";  // "start", "preempt" (asked to leave), "resume", "abort"
  std::uint32_t stream = 0;
  std::uint32_t request = 0;
  std::uint32_t step = 0;  // of the request
};

// Of the battery that a scenario gives, over the window.
struct BatteryRecord {
  Attojoules capacity = 0, begin = 0, end = 0;
};

// What a stream's requests answered, in runs that give answers. All have the same input.
struct AnswersRecord {
  std::map<std::uint64_t, std::uint64_t> requests;  // completed ones, by the hash (FNV-1a) of their outputs
};

// A stream's turns on the engines. A turn is ready when the stream has a job in its ring and its turn before is over;
// it begins when the job owns the engines and ends when the job is over or saved. Counted where it begins inside the
// window.
struct TurnsRecord {
  std::uint64_t count = 0;
  units::Time runtime;                // on the engines inside the window, saving and restoring included
  units::Time delay;                  // ready to begin, all turns together
  units::Time longest, ready, begin;  // the longest delay, the first of equal ones, and where it lies
};

// What a stream of prompts had of tokens, in the whole run.
struct TokensRecord {
  struct Token {
    units::Time at;                       // the user has it
    units::Time behind = units::never();  // the one before it; never(): it is an answer's first
  };
  std::vector<Token> answers;                           // in the order in which they came
  std::uint64_t evictions = 0;                          // of conversations' caches
  std::uint64_t recomputed = 0;                         // tokens that went in again because of them
  std::uint64_t refused = 0;                            // requests that found no room
  std::uint64_t most_cache_bytes = 0, cache_bytes = 0;  // used at most, and the bound
  struct Draft {
    std::string model;
    std::uint64_t iterations = 0;  // steps that verified proposals
    std::uint64_t proposed = 0;    // tokens
    std::uint64_t accepted = 0;    // of them
  };
  std::optional<Draft> draft;  // of a stream with a draft model
  struct Experts {
    std::uint64_t chosen = 0, chosen_near = 0;  // by tokens, in each layer; of them, in the NPU's memory
    std::uint64_t loaded = 0, loaded_near = 0;  // by jobs, once for all tokens of one; likewise
    struct Storage {
      std::uint64_t memory_bytes = 0;     // room for those that lie in storage
      std::uint64_t read = 0, bytes = 0;  // of those loaded, from storage first
      units::Time waited;                 // by jobs, for that
    };
    std::optional<Storage> storage;  // where some lie there
  };
  std::optional<Experts> experts;  // of a mixture of experts
};

// A stream whose model is read from storage before its first request.
struct ColdStartRecord {
  std::uint64_t bytes = 0;  // weights
  // From the driver's being ready to the last byte, other models' loads included; never(): not until the run's end.
  units::Time load;
};

struct StreamRecord {
  std::string name;
  std::string model;
  std::string band;                     // "idle", "normal", "focus", "realtime"
  std::vector<RequestRecord> requests;  // in the order of submission
  units::Time software_per_request;     // spent in the deployed software stack around driver and firmware
  std::optional<Attojoules> energy;     // attributed to this stream; nullopt: not measured
  std::vector<RequestEnergy> request_energy =
      {};  // by request: those of the window add up to `energy`; empty: not measured
  std::optional<AnswersRecord> answers;
  std::optional<TokensRecord> tokens;  // of a stream of prompts
  std::optional<ColdStartRecord> cold_start;
  TurnsRecord turns;
  bool refused = false;                // by the firmware's admission control: its requests failed
  std::vector<PathRecord> paths = {};  // of requests that ended on the device: add up to their latency. Others: zero
  std::optional<std::uint64_t> dram_bytes = {};  // at the pins, caused by this stream; nullopt: not measured
  bool decides = false;                          // device or cloud, for each of its requests
};

// A stream's run alone: the scenario without other streams and background traffic. Requests are those submitted inside
// its window, as the stream's own are.
struct IsolatedRecord {
  std::uint64_t completed = 0;       // requests
  units::Time turnaround;            // their mean latency; where there are any
  std::uint64_t finished = 0;        // requests, inside the window
  std::optional<Attojoules> energy;  // charged to the stream; nullopt: not measured
  std::string failure;               // why the run came to nothing; empty: it did not
};

// What `metrics` of results.json needs beside the run.
struct IsolationRecord {
  std::uint64_t sla_permille = 0;       // of the mean latency alone: how long a request may take
  std::vector<IsolatedRecord> streams;  // in the scenario's order
};

// A distribution that a block keeps as a histogram or as sums.
struct LatencyRecord {
  std::uint64_t samples = 0;
  units::Time total;
  std::optional<units::Time> p99;  // as exact as the block's histogram; nullopt: not measured
  std::optional<units::Time> max;
};

// The busiest of the equal spans into which the block cuts the window.
struct PeakBytes {
  units::Time span;
  std::uint64_t bytes = 0;  // in that span
};
struct PeakEnergy {
  units::Time span;
  Attojoules energy = 0;
};

struct EngineRecord {
  std::string name;  // "tensor", "vector", "dma_in", "dma_out"
  units::Time busy;
  std::uint64_t commands = 0;  // retired
};

struct NpuRecord {
  std::uint32_t cores = 1;
  std::vector<EngineRecord> engines;  // each of all cores together
  std::uint64_t useful_macs = 0;
  std::uint64_t padding_macs = 0;
  std::uint64_t recomputed_macs = 0;               // issued = useful + padding + recomputed
  units::Time software_overhead;                   // per-operator cost of the deployed stack, all engines together
  std::map<std::string, std::uint64_t> dma_bytes;  // by purpose: "constants", "activations_in", "save", ...
  std::uint64_t preemptions = 0;
  std::vector<units::Time> preemption_latencies;  // request to preempt until the engines are free
  std::vector<units::Time> preemption_stops;      // of it until the engines stand still
  std::vector<units::Time> preemption_saves;      // and the rest
  std::vector<units::Time> restores;              // a preempted job has the engines again until it goes on
};

// Of a run that reads it, in the measurement window.
struct StorageRecord {
  std::uint64_t reads = 0, bytes = 0;  // ended; written to memory
  units::Time busy;
};

struct CpuRecord {
  units::Time control_busy;                   // control processor not waiting for an interrupt
  std::uint64_t interrupts = 0;               // taken by the control processor
  std::vector<units::Time> dispatch;          // doorbell accepted to first command fetched, per job
  std::optional<std::uint64_t> instructions;  // of the control processor, where it executes some
  units::Time app_busy;                       // driver and fallback operators
};

// Bytes as the system cache and the memories saw them. requested = hit + miss + bypass;
// dram_read + dram_written = fill + write_back + bypass + rounding.
struct TrafficRecord {
  std::string initiator;         // NoC port
  std::uint64_t bytes_read = 0;  // left or entered the initiator
  std::uint64_t bytes_written = 0;
  std::uint64_t hit_bytes = 0;
  std::uint64_t miss_bytes = 0;
  std::uint64_t bypass_bytes = 0;
  std::uint64_t fill_bytes = 0;
  std::uint64_t write_back_bytes = 0;
  std::uint64_t rounding_bytes = 0;   // read or written only because bursts are whole
  std::uint64_t dram_read_bytes = 0;  // at the DRAM pins
  std::uint64_t dram_written_bytes = 0;
  LatencyRecord latency;  // of its stretches: request to last beat
  units::Time throttled;  // held by the port's regulator
};

struct MemoryRecord {
  std::string name;  // within the SoC
  std::string preset;
  std::uint64_t peak_bytes_per_second = 0;
  std::uint64_t bytes_read = 0;  // at the pins
  std::uint64_t bytes_written = 0;
  std::uint64_t row_hits = 0;
  std::uint64_t row_misses = 0;  // activations needed, conflicts included
  std::uint64_t refreshes = 0;
  LatencyRecord latency;
  std::optional<PeakBytes> peak;
};

struct MemorySystemRecord {
  std::vector<MemoryRecord> memories;
  std::vector<TrafficRecord> initiators;
  LatencyRecord latency;          // all memories
  std::optional<PeakBytes> peak;  // all memories together
  bool has_cache = false;
};

struct ComponentEnergy {
  std::string name;  // "npu.tensor", "dram", "dram_phy", ...
  Attojoules energy = 0;
};

// Of a node of the thermal network, in thousandths of a degree Celsius, over the window.
struct TemperatureRecord {
  std::string node;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  std::uint64_t most = 0;
};

// The NPU at one of its operating points, fastest first.
struct LevelRecord {
  std::uint64_t clock_hz = 0;
  units::Time time;  // awake
};

// Energy of the rails over one step of the waveform, which ends at `at`, and how things stand then.
struct PowerStep {
  units::Time at;
  std::array<Attojoules, rail_count> rails{};
  std::uint64_t npu_clock_hz = 0;  // 0: asleep
  std::uint64_t npu_millicelsius = 0, skin_millicelsius = 0;
};

struct PowerRecord {
  std::vector<LevelRecord> levels;
  units::Time clock_stopped;  // of these times, while the clock changed
  units::Time retention, off;
  std::optional<std::array<units::Time, 2>> cores_off;  // of kinds of cores that lose their power without jobs
  std::uint64_t level_changes = 0;
  units::Time hot;               // a temperature sensor was, from its trip until it cleared
  std::vector<PowerStep> steps;  // of the waveform, inside the window; the last may be shorter
  std::vector<ComponentEnergy> components;
  std::optional<Attojoules> layers;  // of the streams' energy, what stands in RunRecord::layers; nullopt: not measured
  std::vector<TemperatureRecord> temperatures;
  std::optional<BatteryRecord> battery;
  std::optional<PeakEnergy> peak;
};

// What moved and was spent in a part of the window.
struct SpanRecord {
  units::Time begin, end;
  std::vector<std::uint64_t> ports;     // bytes granted, by NoC port
  std::vector<std::uint64_t> memories;  // bytes at the pins, in the order of MemorySystemRecord::memories
  std::vector<Attojoules> components;   // energy
};

struct SpansRecord {
  std::vector<std::string> ports, components;  // names
  std::vector<SpanRecord> spans;
};

// One layer of one model, summed over its executions.
struct LayerRecord {
  std::string model;
  std::uint32_t index = 0;  // of the program
  std::string name;
  std::string op;
  std::uint64_t runs = 0;
  std::uint64_t tensor_cycles = 0;  // engine-busy, of the NPU's clock
  std::uint64_t vector_cycles = 0;
  std::uint64_t dma_in_cycles = 0;
  std::uint64_t dma_out_cycles = 0;
  std::uint64_t overhead_cycles = 0;  // software stack
  units::Time wall;                   // first begin to last end
  std::uint64_t bytes_in = 0;         // DMA
  std::uint64_t bytes_out = 0;
  std::uint64_t useful_macs = 0;
  std::uint64_t issued_macs = 0;
  std::string bound;                // what bound it: "tensor", "vector", "dma_in", "dma_out", "overhead"
  std::vector<units::Time> stalls;  // one per RunRecord::stall_reasons
  Attojoules energy = 0;            // of its commands and their transfers
};

// Operators the NPU lacks, run on the application CPU.
struct FallbackRecord {
  std::string model;
  std::string op;           // kind, or the source's own name
  std::string name;         // of one operator, or of the first of `count` alike
  std::uint64_t count = 0;  // executions
  units::Time time;
};

// What one kind of background source counts beside what all do.
struct BackgroundFigure {
  enum Unit : std::uint8_t { count, bytes, time };  // time: in picoseconds
  std::string name;                                 // in results.json, without the unit
  std::string rate;                                 // name of the count per second; empty: none
  Unit unit = count;
  std::uint64_t value = 0;
};

// What the latency of an access begins with is its issue, what it ends with its last byte.
struct BackgroundRecord {
  std::string name;
  std::string kind;
  std::uint64_t reads = 0;
  std::uint64_t writes = 0;
  std::uint64_t bytes_read = 0;
  std::uint64_t bytes_written = 0;
  units::Time read_latency_sum;
  units::Time write_latency_sum;
  std::uint64_t missed = 0;   // deadlines; which, the kind says
  std::uint64_t skipped = 0;  // accesses given up
  units::Time worst_latency;
  std::vector<BackgroundFigure> figures;

  std::uint64_t accesses() const { return reads + writes; }
  std::uint64_t bytes() const { return bytes_read + bytes_written; }
  // 0 where the kind has none of that name.
  std::uint64_t figure(const std::string& wanted) const {
    for (const BackgroundFigure& each : figures)
      if (each.name == wanted) return each.value;
    return 0;
  }
};

// One time that a fault of the scenario struck. Times are units::never() where it did not come so far.
struct FaultStrike {
  units::Time at;
  units::Time detected = units::never();   // somebody did something about it, or found what it hid
  units::Time recovered = units::never();  // the next job that it concerns got the engines, or was answered
  std::uint64_t failed_jobs = 0;           // the jobs that it struck, answered as failed
  std::uint64_t collateral_jobs = 0;       // others that failed, or were submitted again, because of it
  std::uint64_t lost_jobs = 0;             // submitted before it and without an answer when the run ended
};

struct FaultRecord {
  std::string name;
  std::string kind;          // as the scenario has it
  std::uint64_t events = 0;  // struck; several events of one job are one strike
  std::vector<FaultStrike> strikes;
};

// What driver and hardware did about failures.
struct RecoveryRecord {
  std::uint64_t looks = 0;          // the driver looked itself, without an interrupt
  std::uint64_t records_found = 0;  // by that
  std::uint64_t doorbells_repeated = 0;
  std::uint64_t queues_rebuilt = 0;  // whose ring the firmware had refused
  std::uint64_t cold_boots = 0;
  std::uint64_t warm_boots = 0;  // tried
  std::uint64_t jobs_submitted_again = 0;
  std::uint64_t stale_records = 0;      // of jobs already answered: none must be
  std::uint64_t engine_resets = 0;      // seen at the NPU
  std::uint64_t watchdog_expiries = 0;  // of the control processor's
  std::uint64_t firmware_faults = 0;    // it did what it cannot recover from
};

// What the firmware did that it cannot recover from, the first time.
struct FirmwareFaultRecord {
  units::Time at;
  std::string what;
};

// The firmware wrote SYSTEM.TRACE. Counts since the core's start.
struct TracePointRecord {
  units::Time at;
  std::uint64_t instructions = 0;
  std::uint64_t cycles = 0;      // sleep included
  std::uint64_t bus_cycles = 0;  // of them waiting for registers and shared memory
  bool asleep = false;           // not written: the core went to sleep
  std::uint32_t point = 0, argument = 0;
};

// Where the firmware's ELF lies in the control processor's memory. Sections as size(1) adds them up: constants count
// with the text, the stack with the bss.
struct FirmwareMemoryRecord {
  std::uint64_t text_bytes = 0;
  std::uint64_t data_bytes = 0;
  std::uint64_t bss_bytes = 0;
  std::uint64_t limit_bytes = 0;
  std::uint64_t stack_limit_bytes = 0;            // 0: the ELF does not say
  std::optional<std::uint64_t> stack_used_bytes;  // from its top to the lowest byte that is not zero at the run's end
};

// What the firmware has counted since it booted (takt_metric_sample in firmware/abi/service.h).
struct FirmwareSampleRecord {
  units::Time at;
  units::Time busy;  // a job was on the engines
  std::uint32_t interrupts = 0, slots = 0, rejected = 0, dispatches = 0, jobs_finished = 0, preemptions = 0,
                timeouts = 0, waiting = 0, preemption_limited = 0, kills = 0, collateral = 0;
  std::uint32_t boot = 1;  // from 1
  std::uint64_t lost = 0;  // samples before it that were overwritten
};

// Of the metric streamer, over the whole run.
struct FirmwareMetricsRecord {
  std::vector<FirmwareSampleRecord> samples;
  std::uint64_t written = 0;  // by the firmware
  std::uint64_t lost = 0;     // of these, overwritten before they were read
};

// An open queue in the firmware's eyes.
struct FirmwareQueueRecord {
  struct Job {
    std::uint32_t stream = 0, request = 0, step = 0;
  };
  std::uint32_t queue = 0, band = 0, context = 0;
  bool stopped = false, suspended = false, running = false;
  std::uint32_t waiting = 0;    // slots that the firmware holds
  std::uint32_t ring_head = 0;  // next slot it takes
  std::uint64_t job = 0;        // id in the slot at the head; 0: none
  std::optional<Job> of;        // whose that is
};

// What the firmware says of itself when asked.
struct FirmwareStateRecord {
  FirmwareSampleRecord now;
  std::vector<FirmwareQueueRecord> queues;
};

// Of language models' steps with fidelity `sampled`: time on the engines, and how much of it was not simulated.
struct SampledRecord {
  units::Time steps, replayed;
};

struct RunRecord {
  std::string scenario;
  std::string scenario_hash;
  std::string config_hash;  // over the keys that can change simulated behaviour
  std::string soc;
  std::string firmware_build;  // "native", "rv32"
  std::string firmware_hash;   // of the ELF; empty: native
  std::string firmware_policy;
  std::optional<FirmwareMemoryRecord> firmware_memory;  // rv32 alone
  std::string fidelity;
  std::optional<SampledRecord> sampled;  // in the window; of that fidelity
  std::uint64_t seed = 0;
  std::uint64_t tariff = 0;  // of electricity: millionths of a US dollar a kilowatt-hour
  units::Time simulated;     // whole run
  Interval window;

  std::vector<StreamRecord> streams;         // in the scenario's order
  std::optional<IsolationRecord> isolation;  // where asked for
  NpuRecord npu;
  CpuRecord cpu;
  MemorySystemRecord memory;
  std::optional<StorageRecord> storage;  // of a run that reads it
  PowerRecord power;
  SpansRecord spans;
  std::vector<std::string> stall_reasons;  // columns of LayerRecord::stalls
  std::vector<LayerRecord> layers;         // by model, then index
  std::vector<FallbackRecord> fallback;
  std::vector<DecisionRecord> decisions;  // of the whole run
  std::vector<BackgroundRecord> background;
  std::vector<FaultRecord> faults;         // of the whole run, in the scenario's order
  std::optional<RecoveryRecord> recovery;  // likewise; where the scenario has faults or a recovery
  std::optional<FirmwareFaultRecord> firmware_fault;
  std::optional<FirmwareMetricsRecord> firmware_metrics;  // of the whole run, where asked for
  std::vector<TracePointRecord> trace_points;             // of the whole run, where asked for
  std::vector<std::string> estimates;                     // estimated preset figures that the run rests on
  std::map<std::string, std::string> notes;               // results.json path -> why null, and the like
};

// The machine that ran the simulation. The only part of a result that may differ from run to run.
struct HostRecord {
  std::uint64_t wall_ns = 0;
  std::uint64_t peak_rss_bytes = 0;
};

}  // namespace takt::platform
