// gdb at the other end of a connection, as the debugger of a core.
#pragma once

#include <cstdint>
#include <memory>

#include "models/cpu/rv32/debugger.h"
#include "sim/gdb/connection.h"
#include "sim/gdb/core_target.h"
#include "sim/gdb/session.h"

namespace takt::gdb {

class Debugger final : public rv32::Debugger {
 public:
  explicit Debugger(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}

  // Waits for gdb and its first `continue`.
  bool start(rv32::Debuggee& debuggee) override;
  rv32::RunLimit limit(const rv32::RunLimit& wanted) override;
  bool stopped(rv32::Stop why) override;

  // The run is over: tells gdb, if it is still there.
  void ended(std::uint8_t exit_code);

 private:
  bool attached() const { return session_ != nullptr && session_->state() <= Session::State::running; }
  std::optional<StopReason> reason_to_halt(rv32::Stop why) const;
  bool serve();
  void exchange();

  const std::unique_ptr<Connection> connection_;
  std::unique_ptr<CoreTarget> target_;
  std::unique_ptr<Session> session_;
  std::uint64_t step_end_ = 0;  // instructions, while stepping
};

}  // namespace takt::gdb
