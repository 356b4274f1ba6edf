// Random nested loops whose turns and extents follow parameters, against the same commands written out turn by turn.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <tuple>

#include "tests/npu/machine.h"

namespace takt::npu::test {
namespace {

constexpr std::uint64_t program_at = 0x100000;
constexpr std::uint64_t parameters_at = 0x200000;
constexpr std::uint64_t table_at = 0x210000;
constexpr std::uint64_t buffers_at = 0x800000;  // of TestProgram
constexpr std::uint8_t engines[] = {TAKT_ENGINE_DMA_IN, TAKT_ENGINE_DMA_OUT, TAKT_ENGINE_VECTOR};

using Counts = std::array<std::uint32_t, TAKT_ENGINE_COUNT>;

Counts operator+(Counts a, const Counts& b) {
  for (std::size_t e = 0; e < a.size(); ++e) a[e] += b[e];
  return a;
}
Counts operator*(std::uint32_t n, Counts a) {
  for (std::uint32_t& count : a) count *= n;
  return a;
}

// A command, or a loop over others.
struct Node {
  takt_command command{};
  takt_loop_body loop{};
  std::vector<Node> inside;
  bool is_loop = false;

  // What it posts with all its turns.
  Counts posts() const {
    Counts all{};
    if (is_loop) {
      for (const Node& node : inside) all = all + node.posts();
      return loop.trips * all;
    }
    all[command.engine] = 1;
    return all;
  }
};

struct Done {
  std::uint32_t engine, layer;
  std::uint64_t bytes;
  bool operator==(const Done& other) const {
    return std::tie(engine, layer, bytes) == std::tie(other.engine, other.layer, other.bytes);
  }
};

std::ostream& operator<<(std::ostream& out, const Done& d) {
  return out << "engine " << d.engine << " layer " << d.layer << " bytes " << d.bytes;
}

class Case {
 public:
  Case(unsigned seed, bool with_parameters) : random_(seed), given_(with_parameters) {
    for (std::uint32_t& value : parameters_.value) value = below(12);
    parameters_.magic = TAKT_PARAMETERS_MAGIC;
    for (std::uint64_t& entry : table_) entry = 0x400000 + below(64) * 0x1000ull;
    parameters_.table[2] = {table_at, static_cast<std::uint32_t>(table_.size()), 0};
    for (std::uint32_t i = 0, n = 2 + below(3); i < n; ++i) nodes_.push_back(draw(0));
  }

  TestProgram program() {
    before_ = {};
    program_.scratchpad_bytes = 4096;
    for (const Node& node : nodes_) emit(node, {});
    return program_;
  }

  void expect() {
    for (const Node& node : nodes_) perform(node);
  }

  void load(Machine& m) {
    m.put(program_at, program().image());
    put(m, parameters_at, &parameters_, sizeof parameters_);
    put(m, table_at, table_.data(), sizeof table_);
  }

  bool given() const { return given_; }
  const std::vector<Done>& done() const { return done_; }
  const std::vector<std::uint64_t>& addresses() const { return addresses_; }

 private:
  static void put(Machine& m, std::uint64_t at, const void* data, std::size_t bytes) {
    const auto* from = static_cast<const unsigned char*>(data);
    m.put(at, std::vector<unsigned char>(from, from + bytes));
  }

  std::uint32_t below(std::uint32_t n) { return static_cast<std::uint32_t>(random_() % n); }

  Node draw(std::uint32_t depth) {
    Node node;
    node.is_loop = depth < TAKT_LOOPS && below(2) == 0;
    if (!node.is_loop) {
      node.command = draw_command();
      return node;
    }
    node.loop.trips = 1 + below(4);
    node.loop.parameter = TAKT_NO_PARAMETER;
    if (below(3) != 0) {
      node.loop.parameter = static_cast<std::uint16_t>(below(TAKT_PARAMETERS));
      node.loop.tile = 1 + below(4);
      node.loop.offset = static_cast<std::int32_t>(below(9)) - 6;
    }
    for (std::int64_t& stride : node.loop.base_stride) stride = below(5) * 0x100;
    for (std::uint32_t i = 0, n = 1 + below(3); i < n; ++i) node.inside.push_back(draw(depth + 1));
    return node;
  }

  takt_command draw_command() {
    const std::uint8_t engine = engines[below(3)];
    const std::uint32_t layer = next_layer_++, limit = 1 + below(8);
    takt_command c = engine == TAKT_ENGINE_VECTOR ? vector_pass(512ull * limit, layer) : dma(engine, 64, 0, layer);
    const bool vector = engine == TAKT_ENGINE_VECTOR;
    if (!vector) {
      c.body.dma.rows = limit;
      c.body.dma.stride = 64 + 64 * below(2);
      c.body.dma.offset = below(16) * 0x1000ull;
      c.body.dma.loop_stride = below(4) * 0x40;
      c.body.dma.scratchpad_loop_stride = static_cast<std::int32_t>(below(4) * 0x40);
      if (given_ && below(3) == 0) {
        c.body.dma.base = TAKT_BASE_ABSOLUTE;
        c.body.dma.table = 2;
        c.body.dma.entry = below(16);
        c.body.dma.entry_step = below(3);
      }
    }
    if (below(2) != 0) return c;
    c.parameter = static_cast<std::uint16_t>(below(TAKT_PARAMETERS));
    c.extent.limit = limit;
    c.extent.offset = static_cast<std::int32_t>(below(9)) - 4;
    c.extent.step = below(3);
    c.extent.of = vector ? TAKT_EXTENT_BYTES : TAKT_EXTENT_ROWS;
    return c;
  }

  // Every command waits for all before it, whatever loops they stand in.
  void emit(const Node& node, const Counts& step) {
    if (!node.is_loop) {
      takt_command c = node.command;
      for (const std::uint8_t engine : engines) {
        c = after(c, engine, before_[engine]);
        for (takt_wait& wait : c.wait)
          if (wait.semaphore == engine) wait.step = static_cast<std::uint16_t>(step[engine]);
      }
      program_.add(c);
      ++before_[c.engine];
      return;
    }
    const Counts begin = before_;
    Counts turn{};
    for (const Node& inside : node.inside) turn = turn + inside.posts();
    for (const std::uint8_t engine : engines) {
      takt_command c = command(TAKT_OP_LOOP_BEGIN, engine);
      c.body.loop = node.loop;
      for (std::size_t i = 0; i < 3; ++i)
        c.body.loop.count[i] = {engines[i], static_cast<std::uint16_t>(turn[engines[i]])};
      c.body.loop.count[3] = {TAKT_NO_SEMAPHORE, 0};
      program_.add(c);
    }
    for (const Node& inside : node.inside) emit(inside, turn);
    for (const std::uint8_t engine : engines) {
      takt_command c = command(TAKT_OP_LOOP_END, engine);
      c.body.loop = {};
      for (takt_loop_count& count : c.body.loop.count) count = {TAKT_NO_SEMAPHORE, 0};
      c.body.loop.count[0] = {engine, static_cast<std::uint16_t>(turn[engine])};
      program_.add(c);
    }
    before_ = begin + node.loop.trips * turn;
  }

  std::int64_t extent(std::uint16_t parameter, std::int64_t offset) const {
    return parameters_.value[parameter] + offset;
  }

  std::uint32_t trips(const takt_loop_body& loop) const {
    if (!given_ || loop.parameter == TAKT_NO_PARAMETER) return loop.trips;
    std::uint32_t n = 0;
    for (std::int64_t left = extent(loop.parameter, loop.offset); left > 0 && n < loop.trips; left -= loop.tile) ++n;
    return n;
  }

  void perform(const Node& node) {
    if (!node.is_loop) return perform(node.command);
    turns_.push_back({0, node.loop});
    for (std::uint32_t i = 0, n = trips(node.loop); i < n; ++i) {
      turns_.back().first = i;
      for (const Node& inside : node.inside) perform(inside);
    }
    turns_.pop_back();
  }

  void perform(const takt_command& c) {
    const std::uint32_t index = turns_.empty() ? 0 : turns_.back().first;
    std::int64_t amount = c.engine == TAKT_ENGINE_VECTOR ? 1 : c.body.dma.rows;
    if (given_ && c.parameter != TAKT_NO_PARAMETER)
      amount = std::clamp<std::int64_t>(
          std::int64_t{parameters_.value[c.parameter]} + c.extent.offset - std::int64_t{index} * c.extent.step, 0,
          c.extent.limit);
    const bool vector = c.engine == TAKT_ENGINE_VECTOR;
    done_.push_back({c.engine, c.layer, vector ? 0 : static_cast<std::uint64_t>(amount) * 64});
    if (vector || amount == 0) return;
    const takt_dma_body& body = c.body.dma;
    std::uint64_t address = body.offset + static_cast<std::uint64_t>(body.loop_stride) * index;
    if (body.table != TAKT_NO_TABLE) {
      address += table_[body.entry + body.entry_step * index];
    } else {
      address += buffers_at;
      for (std::size_t i = 0; i + 1 < turns_.size(); ++i)
        address += static_cast<std::uint64_t>(turns_[i].second.base_stride[TAKT_BASE_BUFFERS - 1]) * turns_[i].first;
    }
    addresses_.push_back(address);
  }

  std::mt19937 random_;
  const bool given_;
  takt_parameters parameters_{};
  std::array<std::uint64_t, 24> table_{};
  std::vector<Node> nodes_;
  std::uint32_t next_layer_ = 0;
  TestProgram program_;
  Counts before_{};
  std::vector<std::pair<std::uint32_t, takt_loop_body>> turns_;
  std::vector<Done> done_;
  std::vector<std::uint64_t> addresses_;
};

class Loops : public testing::TestWithParam<int> {};

TEST_P(Loops, DoWhatTheirTurnsWrittenOutWouldDo) {
  for (const bool given : {false, true}) {
    Case c(static_cast<unsigned>(GetParam()), given);
    Machine m(GetParam() % 2 == 0 ? Told::at_once : Told::at_the_end);
    c.load(m);
    c.expect();
    QueueRegisters r = m.registers(program_at);
    r.parameters = given ? parameters_at : 0;
    m.control(0, r, TAKT_NPU_START);
    m.run();
    ASSERT_EQ(m.core.state(0), TAKT_NPU_DONE);
    std::vector<Done> done;
    for (const CommandRecord& record : m.commands) done.push_back({record.engine, record.layer, record.bytes});
    EXPECT_EQ(done, c.done());
    std::vector<std::uint64_t> addresses;
    for (const Transfer& t : m.transfers)
      if (t.port != Port::front_end) addresses.push_back(t.address);
    EXPECT_EQ(addresses, c.addresses());
  }
}

// In whatever turns of whatever loops.
TEST_P(Loops, GoOnWhereAForcedStopFoundThem) {
  Case c(static_cast<unsigned>(GetParam()), true);
  Config config = small_config();
  config.dma.commands_in_flight = 3;
  Machine m(GetParam() % 2 == 0 ? Told::at_once : Told::at_the_end, config);
  c.load(m);
  c.expect();
  QueueRegisters r = m.registers(program_at);
  r.parameters = parameters_at;
  r.save_area = 0x8000000;
  r.save_bytes = 4 << 20;
  std::mt19937 random(static_cast<unsigned>(GetParam()));
  m.control(0, r, TAKT_NPU_START);
  for (int stops = 0; stops < 40; ++stops) {
    m.run(m.now + units::nanoseconds(random() % 4000));
    m.control(0, {}, TAKT_NPU_PREEMPT_NOW);
    m.run();
    if (m.core.state(0) == TAKT_NPU_DONE) break;
    ASSERT_EQ(m.core.state(0), TAKT_NPU_PREEMPTED);
    m.put(parameters_at + offsetof(takt_parameters, value), std::vector<unsigned char>(40, 1));  // it began with others
    m.control(0, r, TAKT_NPU_RESUME);
  }
  m.run();
  ASSERT_EQ(m.core.state(0), TAKT_NPU_DONE);
  std::vector<Done> done;
  for (const CommandRecord& record : m.commands)
    if (!record.stopped) done.push_back({record.engine, record.layer, record.bytes});
  EXPECT_EQ(done, c.done());
  // What was dropped stands there twice.
  std::vector<std::uint64_t> addresses;
  for (const Transfer& t : m.transfers)
    if (t.port != Port::front_end && t.address < r.save_area) addresses.push_back(t.address);
  auto from = addresses.begin();
  for (const std::uint64_t address : c.addresses()) {
    from = std::find(from, addresses.end(), address);
    ASSERT_NE(from, addresses.end());
    ++from;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, Loops, testing::Range(0, 200));

TEST(Parameters, ThatAreNoneAreRefused) {
  Machine m;
  TestProgram p;
  p.add(vector_pass(64));
  m.put(program_at, p.image());
  QueueRegisters r = m.registers(program_at);
  r.parameters = parameters_at;
  m.control(0, r, TAKT_NPU_START);
  m.run();
  EXPECT_EQ(m.core.state(0), TAKT_NPU_FAULTED);
  EXPECT_EQ(m.core.status(0), TAKT_STATUS_BAD_SLOT);
}

TEST(Tables, AreNotReadBehindTheirEnd) {
  for (const bool given : {false, true}) {
    Machine m;
    TestProgram p;
    takt_command c = dma(TAKT_ENGINE_DMA_IN, 64);
    c.body.dma.base = TAKT_BASE_ABSOLUTE;
    c.body.dma.table = 1;
    c.body.dma.entry = 4;
    p.add(c);
    m.put(program_at, p.image());
    takt_parameters parameters{};
    parameters.magic = TAKT_PARAMETERS_MAGIC;
    parameters.table[1] = {table_at, 4, 0};
    const auto* from = reinterpret_cast<const unsigned char*>(&parameters);
    m.put(parameters_at, std::vector<unsigned char>(from, from + sizeof parameters));
    QueueRegisters r = m.registers(program_at);
    r.parameters = given ? parameters_at : 0;
    m.control(0, r, TAKT_NPU_START);
    m.run();
    EXPECT_EQ(m.core.status(0), TAKT_STATUS_BAD_COMMAND);
  }
}

}  // namespace
}  // namespace takt::npu::test
