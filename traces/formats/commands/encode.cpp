// Layout of a command trace's payload, version 3: the fields of CommandTrace in the order below. Strings and lists
// carry their length as u64; times are picoseconds (u64).
#include "traces/formats/commands/command_trace.h"
#include "traces/formats/packed/bytes.h"

namespace takt::traces {
namespace {

void put(ByteWriter& to, const CommandArea& area) {
  to.u8(static_cast<std::uint8_t>(area.kind));
  to.u64(area.address);
  to.u64(area.bytes);
}

void put(ByteWriter& to, const CommandProgram& program) {
  to.text(program.name);
  to.u64(program.address);
  to.u64(program.scratchpad_bytes);
  to.text(program.image);
}

void put(ByteWriter& to, const CommandTable& table) {
  to.u64(table.address);
  to.text(table.image);
}

void put(ByteWriter& to, const CommandJob& job) {
  to.u32(job.program);
  to.u8(job.context);
  to.u32(job.tag);
}

void put(ByteWriter& to, const CommandControl& control) {
  to.u64(control.at.value);
  to.u8(static_cast<std::uint8_t>(control.kind));
  to.u32(control.job);
  to.u8(control.queue);
  to.u8(control.qos);
  to.u64(control.parameters);
  to.u64(control.save_area);
  to.u32(control.save_bytes);
  to.u8(control.first_core);
}

void put(ByteWriter& to, const CommandEvent& event) {
  to.u64(event.at.value);
  to.u32(event.job);
  to.u8(static_cast<std::uint8_t>(event.step));
}

void put(ByteWriter& to, const std::string& name) { to.text(name); }

template <class Entry>
void put_all(ByteWriter& to, const std::vector<Entry>& entries) {
  to.u64(entries.size());
  for (const Entry& entry : entries) put(to, entry);
}

}  // namespace

std::string encode(const CommandTrace& trace) {
  ByteWriter to;
  to.text(trace.scenario);
  to.text(trace.soc);
  to.text(trace.configuration);
  to.u32(trace.hardware_queues);
  to.u64(trace.memory_base);
  to.u64(trace.memory_bytes);
  for (const units::Time time : {trace.end, trace.sampled_from, trace.window_begin, trace.window_end})
    to.u64(time.value);
  put_all(to, trace.contexts);
  put_all(to, trace.areas);
  put_all(to, trace.programs);
  put_all(to, trace.tables);
  put_all(to, trace.jobs);
  put_all(to, trace.controls);
  put_all(to, trace.events);
  return to.bytes();
}

}  // namespace takt::traces
