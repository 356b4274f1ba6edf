// Stopped anywhere, with others on the engines in between: a job gives the answers and does the work of one
// undisturbed.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "tests/npu/machine.h"

namespace takt::npu::test {
namespace {

using units::nanoseconds;
using units::Time;

constexpr std::uint32_t chunk = 256, buffers = 0x800000, outputs = 0x40000;
constexpr std::uint32_t input_at[2] = {0, 0x400}, middle_at[2] = {0x1000, 0x1400}, output_at[2] = {0x2000, 0x2400};
constexpr std::uint32_t state_at = 0x3000, scratchpad_bytes = 0x3000 + chunk;
constexpr std::uint16_t barrier = 10;

// Products mix a chunk, vector commands add it to a state that none but the job itself has left there.
class Mixing : public Functions {
 public:
  void run(std::uint64_t program, std::uint32_t function, unsigned char* scratchpad) override {
    const std::uint32_t b = function & 1;
    unsigned char *in = scratchpad + input_at[b], *middle = scratchpad + middle_at[b], *out = scratchpad + output_at[b],
                  *state = scratchpad + state_at;
    for (std::uint32_t i = 0; i < chunk; ++i) {
      if (function < 4) {
        middle[i] = static_cast<unsigned char>(in[i] * 5 + in[(i * 7 + 3) % chunk] + (program >> 12));
      } else {
        state[i] = static_cast<unsigned char>(state[i] * 31 + middle[i]);
        out[i] = state[i] ^ middle[i];
      }
    }
  }
};

// Load, product, vector command, store: two stages, a loop of two as often as a parameter says, a last one behind a
// barrier of all cores. Buffers by turns; each list waits for what it reads and for what it would overwrite.
class Job {
 public:
  Job(std::uint32_t seed, std::uint64_t place) : random_(seed), place_(place), cores_(1 + below(3)) {
    parameters_.magic = TAKT_PARAMETERS_MAGIC;
    parameters_.value[3] = below(turns_ + 2);
    parameters_.table[2] = {table_at(), 64, 0};
    for (std::uint64_t& entry : table_) entry = buffers + place_ * 0x100000 + below(0x2000);
  }

  std::uint32_t cores() const { return cores_; }

  void load(Machine& m) {
    TestProgram all = part(0);
    for (std::uint32_t c = 1; c < cores_; ++c) all.further.push_back(part(c));
    m.put(program_at(), all.image());
    put(m, parameters_at(), &parameters_, sizeof parameters_);
    put(m, table_at(), table_, sizeof table_);
    for (std::uint32_t i = 0; i < 0x8000; ++i)
      m.memory[buffers + place_ * 0x100000 + i] = static_cast<unsigned char>(random_());
  }

  QueueRegisters registers(Machine& m) const {
    QueueRegisters r = m.registers(program_at(), static_cast<std::uint32_t>(1 + place_));
    r.parameters = parameters_at();
    r.save_area = 0x4000000 + place_ * 0x1000000;
    r.save_bytes = 0x1000000;
    return r;
  }

  std::vector<unsigned char> answer(Machine& m) const {
    std::vector<unsigned char> bytes;
    for (std::uint32_t c = 0; c < cores_; ++c)
      for (std::uint32_t i = 0; i < 16 * chunk; ++i)
        bytes.push_back(m.memory[buffers + place_ * 0x100000 + outputs + c * 0x10000 + i]);
    return bytes;
  }

 private:
  static void put(Machine& m, std::uint64_t at, const void* data, std::size_t bytes) {
    const auto* from = static_cast<const unsigned char*>(data);
    m.put(at, std::vector<unsigned char>(from, from + bytes));
  }

  std::uint32_t below(std::uint32_t n) { return static_cast<std::uint32_t>(random_() % n); }
  std::uint64_t program_at() const { return 0x10000 + place_ * 0x40000; }
  std::uint64_t parameters_at() const { return program_at() + 0x30000; }
  std::uint64_t table_at() const { return program_at() + 0x38000; }

  static takt_command waiting(takt_command c, std::uint16_t semaphore, std::int32_t value, std::uint16_t step) {
    if (value <= 0) return c;
    c = after(c, semaphore, static_cast<std::uint32_t>(value));
    for (takt_wait& wait : c.wait)
      if (wait.semaphore == semaphore) wait.step = step;
    return c;
  }

  // Stage i; inside the loop that of its first turn.
  void stage(TestProgram& p, std::uint32_t core, std::int32_t i, bool loop) {
    const std::uint32_t b = static_cast<std::uint32_t>(i) & 1, layer = static_cast<std::uint32_t>(i);
    const std::uint16_t step = loop ? 2 : 0;
    const std::uint64_t offset = place_ * 0x100000 + core * 0x1000 + layer * chunk;
    takt_command load = dma(TAKT_ENGINE_DMA_IN, chunk / 4, input_at[b], layer);
    load.body.dma.rows = 4;
    load.body.dma.stride = chunk / 4 + 16 * below(3);
    load.body.dma.offset = offset;
    load.body.dma.loop_stride = loop ? 2 * chunk : 0;
    if (loop && below(2) == 0) {
      load.body.dma.base = TAKT_BASE_ABSOLUTE;
      load.body.dma.table = 2;
      load.body.dma.offset = core * 0x1000;
      load.body.dma.entry = below(32);
      load.body.dma.entry_step = below(6);
    }
    load = waiting(load, TAKT_ENGINE_TENSOR, i - 1, step);
    if (layer == 2 + 2 * turns_ && !loop) load = after(load, barrier, cores_);
    p.add(load);
    takt_command product = matrix(8 + 8 * below(8), 64, 32, 32, 1 + below(40), layer);
    product.function = 2 + b;
    product.overhead = static_cast<std::uint8_t>(below(3));
    product = waiting(product, TAKT_ENGINE_DMA_IN, i + 1, step);
    p.add(waiting(product, TAKT_ENGINE_VECTOR, i - 1, step));
    takt_command pass = vector_pass(512 * (1 + below(4000)), layer);
    pass.function = 4 + b;
    pass = waiting(pass, TAKT_ENGINE_TENSOR, i + 1, step);
    p.add(waiting(pass, TAKT_ENGINE_DMA_OUT, i - 1, step));
    takt_command store = dma(TAKT_ENGINE_DMA_OUT, chunk, output_at[b], layer);
    store.body.dma.offset = place_ * 0x100000 + outputs + core * 0x10000 + layer * chunk;
    store.body.dma.loop_stride = loop ? 2 * chunk : 0;
    p.add(waiting(store, TAKT_ENGINE_VECTOR, i + 1, step));
  }

  void loop_edge(TestProgram& p, std::uint8_t opcode) const {
    for (std::uint8_t e = 0; e < TAKT_ENGINE_COUNT; ++e) {
      takt_command c = command(opcode, e);
      c.body.loop = {};
      c.body.loop.trips = turns_;
      c.body.loop.parameter = 3;
      c.body.loop.tile = 1;
      for (takt_loop_count& count : c.body.loop.count) count = {TAKT_NO_SEMAPHORE, 0};
      if (opcode == TAKT_OP_LOOP_END) c.body.loop.count[0] = {e, 2};
      p.add(c);
    }
  }

  TestProgram part(std::uint32_t core) {
    TestProgram p;
    p.scratchpad_bytes = scratchpad_bytes;
    stage(p, core, 0, false);
    stage(p, core, 1, false);
    p.cut({{0, scratchpad_bytes}});
    loop_edge(p, TAKT_OP_LOOP_BEGIN);
    stage(p, core, 2, true);
    stage(p, core, 3, true);
    loop_edge(p, TAKT_OP_LOOP_END);
    p.cut({{0, scratchpad_bytes}});
    takt_command arrived = command(TAKT_OP_NOP, TAKT_ENGINE_VECTOR);
    arrived.post = barrier;
    arrived.flags = TAKT_POST_ALL_CORES;
    p.lists[TAKT_ENGINE_VECTOR].push_back(arrived);
    stage(p, core, static_cast<std::int32_t>(2 + 2 * turns_), false);
    return p;
  }

  static constexpr std::uint32_t turns_ = 4;  // at most
  std::mt19937 random_;
  const std::uint64_t place_;
  const std::uint32_t cores_;
  takt_parameters parameters_{};
  std::uint64_t table_[64]{};
};

constexpr std::uint32_t dispatch = 20;

Config config_of() {
  Config c = small_config(3);
  c.dispatch_cycles = dispatch;
  c.dma.setup_cycles = 5;
  c.dma.commands_in_flight = 3;
  return c;
}

std::uint64_t bytes_moved(const Machine& m) {
  std::uint64_t sum = 0;
  for (const Transfer& t : m.transfers) sum += std::uint64_t{t.row_bytes} * t.rows;
  return sum;
}

// What a stop may cost beside save and restore: two command fetches one after the other, a line of a table, the
// transfers that are done again (descriptors, then the last), a dispatch.
constexpr std::uint64_t stop_ns = 2 * (100 + 4 * 128 / 64) + (100 + 64 / 64) + (3 * 5 + 100 + chunk / 64) + dispatch;

// Time in which a job's commands could run: from its start or the end of a restore to its end or stop.
Time time_of(const Machine& m, std::uint32_t job) {
  Time sum, since = units::never();
  bool first = true;
  for (const Machine::JobStep& step : m.events) {
    if (step.job != job) continue;
    if ((step.event == JobEvent::started && first) || step.event == JobEvent::resumed) since = step.at;
    if (step.event == JobEvent::started) first = false;
    if ((step.event != JobEvent::quiesced && step.event != JobEvent::done) || since == units::never()) continue;
    sum += step.at - since;
    since = units::never();
  }
  return sum;
}

class ForcedJobs : public testing::TestWithParam<std::uint32_t> {
 protected:
  // Starts or resumes, and after `gap` stops it.
  static bool stopped(Machine& m, const Job& job, std::uint32_t control, std::uint64_t gap, std::uint64_t cut_before) {
    m.control(0, job.registers(m), control);
    m.run(m.now + nanoseconds(gap));
    if (cut_before != 0) {
      m.control(0, {}, TAKT_NPU_PREEMPT);
      m.run(m.now + nanoseconds(cut_before));
    }
    m.control(0, {}, TAKT_NPU_PREEMPT_NOW);
    m.run();
    return m.core.state(0) == TAKT_NPU_PREEMPTED;
  }
};

TEST_P(ForcedJobs, GiveTheAnswersAndDoTheWorkOfOneUndisturbed) {
  const Told told = GetParam() % 2 == 0 ? Told::at_once : Told::at_the_end;
  Mixing mixing;
  std::vector<unsigned char> answers[2];
  Counters alone[2];
  Time times[2];
  for (std::uint32_t which = 0; which < 2; ++which) {
    Machine m(told, config_of());
    m.core.compute(mixing);
    Job job(GetParam() + 1000 * which, which);
    job.load(m);
    m.control(0, job.registers(m), TAKT_NPU_START);
    m.run();
    ASSERT_EQ(m.core.state(0), TAKT_NPU_DONE);
    answers[which] = job.answer(m);
    alone[which] = m.core.counters();
    times[which] = time_of(m, 1 + which);
  }

  Machine m(told, config_of());
  m.core.compute(mixing);
  std::mt19937 random(GetParam());
  const auto below = [&](std::uint64_t n) { return random() % n; };
  Job job(GetParam(), 0), other(GetParam() + 1000, 1);
  job.load(m);
  other.load(m);
  std::uint32_t others = 0;
  std::uint32_t control = TAKT_NPU_START;
  bool done = false, cuts = false;
  for (std::uint64_t stops = 1 + below(12); stops != 0 && !done; --stops) {
    const std::uint64_t gap = below(3) == 0 ? below(3000) : below(times[0].value / 1000);
    const std::uint64_t cut_before = GetParam() % 3 != 0 || below(2) == 0 ? 0 : 1 + below(20000);
    cuts |= cut_before != 0;
    done = !stopped(m, job, control, gap, cut_before);
    control = TAKT_NPU_RESUME;
    if (done || below(2) == 0) continue;
    if (stopped(m, other, TAKT_NPU_START, below(times[1].value / 1000), 0)) {
      m.control(0, other.registers(m), TAKT_NPU_RESUME);
      m.run();
    }
    ASSERT_EQ(m.core.state(0), TAKT_NPU_DONE);
    EXPECT_EQ(other.answer(m), answers[1]) << "of the job in between";
    ++others;
  }
  if (!done) {
    m.control(1, job.registers(m), control);
    m.run();
    ASSERT_EQ(m.core.state(1), TAKT_NPU_DONE);
  }
  EXPECT_EQ(job.answer(m), answers[0]);

  const Counters& all = m.core.counters();
  const auto times_of = [&](auto Counters::*count) { return alone[0].*count + others * alone[1].*count; };
  EXPECT_EQ(all.useful_macs, times_of(&Counters::useful_macs));
  EXPECT_EQ(all.padding_macs, times_of(&Counters::padding_macs));
  EXPECT_EQ(all.activation_bytes_in, times_of(&Counters::activation_bytes_in));
  EXPECT_EQ(all.activation_bytes_out, times_of(&Counters::activation_bytes_out));
  for (std::uint32_t e = 0; e < TAKT_ENGINE_COUNT; ++e)
    EXPECT_EQ(all.commands[e], alone[0].commands[e] + others * alone[1].commands[e]);
  EXPECT_EQ(bytes_moved(m), all.activation_bytes_in + all.activation_bytes_out + all.save_bytes + all.restore_bytes +
                                all.dropped_bytes + all.front_end_bytes);

  if (cuts) return;  // before them lists wait for each other
  const auto resumes =
      static_cast<std::uint64_t>(std::count_if(m.events.begin(), m.events.end(), [](const Machine::JobStep& step) {
        return step.job == 1 && step.event == JobEvent::resumed;
      }));
  EXPECT_GE(time_of(m, 1), times[0]);
  EXPECT_LE(time_of(m, 1), times[0] + nanoseconds(resumes * stop_ns));
}

INSTANTIATE_TEST_SUITE_P(Seeds, ForcedJobs, testing::Range(0u, 200u));

}  // namespace
}  // namespace takt::npu::test
