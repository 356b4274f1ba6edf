// copy-engine SCENARIO [GB_PER_S]: a scenario of takt with a copy engine on the GPU's port; without a rate, without it.
#include <tlm_utils/simple_initiator_socket.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <systemc>

#include "models/noc/bridge.h"
#include "sim/config/load.h"
#include "sim/platform/platform.h"
#include "sim/results/summary.h"

// A block that copies memory at a steady rate: plain TLM-2.0, nothing of takt in it.
class CopyEngine : public sc_core::sc_module {
 public:
  static constexpr unsigned piece = 4096;  // bytes read, then written

  tlm_utils::simple_initiator_socket<CopyEngine> memory;

  SC_HAS_PROCESS(CopyEngine);
  // Reads from `from`, writes to `to`, around a window of 1 MiB; a piece begins every `period`, or later where the one
  // before is not done.
  CopyEngine(const sc_core::sc_module_name& name, sc_dt::uint64 from, sc_dt::uint64 to, sc_core::sc_time period)
      : sc_module(name), memory("memory"), from_(from), to_(to), period_(period) {
    SC_THREAD(copy);
  }

 private:
  void copy() {
    sc_core::sc_time due;
    for (sc_dt::uint64 offset = 0;; offset = (offset + piece) % (1u << 20)) {
      access(tlm::TLM_READ_COMMAND, from_ + offset);
      access(tlm::TLM_WRITE_COMMAND, to_ + offset);
      due = std::max(due + period_, sc_core::sc_time_stamp());
      wait(due - sc_core::sc_time_stamp());
    }
  }

  // Without data: what it moves does not matter here, when does.
  void access(tlm::tlm_command command, sc_dt::uint64 address) {
    tlm::tlm_generic_payload payload;
    payload.set_command(command);
    payload.set_address(address);
    payload.set_data_length(piece);
    payload.set_streaming_width(piece);
    sc_core::sc_time delay;
    memory->b_transport(payload, delay);
    if (payload.is_response_error()) SC_REPORT_ERROR(name(), payload.get_response_string().c_str());
    wait(delay);
  }

  const sc_dt::uint64 from_, to_;
  const sc_core::sc_time period_;
};

int main(int argc, char** argv) try {
  if (argc < 2) throw std::invalid_argument("copy-engine needs a scenario");
  const takt::config::Scenario scenario = takt::config::load_scenario(argv[1]);
  takt::platform::RunOptions options;
  if (argc > 2) {
    // Each byte is read and written.
    const sc_core::sc_time period(2 * CopyEngine::piece / std::atof(argv[2]), sc_core::SC_NS);
    const auto base = takt::config::find_memory(scenario.config.soc, "lpddr5x")->base;
    options.modules["gpu"] = [=](takt::noc::Bridge& way) {
      auto engine = std::make_unique<CopyEngine>("copy_engine", base, base + (1u << 20), period);
      engine->memory.bind(way.target);
      return engine;
    };
  }
  std::cout << takt::results::summary(takt::platform::Platform(scenario, options).run());
  return 0;
} catch (const std::exception& error) {
  std::cerr << error.what() << "\n";
  return 2;
}

// SystemC's library asks for it; main() above is the program's.
int sc_main(int, char**) { return 1; }
