// The register bus: who answers at which address, and what an access costs.
#include "models/peripherals/register_bus.h"

#include <gtest/gtest.h>

#include <cstring>

#include "models/peripherals/system_registers.h"
#include "tests/base/story.h"

namespace takt::peripherals {
namespace {

using base::now;
using base::test::Story;
using units::nanoseconds;

constexpr std::uint32_t bytes = 0x1000;

// Answers every access with the address that reached it.
class Echo : public sc_core::sc_module {
 public:
  tlm_utils::simple_target_socket<Echo> socket;
  explicit Echo(const sc_core::sc_module_name& name) : sc_module(name), socket("socket") {
    socket.register_b_transport(this, &Echo::b_transport);
    socket.register_transport_dbg(this, &Echo::debug);
  }

 private:
  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time&) {
    const auto address = static_cast<std::uint32_t>(payload.get_address());
    std::memcpy(payload.get_data_ptr(), &address, sizeof address);
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
  }
  unsigned debug(tlm::tlm_generic_payload& payload) {
    sc_core::sc_time none;
    b_transport(payload, none);
    return payload.get_data_length();
  }
};

// A module, because the bus makes its sockets inside the one under construction.
struct Bench : sc_core::sc_module {
  RegisterBus bus{"bus", nanoseconds(60)};
  Echo low{"low"}, high{"high"};
  SystemRegisters system{"system"};
  explicit Bench(const sc_core::sc_module_name& name) : sc_module(name) {
    bus.map(0x10000000, bytes).bind(low.socket);
    bus.map(0x10001000, bytes).bind(high.socket);
    bus.map(TAKT_SYSTEM_BASE, bytes).bind(system.registers);
  }
};

void tell(const std::function<void(Story&, Bench&)>& story) {
  Bench bench("bench");
  Story initiator("initiator", [&](Story& s) { story(s, bench); });
  initiator.socket.bind(bench.bus.initiators);
  sc_core::sc_start();
  EXPECT_TRUE(initiator.finished());
}

TEST(RegisterBus, ABlockSeesAddressesRelativeToItsBase) {
  tell([](Story& s, Bench&) {
    EXPECT_EQ(s.read(0x10000000), 0u);
    EXPECT_EQ(s.read(0x10000ffc), 0xffcu);
    EXPECT_EQ(s.read(0x10001000), 0u);
    EXPECT_EQ(s.read(0x10001004), 4u);
  });
}

TEST(RegisterBus, EveryAccessTakesTheBussTime) {
  tell([](Story& s, Bench&) {
    s.read(0x10000000);
    EXPECT_EQ(now(), nanoseconds(60));
    s.write(0x10001000, 1);
    EXPECT_EQ(now(), nanoseconds(120));
  });
}

TEST(RegisterBus, AnAddressNobodyHasIsAnAddressErrorAfterTheBussTime) {
  tell([](Story& s, Bench&) {
    std::uint32_t value = 0;
    for (const std::uint64_t address : {0x0ull, 0x0ffffffcull, 0x10002000ull, 0x110000000ull})
      EXPECT_EQ(s.access(false, address, value), tlm::TLM_ADDRESS_ERROR_RESPONSE) << address;
    EXPECT_EQ(now(), nanoseconds(240));
  });
}

TEST(RegisterBus, AnAccessOfAnotherSizeIsTheBlocksToRefuse) {
  tell([](Story& s, Bench&) {
    std::uint32_t value[2] = {};
    EXPECT_EQ(s.access(false, TAKT_SYSTEM_BASE, value[0], 8), tlm::TLM_BURST_ERROR_RESPONSE);
    EXPECT_EQ(s.access(true, TAKT_SYSTEM_BASE + TAKT_SYSTEM_VERSION, value[0]), tlm::TLM_COMMAND_ERROR_RESPONSE);
    EXPECT_EQ(s.access(true, TAKT_SYSTEM_BASE + 0x40, value[0]), tlm::TLM_ADDRESS_ERROR_RESPONSE);
  });
}

TEST(RegisterBus, ThePayloadComesBackWithItsOwnAddress) {
  tell([](Story& s, Bench&) {
    tlm::tlm_generic_payload payload;
    std::uint32_t value = 0;
    payload.set_read();
    payload.set_address(0x10001008);
    payload.set_data_ptr(reinterpret_cast<unsigned char*>(&value));
    payload.set_data_length(4);
    payload.set_streaming_width(4);
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    s.socket->b_transport(payload, delay);
    EXPECT_EQ(payload.get_address(), 0x10001008u);
    EXPECT_EQ(value, 8u);
  });
}

TEST(RegisterBus, ADebuggersAccessTakesNoTimeAndComesBackWithItsOwnAddress) {
  tell([](Story& s, Bench&) {
    tlm::tlm_generic_payload payload;
    std::uint32_t value = 0;
    payload.set_read();
    payload.set_address(0x10001008);
    payload.set_data_ptr(reinterpret_cast<unsigned char*>(&value));
    payload.set_data_length(4);
    EXPECT_EQ(s.socket->transport_dbg(payload), 4u);
    EXPECT_EQ(payload.get_address(), 0x10001008u);
    EXPECT_EQ(value, 8u);
    payload.set_address(0x0ffffffc);
    EXPECT_EQ(s.socket->transport_dbg(payload), 0u);
    EXPECT_EQ(now(), nanoseconds(0));
  });
}

TEST(SystemRegisters, NameTheHardwaresVersionAndKeepTheWindow) {
  tell([](Story& s, Bench& b) {
    EXPECT_EQ(s.read(TAKT_SYSTEM_BASE + TAKT_SYSTEM_VERSION), TAKT_ABI_HARDWARE);
    s.write(TAKT_SYSTEM_BASE + TAKT_SYSTEM_WINDOW_LO, 0x1000);
    s.write(TAKT_SYSTEM_BASE + TAKT_SYSTEM_WINDOW_HI, 8);
    EXPECT_EQ(b.system.window(), 0x800001000u);
  });
}

TEST(SystemRegisters, GiveTheConsoleTheLowByteOfEachWrite) {
  tell([](Story& s, Bench& b) {
    s.write(TAKT_SYSTEM_BASE + TAKT_SYSTEM_CONSOLE, 'x');  // nobody listens yet
    std::string text;
    b.system.on_console([&](std::uint8_t byte) { text += static_cast<char>(byte); });
    s.write(TAKT_SYSTEM_BASE + TAKT_SYSTEM_CONSOLE, 'o');
    s.write(TAKT_SYSTEM_BASE + TAKT_SYSTEM_CONSOLE, 0x12300 + 'k');
    EXPECT_EQ(text, "ok");
  });
}

}  // namespace
}  // namespace takt::peripherals
