// A core with a memory that answers every transfer after a fixed time, and small programs to run on it.
#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "models/npu/front_end.h"

namespace takt::npu::test {

// 1 GHz: one cycle is 1000 ps. A matrix tile pair takes 4 cycles and feeds 3072 bytes at 768 bytes per cycle.
Config small_config(std::uint32_t cores = 1);

takt_command command(std::uint8_t opcode, std::uint8_t engine, std::uint32_t layer = 0);
takt_command dma(std::uint8_t engine, std::uint32_t bytes, std::uint32_t scratchpad = 0, std::uint32_t layer = 0);
takt_command matrix(std::uint32_t height, std::uint32_t width, std::uint32_t out, std::uint32_t in, std::uint32_t taps,
                    std::uint32_t layer = 0);
takt_command vector_pass(std::uint64_t bytes, std::uint32_t layer = 0);
takt_command after(takt_command c, std::uint16_t semaphore, std::uint32_t value);

// Lists under construction; every command posts the semaphore of its engine.
struct TestProgram {
  std::vector<takt_command> lists[TAKT_ENGINE_COUNT];
  std::vector<takt_cut> cuts;
  std::vector<takt_live_range> live;
  std::uint32_t scratchpad_bytes = 1 << 20;
  std::vector<TestProgram> further;  // what cores 1 .. do, each with as many cuts; nothing of further cores itself

  void add(takt_command c) {
    if (c.opcode != TAKT_OP_LOOP_BEGIN && c.opcode != TAKT_OP_LOOP_END) c.post = c.engine;
    lists[c.engine].push_back(c);
  }
  // A cut at the current end of every list.
  void cut(std::vector<takt_live_range> ranges = {}, std::uint32_t refetch_first = 0, std::uint32_t refetch_count = 0);
  std::vector<unsigned char> image() const;
};

// When the memory tells the end of a transfer: no result may depend on it.
enum class Told { at_once, at_the_end };

inline std::string told_name(const testing::TestParamInfo<Told>& told) {
  return told.param == Told::at_once ? "told_at_once" : "told_at_the_end";
}

class Machine : public DataPath, public Observer {
 public:
  explicit Machine(Told told = Told::at_once, const Config& config = small_config());

  void submit(const Transfer& transfer) override;
  void copy(bool write, std::uint64_t address, unsigned char* data, std::uint32_t bytes) override;
  void on_command(const CommandRecord& record) override { commands.push_back(record); }
  void on_job(std::uint32_t job, base::Owner, JobEvent event, units::Time at) override {
    events.push_back({job, event, at});
  }

  void put(std::uint64_t address, const std::vector<unsigned char>& bytes);
  QueueRegisters registers(std::uint64_t program, std::uint32_t job = 1) const;
  void control(std::uint32_t queue, const QueueRegisters& r, std::uint32_t what) { core.control(queue, r, what, now); }

  // Runs until nothing is left to do, or up to `until`.
  void run(units::Time until = units::never());

  struct JobStep {
    std::uint32_t job;
    JobEvent event;
    units::Time at;
  };

  units::Time latency = units::nanoseconds(100);
  std::map<std::uint64_t, units::Time> slow;  // more latency, by address
  std::uint64_t bytes_per_ns = 64;
  std::uint64_t bad_address = ~std::uint64_t{0};
  units::Time now;
  std::map<std::uint64_t, unsigned char> memory;
  std::vector<Transfer> transfers;
  std::vector<CommandRecord> commands;
  std::vector<JobStep> events;
  base::Ledger ledger;
  FrontEnd core;

 private:
  struct Answer {
    units::Time told;
    std::uint64_t cookie;
    units::Time last;
    bool ok;
  };
  bool tell();

  const Told told_;
  std::vector<Answer> answers_;  // not told yet
};

}  // namespace takt::npu::test
