// Plays the firmware's hand: gives the NPU the controls of a command trace, in their order, each at its recorded time
// or as soon after it as the NPU can take it:
//
//   start     once the hardware queue's previous job has stopped
//   resume    once its job has been preempted and the queue is free; dropped where the job ended instead
//   preempt   once its job owns the engines; dropped where it has ended, or where the recorded one came too late
//   abort     at once; dropped where the job no longer runs
//   reset     at once
//
// Later controls wait for earlier ones.
#pragma once

#include <functional>
#include <map>
#include <utility>
#include <vector>

#include "models/npu/npu.h"
#include "traces/formats/commands/command_trace.h"

namespace takt::platform {

class CommandPlayer : public sc_core::sc_module, public npu::Observer {
 public:
  tlm_utils::simple_initiator_socket<CommandPlayer> registers;  // to the NPU's
  sc_core::sc_in<bool> interrupt;

  struct Hooks {
    std::function<void()> first;     // the first control is about to be given
    std::function<void()> finished;  // nothing is left to do
  };

  SC_HAS_PROCESS(CommandPlayer);
  // `moved`: what to add to every address of the trace, modulo 2^64.
  CommandPlayer(const sc_core::sc_module_name& name, const traces::CommandTrace& trace, std::uint64_t moved,
                Hooks hooks);

  void on_command(const npu::CommandRecord& record) override { software_ += record.work - record.begin; }
  void on_job(std::uint32_t job, base::Owner owner, npu::JobEvent event, units::Time at) override;

  // When each control was given; never(): dropped.
  const std::vector<units::Time>& given() const { return given_; }
  // What came of the jobs, as the trace has it of the recorded run.
  const std::vector<traces::CommandEvent>& events() const { return events_; }
  // Per-operator cost of the deployed stack, all engines together.
  units::Time software_overhead() const { return software_; }

 private:
  enum class State : std::uint8_t { none, on_queue, preempted, over };
  enum class Verdict : std::uint8_t { give, wait, drop };

  void main();
  Verdict judge(std::size_t index);
  Verdict judge_preempt(const traces::CommandControl& control, std::size_t index);
  void give(const traces::CommandControl& control);
  void await_stop();
  // Whether the queue still holds a job that has not stopped; notes what became of one that has.
  bool busy(std::uint32_t queue);
  bool any_busy();
  void set_address(std::uint32_t queue, std::uint32_t low, std::uint64_t address);
  void set(std::uint32_t queue, std::uint32_t offset, std::uint32_t value);
  std::uint32_t get(std::uint32_t queue, std::uint32_t offset);
  void write(std::uint32_t offset, std::uint32_t value);
  std::uint32_t read(std::uint32_t offset);
  void transport(std::uint32_t offset, std::uint32_t& value, bool write);

  static constexpr std::uint32_t no_job = ~std::uint32_t{0};

  const traces::CommandTrace& trace_;
  const std::uint64_t moved_;
  const Hooks hooks_;
  const std::vector<bool> took_effect_;  // by control: preempts that the recorded run's job obeyed
  std::vector<State> jobs_;
  std::vector<std::uint32_t> held_;                                        // job by hardware queue
  std::map<std::pair<base::Owner, std::uint32_t>, std::uint32_t> latest_;  // job by context and tag
  std::vector<units::Time> given_;
  std::vector<traces::CommandEvent> events_;
  units::Time software_;
};

}  // namespace takt::platform
