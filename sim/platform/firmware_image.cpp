#include "sim/platform/firmware_image.h"

#include <algorithm>
#include <vector>

#include "models/units/fnv1a.h"
#include "sim/graph/error.h"
#include "sim/platform/hex.h"
#include "traces/formats/elf/elf_image.h"

// embedded_firmware.S
extern "C" const char takt_embedded_firmware[];
extern "C" const char takt_embedded_firmware_end[];

namespace takt::platform {
namespace {

std::string embedded() {
  std::string bytes(takt_embedded_firmware, takt_embedded_firmware_end);
  if (bytes.empty())
    throw graph::GraphError(
        "control_cpu.cost = \"iss\": found a takt that was built without an RV32 compiler, expected one with "
        "riscv64-unknown-elf-gcc, or a file as firmware.elf");
  return bytes;
}

}  // namespace

FirmwareImage firmware_image(const config::FirmwareConfig& config) {
  const std::string name = config.elf.empty() ? "takt's firmware" : config.elf_path;
  const std::string bytes = config.elf.empty() ? embedded() : traces::read_elf_bytes(config.elf_path);
  FirmwareImage result;
  result.elf = traces::parse_elf(bytes, name);
  const traces::ElfImage& elf = result.elf;
  result.hash = hex(units::fnv1a(units::fnv1a_basis, bytes));
  result.image.entry = elf.entry;
  for (const traces::ElfSegment& segment : elf.segments) {
    if (!cpu::Image::fits(segment.address, segment.bytes))
      throw traces::ElfError(
          name, "a segment of " + std::to_string(segment.bytes) + " bytes at " + hex(segment.address),
          "the control processor's memory from " + hex(cpu::Image::begin) + " to " + hex(cpu::Image::end));
    result.image.segments.push_back({segment.address, segment.data});
    result.image.segments.back().bytes.resize(segment.bytes);
  }
  return result;
}

FirmwareMemoryRecord firmware_memory(const traces::ElfImage& elf, const rv32::Core& core) {
  FirmwareMemoryRecord memory;
  memory.limit_bytes = cpu::Image::end - cpu::Image::begin;
  for (const traces::ElfSection& section : elf.sections)
    (!section.in_file ? memory.bss_bytes : section.writable ? memory.data_bytes : memory.text_bytes) += section.bytes;
  const auto top = elf.value_of("__stack_top"), bytes = elf.value_of("__stack_bytes");
  std::vector<std::uint8_t> stack(bytes.value_or(0) <= TAKT_RAM_BYTES ? bytes.value_or(0) : 0);
  if (!top || stack.empty() || !core.peek(*top - *bytes, stack.data(), *bytes)) return memory;
  const auto lowest = std::find_if(stack.begin(), stack.end(), [](std::uint8_t byte) { return byte != 0; });
  memory.stack_limit_bytes = *bytes;
  memory.stack_used_bytes = static_cast<std::uint64_t>(stack.end() - lowest);
  return memory;
}

}  // namespace takt::platform
