#include "sim/platform/program_file.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <type_traits>

#include "models/units/fnv1a.h"
#include "sim/graph/error.h"
#include "sim/platform/program_fields.h"
#include "traces/formats/packed/bytes.h"

namespace takt::platform {
namespace {

using graph::OpKind;

// Payload: a hash of the target's fields (u64), then the fields of ProgramFile in the order of program_fields.h; text
// and lists carry their length (u64), numbers are little-endian, entries of the program's ABI stand as in memory.
class Put {
 public:
  void operator()(std::string& text) { to_.text(text); }
  void operator()(std::uint64_t& n) { to_.u64(n); }
  void operator()(std::uint32_t& n) { to_.u32(n); }
  void operator()(std::int32_t& n) { to_.u32(static_cast<std::uint32_t>(n)); }
  void operator()(std::uint8_t& n) { to_.u8(n); }
  void operator()(OpKind& kind) { to_.u8(static_cast<std::uint8_t>(kind)); }
  void operator()(compiler::Step::Kind& kind) { to_.u8(static_cast<std::uint8_t>(kind)); }
  template <class Entry>
  void operator()(std::vector<Entry>& list) {
    to_.u64(list.size());
    for (Entry& entry : list) put(entry);
  }
  template <class Entry>
  void entries(std::vector<Entry>& list) {
    static_assert(std::is_trivially_copyable_v<Entry>);
    to_.u64(list.size());
    to_.raw({reinterpret_cast<const char*>(list.data()), list.size() * sizeof(Entry)});
  }
  template <class Entry>
  void entry(Entry& entry) {
    static_assert(std::is_trivially_copyable_v<Entry>);
    to_.raw({reinterpret_cast<const char*>(&entry), sizeof entry});
  }
  const std::string& bytes() const { return to_.bytes(); }

 private:
  void put(std::uint32_t& n) { to_.u32(n); }
  template <class Entry>
  void put(Entry& entry) {
    fields(*this, entry);
  }

  traces::ByteWriter to_;
};

class Take {
 public:
  explicit Take(traces::ByteReader& from) : from_(from) {}
  void operator()(std::string& text) { text = from_.text(); }
  void operator()(std::uint64_t& n) { n = from_.u64(); }
  void operator()(std::uint32_t& n) { n = from_.u32(); }
  void operator()(std::int32_t& n) { n = static_cast<std::int32_t>(from_.u32()); }
  void operator()(std::uint8_t& n) { n = from_.u8(); }
  void operator()(OpKind& kind) { kind = static_cast<OpKind>(up_to(static_cast<std::uint8_t>(OpKind::custom))); }
  void operator()(compiler::Step::Kind& kind) { kind = static_cast<compiler::Step::Kind>(up_to(1)); }
  template <class Entry>
  void operator()(std::vector<Entry>& list) {
    constexpr std::size_t least = 4;  // bytes of an entry
    const std::size_t count = from_.count(least, "entries");
    for (std::size_t i = 0; i < count; ++i) {
      list.emplace_back();
      take(list.back());
    }
  }
  template <class Entry>
  void entries(std::vector<Entry>& list) {
    list.resize(from_.count(sizeof(Entry), "entries"));
    const std::string_view bytes = from_.raw(list.size() * sizeof(Entry));
    if (!list.empty()) std::memcpy(static_cast<void*>(list.data()), bytes.data(), bytes.size());
  }
  template <class Entry>
  void entry(Entry& entry) {
    std::memcpy(&entry, from_.raw(sizeof entry).data(), sizeof entry);
  }

 private:
  std::uint8_t up_to(std::uint8_t last) {
    const std::uint8_t value = from_.u8();
    if (value > last) from_.fail("kind " + std::to_string(value), "at most " + std::to_string(last));
    return value;
  }
  void take(std::uint32_t& n) { n = from_.u32(); }
  template <class Entry>
  void take(Entry& entry) {
    fields(*this, entry);
  }

  traces::ByteReader& from_;
};

std::uint64_t hash_of(const TargetFields& target) {
  std::uint64_t hash = units::fnv1a_basis;
  for (const auto& [name, value] : target) hash = units::fnv1a(hash, name + "=" + std::to_string(value) + "\n");
  return hash;
}

void expect_below(std::uint64_t index, std::size_t end, const char* what, const traces::ByteReader& from) {
  if (index >= end) from.fail(std::string(what) + " " + std::to_string(index), "less than " + std::to_string(end));
}

void check(const compiler::CorePart& part, const compiler::Program& program, const traces::ByteReader& from) {
  for (const std::vector<takt_command>& list : part.lists)
    for (const takt_command& command : list) {
      expect_below(command.layer, program.layers.size(), "layer", from);
      if (command.function != 0) from.fail("a command with a function", "none: functions are not in the file");
    }
  if (part.cuts.size() != program.cuts.size())
    from.fail(std::to_string(part.cuts.size()) + " cuts of a core", std::to_string(program.cuts.size()));
  for (const takt_cut& cut : part.cuts)
    expect_below(std::uint64_t{cut.live_first} + cut.live_count, part.live_ranges.size() + 1, "live range", from);
}

// Every number that refers to something does.
void check(const compiler::CompiledModel& model, const traces::ByteReader& from) {
  if (model.steps.empty()) from.fail("no steps", "at least one");
  for (const compiler::Step& step : model.steps) {
    const bool cpu = step.kind == compiler::Step::Kind::cpu;
    expect_below(step.index, cpu ? model.cpu.size() : model.programs.size(), cpu ? "operator" : "program", from);
  }
  for (const compiler::Program& program : model.programs) {
    expect_below(program.further.size(), TAKT_NPU_MAX_CORES, "number of further cores", from);
    for (std::uint32_t core = 0; core < cores_of(program); ++core) check(part_of(program, core), program, from);
    const takt_cost_table& cost = program.cost;
    if (cost.ratios == 0 || cost.values == 0) from.fail("an empty cost table", "at least one entry");
    expect_below(cost.ratios, TAKT_COST_RATIOS + 1, "number of ratios", from);
    expect_below(cost.values, TAKT_COST_VALUES + 1, "number of values", from);
    for (const compiler::LayerInfo& layer : program.layers)
      for (const std::uint32_t input : layer.inputs) expect_below(input, program.layers.size(), "layer", from);
  }
}

struct TargetField {
  const char* name;
  std::uint32_t compiler::Target::*value;
};
constexpr TargetField narrow_fields[] = {
    {"cores", &compiler::Target::cores},
    {"scratchpad_bytes", &compiler::Target::scratchpad_bytes},
    {"tile_rows", &compiler::Target::tile_rows},
    {"tile_rows_fp16", &compiler::Target::tile_rows_fp16},
    {"tile_height", &compiler::Target::tile_height},
    {"tile_k", &compiler::Target::tile_k},
    {"tile_columns", &compiler::Target::tile_columns},
    {"cycles_w8a8", &compiler::Target::cycles_w8a8},
    {"cycles_w8a16", &compiler::Target::cycles_w8a16},
    {"cycles_fp16", &compiler::Target::cycles_fp16},
    {"feed_bytes_per_cycle", &compiler::Target::feed_bytes_per_cycle},
    {"drain_cycles", &compiler::Target::drain_cycles},
    {"pass_bytes_per_cycle", &compiler::Target::pass_bytes_per_cycle},
    {"tap_bytes_per_cycle", &compiler::Target::tap_bytes_per_cycle},
    {"move_bytes_per_cycle", &compiler::Target::move_bytes_per_cycle},
    {"wide_permille", &compiler::Target::wide_permille},
    {"granule", &compiler::Target::granule},
    {"dispatch_cycles", &compiler::Target::dispatch_cycles},
    {"regular_overhead_cycles", &compiler::Target::regular_overhead_cycles},
    {"irregular_overhead_cycles", &compiler::Target::irregular_overhead_cycles},
    {"dma_bytes_per_cycle", &compiler::Target::dma_bytes_per_cycle},
};

}  // namespace

TargetFields target_fields(const compiler::Target& target, const compiler::Options& options) {
  TargetFields fields;
  for (const TargetField& field : narrow_fields) fields.emplace_back(field.name, target.*field.value);
  fields.emplace_back("system_cache_bytes", target.system_cache_bytes);
  fields.emplace_back("fp16", target.fp16 ? 1 : 0);
  fields.emplace_back("compiler_cores", options.cores);
  fields.emplace_back("prefetch_cuts", options.prefetch_cuts);
  fields.emplace_back("min_cut_cycles", options.min_cut_cycles);
  fields.emplace_back("max_stripes", options.max_stripes);
  fields.emplace_back("least_tile_cycles", options.least_tile_cycles);
  fields.emplace_back("depth_first", options.depth_first ? 1u : 0u);
  return fields;
}

bool is_program_file(const std::string& path) {
  return std::filesystem::path(path).extension() == ".takt" || traces::is_packed(path, program_file_kind);
}

std::string compiled_for(const compiler::Target& target, const compiler::Options& options) {
  std::string text;
  for (const auto& [name, value] : target_fields(target, options)) text += std::to_string(value) + ":";
  return text;
}

void write_program_file(const std::string& path, const ProgramFile& file) {
  traces::PackedFileWriter writer(path, program_file_kind);
  ProgramFile copy = file;  // an archive that writes takes what it could change
  Put put;
  std::uint64_t hash = hash_of(copy.target);
  put(hash);
  fields(put, copy);
  writer.write(put.bytes());
}

ProgramFile read_program_file(const std::string& path) {
  const std::string payload = traces::read_packed(path, program_file_kind);
  traces::ByteReader from(payload, path);
  ProgramFile file;
  Take take(from);
  std::uint64_t hash = 0;
  take(hash);
  fields(take, file);
  from.end();
  if (hash != hash_of(file.target)) from.fail("a target of another hash", "the hash that the file states");
  check(file.model, from);
  return file;
}

compiler::CompiledModel model_from(const std::string& path, const compiler::Target& target,
                                   const compiler::Options& options) {
  if (options.functional)
    throw graph::GraphError(path + ": found a compiled model, which has no contents to compute with; expected the " +
                            "model that it was compiled from");
  ProgramFile file = read_program_file(path);
  const TargetFields wanted = target_fields(target, options);
  for (std::size_t i = 0; i < std::max(wanted.size(), file.target.size()); ++i) {
    const std::string is = i < file.target.size() ? file.target[i].first + " = " + std::to_string(file.target[i].second)
                                                  : "no " + wanted[i].first;
    const std::string should =
        i < wanted.size() ? wanted[i].first + " = " + std::to_string(wanted[i].second) : "no further field";
    if (is != should)
      throw graph::GraphError(path + ": found programs compiled for " + file.soc + " with " + is + ", expected " +
                              should + " as this SoC has (compile it again: takt compile --soc)");
  }
  return std::move(file.model);
}

}  // namespace takt::platform
