// One connection by TCP, from this machine alone.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>

#include "sim/gdb/connection.h"

namespace takt::gdb {

class SocketError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Socket final : public Connection {
 public:
  // Takes a port of 127.0.0.1; 0: a free one. `on_waiting` is told which, once it can be connected to. Throws
  // SocketError where the port is taken.
  Socket(std::uint16_t port, std::function<void(std::uint16_t)> on_waiting);
  ~Socket() override;

  // Serves the first who connects. Nobody before can connect, and nobody behind: gdb waits for an answer seconds only.
  void open() override;
  std::string receive() override;
  bool ready() override;
  void send(std::string_view bytes) override;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace takt::gdb
