// What a firmware may touch, and that everything beside it is noticed. The firmware here is a list of accesses; what
// they must be follows from the text of firmware/abi.
#include "sim/observe/bus_monitor.h"

#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "firmware/abi/abi.h"

namespace takt::observe {
namespace {

constexpr std::uint64_t completion_ring = 0x1'0000'0000, control_ring = 0x1'0000'4000, client_ring = 0x1'0000'8000,
                        program = 0x1'0001'0000, parameters = 0x1'0002'0000, save_area = 0x1'0003'0000,
                        windows = 0x1'0004'0000, fence = 0x1'0005'0000, area = 0x1'0006'0000;
constexpr std::uint32_t entries = 8, save_bytes = 4096, context = 77, queue = 3;
constexpr std::uint32_t head_offset = offsetof(takt_ring_header, head), tail_offset = offsetof(takt_ring_header, tail);

constexpr std::uint64_t slot_of(std::uint64_t ring, std::uint32_t index) { return ring + 64 + 64 * index; }

takt_boot_info boot() {
  takt_boot_info info{};
  info.control_ring = control_ring;
  info.completion_ring = completion_ring;
  info.hardware_queues = 2;
  return info;
}

template <class T>
takt_job_slot as_slot(const T& request) {
  static_assert(sizeof request == sizeof(takt_job_slot), "a slot");
  takt_job_slot slot;
  std::memcpy(&slot, &request, sizeof slot);
  return slot;
}

takt_job_slot create_queue(std::uint64_t ring = client_ring) {
  takt_create_queue_slot slot{};
  slot.type = TAKT_SLOT_CREATE_QUEUE;
  slot.job_id = 1;
  slot.queue = queue;
  slot.ring = ring;
  slot.save_area = save_area;
  slot.save_area_bytes = save_bytes;
  slot.windows = windows;
  slot.context = context;
  return as_slot(slot);
}

takt_job_slot register_program() {
  takt_register_program_slot slot{};
  slot.type = TAKT_SLOT_REGISTER_PROGRAM;
  slot.job_id = 2;
  slot.program = 5;
  slot.header = program;
  return as_slot(slot);
}

takt_job_slot service(std::uint32_t type, std::uint32_t bytes) {
  takt_service_slot slot{};
  slot.type = type;
  slot.job_id = 9;
  slot.address = area;
  slot.bytes = bytes;
  return as_slot(slot);
}

takt_job_slot job(std::uint64_t id = 0x55) {
  takt_job_slot slot{};
  slot.type = TAKT_SLOT_JOB;
  slot.job_id = id;
  slot.program = 5;
  slot.parameters = parameters;
  return slot;
}

takt_job_slot fence_slot(std::uint32_t type) {
  takt_job_slot slot{};
  slot.type = type;
  slot.fence_address = fence;
  slot.fence_value = 4;
  return slot;
}

// A driver, and a firmware that does what the test says.
class Bus : public testing::Test {
 protected:
  Bus() : monitor_(boot(), [this](const std::string& what) { said.push_back(what); }) {
    make_ring(completion_ring);
    make_ring(control_ring);
    make_ring(client_ring);
    read(completion_ring, 64);
    read(control_ring, 64);
    EXPECT_TRUE(said.empty());
  }

  template <class T>
  void put(std::uint64_t address, const T& value) {
    for (std::size_t i = 0; i < sizeof value; ++i)
      memory_[address + i] = reinterpret_cast<const std::uint8_t*>(&value)[i];
  }
  void make_ring(std::uint64_t address) {
    takt_ring_header header{};
    header.magic = TAKT_RING_MAGIC;
    header.entries = entries;
    put(address, header);
  }
  // The driver's.
  void submit(std::uint64_t ring, const takt_job_slot& slot) {
    put(slot_of(ring, tails_[ring] % entries), slot);
    put(ring + tail_offset, ++tails_[ring] % entries);
  }

  void read(std::uint64_t address, std::uint32_t bytes) {
    std::vector<std::uint8_t> data(bytes);
    for (std::uint32_t i = 0; i < bytes; ++i) data[i] = memory_[address + i];
    monitor_.memory_access(false, address, data.data(), bytes);
  }
  template <class T>
  void write(std::uint64_t address, const T& value) {
    put(address, value);
    monitor_.memory_access(true, address, &value, sizeof value);
  }
  void write_bytes(std::uint64_t address, std::uint32_t bytes) {
    const std::vector<std::uint8_t> data(bytes);
    monitor_.memory_access(true, address, data.data(), bytes);
  }
  void set(std::uint32_t address, std::uint32_t value) { monitor_.register_access(true, address, value); }
  void get(std::uint32_t address, std::uint32_t value = 0) { monitor_.register_access(false, address, value); }

  // The firmware's: the newest slot of a ring, and an answer.
  void take(std::uint64_t ring) {
    read(ring, 64);
    read(slot_of(ring, heads_[ring] % entries), 64);
    write(ring + head_offset, ++heads_[ring] % entries);
  }
  void answer(std::uint32_t number, std::uint64_t id, std::uint32_t status = TAKT_STATUS_OK) {
    takt_completion record{};
    record.queue = number;
    record.job_id = id;
    record.status = status;
    write(slot_of(completion_ring, records_ % entries), record);
    write(completion_ring + tail_offset, ++records_ % entries);
    put(completion_ring + head_offset, records_ % entries);  // the driver takes it
    read(completion_ring + head_offset, 4);
  }
  void serve_control(const takt_job_slot& slot, std::uint32_t status = TAKT_STATUS_OK) {
    submit(control_ring, slot);
    take(control_ring);
    if (slot.type == TAKT_SLOT_CREATE_QUEUE) read(as<takt_create_queue_slot>(slot).ring, 64);
    if (slot.type == TAKT_SLOT_REGISTER_PROGRAM) read(program, sizeof(takt_program_header));
    answer(0, slot.job_id, status);
  }
  template <class T>
  static T as(const takt_job_slot& slot) {
    T request;
    std::memcpy(&request, &slot, sizeof request);
    return request;
  }
  // A queue with a job that the firmware holds.
  void hold_job() {
    serve_control(create_queue());
    put(program, header());
    serve_control(register_program());
    submit(client_ring, job());
    take(client_ring);
  }
  static takt_program_header header() {
    takt_program_header header{};
    header.magic = TAKT_PROGRAM_MAGIC;
    header.header_bytes = sizeof header;
    header.cost_offset = 0x200;
    header.cuts_offset = 0x800;
    header.cut_count = 2;
    header.list_offset[TAKT_ENGINE_TENSOR] = 0x1000;
    header.list_commands[TAKT_ENGINE_TENSOR] = 2;
    header.total_bytes = 0x1100;
    return header;
  }
  static constexpr std::uint32_t npu(std::uint32_t n, std::uint32_t offset) {
    return TAKT_NPU_BASE + TAKT_NPU_QUEUE(n) + offset;
  }
  void set_pair(std::uint32_t low, std::uint64_t value) {
    set(low, static_cast<std::uint32_t>(value));
    set(low + 4, static_cast<std::uint32_t>(value >> 32));
  }
  void prepare_start() {
    set_pair(TAKT_NPU_BASE + TAKT_NPU_WINDOWS(1), windows);
    set_pair(npu(1, TAKT_NPUQ_PROGRAM_LO), program);
    set_pair(npu(1, TAKT_NPUQ_PARAMETERS_LO), parameters);
    set_pair(npu(1, TAKT_NPUQ_SAVE_LO), save_area);
    set(npu(1, TAKT_NPUQ_SAVE_BYTES), save_bytes);
    set(npu(1, TAKT_NPUQ_CONTEXT), context);
    set(npu(1, TAKT_NPUQ_JOB), 0x55);
  }
  void start() { set(npu(1, TAKT_NPUQ_CONTROL), TAKT_NPU_START); }

  // Nothing so far, and then something about `what`.
  template <class Step>
  void expect_fault(const std::string& what, Step step) {
    EXPECT_EQ(said, std::vector<std::string>{}) << "before";
    step();
    ASSERT_EQ(said.size(), 1u) << what;
    EXPECT_NE(said.front().find(what), std::string::npos) << said.front();
    said.clear();
  }

  void restart() { monitor_.restarted(); }

  std::vector<std::string> said;

 private:
  std::map<std::uint64_t, std::uint8_t> memory_;
  std::map<std::uint64_t, std::uint32_t> tails_, heads_;
  std::uint32_t records_ = 0;
  BusMonitor monitor_;
};

TEST_F(Bus, AJobFromItsRingToItsRecordIsFine) {
  hold_job();
  read(parameters, sizeof(takt_parameters));
  prepare_start();
  start();
  answer(queue, 0x55);
  EXPECT_EQ(said, std::vector<std::string>{});
}

TEST_F(Bus, TheSlotAtTheTailIsNotYetTheFirmwares) {
  submit(control_ring, create_queue());
  read(control_ring, 64);
  read(slot_of(control_ring, 0), 64);
  expect_fault("queue 0's ring, slot 1", [&] { read(slot_of(control_ring, 1), 4); });
  expect_fault("queue 0's ring, slot 0", [&] { read(slot_of(control_ring, 0) + 60, 8); });
  expect_fault("queue 0's ring, slot 7", [&] { read(slot_of(control_ring, 7), 64); });
}

TEST_F(Bus, ASlotGivenBackIsTheDriversAgain) {
  submit(control_ring, create_queue());
  take(control_ring);
  expect_fault("slot 0, while there is none", [&] { read(slot_of(control_ring, 0), 4); });
}

TEST_F(Bus, AWordBehindARingIsNobodys) {
  expect_fault("behind its last slot", [&] { read(slot_of(control_ring, entries), 4); });
  expect_fault("nothing that it was given", [&] { read(control_ring - 4, 4); });
  expect_fault("behind its last slot", [&] { write_bytes(slot_of(completion_ring, entries), 4); });
  for (std::uint32_t i = 0; i + 1 < entries; ++i) submit(control_ring, service(TAKT_SLOT_QUERY_ENGINES, 0));
  read(control_ring, 64);
  read(slot_of(control_ring, 0), 64 * (entries - 1));
  expect_fault("", [&] { read(slot_of(control_ring, 0), 64 * entries); });
}

TEST_F(Bus, WordsOfASlotMayComeInAnyOrderAndUnread) {
  submit(control_ring, create_queue());
  read(control_ring + tail_offset, 4);
  for (int word = 11; word >= 0; --word) read(slot_of(control_ring, 0) + 4 * word, 4);
  write(control_ring + head_offset, 1u);  // the last four words are zero to it
  read(client_ring, 64);
  EXPECT_EQ(said, std::vector<std::string>{});
}

TEST_F(Bus, OfASubmissionRingTheFirmwareWritesTheHeadAlone) {
  submit(control_ring, create_queue());
  read(control_ring, 64);
  expect_fault("header", [&] { write(control_ring + tail_offset, 1u); });
  expect_fault("slot 0", [&] { write_bytes(slot_of(control_ring, 0), 4); });
  expect_fault("header", [&] { write(control_ring + head_offset, 2u); });
  expect_fault("header", [&] { write(control_ring + head_offset, entries); });
  expect_fault("header", [&] { write(control_ring + head_offset, std::uint16_t{1}); });
  write(control_ring + head_offset, 1u);
  EXPECT_TRUE(said.empty());
}

// The driver spoils a header: nothing of that ring is to be believed.
TEST_F(Bus, SlotsOfAMalformedRingAreLeftAlone) {
  const auto spoil = [&](std::uint32_t offset, std::uint32_t value, std::uint32_t good) {
    put(control_ring + offset, value);
    read(control_ring, 64);
    expect_fault("while there is none", [&] { read(slot_of(control_ring, 0), 4); });
    put(control_ring + offset, good);
    read(control_ring, 64);
    read(slot_of(control_ring, 0), 4);
    EXPECT_TRUE(said.empty());
  };
  submit(control_ring, create_queue());
  spoil(0, 0, TAKT_RING_MAGIC);
  spoil(4, 2 * entries, entries);
  spoil(tail_offset, entries, 1);
  spoil(head_offset, 5, 0);
  spoil(12, 1, 0);
}

TEST_F(Bus, ARecordGoesToTheTailWholeAndIsThenTheDrivers) {
  expect_fault("completion ring, slot 7", [&] { write_bytes(slot_of(completion_ring, entries - 1), 4); });
  expect_fault("completion ring, slot 0", [&] { read(slot_of(completion_ring, 0), 4); });
  expect_fault("completion ring, the header", [&] { write(completion_ring + head_offset, 1u); });
  write_bytes(slot_of(completion_ring, 0), 60);
  expect_fault("completion ring, the header", [&] { write(completion_ring + tail_offset, 1u); });
  expect_fault("completion ring, slot 0", [&] { write_bytes(slot_of(completion_ring, 0), 4); });
}

TEST_F(Bus, AFullCompletionRingTakesNoRecord) {
  for (std::uint32_t i = 0; i + 1 < entries; ++i) {
    write_bytes(slot_of(completion_ring, i), 64);
    write(completion_ring + tail_offset, i + 1);
  }
  expect_fault("completion ring, slot 7", [&] { write_bytes(slot_of(completion_ring, entries - 1), 64); });
  put(completion_ring + head_offset, entries);  // makes no sense
  read(completion_ring + head_offset, 4);
  expect_fault("completion ring, slot 7", [&] { write_bytes(slot_of(completion_ring, entries - 1), 64); });
  put(completion_ring + head_offset, 1u);
  read(completion_ring + head_offset, 4);
  write_bytes(slot_of(completion_ring, entries - 1), 64);
  EXPECT_TRUE(said.empty());
}

TEST_F(Bus, AQueueIsOpenFromItsRequestToItsEnd) {
  expect_fault("nothing", [&] { read(client_ring, 64); });
  serve_control(create_queue());
  read(client_ring, 64);
  takt_queue_slot destroy{};
  destroy.type = TAKT_SLOT_DESTROY_QUEUE;
  destroy.job_id = 4;
  destroy.queue = queue;
  serve_control(as_slot(destroy), TAKT_STATUS_BAD_QUEUE);
  read(client_ring, 64);
  serve_control(as_slot(destroy));
  expect_fault("nothing", [&] { read(client_ring, 64); });
}

// Whatever was served stays the firmware's, from the rings' headers on; what was asked for may have been served.
TEST_F(Bus, ARestartedFirmwareHasWhatItHadAndBeginsItsRingsAnew) {
  serve_control(create_queue());
  serve_control(service(TAKT_SLOT_SET_LOG, 128));
  read(client_ring, 64);
  submit(client_ring, job());
  read(client_ring, 64);
  restart();
  expect_fault("nothing", [&] { read(parameters, 8); });
  for (const std::uint64_t ring : {completion_ring, control_ring, client_ring}) {
    make_ring(ring);
    expect_fault("", [&] { read(slot_of(ring, 0), 64); });
    read(ring, 64);
  }
  read(area, sizeof(takt_telemetry_header));
  write_bytes(area, 64);
  EXPECT_TRUE(said.empty());
}

TEST_F(Bus, AQueueEndsWithItsContext) {
  serve_control(create_queue());
  takt_queue_slot release{};
  release.type = TAKT_SLOT_RELEASE_CONTEXT;
  release.job_id = 4;
  release.context = context;
  serve_control(as_slot(release));
  expect_fault("nothing", [&] { read(client_ring, 64); });
}

TEST_F(Bus, AQueueThatWasRefusedIsNone) {
  serve_control(create_queue(), TAKT_STATUS_BAD_QUEUE);
  expect_fault("nothing", [&] { read(client_ring, 64); });
}

TEST_F(Bus, ARingInNoPlaceIsNotEvenLookedAt) {
  submit(control_ring, create_queue(client_ring + 4));
  take(control_ring);
  expect_fault("nothing", [&] { read(client_ring + 4, 64); });
}

TEST_F(Bus, OfAProgramItsTablesAreReadAndNoMore) {
  expect_fault("nothing", [&] { read(program, 4); });
  put(program, header());
  serve_control(register_program());
  read(program + 0x200, sizeof(takt_cost_table));
  read(program + 0x800, 2 * sizeof(takt_cut));
  EXPECT_TRUE(said.empty());
  expect_fault("nothing", [&] { read(program + sizeof(takt_program_header), 4); });
  expect_fault("nothing", [&] { read(program + 0x200 + sizeof(takt_cost_table), 4); });
  expect_fault("nothing", [&] { read(program + 0x1fc, 8); });
  expect_fault("nothing", [&] { read(program + 0x800 + 2 * sizeof(takt_cut), 4); });
  expect_fault("nothing", [&] { read(program + 0x1000, 128); });
  expect_fault("nothing", [&] { write_bytes(program, 4); });
}

TEST_F(Bus, ATableThatSticksOutOfItsProgramIsNotRead) {
  takt_program_header bad = header();
  bad.total_bytes = 0x800;
  put(program, bad);
  serve_control(register_program());
  read(program + 0x200, 4);
  expect_fault("nothing", [&] { read(program + 0x800, 4); });
}

TEST_F(Bus, AParameterBlockIsReadWhileItsJobIsHeld) {
  serve_control(create_queue());
  put(program, header());
  serve_control(register_program());
  expect_fault("nothing", [&] { read(parameters, 4); });
  submit(client_ring, job());
  take(client_ring);
  read(parameters, sizeof(takt_parameters));
  expect_fault("nothing", [&] { read(parameters + sizeof(takt_parameters), 4); });
  expect_fault("nothing", [&] { write_bytes(parameters, 4); });
  answer(queue, 0x55);
  expect_fault("nothing", [&] { read(parameters, 4); });
}

TEST_F(Bus, AJobThatIsMalformedLendsNothing) {
  serve_control(create_queue());
  put(program, header());
  serve_control(register_program());
  takt_job_slot bad[] = {job(1), job(2), job(3)};
  bad[0].flags = 1;
  bad[1].reserved = 1;
  bad[2].program = 6;  // nobody registered
  for (const takt_job_slot& slot : bad) {
    submit(client_ring, slot);
    take(client_ring);
  }
  submit(control_ring, job(4));  // on the control queue there are none
  take(control_ring);
  expect_fault("nothing", [&] { read(parameters, 4); });
}

TEST_F(Bus, FenceWordsAreReadToWaitAndWrittenToSignal) {
  serve_control(create_queue());
  submit(client_ring, fence_slot(TAKT_SLOT_FENCE_WAIT));
  take(client_ring);
  read(fence, 8);
  read(fence + 4, 4);
  expect_fault("nothing", [&] { read(fence + 4, 8); });
  expect_fault("nothing", [&] { write_bytes(fence, 8); });
  submit(client_ring, fence_slot(TAKT_SLOT_FENCE_SIGNAL));
  take(client_ring);
  write(fence, std::uint64_t{4});
  expect_fault("nothing", [&] { write_bytes(fence + 8, 4); });
  submit(client_ring, job());
  take(client_ring);
  answer(queue, 0x55);
  expect_fault("nothing", [&] { read(fence, 8); });
}

TEST_F(Bus, RecordsOfTheLogStayInsideItsArea) {
  const std::uint32_t bytes = sizeof(takt_telemetry_header) + 2 * sizeof(takt_log_record);
  serve_control(service(TAKT_SLOT_SET_LOG, bytes + 8));
  write_bytes(area, sizeof(takt_telemetry_header));
  write_bytes(area + bytes - sizeof(takt_log_record), sizeof(takt_log_record));
  EXPECT_TRUE(said.empty());
  expect_fault("nothing", [&] { write_bytes(area + bytes, 4); });
  expect_fault("nothing", [&] { read(area, 4); });
  takt_service_slot off{};
  off.type = TAKT_SLOT_SET_METRICS;
  serve_control(as_slot(off));
  write_bytes(area, 4);
  off.type = TAKT_SLOT_SET_LOG;
  serve_control(as_slot(off), TAKT_STATUS_BAD_SLOT);
  write_bytes(area, 4);
  EXPECT_TRUE(said.empty());
  serve_control(as_slot(off));
  expect_fault("nothing", [&] { write_bytes(area, 4); });
}

TEST_F(Bus, AnAreaForAnAnswerIsLentUntilTheAnswer) {
  submit(control_ring, service(TAKT_SLOT_DUMP_STATE, 104));
  take(control_ring);
  write_bytes(area, 104);
  expect_fault("nothing", [&] { write_bytes(area + 104, 4); });
  answer(0, 9);
  expect_fault("nothing", [&] { write_bytes(area, 4); });
  submit(control_ring, service(TAKT_SLOT_RESET_ENGINES, 4096));
  take(control_ring);
  write_bytes(area, sizeof(takt_reset_report));
  expect_fault("nothing", [&] { write_bytes(area + sizeof(takt_reset_report), 4); });
}

TEST_F(Bus, SaveAreasAndWindowTablesAreForTheHardwareAlone) {
  hold_job();
  expect_fault("nothing", [&] { read(save_area, 4); });
  expect_fault("nothing", [&] { read(windows, 4); });
}

TEST_F(Bus, RegistersAreTouchedAsTheyAllow) {
  get(TAKT_MAILBOX_BASE + TAKT_MAILBOX_DOORBELL);
  set(TAKT_MAILBOX_BASE + TAKT_MAILBOX_HOST_SET, 1);
  get(npu(1, TAKT_NPUQ_STATE));
  EXPECT_TRUE(said.empty());
  expect_fault("wrote MAILBOX.DOORBELL: it is read-only", [&] { set(TAKT_MAILBOX_BASE + TAKT_MAILBOX_DOORBELL, 1); });
  expect_fault("read NPU.IRQ_CLEAR: it is write-only", [&] { get(TAKT_NPU_BASE + TAKT_NPU_IRQ_CLEAR); });
  expect_fault("no such register", [&] { get(TAKT_MAILBOX_BASE + 0x1c); });
  expect_fault("no such register", [&] { get(TAKT_NPU_BASE + TAKT_NPU_POWER_STATE + 4); });
  expect_fault("application's", [&] { set(TAKT_MAILBOX_BASE + TAKT_MAILBOX_DOORBELL_SET, 1); });
  expect_fault("application's", [&] { get(TAKT_MAILBOX_BASE + TAKT_MAILBOX_HOST); });
  expect_fault("2 hardware queues", [&] { get(npu(2, TAKT_NPUQ_STATE)); });
  expect_fault("2 hardware queues", [&] { set(TAKT_NPU_BASE + TAKT_NPU_WINDOWS(2), 0); });
  expect_fault("2 hardware queues", [&] { set(TAKT_NPU_BASE + TAKT_NPU_PLACE(2), 0); });
}

TEST_F(Bus, PortsOfTheNocAreThoseThatTheFirmwareCounted) {
  const std::uint32_t last = TAKT_NOC_BASE + TAKT_NOC_PORT(8) + TAKT_NOCP_RATE_LO;
  expect_fault("0 ports", [&] { set(last, 1); });
  get(TAKT_NOC_BASE + TAKT_NOC_PORTS, 9);
  set(last, 1);
  expect_fault("9 ports", [&] { set(TAKT_NOC_BASE + TAKT_NOC_PORT(9) + TAKT_NOCP_RATE_LO, 1); });
}

// The firmware's HAL copies from the last word to the first.
TEST_F(Bus, AnAnswerEndsWhatStoodBeforeItInTheRingHoweverItWasRead) {
  serve_control(create_queue());
  put(program, header());
  serve_control(register_program());
  submit(client_ring, job(1));
  submit(client_ring, job(0x55));
  read(client_ring, 64);
  for (int word = 31; word >= 0; --word) read(slot_of(client_ring, 0) + 4 * word, 4);
  write(client_ring + head_offset, 2u);
  answer(queue, 1);
  prepare_start();
  start();
  EXPECT_EQ(said, std::vector<std::string>{});
  answer(queue, 0x55);
  expect_fault("no queue holds such a job", [&] { start(); });
}

// One register of a good start at a time is another's.
TEST_F(Bus, TheEnginesAreGivenAJobWithWhatIsItsOwn) {
  const auto spoiled = [&](std::uint32_t address, std::uint32_t value) {
    prepare_start();
    set(address, value);
    expect_fault("no queue holds such a job", [&] { start(); });
  };
  expect_fault("no queue holds such a job", [&] { start(); });
  hold_job();
  spoiled(npu(1, TAKT_NPUQ_PROGRAM_LO), 8);
  spoiled(npu(1, TAKT_NPUQ_PARAMETERS_HI), 3);
  spoiled(npu(1, TAKT_NPUQ_SAVE_LO), 16);
  spoiled(npu(1, TAKT_NPUQ_SAVE_BYTES), save_bytes + 1);
  spoiled(npu(1, TAKT_NPUQ_CONTEXT), context + 1);
  spoiled(npu(1, TAKT_NPUQ_JOB), 0x54);
  spoiled(TAKT_NPU_BASE + TAKT_NPU_WINDOWS(1), 8);
  prepare_start();
  start();
  set(npu(1, TAKT_NPUQ_CONTROL), TAKT_NPU_PREEMPT);
  set(npu(1, TAKT_NPUQ_CONTROL), TAKT_NPU_RESUME);
  answer(queue, 0x55);
  expect_fault("no queue holds such a job", [&] { start(); });
}

TEST_F(Bus, TheAsyncChannelIsAControlQueue) {
  takt_boot_info info = boot();
  info.async_ring = client_ring;
  std::vector<std::string> heard;
  BusMonitor monitor(info, [&](const std::string& what) { heard.push_back(what); });
  takt_ring_header header{};
  header.magic = TAKT_RING_MAGIC;
  header.entries = entries;
  header.tail = 1;
  const takt_job_slot request = register_program();
  const takt_program_header none{};
  monitor.memory_access(false, client_ring, &header, sizeof header);
  monitor.memory_access(false, slot_of(client_ring, 0), &request, sizeof request);
  monitor.memory_access(false, program, &none, sizeof none);
  EXPECT_EQ(heard, std::vector<std::string>{});
}

}  // namespace
}  // namespace takt::observe
