// The control processor's core as gdb sees it.
#pragma once

#include <vector>

#include "models/cpu/rv32/debugger.h"
#include "sim/gdb/monitor.h"
#include "sim/gdb/target.h"

namespace takt::gdb {

class CoreTarget final : public Target {
 public:
  static constexpr std::size_t most_points = 1024;

  explicit CoreTarget(rv32::Debuggee& debuggee) : debuggee_(debuggee), monitor_(debuggee) {}

  std::string description() const override;
  unsigned general_registers() const override;
  unsigned pc() const override;
  std::optional<std::uint32_t> read_register(unsigned number) const override;
  bool write_register(unsigned number, std::uint32_t value) override;
  std::string read_memory(std::uint32_t address, std::uint32_t bytes) override;
  bool write_memory(std::uint32_t address, std::string_view bytes) override;
  bool insert(Point point, std::uint32_t address, std::uint32_t bytes) override;
  void remove(Point point, std::uint32_t address, std::uint32_t bytes) override;
  std::string monitor(std::string_view command) override { return monitor_.run(command); }
  std::string thread_state() const override;

  // After Stop::watched: the kind of point that asked for it. Empty: somebody else did.
  std::optional<Point> watched() const;
  void remove_all();

  rv32::Core& core() const { return debuggee_.hart(); }
  Monitor& monitor_state() { return monitor_; }

 private:
  struct Place {
    Point point;
    std::uint32_t address;
    std::uint32_t bytes;
  };

  bool is_breakpoint(std::uint32_t address) const;
  void watch(const Place& place);
  void unwatch(const Place& place);

  rv32::Debuggee& debuggee_;
  Monitor monitor_;
  std::vector<Place> places_;
};

}  // namespace takt::gdb
