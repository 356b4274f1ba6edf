#include "sim/platform/memory_recorder.h"

namespace takt::platform {
namespace {

std::filesystem::path file_of(const std::filesystem::path& file, const config::SocConfig& soc, std::size_t memory) {
  if (soc.memories.size() == 1) return file;
  std::filesystem::path name = file.stem();
  name += "." + soc.memories[memory].name;
  name += file.extension();
  return file.parent_path() / name;
}

}  // namespace

// Arrivals at the controllers' port, addresses inside the memory.
class MemoryRecorder::Trace final : public dram::RequestObserver {
 public:
  Trace(const std::filesystem::path& file, const std::vector<std::string>& initiators) : writer_(file, initiators) {}

  void submitted(const dram::Request& request, units::Time arrival) override {
    traces::MemoryAccess access;
    access.time = last_ = units::max(last_, arrival);
    access.address = request.address;
    access.bytes = static_cast<std::uint32_t>(request.row_bytes);
    access.rows = static_cast<std::uint32_t>(request.rows);
    access.stride = request.stride;
    access.initiator = request.initiator;
    access.qos = request.qos;
    access.write = request.write;
    writer_.write(access);
  }
  void close() {
    if (writer_.accesses() > 0) writer_.close();
  }

 private:
  traces::MemoryTraceWriter writer_;
  units::Time last_;
};

MemoryRecorder::MemoryRecorder(Soc& soc, const config::SocConfig& config, const std::filesystem::path& file)
    : soc_(soc) {
  std::vector<std::string> initiators;
  for (const noc::InitiatorPort& port : soc.noc_config.initiators) initiators.push_back(port.name);
  for (std::size_t m = 0; m < soc.memories.size(); ++m) {
    traces_.push_back(std::make_unique<Trace>(file_of(file, config, m), initiators));
    soc.memories[m]->observe(traces_.back().get());
  }
}

MemoryRecorder::~MemoryRecorder() {
  for (const auto& memory : soc_.memories) memory->observe(nullptr);
}

void MemoryRecorder::close() {
  for (const auto& trace : traces_) trace->close();
}

}  // namespace takt::platform
