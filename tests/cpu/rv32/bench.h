// A core with a little memory and a bus that notes what it was asked.
#pragma once

#include <initializer_list>
#include <vector>

#include "models/cpu/rv32/core.h"

namespace takt::rv32::test {

inline constexpr std::uint32_t ram = 0x80000000;

struct BusAccess {
  bool write;
  std::uint32_t address;
  unsigned bytes;
  std::uint32_t value;
  std::uint64_t at;  // cycles
};

// Answers every address from 0x10000000 on below the memory, after `wait` cycles.
class NotingBus : public Bus {
 public:
  BusResult read(std::uint32_t address, unsigned bytes, Purpose) override {
    accesses.push_back({false, address, bytes, 0, core->cycles()});
    return {answers(address), value, wait};
  }
  BusResult write(std::uint32_t address, unsigned bytes, std::uint32_t to) override {
    accesses.push_back({true, address, bytes, to, core->cycles()});
    if (raises_external) core->set_interrupt(Interrupt::external, true);
    return {answers(address), 0, wait};
  }
  static bool answers(std::uint32_t address) { return address >= 0x10000000 && address < ram; }

  Core* core = nullptr;
  std::uint32_t value = 0;
  std::uint64_t wait = 0;
  bool raises_external = false;
  std::vector<BusAccess> accesses;
};

struct Bench {
  explicit Bench(std::initializer_list<std::uint32_t> code, const CycleTable& cycles = {})
      : memory(4096), core(config_of(cycles), {{ram, 4096, memory.data()}}, bus) {
    bus.core = &core;
    std::uint32_t at = ram;
    for (const std::uint32_t word : code) core.poke(at, &word, 4), at += 4;
  }
  static CoreConfig config_of(const CycleTable& cycles) {
    CoreConfig config;
    config.reset_pc = ram;
    config.cycles = cycles;
    return config;
  }
  Stop run(std::uint64_t instructions) { return core.run({instructions}); }

  std::vector<std::uint8_t> memory;
  NotingBus bus;
  Core core;
};

}  // namespace takt::rv32::test
