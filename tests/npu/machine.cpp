#include "tests/npu/machine.h"

#include <algorithm>
#include <stdexcept>

namespace takt::npu::test {

using units::Time;

Config small_config(std::uint32_t cores) {
  Config c;
  c.cores = cores;
  c.clock_hz = 1000000000;
  c.hardware_queues = 4;
  c.scratchpad_bytes = 1 << 20;
  c.scratchpad_bytes_per_cycle = 4096;
  c.fetch_commands = 4;
  c.dispatch_cycles = 0;
  c.regular_overhead_cycles = 100;
  c.irregular_overhead_cycles = 400;
  c.tensor = {64, 8, 8, 32, 32, 32, 4, 8, 8, 768, 8};
  c.vector = {512, 256, 32, 2000, 32};
  c.dma = {2, 0, 64};
  return c;
}

takt_command command(std::uint8_t opcode, std::uint8_t engine, std::uint32_t layer) {
  takt_command c{};
  c.opcode = opcode;
  c.engine = engine;
  c.layer = layer;
  for (takt_wait& wait : c.wait) wait.semaphore = TAKT_NO_SEMAPHORE;
  c.post = TAKT_NO_SEMAPHORE;
  c.parameter = TAKT_NO_PARAMETER;
  return c;
}

takt_command dma(std::uint8_t engine, std::uint32_t bytes, std::uint32_t scratchpad, std::uint32_t layer) {
  takt_command c = command(TAKT_OP_DMA, engine, layer);
  c.body.dma = {};
  c.body.dma.row_bytes = bytes;
  c.body.dma.rows = 1;
  c.body.dma.stride = bytes;
  c.body.dma.scratchpad = scratchpad;
  c.body.dma.base = TAKT_BASE_BUFFERS;
  c.body.dma.table = TAKT_NO_TABLE;
  return c;
}

takt_command matrix(std::uint32_t height, std::uint32_t width, std::uint32_t out, std::uint32_t in, std::uint32_t taps,
                    std::uint32_t layer) {
  takt_command c = command(TAKT_OP_MATRIX, TAKT_ENGINE_TENSOR, layer);
  c.body.matrix = {};
  c.body.matrix.out_height = height;
  c.body.matrix.out_width = width;
  c.body.matrix.out_channels = out;
  c.body.matrix.in_channels = in;
  c.body.matrix.taps = taps;
  c.body.matrix.groups = 1;
  return c;
}

takt_command vector_pass(std::uint64_t bytes, std::uint32_t layer) {
  takt_command c = command(TAKT_OP_VECTOR, TAKT_ENGINE_VECTOR, layer);
  c.body.vector = {};
  c.body.vector.pass_bytes = bytes;
  c.body.vector.element_bytes = 1;
  return c;
}

takt_command after(takt_command c, std::uint16_t semaphore, std::uint32_t value) {
  for (takt_wait& wait : c.wait)
    if (wait.semaphore == TAKT_NO_SEMAPHORE) {
      wait = {semaphore, 0, value};
      return c;
    }
  throw std::logic_error("no wait left");
}

void TestProgram::cut(std::vector<takt_live_range> ranges, std::uint32_t refetch_first, std::uint32_t refetch_count) {
  takt_cut c{};
  for (std::uint32_t e = 0; e < TAKT_ENGINE_COUNT; ++e) c.position[e] = static_cast<std::uint32_t>(lists[e].size());
  c.live_first = static_cast<std::uint32_t>(live.size());
  c.live_count = static_cast<std::uint32_t>(ranges.size());
  for (const takt_live_range& range : ranges) c.live_bytes += range.bytes;
  c.refetch_first = refetch_first;
  c.refetch_count = refetch_count;
  live.insert(live.end(), ranges.begin(), ranges.end());
  cuts.push_back(c);
}

namespace {

constexpr std::uint32_t save_stride = 0x40000;  // of one core

template <typename T>
std::uint64_t append(std::vector<unsigned char>& bytes, const std::vector<T>& entries) {
  const std::uint64_t at = bytes.size();
  bytes.resize(at + entries.size() * sizeof(T));
  if (!entries.empty()) std::memcpy(&bytes[at], entries.data(), entries.size() * sizeof(T));
  return at;
}

// `Part`: takt_program_header or takt_core_part.
template <typename Part>
void append_part(std::vector<unsigned char>& bytes, const TestProgram& program, Part& part) {
  for (std::uint32_t e = 0; e < TAKT_ENGINE_COUNT; ++e) {
    part.list_offset[e] = append(bytes, program.lists[e]);
    part.list_commands[e] = static_cast<std::uint32_t>(program.lists[e].size());
  }
  part.cuts_offset = append(bytes, program.cuts);
  part.live_ranges_offset = append(bytes, program.live);
  part.live_range_count = static_cast<std::uint32_t>(program.live.size());
}

}  // namespace

std::vector<unsigned char> TestProgram::image() const {
  takt_program_header h{};
  h.magic = TAKT_PROGRAM_MAGIC;
  h.version = TAKT_ABI_PROGRAM;
  h.header_bytes = sizeof h;
  h.scratchpad_bytes = scratchpad_bytes;
  h.semaphore_count = TAKT_ENGINE_COUNT;
  h.bases[TAKT_BASE_BUFFERS] = 0x800000;
  h.cut_count = static_cast<std::uint32_t>(cuts.size());
  std::vector<unsigned char> bytes(256);
  append_part(bytes, *this, h);
  std::vector<takt_core_part> parts;
  for (const TestProgram& program : further) {
    takt_core_part& part = parts.emplace_back();
    append_part(bytes, program, part);
    part.save_offset = save_stride * static_cast<std::uint32_t>(parts.size());
  }
  if (!further.empty()) h.cores = static_cast<std::uint32_t>(1 + further.size());
  h.cores_offset = append(bytes, parts);
  h.total_bytes = bytes.size();
  std::memcpy(bytes.data(), &h, sizeof h);
  return bytes;
}

Machine::Machine(Told told, const Config& config) : core(config, *this, ledger), told_(told) {
  core.set_observer(this);
}

void Machine::put(std::uint64_t address, const std::vector<unsigned char>& bytes) {
  for (std::size_t i = 0; i < bytes.size(); ++i) memory[address + i] = bytes[i];
}

QueueRegisters Machine::registers(std::uint64_t program, std::uint32_t job) const {
  QueueRegisters r;
  r.program = program;
  r.save_area = 0x900000;
  r.save_bytes = 1 << 20;
  r.context = 1;
  r.job = job;
  return r;
}

void Machine::copy(bool write, std::uint64_t address, unsigned char* data, std::uint32_t bytes) {
  for (std::uint32_t i = 0; i < bytes; ++i) {
    if (write)
      memory[address + i] = data[i];
    else
      data[i] = memory[address + i];
  }
}

void Machine::submit(const Transfer& transfer) {
  transfers.push_back(transfer);
  const std::uint64_t bytes = std::uint64_t{transfer.row_bytes} * transfer.rows;
  if (transfer.data != nullptr)
    for (std::uint64_t i = 0; i < bytes; ++i) {
      if (transfer.write)
        memory[transfer.address + i] = transfer.data[i];
      else
        transfer.data[i] = memory[transfer.address + i];
    }
  const auto more = slow.find(transfer.address);
  const Time last =
      now + latency + (more == slow.end() ? Time() : more->second) + units::nanoseconds(bytes / bytes_per_ns);
  answers_.push_back({told_ == Told::at_once ? now : last, transfer.cookie, last, transfer.address != bad_address});
}

// Tells the core what is due.
bool Machine::tell() {
  std::vector<Answer> due;
  for (const Answer& answer : answers_)
    if (answer.told <= now) due.push_back(answer);
  const auto over = [this](const Answer& answer) { return answer.told <= now; };
  answers_.erase(std::remove_if(answers_.begin(), answers_.end(), over), answers_.end());
  for (const Answer& answer : due) core.answered(answer.cookie, answer.last, answer.last, answer.ok);
  return !due.empty();
}

void Machine::run(Time until) {
  for (int steps = 0; steps < 1000000; ++steps) {
    core.evaluate(now);
    if (tell()) continue;
    Time next = core.next_time();
    for (const Answer& answer : answers_) next = units::min(next, answer.told);
    if (next == units::never() || next > until) {
      if (until != units::never()) now = until;
      return;
    }
    if (next <= now) throw std::logic_error("next_time is not in the future");
    now = next;
  }
  throw std::logic_error("the core does not come to rest");
}

}  // namespace takt::npu::test
