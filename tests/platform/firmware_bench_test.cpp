// What takt run shows of the firmware on the simulated core, from outside.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <regex>
#include <sstream>

#include "tests/platform/models.h"
#include "tests/platform/takt_binary.h"

namespace takt::platform::test {
namespace {

using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;

std::string output_of(const std::string& command) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  std::string text;
  char buffer[4096];
  while (pipe != nullptr && std::fgets(buffer, sizeof buffer, pipe.get()) != nullptr) text += buffer;
  return text;
}

class FirmwareBench : public testing::Test {
 protected:
  Outcome run_loud(const std::string& output, const std::vector<std::string>& more, bool monitored = true) const {
    std::vector<std::string> arguments = {"run", "--model", "squeezenet1_1", "--requests", "2", "-o", output};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return takt(arguments, folder_.path(), monitored);
  }
  Outcome run(const std::string& output, std::vector<std::string> more) const {
    more.push_back("--quiet");
    return run_loud(output, more);
  }
  std::string file(const std::string& name) const { return read_file(folder_.path() / name); }
  std::string results(const std::string& run) const { return without_host(file(run + "/results.json")); }

  const std::vector<std::string> iss_ = {"--set", "control_cpu.cost=iss"};
  const Folder folder_;
};

std::vector<std::string> operator+(std::vector<std::string> a, const std::vector<std::string>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

TEST_F(FirmwareBench, ChangesNoResult) {
  ASSERT_EQ(run("alone", iss_).code, 0);
  const Outcome observed =
      run("observed", iss_ + std::vector<std::string>{"--profile", "p", "--coverage", "c", "--trace-instructions", "i",
                                                      "--transfers", "9", "--trace-registers", "r"});
  ASSERT_EQ(observed.code, 0) << observed.err;
  EXPECT_EQ(observed.err, "");
  for (const char* name : {"jobs.csv", "layers.csv", "trace.pftrace", "resolved.toml"})
    EXPECT_TRUE(file(std::string("alone/") + name) == file(std::string("observed/") + name)) << name;
  EXPECT_EQ(results("alone"), results("observed"));
}

// Instructions executed and in all, by function.
std::map<std::string, std::pair<unsigned, unsigned>> covered(const std::string& report) {
  std::map<std::string, std::pair<unsigned, unsigned>> counts;
  std::istringstream lines(report);
  std::string line;
  for (std::getline(lines, line); std::getline(lines, line) && !line.empty();) {
    std::istringstream row(line);
    std::pair<unsigned, unsigned> count;
    std::string share;
    row >> count.first >> count.second >> share;
    counts[line.substr(line.find(share) + share.size() + 2)] = count;
  }
  return counts;
}

// The kernel's structure as its sources have it: the loop calls step(), which takes slots and dispatches.
TEST_F(FirmwareBench, ProfilesAndCoversTheFirmware) {
  ASSERT_EQ(run("out", iss_ + std::vector<std::string>{"--profile", "p", "--coverage", "c", "--trace-instructions", "i",
                                                       "--profile-unit", "instructions"})
                .code,
            0);
  std::uint64_t sum = 0, in_dispatch = 0;
  std::istringstream lines(file("p"));
  for (std::string line; std::getline(lines, line);) {
    const std::size_t space = line.rfind(' ');
    sum += std::stoull(line.substr(space));
    const std::string stack = line.substr(0, space);
    const std::string loop = "_start;takt_main;takt::firmware::Firmware::run();takt::firmware::Firmware::step();";
    const std::string leaf = ";takt::firmware::Firmware::dispatch(takt::firmware::Partition*, unsigned long)";
    if (stack.rfind(loop, 0) == 0 && stack.size() > leaf.size() &&
        stack.compare(stack.size() - leaf.size(), leaf.size(), leaf) == 0)
      in_dispatch = std::stoull(line.substr(space));
  }
  EXPECT_GT(in_dispatch, 0u);
  const std::string trace = file("i");
  EXPECT_EQ(sum + 1, static_cast<std::uint64_t>(std::count(trace.begin(), trace.end(), '\n')));  // and a heading
  // Its trap handler is one instruction that should never run; one stream is never preempted.
  const auto counts = covered(file("c"));
  EXPECT_EQ(counts.at("takt_trap"), std::make_pair(0u, 1u));
  EXPECT_EQ(counts.at("takt::firmware::Engines::preempt(unsigned long)").first, 0u);
  EXPECT_EQ(counts.at("_start").first, counts.at("_start").second);
  EXPECT_GT(counts.at("takt::firmware::Firmware::dispatch(takt::firmware::Partition*, unsigned long)").first, 10u);
}

// read_header, called by open_ring, called by serve, loads from where nothing is; then the firmware spins.
TEST_F(FirmwareBench, SaysWhereTheFirmwareFailed) {
  const Outcome outcome = run_loud(
      "out",
      {"--firmware", TAKT_CRASHING_ELF, "--set", "watchdog.boot_timeout_us=100", "--transfers", "8", "--coverage", "c"},
      false);
  EXPECT_EQ(outcome.code, 4);
  EXPECT_THAT(
      outcome.err,
      AllOf(ContainsRegex("^\\[[0-9]\\.[0-9]{6} us\\] two records\n\\[[0-9]\\.[0-9]{6} us\\] opening\n"
                          "the control processor at 10[0-9]\\.[0-9]{6} us, after [0-9]+ instructions"),
            ContainsRegex(
                "pc         0x[0-9a-f]{8}  on_trap: jal zero,[0-9a-f]{8}\n  last trap  load access fault at 0x50000010 "
                "\\(mcause 0x5, mtval 0x50000010\\)\n  mepc       0x[0-9a-f]{8}  read_header: lw a0,0\\(a0\\)\n"),
            ContainsRegex("backtrace[^\n]*\n[^\n]*  read_header[^\n]*\n[^\n]*  open_ring[^\n]*\n[^\n]*  "
                          "serve[^\n]*\n[^\n]*  _start[^\n]*\n"),
            ContainsRegex("  [0-9]\\.[0-9]{6} us  W SYSTEM\\.CONSOLE +00000067      0x[0-9a-f]{8}  serve[^\n]*\n"
                          "  [0-9]\\.[0-9]{6} us  R 0x50000010 +not answered  0x[0-9a-f]{8}  read_header\n"),
            ContainsRegex("trap 0x[0-9a-f]{8}  read_header[^\n]* -> 0x[0-9a-f]{8}  on_trap\n"),
            ContainsRegex("  0\\.[0-9]{6} us  accepted           queue 3 job 7\n"
                          "  0\\.[0-9]{6} us  event 77           queue 3 job 8\n")));
  EXPECT_THAT(outcome.err, testing::EndsWith("takt: the firmware was not READY within boot_timeout_us = 100\n"));
  EXPECT_THAT(file("c"), HasSubstr("  100.0  on_trap\n"));
}

TEST_F(FirmwareBench, EndsWhereTheTracesReachTheirLimit) {
  const Outcome outcome = run("out", iss_ + std::vector<std::string>{"--trace-instructions", "i", "--max-log", "5000"});
  EXPECT_EQ(outcome.code, 4);
  EXPECT_THAT(outcome.err, testing::EndsWith("takt: the firmware's traces and console reached max_log_bytes = 5000\n"));
  EXPECT_LE(file("i").size(), 5000u);
  EXPECT_GT(file("i").size(), 4800u);
}

// The boot handshake ends with READY; a job's start is a write of TAKT_NPU_START to its queue's CONTROL.
TEST_F(FirmwareBench, TracesTheRegisters) {
  for (const bool native : {false, true}) {
    ASSERT_EQ(
        run("out", (native ? std::vector<std::string>() : iss_) + std::vector<std::string>{"--trace-registers", "r"})
            .code,
        0);
    const std::string trace = file("r");
    const std::string place = native ? "-" : "takt::firmware::Firmware::boot\\(\\)\\+0x[0-9a-f]+";
    EXPECT_TRUE(std::regex_search(
        trace, std::regex("\n[0-9]+\\.[0-9]{6} W MAILBOX\\.BOOT_STATUS +00000001 [0-9]+\\.[0-9]{3} " + place + "\n")));
    std::size_t starts = 0;
    for (std::size_t at = 0; (at = trace.find("W NPU.QUEUE0.CONTROL       00000001 ", at)) != trace.npos; ++at)
      ++starts;
    EXPECT_EQ(starts, 2u);  // requests
  }
}

TEST_F(FirmwareBench, EndsAtTheLimitOfInstructions) {
  const Outcome outcome = run("out", iss_ + std::vector<std::string>{"--max-instructions", "12345"});
  EXPECT_EQ(outcome.code, 4);
  EXPECT_THAT(outcome.err, HasSubstr(", after 12345 instructions in "));
  EXPECT_THAT(outcome.err, testing::EndsWith("takt: the firmware executed max_instructions = 12345\n"));
  EXPECT_EQ(run("out", {"--max-instructions", "12345"}).code, 2);
}

// As size of the toolchain says. The stack is as deep as the lowest sp of the trace, but for what aligns a frame to 16.
TEST_F(FirmwareBench, TellsWhatTheFirmwareTakesOfItsMemory) {
  ASSERT_EQ(run("out", iss_ + std::vector<std::string>{"--trace-instructions", "i"}).code, 0);
  const nlohmann::json memory = nlohmann::json::parse(file("out/results.json"))["firmware"]["memory"];
  std::istringstream sizes(output_of("riscv64-unknown-elf-size " TAKT_FIRMWARE_ELF));
  std::string line;
  std::getline(sizes, line);
  std::uint64_t text = 0, data = 0, bss = 0;
  sizes >> text >> data >> bss;
  EXPECT_EQ(memory["text_bytes"], text);
  EXPECT_EQ(memory["data_bytes"], data);
  EXPECT_EQ(memory["bss_bytes"], bss);
  EXPECT_EQ(memory["limit_bytes"], 508 * 1024);          // firmware/boot/link.ld
  EXPECT_EQ(memory["stack"]["limit_bytes"], 16 * 1024);  // the same
  std::vector<std::uint64_t> sps;
  const std::string trace = file("i");
  for (std::size_t at = 0; (at = trace.find(" sp=", at)) != trace.npos; at += 4)
    sps.push_back(std::stoull(trace.substr(at + 4, 8), nullptr, 16));
  ASSERT_FALSE(sps.empty());  // AUIPC and ADDI set it; 0x80000000 and more is the stack's
  const auto lowest = *std::min_element(sps.begin(), sps.end());
  std::istringstream symbols(output_of("riscv64-unknown-elf-nm " TAKT_FIRMWARE_ELF " | grep __stack_top"));
  std::uint64_t top = 0;
  symbols >> std::hex >> top;
  EXPECT_LE(memory["stack"]["used_bytes"], top - lowest);
  EXPECT_GT(memory["stack"]["used_bytes"], top - lowest - 16);
}

TEST_F(FirmwareBench, NeedsTheSimulatedCore) {
  for (const char* option : {"--profile", "--coverage", "--trace-instructions", "--transfers"}) {
    const Outcome outcome = run("out", {option, "3"});
    EXPECT_EQ(outcome.code, 2);
    EXPECT_EQ(outcome.err, "takt: " + std::string(option) +
                               ": found control_cpu.cost = \"table\", expected control_cpu.cost = \"iss\" or "
                               "--firmware FILE\n");
  }
}

}  // namespace
}  // namespace takt::platform::test
