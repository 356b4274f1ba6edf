// A command trace: what firmware gave an NPU and when, with the programs that it ran. Times are simulated ones.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "models/units/quantity.h"
#include "traces/formats/packed/packed_file.h"

namespace takt::traces {

constexpr PackedKind command_trace_kind = {"\x89TCT\r\n\x1a\n", 3, "a command trace"};

constexpr std::uint32_t max_hardware_queues = 8;
constexpr std::uint32_t max_contexts = 64;
constexpr std::uint32_t max_cores = 8;

enum class ControlKind : std::uint8_t { start, resume, preempt, abort, reset, windows };
constexpr std::uint8_t control_kinds = 6;

// Whether a control of that kind is of a job.
constexpr bool is_of_job(ControlKind kind) { return kind < ControlKind::reset; }

// As npu::JobEvent.
enum class JobStep : std::uint8_t {
  started,
  first_command,
  preempt_requested,
  quiesced,
  preempted,
  resumed,
  done,
  faulted,
  aborted
};
constexpr std::uint8_t job_steps = 9;

enum class AreaKind : std::uint8_t { constants, buffers, input, output, save };
constexpr std::uint8_t area_kinds = 5;

// What must exist in memory beside the programs.
struct CommandArea {
  AreaKind kind = AreaKind::constants;
  std::uint64_t address = 0;
  std::uint64_t bytes = 0;
};

// As it lies in memory, header with its bases filled in.
struct CommandProgram {
  std::string name;
  std::uint64_t address = 0;
  std::uint64_t scratchpad_bytes = 0;
  std::string image;
};

// What a context's jobs may touch (firmware/abi/windows.h), as it lies in memory.
struct CommandTable {
  std::uint64_t address = 0;
  std::string image;
};

struct CommandJob {
  std::uint32_t program = 0;  // into programs
  std::uint8_t context = 0;   // into contexts
  std::uint32_t tag = 0;      // register JOB
};

// A register write that controls hardware queues, with the queue's registers at that time.
struct CommandControl {
  units::Time at;
  ControlKind kind = ControlKind::start;
  std::uint32_t job = 0;  // into jobs: started, resumed, or what the queue held; 0 where it is of none
  std::uint8_t queue = 0;
  std::uint8_t qos = 0;
  std::uint64_t parameters = 0;  // windows: the address of their table
  std::uint64_t save_area = 0;
  std::uint32_t save_bytes = 0;
  std::uint8_t first_core = 0;
};

// What came of it.
struct CommandEvent {
  units::Time at;
  std::uint32_t job = 0;
  JobStep step = JobStep::started;
};

struct CommandTrace {
  std::string scenario;
  std::string soc;            // preset as written
  std::string configuration;  // the SoC and how it was simulated, as a scenario without streams
  std::uint32_t hardware_queues = 0;
  std::uint64_t memory_base = 0;  // of the memory in which all addresses lie
  std::uint64_t memory_bytes = 0;
  units::Time end;  // of the recording
  // When the recorded run looked at its counters: every 100 us from `sampled_from` on, and at its window's edges.
  // units::never() for an edge that was not known.
  units::Time sampled_from, window_begin, window_end;
  std::vector<std::string> contexts;  // names; 0 belongs to nobody
  std::vector<CommandArea> areas;
  std::vector<CommandProgram> programs;
  std::vector<CommandTable> tables;
  std::vector<CommandJob> jobs;  // in the order of their start
  std::vector<CommandControl> controls;
  std::vector<CommandEvent> events;
};

std::string encode(const CommandTrace& trace);
// Throws PackedFileError, `file` names it, for contents that are damaged or make no sense.
CommandTrace decode_command_trace(std::string_view payload, const std::string& file);

bool is_command_trace(const std::filesystem::path& file);
CommandTrace read_command_trace(const std::filesystem::path& file);

}  // namespace takt::traces
