// The NPU without SystemC: a real program, every transfer answered after a fixed time.
#include <benchmark/benchmark.h>

#include <cstring>
#include <utility>
#include <vector>

#include "models/npu/front_end.h"
#include "sim/compiler/compiler.h"
#include "sim/config/load.h"
#include "sim/zoo/zoo.h"

namespace takt::npu {
namespace {

using units::Time;

constexpr std::uint64_t program_at = 1ull << 32;

// Answers with the program's bytes after 100 ns, data at 64 bytes per ns.
class Memory : public DataPath {
 public:
  struct Answer {
    std::uint64_t cookie;
    Time last;
  };

  explicit Memory(std::vector<std::uint8_t> image) : image_(std::move(image)) {}

  void submit(const Transfer& transfer) override {
    const std::uint64_t bytes = std::uint64_t{transfer.row_bytes} * transfer.rows;
    if (transfer.data != nullptr && !transfer.write)
      std::memcpy(transfer.data, image_.data() + (transfer.address - program_at), bytes);
    answers.push_back({transfer.cookie, now + Time(100000 + bytes * 1000 / 64)});
  }
  void copy(bool write, std::uint64_t address, unsigned char* data, std::uint32_t bytes) override {
    if (!write) std::memcpy(data, image_.data() + (address - program_at), bytes);
  }

  std::vector<Answer> answers;
  Time now;

 private:
  std::vector<std::uint8_t> image_;
};

std::uint64_t run_job(FrontEnd& npu, Memory& memory) {
  QueueRegisters registers;
  registers.program = program_at;
  registers.context = 1;
  const std::uint64_t before = npu.counters().jobs_done;
  npu.control(0, registers, TAKT_NPU_START, memory.now);
  while (npu.counters().jobs_done == before) {
    npu.evaluate(memory.now);
    for (const Memory::Answer& answer : memory.answers) npu.answered(answer.cookie, answer.last, answer.last, true);
    if (!std::exchange(memory.answers, {}).empty()) continue;
    const Time next = npu.next_time();
    if (next == units::never()) break;
    memory.now = next;
  }
  npu.take_stopped();
  return npu.counters().jobs_done - before;
}

void core_commands(benchmark::State& state, const char* network) {
  const compiler::CompiledModel model = compiler::compile(zoo::build(network), compiler::Target());
  std::array<std::uint64_t, TAKT_BASE_COUNT> bases{};
  for (std::size_t i = 0; i < bases.size(); ++i) bases[i] = (i + 2) << 32;
  Memory memory(compiler::program_image(model.programs.front(), bases));
  base::Ledger ledger;
  FrontEnd npu(config::load_soc("snapdragon-8-gen-2-like").npu, memory, ledger);
  std::uint64_t commands = 0;
  for (const auto& list : model.programs.front().lists) commands += list.size();
  for (auto _ : state)
    if (run_job(npu, memory) != 1) {
      state.SkipWithError("the job did not end");
      return;
    }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * commands));
  state.SetLabel(std::to_string(commands) + " commands a job");
}
BENCHMARK_CAPTURE(core_commands, resnet50, "resnet50")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(core_commands, edsr, "edsr")->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace takt::npu
