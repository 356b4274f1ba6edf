// The control processor's core without SystemC: a compute loop, and accesses over its bus.
#include <benchmark/benchmark.h>

#include <cstring>
#include <vector>

#include "models/cpu/rv32/core.h"

namespace takt::rv32 {
namespace {

constexpr std::uint32_t ram = 0x80000000;

class Register : public Bus {
 public:
  BusResult read(std::uint32_t, unsigned, Purpose) override { return {true, value_, 2}; }
  BusResult write(std::uint32_t, unsigned, std::uint32_t value) override {
    value_ = value;
    return {true, 0, 2};
  }

 private:
  std::uint32_t value_ = 0;
};

// CRC-32 of a byte, bit by bit, again and again: shifts, masks, a table look-up's load and store, two branches.
const std::vector<std::uint32_t> crc = {
    0xedb887b7,  // lui   a5, 0xedb88
    0x32078793,  // addi  a5, a5, 0x320
    0x80001437,  // lui   s0, 0x80001
    0x00800693,  // li    a3, 8
    0x00157613,  // andi  a2, a0, 1
    0x40c00633,  // neg   a2, a2
    0x00f67633,  // and   a2, a2, a5
    0x00155513,  // srli  a0, a0, 1
    0x00c54533,  // xor   a0, a0, a2
    0xfff68693,  // addi  a3, a3, -1
    0xfe0694e3,  // bnez  a3, -24
    0x00042703,  // lw    a4, 0(s0)
    0x00e54533,  // xor   a0, a0, a4
    0x00a42023,  // sw    a0, 0(s0)
    0xfd5ff06f,  // j     -44
};

// Reads, writes and counts: three instructions an iteration and two accesses.
const std::vector<std::uint32_t> accesses = {
    0x10000437,  // lui   s0, 0x10000
    0x00042503,  // lw    a0, 0(s0)
    0x00a42223,  // sw    a0, 4(s0)
    0xff9ff06f,  // j     -8
};

void run(benchmark::State& state, const std::vector<std::uint32_t>& code, std::uint64_t items_of_1000) {
  std::vector<std::uint8_t> memory(65536);
  std::memcpy(memory.data(), code.data(), 4 * code.size());
  Register bus;
  CoreConfig config;
  config.reset_pc = ram;
  Core core(config, {{ram, 65536, memory.data()}}, bus);
  const std::uint64_t before = core.instructions();
  for (auto _ : state) core.run({1000000});
  state.SetItemsProcessed(static_cast<std::int64_t>((core.instructions() - before) * items_of_1000 / 1000));
}

void core_instructions(benchmark::State& state) { run(state, crc, 1000); }
BENCHMARK(core_instructions);

void core_bus_accesses(benchmark::State& state) { run(state, accesses, 667); }
BENCHMARK(core_bus_accesses);

}  // namespace
}  // namespace takt::rv32
