#include "tests/platform/board.h"

#include <cstring>
#include <stdexcept>

#include "sim/platform/boot.h"
#include "sim/platform/bus_watch.h"
#include "sim/platform/main_stack.h"

namespace takt::platform::test {

Board::Board(const config::Scenario& scenario, const Damage& damage)
    : config_(scenario.config),
      workload_(config_),
      driver_(config_, workload_,
              {[] {},
               [this] {
                 finished_ = true;
                 sc_core::sc_stop();
               },
               [this](const std::string& why) {
                 failure_ = why;
                 sc_core::sc_stop();
               }}),
      soc_("soc", config_, workload_, driver_) {
  soc_.control_cpu->set_boot_info(boot_info(config_, workload_));
  watch_bus(*soc_.control_cpu, boot_info(config_, workload_), [this](const std::string& why) {
    failure_ = why;
    sc_core::sc_stop();
  });
  soc_.load_ring(workload_.control_ring(), ring_entries);
  soc_.load_ring(workload_.completion_ring(), completion_entries);
  for (const PlacedStream& stream : workload_.streams()) {
    soc_.load_windows(stream);
    for (const PlacedProgram& program : stream.programs) {
      std::vector<std::uint8_t> image = program.image;
      if (&program == &stream.programs.front()) damage(stream.config->name, image);
      soc_.load(program.header, image);
    }
  }
}

void Board::run() {
  sc_core::sc_report_handler::set_actions(sc_core::SC_INFO, sc_core::SC_DO_NOTHING);
  {
    const MainStack stack;
    sc_core::sc_start(base::to_sc(units::microseconds(config_.limits.max_time_us)));
  }
  if (!failure_.empty()) throw std::runtime_error(failure_);
  if (!finished_) throw std::runtime_error("time ran out");
}

takt_program_header& header_of(std::vector<std::uint8_t>& image) {
  return *reinterpret_cast<takt_program_header*>(image.data());
}

takt_command& command_of(std::vector<std::uint8_t>& image, std::uint32_t engine, std::uint32_t index) {
  return *reinterpret_cast<takt_command*>(image.data() + header_of(image).list_offset[engine] +
                                          std::uint64_t{index} * TAKT_COMMAND_BYTES);
}

}  // namespace takt::platform::test
