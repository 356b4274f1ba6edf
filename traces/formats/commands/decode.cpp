// Reads what encode.cpp writes, and refuses what makes no sense: numbers out of their lists, times that go backwards,
// addresses outside the memory.
#include "traces/formats/commands/command_trace.h"
#include "traces/formats/packed/bytes.h"

namespace takt::traces {
namespace {

constexpr std::size_t area_bytes = 17, program_bytes = 32, table_bytes = 16, job_bytes = 9, control_bytes = 36,
                      event_bytes = 13;

class Decoder {
 public:
  Decoder(std::string_view payload, const std::string& file) : from_(payload, file) {}

  CommandTrace decode();

 private:
  template <class Entry, class Read>
  void list(std::vector<Entry>& entries, std::size_t each, const char* what, Read read);
  // One of [0, end).
  std::uint64_t below(std::uint64_t value, std::uint64_t end, const char* what);
  void inside_memory(std::uint64_t address, std::uint64_t bytes, const char* what);
  units::Time time(units::Time& last);

  CommandArea area();
  CommandProgram program();
  CommandTable table();
  CommandJob job();
  CommandControl control();
  CommandEvent event();
  void expect_starts_first();

  ByteReader from_;
  CommandTrace trace_;
  units::Time last_control_, last_event_;
};

template <class Entry, class Read>
void Decoder::list(std::vector<Entry>& entries, std::size_t each, const char* what, Read read) {
  const std::size_t count = from_.count(each, what);
  entries.reserve(count);
  for (std::size_t i = 0; i < count; ++i) entries.push_back(read());
}

std::uint64_t Decoder::below(std::uint64_t value, std::uint64_t end, const char* what) {
  if (value >= end) from_.fail(std::string(what) + " " + std::to_string(value), "less than " + std::to_string(end));
  return value;
}

void Decoder::inside_memory(std::uint64_t address, std::uint64_t bytes, const char* what) {
  const std::uint64_t begin = trace_.memory_base, size = trace_.memory_bytes;
  if (address < begin || address - begin > size || bytes > size - (address - begin))
    from_.fail(std::string(what) + " of " + std::to_string(bytes) + " bytes at " + std::to_string(address),
               "one inside the memory: " + std::to_string(size) + " bytes from " + std::to_string(begin) + " on");
}

units::Time Decoder::time(units::Time& last) {
  const units::Time at(from_.u64());
  if (at < last || at > trace_.end)
    from_.fail(std::to_string(at.value) + " ps",
               "a time from " + std::to_string(last.value) + " to " + std::to_string(trace_.end.value) + " ps");
  return last = at;
}

CommandArea Decoder::area() {
  CommandArea area;
  area.kind = static_cast<AreaKind>(below(from_.u8(), area_kinds, "kind of area"));
  area.address = from_.u64();
  area.bytes = from_.u64();
  inside_memory(area.address, area.bytes, "an area");
  return area;
}

CommandProgram Decoder::program() {
  CommandProgram program;
  program.name = from_.text();
  program.address = from_.u64();
  program.scratchpad_bytes = from_.u64();
  program.image = from_.text();
  inside_memory(program.address, program.image.size(), "a program");
  return program;
}

CommandTable Decoder::table() {
  CommandTable table;
  table.address = from_.u64();
  table.image = from_.text();
  inside_memory(table.address, table.image.size(), "a table");
  return table;
}

CommandJob Decoder::job() {
  CommandJob job;
  job.program = static_cast<std::uint32_t>(below(from_.u32(), trace_.programs.size(), "program"));
  job.context = static_cast<std::uint8_t>(below(from_.u8(), trace_.contexts.size(), "context"));
  job.tag = from_.u32();
  return job;
}

CommandControl Decoder::control() {
  CommandControl control;
  control.at = time(last_control_);
  control.kind = static_cast<ControlKind>(below(from_.u8(), control_kinds, "kind of control"));
  control.job = from_.u32();
  if (is_of_job(control.kind)) below(control.job, trace_.jobs.size(), "job");
  control.queue = static_cast<std::uint8_t>(below(from_.u8(), trace_.hardware_queues, "hardware queue"));
  control.qos = static_cast<std::uint8_t>(below(from_.u8(), 8, "QoS"));
  control.parameters = from_.u64();
  control.save_area = from_.u64();
  control.save_bytes = from_.u32();
  control.first_core = static_cast<std::uint8_t>(below(from_.u8(), max_cores, "core"));
  if (control.kind == ControlKind::start || control.kind == ControlKind::resume)
    inside_memory(control.save_area, control.save_bytes, "a save area");
  return control;
}

CommandEvent Decoder::event() {
  CommandEvent event;
  event.at = time(last_event_);
  event.job = static_cast<std::uint32_t>(below(from_.u32(), trace_.jobs.size(), "job"));
  event.step = static_cast<JobStep>(below(from_.u8(), job_steps, "step of a job"));
  return event;
}

// Jobs are numbered by their starts: job n is started by the n-th start, and controlled after it only.
void Decoder::expect_starts_first() {
  std::uint32_t started = 0;
  for (const CommandControl& control : trace_.controls) {
    if (!is_of_job(control.kind)) continue;
    const bool start = control.kind == ControlKind::start;
    if (start ? control.job != started : control.job >= started)
      from_.fail("a control of job " + std::to_string(control.job) + " after " + std::to_string(started) + " starts",
                 "every job's start first, in order");
    started += start ? 1 : 0;
  }
  if (started != trace_.jobs.size())
    from_.fail(std::to_string(started) + " starts", std::to_string(trace_.jobs.size()) + ", one for each job");
}

CommandTrace Decoder::decode() {
  trace_.scenario = from_.text();
  trace_.soc = from_.text();
  trace_.configuration = from_.text();
  trace_.hardware_queues = static_cast<std::uint32_t>(below(from_.u32(), max_hardware_queues + 1, "hardware queues"));
  trace_.memory_base = from_.u64();
  trace_.memory_bytes = from_.u64();
  if (trace_.memory_bytes > ~trace_.memory_base) from_.fail("a memory beyond 64 bits of address", "one inside them");
  for (units::Time* time : {&trace_.end, &trace_.sampled_from, &trace_.window_begin, &trace_.window_end})
    *time = units::Time(from_.u64());
  list(trace_.contexts, 8, "contexts", [&] { return std::string(from_.text()); });
  below(trace_.contexts.size(), max_contexts + 1, "number of contexts");
  list(trace_.areas, area_bytes, "areas", [&] { return area(); });
  list(trace_.programs, program_bytes, "programs", [&] { return program(); });
  list(trace_.tables, table_bytes, "tables", [&] { return table(); });
  list(trace_.jobs, job_bytes, "jobs", [&] { return job(); });
  list(trace_.controls, control_bytes, "controls", [&] { return control(); });
  list(trace_.events, event_bytes, "events", [&] { return event(); });
  from_.end();
  expect_starts_first();
  return std::move(trace_);
}

}  // namespace

CommandTrace decode_command_trace(std::string_view payload, const std::string& file) {
  return Decoder(payload, file).decode();
}

bool is_command_trace(const std::filesystem::path& file) { return is_packed(file, command_trace_kind); }

CommandTrace read_command_trace(const std::filesystem::path& file) {
  return decode_command_trace(read_packed(file, command_trace_kind), file.string());
}

}  // namespace takt::traces
