// A conversation with gdb: its packets answered from a Target (GDB manual, appendix E). Knows no socket: bytes in,
// bytes out, and what gdb wants of the program.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sim/gdb/packet.h"
#include "sim/gdb/target.h"

namespace takt::gdb {

// gdb's own numbers (GDB manual, E.14.3 has them by name; include/gdb/signals.def by number).
enum class Signal : std::uint8_t { interrupt = 2, trap = 5, segmentation = 11 };

struct StopReason {
  Signal signal = Signal::trap;
  std::optional<Point> watch;  // with `address`: what was accessed
  std::uint32_t address = 0;
};

class Session {
 public:
  enum class State : std::uint8_t {
    halted,
    running,   // until halt() or exit(); step() says how far
    detached,  // gdb has gone, the program is to run on
    killed,    // gdb wants the run to end
  };

  // Begins halted.
  explicit Session(Target& target) : target_(target) {}

  // What gdb sent. Packets that come while the program runs are no part of the protocol and are dropped.
  void receive(std::string_view bytes);
  // What is to be sent to gdb now.
  std::string take_output();

  State state() const { return state_; }
  // Running: one instruction alone.
  bool step() const { return step_; }
  // Ctrl-C came while the program ran.
  bool interrupted() const { return interrupted_; }

  // The connection broke.
  void lost() { state_ = State::detached; }

  // Of a running program: it stopped; it ended with an exit code.
  void halt(const StopReason& reason);
  void exit(std::uint8_t code);

 private:
  // Not a reply: what the protocol calls an empty response says that a packet is not supported.
  static constexpr const char* unsupported = "";

  void handle(PacketReader::Event event);
  void answer(std::string_view packet);
  std::optional<std::string> reply_to(std::string_view packet);
  void send(std::string_view payload);
  std::string query(std::string_view rest);
  std::string supported() const;
  std::string description(std::string_view range) const;
  std::string monitor(std::string_view digits);
  std::optional<std::string> multi_letter(std::string_view rest);
  std::optional<std::string> resume_threads(std::string_view actions);
  std::optional<std::string> resume(bool step, std::string_view address);
  std::string all_registers() const;
  std::string set_all_registers(std::string_view digits);
  std::string one_register(std::string_view number) const;
  std::string set_one_register(std::string_view assignment);
  std::string memory(std::string_view range) const;
  std::string set_memory(std::string_view rest, bool binary);
  std::string point(bool insert, std::string_view rest);
  std::string select_thread(std::string_view rest) const;
  std::string detach();
  std::string stop_reply() const;

  Target& target_;
  PacketReader reader_;
  std::string output_;
  std::string last_sent_;
  State state_ = State::halted;
  StopReason reason_;
  bool step_ = false;
  bool interrupted_ = false;
  bool acknowledge_ = true;
};

}  // namespace takt::gdb
