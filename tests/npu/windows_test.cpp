// What a context's jobs may touch: every transfer inside one window, with its access.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/npu/machine.h"

namespace takt::npu::test {
namespace {

using units::nanoseconds;

constexpr std::uint64_t program_at = 0x10000, table_at = 0x20000, buffers = 0x800000, save_area = 0x900000;
constexpr std::uint32_t both = TAKT_WINDOW_READ | TAKT_WINDOW_WRITE;

std::vector<unsigned char> table(const std::vector<takt_window>& windows) {
  takt_window_table t{};
  t.magic = TAKT_WINDOWS_MAGIC;
  t.count = static_cast<std::uint32_t>(windows.size());
  std::copy(windows.begin(), windows.end(), t.window);
  const auto* bytes = reinterpret_cast<const unsigned char*>(&t);
  return {bytes, bytes + sizeof t};
}

class Windows : public testing::TestWithParam<Told> {
 protected:
  Windows() : m(GetParam()) {}

  // Status of a job that makes this one transfer.
  std::uint32_t status_of(const takt_command& command, const std::vector<takt_window>& windows) {
    TestProgram p;
    p.add(command);
    m.put(program_at, p.image());
    m.put(table_at, table(windows));
    m.core.load_windows(0, table_at, m.now);
    m.control(0, with_windows(), TAKT_NPU_START);
    m.run();
    return m.core.status(0);
  }

  QueueRegisters with_windows() const {
    QueueRegisters r = m.registers(program_at);
    r.windows = table_at;
    return r;
  }

  std::size_t table_reads() const {
    return static_cast<std::size_t>(
        std::count_if(m.transfers.begin(), m.transfers.end(), [](const Transfer& t) { return t.address == table_at; }));
  }

  Machine m;
};

TEST_P(Windows, ATransferMustLieInsideOne) {
  const takt_command load = dma(TAKT_ENGINE_DMA_IN, 640);
  EXPECT_EQ(status_of(load, {{buffers, 640, TAKT_WINDOW_READ, 0}}), TAKT_STATUS_OK);
  EXPECT_EQ(status_of(load, {{buffers, 639, TAKT_WINDOW_READ, 0}}), TAKT_STATUS_ACCESS);
  EXPECT_EQ(status_of(load, {{buffers + 1, 640, TAKT_WINDOW_READ, 0}}), TAKT_STATUS_ACCESS);
  EXPECT_EQ(status_of(load, {{buffers, 320, TAKT_WINDOW_READ, 0}, {buffers + 320, 320, TAKT_WINDOW_READ, 0}}),
            TAKT_STATUS_ACCESS)
      << "two halves are not one";
  EXPECT_EQ(status_of(load, {}), TAKT_STATUS_ACCESS);
  EXPECT_EQ(status_of(load, {{0, ~std::uint64_t{0}, TAKT_WINDOW_READ, 0}}), TAKT_STATUS_OK);
}

TEST_P(Windows, AccessIsByDirection) {
  const takt_command load = dma(TAKT_ENGINE_DMA_IN, 64), store = dma(TAKT_ENGINE_DMA_OUT, 64);
  EXPECT_EQ(status_of(load, {{buffers, 64, TAKT_WINDOW_WRITE, 0}}), TAKT_STATUS_ACCESS);
  EXPECT_EQ(status_of(store, {{buffers, 64, TAKT_WINDOW_READ, 0}}), TAKT_STATUS_ACCESS);
  EXPECT_EQ(status_of(store, {{buffers, 64, TAKT_WINDOW_WRITE, 0}}), TAKT_STATUS_OK);
  EXPECT_EQ(status_of(load, {{buffers, 64, both, 0}}), TAKT_STATUS_OK);
}

// Four rows of 16 bytes, 1024 apart, touch 3 x 1024 + 16 bytes.
TEST_P(Windows, RowsReachFromTheFirstToTheLast) {
  takt_command rows = dma(TAKT_ENGINE_DMA_IN, 16);
  rows.body.dma.rows = 4;
  rows.body.dma.stride = 1024;
  EXPECT_EQ(status_of(rows, {{buffers, 3088, TAKT_WINDOW_READ, 0}}), TAKT_STATUS_OK);
  EXPECT_EQ(status_of(rows, {{buffers, 3087, TAKT_WINDOW_READ, 0}}), TAKT_STATUS_ACCESS);
}

TEST_P(Windows, AFaultNamesItsCommandAndNothingWasMoved) {
  EXPECT_EQ(status_of(dma(TAKT_ENGINE_DMA_OUT, 64), {{buffers, 64, TAKT_WINDOW_READ, 0}}), TAKT_STATUS_ACCESS);
  EXPECT_EQ(m.core.state(0), TAKT_NPU_FAULTED);
  EXPECT_EQ(m.core.fault(0), TAKT_ENGINE_DMA_OUT << 24 | 0u);
  for (const Transfer& t : m.transfers) EXPECT_FALSE(t.write);
}

TEST_P(Windows, AddressesThatWrapAreOutside) {
  takt_command load = dma(TAKT_ENGINE_DMA_IN, 64);
  load.body.dma.offset = ~std::uint64_t{0} - buffers - 31;  // ends 32 bytes behind the end of addresses
  EXPECT_EQ(status_of(load, {{~std::uint64_t{0} - 4095, 4095, TAKT_WINDOW_READ, 0}}), TAKT_STATUS_ACCESS);
}

TEST_P(Windows, ATableThatIsNoneLetsNothingPass) {
  const takt_command load = dma(TAKT_ENGINE_DMA_IN, 64);
  TestProgram p;
  p.add(load);
  m.put(program_at, p.image());
  m.core.load_windows(0, table_at, m.now);  // zeros
  m.control(0, with_windows(), TAKT_NPU_START);
  m.run();
  EXPECT_EQ(m.core.status(0), TAKT_STATUS_ACCESS);
  std::vector<unsigned char> large = table({{0, ~std::uint64_t{0}, both, 0}});
  large[offsetof(takt_window_table, count)] = TAKT_WINDOWS + 1;
  m.put(table_at, large);
  m.core.load_windows(0, table_at, m.now);
  m.control(0, with_windows(), TAKT_NPU_START);
  m.run();
  EXPECT_EQ(m.core.status(0), TAKT_STATUS_ACCESS);
}

TEST_P(Windows, AJobStartsOnceItsTableIsThere) {
  m.slow[table_at] = units::microseconds(5);
  EXPECT_EQ(status_of(dma(TAKT_ENGINE_DMA_IN, 64), {{buffers, 64, TAKT_WINDOW_READ, 0}}), TAKT_STATUS_OK);
  for (const Machine::JobStep& step : m.events) {
    if (step.event == JobEvent::started) {
      EXPECT_LT(step.at, units::microseconds(1));
    }
    if (step.event == JobEvent::first_command) {
      EXPECT_GT(step.at, units::microseconds(5));
    }
  }
}

TEST_P(Windows, ATableThatNoMemoryAnswersLetsNothingPass) {
  m.bad_address = table_at;
  EXPECT_EQ(status_of(dma(TAKT_ENGINE_DMA_IN, 64), {{buffers, 64, TAKT_WINDOW_READ, 0}}), TAKT_STATUS_ACCESS);
}

TEST_P(Windows, TheLastTableWrittenHolds) {
  TestProgram p;
  p.add(dma(TAKT_ENGINE_DMA_IN, 64));
  m.put(program_at, p.image());
  m.put(table_at, table({}));
  m.put(table_at + 0x1000, table({{buffers, 64, TAKT_WINDOW_READ, 0}}));
  m.slow[table_at] = units::microseconds(5);  // comes after the later one
  m.core.load_windows(0, table_at, m.now);
  m.core.load_windows(0, table_at + 0x1000, m.now);
  m.control(0, with_windows(), TAKT_NPU_START);
  m.run();
  EXPECT_EQ(m.core.status(0), TAKT_STATUS_OK);
}

TEST_P(Windows, ATableIsReadOnceUntilItsRegisterIsWritten) {
  const takt_command load = dma(TAKT_ENGINE_DMA_IN, 64);
  status_of(load, {{buffers, 64, TAKT_WINDOW_READ, 0}});
  EXPECT_EQ(table_reads(), 1u);
  m.put(table_at, table({}));
  m.control(0, with_windows(), TAKT_NPU_START);
  m.run();
  EXPECT_EQ(m.core.status(0), TAKT_STATUS_OK) << "the table as it was read";
  EXPECT_EQ(table_reads(), 1u);
  m.core.load_windows(0, table_at, m.now);
  m.control(0, with_windows(), TAKT_NPU_START);
  m.run();
  EXPECT_EQ(m.core.status(0), TAKT_STATUS_ACCESS);
  EXPECT_EQ(table_reads(), 2u);
}

TEST_P(Windows, HoldForParametersAndTheirTables) {
  takt_parameters parameters{};
  parameters.magic = TAKT_PARAMETERS_MAGIC;
  parameters.table[2] = {0x40000, 4, 0};
  const auto* bytes = reinterpret_cast<const unsigned char*>(&parameters);
  m.put(0x30000, {bytes, bytes + sizeof parameters});
  const auto run = [&](const std::vector<takt_window>& windows) {
    TestProgram p;
    p.add(vector_pass(512));
    m.put(program_at, p.image());
    m.put(table_at, table(windows));
    QueueRegisters r = with_windows();
    r.parameters = 0x30000;
    m.core.load_windows(0, table_at, m.now);
    m.control(0, r, TAKT_NPU_START);
    m.run();
    return m.core.status(0);
  };
  const takt_window block = {0x30000, sizeof parameters, TAKT_WINDOW_READ, 0};
  EXPECT_EQ(run({}), TAKT_STATUS_ACCESS);
  EXPECT_EQ(run({block}), TAKT_STATUS_ACCESS) << "its table lies outside";
  EXPECT_EQ(run({block, {0x40000, 32, TAKT_WINDOW_READ, 0}}), TAKT_STATUS_OK);
  EXPECT_EQ(run({block, {0x40000, 31, TAKT_WINDOW_READ, 0}}), TAKT_STATUS_ACCESS);
}

TEST_P(Windows, HoldForSavesAndRestores) {
  TestProgram p;
  for (std::uint32_t l = 0; l < 4; ++l) {
    p.add(vector_pass(512000, l));
    p.cut({{4096, 640}});
  }
  m.put(program_at, p.image());
  const auto preempted = [&](std::uint32_t access, std::uint64_t bytes) {
    m.put(table_at, table({{save_area, bytes, access, 0}}));
    m.core.load_windows(0, table_at, m.now);
    m.control(0, with_windows(), TAKT_NPU_START);
    m.run(m.now + nanoseconds(800));
    m.control(0, {}, TAKT_NPU_PREEMPT);
    m.run();
  };
  const std::uint64_t enough = sizeof(takt_save_header) + 640;
  preempted(TAKT_WINDOW_READ, enough);
  EXPECT_EQ(m.core.status(0), TAKT_STATUS_ACCESS);
  preempted(both, enough - 1);
  EXPECT_EQ(m.core.status(0), TAKT_STATUS_ACCESS);
  preempted(TAKT_WINDOW_WRITE, enough);
  ASSERT_EQ(m.core.state(0), TAKT_NPU_PREEMPTED);
  m.control(0, with_windows(), TAKT_NPU_RESUME);
  m.run();
  EXPECT_EQ(m.core.status(0), TAKT_STATUS_ACCESS) << "it may not be read back";
  preempted(both, enough);
  ASSERT_EQ(m.core.state(0), TAKT_NPU_PREEMPTED);
  m.control(0, with_windows(), TAKT_NPU_RESUME);
  m.run();
  EXPECT_EQ(m.core.state(0), TAKT_NPU_DONE);
}

// Against every byte looked at by itself.
RC_GTEST_PROP(WindowsOfAnySizes, AllowWhatTheirBytesAllow, ()) {
  Machine m;
  const auto offset = [] { return *rc::gen::inRange<std::uint64_t>(0, 256); };
  std::vector<takt_window> windows(*rc::gen::inRange<std::size_t>(0, 5));
  for (takt_window& w : windows) w = {buffers + offset(), 1 + offset(), *rc::gen::inRange<std::uint32_t>(0, 4), 0};
  const bool in = *rc::gen::arbitrary<bool>();
  takt_command c = dma(in ? TAKT_ENGINE_DMA_IN : TAKT_ENGINE_DMA_OUT, static_cast<std::uint32_t>(1 + offset() % 64));
  c.body.dma.offset = offset();
  c.body.dma.rows = *rc::gen::inRange<std::uint32_t>(1, 4);
  c.body.dma.stride = c.body.dma.row_bytes + offset() % 32;
  const std::uint32_t access = in ? TAKT_WINDOW_READ : TAKT_WINDOW_WRITE;
  const std::uint64_t last = c.body.dma.offset + (c.body.dma.rows - 1) * c.body.dma.stride + c.body.dma.row_bytes;
  const bool allowed = std::any_of(windows.begin(), windows.end(), [&](const takt_window& w) {
    for (std::uint64_t byte = c.body.dma.offset; byte < last; ++byte)
      if (buffers + byte < w.base || buffers + byte >= w.base + w.bytes) return false;
    return (w.access & access) != 0;
  });
  TestProgram p;
  p.add(c);
  m.put(program_at, p.image());
  m.put(table_at, table(windows));
  QueueRegisters r = m.registers(program_at);
  r.windows = table_at;
  m.core.load_windows(0, table_at, m.now);
  m.control(0, r, TAKT_NPU_START);
  m.run();
  RC_ASSERT(m.core.status(0) == (allowed ? TAKT_STATUS_OK : TAKT_STATUS_ACCESS));
}

INSTANTIATE_TEST_SUITE_P(Npu, Windows, testing::Values(Told::at_once, Told::at_the_end), told_name);

}  // namespace
}  // namespace takt::npu::test
