#include "sim/platform/firmware_image.h"

#include <fstream>
#include <iterator>

#include "firmware/abi/registers.h"
#include "models/units/fnv1a.h"
#include "sim/graph/error.h"
#include "sim/platform/hex.h"
#include "traces/formats/elf/elf_image.h"

// embedded_firmware.S
extern "C" const char takt_embedded_firmware[];
extern "C" const char takt_embedded_firmware_end[];

namespace takt::platform {
namespace {

constexpr std::uint64_t boot_area_bytes = 4096;  // the last of the memory: boot information

std::string embedded() {
  std::string bytes(takt_embedded_firmware, takt_embedded_firmware_end);
  if (bytes.empty())
    throw graph::GraphError(
        "control_cpu.cost = \"iss\": found a takt that was built without an RV32 compiler, expected one with "
        "riscv64-unknown-elf-gcc, or a file as firmware.elf");
  return bytes;
}

std::string file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw traces::ElfError(path, "no file that can be read", "an RV32 executable");
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

}  // namespace

FirmwareImage firmware_image(const config::FirmwareConfig& config) {
  const std::string name = config.elf.empty() ? "takt's firmware" : config.elf_path;
  const std::string bytes = config.elf.empty() ? embedded() : file(config.elf_path);
  const traces::ElfImage elf = traces::parse_elf(bytes, name);
  FirmwareImage result;
  result.hash = hex(units::fnv1a(units::fnv1a_basis, bytes));
  result.image.entry = elf.entry;
  for (const traces::ElfSegment& segment : elf.segments) {
    const std::uint64_t end = std::uint64_t{segment.address} + segment.bytes;
    if (segment.address < TAKT_RAM_BASE || end > std::uint64_t{TAKT_RAM_BASE} + TAKT_RAM_BYTES - boot_area_bytes)
      throw traces::ElfError(name,
                             "a segment of " + std::to_string(segment.bytes) + " bytes at " + hex(segment.address),
                             "the control processor's memory from " + hex(TAKT_RAM_BASE) + " to " +
                                 hex(std::uint64_t{TAKT_RAM_BASE} + TAKT_RAM_BYTES - boot_area_bytes));
    result.image.segments.push_back({segment.address, segment.data});
    result.image.segments.back().bytes.resize(segment.bytes);
  }
  return result;
}

}  // namespace takt::platform
