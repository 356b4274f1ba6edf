// Modules of a program's own on the SoC's network: what they ask for is what their port is booked with.
#include "sim/platform/modules.h"

#include <gmock/gmock.h>

#include "models/noc/bridge.h"
#include "sim/config/load.h"
#include "sim/platform/platform.h"

namespace takt::platform {
namespace {

using testing::HasSubstr;

const std::string small = R"(
soc = "exynos-llw-like"
[firmware]
policy = "fcfs"
[run]
measure_us = 3000
[[stream]]
name = "camera"
model = "busy-1x100us"
arrival = "periodic"
period_us = 150
)";

// Reads 10 pieces of 4096 bytes and writes one, one after the other, inside the window.
class Reader : public sc_core::sc_module {
 public:
  tlm_utils::simple_initiator_socket<Reader> memory;

  SC_HAS_PROCESS(Reader);
  Reader(const sc_core::sc_module_name& name, std::uint64_t base) : sc_module(name), memory("memory"), base_(base) {
    SC_THREAD(work);
  }

 private:
  void work() {
    wait(1, sc_core::SC_MS);
    for (std::uint64_t i = 0; i < 11; ++i) {
      tlm::tlm_generic_payload payload;
      payload.set_command(i == 10 ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
      payload.set_address(base_ + i * 4096);
      payload.set_data_length(4096);
      payload.set_streaming_width(4096);
      sc_core::sc_time delay;
      memory->b_transport(payload, delay);
      EXPECT_TRUE(payload.is_response_ok());
    }
  }

  const std::uint64_t base_;
};

TEST(Modules, ThePortIsBookedWithWhatTheModuleAsksFor) {
  const config::Scenario scenario = config::parse_scenario(small, "small.toml");
  RunOptions options;
  const std::uint64_t base = config::find_memory(scenario.config.soc, "llw")->base;
  options.modules["gpu"] = [=](noc::Bridge& way) {
    auto reader = std::make_unique<Reader>("reader", base);
    reader->memory.bind(way.target);
    return reader;
  };
  const RunRecord run = Platform(scenario, options).run();
  const auto& ports = run.memory.initiators;
  const auto gpu = std::find_if(ports.begin(), ports.end(), [](const auto& p) { return p.initiator == "gpu"; });
  ASSERT_NE(gpu, ports.end());
  EXPECT_EQ(gpu->bytes_read, 10U * 4096);
  EXPECT_EQ(gpu->bytes_written, 4096U);
  EXPECT_EQ(gpu->dram_read_bytes, 10U * 4096);
}

std::string refused(const std::string& text, const std::string& port) {
  const config::Scenario scenario = config::parse_scenario(text, "small.toml");
  try {
    with_modules(scenario.config, {{port, nullptr}});
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "";
}

TEST(Modules, OnlyFreePortsAreForThem) {
  EXPECT_EQ(refused(small, "gpu"), "");
  EXPECT_THAT(refused(small, "npu"), HasSubstr("'npu'"));
  EXPECT_THAT(refused(small, "nowhere"), HasSubstr("'nowhere'"));
  const std::string screen =
      small + "[[traffic]]\nname = \"screen\"\nkind = \"display\"\nport = \"display\"\nmemory = \"llw\"\n";
  EXPECT_THAT(refused(screen, "display"), HasSubstr("'screen'"));
  EXPECT_EQ(refused(screen, "gpu"), "");
}

}  // namespace
}  // namespace takt::platform
