#include "sim/replay/command_fit.h"

#include <algorithm>
#include <cstring>

#include "firmware/abi/abi.h"

namespace takt::replay {
namespace {

std::uint64_t scratchpad_of(const traces::CommandTrace& trace) {
  std::uint64_t most = 0;
  for (const traces::CommandProgram& program : trace.programs) most = std::max(most, program.scratchpad_bytes);
  return most;
}

std::uint32_t queues_of(const traces::CommandTrace& trace) {
  std::uint32_t most = 0;
  for (const traces::CommandControl& control : trace.controls) most = std::max(most, control.queue + 1u);
  return most;
}

// Up to the first core of its last job.
std::uint64_t places_of(const traces::CommandTrace& trace) {
  std::uint64_t most = 1;
  for (const traces::CommandControl& control : trace.controls)
    most = std::max<std::uint64_t>(most, control.first_core + 1u);
  return most;
}

std::uint64_t memory_of(const traces::CommandTrace& trace) {
  std::uint64_t end = trace.memory_base;
  for (const traces::CommandArea& area : trace.areas) end = std::max(end, area.address + area.bytes);
  for (const traces::CommandProgram& program : trace.programs)
    end = std::max<std::uint64_t>(end, program.address + program.image.size());
  for (const traces::CommandTable& table : trace.tables)
    end = std::max<std::uint64_t>(end, table.address + table.image.size());
  return end - trace.memory_base;
}

void expect_at_most(std::uint64_t needs, std::uint64_t has, const char* what, const std::string& file,
                    const std::string& where) {
  if (needs > has)
    throw traces::PackedFileError(file, "programs that use " + std::to_string(needs) + " " + what,
                                  "at most " + std::to_string(has) + " as " + where + " has");
}

// What stands at `offset` of a program's image; false where it ends before.
template <class Entry>
bool read(const traces::CommandProgram& program, std::uint64_t offset, Entry& entry) {
  const std::uint64_t size = program.image.size();
  if (offset > size || size - offset < sizeof entry) return false;
  std::memcpy(&entry, program.image.data() + offset, sizeof entry);
  return true;
}

std::uint64_t cores_of(const traces::CommandTrace& trace) {
  std::uint64_t most = 1;
  takt_program_header header;
  for (const traces::CommandProgram& program : trace.programs)
    if (read(program, 0, header) && header.magic == TAKT_PROGRAM_MAGIC)
      most = std::max<std::uint64_t>(most, header.cores);
  return most;
}

// A DMA command of a core with an address of its own, which nobody can move. `part`: takt_program_header or
// takt_core_part.
template <class Part>
bool has_fixed_address(const traces::CommandProgram& program, const Part& part) {
  for (std::uint32_t engine : {TAKT_ENGINE_DMA_IN, TAKT_ENGINE_DMA_OUT}) {
    takt_command command;
    for (std::uint64_t i = 0; i < part.list_commands[engine]; ++i) {
      if (!read(program, part.list_offset[engine] + i * TAKT_COMMAND_BYTES, command)) break;
      if (command.opcode == TAKT_OP_DMA && command.body.dma.base == TAKT_BASE_ABSOLUTE) return true;
    }
  }
  return false;
}

bool has_fixed_address(const traces::CommandProgram& program) {
  takt_program_header header;
  if (!read(program, 0, header)) return false;
  bool fixed = has_fixed_address(program, header);
  takt_core_part part;
  for (std::uint32_t core = 1; core < header.cores && !fixed; ++core) {
    if (!read(program, header.cores_offset + (core - 1) * sizeof part, part)) break;
    fixed = has_fixed_address(program, part);
  }
  return fixed;
}

}  // namespace

std::uint64_t fit(const traces::CommandTrace& trace, const std::string& file, const config::SocConfig& soc) {
  if (trace.jobs.empty()) throw traces::PackedFileError(file, "no jobs", "at least one");
  const config::MemoryConfig& memory = *config::find_memory(soc, soc.npu_memory);
  const std::string npu = "the NPU of " + soc.name;
  expect_at_most(scratchpad_of(trace), std::max(soc.npu.scratchpad_bytes, soc.npu.small.scratchpad_bytes),
                 "bytes of scratchpad", file, npu);
  expect_at_most(queues_of(trace), soc.npu.hardware_queues, "hardware queues", file, npu);
  expect_at_most(cores_of(trace), std::max(soc.npu.cores, soc.npu.small_cores), "cores", file, npu);
  expect_at_most(places_of(trace), soc.npu.all_cores(), "cores", file, npu);
  expect_at_most(memory_of(trace), memory.dram.capacity_bytes, "bytes of memory", file,
                 "memory '" + memory.name + "' of " + soc.name);
  return memory.base - trace.memory_base;
}

std::string moved_image(const traces::CommandProgram& program, const std::string& file, std::uint64_t moved) {
  takt_program_header header;
  if (program.image.size() < sizeof header)
    throw traces::PackedFileError(file, "a program of " + std::to_string(program.image.size()) + " bytes",
                                  "a header of " + std::to_string(sizeof header) + " and lists");
  std::memcpy(&header, program.image.data(), sizeof header);
  if (moved != 0 && has_fixed_address(program))
    throw traces::PackedFileError(file, "a program with absolute addresses",
                                  "the memory at its recorded address, or addresses relative to bases");
  for (std::uint64_t& base : header.bases)
    if (base != 0) base += moved;
  std::string image = program.image;
  std::memcpy(image.data(), &header, sizeof header);
  return image;
}

std::string moved_image(const traces::CommandTable& table, const std::string& file, std::uint64_t moved) {
  takt_window_table windows;
  if (table.image.size() != sizeof windows)
    throw traces::PackedFileError(file, "a window table of " + std::to_string(table.image.size()) + " bytes",
                                  std::to_string(sizeof windows));
  std::memcpy(&windows, table.image.data(), sizeof windows);
  for (takt_window& window : windows.window)
    if (window.bytes != 0) window.base += moved;
  std::string image = table.image;
  std::memcpy(image.data(), &windows, sizeof windows);
  return image;
}

}  // namespace takt::replay
