// The application's driver: boots the firmware, creates queues, registers programs, turns arrivals into jobs, takes
// completions, runs fallback operators between the parts of a model.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "firmware/abi/boot.h"
#include "firmware/abi/ring.h"
#include "firmware/abi/scheduling.h"
#include "firmware/abi/service.h"
#include "models/cpu/app/app_cpu.h"
#include "models/peripherals/storage.h"
#include "models/units/clock.h"
#include "sim/platform/arrivals.h"
#include "sim/platform/fault_injector.h"
#include "sim/platform/run_record.h"
#include "sim/platform/workload.h"

namespace takt::platform {

class Offloading;

// Which request and step a job belongs to; index = job id.
struct JobRef {
  std::uint32_t stream = 0;
  std::uint32_t request = 0;
  std::uint32_t step = 0;
  std::uint32_t program = 0;  // index among the stream's
  TokenJob tokens = {};       // of a stream of prompts
};

// Where the driver's view of requests goes besides the record.
class RequestSink {
 public:
  virtual ~RequestSink() = default;
  // The request is over (completed, failed or dropped).
  virtual void on_request(std::uint32_t stream, std::uint32_t request, const RequestRecord& record) = 0;
  // A job is in its stream's ring, and the doorbell is about to be rung. The driver has worked on it since `since`.
  virtual void on_submit(std::uint64_t job, std::uint32_t stream, units::Time since) = 0;
  // An operator of a request has run on the CPU.
  virtual void on_operator(const JobRef& job, units::Time begin, units::Time end) = 0;
  // Storage has been read for a job of a request, which waited for it.
  virtual void on_storage(const JobRef&, units::Time /*begin*/, units::Time /*end*/) {}
  // The device does nothing more for a request that was answered elsewhere.
  virtual void on_left(std::uint32_t, std::uint32_t) {}
};

// What a request's tensors hold, in runs that give answers. Without time.
class RequestContents {
 public:
  virtual ~RequestContents() = default;
  virtual void before_program(const JobRef& job) = 0;  // about to be submitted
  virtual void after_step(const JobRef& job) = 0;      // a program has completed, or an operator on the CPU
  virtual void after_request(const JobRef& job) = 0;   // all steps have
};

class EnergyAccounts;

class RequestDriver final : public cpu::Driver {
 public:
  struct Hooks {
    std::function<void()> ready;                     // queues and programs are set up: the origin of all arrivals
    std::function<void()> finished;                  // drained
    std::function<void(const std::string&)> failed;  // the firmware did not boot, refused, or does not answer
    // Of the NPU, its control processor and what is around that.
    std::function<void(bool on)> power = {};
    // Faults at a time: the control processor crashes; an interrupt of the NPU without a cause, which was claimed.
    std::function<void()> crash = {};
    std::function<void(std::function<void()> claimed)> spurious = {};
    // With device or cloud: the skin's temperature; an exchange of a stream's begins.
    std::function<std::int64_t()> skin_millicelsius = {};
    std::function<void(units::Time at, const offload::Transfer& transfer, std::uint32_t stream, std::uint32_t request)>
        radio = {};
    // Has storage read; on_storage() is called, with the interrupt raised, when that is done.
    std::function<void(const peripherals::Storage::Read&)> read = {};
    std::function<Attojoules()> spent = {};  // by the whole SoC since reset
    // What ask_for_state() asked for: whether the firmware has answered in time.
    std::function<void(bool answered)> state = {};
  };

  RequestDriver(const config::ScenarioConfig& scenario, const Workload& workload, Hooks hooks);
  ~RequestDriver() override;

  void main(cpu::DriverServices& cpu) override;

  void set_sink(RequestSink* sink) { sink_ = sink; }
  void set_contents(RequestContents* contents) { contents_ = contents; }
  // Before the simulation starts.
  void set_faults(FaultInjector* faults) { faults_ = faults; }
  // Who keeps the energy of what its requests do besides jobs.
  void set_accounts(EnergyAccounts* accounts) { accounts_ = accounts; }
  // The control processor's watchdog has expired; its interrupt wakes the driver.
  void on_watchdog() { watchdog_expired_ = true; }
  // A read has ended that bore this cookie; its interrupt wakes the driver.
  void on_storage(std::uint64_t cookie) { storage_ended_.push_back(cookie); }
  // The driver has the firmware write its state, once it is through with what it does, and ends.
  void ask_for_state() { state_wanted_ = true; }
  const JobRef& job(std::uint64_t id) const { return jobs_.at(id); }
  std::uint64_t jobs() const { return jobs_.size(); }  // ids are below
  const std::vector<RequestRecord>& requests(std::size_t stream) const { return streams_[stream].requests; }
  std::optional<ColdStartRecord> cold_start(std::size_t stream) const { return streams_[stream].cold_start; }
  // Of a stream of prompts.
  std::optional<TokensRecord> tokens(std::size_t stream) const;
  // With a battery: its charge now, and all that it can hold.
  std::optional<std::pair<Attojoules, Attojoules>> battery();
  // The firmware did not admit it.
  bool refused(std::size_t stream) const { return streams_[stream].refused; }
  std::uint64_t finished_requests() const { return finished_requests_; }
  // Of jobs without an answer, when each was submitted.
  std::vector<units::Time> unanswered() const;
  const RecoveryRecord& recovery() const { return recovery_; }

 private:
  struct Ring {  // producer side
    std::uint64_t address = 0;
    std::uint32_t entries = 0;
    std::uint32_t head = 0;  // as last read
    std::uint32_t tail = 0;
  };
  struct Stream {
    explicit Stream(Arrivals a) : arrivals(std::move(a)) {}
    Arrivals arrivals;
    std::vector<std::uint32_t> followers;  // streams that are after this one
    Ring ring;
    std::vector<RequestRecord> requests;
    std::deque<std::uint32_t> waiting;                // requests not yet submitted
    std::uint32_t in_flight = 0;                      // requests submitted and not over
    bool refused = false;                             // by the firmware's admission control
    std::vector<std::uint64_t> jobs;                  // submitted and not answered, in their order
    units::Time latest;                               // answer to one of them, or since when there are any
    bool dead = false;                                // its client is no more
    std::optional<Conversations> conversations;       // of a stream of prompts
    std::optional<ExpertRouter> router;               // of a mixture of experts
    std::vector<std::vector<std::uint64_t>> experts;  // likewise, by conversation: those of its latest job
    units::Time waited_for_experts;
    std::vector<Conversations::Lengths> lengths;  // by request
    std::vector<JobRef> talking;                  // by conversation: where its request stands
    std::vector<units::Time> latest_token;        // likewise: when it came; never(): none of the request has
    TokensRecord tokens;
    std::optional<ColdStartRecord> cold_start;
    bool loading = false;                                              // its model
    units::Time loads_until;                                           // as expected, without waits for memory
    std::map<std::uint32_t, std::vector<TokensRecord::Token>> hedged;  // requests at both places: what came here so far
    std::vector<units::Time> left;  // by request: what the device has to do for it yet; with device or cloud
    units::Time left_all;           // their sum
  };
  // An answer on its way from the cloud.
  struct InCloud {
    JobRef job;
    units::Time first;  // when its first token comes
  };
  // Of storage, and who waits for it.
  struct Reading {
    std::uint32_t left = 0;  // reads
    std::uint32_t stream = 0;
    std::optional<JobRef> job;  // nothing: all requests of the stream, for their model
    base::Account account = 0;
    units::Time since;
  };
  // Something the deployed software stack delays: a job that will reach the driver, or an answer its caller.
  struct Delayed {
    JobRef job;
    bool answer = false;
  };

  // driver_setup.cpp
  bool boot(takt_boot_status wanted = TAKT_BOOT_READY);
  bool set_up();
  bool set_up_firmware();
  bool set_up_bands();
  bool set_up_power();
  takt_scheduling_slot scheduling_request(const PlacedStream& stream);
  bool set_scheduling(const PlacedStream& stream);
  bool ask_admission(std::size_t s);
  bool request_service(takt_service_slot slot);
  bool dump_state();
  void schedule_limits();
  void take_limits();
  bool request_control(const void* slot);
  bool answered(std::uint64_t request, units::Time until);
  bool create_queue(std::size_t stream);
  void create_ring(Ring& ring, std::uint64_t address, std::uint32_t entries);

  // driver_recovery.cpp
  bool looks_after_firmware() const { return scenario_.recovery.timeout_us != 0; }
  units::Time next_look() const;
  void look();
  void repeat_doorbells();
  bool is_alive();
  void give_up(const std::string& why);
  void recover();
  void boot_again();
  void cold_boot();
  void warm_boot();
  void create_boot_rings();
  void pass(units::Time until);
  void submit_again(std::size_t stream);
  void rebuild_queue(std::size_t stream);
  void inject();
  void inject(const config::FaultConfig& fault, std::size_t strike);
  void bury(std::uint32_t stream);
  bool goes_wrong(config::FaultKind kind, std::uint64_t job);
  void submit_wrong(Ring& ring, takt_job_slot slot, std::uint32_t queue, units::Time since);

  // driver_offload.cpp
  std::optional<units::Time> device_wait(std::uint32_t stream) const;
  bool stays(std::uint32_t stream, std::uint32_t request);
  void expect(std::uint32_t stream, std::uint32_t request);
  void expect_less(const JobRef& job, bool over);
  void take_cloud();
  void look_at_battery();
  units::Time next_phase() const;
  bool is_over(const JobRef& job) { return record(job).status != RequestStatus::pending; }
  // The cloud has it, or it has its answer from there.
  bool left(const JobRef& job);
  void leave(const JobRef& job);
  bool leave_to_cloud(std::uint32_t stream, std::uint32_t request);
  void take_tokens(const InCloud& answer, units::Time last);

  // driver_storage.cpp
  void load_models();
  bool choose_experts(const JobRef& job);
  void take_storage();
  void end_reading(const Reading& reading);

  // driver.cpp
  bool radio_is_on() const;
  units::Time next_arrival(const Stream& stream) const;
  void take_arrivals();
  void arrive(std::uint32_t stream, units::Time at, const traces::TracedRequest& request);
  void admit(std::uint32_t stream);
  void next_step(JobRef job);
  void next_token(JobRef job);
  bool may_begin(const Stream& stream) const;
  void on_tokens(const JobRef& job);
  void go_on(std::uint32_t stream);
  void submit(const JobRef& job);
  void submit_job(const JobRef& job);
  std::uint32_t past_tokens(const JobRef& job) const;
  std::uint64_t store_parameters(const JobRef& job);
  void store_tables(const JobRef& job, takt_parameters& parameters);
  void run_operators(JobRef job);
  void push(Ring& ring, const void* slot);
  void ring_doorbell(std::uint32_t queue);
  std::uint32_t take_completions();
  void on_completion(const takt_completion& completion);
  void take_operators();
  void take_delayed();
  void finish(const JobRef& job, RequestStatus status, std::uint32_t fault, units::Time at);
  // Likewise, of a request that was never admitted to the device.
  void finish_outside(std::uint32_t stream, std::uint32_t request, RequestStatus status, std::uint32_t fault,
                      units::Time at);
  bool drained() const;
  units::Time next_wakeup() const;
  units::Time ticks_to_time(std::uint64_t ticks) const { return timer_.duration(units::Cycles(ticks)); }
  RequestRecord& record(const JobRef& job) { return streams_[job.stream].requests[job.request]; }

  const config::ScenarioConfig& scenario_;
  const Workload& workload_;
  const Hooks hooks_;
  const units::Clock timer_;
  cpu::DriverServices* cpu_ = nullptr;
  RequestSink* sink_ = nullptr;
  RequestContents* contents_ = nullptr;
  FaultInjector* faults_ = nullptr;
  EnergyAccounts* accounts_ = nullptr;
  std::vector<Stream> streams_;
  Ring control_;
  std::uint32_t completion_head_ = 0;
  std::vector<JobRef> jobs_;                       // job 0 stands for control requests
  std::map<std::uint64_t, JobRef> operators_;      // by cookie
  std::multimap<std::uint64_t, Delayed> delayed_;  // by picosecond
  std::uint64_t next_cookie_ = 0;
  std::map<std::uint64_t, Reading> readings_;                     // by cookie
  std::vector<std::uint64_t> storage_ended_;                      // their reads, one cookie each
  std::unique_ptr<Offloading> offloading_;                        // null: everything stays on the device
  std::multimap<std::uint64_t, InCloud> in_cloud_;                // by picosecond of the last token
  std::multimap<std::uint64_t, takt_set_bandwidth_slot> limits_;  // not yet asked for, by picosecond
  std::uint64_t control_requests_ = 0;                            // so far; the latest one's id
  std::uint64_t control_done_ = 0;                                // id of the last control request answered
  std::uint32_t control_status_ = 0;
  units::Time origin_;
  units::Time last_arrival_;  // no arrivals from here on; never(): no end
  std::uint64_t finished_requests_ = 0;
  bool state_wanted_ = false;

  RecoveryRecord recovery_;
  bool watchdog_expired_ = false;
  std::string dead_;                     // why the firmware is to be booted again; empty: it is not
  bool restarts_ = false;                // it may be booted warm: the version of its ABI has that
  bool distrusted_ = false;              // what it holds may not be what the driver knows
  units::Time booted_ = units::never();  // cold
  units::Time restarted_ = units::never();
  std::vector<std::size_t> stopped_;  // streams whose ring the firmware has refused
};

}  // namespace takt::platform
