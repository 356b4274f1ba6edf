// The application CPU: what the driver's calls and fallback operators cost, against memories of a fixed speed.
#include "models/cpu/app/app_cpu.h"

#include <gtest/gtest.h>

namespace takt::cpu {
namespace {

using base::now;
using units::Cycles;
using units::microseconds;
using units::nanoseconds;
using units::Time;

AppConfig config() {
  AppConfig c;
  c.clock_hz = 1000000000;  // a cycle is a nanosecond
  c.macs_per_cycle_int8 = 100;
  c.mac_efficiency_permille = 500;
  c.simple_bytes_per_cycle = 8;
  c.scalar_cycles_per_element = 24;
  c.wake_ns = 20000;
  return c;
}

// Answers after a fixed time.
class Target : public sc_core::sc_module {
 public:
  struct Access {
    Time at;
    std::uint64_t address;
    std::uint64_t bytes;
    bool write;
    base::Owner owner;
  };
  tlm_utils::simple_target_socket<Target> socket;
  std::vector<Access> accesses;
  tlm::tlm_response_status answer = tlm::TLM_OK_RESPONSE;

  Target(const sc_core::sc_module_name& name, Time latency) : sc_module(name), socket("socket"), latency_(latency) {
    socket.register_b_transport(this, &Target::b_transport);
  }

 private:
  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
    const auto* stretch = payload.get_extension<base::Stretch>();
    accesses.push_back({now(), payload.get_address(), payload.get_data_length(), payload.is_write(),
                        stretch == nullptr ? base::Owner{0} : stretch->owner});
    delay += base::to_sc(latency_);
    payload.set_response_status(answer);
  }
  const Time latency_;
};

struct Story final : Driver {
  std::function<void(DriverServices&)> story;
  bool finished = false;
  void main(DriverServices& cpu) override {
    story(cpu);
    finished = true;
  }
};

struct Bench {
  Story driver;
  AppCpu cpu;
  Target registers, memory, operator_memory;
  sc_core::sc_signal<bool> interrupt{"interrupt"};

  explicit Bench(Time operator_latency = Time(0))
      : cpu("cpu", config(), driver),
        registers("registers", nanoseconds(60)),
        memory("memory", nanoseconds(100)),
        operator_memory("operator_memory", operator_latency) {
    cpu.registers.bind(registers.socket);
    cpu.memory.bind(memory.socket);
    cpu.operator_memory.bind(operator_memory.socket);
    cpu.interrupt.bind(interrupt);
  }
  void tell(std::function<void(DriverServices&)> story) {
    driver.story = std::move(story);
    sc_core::sc_start();
    EXPECT_TRUE(driver.finished);
  }
  // Waits for the next operator and returns its cookie.
  static std::uint64_t next(DriverServices& cpu) {
    FinishedOperator finished;
    while (!cpu.next_finished_operator(finished)) cpu.sleep(units::never());
    return finished.cookie;
  }
};

OperatorWork scalar(std::uint64_t elements, std::uint64_t bytes = 0) {
  OperatorWork work;
  work.scalar_elements = elements;
  work.read_address = 0x1000;
  work.read_bytes = bytes;
  work.write_address = 0x9000;
  return work;
}

TEST(OperatorCycles, AreTheSumOfItsKindsOfWork) {
  OperatorWork work;
  work.scalar_elements = 3;
  EXPECT_EQ(operator_cycles(work, config()), 3 * 24u);
  work.simple_bytes = 17;  // three cycles of eight bytes
  EXPECT_EQ(operator_cycles(work, config()), 3 * 24u + 3);
  work.macs = 101;  // half of 100 a cycle: three cycles
  EXPECT_EQ(operator_cycles(work, config()), 3 * 24u + 3 + 3);
}

TEST(Operator, BoundByItsArithmeticTakesTheArithmeticsTime) {
  Bench b(nanoseconds(100));  // two pieces of 16 KiB: 200 ns
  b.tell([](DriverServices& cpu) { cpu.run_operator(scalar(1000, 32768)); });
  EXPECT_EQ(b.cpu.counters().operator_busy, nanoseconds(24000));
}

TEST(Operator, BoundByMemoryTakesTheMemorysTime) {
  Bench b(microseconds(100));
  b.tell([](DriverServices& cpu) { cpu.run_operator(scalar(1000, 32768)); });
  EXPECT_EQ(b.cpu.counters().operator_busy, microseconds(200));
}

TEST(Operator, IsNeverFree) {
  Bench b;
  b.tell([](DriverServices& cpu) { cpu.run_operator(scalar(1)); });
  EXPECT_EQ(b.cpu.counters().operator_busy, nanoseconds(24));
}

TEST(Operator, StreamsItsOperandsInPiecesOfSixteenKibibytes) {
  Bench b;
  OperatorWork work = scalar(1, 40000);
  work.write_bytes = 5;
  work.owner = 7;
  b.tell([&](DriverServices& cpu) { cpu.run_operator(work); });
  ASSERT_EQ(b.operator_memory.accesses.size(), 4u);
  const std::uint64_t bytes[] = {16384, 16384, 7232, 5}, addresses[] = {0x1000, 0x5000, 0x9000, 0x9000};
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(b.operator_memory.accesses[i].bytes, bytes[i]);
    EXPECT_EQ(b.operator_memory.accesses[i].address, addresses[i]);
    EXPECT_EQ(b.operator_memory.accesses[i].write, i == 3);
    EXPECT_EQ(b.operator_memory.accesses[i].owner, 7u);
  }
}

TEST(Operator, QueuesBehindTheOneBeforeIt) {
  Bench b;
  b.tell([](DriverServices& cpu) {
    for (const std::uint64_t cookie : {5, 6}) {
      OperatorWork work = scalar(1000);
      work.cookie = cookie;
      cpu.run_operator(work);
    }
    EXPECT_EQ(Bench::next(cpu), 5u);
    EXPECT_EQ(now(), nanoseconds(24000 + 20000));  // and the wake-up
    EXPECT_EQ(Bench::next(cpu), 6u);
    EXPECT_EQ(now(), nanoseconds(48000 + 20000));
  });
  EXPECT_EQ(b.cpu.counters().operators, 2u);
}

TEST(Operator, RunsBesideTheDriver) {
  Bench b;
  b.tell([](DriverServices& cpu) {
    cpu.run_operator(scalar(1000));
    cpu.spend(Cycles(30000));
    FinishedOperator finished;
    EXPECT_TRUE(cpu.next_finished_operator(finished));
    EXPECT_EQ(now(), nanoseconds(30000));
    EXPECT_EQ(finished.begin, Time(0));
    EXPECT_EQ(finished.end, nanoseconds(24000));
  });
}

TEST(Operator, InsideAChainDoesNotWakeTheDriver) {
  Bench b;
  b.tell([](DriverServices& cpu) {
    OperatorWork first = scalar(1000);
    first.last = false;
    cpu.run_operator(first);
    cpu.run_operator(scalar(1000));
    cpu.sleep(units::never());
    EXPECT_EQ(now(), nanoseconds(48000 + 20000));
    FinishedOperator finished;
    EXPECT_TRUE(cpu.next_finished_operator(finished));
    EXPECT_EQ(finished.end, nanoseconds(24000));
    EXPECT_TRUE(cpu.next_finished_operator(finished));
    EXPECT_EQ(finished.end, nanoseconds(48000));
    EXPECT_FALSE(cpu.next_finished_operator(finished));
  });
}

TEST(Operator, UnderWayCountsAsBusySoFar) {
  Bench b;
  b.tell([&](DriverServices& cpu) {
    cpu.run_operator(scalar(1000));
    cpu.spend(Cycles(10000));
    EXPECT_EQ(b.cpu.counters().operator_busy, nanoseconds(10000));
  });
}

TEST(Driver, SpendsCyclesOfItsClock) {
  Bench b;
  b.tell([](DriverServices& cpu) {
    cpu.spend(Cycles(1234));
    EXPECT_EQ(cpu.time(), nanoseconds(1234));
  });
  EXPECT_EQ(b.cpu.counters().driver_busy, nanoseconds(1234));
}

TEST(Driver, WaitsForEveryAccess) {
  Bench b;
  b.tell([](DriverServices& cpu) {
    std::uint64_t word = 0;
    cpu.read_register(4);
    EXPECT_EQ(now(), nanoseconds(60));
    cpu.load(64, &word, 8);
    EXPECT_EQ(now(), nanoseconds(160));
    cpu.store(64, &word, 8);
    EXPECT_EQ(now(), nanoseconds(260));
  });
  EXPECT_EQ(b.cpu.counters().driver_busy, nanoseconds(260));
}

TEST(Driver, AccessThatFailsIsADefect) {
  Bench b;
  b.memory.answer = tlm::TLM_ADDRESS_ERROR_RESPONSE;
  b.tell([](DriverServices& cpu) {
    std::uint64_t word = 0;
    EXPECT_THROW(cpu.load(64, &word, 8), std::logic_error);
  });
}

TEST(Driver, ASleepUntilATimeEndsThenAndCostsNothing) {
  Bench b;
  b.tell([](DriverServices& cpu) {
    cpu.sleep(microseconds(5));
    EXPECT_EQ(now(), microseconds(5));
  });
  EXPECT_EQ(b.cpu.counters().driver_busy, Time(0));
}

TEST(Driver, AnInterruptEndsASleepAfterTheWakeUp) {
  Bench b;
  sc_core::sc_spawn([&] {
    sc_core::wait(3, sc_core::SC_US);
    b.interrupt.write(true);
  });
  b.tell([](DriverServices& cpu) {
    cpu.sleep(microseconds(100));
    EXPECT_EQ(now(), microseconds(23));
    EXPECT_TRUE(cpu.interrupt_pending());
  });
  EXPECT_EQ(b.cpu.counters().interrupts, 1u);
  EXPECT_EQ(b.cpu.counters().driver_busy, microseconds(20));
}

TEST(Driver, DoesNotSleepWhileTheInterruptIsHigh) {
  Bench b;
  b.interrupt.write(true);
  b.tell([](DriverServices& cpu) {
    cpu.spend(Cycles(1));
    cpu.sleep(microseconds(100));
    EXPECT_EQ(now(), nanoseconds(1));
  });
}

TEST(Driver, ASleepUntilATimeInThePastReturnsAtOnce) {
  Bench b;
  b.tell([](DriverServices& cpu) {
    cpu.spend(Cycles(500));
    cpu.sleep(nanoseconds(400));
    EXPECT_EQ(now(), nanoseconds(500));
  });
}

}  // namespace
}  // namespace takt::cpu
