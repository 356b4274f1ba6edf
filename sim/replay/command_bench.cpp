#include "sim/replay/command_bench.h"

#include "sim/platform/main_stack.h"
#include "sim/platform/platform.h"
#include "sim/platform/sampler.h"
#include "sim/replay/command_fit.h"

namespace takt::replay {

using units::Time;

CommandBench::CommandBench(const traces::CommandTrace& trace, const std::string& file,
                           const config::ScenarioConfig& scenario, const CommandProgress& progress)
    : sc_module(sc_core::sc_module_name("bench")),
      trace_(trace),
      moved_(fit(trace, file, scenario.soc)),
      board("board", scenario),
      player("player", trace, moved_,
             {[this] { begin = board.snapshot(base::now(), trace_.contexts.size()); }, [this] { finish(); }}),
      progress_(progress),
      line_("npu_line") {
  player.registers.bind(board.npu.registers);
  board.npu.interrupt.bind(line_);
  player.interrupt.bind(line_);
  board.npu.set_observer(&player);
  for (const traces::CommandProgram& program : trace.programs)
    board.load(program.address + moved_, moved_image(program, file, moved_));
  for (const traces::CommandTable& table : trace.tables)
    board.load(table.address + moved_, moved_image(table, file, moved_));
  SC_METHOD(sample);
  sensitive << next_;
  dont_initialize();
  base::notify_at(next_, trace.sampled_from);
}

void CommandBench::finish() {
  end = board.snapshot(base::now(), trace_.contexts.size());
  finished_ = true;
  sc_core::sc_stop();
}

// At the moments at which the recorded run's sampler did: a memory that brings its counters up to now may say a little
// earlier what it knows.
void CommandBench::sample() {
  const Time at = base::now();
  board.settle();
  measure();
  if (progress_) progress_(at, board.npu.counters().jobs_done);
  Time next = at + platform::Sampler::span;
  for (const Time edge : {trace_.window_begin, trace_.window_end})
    if (edge > at) next = units::min(next, edge);
  base::notify_at(next_, next);
}

std::uint64_t CommandBench::bytes() const {
  std::uint64_t sum = 0;
  for (const auto& memory : board.memories)
    sum += memory->statistics().total.bytes_read + memory->statistics().total.bytes_written;
  return sum;
}

void CommandBench::measure() {
  const Time at = base::now();
  const std::uint64_t now_bytes = bytes();
  const platform::Attojoules energy = board.power.total(at);
  if (last_ != units::never() && at - last_ == platform::Sampler::span) {
    const std::uint64_t moved = now_bytes - last_bytes_;
    const platform::Attojoules spent = energy - last_energy_;
    if (!peak_bytes_ || moved > peak_bytes_->bytes) peak_bytes_ = {platform::Sampler::span, moved};
    if (!peak_energy_ || spent > peak_energy_->energy) peak_energy_ = {platform::Sampler::span, spent};
  }
  last_ = at;
  last_bytes_ = now_bytes;
  last_energy_ = energy;
}

void CommandBench::run(Time limit) {
  sc_core::sc_report_handler::set_actions(sc_core::SC_INFO, sc_core::SC_DO_NOTHING);  // "stopped by user"
  {
    const platform::MainStack stack;
    sc_core::sc_start(base::to_sc(limit));
  }
  if (!finished_)
    throw platform::SimulationFailure("the replay reached " + std::to_string(limit.value / 1000000) +
                                      " us, limits.max_time_us after the recording's end, with work left");
}

}  // namespace takt::replay
