// The control processor: what the native firmware's accesses and primitives cost. The firmware boots against registers
// that answer after 60 ns and a memory that answers at once; what it does then is firmware/kernel's loop.
#include <gtest/gtest.h>

#include <cstring>

#include "firmware/abi/abi.h"
#include "firmware/kernel/cost_table.h"
#include "models/cpu/native/native_cpu.h"

namespace takt::cpu {
namespace {

using base::now;
using units::Cycles;
using units::nanoseconds;
using units::Time;

constexpr std::uint64_t clock_hz = 500000000;  // a cycle is 2 ns
constexpr std::uint32_t entry_cycles = 50;
constexpr Time access_time = nanoseconds(60);
constexpr std::uint32_t kick = TAKT_WATCHDOG_BASE + TAKT_WATCHDOG_KICK;
constexpr std::uint32_t boot_status = TAKT_MAILBOX_BASE + TAKT_MAILBOX_BOOT_STATUS;

ControlConfig config(const std::string& cost) {
  ControlConfig c;
  c.clock_hz = clock_hz;
  c.cost = cost;
  c.interrupt_entry_cycles = entry_cycles;
  return c;
}

takt_boot_info boot_info() {
  takt_boot_info info{};
  info.magic = TAKT_BOOT_MAGIC;
  info.bytes = sizeof info;
  info.hardware_version = TAKT_ABI_HARDWARE;
  info.driver_version = TAKT_ABI_DRIVER;
  info.program_version = TAKT_ABI_PROGRAM;
  info.timer_hz = 19200000;
  info.control_ring = 0x1000;
  info.completion_ring = 0x2000;
  info.hardware_queues = 1;
  std::strcpy(info.policy, "fcfs");
  return info;
}

class Registers : public sc_core::sc_module {
 public:
  struct Access {
    Time done;
    std::uint32_t address;
    bool write;
    std::uint32_t value;
  };
  tlm_utils::simple_target_socket<Registers> socket;
  std::vector<Access> accesses;
  std::uint32_t broken = 0;  // this address answers with an error

  explicit Registers(const sc_core::sc_module_name& name) : sc_module(name), socket("socket") {
    socket.register_b_transport(this, &Registers::b_transport);
  }
  // When the n-th write to an address was done; never() where there were fewer.
  Time written(std::uint32_t address, std::size_t n = 0) const {
    for (const Access& access : accesses)
      if (access.write && access.address == address && n-- == 0) return access.done;
    return units::never();
  }

 private:
  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
    delay += base::to_sc(access_time);
    const auto address = static_cast<std::uint32_t>(payload.get_address());
    std::uint32_t value = 0;
    if (payload.is_write())
      std::memcpy(&value, payload.get_data_ptr(), 4);
    else
      std::memset(payload.get_data_ptr(), 0, 4);
    accesses.push_back({now() + access_time, address, payload.is_write(), value});
    payload.set_response_status(address == broken ? tlm::TLM_ADDRESS_ERROR_RESPONSE : tlm::TLM_OK_RESPONSE);
  }
};

// Holds an empty ring at each multiple of 4096.
class Rings : public sc_core::sc_module {
 public:
  tlm_utils::simple_target_socket<Rings> socket;
  explicit Rings(const sc_core::sc_module_name& name) : sc_module(name), socket("socket") {
    socket.register_b_transport(this, &Rings::b_transport);
  }

 private:
  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time&) {
    takt_ring_header header{};
    header.magic = TAKT_RING_MAGIC;
    header.entries = 16;
    const std::size_t offset = payload.get_address() % 4096;
    if (offset + payload.get_data_length() <= sizeof header)
      std::memcpy(payload.get_data_ptr(), reinterpret_cast<unsigned char*>(&header) + offset,
                  payload.get_data_length());
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
  }
};

struct Bench {
  NativeCpu cpu;
  Registers registers{"registers"};
  Rings rings{"rings"};
  sc_core::sc_signal<bool> external{"external"}, timer{"timer"}, sleeping{"sleeping"};
  std::string fault;

  explicit Bench(const std::string& cost, const takt_boot_info& info = boot_info()) : cpu("cpu", config(cost)) {
    cpu.registers.bind(registers.socket);
    cpu.memory.bind(rings.socket);
    cpu.external_interrupt.bind(external);
    cpu.timer_interrupt.bind(timer);
    cpu.sleeping.bind(sleeping);
    cpu.set_boot_info(info);
    cpu.set_fault_handler([this](const std::string& why) {
      if (fault.empty()) fault = why;
    });
  }
  static void run() { sc_core::sc_start(base::to_sc(units::milliseconds(1))); }
};

Time cycles(std::uint64_t n) { return units::Clock(clock_hz).duration(Cycles(n)); }
// Of an iteration with the control queue alone.
std::uint64_t loop_cycles() {
  const firmware::CostRow& row = firmware::cost_row(firmware::CostPoint::Loop);
  return row.base_cycles + row.cycles_per_item;
}

TEST(ControlCpu, BootsToReadyWithinItsAccesses) {
  Bench b("zero");
  Bench::run();
  // Version, watchdog, NPU interrupts, four registers of the interrupt controller, status: one access each.
  EXPECT_LE(b.registers.written(boot_status), access_time * 10);
  EXPECT_NE(b.registers.written(boot_status), units::never());
}

TEST(ControlCpu, RefusesAnotherMajorVersionAndStopsThere) {
  takt_boot_info info = boot_info();
  info.driver_version = TAKT_ABI_VERSION(TAKT_ABI_MAJOR(TAKT_ABI_DRIVER) + 1, 0);
  Bench b("zero", info);
  Bench::run();
  ASSERT_FALSE(b.registers.accesses.empty());
  EXPECT_EQ(b.registers.accesses.back().address, boot_status);
  EXPECT_EQ(b.registers.accesses.back().value, std::uint32_t{TAKT_BOOT_REFUSED});
}

TEST(ControlCpu, WithCostZeroOnlyTheBusTakesTime) {
  Bench b("zero");
  Bench::run();
  for (std::size_t i = 1; i < b.registers.accesses.size(); ++i)
    EXPECT_EQ(b.registers.accesses[i].done - b.registers.accesses[i - 1].done, access_time);
}

TEST(ControlCpu, WithTheTableAPrimitivesCyclesPassBeforeTheNextAccess) {
  Bench b("table");
  Bench::run();
  // The loop's first access is the kick, one pass of the loop's cost behind the end of boot.
  EXPECT_EQ(b.registers.written(kick) - b.registers.written(boot_status), cycles(loop_cycles()) + access_time);
}

TEST(ControlCpu, SleepsWhenThereIsNothingToDo) {
  Bench b("zero");
  Bench::run();
  EXPECT_TRUE(b.sleeping.read());
  EXPECT_EQ(b.cpu.counters().busy, b.registers.accesses.back().done);
}

TEST(ControlCpu, AnInterruptWakesItAfterTheEntrysCycles) {
  Bench b("table");
  const Time at = units::microseconds(500);
  sc_core::sc_spawn([&] {
    sc_core::wait(base::to_sc(at));
    EXPECT_TRUE(b.sleeping.read());
    b.external.write(true);
    sc_core::wait(1, sc_core::SC_NS);
    EXPECT_FALSE(b.sleeping.read());
    b.external.write(false);
  });
  sc_core::sc_start(base::to_sc(units::milliseconds(1)));
  const auto first = std::find_if(b.registers.accesses.begin(), b.registers.accesses.end(),
                                  [&](const Registers::Access& access) { return access.done > at; });
  ASSERT_NE(first, b.registers.accesses.end());
  EXPECT_EQ(first->address, kick);
  EXPECT_EQ(first->done, at + cycles(entry_cycles + loop_cycles()) + access_time);
  EXPECT_EQ(b.cpu.counters().interrupts, 1u);
}

TEST(ControlCpu, SleepIsNotBusy) {
  Bench b("zero");
  Bench::run();
  EXPECT_LT(b.cpu.counters().busy, units::microseconds(10));
}

TEST(ControlCpu, AnAccessThatNobodyAnswersIsReported) {
  Bench b("zero");
  b.registers.broken = kick;
  Bench::run();
  EXPECT_NE(b.fault.find("firmware wrote register " + std::to_string(kick)), std::string::npos) << b.fault;
}

TEST(ControlCpu, PowerThatGoesAndComesBootsItAnew) {
  Bench b("zero");
  Bench::run();
  b.cpu.power_off();
  Bench::run();
  const std::size_t accesses = b.registers.accesses.size();
  const Time busy = b.cpu.counters().busy;
  Bench::run();
  EXPECT_EQ(b.registers.accesses.size(), accesses) << "it executes nothing";
  EXPECT_EQ(b.cpu.counters().busy, busy);
  b.cpu.power_on();
  Bench::run();
  EXPECT_EQ(b.registers.accesses.size(), 2 * accesses) << "the same boot again";
}

TEST(ControlCpu, ACrashedOneStaysAwakeAndExecutesNothing) {
  Bench b("zero");
  b.cpu.crash();
  Bench::run();
  EXPECT_TRUE(b.registers.accesses.empty());
  EXPECT_FALSE(b.sleeping.read());
  EXPECT_EQ(b.cpu.counters().busy, units::milliseconds(1));
  b.cpu.power_off();
  b.cpu.power_on();
  Bench::run();
  EXPECT_NE(b.registers.written(boot_status), units::never());
}

}  // namespace
}  // namespace takt::cpu
