// Random programs here and on QEMU: the same registers, memory and traps. Skipped where there is no
// qemu-system-riscv32. TAKT_QEMU_STREAMS=N compares so many instead.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

#include "sim/bare/machine.h"
#include "tests/cpu/rv32/console.h"
#include "tests/cpu/rv32/stream.h"

namespace takt::rv32::test {
namespace {

namespace fs = std::filesystem;

constexpr unsigned units = 1500;

bool has_qemu() { return std::system("qemu-system-riscv32 --version >/dev/null 2>&1") == 0; }

// Extensions that the core has not are switched off.
std::string on_qemu(const fs::path& elf) {
  const std::string command =
      "timeout 60 qemu-system-riscv32 -M spike -cpu rv32,zba=false,zbb=false,zbc=false,zbs=false,f=false,d=false,"
      "v=false -m 16 -display none -serial none -monitor none -semihosting-config enable=on,target=native"
      " -bios " +
      elf.string() + " </dev/null 2>/dev/null";
  std::string text;
  std::FILE* pipe = popen(command.c_str(), "r");
  char part[4096];
  for (std::size_t n; pipe != nullptr && (n = std::fread(part, 1, sizeof(part), pipe)) != 0;) text.append(part, n);
  if (pipe != nullptr) pclose(pipe);
  return text;
}

std::string on_takt(const Stream& stream) {
  Console console;
  bare::MachineOptions options;
  options.ram_bytes = 16u << 20;
  options.max_instructions = 10000000;
  bare::Machine machine(traces::parse_elf(stream.elf, "stream"), "stream", options, console);
  EXPECT_EQ(machine.run().ending, bare::Ending::exited);
  return console.out;
}

std::string first_difference(const std::string& a, const std::string& b) {
  if (a.size() != b.size()) return "lengths " + std::to_string(a.size()) + " and " + std::to_string(b.size());
  for (std::size_t i = 0; i < a.size(); ++i)
    if (a[i] != b[i]) return "byte " + std::to_string(i);
  return "";
}

TEST(Qemu, RandomProgramsEndAlike) {
  if (!has_qemu()) GTEST_SKIP() << "no qemu-system-riscv32";
  const char* wanted = std::getenv("TAKT_QEMU_STREAMS");
  const unsigned streams = wanted != nullptr ? static_cast<unsigned>(std::atoi(wanted)) : 24;
  const fs::path file = fs::temp_directory_path() / ("takt-stream-" + std::to_string(std::random_device()()) + ".elf");
  for (unsigned seed = 1; seed <= streams; ++seed) {
    const Stream stream = random_stream(seed, units);
    std::ofstream(file, std::ios::binary) << stream.elf;
    const std::string expected = on_qemu(file);
    EXPECT_EQ(expected.size(), Stream::output_bytes) << "seed " << seed;
    EXPECT_EQ(first_difference(on_takt(stream), expected), "") << "seed " << seed;
    if (HasFailure()) break;
  }
  fs::remove(file);
}

}  // namespace
}  // namespace takt::rv32::test
