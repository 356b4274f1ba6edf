// Registers as data: what an access may do and what it answers.
#include "models/base/register_file.h"

#include <gtest/gtest.h>

#include "tests/base/story.h"

namespace takt::base::test {
namespace {

using tlm::TLM_ADDRESS_ERROR_RESPONSE;
using tlm::TLM_BURST_ERROR_RESPONSE;
using tlm::TLM_COMMAND_ERROR_RESPONSE;
using tlm::TLM_OK_RESPONSE;

const std::vector<RegisterSpec> specs = {{"CONFIG", 0x0, Access::RW, 5, false, ""},
                                         {"STATUS", 0x4, Access::RO, 9, true, ""},
                                         {"COMMAND", 0x8, Access::WO, 0, true, ""}};

class Block : public sc_core::sc_module {
 public:
  tlm_utils::simple_target_socket<Block> socket;
  RegisterFile file;
  explicit Block(const sc_core::sc_module_name& name) : sc_module(name), socket("socket") {
    file.add(specs);
    socket.register_b_transport(this, &Block::b_transport);
    socket.register_transport_dbg(this, &Block::debug);
  }

 private:
  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) { file.transport(payload, delay); }
  unsigned debug(tlm::tlm_generic_payload& payload) { return file.debug(payload); }
};

// Runs a story against a block.
void tell(const std::function<void(Story&, Block&)>& story) {
  Block block("block");
  Story initiator("initiator", [&](Story& s) { story(s, block); });
  initiator.socket.bind(block.socket);
  sc_core::sc_start();
  EXPECT_TRUE(initiator.finished());
}

TEST(RegisterFile, BeginsWithItsResetValues) {
  tell([](Story& s, Block&) {
    EXPECT_EQ(s.read(0x0), 5u);
    EXPECT_EQ(s.read(0x4), 9u);
  });
}

TEST(RegisterFile, KeepsWhatIsWrittenUntilReset) {
  tell([](Story& s, Block& block) {
    s.write(0x0, 77);
    EXPECT_EQ(s.read(0x0), 77u);
    block.file.reset();
    EXPECT_EQ(s.read(0x0), 5u);
  });
}

TEST(RegisterFile, RefusesAWriteToAReadOnlyRegister) {
  tell([](Story& s, Block& block) {
    std::uint32_t value = 1;
    EXPECT_EQ(s.access(true, 0x4, value), TLM_COMMAND_ERROR_RESPONSE);
    EXPECT_EQ(block.file.value(0x4), 9u);
  });
}

TEST(RegisterFile, RefusesAReadOfAWriteOnlyRegister) {
  tell([](Story& s, Block&) {
    std::uint32_t value = 123;
    EXPECT_EQ(s.access(false, 0x8, value), TLM_COMMAND_ERROR_RESPONSE);
    EXPECT_EQ(value, 123u);
  });
}

TEST(RegisterFile, RefusesAnAddressWithoutARegister) {
  tell([](Story& s, Block&) {
    std::uint32_t value = 0;
    EXPECT_EQ(s.access(false, 0xc, value), TLM_ADDRESS_ERROR_RESPONSE);
  });
}

TEST(RegisterFile, RefusesOtherSizesAndOddAddresses) {
  tell([](Story& s, Block& block) {
    std::uint32_t value[2] = {1, 2};
    EXPECT_EQ(s.access(true, 0x0, value[0], 2), TLM_BURST_ERROR_RESPONSE);
    EXPECT_EQ(s.access(true, 0x0, value[0], 8), TLM_BURST_ERROR_RESPONSE);
    EXPECT_EQ(s.access(true, 0x2, value[0], 4), TLM_BURST_ERROR_RESPONSE);
    EXPECT_EQ(block.file.value(0x0), 5u);
  });
}

TEST(RegisterFile, AReadFunctionReplacesTheValue) {
  tell([](Story& s, Block& block) {
    block.file.on_read(0x4, [] { return 42u; });
    EXPECT_EQ(s.read(0x4), 42u);
  });
}

TEST(RegisterFile, AWriteFunctionSeesTheStoredValue) {
  tell([](Story& s, Block& block) {
    std::uint32_t seen = 0;
    block.file.on_write(0x0, [&](std::uint32_t value) { seen = value + block.file.value(0x0); });
    s.write(0x0, 4);
    EXPECT_EQ(seen, 8u);
  });
}

TEST(RegisterFile, ARegisterThatDependsOnTimeWaitsForAnInitiatorsTime) {
  tell([](Story& s, Block&) {
    std::uint32_t value = 0;
    sc_core::sc_time ahead(7, sc_core::SC_NS);
    EXPECT_EQ(s.access(false, 0x4, value, 4, ahead), TLM_OK_RESPONSE);
    EXPECT_EQ(now(), units::nanoseconds(7));
    EXPECT_EQ(ahead, sc_core::SC_ZERO_TIME);
  });
}

TEST(RegisterFile, AnyOtherRegisterLeavesTheInitiatorAhead) {
  tell([](Story& s, Block&) {
    std::uint32_t value = 0;
    sc_core::sc_time ahead(7, sc_core::SC_NS);
    EXPECT_EQ(s.access(false, 0x0, value, 4, ahead), TLM_OK_RESPONSE);
    EXPECT_EQ(now(), units::Time(0));
    EXPECT_EQ(ahead, sc_core::sc_time(7, sc_core::SC_NS));
  });
}

unsigned debug(Story& s, bool write, std::uint64_t address, std::uint32_t* values, unsigned bytes) {
  tlm::tlm_generic_payload payload;
  payload.set_command(write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
  payload.set_address(address);
  payload.set_data_ptr(reinterpret_cast<unsigned char*>(values));
  payload.set_data_length(bytes);
  payload.set_streaming_width(bytes);
  return s.socket->transport_dbg(payload);
}

TEST(RegisterFile, ADebuggerReadsAsFarAsRegistersCanBeRead) {
  tell([](Story& s, Block& block) {
    block.file.on_read(0x4, [] { return 33u; });
    std::uint32_t values[3] = {};
    EXPECT_EQ(debug(s, false, 0x0, values, 12), 8u);  // the last is write-only
    EXPECT_EQ(values[0], 5u);
    EXPECT_EQ(values[1], 33u);
    EXPECT_EQ(debug(s, false, 0x2, values, 4), 0u);
    EXPECT_EQ(debug(s, false, 0x40, values, 4), 0u);
    EXPECT_EQ(debug(s, false, 0x0, values, 2), 0u);
  });
}

TEST(RegisterFile, ADebuggerChangesNothing) {
  tell([](Story& s, Block& block) {
    unsigned taken = 0;
    block.file.on_take(0x4, [&] { return ++taken; });
    std::uint32_t value = 77;
    EXPECT_EQ(debug(s, true, 0x0, &value, 4), 0u);
    EXPECT_EQ(debug(s, false, 0x4, &value, 4), 0u);
    EXPECT_EQ(s.read(0x0), 5u);
    EXPECT_EQ(s.read(0x4), 1u);
  });
}

TEST(RegisterFile, TwoRegistersAtOneOffsetAreADefect) {
  RegisterFile file;
  file.add(specs);
  EXPECT_THROW(file.add(specs), std::logic_error);
  EXPECT_NO_THROW(file.add(specs, 0x100));
}

TEST(RegisterFile, AHookForARegisterThatIsNotThereIsADefect) {
  RegisterFile file;
  EXPECT_THROW(file.on_read(0x0, [] { return 0u; }), std::logic_error);
}

}  // namespace
}  // namespace takt::base::test
