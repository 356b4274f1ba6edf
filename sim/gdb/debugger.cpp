#include "sim/gdb/debugger.h"

#include <algorithm>

namespace takt::gdb {
namespace {

// Between two looks for Ctrl-C: about a millisecond of this machine's time.
constexpr std::uint64_t longest_run = 1u << 20;

}  // namespace

bool Debugger::start(rv32::Debuggee& debuggee) {
  target_ = std::make_unique<CoreTarget>(debuggee);
  session_ = std::make_unique<Session>(*target_);
  connection_->open();
  return serve();
}

rv32::RunLimit Debugger::limit(const rv32::RunLimit& wanted) {
  rv32::RunLimit limit = wanted;
  if (!attached()) return limit;
  const rv32::Core& core = target_->core();
  limit.cycles = std::min(limit.cycles, longest_run);
  if (const auto until = target_->monitor_state().until())
    limit.cycles = std::min(limit.cycles, *until - std::min(*until, core.cycles()));
  if (session_->step()) {
    limit.instructions = std::min(limit.instructions, step_end_ - core.instructions());
    limit.trap = true;
  }
  return limit;
}

bool Debugger::stopped(rv32::Stop why) {
  if (!attached()) return true;
  if (connection_->ready()) exchange();
  const std::optional<StopReason> reason = attached() ? reason_to_halt(why) : std::nullopt;
  if (reason) {
    session_->halt(*reason);
    target_->monitor_state().halted();
  }
  return serve();
}

// A call to the host is the host's to finish first.
std::optional<StopReason> Debugger::reason_to_halt(rv32::Stop why) const {
  const rv32::Core& core = target_->core();
  const auto until = target_->monitor_state().until();
  switch (why) {
    case rv32::Stop::semihosting:
      return std::nullopt;
    case rv32::Stop::lockup:
      return StopReason{Signal::segmentation, {}, 0};
    case rv32::Stop::breakpoint:
    case rv32::Stop::trap:
      return StopReason();
    case rv32::Stop::watched:
      if (const std::optional<Point> point = target_->watched())
        return StopReason{Signal::trap, point, core.watched().address};
      break;
    default:
      break;
  }
  if (session_->step() && core.instructions() >= step_end_) return StopReason();
  if (until && core.cycles() >= *until) return StopReason();
  if (session_->interrupted()) return StopReason{Signal::interrupt, {}, 0};
  return std::nullopt;
}

// Answers gdb while the core is halted.
bool Debugger::serve() {
  if (session_->state() == Session::State::halted) {
    connection_->send(session_->take_output());
    while (session_->state() == Session::State::halted) exchange();
    step_end_ = target_->core().instructions() + 1;
  }
  if (!attached()) target_->remove_all();
  return session_->state() != Session::State::killed;
}

// One round of bytes. Who goes without a word has detached.
void Debugger::exchange() {
  const std::string bytes = connection_->receive();
  if (bytes.empty()) return session_->lost();
  session_->receive(bytes);
  connection_->send(session_->take_output());
}

void Debugger::ended(std::uint8_t exit_code) {
  if (!attached() || session_->state() != Session::State::running) return;
  session_->exit(exit_code);
  connection_->send(session_->take_output());
}

}  // namespace takt::gdb
